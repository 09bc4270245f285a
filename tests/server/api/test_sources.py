from __future__ import annotations

import io
import os
from typing import Any

import aiohttp
import pytest
from fakes.problems import read_problem
from fakes.site import Site

HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"
MAGNET = f"magnet:?xt=urn:btih:{HASH}&dn=Release.Name.1080p"
TORRENT = b"d4:infod4:name11:Secret.Namee" + bytes(range(256)) + b"e"


async def post(site: Site, headers: dict[str, str], **arguments: Any) -> tuple[int, dict[str, Any], str]:
    async with site.client.post("/api/sources", headers=headers, **arguments) as response:
        if response.status >= 400:
            return response.status, await read_problem(response), await response.text()
        return response.status, await response.json(), await response.text()


END = b"--limit--\r\n"


def part(name: bytes, data: bytes) -> bytes:
    return b'--limit\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + data + b"\r\n"


def form(data: bytes = TORRENT, **fields: str | bytes) -> aiohttp.FormData:
    made = aiohttp.FormData()
    made.add_field("torrent", io.BytesIO(data), filename="some.torrent", content_type="application/x-bittorrent")
    for name, value in fields.items():
        made.add_field(name, value)
    return made


async def test_a_magnet_is_added_shown_listed_and_removed(site: Site) -> None:
    _, headers = await site.add_device()
    status, source, text = await post(site, headers, json={"magnet": MAGNET, "title": "A film"})
    assert (status, source["title"]) == (201, "A film")
    assert source["itemId"].startswith("local:")
    async with site.client.get("/api/sources", headers=headers) as response:
        assert await response.json() == [source]
        text += await response.text()
    async with site.client.get(f"/api/sources/{source['id']}", headers=headers) as response:
        assert await response.json() == source
        text += await response.text()
    assert HASH not in text.lower()
    assert "magnet" not in text.lower()
    async with site.client.delete(f"/api/sources/{source['id']}", headers=headers) as response:
        assert response.status == 204
    for method in ("GET", "DELETE"):
        async with site.client.request(method, f"/api/sources/{source['id']}", headers=headers) as response:
            assert response.status == 404
            assert (await read_problem(response))["code"] == "source_not_found"


async def test_a_known_one_is_refused_with_its_id(site: Site) -> None:
    _, headers = await site.add_device()
    _, source, _ = await post(site, headers, json={"magnet": MAGNET})
    status, problem, _ = await post(site, headers, json={"magnet": MAGNET})
    assert (status, problem["code"], problem["id"]) == (409, "source_exists", source["id"])


async def test_a_torrent_file_is_added(site: Site) -> None:
    _, headers = await site.add_device()
    status, source, _ = await post(site, headers, data=form(title="Ein Fïlm"))
    assert (status, source["title"]) == (201, "Ein Fïlm")
    [kept] = site.library.rows.values()
    assert kept.identifiers.torrent_file == TORRENT


@pytest.mark.parametrize("size", [0, 1, 8191, 8192, 8193, 1_000_003, 4 * 1024 * 1024])
async def test_a_torrent_file_arrives_byte_for_byte(site: Site, size: int) -> None:
    _, headers = await site.add_device()
    data = b"d" + os.urandom(size - 1) if size else b""
    status, answer, _ = await post(site, headers, data=form(data))
    if not size:
        assert (status, answer["code"]) == (400, "invalid_source")
        return
    assert status == 201
    assert [source.identifiers.torrent_file for source in site.library.rows.values()] == [data]


async def test_larger_files_are_refused_with_and_without_a_length(site: Site) -> None:
    _, headers = await site.add_device()
    boundary = {"Content-Type": "multipart/form-data; boundary=limit"}
    head = part(b"torrent", b"").removesuffix(b"\r\n")
    for size in (4 * 1024 * 1024 + 1, 6 * 1024 * 1024):
        body = part(b"torrent", b"d" * size) + END
        status, problem, _ = await post(site, headers | boundary, data=io.BytesIO(body))
        assert (status, problem["code"]) == (413, "payload_too_large")

    async def chunks() -> Any:
        yield head
        for _ in range(70):
            yield b"d" * 65536
        yield b"\r\n" + END

    status, problem, _ = await post(site, headers | boundary, data=chunks())
    assert (status, problem["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--limit--\r\n",
        b"nothing of the kind",
        b"--limit\r\n\r\n\r\n--limit--\r\n",
        b"--limit\r\nContent-Disposition: form-data\r\n\r\nd\r\n--limit--\r\n",
        part(b"other", b"d") + END,
        part(b"title", b"d") + END,
        part(b"torrent", b"d").removesuffix(b"\r\n"),
        b"--limit\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nd\r\n--x--\r\n" + END,
        b"--limit\r\nbad header\r\n\r\nd\r\n" + END,
        part(b"torrent", b"d") * 2 + END,
        part(b"torrent", b"d") + part(b"title", b"\xff\xfe") + END,
        part(b"torrent", b"d") + part(b"title", b"x" * 301) + END,
    ],
    ids=lambda body: repr(body[-70:]),
)
async def test_multipart_of_another_form_is_refused(site: Site, body: bytes) -> None:
    _, headers = await site.add_device()
    kind = {"Content-Type": "multipart/form-data; boundary=limit"}
    status, problem, _ = await post(site, headers | kind, data=body)
    assert (status, problem["code"]) == (400, "invalid_request")
    assert not site.library.rows


async def test_multipart_without_a_boundary_is_refused(site: Site) -> None:
    _, headers = await site.add_device()
    for kind in ("multipart/form-data", "multipart/form-data; boundary=" + "x" * 100):
        status, problem, _ = await post(site, headers | {"Content-Type": kind}, data=b"--limit\r\n")
        assert (status, problem["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "body", [{}, {"magnet": 7}, {"magnet": MAGNET, "title": ""}, {"magnet": MAGNET, "title": 1}, []]
)
async def test_json_of_another_form_is_refused(site: Site, body: Any) -> None:
    _, headers = await site.add_device()
    status, problem, _ = await post(site, headers, json=body)
    assert (status, problem["code"]) == (400, "invalid_request")


async def test_what_is_no_source_is_refused(site: Site) -> None:
    _, headers = await site.add_device()
    status, problem, _ = await post(site, headers, json={"magnet": "http://example.org"})
    assert (status, problem["code"]) == (400, "invalid_source")
