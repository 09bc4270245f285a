"""``sources search``: JSON for programs, a table for people, beside a running server and without one."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fakes.appliance import RESOURCES
from fakes.cinemeta import CinemetaSite, FakeTitle
from fakes.server_process import ROOT, SETTINGS, Household
from fakes.sites.torrent import FakeTorrent
from fakes.sites.yts import YtsSite

from server.cli import main

FILM, SHOW = FakeTitle("tt0017136", "Metropolis", "1927"), FakeTitle("tt0944947", "Thrones", "2011", (10,))
OFF = "enabled = false\n"


@pytest.fixture
async def site() -> AsyncIterator[YtsSite]:
    async with YtsSite.running() as site:
        site.add(FakeTorrent(seeders=300), FakeTorrent(seeders=4, resolution="2160p", size=9 << 30))
        yield site


@pytest.fixture
async def household(tmp_path: Path, site: YtsSite) -> AsyncIterator[Household]:
    household = Household(tmp_path / "household")
    household.prepare()
    async with CinemetaSite.running() as cinemeta:
        cinemeta.titles += [
            FakeTitle("tt0017136", "Metropolis", "1927"),
            FakeTitle("tt0944947", "Thrones", "2011", (10,)),
        ]
        (household.data / "settings.toml").write_text(
            f'{SETTINGS}[catalogue.cinemeta]\nurl = "{cinemeta.url}"\n[catalogue.internet_archive]\n{OFF}'
            f'[sources.internet_archive]\n{OFF}[sources.yts]\nurl = "{site.url}"\n'
        )
        yield household


async def test_programs_get_json(household: Household, site: YtsSite, capsys: pytest.CaptureFixture[str]) -> None:
    async def run(*words: str) -> Any:
        assert await asyncio.to_thread(main, words_of(household, *words), resources=RESOURCES) == 0
        return json.loads(capsys.readouterr().out)

    found = await run("search", "metropolis")
    assert (found["title"], found["itemId"]) == ("Metropolis (1927)", "tt0017136")
    assert [source["isDefault"] for source in found["sources"]] == [True, False]
    assert {report["provider"]: report["count"] for report in found["reports"]} == {"user": 0, "yts": 2}
    assert not any(torrent.info_hash in str(found).lower() for torrent in site.torrents)
    again = await run("search", "tt0017136")
    assert [source["id"] for source in again["sources"]] == [source["id"] for source in found["sources"]]
    assert {report["status"] for report in again["reports"]} == {"cached"}
    assert await run("list") == []


async def test_people_get_a_table(household: Household, site: YtsSite) -> None:
    shown = await asyncio.to_thread(on_a_terminal, household, "sources", "search", "metropolis")
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "Metropolis (1927) · tt0017136" in lines
    assert "▸ 1080p h264 BluRay 2.0 GiB 300 280.0 yts" in [remove_age(line) for line in lines]
    assert any(line.startswith("2160p h264 BluRay 9.0 GiB 4 -") for line in lines)
    assert any(line.startswith("yts: 2 found in ") for line in lines)
    assert not any(torrent.info_hash in shown.lower() for torrent in site.torrents)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["nothing of the kind"], "No title like “nothing of the kind” was found. Try fewer words."),
        (["thrones"], "Thrones is a show: name a --season and an --episode."),
        (["tt0000000"], "No such title"),
    ],
)
async def test_what_is_not_there(
    household: Household, words: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(main, words_of(household, "search", *words), resources=RESOURCES) == 1
    assert reason in capsys.readouterr().err


async def test_episodes(household: Household, capsys: pytest.CaptureFixture[str]) -> None:
    words = words_of(household, "search", "thrones", "--season", "1", "--episode", "2")
    assert await asyncio.to_thread(main, words, resources=RESOURCES) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["itemId"], found["title"], found["sources"]) == ("tt0944947:1:2", "Thrones S01E02", [])


def words_of(household: Household, *words: str) -> list[str]:
    """Return the words for a command in this process."""
    command = household.command("sources", *words)
    return command[command.index("sources") :]


def remove_age(line: str) -> str:
    """Put the score of a new release in place of one that is some weeks old."""
    words = line.split()
    return " ".join([*words[:7], "280.0", *words[8:]]) if len(words) > 8 else line


def on_a_terminal(household: Household, *words: str) -> str:
    """Run a command that believes a person is looking; return what it shows."""
    ours, theirs = pty.openpty()
    environment: dict[str, Any] = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(
        household.command(*words), cwd=ROOT, stdout=theirs, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        os.close(theirs)
        shown = b""
        with os.fdopen(ours, "rb", buffering=0) as screen:
            try:
                while data := screen.read(4096):
                    shown += data
            except OSError:  # how the end of a terminal shows on Linux
                pass
        assert process.wait(30) == 0
    return shown.decode()
