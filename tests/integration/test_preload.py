"""What people look at is got ready: real swarms on loopback, seen through the API."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from fakes.appliance import Appliance, make_options, running_appliance
from fakes.snapshots import Snapshots
from fakes.swarm import MIB, make_film, seeded

from server.events import PreloadStatus, Status

_clock = itertools.count(1)


def viewport(*items: str, focused: str | None = None) -> dict[str, Any]:
    slider = {
        "listId": "row",
        "startIndex": 0,
        "endIndex": max(0, len(items) - 1),
        "visibleItemCount": len(items),
        "items": list(items),
    }
    focus = {"listId": "row", "index": items.index(focused), "itemId": focused} if focused else None
    return {"timestamp": next(_clock), "viewport": {"visibleSliders": [slider], "focused": focus}}


async def show(appliance: Appliance, *items: str, focused: str | None = None) -> None:
    async with appliance.client.post("/api/ui/viewport", json=viewport(*items, focused=focused)) as reply:
        assert reply.status == 202, await reply.text()


async def item_of(appliance: Appliance, source_id: str) -> str:
    async with appliance.client.get(f"/api/sources/{source_id}") as reply:
        return str((await reply.json())["itemId"])


def entry(status: Status, item_id: str) -> PreloadStatus | None:
    return next((entry for entry in status.preloads if entry.item_id == item_id), None)


async def reached(snapshots: Snapshots, item_id: str, state: str) -> PreloadStatus:
    """Wait until a title is in a state."""

    def there(status: Status) -> bool:
        found = entry(status, item_id)
        return found is not None and found.state == state

    found = entry(await snapshots.until(there), item_id)
    assert found
    return found


async def test_what_has_the_focus_is_ready_and_then_nothing_more_is_downloaded(tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 40 * MIB)
    snapshots = Snapshots()
    with seeded(film.folder) as magnet:
        async with running_appliance(make_options(tmp_path), snapshots.put) as appliance:
            source_id = await appliance.add(magnet, "In focus")
            item_id = await item_of(appliance, source_id)
            await show(appliance, item_id, focused=item_id)
            ready = await reached(snapshots, item_id, "ready")
            assert (ready.title, ready.source_id, ready.priority) == ("In focus", source_id, "focused")
            assert ready.progress == 1.0
            async with appliance.client.get("/api/preload") as reply:
                (shown,) = (await reply.json())["entries"]
            assert (shown["state"], shown["sourceId"], shown["detail"]) == ("ready", source_id, "")
            status = await appliance.server.status()
            assert 0 < status.preload_budget.hour_used < 5 * MIB
    # The seed is gone, and the beginning and the end are there.
    async with running_appliance(make_options(tmp_path)) as appliance:
        assert await appliance.get(source_id, 0, 511 << 10) == film.data[: (511 << 10) + 1]
        tail = len(film.data) - (1 << 20)
        assert await appliance.get(source_id, tail, len(film.data) - 1) == film.data[tail:]
