from __future__ import annotations

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
