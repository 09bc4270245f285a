from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.errors import KeyWrongError
from server.vault.cipher import DecryptionError
from server.vault.legacy_cipher import LegacyCipher, parse_legacy_key

KEY = bytes(range(32))
PLAIN = b"magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a"


def parts(iv_bytes: int) -> tuple[bytes, bytes, bytes]:
    iv = bytes(range(100, 100 + iv_bytes))
    sealed = AESGCM(KEY).encrypt(iv, PLAIN, None)
    return iv, sealed[:-16], sealed[-16:]


def spellings(iv_bytes: int) -> dict[str, bytes | str]:
    iv, text, tag = parts(iv_bytes)
    whole, tag_first = iv + text + tag, iv + tag + text
    return {
        "bytes": whole,
        "bytes, tag before": tag_first,
        "base64": base64.b64encode(whole).decode(),
        "base64, tag before": base64.b64encode(tag_first).decode(),
        "base64 in bytes": base64.b64encode(whole),
        "base64 without padding": base64.b64encode(whole).decode().rstrip("="),
        "base64 for addresses": base64.urlsafe_b64encode(whole).decode(),
        "hex": whole.hex(),
        "hex, tag before": tag_first.hex().upper(),
        "colons, hex": f"{iv.hex()}:{text.hex()}:{tag.hex()}",
        "colons, tag before": f"{iv.hex()}:{tag.hex()}:{text.hex()}",
        "points, base64": ".".join(base64.b64encode(part).decode() for part in (iv, text, tag)),
    }


@pytest.mark.parametrize("iv_bytes", [12, 16])
@pytest.mark.parametrize("spelling", spellings(12))
def test_reads_every_spelling(spelling: str, iv_bytes: int) -> None:
    assert LegacyCipher(KEY).decrypt(spellings(iv_bytes)[spelling]) == PLAIN


@pytest.mark.parametrize("value", ["", b"", "abc", "a:b:c", "::", "é" * 40, b"\xff" * 20, "A" * 400, "::" + "00" * 40])
def test_refuses_what_it_is_not(value: str | bytes) -> None:
    with pytest.raises(DecryptionError, match="can't be decrypted"):
        LegacyCipher(KEY).decrypt(value)


def test_notices_every_flipped_bit() -> None:
    iv, text, tag = parts(12)
    envelope = iv + text + tag
    for bit in range(8 * len(envelope)):
        flipped = bytearray(envelope)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecryptionError):
            LegacyCipher(KEY).decrypt(bytes(flipped))


def test_says_when_another_key_is_wanted() -> None:
    with pytest.raises(DecryptionError, match="another key"):
        LegacyCipher(bytes(32)).decrypt(spellings(12)["base64"])
    with pytest.raises(DecryptionError, match="was not given"):
        LegacyCipher(None).decrypt(spellings(12)["base64"])


@pytest.mark.parametrize("text", [base64.b64encode(KEY).decode(), base64.urlsafe_b64encode(KEY).decode() + "\n"])
def test_reads_keys(text: str) -> None:
    assert parse_legacy_key(text) == KEY


@pytest.mark.parametrize("text", ["", "secret", base64.b64encode(KEY[:31]).decode(), KEY.hex() + "00", "ключ"])
def test_refuses_what_is_no_key_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyWrongError) as caught:
        parse_legacy_key(text)
    assert not text or text not in str(caught.value)
