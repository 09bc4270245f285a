"""Notifications with buttons, where the desktop has a service for them: org.freedesktop.Notifications. No Qt.

Qt's own messages of the tray have no buttons, and its D-Bus module can't say the types that this call needs.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from queue import Queue
from typing import Any, Final

_log = logging.getLogger(__name__)

Chosen = Callable[[str, str], None]
"""Takes a notification's name and the button that was pressed; called on a thread of the connection."""

_NAME: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_TIMEOUT: Final = 5.0
_URGENT: Final = 2
_END: Final = None


class Notifications:
    """One connection to the session's notification service; the methods block for a moment, from any thread."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self._lock = threading.Lock()
        self._stack = contextlib.ExitStack()
        self._router: Any = None
        self._shown: dict[str, int] = {}
        self._signals: Queue[Any] = Queue()

    def show(self, name: str, title: str, text: str, buttons: Sequence[tuple[str, str]]) -> bool:
        """Show a notification that stays until it is answered; return False where there are none with buttons."""
        if not sys.platform.startswith("linux"):
            return False
        with self._lock:
            try:
                if self._router is None and not self._connect():
                    return False
                flat = [word for button in buttons for word in button]
                hints = {"urgency": ("y", _URGENT), "desktop-entry": ("s", "miauflix")}
                values = ("Miauflix", self._shown.get(name, 0), "miauflix", title, _plain(text), flat, hints, 0)
                (self._shown[name],) = self._call("Notify", "susssasa{sv}i", values)
            except Exception:  # noqa: BLE001 - another program's answer: whatever is wrong with it, our window serves
                _log.warning("The desktop's notifications can't be used", exc_info=True)
                self._disconnect()
                return False
            return True

    def withdraw(self, name: str) -> None:
        """Take a notification away, if it is there."""
        with self._lock, contextlib.suppress(Exception):  # whatever went wrong, the notification is nobody's loss
            number = self._shown.pop(name, None)
            if number is not None and self._router is not None:
                self._call("CloseNotification", "u", (number,))

    def close(self) -> None:
        """Take all notifications away and leave."""
        for name in tuple(self._shown):
            self.withdraw(name)
        with self._lock:
            self._disconnect()

    def _connect(self) -> bool:
        from jeepney import MatchRule, message_bus  # noqa: PLC0415 - there only on Linux
        from jeepney.io.threading import Proxy, open_dbus_router  # noqa: PLC0415

        try:
            self._router = self._stack.enter_context(open_dbus_router(bus="SESSION"))
            if "actions" not in self._call("GetCapabilities", None, ())[0]:
                self._disconnect()
                return False
        except (OSError, KeyError, ValueError) as error:  # no session bus
            _log.info("There is no notification service: %s", type(error).__name__)
            self._disconnect()
            return False
        rule = MatchRule(type="signal", interface=_NAME, path=_PATH)
        Proxy(message_bus, self._router).AddMatch(rule)
        self._stack.enter_context(self._router.filter(rule, queue=self._signals))
        self._stack.callback(self._signals.put, _END)
        threading.Thread(target=self._listen, name="notifications", daemon=True).start()
        return True

    def _disconnect(self) -> None:
        self._router = None
        self._shown.clear()
        with contextlib.suppress(Exception):  # a connection that broke can't be closed well
            self._stack.close()

    def _call(self, method: str, signature: str | None, values: tuple[Any, ...]) -> Any:
        from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - there only on Linux
        from jeepney.wrappers import unwrap_msg  # noqa: PLC0415

        address = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        return unwrap_msg(
            self._router.send_and_get_reply(new_method_call(address, method, signature, values), timeout=_TIMEOUT)
        )

    def _listen(self) -> None:
        while (signal := self._signals.get()) is not _END:
            self._take(signal)

    def _take(self, signal: Any) -> None:
        from jeepney import HeaderFields  # noqa: PLC0415 - there only on Linux

        number, *rest = signal.body
        names = [name for name, known in self._shown.items() if known == number]
        if names and signal.header.fields.get(HeaderFields.member) == "ActionInvoked":
            self._chosen(names[0], rest[0])


def _plain(text: str) -> str:
    """Quote what the service may take as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
