"""TLS to the outside: the certificate authorities are the operating system's, wherever it keeps them."""

from __future__ import annotations

import ssl
from pathlib import Path

import truststore


def client_context() -> ssl.SSLContext:
    """Return a context that trusts only servers whose certificate the operating system does, by their host name.

    Python by itself finds the authorities only where the system that it was built on has them: an installed Miauflix
    brings its Python along, and would find none on macOS and on other Linux distributions.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def has_authorities(platform: str) -> bool:
    """Say whether the operating system (as in ``sys.platform``) has any certificate authorities. Blocking."""
    if platform in {"win32", "darwin"}:
        return True  # they come with the system, and are asked there
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    return bool(paths.cafile) or bool(folder and any(folder.glob("*.0"))) or any(file.is_file() for file in _ELSEWHERE)


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
