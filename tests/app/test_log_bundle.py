from __future__ import annotations

import zipfile
from pathlib import Path

from app.log_bundle import cleaned, write_bundle

_HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"


def test_the_bundle_holds_the_logs_without_identifiers(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "miauflix.log").write_text(
        f"opened magnet:?xt=urn:btih:{_HASH}&dn=Secret\npeer 192.168.1.33:80 100%\n", "utf-8"
    )
    (logs / "miauflix.log.1").write_bytes(b"older \xff\n")
    (logs / "other.txt").write_text("not a log", "utf-8")
    file = tmp_path / "bundle.zip"
    assert write_bundle(file, logs, "a note") == 2
    with zipfile.ZipFile(file) as bundle:
        assert sorted(bundle.namelist()) == ["about.txt", "miauflix.log", "miauflix.log.1"]
        text = bundle.read("miauflix.log").decode()
        assert "a note" in bundle.read("about.txt").decode()
    assert _HASH not in text
    assert "Secret" not in text
    assert "peer [address]:80 100%" in text


def test_names_of_the_user_and_of_machines_are_gone() -> None:
    own = Path("/users/jane")
    text = cleaned("at /users/jane/x from fe80::1c2:aa and 2001:db8:0:1::7 to 127.0.0.1:80 on 0.0.0.0", own)
    assert text == "at ~/x from [address] and [address] to 127.0.0.1:80 on 0.0.0.0\n"
    assert cleaned("12:30:45 it took 0:00:01", own) == "12:30:45 it took 0:00:01\n"
