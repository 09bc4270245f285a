"""The primitives that the vault stands on, against Project Wycheproof's vectors; each file names its source."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VECTORS = Path(__file__).with_name("vectors")
SHORTEST_IV, LONGEST_IV = 8, 128  # bytes that the library takes; ours have 12


def load(name: str) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))["tests"]
    return [{key: read(key, value) for key, value in test.items()} for test in tests]


def read(key: str, value: Any) -> Any:
    return value if key == "result" or isinstance(value, int) else bytes.fromhex(value)


def test_aes_gcm() -> None:
    tried = 0
    for test in load("aes_gcm"):
        if not SHORTEST_IV <= len(test["iv"]) <= LONGEST_IV:
            with pytest.raises(ValueError, match="Nonce"):
                AESGCM(test["key"]).encrypt(test["iv"], test["msg"], test["aad"])
            continue
        tried += 1
        sealed = test["ct"] + test["tag"]
        if test["result"] == "valid":
            assert AESGCM(test["key"]).encrypt(test["iv"], test["msg"], test["aad"]) == sealed, test["tcId"]
            assert AESGCM(test["key"]).decrypt(test["iv"], sealed, test["aad"]) == test["msg"], test["tcId"]
        else:
            with pytest.raises(InvalidTag):
                AESGCM(test["key"]).decrypt(test["iv"], sealed, test["aad"])
    assert tried == 94


def test_aes_siv() -> None:
    tests = load("aes_siv")
    for test in tests:
        cipher = AESSIV(test["key"])
        if test["result"] == "valid":
            assert cipher.encrypt(test["msg"], [test["aad"]]) == test["ct"], test["tcId"]
            assert cipher.decrypt(test["ct"], [test["aad"]]) == test["msg"], test["tcId"]
        else:
            with pytest.raises(InvalidTag):
                cipher.decrypt(test["ct"], [test["aad"]])
    assert len(tests) == 147


def test_hkdf() -> None:
    tests = load("hkdf_sha256")
    for test in tests:
        if test["result"] == "valid":
            hkdf = HKDF(algorithm=SHA256(), length=test["size"], salt=test["salt"], info=test["info"])
            assert hkdf.derive(test["ikm"]) == test["okm"], test["tcId"]
        else:
            with pytest.raises(ValueError, match="derive"):
                HKDF(algorithm=SHA256(), length=test["size"], salt=test["salt"], info=test["info"])
    assert len(tests) == 86


def test_hmac() -> None:
    tests = load("hmac_sha256")
    for test in tests:
        tag = hmac.digest(test["key"], test["msg"], "sha256")[: len(test["tag"])]
        assert hmac.compare_digest(tag, test["tag"]) == (test["result"] == "valid"), test["tcId"]
    assert len(tests) == 174


def test_pbkdf2() -> None:
    for test in load("pbkdf2_sha256"):
        assert hashlib.pbkdf2_hmac("sha256", test["password"], test["salt"], test["rounds"], 64) == test["dk"]
