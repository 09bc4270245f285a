"""A key file for machines without a keyring: readable by its owner only, written whole or not at all."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from server.errors import KeyFileError

KIND = "file"
_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class KeyFileStore:
    """The key record in a file of mode 0600 that belongs to this user or to root."""

    path: Path
    managed: bool = False
    """Whether the service manager made the file; it may let this user in through an access list, shown as a group's."""

    @property
    def kind(self) -> str:
        """Return what ``vault.json`` calls key files."""
        return KIND

    @property
    def place(self) -> str:
        """Return the file's path."""
        return f"the key file {self.path}"

    async def read(self) -> str | None:
        """Return the file's text, None when there is no file. Raises KeyFileError for a wrong owner, mode or kind."""
        return await asyncio.to_thread(self._read)

    async def write(self, text: str) -> None:
        """Replace the file. Raises KeyFileError when that can't be done."""
        await asyncio.to_thread(self._write, text)

    def beside(self, label: str) -> KeyFileStore:
        """Return the file in the same folder whose name ends with the label."""
        return KeyFileStore(self.path.with_name(f"{self.path.name}.{label}"))

    def _read(self) -> str | None:
        try:
            with self.path.open("rb") as file:
                self._check(os.fstat(file.fileno()))
                content = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyFileError(f"The key file {self.path} can't be read: {error.strerror}.") from error
        if len(content) > _MAX_BYTES or not content.isascii():
            raise KeyFileError(f"{self.path} is not a key file of Miauflix.")
        return content.decode("ascii").strip()

    def _check(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise KeyFileError(f"{self.path} is not a regular file.")
        if sys.platform == "win32":  # modes and owners say nothing there; the profile folder's access list protects
            return
        if status.st_uid not in {os.geteuid(), 0}:
            raise KeyFileError(f"The key file {self.path} belongs to another user. Make it your own (chown).")
        if status.st_mode & (0o007 if self.managed else 0o077):
            raise KeyFileError(f"Other users can read the key file {self.path}. Close it to them (chmod 600).")

    def _write(self, text: str) -> None:
        folder = self.path.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # mkstemp makes the file for its owner only
            handle, draft = tempfile.mkstemp(prefix=".key-", dir=folder)
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(text + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                Path(draft).replace(self.path)
            except OSError:
                Path(draft).unlink(missing_ok=True)
                raise
            _sync_folder(folder)
        except OSError as error:
            raise KeyFileError(f"The key file {self.path} can't be written: {error.strerror}.") from error


def default_key_file(vault_id: str) -> Path:
    """Return where the key of the data folder with this vault id is kept when there is no keyring."""
    return platformdirs.user_config_path("miauflix", appauthor=False) / "keys" / f"{vault_id}.json"


def _sync_folder(folder: Path) -> None:
    """Make the new name last; Windows can't open folders and keeps names by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
