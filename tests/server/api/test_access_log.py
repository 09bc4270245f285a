from __future__ import annotations

import logging

import pytest
from fakes.site import Site


async def test_the_log_names_routes_and_never_urls(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _, headers = await site.add_device()
    for path in ("/api/sources/topsecret?token=topsecret", "/topsecret", "/api/topsecret", "/health?topsecret"):
        async with site.client.get(path, headers=headers | {"Referer": "http://x/topsecret"}) as response:
            await response.read()
    lines = [record.getMessage() for record in caplog.records if record.name == "aiohttp.access"]
    assert [line.split()[:4] for line in lines] == [
        ["127.0.0.1", "GET", "/api/sources/{id}", "404"],
        ["127.0.0.1", "GET", "/{file}", "404"],
        ["127.0.0.1", "GET", "-", "404"],
        ["127.0.0.1", "GET", "/health", "200"],
    ]
    assert "topsecret" not in caplog.text
