from __future__ import annotations

from server.torrent.traffic import Traffic, Turn


def test_only_changes_are_news() -> None:
    news: list[int] = []
    traffic = Traffic(lambda: news.append(0))
    traffic.tell("one", Turn.LATER)
    assert len(news) == 0
    traffic.tell("one", Turn.SOON)
    traffic.tell("one", Turn.SOON)
    assert len(news) == 1
    traffic.tell("other", Turn.SOON)
    traffic.tell("one", Turn.LATER)
    traffic.tell("one", Turn.LATER)
    assert len(news) == 3


def test_the_less_urgent_is_behind_the_more_urgent_and_nobody_behind_itself() -> None:
    traffic = Traffic(lambda: None)
    traffic.tell("playing", Turn.NOW)
    traffic.tell("focused", Turn.SOON)
    behind = {
        (torrent, turn): traffic.is_behind(torrent, turn)
        for torrent in ("playing", "focused", "visible")
        for turn in (Turn.LATER, Turn.SOON)
    }
    assert behind == {
        ("playing", Turn.LATER): True,  # what else is got ready there gives way to the focus
        ("playing", Turn.SOON): False,
        ("focused", Turn.LATER): True,
        ("focused", Turn.SOON): True,
        ("visible", Turn.LATER): True,
        ("visible", Turn.SOON): True,
    }
    traffic.tell("playing", Turn.LATER)
    assert not traffic.is_behind("focused", Turn.SOON)
    assert traffic.is_behind("visible", Turn.LATER)
    traffic.tell("focused", Turn.LATER)
    assert not traffic.is_behind("visible", Turn.LATER)
