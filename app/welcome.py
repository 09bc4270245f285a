"""The first run in three steps: where things are kept, the keys, and where to look for films."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.dialogs.steps import Step, StepDialog
from app.language import tr
from app.settings.amending import Edits, Key
from app.widgets.buttons import button
from app.widgets.fields import DecimalField, Field, SwitchField
from app.widgets.folder_field import FolderField
from app.widgets.layouts import column
from app.widgets.text import body, card, heading
from server.settings import Options, Settings

_MOST_GIB = 1 << 20


class WelcomeDialog(StepDialog):
    """Every step can be left as it is; closing the dialog at any moment does no harm."""

    backup_wanted = Signal()

    def __init__(self, options: Options, parent: QWidget | None = None) -> None:
        self._settings = options.settings
        self._place, self._keys, self._where = _Place(options), _Keys(), _Where(options.settings)
        super().__init__(tr("Welcome"), [self._place, self._keys, self._where], parent)
        self._keys.backup_wanted.connect(self.backup_wanted)

    def edits(self) -> Edits:
        """Return the settings that were changed."""
        edits = {}
        for key, field in (self._place.fields | self._where.fields).items():
            if field.value() != _lookup(self._settings, key):
                edits[key] = field.value()
        return edits


class _Place(Step):
    def __init__(self, options: Options) -> None:
        super().__init__(tr("Welcome to Miauflix"), tr("Continue"))
        about = tr("It turns this computer into a streaming box for the TVs, phones and browsers of your home.")
        self.layout_.addWidget(body(about))
        self.layout_.addWidget(heading(tr("Where videos are kept")))
        folder = FolderField(tr("Folder"), "", str(options.data_dir / "downloads"))
        hint = tr("What was not played for the longest goes first.")
        cap = DecimalField(tr("Use at most"), hint, (0, _MOST_GIB), unit="GiB", lowest=tr("No limit"))
        self.fields: dict[Key, Field] = {("storage", "folder"): folder, ("storage", "cap_gib"): cap}
        frame = card()
        layout = column(frame, spacing=16, margins=(18, 16, 18, 16))
        for key, field in self.fields.items():
            field.show_value(_lookup(options.settings, key))
            layout.addWidget(field)
        self.layout_.addWidget(frame)
        rest = tr("The encrypted database lies in {folder}.").format(folder=options.data_dir)
        self.layout_.addWidget(body(rest, muted=True, selectable=True))
        self.layout_.addStretch(1)


class _Keys(Step):
    backup_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Your keys"), tr("Continue"))
        for text in (
            tr("Miauflix made keys for you. Everything it knows is encrypted with them."),
            tr("If they are lost, nothing can be read again. Keep a copy away from this computer."),
        ):
            self.layout_.addWidget(body(text))
        back_up = button(tr("Back up the keys…"))
        back_up.clicked.connect(self.backup_wanted)
        frame = card()
        layout = column(frame, spacing=12, margins=(18, 16, 18, 16))
        layout.addWidget(heading(tr("Now or later")))
        layout.addWidget(body(tr("It takes two minutes. Until it is done the status window reminds you."), muted=True))
        layout.addWidget(back_up, 0, Qt.AlignmentFlag.AlignLeft)
        self.layout_.addWidget(frame)
        self.layout_.addStretch(1)


class _Where(Step):
    def __init__(self, settings: Settings) -> None:
        super().__init__(tr("Where to look for films"), tr("Open Miauflix"))
        archive = SwitchField("Internet Archive", tr("Films in the public domain and openly licensed ones."))
        prepare = SwitchField(
            tr("Get ready what is looked at"), tr("Titles on the screen are got ready, so that they play at once.")
        )
        self.fields: dict[Key, Field] = {
            ("sources", "internet_archive", "enabled"): archive,
            ("preload", "enabled"): prepare,
        }
        frame = card()
        layout = column(frame, spacing=16, margins=(18, 16, 18, 16))
        for key, field in self.fields.items():
            field.show_value(_lookup(settings, key))
            layout.addWidget(field)
        self.layout_.addWidget(frame)
        self.layout_.addWidget(body(tr("More sources: Settings → Sources. Or drop magnet links on the status window.")))
        self.layout_.addWidget(heading(tr("What is legal")))
        self.layout_.addWidget(
            body(
                tr(
                    "Stream what you may: films in the public domain, openly licensed ones, and your own. BitTorrent "
                    "also uploads what it downloads. Miauflix ships no index of anybody's films; what you add is up to "
                    "you."
                ),
                muted=True,
            )
        )
        self.layout_.addStretch(1)


def _lookup(settings: Settings, key: Key) -> object:
    value: object = settings
    for name in key:
        value = getattr(value, name)
    return value
