"""The server as a process: killed, restarted, asked from the command line, searched for secrets."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
from pathlib import Path

import aiohttp
import pytest
from fakes.server_process import ROOT, Household
from fakes.swarm import MIB, make_film, seeded

PIECE = 64 << 10


@pytest.fixture
def household(tmp_path: Path) -> Household:
    household = Household(tmp_path / "home")
    household.prepare()
    return household


def paired(url: str, household: Household) -> aiohttp.ClientSession:
    token = household.run("devices", "add", "A TV")["accessToken"]
    return aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {token}"})


async def fetch(client: aiohttp.ClientSession, source_id: str, first: int, last: int) -> bytes:
    async with client.get(f"/api/stream/{source_id}", headers={"Range": f"bytes={first}-{last}"}) as reply:
        assert reply.status == 206, await reply.text()
        return await reply.read()


def noted_pieces(household: Household) -> list[int]:
    (journal,) = household.data.glob("downloads/*/pieces")
    return [index for index, there in enumerate(journal.read_bytes()) if there]


async def test_what_was_complete_survives_a_kill(household: Household, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 8 * MIB)
    with (
        seeded(film.folder, piece_length=PIECE, upload_limit=4 * MIB) as magnet,
        household.serving(stop=signal.SIGKILL) as url,
    ):
        source_id = household.run("sources", "add", magnet, "--title", "Killed film")["id"]
        async with paired(url, household) as client, client.get(f"/api/stream/{source_id}") as reply:
            assert await reply.content.readexactly(3 * MIB) == film.data[: 3 * MIB]
            before = noted_pieces(household)
    assert len(before) * PIECE >= 3 * MIB - PIECE
    # Nobody seeds any more: whatever is answered now was on the disk and known to be.
    with household.serving() as url:
        async with paired(url, household) as client:
            assert await fetch(client, source_id, 0, 3 * MIB - 1) == film.data[: 3 * MIB]
    assert set(before) <= set(noted_pieces(household))


async def test_nothing_in_the_data_folder_tells_what_was_played(household: Household, tmp_path: Path) -> None:
    name, title = "Quite.Secret.Release.2026.1080p", "A title nobody should read"
    film = make_film(tmp_path / "in", 2 * MIB, name=name)
    with seeded(film.folder, piece_length=PIECE) as magnet, household.serving() as url:
        source_id = household.run("sources", "add", magnet, "--title", title)["id"]
        async with paired(url, household) as client:
            assert await fetch(client, source_id, 0, 2 * MIB - 1) == film.data
    info_hash = magnet.partition("btih:")[2][:40]
    raw = bytes.fromhex(info_hash)
    secrets = [info_hash, info_hash.upper(), "magnet:?", name, "Quite.Secret", title, "subtitles.srt", "announce"]
    needles = [text.encode() for text in secrets] + [raw, base64.b32encode(raw), base64.b64encode(raw)]
    files = [path for path in household.folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"miauflix.db", "log", "key.json", "pieces"}
    contents = {path: path.read_bytes() for path in files}
    found = [(path.name, needle) for path, data in contents.items() for needle in needles if needle in data]
    assert found == []
    names = " ".join(str(path.relative_to(household.folder)) for path in household.folder.rglob("*"))
    assert not [needle for needle in secrets if needle in names]
    # The search does find what is there: the bytes of the film themselves.
    assert any(film.data[:64] in data for data in contents.values())


async def test_the_command_line_beside_the_running_server(household: Household) -> None:
    with household.serving() as url:
        async with aiohttp.ClientSession(url) as stranger:
            async with stranger.post("/api/auth/device", json={"name": "Samsung TV"}) as reply:
                started = await reply.json()
            waiting = [device for device in household.run("devices", "list") if device.get("code")]
            assert [device["code"] for device in waiting] == [started["userCode"]]
            household.run("devices", "approve", started["userCode"])
            grant = {"grantType": "device_code", "deviceCode": started["deviceCode"]}
            async with stranger.post("/api/auth/token", json=grant) as reply:
                assert reply.status == 200
                token = (await reply.json())["accessToken"]
            headers = {"Authorization": f"Bearer {token}"}
            async with stranger.get("/api/sources", headers=headers) as reply:
                assert reply.status == 200
            (device,) = [device for device in household.run("devices", "list") if device["name"] == "Samsung TV"]
            household.run("devices", "revoke", device["id"])
            async with stranger.get("/api/sources", headers=headers) as reply:
                assert reply.status == 401
        status = household.run("status")
        assert status["streams"] == []
        assert status["urls"]


async def test_a_second_server_on_the_same_folder_is_refused(household: Household) -> None:
    with household.serving():
        with pytest.raises(AssertionError, match="Miauflix runs already"), household.serving():
            pass
        assert household.run("status")["streams"] == []


def test_a_reader_that_has_enough_is_no_error(household: Household) -> None:
    household.run("devices", "add", "TV")
    reading, writing = os.pipe()
    os.close(reading)
    command = household.command("sources", "list")
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
