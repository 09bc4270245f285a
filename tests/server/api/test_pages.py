from __future__ import annotations

import pytest
from fakes.problems import read_problem
from fakes.site import Site


async def test_the_page_and_its_files_are_served(site: Site) -> None:
    for path, kind, start in (
        ("/", "text/html", b"<!doctype html>"),
        ("/index.html", "text/html", b"<!doctype html>"),
        ("/app.js", "javascript", b"void 0;"),
        ("/icons/cat.svg", "image/svg+xml", b"<svg/>"),
    ):
        async with site.client.get(path) as response:
            assert response.status == 200
            assert kind in response.headers["Content-Type"]
            assert response.headers["Cache-Control"] == "no-cache"
            assert (await response.read()).startswith(start)


async def test_an_unchanged_file_is_not_sent_again(site: Site) -> None:
    async with site.client.get("/app.js") as response:
        etag = response.headers["ETag"]
    async with site.client.get("/app.js", headers={"If-None-Match": etag}) as response:
        assert response.status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/icons/../../secret.txt",
        "/icons/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/icons",
        "/icons/",
        "/app.js%00",
        "/api/app.js",
    ],
)
async def test_nothing_else_is_served(site: Site, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{site.port}\r\nConnection: close\r\n\r\n"
    answer = await site.raw(request.encode())
    assert answer.split()[1] in {b"404", b"400"}
    assert b"application/problem+json" in answer


async def test_files_are_only_read(site: Site) -> None:
    async with site.client.post("/app.js", json={}) as response:
        assert response.status == 405
        await read_problem(response)
