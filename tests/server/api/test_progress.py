from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from fakes.problems import read_problem
from fakes.site import Site

POSTER = f"/api/posters/{'0a' * 16}"
HOME_VIDEO = "local:6f9619ff-8b86-4011-b42d-00c04fc964ff"
FILM = {"sourceId": "s", "position": 600, "duration": 6000.5, "title": "A film", "poster": POSTER}


async def note(site: Site, headers: dict[str, str], item_id: str, method: str = "PUT", **changes: Any) -> int:
    async with site.client.request(
        method, f"/api/progress/{item_id}", json=FILM | changes, headers=headers
    ) as response:
        return response.status


async def test_one_device_goes_on_where_another_left_off(site: Site) -> None:
    _, tv = await site.add_device()
    _, phone = await site.add_device()
    async with site.client.get("/api/progress/tt0032138", headers=tv) as response:
        assert (response.status, (await read_problem(response))["code"]) == (404, "progress_not_found")
    assert await note(site, tv, "tt0032138") == 204
    async with site.client.get("/api/progress/tt0032138", headers=phone) as response:
        assert response.status == 200
        assert await response.json() == FILM | {
            "itemId": "tt0032138",
            "position": 600.0,
            "updatedAt": site.door.clock.now.isoformat().replace("+00:00", "Z"),
        }


async def test_a_page_that_is_left_may_post(site: Site) -> None:
    _, tv = await site.add_device()
    assert await note(site, tv, "archive:night_of_the_living-dead.1", "POST", poster=None) == 204
    async with site.client.get("/api/progress/continue", headers=tv) as response:
        (shown,) = (await response.json())["items"]
    assert (shown["itemId"], shown["poster"]) == ("archive:night_of_the_living-dead.1", None)


async def test_what_to_continue_with_the_newest_first(site: Site) -> None:
    _, tv = await site.add_device()
    for item_id, position in (("tt1:1:1", 600), ("tt2", 10), ("tt3", 5900), (HOME_VIDEO, 3000)):
        assert await note(site, tv, item_id, position=position) == 204
    async with site.client.get("/api/progress/continue", headers=tv) as response:
        assert [shown["itemId"] for shown in (await response.json())["items"]] == [HOME_VIDEO, "tt1:1:1"]
    async with site.client.delete(f"/api/progress/{quote(HOME_VIDEO)}", headers=tv) as response:
        assert response.status == 204
    async with site.client.get("/api/progress/continue", headers=tv) as response:
        assert [shown["itemId"] for shown in (await response.json())["items"]] == ["tt1:1:1"]


async def test_how_far_a_title_and_the_episodes_of_a_show_were_watched(site: Site) -> None:
    _, tv = await site.add_device()
    for item_id, position in (("tt7:1:1", 6000), ("tt7:1:2", 10), ("tt71", 600), (HOME_VIDEO, 3000)):
        assert await note(site, tv, item_id, position=position) == 204

    async def watched(of: str) -> list[tuple[str, float]]:
        async with site.client.get("/api/progress", params={"of": of}, headers=tv) as response:
            assert response.status == 200
            return [(shown["itemId"], shown["position"]) for shown in (await response.json())["items"]]

    assert await watched("tt7") == [("tt7:1:2", 10), ("tt7:1:1", 6000)]
    assert await watched("tt7:1:1") == [("tt7:1:1", 6000)]
    assert await watched(HOME_VIDEO) == [(HOME_VIDEO, 3000)]
    assert await watched("tt8") == []


async def test_a_list_of_progress_wants_a_title(site: Site) -> None:
    _, tv = await site.add_device()
    for query in ({}, {"of": ""}, {"of": "tt7:1"}):
        async with site.client.get("/api/progress", params=query, headers=tv) as response:
            assert (response.status, (await read_problem(response))["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "changes",
    [
        {"position": -1},
        {"position": "12"},
        {"position": None},
        {"duration": 0},
        {"title": ""},
        {"title": "x" * 301},
        {"sourceId": ""},
        {"poster": "https://evil.example/x.png"},
        {"poster": "//evil.example/x.png"},
        {"poster": "/api//evil.example"},
        {"poster": "/api/events"},
        {"poster": f"{POSTER}/../../events"},
        {"poster": f"{POSTER}\n"},
    ],
    ids=str,
)
async def test_nonsense_is_refused_and_changes_nothing(site: Site, changes: dict[str, Any]) -> None:
    _, tv = await site.add_device()
    assert await note(site, tv, "tt1") == 204
    assert await note(site, tv, "tt1", **changes) == 400
    async with site.client.get("/api/progress/tt1", headers=tv) as response:
        assert (await response.json())["position"] == 600


@pytest.mark.parametrize(
    "item_id",
    [
        *("continue", "x", "tt", "tt1:1", "tt1:1:1:1", "local:", "local:a-b", "local:a%2Fb", "%E2%82%AC"),
        *("tt1%0A", "tt%EF%BC%91", "tt12345678901", "archive:a%0A"),
    ],
)
async def test_what_is_no_title_is_refused(site: Site, item_id: str) -> None:
    _, tv = await site.add_device()
    for method in ("PUT", "POST"):
        assert await note(site, tv, item_id, method) == 400


async def test_strangers_see_and_change_nothing(site: Site) -> None:
    assert await note(site, {}, "tt1") == 401
    for path in ("/api/progress/tt1", "/api/progress/continue"):
        async with site.client.get(path) as response:
            assert response.status == 401
