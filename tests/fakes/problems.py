"""What every error over HTTP must look like."""

from __future__ import annotations

from typing import Any

import aiohttp


async def read_problem(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """Return the problem that a response tells of, after checking its shape."""
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = await response.json(content_type=None)
    assert body["status"] == response.status
    assert {"type", "title", "status", "code", "detail"} <= set(body)
    return body
