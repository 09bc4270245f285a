"""Identifiers that can be recognised wherever they turn up, in every spelling they may have."""

from __future__ import annotations

import base64
import urllib.parse
from pathlib import Path


def spellings(digest: bytes) -> dict[str, str]:
    """Return every common way to write an info hash (20 or 32 bytes), or a secret, as text."""
    hexadecimal, base32 = digest.hex(), base64.b32encode(digest).decode().rstrip("=")
    standard, safe = base64.b64encode(digest).decode(), base64.urlsafe_b64encode(digest).decode()
    magnet = f"magnet:?xt=urn:btih:{hexadecimal}&dn=x"
    return {
        "hex": hexadecimal,
        "HEX": hexadecimal.upper(),
        "hex in groups": digest.hex(":"),
        "base32": base32,
        "base32 in lower case": base32.lower(),
        "base64": standard,
        "base64 for URLs": safe,
        "base64 for URLs, bare": safe.rstrip("="),
        "base64, escaped": urllib.parse.quote(standard, safe=""),
        "base64 of hex": base64.b64encode(hexadecimal.encode()).decode(),
        "escaped": urllib.parse.quote_from_bytes(digest, safe=""),
        "all escaped": "".join(f"%{byte:02x}" for byte in digest),
        "repr": repr(digest),
        "repr of a bytearray": repr(bytearray(digest)),
        "magnet": magnet,
        "magnet, escaped": urllib.parse.quote(magnet, safe=""),
        "magnet in base32": f"magnet:?xt=urn:btih:{base32}",
    }


def found_in(data: bytes, digest: bytes) -> list[str]:
    """Return the spellings of the digest that are in the data; raw bytes count as one."""
    names = [name for name, spelling in spellings(digest).items() if spelling.encode() in data]
    return names + (["raw"] if digest in data else [])


def files_with(folder: Path, digest: bytes) -> dict[str, list[str]]:
    """Return what is found in the files of a folder and in their names, by file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        data = str(path.relative_to(folder)).encode() + (b"\0" + path.read_bytes() if path.is_file() else b"")
        if names := found_in(data, digest):
            found[path.name] = names
    return found
