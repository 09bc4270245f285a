"""The web page as people meet it: let in, chosen from, added to, played."""

from __future__ import annotations

import logging

import pytest
from browser.devtools import Page
from browser.screens import (
    CODE,
    DETAIL,
    FAILED,
    HOME,
    OWN_CARDS,
    PAIRING,
    VIDEO,
    add_by_keyboard,
    enter,
    focused,
    open_own,
    play_own,
)

from server.auth.pairing import PairingDesk
from server.auth.sessions import TokenPair
from server.bootstrap import Server
from server.demo import TITLE
from server.errors import SafeModeError
from server.models import Scope

pytestmark = pytest.mark.browser

NOBODYS_MAGNET = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=Nobody+shares+this"
NOBODYS = "Nobody shares this"


async def test_plays_the_demo_by_keyboard_and_goes_on_after_a_seek_to_the_middle(page: Page, server: Server) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 1")
    await page.click("#player [data-seek]", across=0.5)
    middle = await page.until(f"!{VIDEO}.seeking && {VIDEO}.currentTime > 4 && {VIDEO}.currentTime")
    assert 5 < middle < 8
    await page.until(f"{VIDEO}.currentTime > {middle + 1.5}")

    assert not await page.evaluate(f"{VIDEO}.paused || {VIDEO}.error !== null")
    assert page.console == []


async def test_a_key_pauses_seeks_and_goes_back_to_where_it_came_from(page: Page, server: Server) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 0.2")
    await page.press("Enter")
    await page.until(f"{VIDEO}.paused")
    await page.press("ArrowRight")
    await page.until(f"!{VIDEO}.seeking && {VIDEO}.currentTime > 10")
    await page.press("ArrowLeft")
    await page.until(f"!{VIDEO}.seeking && {VIDEO}.currentTime < 2")
    await page.press("Escape")
    await page.until(DETAIL)
    assert not await page.evaluate(f"{VIDEO}.hasAttribute('src')")
    await page.press("Escape")
    await page.until(HOME)
    await page.until("document.activeElement.closest('[data-row=own]') !== null")


async def test_presses_of_a_seek_key_add_up_to_one_seek(page: Page, server: Server) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 0.2")
    await page.press("Enter")
    await page.until(f"{VIDEO}.paused")
    await page.evaluate(f"window.seeks = 0, {VIDEO}.addEventListener('seeking', () => {{ window.seeks += 1; }})")
    for key in ("ArrowRight", "ArrowLeft", "ArrowRight"):
        await page.press(key)
    await page.until(f"!{VIDEO}.seeking && {VIDEO}.currentTime > 10")
    assert await page.evaluate("window.seeks") == 1


@pytest.mark.parametrize("paused", [False, True])
async def test_a_stream_that_broke_off_goes_on_as_it_was(page: Page, server: Server, *, paused: bool) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 2")
    if paused:
        await page.press("Enter")
        await page.until(f"{VIDEO}.paused")
    left = await page.evaluate(f"{VIDEO}.currentTime")
    await page.evaluate(f"{VIDEO}.addEventListener('loadedmetadata', () => {{ window.loaded = true; }})")
    await page.evaluate(f"{VIDEO}.dispatchEvent(new Event('error'))")
    at = await page.until(f"window.loaded && !{VIDEO}.seeking && {VIDEO}.readyState > 2 && {VIDEO}.currentTime")
    assert abs(at - left) < 2
    assert await page.evaluate(f"{VIDEO}.paused") is paused
    await page.until("!document.querySelector('#player.waits')")
    if paused:
        await page.press("Enter")
    await page.until(f"{VIDEO}.currentTime > {at + 1}")


async def test_what_was_left_off_is_offered_and_gone_on_with(page: Page, server: Server) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 4")
    left = await page.evaluate(f"{VIDEO}.currentTime")
    await page.press("Escape")
    await page.until(focused("Resume"))
    await page.press("Escape")
    await page.until(HOME)
    await page.until("document.querySelectorAll('[data-row=continue] .card').length === 1")
    await page.press("ArrowUp")
    await page.until(focused(f"Resume {TITLE}"))
    await page.press("Enter")
    at = await page.until(f"{VIDEO}.readyState > 2 && {VIDEO}.currentTime > 3 && {VIDEO}.currentTime")
    assert abs(at - left) < 2


async def test_a_place_is_forgotten(page: Page, server: Server) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 2")
    await page.press("Escape")
    await page.until(focused("Resume"))
    while not await page.evaluate(focused("Forget the place")):
        await page.press("ArrowRight")
    await page.press("Enter")
    await page.until(focused("Play"))
    await page.press("Escape")
    await page.until(HOME)
    assert await page.evaluate("document.querySelector('[data-row=continue]').hidden")


async def test_subtitles_are_offered_when_a_video_brings_some(page: Page, server: Server) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 0.2")
    await page.press("Enter")
    await page.until(f"{VIDEO}.paused")
    button = "document.querySelector('#player [data-captions]')"
    assert await page.evaluate(f"{button}.hidden")
    await page.evaluate(f"window.track = {VIDEO}.addTextTrack('subtitles', 'English', 'en'), 0")
    await page.until(f"!{button}.hidden")
    await page.press("ArrowDown")
    while not await page.evaluate(focused("Subtitles")):
        await page.press("ArrowRight")
    for mode in ("showing", "disabled"):
        await page.press("Enter")
        await page.until(f"track.mode === '{mode}'")


async def test_a_page_that_is_left_remembers_the_place(page: Page, server: Server) -> None:
    await enter(page, server)
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 3")
    left = await page.evaluate(f"{VIDEO}.currentTime")
    await page.open("about:blank")
    await page.open(server.url)
    await page.until(focused(f"Resume {TITLE}"))
    await page.press("Enter")
    at = await page.until(f"{VIDEO}.readyState > 2 && {VIDEO}.currentTime > 2 && {VIDEO}.currentTime")
    assert abs(at - left) < 2


async def test_the_links_secret_leaves_the_address_and_serves_once(page: Page, server: Server) -> None:
    link = await server.pairing_link()
    await page.open(link)
    await page.until(HOME)
    assert await page.evaluate("location.href") == f"{server.url}/"
    await page.open("about:blank")
    await page.call("Network.clearBrowserCookies")
    await page.open(link)
    await page.until(CODE)
    assert "used before" in await page.text("#pairing [data-detail]")


async def test_a_link_changes_nothing_for_a_device_that_is_in_already(page: Page, server: Server) -> None:
    await enter(page, server)
    [device] = await server.devices()
    await server.set_scope(device.id, Scope.ADMIN)
    await page.open("about:blank")
    await enter(page, server)
    [same] = await server.devices()
    assert (same.id, same.scope) == (device.id, Scope.ADMIN)


async def test_a_link_that_can_not_serve_now_is_not_called_old(
    page: Page, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_desk: PairingDesk, _secret: str) -> TokenPair:
        raise SafeModeError

    link = await server.pairing_link()
    with monkeypatch.context() as patch:
        patch.setattr(PairingDesk, "poll", refuse)
        await page.open(link)
        await page.until("!document.getElementById('trouble').hidden")
        assert await page.text("#trouble [data-title]") == SafeModeError.title
    await page.press("Enter")
    await page.until(HOME)


@pytest.mark.parametrize("fragment", ["pair=%", "code=%E2"])
async def test_an_address_that_was_mangled_leads_to_the_page_all_the_same(
    page: Page, server: Server, fragment: str
) -> None:
    await page.open(f"{server.url}/#{fragment}")
    await page.until(CODE)


async def test_a_device_waits_with_its_code_until_it_is_approved(page: Page, server: Server) -> None:
    await page.open(server.url)
    code = await page.until(CODE)
    [pairing] = await server.pairings()
    assert pairing.user_code == code
    assert (await page.text("#pairing [data-command]")).endswith(f" devices approve {code}")
    assert "Chrome" in pairing.device_name
    assert await page.until("document.querySelector('#pairing [data-qr]').naturalWidth")
    await server.approve(code)
    await page.until(HOME)
    await page.until(f"{OWN_CARDS} === 1")


async def test_a_device_that_was_denied_can_ask_again(page: Page, server: Server) -> None:
    await page.open(server.url)
    first = await page.until(CODE)
    await server.deny(first)
    await page.until("document.querySelector('#pairing [data-title]').textContent.includes('denied')")
    await page.press("Enter")
    assert await page.until(CODE) != first


async def test_a_revoked_device_is_asked_to_pair_again(page: Page, server: Server) -> None:
    await enter(page, server)
    await page.until(focused(TITLE))
    [device] = await server.devices()
    await server.revoke(device.id)
    await page.press("Enter")
    await page.until(
        f"{PAIRING} && document.querySelector('#pairing [data-detail]').textContent.includes('signed out')"
    )


async def test_the_session_is_renewed_when_the_access_token_is_gone(page: Page, server: Server) -> None:
    await enter(page, server)
    await page.call("Network.deleteCookies", name="miauflix_access", url=f"{server.url}/api/sources")
    await play_own(page, TITLE)
    await page.until(f"{VIDEO}.currentTime > 0.5")


async def test_the_form_says_what_is_wrong_with_a_link(page: Page, server: Server) -> None:
    await enter(page, server)
    await add_by_keyboard(page, "not a magnet")
    assert await page.until("document.querySelector('#adding [data-problem]').textContent")
    await page.press("Escape")
    assert not await page.evaluate("document.getElementById('adding').open")
    assert await page.evaluate(OWN_CARDS) == 1


async def test_a_magnet_is_added_and_removed_by_keyboard(page: Page, server: Server) -> None:
    await enter(page, server)
    await add_by_keyboard(page, NOBODYS_MAGNET)
    await page.until(f"{OWN_CARDS} === 2")
    await open_own(page, NOBODYS)
    while not await page.evaluate(focused("Remove")):
        await page.press("ArrowRight")
    await page.press("Enter")
    await page.until("document.getElementById('removing').open")
    await page.press("ArrowRight")
    await page.press("Enter")
    await page.until(HOME)
    await page.until(f"{OWN_CARDS} === 1")
    assert (await server.status()).sources == 1


async def test_the_page_is_told_how_long_the_server_waits(page: Page, server: Server, timeout_ms: int) -> None:
    await enter(page, server)
    told = """import('/api.js').then(({ Api }) => new Promise((resolve) => {
      const api = new Api(() => {});
      const stop = api.watchStatus(() => { stop(); resolve(api.streamTimeoutMs); });
    }))"""
    assert await page.evaluate(told) == timeout_ms


@pytest.mark.parametrize("timeout_ms", [3000])
async def test_a_torrent_that_nobody_shares_is_explained_and_can_be_tried_again(
    page: Page, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aiohttp.access")
    await enter(page, server)
    await add_by_keyboard(page, NOBODYS_MAGNET)
    await play_own(page, NOBODYS)
    await page.until("document.querySelector('#player [data-waiting]').textContent.includes('Looking for peers')")
    await page.until(FAILED)
    assert await page.text("#player [data-failure-title]") == "Nobody sent this video in time"
    # The video and the question why it does not come, each repeated once by Chromium on a connection of its own.
    assert sum(" 408 " in line for line in caplog.messages) <= 4
    await page.press("Enter")
    await page.until(f"!({FAILED}) && {VIDEO}.hasAttribute('src')")
    await page.press("Escape")
    await page.until(DETAIL)
