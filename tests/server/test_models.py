from __future__ import annotations

import dataclasses
import inspect
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from server import models
from server.models import Download, ItemId, Purpose, Quality, Source, SourceId, TorrentIdentifiers, VideoFile

SECRET = "0123456789abcdef0123456789abcdef01234567"
WHEN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

IDENTIFIERS = TorrentIdentifiers(SECRET, magnet=f"magnet:?xt=urn:btih:{SECRET}", torrent_file=SECRET.encode())
SOURCE = Source(SourceId("an-id"), ItemId("local:1"), f"title {SECRET}", "user", IDENTIFIERS, WHEN)


@pytest.mark.parametrize(
    "value",
    [
        IDENTIFIERS,
        SOURCE,
        Download(folder="3f1c", resume_data=SECRET.encode()),
        VideoFile(index=0, size=1, offset=0, name=f"{SECRET}.mkv"),
    ],
)
def test_nothing_that_identifies_a_torrent_is_in_a_repr(value: object) -> None:
    for shown in (repr(value), str(value), f"{value}", repr([value]), repr({"key": value})):
        assert SECRET not in shown


def test_a_source_can_be_told_from_another_in_a_log() -> None:
    assert "an-id" in repr(SOURCE)


def nouns() -> list[type[Any]]:
    return [kind for _, kind in inspect.getmembers(models, dataclasses.is_dataclass) if isinstance(kind, type)]


@pytest.mark.parametrize("noun", nouns())
def test_every_noun_is_frozen_and_holds_no_more_than_it_says(noun: type[Any]) -> None:
    assert noun.__dataclass_params__.frozen
    assert hasattr(noun, "__slots__")


@pytest.mark.parametrize("noun", nouns())
def test_no_noun_shows_a_field_that_is_named_like_an_identifier(noun: type[Any]) -> None:
    telling = re.compile(r"hash|magnet|torrent|resume|token|secret|key$")
    assert [field.name for field in dataclasses.fields(noun) if field.repr and telling.search(field.name)] == []


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("film.mkv", ".mkv"), ("FILM.MP4", ".mp4"), ("a.b.c", ".c"), ("film", ""), (".mkv", ""), ("", ""), ("film.", "")],
)
def test_the_suffix_of_a_video(name: str, suffix: str) -> None:
    assert VideoFile(0, 1, 0, name).suffix in {suffix, suffix or "."}


def test_what_is_stored_and_sent_keeps_its_spelling() -> None:
    assert [quality.value for quality in Quality] == ["CAM", "TS", "WEB", "BluRay", "Unknown"]
    assert [purpose.value for purpose in Purpose] == ["play", "preload"]
