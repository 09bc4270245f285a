from __future__ import annotations

import io
import logging
import random
import uuid

import pytest
from fakes.canary import found_in, spellings
from hypothesis import given
from hypothesis import strategies as st

from server.logs import protect
from server.redaction import GONE, redact
from server.vault.record import KeyRecord
from server.vault.recovery_key import encode_recovery_key

DIGESTS = st.builds(
    lambda seed, size: random.Random(seed).randbytes(size), st.integers(0, 1 << 64), st.sampled_from([20, 32])
)


@given(
    digest=DIGESTS,
    before=st.sampled_from(["", "x=", '"', "(", "/", "a "]),
    after=st.sampled_from(["", '"', ")", "&", "/", " a"]),
)
def test_no_spelling_of_an_info_hash_is_left(digest: bytes, before: str, after: str) -> None:
    for name, spelling in spellings(digest).items():
        line = f"{before}{spelling}{after}"
        assert spelling in line
        assert found_in(redact(line).encode(), digest) == [], name


@pytest.mark.parametrize(
    "secret",
    [
        "magnet:?xt=urn:btmh:1220" + "ab" * 32 + "&tr=udp://tracker",
        "MAGNET:?dn=A+quite+secret+release&xt=urn:btih:short",
        "magnet%3A%3Fxt%3Durn%3Abtih%3Ashort",
        "magnet%253A%253Fxt%253Durn%253Abtih%253Ashort",
        "x'" + "0f" * 32 + "'",
        "4r1rVSEZsoJSpWIuljAaoDafQrQhhz_r-7JvUPRrcJw",  # as a refresh token looks
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1",
    ],
)
def test_secrets_of_other_forms_are_taken_out(secret: str) -> None:
    assert secret.strip("x'") not in redact(f"GET /x?a={secret} HTTP/1.1")
    assert GONE in redact(secret)


def test_keys_are_taken_out_however_they_are_kept() -> None:
    record = KeyRecord.generate()
    for text in (record.to_json(), encode_recovery_key(record), repr(record.database_key), record.root.hex()):
        left = redact(text).encode()
        for key in (record.database_key, record.torrent_keys[1], record.root):
            assert found_in(left, key) == []
    assert not [row for row in encode_recovery_key(record).split("\n") if row in redact(encode_recovery_key(record))]


@pytest.mark.parametrize(
    "line",
    [
        f"Security alert: source {uuid.UUID(int=0xA1B2C3D4 << 90)} can't be decrypted. The value is damaged.",
        "192.168.1.20 GET /api/stream/{sourceId} 206 1048576 B 12 ms",
        'File "/opt/miauflix/lib/python3.11/site-packages/aiohttp/web_protocol.py", line 510, in start',
        "KeyringUnavailableError: The keyring failed (ConnectionError). Check that it runs.",
        "Miauflix is ready at http://192.168.1.20:8620",
        "2026-11-22T16:24:21.845044Z INFO server.torrent.engine: listening on 0.0.0.0:0 [::]:0",
        "~/.local/share/miauflix/downloads/0189c7f0e1a2b3c4d5e6f70819203a4b/journal",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert redact(line) == line


def test_a_protected_handler_redacts_messages_arguments_and_tracebacks() -> None:
    digest = random.Random(5).randbytes(20)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("test.canary")
    logger.propagate = False
    logger.addHandler(handler)

    def write() -> str:
        stream.truncate(stream.seek(0))
        logger.warning("The torrent %s, %r", digest.hex(), digest)
        try:
            int(digest.hex().upper())
        except ValueError:
            logger.exception("failed")
        return stream.getvalue()

    assert found_in(write().encode(), digest) == ["hex", "HEX", "repr"]
    protect(handler)
    assert found_in(write().encode(), digest) == []
    assert "WARNING The torrent" in stream.getvalue()
    assert "ValueError: invalid literal" in stream.getvalue()
