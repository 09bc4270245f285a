"""Each screen as a whole: with a remote alone all of it is reached, and axe-core finds nothing serious."""

from __future__ import annotations

import pytest
from browser.accessibility import serious_findings
from browser.devtools import Page
from browser.remote import unreachable
from browser.screens import CODE, FAILED, HOME, PAIRING, SEARCH, VIDEO, enter, focused, open_own, play_own

from server.bootstrap import Server
from server.demo import TITLE

pytestmark = pytest.mark.browser


async def looks_well(page: Page) -> None:
    for scheme in ("light", "dark"):
        await page.prefer(scheme)
        assert await serious_findings(page) == []
    assert await unreachable(page) == []


async def test_the_pairing_screen(page: Page, server: Server) -> None:
    await page.open(server.url)
    code = await page.until(CODE)
    await looks_well(page)
    await server.deny(code)
    await page.until(focused("Ask again"))
    await looks_well(page)
    assert await page.evaluate(PAIRING)


async def test_home_and_its_form(page: Page, server: Server) -> None:
    await enter(page, server)
    await page.until(focused(TITLE))
    await looks_well(page)
    await page.evaluate("document.querySelector('[data-add]').click()")
    await page.until("document.getElementById('adding').open")
    await looks_well(page)
    await page.press("Escape")
    assert await page.evaluate(HOME)


async def test_the_screen_of_a_video(page: Page, server: Server) -> None:
    await enter(page, server)
    await open_own(page, TITLE)
    await looks_well(page)


async def test_search_with_and_without_results(page: Page, server: Server) -> None:
    await enter(page, server)
    await page.open(f"{server.url}/#search")
    await page.until(SEARCH)
    await looks_well(page)
    await page.press("m")
    await page.press("o")
    await page.until("document.querySelector('[data-row=search-own] .card') !== null")
    await looks_well(page)


async def test_the_player_and_its_failure(page: Page, server: Server) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 0.2")
    await page.press("Enter")
    await page.until(f"{VIDEO}.paused")
    await looks_well(page)
    await page.evaluate(
        "fetch('/api/sources').then((reply) => reply.json())"
        ".then(([source]) => fetch(`/api/sources/${source.id}`, { method: 'DELETE' }))"
    )
    address = await page.evaluate("location.href")
    await page.open("about:blank")
    await page.open(address)
    await page.until(FAILED)
    await looks_well(page)
