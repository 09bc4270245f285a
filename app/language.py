"""The language that people read: every text of the UI goes through ``tr``.

``./run translate`` collects the texts into ``resources/translations`` and compiles what was translated there.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator


def tr(text: str, comment: str = "", number: int = -1) -> str:
    """Return the text in the user's language; ``%n`` becomes the number, its noun takes the number's form.

    The comment is for whoever translates, and keeps apart what is the same in English only.
    """
    return QCoreApplication.translate("", text, comment or None, number)


def later(text: str) -> str:
    """Mark a text that is given to ``tr`` only when it is shown."""
    return text


def use_language(application: QCoreApplication, folder: Path, locale: QLocale | None = None) -> list[QTranslator]:
    """Load our texts and Qt's own for the locale, by default the system's; English where we have no other.

    Also English has a file: it holds the plural forms.
    """
    wanted = locale or QLocale.system()
    loaded = []
    for name, place in (("miauflix", folder), ("qtbase", Path(_qt_translations()))):
        translator = QTranslator(application)
        if translator.load(wanted, name, "_", str(place)):
            loaded.append(translator)
        elif name == "miauflix" and translator.load(str(place / "miauflix_en.qm")):
            loaded.append(translator)
            wanted = QLocale(QLocale.Language.English)  # Qt's buttons and all numbers in one language with our texts
    for translator in loaded:
        application.installTranslator(translator)
    QLocale.setDefault(wanted)
    return loaded


def _qt_translations() -> str:
    return QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
