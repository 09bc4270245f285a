"""What every page of the settings is: a title, cards of fields, and which of them were changed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.settings.amending import Edits, Key
from app.widgets.fields import Field
from app.widgets.layouts import column
from app.widgets.text import body, card, heading, title
from server.settings import Settings


class Page(QScrollArea):
    """A page by its title. What is set through fields waits for Apply; a page may also act at once by itself."""

    changed = Signal()
    """A field was changed."""

    def __init__(self, name: str, intro: str = "") -> None:
        super().__init__(widgetResizable=True)
        self.name = name
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fields: dict[Key, Field] = {}
        self._shown = Settings()
        content = QWidget()
        content.setObjectName("page")
        self._layout = column(content, spacing=20, margins=(28, 24, 28, 28))
        head = column(spacing=6)
        head.addWidget(title(name))
        if intro:
            head.addWidget(body(intro, muted=True))
        self._layout.addLayout(head)
        self._layout.addStretch(1)
        self.setWidget(content)

    def add_section(self, content: QWidget, name: str = "") -> None:
        """Add a part below the others, under a heading if it has a name."""
        section = column(spacing=10)
        if name:
            section.addWidget(heading(name))
        section.addWidget(content)
        self._layout.insertLayout(self._layout.count() - 1, section)

    def add_card(self, name: str = "") -> QVBoxLayout:
        """Add a card and return its layout."""
        frame = card()
        self.add_section(frame, name)
        return column(frame, spacing=18, margins=(18, 16, 18, 16))

    def add_field(self, layout: QVBoxLayout, key: Key, field: Field) -> None:
        """Put a field on a card; it shows and changes the setting of this key."""
        layout.addWidget(field)
        self.register(key, field)

    def register(self, key: Key, field: Field) -> None:
        """Have a field, wherever it stands, show and change the setting of this key."""
        self._fields[key] = field
        field.changed.connect(self.changed)

    def forget(self, under: Key) -> None:
        """Forget the fields of all keys that begin so; they are about to be replaced."""
        self._fields = {key: field for key, field in self._fields.items() if key[: len(under)] != under}

    @property
    def shown(self) -> Settings:
        """The settings that count now."""
        return self._shown

    def enter(self) -> None:
        """Do what is to be done when the page comes into view."""

    def leave(self) -> None:
        """Do what is to be done when the page goes out of view."""

    def show_settings(self, settings: Settings) -> None:
        """Show what counts now; what was changed and not applied is gone."""
        self._shown = settings
        for key, field in self._fields.items():
            field.show_value(_lookup(settings, key))
            field.show_problem("")

    def edits(self) -> Edits:
        """Return the settings that were changed here."""
        return {key: field.value() for key, field in self._fields.items() if field.value() != _lookup(self._shown, key)}

    def show_problem(self, key: Key, text: str) -> bool:
        """Say beside a field what is wrong with it; return whether the field is on this page."""
        for known, field in self._fields.items():
            if key and known[: len(key)] == key:
                field.show_problem(text)
                self.ensureWidgetVisible(field)
                return True
        return False


def _lookup(settings: Settings, key: Key) -> Any:
    value: Any = settings
    for name in key:
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    return value
