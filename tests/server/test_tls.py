"""Whom we trust on the internet, tried with real handshakes."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

import pytest
from fakes.certificates import Authority, make_authority

from server.tls import client_context, has_authorities


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("certificates"))


def shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, host: str) -> None:
    """Do a handshake in memory. Raises ssl.SSLError."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    while ends:
        for end in list(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            ends.remove(end)


def test_a_server_that_the_system_trusts_is_let_in(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    shake_hands(client_context(), authority.server, "127.0.0.1")


def test_a_server_under_another_name_is_refused(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(client_context(), authority.server, "127.0.0.2")


def test_a_server_that_nobody_vouches_for_is_refused(authority: Authority) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(client_context(), authority.server, "127.0.0.1")


@pytest.mark.skipif(sys.platform != "linux", reason="only there the authorities may be missing")
def test_a_machine_without_authorities_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_authorities("linux")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setattr("server.tls._ELSEWHERE", ())
    assert not has_authorities("linux")
