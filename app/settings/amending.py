"""Changes to settings: their check against what the server takes, and their way into ``settings.toml``. No Qt."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError

from server.settings import Settings

Key = tuple[str, ...]
"""Where a setting stands: ``("server", "port")``."""

Edits = Mapping[Key, Any]
"""New values of settings; None takes a setting out, so that its default counts again."""

_AT = re.compile(r" - at `([^`]*)`")


class SettingRefusedError(Exception):
    """A setting can't be as it is wanted; ``key`` says which, empty when it is none in particular."""

    def __init__(self, key: Key, text: str) -> None:
        super().__init__(text)
        self.key = key
        self.text = text


def amend(settings: Settings, edits: Edits) -> Settings:
    """Return the settings with the edits in them. Raises SettingRefusedError."""
    values = msgspec.to_builtins(settings)
    _put(values, edits)
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        places = [tuple(place.removeprefix("$.").split(".")) for place in _AT.findall(str(error))]
        raise SettingRefusedError(
            max(places, key=len, default=()), _AT.sub("", str(error)).replace("`", "") + "."
        ) from None


def amend_text(text: str, edits: Edits) -> str:
    """Return the text of a ``settings.toml`` with the edits in it; comments and order stay.

    Raises SettingRefusedError.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise SettingRefusedError((), f"settings.toml can't be read as it is now: {error}.") from error
    _put(document, edits)
    return tomlkit.dumps(document)


def read_text(path: Path) -> str | None:
    """Return the file's text, None when there is no file. Blocking. Raises OSError."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None


def write_text(path: Path, text: str | None) -> None:
    """Replace the file at once and whole; None takes it away. Blocking. Raises OSError."""
    if text is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _put(values: Any, edits: Edits) -> None:
    """Put the edits into nested tables, of Python or of tomlkit."""
    for key, value in edits.items():
        table = values
        for name in key[:-1]:
            if name not in table:
                table[name] = {}
            table = table[name]
        if value is None:
            table.pop(key[-1], None)
        else:
            table[key[-1]] = value
