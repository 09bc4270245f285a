from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from fakes.problems import read_problem

from server.api import bodies
from server.models import Scope

if TYPE_CHECKING:
    from fakes.site import Site


async def test_a_body_that_drips_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "JSON_WITHIN", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    head = f"POST /api/auth/device HTTP/1.1\r\nHost: localhost:{site.port}\r\nContent-Type: application/json\r\n"
    writer.write(f'{head}Content-Length: 1000\r\nConnection: close\r\n\r\n{{"name":'.encode())
    async with asyncio.timeout(20):
        answer = await reader.readuntil(b"}")
    assert answer.split()[1] == b"408"
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "body_timeout"
    writer.close()


async def test_what_is_wrong_is_said_without_repeating_it(site: Site) -> None:
    for value in ("se'cret", "se\ncret' - at `$`"):
        async with site.client.post("/api/auth/token", json={"grantType": value}) as response:
            assert (await read_problem(response))["detail"] == "Invalid value - at `$.grantType`."


@pytest.mark.parametrize("code", ["", "x" * 17])
async def test_what_stands_in_the_path_is_checked(site: Site, code: str) -> None:
    _, headers = await site.add_device(Scope.ADMIN)
    async with site.client.put(f"/api/pairings/{code}", json={"approved": True}, headers=headers) as response:
        assert response.status == (400 if code else 404)
