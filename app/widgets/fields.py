"""Fields of forms: a label and a hint on the left, what is set on the right, and what is wrong with it below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from app.widgets.layouts import column, row
from app.widgets.switch import Switch
from app.widgets.text import body

_CONTROL_WIDTH = 230


class Field(QWidget):
    """One value that people set. The control's accessible name is the label, its description the hint."""

    changed = Signal()
    """Somebody changed the value; not sent by ``show_value``."""

    def __init__(self, label: str, hint: str, control: QWidget, surround: QWidget | None = None) -> None:
        """``surround`` is what is put into the form when the control is only a part of it."""
        super().__init__()
        self.label = label
        self._control = control
        self._problem = body()
        self._problem.setObjectName("problem")
        self._problem.hide()
        self._hint = body(hint, muted=True)
        self._hint.setVisible(bool(hint))
        control.setAccessibleName(label)
        control.setAccessibleDescription(hint)
        self.setFocusProxy(control)
        words = column(spacing=2)
        words.addStretch(1)
        words.addWidget(body(label))
        words.addWidget(self._hint)
        words.addStretch(1)
        line = row(spacing=24)
        line.addLayout(words, 1)
        line.addWidget(surround or control, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = column(self, spacing=6)
        layout.addLayout(line)
        layout.addWidget(self._problem)

    def value(self) -> Any:
        """Return what is set."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def show_hint(self, text: str) -> None:
        """Say something else below the label."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._control.setAccessibleDescription(text)

    def show_problem(self, text: str) -> None:
        """Say what is wrong with the value, beside it; empty when nothing is any more."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self._control.setProperty("wrong", bool(text))
        self._control.style().unpolish(self._control)
        self._control.style().polish(self._control)
        if text:
            self._control.setAccessibleDescription(text)
            self._control.setFocus()

    def _edited(self) -> None:
        if self._problem.isVisibleTo(self):
            self.show_problem("")
        self.changed.emit()


class SwitchField(Field):
    """On or off."""

    def __init__(self, label: str, hint: str = "") -> None:
        self._switch = Switch(label)
        super().__init__(label, hint, self._switch)
        self._switch.clicked.connect(self._edited)

    def value(self) -> bool:
        """Return whether it is on."""
        return self._switch.isChecked()

    def show_value(self, value: Any) -> None:
        """Show on or off."""
        self._switch.setChecked(bool(value))


class NumberField(Field):
    """A whole number within limits; the lowest may have a meaning of its own, such as none."""

    def __init__(self, label: str, hint: str, limits: tuple[int, int], *, unit: str = "", lowest: str = "") -> None:
        self._box = QSpinBox(minimum=limits[0], maximum=limits[1])
        _prepare(self._box, unit, lowest)
        super().__init__(label, hint, self._box)
        self._box.valueChanged.connect(self._edited)

    def value(self) -> int:
        """Return the number."""
        return self._box.value()

    def show_value(self, value: Any) -> None:
        """Show the number."""
        _silently(self._box, lambda: self._box.setValue(int(value)))


class DecimalField(Field):
    """As a NumberField, with one decimal where there is one."""

    def __init__(self, label: str, hint: str, limits: tuple[float, float], *, unit: str = "", lowest: str = "") -> None:
        self._box = QDoubleSpinBox(minimum=limits[0], maximum=limits[1], decimals=1)
        _prepare(self._box, unit, lowest)
        super().__init__(label, hint, self._box)
        self._box.valueChanged.connect(self._edited)

    def value(self) -> float:
        """Return the number, a whole one as int."""
        number = round(self._box.value(), 1)
        return int(number) if number == int(number) else number

    def show_value(self, value: Any) -> None:
        """Show the number."""
        _silently(self._box, lambda: self._box.setValue(float(value)))


class TextField(Field):
    """A line of text."""

    shown = Signal(str)
    """Carries the text whenever there is another one, whoever wrote it."""

    def __init__(self, label: str, hint: str = "", *, placeholder: str = "", secret: bool = False) -> None:
        self._edit = QLineEdit(placeholderText=placeholder)
        self._edit.setFixedWidth(_CONTROL_WIDTH)
        if secret:
            self._edit.setEchoMode(QLineEdit.EchoMode.Password)
        super().__init__(label, hint, self._edit)
        self._edit.textEdited.connect(self._edited)
        self._edit.textChanged.connect(self.shown)

    def value(self) -> str:
        """Return the text without space around it."""
        return self._edit.text().strip()

    def show_value(self, value: Any) -> None:
        """Show a text."""
        self._edit.setText(str(value))
        self._edit.setCursorPosition(0)

    def show_placeholder(self, text: str) -> None:
        """Show a text while there is none."""
        self._edit.setPlaceholderText(text)


class ChoiceField(Field):
    """One of several values, each with its words."""

    def __init__(self, label: str, hint: str, choices: Sequence[tuple[Any, str]]) -> None:
        self._box = QComboBox()
        self._box.setFixedWidth(_CONTROL_WIDTH)
        for value, words in choices:
            self._box.addItem(words, value)
        self._box.installEventFilter(_NoWheel(self._box))
        super().__init__(label, hint, self._box)
        self._box.activated.connect(self._edited)

    def value(self) -> Any:
        """Return the value that is chosen."""
        return self._box.currentData()

    def show_value(self, value: Any) -> None:
        """Choose a value; one that is not among the choices is added as it is."""
        index = self._box.findData(value)
        if index < 0:
            self._box.addItem(str(value), value)
            index = self._box.count() - 1
        self._box.setCurrentIndex(index)


class _NoWheel(QObject):
    """Leaves the wheel to the page unless the field has the keyboard: scrolling must not change a setting."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Pass the wheel on."""
        if event.type() is QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def _prepare(box: QSpinBox | QDoubleSpinBox, unit: str, lowest: str) -> None:
    box.setFixedWidth(_CONTROL_WIDTH)
    box.setSuffix(f" {unit}" if unit else "")
    box.setSpecialValueText(lowest)
    box.lineEdit().setTextMargins(10, 0, 0, 0)  # no style sheet reaches it
    box.setGroupSeparatorShown(False)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.installEventFilter(_NoWheel(box))


def _silently(box: QObject, change: Any) -> None:
    before = box.blockSignals(True)  # noqa: FBT003 - Qt's signature
    change()
    box.blockSignals(before)
