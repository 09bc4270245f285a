from __future__ import annotations

from server.torrent.traffic import Traffic, Turn


def test_only_changes_of_the_most_urgent_need_are_news() -> None:
    news: list[Turn] = []
    traffic = Traffic(lambda: news.append(traffic.turn))
    traffic.tell("one", Turn.LATER)
    assert news == []
    traffic.tell("one", Turn.SOON)
    traffic.tell("other", Turn.NOW)
    traffic.tell("third", Turn.NOW)
    traffic.tell("one", Turn.LATER)
    traffic.tell("other", Turn.LATER)
    assert news == [Turn.SOON, Turn.NOW]
    traffic.tell("one", Turn.SOON)
    traffic.tell("third", Turn.SOON)
    traffic.tell("third", Turn.LATER)
    traffic.tell("one", Turn.LATER)
    assert news == [Turn.SOON, Turn.NOW, Turn.SOON, Turn.LATER]
