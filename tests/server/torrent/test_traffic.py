from __future__ import annotations

from server.torrent.traffic import Traffic


def test_the_first_hungry_player_and_the_last_fed_one_are_news() -> None:
    news: list[bool] = []
    traffic = Traffic(lambda: news.append(traffic.yielding))
    traffic.tell("one", hungry=False)
    assert news == []
    traffic.tell("one", hungry=True)
    traffic.tell("one", hungry=True)
    traffic.tell("other", hungry=True)
    traffic.tell("one", hungry=False)
    assert news == [True]
    traffic.tell("other", hungry=False)
    assert news == [True, False]
    assert traffic.clear.is_set()


def test_a_pause_lasts_whoever_plays() -> None:
    news: list[bool] = []
    traffic = Traffic(lambda: news.append(traffic.yielding))
    traffic.pause(paused=True)
    traffic.tell("one", hungry=True)
    assert traffic.hungry
    traffic.tell("one", hungry=False)
    assert (traffic.yielding, traffic.hungry) == (True, False)
    traffic.pause(paused=False)
    assert news == [True, False]
