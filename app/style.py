"""How the windows look: a small style sheet on Fusion, derived from the system's dark or light palette."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

_SHEET = """
QWidget#window, QScrollArea, QWidget#page {{ background: {window}; }}
QScrollArea {{ border: none; }}
QLabel#title {{ font-size: 17pt; font-weight: 600; }}
QLabel#heading {{ font-size: 11pt; font-weight: 600; }}
QLabel[muted="true"] {{ color: {muted}; }}
QFrame#card {{ background: {card}; border: 1px solid {line}; border-radius: 10px; }}
QFrame#card[kind="attention"] {{ border: 1px solid {warning}; }}
QTableView {{ background: {card}; border: 1px solid {line}; border-radius: 10px; outline: none;
    selection-background-color: {selected}; selection-color: {text}; }}
QTableView:focus {{ border: 1px solid {accent}; }}
QTableView::item {{ padding: 0 12px; border: none; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{ background: transparent; color: {muted}; border: none; border-bottom: 1px solid {line};
    padding: 8px 15px; font-weight: 400; }}
QPushButton {{ background: {card}; border: 1px solid {line}; border-radius: 8px; padding: 7px 16px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {selected}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 6px 15px; }}
QPushButton:disabled {{ color: {muted}; }}
QPushButton[kind="danger"] {{ color: {danger}; }}
QPushButton[kind="primary"] {{ background: {button}; color: {on_button}; border: 1px solid {button};
    font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {button_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {text}; }}
QPushButton[kind="primary"]:disabled {{ background: {line}; color: {muted}; border-color: {line}; }}
QWidget#footer {{ background: {window}; border-top: 1px solid {line}; }}
QListWidget#choices, QListWidget#order {{ background: {field}; border: 1px solid {line}; border-radius: 8px;
    outline: none; padding: 4px; }}
QListWidget#choices::item, QListWidget#order::item {{ padding: 5px 8px; border-radius: 6px; color: {text}; }}
QListWidget#choices::item:hover, QListWidget#order::item:hover {{ background: {hover}; }}
QListWidget#choices::item:selected, QListWidget#order::item:selected {{ background: {selected}; color: {text}; }}
QListWidget#order:focus {{ border: 1px solid {accent}; }}
QListWidget#sidebar {{ background: {side}; border: none; border-right: 1px solid {line}; outline: none;
    padding: 16px 10px; }}
QListWidget#sidebar::item {{ padding: 9px 12px; border-radius: 8px; color: {text}; }}
QListWidget#sidebar::item:hover {{ background: {hover}; }}
QListWidget#sidebar::item:selected {{ background: {selected}; color: {text}; }}
QListWidget#sidebar::item:selected:focus {{ border: 1px solid {accent}; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {muted}; border-radius: 8px;
    background: {field}; }}
QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {accent}; }}
QRadioButton::indicator:focus {{ border-color: {text}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit {{ background: {field}; color: {text};
    border: 1px solid {edge}; border-radius: 8px; padding: 6px 10px; selection-background-color: {accent}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {{
    border: 2px solid {accent}; padding: 5px 9px; }}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {{ color: {muted}; }}
QLineEdit[wrong="true"], QSpinBox[wrong="true"], QDoubleSpinBox[wrong="true"], QComboBox[wrong="true"] {{
    border: 2px solid {warning}; padding: 5px 9px; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ background: transparent; border: none;
    padding: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox QAbstractItemView {{ background: {card}; border: 1px solid {line}; outline: none; padding: 4px;
    selection-background-color: {selected}; selection-color: {text}; }}
QTabBar#tabs::tab {{ background: transparent; color: {muted}; border: none; border-radius: 8px; padding: 7px 14px;
    margin-right: 4px; }}
QTabBar#tabs::tab:hover {{ background: {hover}; }}
QTabBar#tabs::tab:selected {{ background: {selected}; color: {text}; }}
QTabBar#tabs::tab:selected:focus {{ border: 1px solid {accent}; padding: 6px 13px; }}
QFrame#card[kind="good"] {{ border: 1px solid {good}; }}
QLabel#address {{ font-size: 13pt; font-weight: 600; }}
QLabel#problem {{ color: {warning}; }}
QLabel#good {{ color: {good}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {track}; border-radius: 3px; min-height: 32px; margin: 2px; }}
QScrollBar::handle:vertical:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; height: 0; }}
QProgressBar {{ background: {track}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
"""


def style_sheet(palette: QPalette) -> str:
    """Fill in the colours for this palette."""
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    accent = accent_colour(palette)
    button, on_button = _button_colours(accent)
    dark = is_dark(palette)
    colours = {
        "window": window,
        "text": text,
        "muted": muted_colour(palette),
        "card": blend(window, QColor("white"), 0.05 if dark else 0.75),
        "line": blend(window, text, 0.14),
        "edge": blend(window, text, 0.22),
        "side": blend(window, text, 0.035),
        "field": blend(window, QColor("white"), 0.08 if dark else 1.0),
        "danger": QColor("#ff8a80") if dark else QColor("#b3261e"),
        "good": QColor("#5fc27e") if dark else QColor("#1d7a3e"),
        "track": blend(window, text, 0.14),
        "hover": blend(window, text, 0.08),
        "selected": blend(window, accent, 0.22),
        "accent": accent,
        "button": button,
        "button_hover": blend(button, on_button, 0.12),
        "on_button": on_button,
        "warning": QColor("#e0a030") if dark else QColor("#b26a00"),
    }
    return _SHEET.format(**{name: colour.name() for name, colour in colours.items()})


def is_dark(palette: QPalette) -> bool:
    """Return whether text is lighter than its background."""
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    return text.lightness() > window.lightness()


def accent_colour(palette: QPalette) -> QColor:
    """Return the system's accent colour."""
    return palette.color(QPalette.ColorRole.Accent)


def muted_colour(palette: QPalette) -> QColor:
    """Return the colour of secondary text: at least 4.5 to 1 against the window."""
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    return blend(text, window, 0.32)


def blend(colour: QColor, other: QColor, part: float) -> QColor:
    """Mix ``part`` (0 to 1) of the other colour into the first."""
    mixed = (round(a + (b - a) * part) for a, b in zip(_channels(colour), _channels(other), strict=True))
    return QColor(*mixed)


def _button_colours(accent: QColor) -> tuple[QColor, QColor]:
    """Choose background and text of a button in the accent colour; a middling accent is darkened for white text."""
    white, black = QColor("white"), QColor("black")
    if contrast(accent, white) < _NEARLY_READABLE:
        return accent, black
    while contrast(accent, white) < _READABLE:
        accent = blend(accent, black, 0.05)
    return accent, white


def _channels(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


_SRGB_LINEAR_BELOW = 0.04045
_READABLE = 4.5
"""The contrast ratio that WCAG 2 asks of text."""
_NEARLY_READABLE = 3.0


def _luminance(colour: QColor) -> float:
    """Return the relative luminance that WCAG 2 defines."""
    return 0.2126 * _linear(colour.redF()) + 0.7152 * _linear(colour.greenF()) + 0.0722 * _linear(colour.blueF())


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _SRGB_LINEAR_BELOW else ((channel + 0.055) / 1.055) ** 2.4
