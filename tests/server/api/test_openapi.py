from __future__ import annotations

import re
from typing import Any

from fakes.site import Site

from server.api.app import OPERATIONS
from server.api.openapi import document


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return found.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


async def test_the_document_describes_what_is_served(site: Site) -> None:
    async with site.client.get("/api/openapi.json") as response:
        described = await response.json()
    assert described["openapi"].startswith("3.1")
    assert described["info"]["version"] == "1.2.3"
    served = {(operation.method.lower(), operation.template) for operation in OPERATIONS if operation.documented}
    assert {(method, path) for path, methods in described["paths"].items() for method in methods} == served


def test_every_reference_resolves() -> None:
    described = document([operation for operation in OPERATIONS if operation.documented], "1")
    names = {reference.removeprefix("#/components/schemas/") for reference in references(described)}
    assert names <= set(described["components"]["schemas"])
    assert "SourceJson" in names


def test_who_may_call_what_is_said() -> None:
    paths = document(OPERATIONS, "1")["paths"]
    assert paths["/api/auth/device"]["post"]["security"] == []
    assert paths["/api/sources"]["get"]["security"]
    assert "401" in paths["/api/sources"]["get"]["responses"]
    assert "forbidden" in paths["/api/devices"]["get"]["responses"]["403"]["description"]
    assert "forbidden" not in paths["/api/sources"]["get"]["responses"]["403"]["description"]


def test_what_is_answered_when_nothing_can_be_written_is_said() -> None:
    """In safe mode and on a disk that is full, which any change may meet; playing writes as well."""
    paths = document(OPERATIONS, "1")["paths"]
    changes = [described for methods in paths.values() for method, described in methods.items() if method != "get"]
    assert len(changes) > 10
    for described in changes:
        assert {"503", "507"} <= set(described["responses"]), described["summary"]
    for path in ("/api/stream/{id}", "/api/stream/{id}/{mediaToken}/{fileName}", "/api/sources/{id}/playlist.m3u"):
        assert "507" in paths[path]["get"]["responses"], path


def test_bodies_and_parameters_are_described() -> None:
    paths = document(OPERATIONS, "1")["paths"]
    content = paths["/api/sources"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "multipart/form-data"}
    for path, methods in paths.items():
        for operation in methods.values():
            parameters = operation.get("parameters", [])
            in_path = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
            assert in_path == set(re.findall(r"\{(\w+)", path))
    (item_id,) = paths["/api/progress/{itemId}"]["get"]["parameters"]
    assert item_id["schema"]["pattern"].startswith("^(tt")


def test_nothing_that_is_shown_identifies_a_torrent() -> None:
    schemas = document(OPERATIONS, "1")["components"]["schemas"]
    shown = set(schemas["SourceJson"]["properties"])
    assert not {name for name in shown if re.search("hash|magnet|torrent|identifiers", name, re.IGNORECASE)}
