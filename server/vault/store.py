"""What a place for the key record can do: the keyring and the key file are two."""

from __future__ import annotations

from typing import Protocol


class KeyStore(Protocol):
    """Keeps one line of text. The text is a secret: it never shows in an error or a log."""

    @property
    def kind(self) -> str:
        """Return what ``vault.json`` calls this kind of store."""

    @property
    def place(self) -> str:
        """Return where the entry is, in words for people."""

    async def read(self) -> str | None:
        """Return what was stored, None when nothing was. Raises a StartError when the store can't tell."""

    async def write(self, text: str) -> None:
        """Store the text in place of what was there. Raises a StartError."""

    def beside(self, label: str) -> KeyStore:
        """Return the place for another text, named like this one and ``label``."""
