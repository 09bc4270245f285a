"""The page's screens as expressions for ``Page.until``, and the ways that a person takes through them."""

from __future__ import annotations

import json
from typing import Any, Protocol

from browser.devtools import Page

from server.bootstrap import Server

HOME = "!document.getElementById('home').hidden"
PAIRING = "!document.getElementById('pairing').hidden"
DETAIL = "!document.getElementById('detail').hidden && !document.querySelector('#detail [data-actions]').hidden"
SEARCH = "!document.getElementById('search').hidden"
PLAYER = "!document.getElementById('player').hidden"
CODE = "document.querySelector('#pairing [data-code]').textContent"
VIDEO = "document.querySelector('video')"
FAILED = "!document.querySelector('#player [data-failure]').hidden"
SHEET = "document.getElementById('choosing').open"
OWN_CARDS = "document.querySelectorAll('[data-row=own] .card').length"


class Screen(Protocol):
    """A page in whatever browser, with a keyboard."""

    async def open(self, url: str) -> None:
        """Go to another page and wait until it is loaded."""

    async def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page; promises are awaited."""

    async def until(self, expression: str) -> Any:
        """Wait until an expression is true in the page and return its value."""

    async def press(self, key: str) -> None:
        """Press and let go of a key, by its DOM name."""


def focused(text: str) -> str:
    """Whether what has the focus is called ``text``, or begins so."""
    name = "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText).trim()"
    return f"{name}.startsWith({json.dumps(text)}) && {name}"


async def enter(page: Screen, server: Server) -> None:
    """Come in by a link, with the focus on the first card."""
    await page.open(await server.pairing_link())
    await page.until(HOME)


async def open_own(page: Screen, title: str) -> None:
    """Open the screen of a video that was added, by keyboard."""
    await page.until(focused(title))
    await page.press("Enter")
    await page.until(DETAIL)
    await page.until(focused("Play"))


async def play_own(page: Screen, title: str) -> None:
    """Play a video that was added, by keyboard."""
    await open_own(page, title)
    await page.press("Enter")
    await page.until(PLAYER)


async def add_by_keyboard(page: Page, magnet: str) -> None:
    """Fill in the form that adds a video."""
    await page.until(focused("A moment"))
    await page.press("ArrowUp")
    await page.until(focused("Search") + " || " + focused("Add"))
    await page.press("ArrowRight")
    await page.until(focused("Add a video"))
    await page.press("Enter")
    await page.until("document.getElementById('adding').open")
    await page.write(magnet)
    await page.press("Enter")
