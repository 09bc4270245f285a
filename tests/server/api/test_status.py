from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import aiohttp
from fakes.board import STATUS
from fakes.site import Site


async def next_event(response: aiohttp.ClientResponse) -> dict[str, Any]:
    async with asyncio.timeout(20):
        assert await response.content.readline() == b"event: status\n"
        data = await response.content.readline()
        assert await response.content.readline() == b"\n"
    event: dict[str, Any] = json.loads(data.removeprefix(b"data: "))
    return event


async def test_health_is_open_and_names_the_version(site: Site) -> None:
    async with site.client.get("/health") as response:
        assert await response.json() == {"status": "ok", "version": "1.2.3"}


async def test_the_snapshot_is_camel_case(site: Site) -> None:
    _, headers = await site.add_device()
    async with site.client.get("/api/status", headers=headers) as response:
        snapshot = await response.json()
    assert snapshot["startedAt"] == "2026-11-22T12:00:00Z"
    assert snapshot["streams"][0]["sourceId"] == "source"
    assert snapshot["storage"] == {"used": 1, "cap": 2, "free": 3}
    assert snapshot["notices"] == [{"code": "key_in_file", "text": "The key is in a file."}]


async def test_events_follow_the_snapshot(site: Site) -> None:
    _, headers = await site.add_device()
    async with site.client.get("/api/events", headers=headers) as response:
        assert response.content_type == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        assert (await next_event(response))["sources"] == 0
        site.board.write(replace(STATUS, sources=7))
        assert (await next_event(response))["sources"] == 7


async def test_events_end_when_the_device_is_revoked(site: Site) -> None:
    device, headers = await site.add_device()
    async with site.client.get("/api/events", headers=headers) as response:
        await next_event(response)
        await site.door.devices.revoke(device.id)
        site.board.write(replace(STATUS, sources=7))
        async with asyncio.timeout(20):
            assert await response.content.read() == b""
    assert site.board.readers == []


async def test_events_end_when_the_server_stops(site: Site) -> None:
    _, headers = await site.add_device()
    async with site.client.get("/api/events", headers=headers) as response:
        await next_event(response)
        async with asyncio.timeout(3):
            await site.runner.cleanup()
        assert await response.content.read() == b""
    assert site.board.readers == []
