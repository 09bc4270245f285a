"""TLS to the outside: the certificate authorities are the operating system's, wherever it keeps them."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

import truststore

_KEEPS_ITS_OWN = ("darwin", "win32")
"""Systems that judge certificates themselves: their authorities are in no file."""

_ELSEWHERE = tuple(
    Path(name)
    for name in (
        "/etc/ssl/cert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/cert.pem",
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/ssl/ca-bundle.pem",
    )
)
"""Where Linux distributions have all authorities in one file."""


def client_context(platform: str = sys.platform) -> ssl.SSLContext:
    """Return a context that trusts only servers whose certificate the operating system does, by their host name.

    Python by itself finds the authorities only where the system that it was built on has them: an installed Miauflix
    brings its Python along, and would find none on macOS and on other Linux distributions. Blocking.
    """
    if platform in _KEEPS_ITS_OWN:
        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.create_default_context()
        if not _python_finds_them() and (file := next(filter(Path.is_file, _ELSEWHERE), None)):
            context.load_verify_locations(file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def has_authorities(platform: str = sys.platform) -> bool:
    """Say whether the operating system has any certificate authorities. Blocking."""
    return platform in _KEEPS_ITS_OWN or _python_finds_them() or any(file.is_file() for file in _ELSEWHERE)


def _python_finds_them() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile) or bool(paths.capath and any(Path(paths.capath).glob("*.0")))
