from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sources.salvage import UnreadableError, read_json, read_xml

leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "hash": st.text(max_size=8),
            "seeds": leaves,
            "files": st.lists(st.fixed_dictionaries({"name": st.text(max_size=5), "size": leaves}), max_size=3),
        }
    ),
    min_size=1,
    max_size=8,
)


def encoded(listed: list[Any], **head: Any) -> str:
    return json.dumps({"status": "ok", **head, "torrents": listed, "@meta": {}})


def test_a_whole_answer() -> None:
    document = read_json(b'{"status":"ok","data":{"n":1,"movies":[{"a":1},2]}}', "movies")
    assert (document.rows, document.broken, document.head["status"]) == (({"a": 1}, 2), 0, "ok")


@pytest.mark.parametrize("body", [b'{"movies":null}', b'{"movies":{}}', b"{}", b'{"data":[]}'])
def test_no_list_is_no_rows(body: bytes) -> None:
    assert read_json(body, "movies").rows == ()


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"7", b"<html>", b"Too many", b'{"status":"ok","mov', b"[" * 5000, b'{"a":' * 5000, b"\xff\xfe"],
)
def test_what_cannot_be_read(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_json(body, "movies")


@given(rows, st.data())
def test_a_cut_off_answer_keeps_every_whole_row(listed: list[Any], data: st.DataObject) -> None:
    whole = encoded(listed, page=3)
    start = whole.index("[") + 1
    cut = data.draw(st.integers(start, len(whole) - 1))
    document = read_json(whole[:cut].encode(), "torrents")
    assert list(document.rows) == listed[: len(document.rows)]
    assert document.head["page"] == 3
    kept, at = 0, start
    for row in listed:
        at += len(json.dumps(row)) + (2 if kept else 0)
        kept += at <= cut
    assert len(document.rows) == kept
    assert document.broken <= 1


@given(
    rows,
    st.integers(0, 7),
    st.sampled_from(['{"hash": oops}', '{"hash": "x", "files": [{"name": 1}, {"name": "y"', "@"]),
)
def test_a_broken_row_costs_itself_alone_and_nothing_in_it_becomes_a_row(
    listed: list[Any], place: int, broken: str
) -> None:
    place = min(place, len(listed))
    texts = [json.dumps(row) for row in listed]
    texts.insert(place, broken)
    body = '{"torrents":[' + ",".join(texts) + "]}"
    document = read_json(body.encode(), "torrents")
    assert all(row in listed for row in document.rows)
    assert document.broken >= 1
    if place and broken.endswith("}"):
        assert list(document.rows) == listed


@given(st.binary(max_size=300))
def test_no_bytes_make_json_stumble(body: bytes) -> None:
    with suppress(UnreadableError):
        read_json(body, "torrents")


XML = (
    b'<?xml version="1.0"?><rss><channel><title>x</title>' + b"<item><title>t</title></item>" * 5 + b"</channel></rss>"
)


@pytest.mark.parametrize("cut", range(0, len(XML) + 1, 7))
def test_cut_off_xml_keeps_the_items_before(cut: int) -> None:
    try:
        items, whole = read_xml(XML[:cut], "item")
    except UnreadableError:
        assert cut < XML.index(b"<rss>") + 5
        return
    assert len(items) == XML[:cut].count(b"</item>")
    assert whole == (cut == len(XML))


ENTITY = '<!DOCTYPE a [<!ENTITY x "y">]><rss><item>&x;</item></rss>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Too many requests",
        b'{"a":1}',
        ENTITY.encode(),
        b'<?xml version="1.0"?>' + ENTITY.encode(),
        ('<?xml version="1.0" encoding="utf-16"?>' + ENTITY).encode("utf-16"),
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<!DOCTYPE html><html><item/></html>",
        b'<?xml version="1.0" encoding="cp037"?><item/>',
    ],
)
def test_document_types_and_what_is_no_xml_are_refused(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_xml(body, "item")


def test_undefined_entities_and_deep_nesting_end_the_reading() -> None:
    assert read_xml(b"<rss><item/><item>&nope;</item></rss>", "item")[1] is False
    assert read_xml(b"<rss><item/>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</rss>", "item")[1] is False


@given(
    st.binary(max_size=200) | st.builds(lambda a, b: b"<rss>" + a + b"</rss>" + b, st.binary(max_size=99), st.binary())
)
def test_no_bytes_make_xml_stumble(body: bytes) -> None:
    with suppress(UnreadableError):
        read_xml(body, "item")
