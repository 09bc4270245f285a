"""The description of the API against the running server, by schemathesis: no 500, and nothing undocumented."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.server_process import Household
from fakes.swarm import MIB, make_film, seeded

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="one system is enough for what is the same on all")

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth"
CONFIG = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503]  # 503: no catalogue is turned on
""" + "".join(
    f'[[operations]]\ninclude-path = "{path}"\ninclude-method = "{method}"\nparameters = {{ "path.id" = "SOURCE" }}\n'
    for method, path in (
        ("GET", "/api/stream/{id}"),
        ("GET", "/api/sources/{id}"),
        ("POST", "/api/sources/{id}/media-url"),
        ("GET", "/api/sources/{id}/playlist.m3u"),
    )
)
SETTINGS = """
[stream]
timeout_ms = 300
[catalogue.cinemeta]
enabled = false
[catalogue.internet_archive]
enabled = false
[catalogue.tmdb]
enabled = false
"""
ENDLESS, SIGNS_OUT, TURNS_ITSELF_OUT = "send_events", "end_session", "revoke_device"


@dataclass(frozen=True, slots=True)
class Api:
    url: str
    token: str
    folder: Path
    log: Path


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    household = Household(tmp_path / "home")
    household.prepare()
    settings = household.data / "settings.toml"
    settings.write_text(settings.read_text("utf-8") + SETTINGS)
    film = make_film(tmp_path / "in", MIB // 4)
    with seeded(film.folder, piece_length=64 << 10) as magnet, household.serving() as url:
        source = household.run("sources", "add", magnet, "--title", "A film")
        (tmp_path / "schemathesis.toml").write_text(CONFIG.replace("SOURCE", source["id"]))
        device = household.run("devices", "add", "Administrator")
        household.run("devices", "scope", device["deviceId"], "admin")
        yield Api(url, device["accessToken"], tmp_path, household.log)


async def findings(api: Api, inputs: int, *words: str) -> str:
    """Try inputs on all operations but the ones left out; return what schemathesis says."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={api.folder / 'schemathesis.toml'}",
        "run",
        f"{api.url}/api/openapi.json",
        f"--checks={CHECKS}",
        "--phases=coverage,fuzzing",
        f"--max-examples={inputs}",
        "--seed=1",
        "--generation-deterministic",
        "--request-timeout=30",
        "--no-color",
        *words,
    ]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=api.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    return (await process.communicate())[0].decode()


async def test_the_server_does_what_it_says_whoever_asks(api: Api, request: pytest.FixtureRequest) -> None:
    inputs = request.config.getoption("--inputs")
    left_out = [f"--exclude-operation-id={name}" for name in (ENDLESS, SIGNS_OUT, TURNS_ITSELF_OUT)]
    as_stranger, as_administrator = await asyncio.gather(
        findings(api, inputs), findings(api, inputs, f"--header=Authorization: Bearer {api.token}", *left_out)
    )
    for said in (as_stranger, as_administrator):
        assert "Operations:" in said
        assert "= FAILURES =" not in said, said
        assert "= ERRORS =" not in said, said
    assert "GET /api/stream/{id}\n" not in as_administrator, "it warns that no video was ever found"
    assert "Traceback" not in api.log.read_text("utf-8")
