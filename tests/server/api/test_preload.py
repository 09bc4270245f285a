from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import pytest
from fakes.problems import read_problem
from fakes.site import Site

from server.api.preload import VIEWPORT_LIMIT
from server.models import Scope
from server.preload import scopes


def viewport(*items: str, timestamp: int = 1000, focused: int | None = None, visible: int = 2) -> dict[str, Any]:
    slider = {
        "listId": "new",
        "startIndex": 0,
        "endIndex": len(items) - 1,
        "visibleItemCount": visible,
        "items": list(items),
    }
    focus = None
    if focused is not None:
        focus = {"listId": "new", "index": focused, "itemId": items[focused], "focusDuration": 1500}
    return {
        "timestamp": timestamp,
        "viewport": {"visibleSliders": [slider], "focused": focus},
        "context": {"deviceType": "tv", "connectionType": "ethernet"},
    }


async def post(site: Site, headers: dict[str, str], body: Any) -> tuple[int, dict[str, Any], str]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {**headers, "Content-Type": "application/json"}
    async with site.client.post("/api/ui/viewport", headers=headers, data=data) as reply:
        problem = await read_problem(reply) if reply.status >= 400 else {}
        return reply.status, problem, reply.headers.get("Retry-After", "")


async def preloads(site: Site, headers: dict[str, str]) -> dict[str, Any]:
    async with site.client.get("/api/preload", headers=headers) as reply:
        assert reply.status == 200
        return dict(await reply.json())


async def priorities(site: Site, headers: dict[str, str]) -> dict[str, str]:
    return {entry["itemId"]: entry["priority"] for entry in (await preloads(site, headers))["entries"]}


async def test_a_viewport_puts_titles_into_the_queue(site: Site) -> None:
    _, headers = await site.add_device()
    assert await preloads(site, headers) == {
        "paused": False,
        "pauseReason": None,
        "budget": {"hourUsed": 0, "hourLimit": 1000, "diskUsed": 0, "diskLimit": 0},
        "entries": [],
    }
    body = viewport("tt01", "tt02", "tt03", "tt04", "tt05", focused=1, visible=4)
    assert (await post(site, headers, body))[0] == 202
    entries = (await preloads(site, headers))["entries"]
    assert [(entry["itemId"], entry["priority"]) for entry in entries] == [
        ("tt02", "focused"),
        ("tt01", "adjacent"),
        ("tt03", "adjacent"),
        ("tt04", "visible"),
        ("tt05", "near"),
    ]
    assert entries[0] == {
        "itemId": "tt02",
        "title": "",
        "priority": "focused",
        "state": "waiting",
        "sourceId": None,
        "progress": 0.0,
        "detail": "",
    }


async def test_films_episodes_and_what_people_added_are_taken(site: Site) -> None:
    _, headers = await site.add_device()
    items = ["tt0032138", "tt0944947:1:2", "archive:night_of.the-living_dead", f"local:{uuid.uuid4()}"]
    assert (await post(site, headers, viewport(*items)))[0] == 202
    assert set(await priorities(site, headers)) == set(items)


async def test_each_device_has_a_scope_of_its_own_and_loses_it_when_turned_out(site: Site) -> None:
    _, one = await site.add_device()
    device, other = await site.add_device()
    assert (await post(site, one, viewport("tt01", focused=0)))[0] == 202
    assert (await post(site, other, viewport("tt01", "tt02", focused=1)))[0] == 202
    assert await priorities(site, one) == {"tt01": "focused", "tt02": "focused"}
    _, admin = await site.add_device(Scope.ADMIN)
    async with site.client.delete(f"/api/devices/{device.id}", headers=admin) as reply:
        assert reply.status == 204
    # What only the other one looked at lingers for a moment, at the end.
    assert await priorities(site, one) == {"tt01": "focused", "tt02": "near"}
    assert (await post(site, other, viewport("tt03")))[0] == 401


BROKEN = {
    "no object": [],
    "no timestamp": {"viewport": {"visibleSliders": []}},
    "a time that is a text": viewport("tt01") | {"timestamp": "now"},
    "a time before all times": viewport("tt01") | {"timestamp": -1},
    "no sliders": {"timestamp": 1, "viewport": {"visibleSliders": None}},
    "an item without a name": viewport("tt01", ""),
    "an item with a long name": viewport("archive:" + "t" * 193),
    "an item that is none": viewport("tt01", "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"),
    "a magnet link for an item": viewport("magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a"),
    "too many sliders": {"timestamp": 1, "viewport": {"visibleSliders": viewport()["viewport"]["visibleSliders"] * 51}},
    "a negative index": {
        "timestamp": 1,
        "viewport": {"visibleSliders": [], "focused": {"listId": "a", "index": -1, "itemId": "tt01"}},
    },
    "no JSON": b"{",
    "no text": b"\xff\xfe",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_a_malformed_viewport_is_refused_and_changes_nothing(site: Site, body: Any) -> None:
    _, headers = await site.add_device()
    status, problem, _ = await post(site, headers, body)
    assert (status, problem["code"]) == (400, "invalid_request")
    assert (await preloads(site, headers))["entries"] == []
    assert (await post(site, headers, viewport("tt01")))[0] == 202, "it does not count as one"


async def test_an_oversized_viewport_is_refused_and_changes_nothing(site: Site) -> None:
    _, headers = await site.add_device()
    fitting = json.dumps(viewport("tt01")).encode()
    fitting += b" " * (VIEWPORT_LIMIT - len(fitting))
    status, problem, _ = await post(site, headers, fitting + b" ")
    assert (status, problem["code"]) == (413, "payload_too_large")
    assert (await preloads(site, headers))["entries"] == []

    async def in_chunks() -> Any:
        yield fitting
        yield b" "

    chunked = {**headers, "Content-Type": "application/json"}
    async with site.client.post("/api/ui/viewport", headers=chunked, data=in_chunks()) as reply:
        assert reply.status == 413
    assert (await preloads(site, headers))["entries"] == []
    assert (await post(site, headers, fitting))[0] == 202


async def test_a_viewport_too_soon_after_another_is_refused_and_changes_nothing(site: Site) -> None:
    _, headers = await site.add_device()
    assert (await post(site, headers, viewport("tt01")))[0] == 202
    status, problem, retry_after = await post(site, headers, viewport("tt02", timestamp=2000))
    assert (status, problem["code"], retry_after) == (429, "viewport_too_frequent", "1")
    assert list(await priorities(site, headers)) == ["tt01"]
    _, other = await site.add_device()
    assert (await post(site, other, viewport("tt03")))[0] == 202, "each device has its own rate"


async def test_a_viewport_older_than_the_last_is_ignored(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "INTERVAL", 0.0)
    _, headers = await site.add_device()
    assert (await post(site, headers, viewport("tt02", timestamp=2000)))[0] == 202
    assert (await post(site, headers, viewport("tt01", timestamp=1999)))[0] == 202
    assert list(await priorities(site, headers)) == ["tt02"]
    assert (await post(site, headers, viewport("tt03", timestamp=2000)))[0] == 202
    assert list(await priorities(site, headers)) == ["tt03", "tt02"]


async def test_strangers_and_other_sites_tell_us_nothing(site: Site) -> None:
    _, headers = await site.add_device()
    assert (await post(site, {}, viewport("tt01")))[0] == 401
    assert (await post(site, headers | {"Origin": "http://elsewhere.example"}, viewport("tt01")))[0] == 403
    async with site.client.post("/api/ui/viewport", headers=headers, data=b"x") as reply:
        assert reply.status == 415
    async with site.client.get("/api/preload") as reply:
        assert reply.status == 401
    assert (await preloads(site, headers))["entries"] == []


async def test_viewports_that_come_at_once_are_taken_once(site: Site) -> None:
    _, headers = await site.add_device()
    replies = await asyncio.gather(*(post(site, headers, viewport(f"tt0{n}")) for n in range(8)))
    assert sorted(status for status, _, _ in replies) == [202, *[429] * 7]
