"""Keys lost and brought back from the command line, with a real keyring: all plays again, or nothing changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from fakes.server_process import Household
from fakes.swarm import MIB, Film, make_film, seeded

if sys.platform == "linux":
    from fakes import secret_service
else:
    pytest.skip("other systems have other keyrings", allow_module_level=True)

pytestmark = [*secret_service.marks]

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def household(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Household]:
    with secret_service.session(tmp_path, monkeypatch):
        household = Household(tmp_path / "household", has_key_file=False)
        household.prepare()
        yield household


@pytest.fixture
def film(tmp_path: Path) -> Film:
    return make_film(tmp_path / "in", 2 * MIB)


def files(household: Household) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in household.data.glob("*") if path.suffix in {".db", ".json"}}


async def plays(url: str, household: Household, source_id: str, film: Film) -> None:
    token = household.run("devices", "add", "A TV")["accessToken"]
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(url, headers=headers) as client,
        client.get(f"/api/stream/{source_id}") as reply,
    ):
        assert await reply.read() == film.data


def start_is_refused(household: Household) -> str:
    household.log.unlink(missing_ok=True)
    with pytest.raises(AssertionError), household.serving():
        pass
    return household.log.read_text()


async def test_locked_lost_and_brought_back(household: Household, film: Film, tmp_path: Path) -> None:
    backup, printed = tmp_path / "backup.json", ""
    with seeded(film.folder, piece_length=64 << 10) as magnet, household.serving() as url:
        assert len(secret_service.entries()) == 1
        source_id = household.run("sources", "add", magnet)["id"]
        await plays(url, household, source_id, film)
        assert household.run("key", "status")["verifiedAt"] is None
        household.run("key", "backup", str(backup), "--passphrase-fd", "0", answer=PASSPHRASE)
        assert household.run("key", "verify", str(backup), "--passphrase-fd", "0", answer=PASSPHRASE)["rows"] == 1
        assert household.run("key", "status")["verifiedAt"]
        assert household.run("status")["notices"] == []
        printed = household.run("key", "recovery")["recoveryKey"]

    secret_service.lock()
    assert "keyring is locked" in start_is_refused(household)
    assert household.run("key", "status")["state"] == "keyring_locked"
    secret_service.unlock()
    with household.serving() as url:
        await plays(url, household, source_id, film)

    before = files(household)
    secret_service.delete_entry()
    assert "key restore" in start_is_refused(household)
    assert household.run("key", "status")["state"] == "key_missing"
    broken_copies_change_nothing(household, backup, tmp_path)
    assert "add --yes" in household.refusal("key", "restore", str(backup), "--passphrase-fd", "0", answer=PASSPHRASE)
    assert files(household) == before
    assert secret_service.entries() == {}

    household.run("key", "restore", str(backup), "--passphrase-fd", "0", "--yes", answer=PASSPHRASE)
    with household.serving() as url:
        await plays(url, household, source_id, film)

    secret_service.delete_entry()
    household.run("key", "restore", "--recovery", "--yes", answer=printed)
    with household.serving() as url:
        await plays(url, household, source_id, film)


def broken_copies_change_nothing(household: Household, backup: Path, tmp_path: Path) -> None:
    good, bad = backup.read_bytes(), tmp_path / "bad.json"
    place = good.index(b'"sealed"') + 60
    reasons = set()
    for data, passphrase, reason in (
        (good, "another pass phrase", "does not open the backup"),
        (good[: len(good) // 2], PASSPHRASE, "is missing: it was not copied whole"),
        (good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :], PASSPHRASE, "is damaged"),
        (b"magnet:?xt=urn:btih:", PASSPHRASE, "is not a key backup"),
    ):
        bad.write_bytes(data)
        said = household.refusal("key", "restore", str(bad), "--passphrase-fd", "0", "--yes", answer=passphrase)
        assert reason in said
        reasons.add(said)
    assert len(reasons) == 4
