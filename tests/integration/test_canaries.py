"""No identifier in clear anywhere: canaries in every spelling, over all that the product writes or answers."""

from __future__ import annotations

import json
import logging
import os
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from fakes.appliance import make_options
from fakes.canary import files_with, found_in, spellings
from fakes.server_process import ROOT, Household
from fakes.swarm import MIB, make_film, seeded
from yarl import URL

from server.bootstrap import ignore
from server.records import open_records

PASSPHRASE = "correct horse battery staple"
RELEASE = "Quite.Secret.Release.2026.1080p"


@dataclass(slots=True)
class Answers:
    """All that the server and the command line said."""

    said: list[bytes] = field(default_factory=list)

    async def ask(self, client: aiohttp.ClientSession, method: str, path: str, **request: object) -> int:
        async with client.request(method, URL(path, encoded=True), **request) as reply:  # type: ignore[arg-type]  # passed on as it is
            self.said.append(repr(reply.raw_headers).encode() + await reply.read())
            return reply.status

    def run(self, household: Household, *words: str, answer: str = "") -> None:
        done = subprocess.run(
            household.command(*words), cwd=ROOT, capture_output=True, check=False, timeout=60, input=answer.encode()
        )
        self.said.append(done.stdout + done.stderr)

    def leaks(self, digest: bytes) -> list[list[str]]:
        return [names for said in self.said if (names := found_in(said, digest))]


@pytest.fixture
def household(tmp_path: Path) -> Household:
    household = Household(tmp_path / "household")
    household.prepare()
    return household


async def provoke(answers: Answers, client: aiohttp.ClientSession, digest: bytes) -> None:
    """Send a canary wherever a request has room for one."""
    for spelling in spellings(digest).values():
        escaped = quote(spelling, safe="%")
        for path in (f"/api/stream/{escaped}", f"/api/sources/{escaped}", f"/{escaped}?x={escaped}"):
            assert await answers.ask(client, "GET", path) >= 400
        # a link with only the hash's spelling wrong, no link at all, JSON that ends too early, a field of that name
        for body in (
            json.dumps({"magnet": f"magnet:?xt=urn:btih:{spelling}z"}),
            json.dumps({"magnet": spelling[1:]}),
            json.dumps({"magnet": spelling})[:-3],
            json.dumps({spelling: spelling}),
        ):
            headers = {"Content-Type": "application/json"}
            assert await answers.ask(client, "POST", "/api/sources", data=body, headers=headers) >= 400
        headers = {"Authorization": f"Bearer {escaped}", "Range": "bytes=0-1"}
        assert await answers.ask(client, "GET", "/api/sources", headers=headers) == 401
        assert await answers.ask(client, "DELETE", f"/api/sources/{escaped}") == 404
        row = {"listId": spelling, "startIndex": 0, "endIndex": 0, "visibleItemCount": 1, "items": [spelling]}
        looking = {"timestamp": 1, "viewport": {"visibleSliders": [row]}}
        assert await answers.ask(client, "POST", "/api/ui/viewport", json=looking) == 400
    form = aiohttp.FormData()
    form.add_field("torrent", b"d4:info" + digest, filename=digest.hex())
    assert await answers.ask(client, "POST", "/api/sources", data=form) == 400


async def test_no_canary_is_left_anywhere(household: Household, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 2 * MIB, name=RELEASE)
    answers, lone = Answers(), random.Random(11).randbytes(20)
    with seeded(film.folder, piece_length=64 << 10) as magnet, household.serving() as url:
        played = bytes.fromhex(magnet.partition("btih:")[2][:40])
        source_id = household.run("sources", "add", magnet, "--title", "A film")["id"]
        household.run("sources", "add", f"magnet:?xt=urn:btih:{lone.hex()}&dn={RELEASE}", "--title", "Another")
        token = household.run("devices", "add", "A TV")["accessToken"]
        async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {token}"}) as client:
            async with client.get(f"/api/stream/{source_id}") as reply:
                assert await reply.read() == film.data
            for digest in (played, lone):
                await provoke(answers, client, digest)
            again = {"magnet": magnet, "title": "Again"}
            assert await answers.ask(client, "POST", "/api/sources", json=again) == 409
            items = [source["itemId"] for source in household.run("sources", "list")]
            row = {"listId": "all", "startIndex": 0, "endIndex": 1, "visibleItemCount": 2, "items": items}
            looking = {"timestamp": 1, "viewport": {"visibleSliders": [row]}}
            assert await answers.ask(client, "POST", "/api/ui/viewport", json=looking) == 202
            paths = ("/api/sources", f"/api/sources/{source_id}", "/api/preload", "/api/status", "/api/openapi.json")
            for path in paths:
                assert await answers.ask(client, "GET", path) == 200
        for words in (["sources", "list"], ["devices", "list"], ["status"], ["key", "status"]):
            answers.run(household, *words)
        for name in ("hex", "base32", "base64", "escaped"):
            answers.run(household, "sources", "add", f"magnet:?xt=urn:btih:{spellings(lone)[name]}z")
        answers.run(
            household, "key", "backup", str(household.folder / "backup"), "--passphrase-fd", "0", answer=PASSPHRASE
        )
    answers.run(household, "key", "rotate")

    options = make_options(household.folder)
    async with open_records(options, {}, ignore) as records:
        answers.said += [repr(entry).encode() for entry in await records.audit.latest()]
        kept = {bytes.fromhex(source.identifiers.info_hash) for source in await records.sources.list()}
    assert {played, lone} <= kept  # the canaries are in there, under lock and key
    assert len(answers.said) > 200
    for digest in (played, lone):
        assert answers.leaks(digest) == []
        assert files_with(household.folder, digest) == {}
    everything = b"".join(path.read_bytes() for path in household.folder.rglob("*") if path.is_file())
    assert RELEASE.encode() not in everything + b"".join(answers.said)


def test_a_canary_that_gets_out_is_caught(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = random.Random(12).randbytes(20)
    answers = Answers([b"nothing", f"say {digest.hex()}".encode()])
    assert answers.leaks(digest) == [["hex"]]
    handler = logging.StreamHandler()
    handler.emit(logging.makeLogRecord({"msg": spellings(digest)["base32"]}))
    assert found_in(capsys.readouterr().err.encode(), digest) == ["base32"]
    (tmp_path / "file").write_bytes(b"\0" + digest)
    (tmp_path / digest.hex()).mkdir()
    assert files_with(tmp_path, digest) == {"file": ["raw"], digest.hex(): ["hex"]}
    for name, spelling in spellings(digest).items():
        (tmp_path / "file").write_text(spelling + os.linesep)
        assert name in files_with(tmp_path, digest)["file"]
