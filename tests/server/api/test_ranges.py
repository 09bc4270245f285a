from __future__ import annotations

import string
from dataclasses import dataclass
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.api.ranges import ByteRange, not_modified, parse_range, same_entity
from server.errors import RangeNotSatisfiableError

REFUSED = "refused"
WHOLE = None

# --- parse_range: a table


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, WHOLE),
        # one range
        ("bytes=0-99", ByteRange(0, 100)),
        ("bytes=0-0", ByteRange(0, 1)),
        ("bytes=99-99", ByteRange(99, 100)),
        ("bytes=10-", ByteRange(10, 100)),
        ("bytes=0-", ByteRange(0, 100)),
        ("bytes=90-1000", ByteRange(90, 100)),
        ("bytes=0-99999999999999999999999999", ByteRange(0, 100)),
        ("bytes=007-0010", ByteRange(7, 11)),
        # a suffix
        ("bytes=-1", ByteRange(99, 100)),
        ("bytes=-100", ByteRange(0, 100)),
        ("bytes=-1000", ByteRange(0, 100)),
        ("bytes=-99999999999999999999999999", ByteRange(0, 100)),
        # outside of the file
        ("bytes=100-", REFUSED),
        ("bytes=100-200", REFUSED),
        ("bytes=99999999999999999999999999-", REFUSED),
        ("bytes=-0", REFUSED),
        ("bytes=-000", REFUSED),
        # malformed
        ("", REFUSED),
        (" ", REFUSED),
        ("bytes", REFUSED),
        ("bytes=", REFUSED),
        ("bytes=,", REFUSED),
        ("=0-1", REFUSED),
        ("bytes=-", REFUSED),
        ("bytes=5", REFUSED),
        ("bytes=5-4", REFUSED),
        ("bytes=99999999999999999999999999-88888888888888888888888888", REFUSED),
        ("bytes=--5", REFUSED),
        ("bytes=+1-5", REFUSED),
        ("bytes=1-+5", REFUSED),
        ("bytes=1-5-7", REFUSED),
        ("bytes=1.0-5", REFUSED),
        ("bytes=0x1-5", REFUSED),
        ("bytes=1_0-20", REFUSED),
        ("bytes=a-b", REFUSED),
        ("bytes=1 - 5", REFUSED),
        ("bytes:0-5", REFUSED),
        ("bytes 0-5", REFUSED),
        ("bytes =0-5", REFUSED),
        ("bytes==0-5", REFUSED),
        ("by tes=0-5", REFUSED),
        ("bytes=\u0660-\u0665", REFUSED),
        ("bytes=0-5\n", REFUSED),
        ("bytes=0-5\x00", REFUSED),
        ("\xa0bytes=0-5", REFUSED),
        ("bytes=0-5\x0b", REFUSED),
        ("bytes=0-5;q=1", REFUSED),
        # blanks and case
        ("  bytes=0-5\t", ByteRange(0, 6)),
        ("bytes= 0-5 ", ByteRange(0, 6)),
        ("BYTES=0-5", ByteRange(0, 6)),
        ("Bytes=0-5", ByteRange(0, 6)),
        # lists
        ("bytes=,0-5,", ByteRange(0, 6)),
        ("bytes=0-5, 10-15", WHOLE),
        ("bytes=0-5,\t,-3", WHOLE),
        ("bytes=0-5,200-300", WHOLE),
        ("bytes=0-5,x", REFUSED),
        ("bytes=0-5,7-6", REFUSED),
        ("bytes=0-5\n,7-8", REFUSED),
        ("bytes=0-5,99999999999999999999-88888888888888888888", REFUSED),
        ("bytes=0-5,88888888888888888888-99999999999999999999", WHOLE),
        # other units
        ("seconds=0-5", WHOLE),
        ("seconds=soon", WHOLE),
        ("bytes2=0-5", WHOLE),
        ("x-!#$%&'*+.^_`|~=1", WHOLE),
    ],
)
def test_a_range_header_of_a_file_of_100_bytes(header: str | None, expected: ByteRange | str | None) -> None:
    assert outcome(header, 100) == expected


def test_a_number_of_a_million_digits_is_taken_quickly() -> None:
    assert parse_range(f"bytes=0-{'9' * 1_000_000}", 100) == ByteRange(0, 100)
    assert parse_range(f"bytes=-{'0' * 1_000_000}5", 100) == ByteRange(95, 100)


def test_a_film_beyond_four_gigabytes() -> None:
    total = 90 << 30
    assert parse_range(f"bytes={total - 1}-", total) == ByteRange(total - 1, total)
    assert ByteRange(5 << 30, total).content_range(total) == f"bytes {5 << 30}-{total - 1}/{total}"


def test_a_refusal_knows_the_size() -> None:
    with pytest.raises(RangeNotSatisfiableError, match="100 bytes") as caught:
        parse_range("bytes=100-", 100)
    assert caught.value.total == 100


# --- parse_range: against a reading of RFC 9110 of its own

TOKEN = set(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~")


@dataclass
class Malformed(Exception):  # noqa: N818 - it is a finding, no error
    spec: str


def number(text: str) -> int:
    if not text or any(letter not in "0123456789" for letter in text):
        raise Malformed(text)
    return reduce(lambda value, digit: value * 10 + int(digit), text, 0)


def positions(spec: str, total: int) -> set[int]:
    """Return the bytes of the file that a range names, one by one."""
    first, dash, last = spec.partition("-")
    if not dash:
        raise Malformed(spec)
    everything = set(range(total))
    if not first:
        suffix = number(last)
        return {position for position in everything if position >= total - suffix}
    start, end = number(first), number(last) if last else None
    if end is not None and end < start:
        raise Malformed(spec)
    return {position for position in everything if position >= start and (end is None or position <= end)}


def oracle(header: str, total: int) -> ByteRange | str | None:
    unit, equals, specs = header.strip(" \t").partition("=")
    if not equals or not unit or set(unit) - TOKEN:
        return REFUSED
    if unit.lower() != "bytes":
        return WHOLE
    try:
        named = [positions(spec, total) for part in specs.split(",") if (spec := part.strip(" \t"))]
    except Malformed:
        return REFUSED
    if len(named) > 1:
        return WHOLE
    return ByteRange(min(named[0]), max(named[0]) + 1) if named and named[0] else REFUSED


def outcome(header: str | None, total: int) -> ByteRange | str | None:
    try:
        return parse_range(header, total)
    except RangeNotSatisfiableError:
        return REFUSED


def join(parts: list[str]) -> str:
    return "".join(parts)


TOTALS = st.integers(0, 60)
NUMBERS = (
    st.integers(0, 70).map(str)
    | st.integers(0, 70).map(lambda value: f"000{value}")
    | st.integers(10**16, 10**21).map(str)
    | st.just("")
)
SPECS = st.builds("{}-{}".format, NUMBERS, NUMBERS)
BLANKS = st.sampled_from(["", "", "", " ", "\t", " \t "])
WELL_MEANT = st.lists(st.builds("{}{}{}".format, BLANKS, SPECS | st.just(""), BLANKS), min_size=1, max_size=4).map(
    lambda specs: f"bytes={','.join(specs)}"
)
TOKENS = st.sampled_from(
    [
        *[
            "bytes",
            "BYTES",
            "byte",
            "=",
            "=",
            "-",
            "-",
            ",",
            " ",
            "\t",
            "\n",
            "\r",
            "\x00",
            "\x0b",
            "\x85",
            "\xa0",
            "\u2003",
        ],
        *[
            "\u0663",
            "²",
            "½",
            "\udcff",
            "+",
            "_",
            ".",
            "e",
            "0",
            "1",
            "7",
            "59",
            "60",
            "61",
            "9" * 25,
            "W/",
            '"',
            ";",
            "q=1",
        ],
    ]
)
HOSTILE = st.lists(TOKENS, max_size=14).map(join)
ALMOST = st.lists(TOKENS, max_size=8).map(lambda parts: f"bytes={join(parts)}")


@settings(max_examples=1500, deadline=None)
@given(header=WELL_MEANT, total=TOTALS)
def test_well_meant_headers_read_as_the_oracle_reads_them(header: str, total: int) -> None:
    assert outcome(header, total) == oracle(header, total)


@settings(max_examples=1500, deadline=None)
@given(header=HOSTILE | ALMOST, total=TOTALS)
def test_hostile_headers_read_as_the_oracle_reads_them(header: str, total: int) -> None:
    assert outcome(header, total) == oracle(header, total)


@settings(max_examples=300, deadline=None)
@given(header=st.text(), total=st.integers(0, 1 << 60))
def test_no_text_whatsoever_breaks_the_parser(header: str, total: int) -> None:
    for text in (header, f"bytes={header}"):
        found = outcome(text, total)
        if isinstance(found, ByteRange):
            assert 0 <= found.start < found.stop <= total


@given(total=st.integers(1, 1 << 50), data=st.data())
def test_what_was_answered_may_be_asked_for_again(total: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, total - 1))
    part = ByteRange(start, data.draw(st.integers(start + 1, total)))
    answered, _, size = part.content_range(total).removeprefix("bytes ").partition("/")
    assert int(size) == total
    assert parse_range(f"bytes={answered}", total) == part


# --- preconditions

ETAG = '"7c9e6679.0"'


@pytest.mark.parametrize(
    ("header", "part_allowed"),
    [
        (None, True),
        (ETAG, True),
        (f" {ETAG} ", True),
        (f"W/{ETAG}", False),
        (ETAG.strip('"'), False),
        ('"other"', False),
        ("*", False),
        ("", False),
        (f'{ETAG}, "other"', False),
        ("Sun, 22 Nov 2026 12:00:00 GMT", False),
    ],
)
def test_if_range_sends_a_part_only_of_the_very_same_entity(header: str | None, part_allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert same_entity(header, ETAG) is part_allowed


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        (ETAG, True),
        (f"W/{ETAG}", True),
        (f'"a", {ETAG}', True),
        (f'W/"a",W/{ETAG} ,"b"', True),
        ("*", True),
        (" * ", True),
        ('"other"', False),
        (ETAG.strip('"'), False),
        ("", False),
        (",", False),
    ],
)
def test_if_none_match_knows_the_entity_by_any_of_its_names(header: str | None, known: bool) -> None:  # noqa: FBT001 - a column of the table
    assert not_modified(header, ETAG) is known


@given(st.text())
def test_preconditions_take_any_text(header: str) -> None:
    assert not same_entity(header, ETAG)
    assert not not_modified(header.replace("*", ""), ETAG)
