from __future__ import annotations

import pytest
from fakes.problems import read_problem
from fakes.site import Site

from server.models import Scope


async def test_an_administrator_lists_and_revokes(site: Site) -> None:
    viewer, viewer_headers = await site.add_device()
    admin, headers = await site.add_device(Scope.ADMIN)
    async with site.client.get("/api/devices", headers=headers) as response:
        assert response.status == 200
        listed = await response.json()
    assert [(device["id"], device["scope"]) for device in listed] == [(viewer.id, "viewer"), (admin.id, "admin")]
    assert listed[0]["createdAt"] == "2026-11-22T12:00:00Z"
    async with site.client.delete(f"/api/devices/{viewer.id}", headers=headers) as response:
        assert response.status == 204
    async with site.client.get("/api/sources", headers=viewer_headers) as response:
        assert response.status == 401
    async with site.client.delete(f"/api/devices/{viewer.id}", headers=headers) as response:
        assert response.status == 404
        assert (await read_problem(response))["code"] == "device_not_found"
    assert site.streams.ended == [viewer.id]


async def test_an_administrator_renames(site: Site) -> None:
    viewer, _ = await site.add_device()
    _, headers = await site.add_device(Scope.ADMIN)
    path = f"/api/devices/{viewer.id}"
    async with site.client.patch(path, json={"name": "Living room"}, headers=headers) as response:
        assert response.status == 204
    async with site.client.get("/api/devices", headers=headers) as response:
        assert [device["name"] for device in await response.json()] == ["Living room", "TV"]
    for name in ("", "\t", "x" * 201, None):
        async with site.client.patch(path, json={"name": name}, headers=headers) as response:
            assert response.status == 400
    async with site.client.patch("/api/devices/nobody", json={"name": "X"}, headers=headers) as response:
        assert response.status == 404


@pytest.mark.parametrize(("approved", "status", "code"), [(True, 200, None), (False, 400, "access_denied")])
async def test_an_administrator_answers_who_waits(site: Site, approved: bool, status: int, code: str | None) -> None:  # noqa: FBT001 - a table
    _, headers = await site.add_device(Scope.ADMIN)
    async with site.client.post("/api/auth/device", json={"name": "Samsung TV"}) as response:
        started = await response.json()
    async with site.client.get("/api/pairings", headers=headers) as response:
        (waiting,) = await response.json()
    assert (waiting["userCode"], waiting["deviceName"]) == (started["userCode"], "Samsung TV")
    assert (waiting["address"], waiting["expiresAt"]) == ("127.0.0.1", "2026-11-22T12:05:00Z")
    answer, path = {"approved": approved}, f"/api/pairings/{started['userCode'].lower()}"
    async with site.client.put(path, json=answer, headers=headers) as response:
        assert response.status == 204
    async with site.client.put(path, json=answer, headers=headers) as response:
        assert response.status == 404
    grant = {"grantType": "device_code", "deviceCode": started["deviceCode"]}
    async with site.client.post("/api/auth/token", json=grant) as response:
        assert response.status == status
        assert (await response.json(content_type=None)).get("code") == code
    async with site.client.get("/api/pairings", headers=headers) as response:
        assert await response.json() == []


async def test_signing_out_ends_what_the_device_plays(site: Site) -> None:
    device, headers = await site.add_device()
    async with site.client.delete("/api/auth/session", headers=headers) as response:
        assert response.status == 204
    assert site.streams.ended == [device.id]
