"""Modules of the page by themselves, in a browser's own engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from browser.devtools import Page

from server.bootstrap import Server

pytestmark = pytest.mark.browser

SHOW = {
    "seasons": [
        {"season": 0, "episodes": [{"id": "tt7:0:1", "episode": 1, "title": "Extra"}]},
        {"season": 1, "episodes": [{"id": f"tt7:1:{number}", "episode": number, "title": ""} for number in (1, 2)]},
        {"season": 2, "episodes": [{"id": "tt7:2:1", "episode": 1, "title": "Back"}]},
    ]
}


def point(item_id: str, position: float) -> dict[str, Any]:
    return {"itemId": item_id, "position": position, "duration": 100}


async def table(page: Page, module: str, calls: Sequence[tuple[str, list[Any], Any]]) -> None:
    """Call functions of a module and compare what they return."""
    asked = [(name, arguments) for name, arguments, _ in calls]
    script = f"""import({json.dumps(f"/{module}.js")}).then((module) => {json.dumps(asked)}.map(([name, given]) =>
      module[name](...given)))"""
    answers = await page.evaluate(script)
    wrong = [
        (name, given, answer, expected)
        for (name, given, expected), answer in zip(calls, answers, strict=True)
        if answer != expected
    ]
    assert wrong == []


async def test_what_the_pure_modules_say(page: Page, server: Server) -> None:
    await page.open(f"{server.url}/favicon.svg")
    places = [
        {"screen": "search", "term": "die & öde/100%"},
        {"screen": "detail", "kind": "show", "id": "tt7", "season": 2},
        {"screen": "detail", "kind": "movie", "id": "archive:night_of-the.dead", "season": None},
        {"screen": "detail", "kind": "video", "id": "local:a-b", "season": None},
        {"screen": "player", "id": "tt7:1:2", "sourceId": None},
        {"screen": "player", "id": "local:a-b", "sourceId": "c-d"},
        {"screen": "home"},
    ]
    addresses = await page.evaluate(
        f"import('/router.js').then((module) => {json.dumps(places)}.map((place) => module.address(place)))"
    )
    assert addresses[1:3] == ["#show=tt7/2", "#movie=archive:night_of-the.dead"]
    nonsense = [
        ("parse", [text], {"screen": "home"}) for text in ("#", "#movie=", "#play=a/b/c", "#show=x/y", "#pair=x")
    ]
    there = zip(addresses, places, strict=True)
    await table(page, "router", [*nonsense, *(("parse", [address], place) for address, place in there)])

    await table(
        page,
        "items",
        [
            ("kindOf", ["tt7"], "movie"),
            ("kindOf", ["archive:a"], "movie"),
            ("kindOf", ["tt7:1:2"], "episode"),
            ("kindOf", ["local:a"], "local"),
            ("wholeOf", ["tt7:1:2"], "tt7"),
            ("wholeOf", ["local:a"], "local:a"),
            ("isBegun", [point("a", 4.9)], False),
            ("isBegun", [point("a", 5)], True),
            ("isBegun", [point("a", 92)], True),
            ("isBegun", [point("a", 92.1)], False),
            ("isBegun", [None], False),
            ("isSeen", [point("a", 92.1)], True),
            ("isSeen", [None], False),
            ("toWatch", [{"seasons": []}, []], {"episode": None, "point": None}),
        ],
    )
    next_to_watch = """import('/items.js').then((module) => %s.map(([points]) => {
      const { episode, point } = module.toWatch(%s, points);
      return [episode.id, point && point.position];
    }))"""
    cases = [
        ([], ["tt7:1:1", None]),
        ([point("tt7:1:1", 40)], ["tt7:1:1", 40]),
        ([point("tt7:1:1", 95)], ["tt7:1:2", None]),
        ([point("tt7:1:2", 95), point("tt7:1:1", 95)], ["tt7:2:1", None]),
        ([point("tt7:2:1", 95)], ["tt7:1:1", None]),
        ([point("tt7:9:9", 40)], ["tt7:1:1", None]),
        ([point("tt7:0:1", 95)], ["tt7:1:1", None]),
    ]
    script = next_to_watch % (json.dumps([[points] for points, _ in cases]), json.dumps(SHOW))
    assert await page.evaluate(script) == [expected for _, expected in cases]

    await table(
        page,
        "describe",
        [
            ("size", [0], "0 B"),
            ("size", [1_048_063], "1023 KiB"),
            ("size", [1_048_064], "1.0 MiB"),
            ("size", [15 << 30], "15 GiB"),
            ("clock", [3727], "1:02:07"),
            ("duration", [20], "less than a minute"),
            ("duration", [3600], "1 h"),
            ("duration", [6120], "1 h 42 min"),
            ("episodeName", [{"season": 1, "episode": 2, "title": "Go"}], "S1 E2 · Go"),
            ("episodeName", [{"season": 0, "episode": 2, "title": ""}], "Special 2"),
            ("quality", [{"resolution": None, "quality": "Unknown"}], "Unknown quality"),
            ("day", ["nonsense"], ""),
            ("providerName", ["torznab.home"], "home"),
            ("isTv", ["Mozilla/5.0 (Web0S; Linux/SmartTV) Chrome/68.0"], True),
            ("isTv", ["Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0"], False),
        ],
    )


# Notes of two items, the first of which the server does not get; `seen` is what had been sent before each answer.
NOTES = """import('/watching.js').then(async ({ Watching }) => {
  const sent = [];
  const ends = [];
  const beacons = [];
  const api = {
    noteProgress: (itemId, point) => {
      sent.push(`${itemId} ${point.position}`);
      return new Promise((...both) => ends.push(both));
    },
    sendProgress: (itemId, point) => beacons.push(`${itemId} ${point.position}`),
  };
  let now = null;
  const watching = new Watching(api, () => now);
  const note = (itemId, position) => { now = { itemId, position, duration: 100 }; return watching.note(); };
  const later = () => new Promise((resolve) => setTimeout(resolve));
  const all = [note('one', 95), note('two', 5), note('two', 15)];
  let settled = false;
  watching.settled('two').then(() => { settled = true; });
  await watching.settled('three');
  dispatchEvent(new Event('pagehide'));
  const seen = [];
  for (const end of [1, 0, 0]) {
    await later();
    seen.push([settled, ...sent]);
    ends[seen.length - 1][end]();
  }
  await Promise.all(all);
  dispatchEvent(new Event('pagehide'));
  return { seen, settled, beacons };
})"""


async def test_notes_reach_the_server_in_their_order(page: Page, server: Server) -> None:
    await page.open(f"{server.url}/favicon.svg")
    assert await page.evaluate(NOTES) == {
        "seen": [[False, "one 95"], [False, "one 95", "two 5"], [False, "one 95", "two 5", "two 15"]],
        "settled": True,
        "beacons": ["two 15"],
    }


# When a stream that never starts is given up, in ms of a clock that is set by hand.
GIVEN_UP = """import('/player/stream.js').then(({ Stream }) => {
  const [before, meanwhile] = %s;
  const html = document.implementation.createHTMLDocument('');
  html.body.innerHTML = '<video data-video></video><p data-waiting></p>';
  const timers = new Map();
  let now = 0;
  let last = 0;
  window.setTimeout = (run, ms, ...given) => {
    last += 1;
    timers.set(last, { at: now + ms, run: () => run(...given) });
    return last;
  };
  window.clearTimeout = (id) => timers.delete(id);
  performance.now = () => now;
  const api = {
    streamTimeoutMs: before,
    streamUrl: () => '',
    probe: () => new Promise(() => {}),
    watchStatus: () => { api.streamTimeoutMs = meanwhile; return () => {}; },
  };
  let failure = null;
  const stream = new Stream(api, html.body, (problem) => { failure = [problem.code, now]; });
  stream.open('source', 0);
  while (failure === null) {
    const [id, next] = Array.from(timers).sort(([, one], [, other]) => one.at - other.at)[0];
    timers.delete(id);
    now = next.at;
    next.run();
  }
  return failure;
})"""


@pytest.mark.parametrize(
    ("before", "meanwhile", "seconds"),
    [(0, 0, 40), (30_000, 30_000, 40), (3000, 3000, 13), (60_000, 60_000, 70), (0, 3_600_000, 3610)],
)
async def test_the_page_gives_up_after_the_server(
    page: Page, server: Server, before: int, meanwhile: int, seconds: int
) -> None:
    await page.open(f"{server.url}/favicon.svg")
    assert await page.evaluate(GIVEN_UP % [before, meanwhile]) == ["torrent_timeout", seconds * 1000]


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([], "Nothing to search with is switched on"),
        (["ok"], "Asked 1 of 1 providers."),
        (["ok", "empty"], "Asked 2 of 2 providers."),
        (["ok", "resting"], "Asked 1 of 2 providers. The rest: EZTV rests after failures."),
        (["unreachable", "blocked"], "Nobody could be asked: YTS does not answer, EZTV turns us away."),
    ],
)
async def test_why_nothing_was_found(page: Page, server: Server, statuses: list[str], said: str) -> None:
    await page.open(f"{server.url}/favicon.svg")
    names = zip(("yts", "eztv"), statuses, strict=False)
    own = {"provider": "user", "status": "empty"}
    reports = json.dumps([own, *({"provider": provider, "status": status} for provider, status in names)])
    answer = await page.evaluate(f"import('/describe.js').then((module) => module.searched({reports}))")
    assert answer.startswith(said)
