"""A running server for each test; ``open_site`` for those that want it with additions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from fakes.site import Plan, Site
from fakes.site import open_site as open_site_on

Open = Callable[[Plan], AbstractAsyncContextManager[Site]]


@pytest.fixture
def web_dir(tmp_path: Path) -> Path:
    files = {"index.html": "<!doctype html><title>Miauflix</title>", "app.js": "void 0;", "icons/cat.svg": "<svg/>"}
    folder = tmp_path / "web"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def open_site(web_dir: Path) -> Open:
    return partial(open_site_on, web_dir)


@pytest.fixture
async def site(open_site: Open) -> AsyncIterator[Site]:
    async with open_site(Plan()) as opened:
        yield opened
