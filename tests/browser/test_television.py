"""An evening with a remote: let in, found, played, left, and gone on with."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from itertools import pairwise

import aiohttp
import pytest
from browser.accessibility import serious_findings
from browser.cinema import FILM, FILMS, SHOW, TROUBLED, Cinema
from browser.devtools import Page
from browser.remote import unreachable
from browser.screens import CODE, DETAIL, FAILED, HOME, SEARCH, SHEET, VIDEO, enter, focused

from server.bootstrap import Server
from server.models import Scope
from server.settings import Options

pytestmark = pytest.mark.browser

Picture = Callable[[str], Awaitable[None]]

FILM_CARD = f"document.querySelector('[data-row=movies] [data-item={FILM.imdb_id}]')"
HEIGHT = f"{VIDEO}.readyState > 2 && {VIDEO}.videoHeight"
PLAYS = f"!{VIDEO}.paused && {VIDEO}.readyState > 2 && {VIDEO}.currentTime"
NEXT = "!document.querySelector('[data-up-next]').hidden"
COUNTS = f"{NEXT} && document.querySelector('[data-up-next-when]').textContent.startsWith('Up next in')"
AT_REST = f"{VIDEO}.paused && !{VIDEO}.seeking && {VIDEO}.readyState > 1"
# Holds back what is noted of progress until `release()`, which resolves once the server has answered.
HOLD = """(() => {
  const ask = window.fetch;
  let open;
  const opened = new Promise((resolve) => { open = resolve; });
  const answers = [];
  window.fetch = (path, options) => {
    if (!options || options.method !== 'PUT' || !path.startsWith('/api/progress/')) return ask(path, options);
    const answer = opened.then(() => ask(path, options));
    answers.push(answer);
    return answer;
  };
  window.held = () => answers.length;
  const later = () => new Promise((resolve) => setTimeout(resolve));
  window.release = () => { open(); return Promise.all(answers).then(later); };
})()"""


async def approve(options: Options, code: str) -> None:
    """Let the device in on the command line."""
    command = [sys.executable, "-P", "-m", "server", "devices", "approve", code, "--data-dir", str(options.data_dir)]
    process = await asyncio.create_subprocess_exec(
        *command, "--key-file", str(options.key_file), stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0


async def press_until(page: Page, key: str, expression: str) -> None:
    """Press a key until something is so; each press has its effect before the next."""
    for _ in range(20):
        if await page.evaluate(expression):
            return
        await page.press(key)
    raise AssertionError(f"{key} does not lead to {expression}")


async def open_film(page: Page, cinema: Cinema) -> None:
    await enter(page, cinema.server)
    await page.until(focused(FILM.name))
    await page.press("Enter")
    await page.until(DETAIL)
    await page.until(focused("Play"))


async def open_show(page: Page, cinema: Cinema) -> None:
    await enter(page, cinema.server)
    await page.until(focused(FILM.name))
    await page.until(f"document.querySelector('[data-row=shows] [data-item={SHOW.imdb_id}]') !== null")
    await page.press("ArrowDown")
    await page.until(focused(SHOW.name))
    await page.press("Enter")
    await page.until(DETAIL)
    await page.until(focused("Play S1 E1"))


async def choose_quality(page: Page, picture: Picture) -> None:
    """Take the second best, from the player's seek bar."""
    await page.press("ArrowDown")
    await press_until(page, "ArrowRight", focused("Quality"))
    await page.press("Enter")
    await page.until(f"{SHEET} && {focused('1080p')}")
    await picture("web-quality.png")
    await page.press("ArrowDown")
    await page.until(focused("720p"))
    await page.press("Enter")


async def test_an_evening_with_a_film(page: Page, cinema: Cinema, picture: Picture) -> None:
    await page.open(cinema.server.url)
    code = await page.until(CODE)
    await page.evaluate("document.querySelector('#pairing [data-address]').textContent = '192.168.1.20:8620'")
    await picture("web-pairing.png")
    await approve(cinema.options, code)
    await page.until(HOME)
    await page.until(focused(FILM.name))
    low = cinema.clips.low.height
    strangers = len(page.console)  # who is not let in yet is told so

    # Browses; what is looked at gets ready.
    await page.press("ArrowRight")
    await page.until(focused(FILMS[1].name))
    await page.press("ArrowLeft")
    await page.until(focused(FILM.name))
    await page.until(f"!{FILM_CARD}.querySelector('[data-ready]').hidden")
    await picture("web-home.png")

    # Looks at one, plays the best of it.
    await page.press("Enter")
    await page.until(DETAIL)
    await page.until("document.querySelectorAll('#detail [data-source]').length === 2")
    assert "Best" in await page.text("#detail [data-source]")
    await picture("web-detail.png")
    await page.until(focused("Play"))
    await page.press("Enter")
    assert await page.until(HEIGHT) == cinema.clips.high.height
    await page.until(f"{VIDEO}.currentTime > 1")

    # Stops, and goes forward.
    await page.press("Enter")
    await page.until(AT_REST)
    before = await page.evaluate(f"{VIDEO}.currentTime")
    await page.press("ArrowRight")
    await page.until(f"{AT_REST} && {VIDEO}.currentTime > {before + 9}")

    # Changes the quality: it goes on at the same place.
    place = await page.evaluate(f"{VIDEO}.currentTime")
    await choose_quality(page, picture)
    assert await page.until(f"{HEIGHT} === {low} && {PLAYS}") - place < 2
    await page.press("Enter")
    await page.until(AT_REST)
    await picture("web-player.jpg")
    left = await page.evaluate(f"{VIDEO}.currentTime")

    # Leaves, comes back, and goes on where it was.
    await page.press("Escape")
    await page.until(focused("Resume"))
    await page.open("about:blank")
    await page.open(cinema.server.url)
    await page.until(focused(f"Resume {FILM.name}"))
    await page.press("Enter")
    at = await page.until(f"{HEIGHT} === {low} && {PLAYS}")
    assert abs(at - left) < 2
    assert page.console[strangers:] == []


async def test_a_show_goes_on_with_its_next_episode(page: Page, cinema: Cinema, picture: Picture) -> None:
    await open_show(page, cinema)
    await picture("web-show.png")
    await page.press("Enter")
    await page.until(PLAYS)
    assert await page.text("#player [data-subtitle]") == "S1 E1 · Part 1"
    await page.press("Enter")
    await page.until(AT_REST)
    for _ in range(3):
        await page.press("ArrowRight")
    await page.until(f"{AT_REST} && {VIDEO}.currentTime > 23")
    await page.until(NEXT)
    await page.press("Enter")
    await page.until(focused("Play now"))
    await picture("web-next.jpg")
    await page.press("Enter")
    await page.until("document.querySelector('#player [data-subtitle]').textContent === 'S1 E2 · Part 2'")
    await page.until(f"{PLAYS} && {VIDEO}.currentTime < 12")
    await page.press("Escape")
    await page.until(DETAIL)
    await page.until("document.querySelector('[data-episodes] [data-note]').textContent.startsWith('Watched')")


async def test_who_goes_back_from_the_end_stays_with_the_episode(page: Page, cinema: Cinema) -> None:
    await open_show(page, cinema)
    await page.press("Enter")
    await page.until(PLAYS)
    for _ in range(3):
        await page.press("ArrowRight")
    await page.until(COUNTS)
    await page.press("MediaRewind")
    await page.until(f"!({NEXT})")
    await page.until(f"!{VIDEO}.seeking && {VIDEO}.currentTime < 20")
    assert await page.text("#player [data-subtitle]") == "S1 E1 · Part 1"

    # At the end it is offered anew; the browser's own controls stop it too.
    await page.press("MediaPlay")
    await page.press("MediaFastForward")
    await page.until(COUNTS)
    await page.evaluate(f"{VIDEO}.currentTime = 3")
    await page.until(f"!({NEXT})")
    assert await page.text("#player [data-subtitle]") == "S1 E1 · Part 1"


async def test_a_slow_note_keeps_nobody_from_the_next_episode_nor_from_going_back(page: Page, cinema: Cinema) -> None:
    await open_show(page, cinema)
    await page.press("Enter")
    await page.until(f"{PLAYS} > 1")
    await page.until("!document.querySelector('#player [data-next]').hidden")
    await page.evaluate(HOLD)
    await page.press("MediaTrackNext")
    await page.until("document.querySelector('#player [data-subtitle]').textContent === 'S1 E2 · Part 2'")
    await page.until(f"{PLAYS} > 2")
    await page.press("Escape")
    await page.until("!document.getElementById('detail').hidden")
    assert await page.evaluate("held()") == 1  # what comes later waits, or the older would count as the newer
    await page.evaluate("release()")
    await page.until(DETAIL)
    assert not await page.evaluate(f"{VIDEO}.hasAttribute('src')")
    assert await page.text("#detail [data-play]") == "Resume S1 E2"


async def test_who_goes_back_while_the_next_episode_is_about_to_come_is_not_followed(
    page: Page, cinema: Cinema
) -> None:
    await open_show(page, cinema)
    await page.press("Enter")
    await page.until(f"{PLAYS} > 1")
    await page.until("!document.querySelector('#player [data-next]').hidden")
    await page.evaluate(HOLD)
    await page.press("MediaTrackNext")
    await page.press("Escape")
    await page.until("!document.getElementById('detail').hidden")
    await page.evaluate("release()")
    await page.until(DETAIL)
    assert not await page.evaluate(f"{VIDEO}.hasAttribute('src')")


async def test_a_source_is_pinned_and_blocked(page: Page, cinema: Cinema) -> None:
    await open_film(page, cinema)
    first = "document.querySelector('#detail [data-source]')"
    await page.until("document.querySelectorAll('#detail [data-source]').length === 2")
    await page.press("ArrowDown")
    await page.press("ArrowDown")
    await page.until(focused("720p"))
    await page.press("ArrowRight")
    await page.until(focused("Always use 720p"))
    await page.press("Enter")
    await page.until(f"{first}.innerText.includes('720p') && {first}.innerText.includes('Pinned')")
    await page.until(focused("Unpin 720p"))
    await page.press("ArrowRight")
    await page.press("Enter")
    await page.until("document.querySelector('.source.blocked') !== null")
    assert "Blocked" in await page.text("#detail .source.blocked")
    assert "Best" in await page.text("#detail [data-source]:not(.blocked)")


async def test_search_finds_what_is_typed_letter_by_letter(page: Page, cinema: Cinema, picture: Picture) -> None:
    await enter(page, cinema.server)
    await page.until(focused(FILM.name))
    await page.press("ArrowUp")
    await press_until(page, "ArrowLeft", focused("Search"))
    await page.press("Enter")
    await page.until(SEARCH)
    await page.until(focused("A"))
    await press_until(page, "ArrowRight", focused("F"))
    await press_until(page, "ArrowLeft", focused("B"))
    await press_until(page, "ArrowDown", focused("N"))
    await page.press("Enter")
    await press_until(page, "ArrowRight", focused("O"))
    await page.press("Enter")
    await page.until("document.querySelector('[data-row=search-movies] [data-item=tt0013442]') !== null")
    await picture("web-search.png")
    await press_until(page, "ArrowRight", focused("Nosferatu"))
    await page.press("Enter")
    await page.until(DETAIL)
    assert await page.text("#detail [data-title]") == "Nosferatu"
    await page.until("document.querySelector('#detail [data-source-list]').innerText.includes('No source was found')")
    await page.press("Escape")
    await page.until(SEARCH)
    assert await page.evaluate("document.querySelector('[data-term]').value") == "no"
    await page.until(focused("Nosferatu"))


async def test_from_the_start_is_from_the_start_when_it_is_tried_again(page: Page, cinema: Cinema) -> None:
    await open_film(page, cinema)
    await page.press("Enter")
    await page.until(f"{PLAYS} > 0.2")
    await page.press("ArrowRight")
    await page.until(f"{PLAYS} > 9")
    await page.press("Escape")
    await page.until(focused("Resume"))
    nothing = json.dumps(json.dumps({"itemId": FILM.imdb_id, "sources": [], "reports": []}))
    await page.evaluate(
        f"window.ask = window.fetch, window.fetch = (path, options) => (path.endsWith('/sources') "
        f"? Promise.resolve(new Response({nothing})) : window.ask(path, options)), 0"
    )
    await press_until(page, "ArrowRight", focused("From the start"))
    await page.press("Enter")
    await page.until(FAILED)
    assert await page.text("#player [data-failure-title]") == "No source was found"
    await page.evaluate("window.fetch = window.ask, 0")
    await page.press("Enter")
    assert await page.until(PLAYS) < 5


async def test_what_nobody_offers_is_said(page: Page, cinema: Cinema) -> None:
    await enter(page, cinema.server)
    await page.open(f"{cinema.server.url}/#play={FILMS[2].imdb_id}")
    await page.until(FAILED)
    assert await page.text("#player [data-failure-title]") == "No source was found"


@pytest.mark.parametrize("cinema_timeout_ms", [8000])
async def test_what_does_not_start_makes_way_for_the_next_best(page: Page, cinema: Cinema) -> None:
    await enter(page, cinema.server)
    await page.open(f"{cinema.server.url}/#movie={TROUBLED.imdb_id}")
    await page.until("document.querySelectorAll('#detail [data-source]').length === 3")
    await page.until(focused("Play"))
    await page.press("Enter")
    await page.until("document.getElementById('toast').textContent.startsWith('Nobody sent that source.')")
    await page.until("document.getElementById('toast').textContent.startsWith('That source does not play.')")
    assert await page.until(HEIGHT) == cinema.clips.low.height
    assert not await page.evaluate(FAILED)

    # Others are shown before what was silent.
    await page.press("Escape")
    await page.until(DETAIL)
    await page.until("document.querySelectorAll('#detail [data-source]').length === 3")
    lines = await page.evaluate(
        "Array.from(document.querySelectorAll('#detail [data-source]'), (one) => one.innerText)"
    )
    assert ["Did not answer" in line for line in lines] == [False, False, True]


async def test_a_source_that_somebody_chose_is_not_left_for_another(page: Page, cinema: Cinema) -> None:
    await enter(page, cinema.server)
    await page.open(f"{cinema.server.url}/#movie={TROUBLED.imdb_id}")
    await page.until("document.querySelectorAll('#detail [data-source]').length === 3")
    noise = await page.evaluate("document.querySelectorAll('#detail [data-source]')[1].dataset.source")
    await page.open(f"{cinema.server.url}/#play={TROUBLED.imdb_id}/{noise}")
    await page.until(FAILED)
    assert await page.text("#player [data-failure-title]") == "This browser can't play the video"


async def test_a_catalogue_out_of_reach_is_said_and_tried_again(page: Page, cinema: Cinema) -> None:
    cinema.catalogue.broken = True
    await enter(page, cinema.server)
    await page.until("document.querySelector('[data-catalogue-text]').innerText.includes('reached')")
    cinema.catalogue.broken = False


async def test_the_screens_of_a_catalogue_are_reached_and_read_by_all(page: Page, cinema: Cinema) -> None:
    await open_show(page, cinema)
    assert await serious_findings(page) == []
    assert await unreachable(page) == []
    await press_until(page, "ArrowUp", focused("Back"))
    await press_until(page, "ArrowDown", focused("Episode"))
    await page.press("ArrowRight")
    await page.until(focused("Sources of S1 E1"))
    await page.press("Enter")
    await page.until(f"{SHEET} && {focused('720p')}")
    assert await serious_findings(page) == []
    assert await unreachable(page) == []
    await page.press("Escape")
    await page.until(focused("Sources of S1 E1"))
    await page.open(f"{cinema.server.url}/#movie={FILM.imdb_id}")
    await page.until("document.querySelectorAll('#detail [data-source]').length === 2")
    assert await serious_findings(page) == []
    assert await unreachable(page) == []
    await page.open(f"{cinema.server.url}/#")
    await page.until(HOME)
    assert await serious_findings(page) == []
    assert await unreachable(page) == []


async def test_an_administrators_phone_lets_another_device_in(page: Page, server: Server) -> None:
    await enter(page, server)
    await page.until(HOME)
    [phone] = await server.devices()
    async with aiohttp.ClientSession(server.url) as tv:
        async with tv.post("/api/auth/device", json={"name": "Samsung TV"}) as reply:
            asked = await reply.json()
        asks = (
            "document.getElementById('approving').open && document.querySelector('#approving [data-title]').textContent"
        )
        address = f"{server.url}/#code={asked['userCode']}"

        await page.open("about:blank")
        await page.open(address)
        assert await page.until(asks) == f"Approve {asked['userCode']} on the computer"
        await page.press("Enter")
        assert await page.evaluate("location.hash") == ""

        await server.set_scope(phone.id, Scope.ADMIN)
        await page.open("about:blank")
        await page.open(address)
        assert await page.until(asks) == "Approve “Samsung TV”?"
        assert await serious_findings(page) == []
        await page.press("Enter")
        await page.until("!document.getElementById('approving').open")
        grant = {"grantType": "device_code", "deviceCode": asked["deviceCode"]}
        async with tv.post("/api/auth/token", json=grant) as reply:
            assert reply.status == 200


async def test_what_is_looked_at_is_told_once_it_is_looked_at(page: Page, cinema: Cinema) -> None:
    await enter(page, cinema.server)
    await page.until(focused(FILM.name))
    told = "performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('/api/ui/viewport'))"
    await page.until(f"{told}.length > 0")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowRight"):
        await page.press(key)
    await page.until(focused(FILMS[3].name))
    await page.until(f"{told}.length > 1")
    starts = await page.evaluate(f"{told}.map((entry) => entry.startTime)")
    assert all(later - earlier >= 500 for earlier, later in pairwise(starts))
    assert len(starts) < 5  # not one for each card that was passed
