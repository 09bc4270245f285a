"""Signs what is said of a release, for the web server that packages ask: ``python -m installer.announce --help``.

The key is made once and kept where the packages are not built: whoever has it and the web server can announce. It is
sealed under a pass phrase, which is asked for on the terminal.
"""

from __future__ import annotations

import argparse
import base64
import getpass
import json
import os
import sys
from datetime import date
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.updates import Announcement, Channel, Signed


def make_key(passphrase: bytes) -> tuple[bytes, bytes]:
    """Return a new private key as PEM, sealed under the pass phrase, and the public key's 32 bytes."""
    key = Ed25519PrivateKey.generate()
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )
    return sealed, key.public_key().public_bytes_raw()


def sign(announcement: Announcement, key: bytes, passphrase: bytes) -> bytes:
    """Return the file for the web server. Raises ValueError when the pass phrase does not open the key."""
    private = serialization.load_pem_private_key(key, passphrase)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("The key is of another kind than those that are made here.")
    signed = msgspec.json.encode(announcement)
    # Read as the packages will: what they would not take is not signed.
    msgspec.json.decode(signed, type=Announcement)
    return msgspec.json.encode(Signed(signed, private.sign(signed)))


def channel(url: str, public_key: str) -> bytes:
    """Return what a package is told of its channel; the key is in base64. Raises msgspec.ValidationError."""
    text = json.dumps({"url": url, "publicKey": public_key}).encode()
    return msgspec.json.encode(msgspec.json.decode(text, type=Channel))


def main(words: list[str]) -> int:
    """Make a key, or sign an announcement."""
    arguments = _parser().parse_args(words)
    if arguments.command == "key":
        sealed, public = make_key(_ask("Pass phrase for the new key: "))
        with os.fdopen(os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
        print(base64.b64encode(public).decode())
        return 0
    announcement = Announcement(arguments.version, arguments.date, arguments.page, tuple(arguments.note))
    passphrase = _ask("Pass phrase of the key: ")
    arguments.file.write_bytes(sign(announcement, arguments.key.read_bytes(), passphrase))
    return 0


def _ask(question: str) -> bytes:
    return getpass.getpass(question).encode()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m installer.announce", description="Announce a release.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    key = commands.add_parser("key", help="make a key; its public half is printed, for `./run package --updates-key`")
    key.add_argument("file", type=Path)
    release = commands.add_parser("sign", help="write the signed announcement for the web server")
    release.add_argument("file", type=Path)
    release.add_argument("--key", type=Path, required=True, help="the key's file")
    release.add_argument("--version", required=True)
    release.add_argument("--page", required=True, help="where people read about it and get it")
    release.add_argument("--note", action="append", default=[], help="what is new; may be given several times")
    release.add_argument("--date", type=date.fromisoformat, default=date.today(), help="by default today")  # noqa: DTZ011 - the signer's
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
