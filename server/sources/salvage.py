"""Reads answers that are cut off or broken in places: pure, no I/O. What can be read is kept, the rest is counted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

_BLANKS: Final = " \t\r\n"
_MAX_DEPTH: Final = 50
_CHUNK: Final = 16 << 10
_BETWEEN: Final = re.compile(r"\}\s*,\s*(?=\{)")


class UnreadableError(ValueError):
    """Nothing in the answer can be read. The text says why, and repeats nothing of the answer."""


@dataclass(frozen=True, slots=True)
class Document:
    """An answer in JSON: an object, and the rows of a list somewhere inside."""

    head: dict[str, Any]
    """The object; of one that is broken, what could be read, without the list."""
    rows: tuple[Any, ...]
    broken: int = 0
    """Rows that could not be read; of an answer that was cut off, the one that was cut."""


def read_json(body: bytes, rows: str) -> Document:
    """Read an object whose list is named ``rows``, at whatever depth. Raises UnreadableError."""
    try:
        whole = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _salvage(body.decode(errors="replace"), rows)
    if not isinstance(whole, dict):
        raise UnreadableError("The answer is not an object.")
    found = _find(whole, rows)
    return Document(whole, tuple(found) if isinstance(found, list) else ())


def read_xml(body: bytes, *tags: str) -> tuple[list[Element], bool]:
    """Return the elements with these names, in their order, and whether the document is whole.

    Those before a fault are kept. Raises UnreadableError for what is no XML, and for document types and entities, which
    could make an answer grow without end or reach for files.
    """
    collector = _Collector(tags)
    parser = DefusedXMLParser(target=collector, forbid_dtd=True)
    try:
        for start in range(0, len(body), _CHUNK):
            parser.feed(body[start : start + _CHUNK])
        parser.close()
    except DefusedXmlException as error:
        raise UnreadableError("The answer declares a document type, as attacks do.") from error
    except (ParseError, ValueError, LookupError) as error:
        if not collector.depth and not collector.found:
            raise UnreadableError("The answer is not XML.") from error
        return collector.found, False
    return collector.found, True


class _Collector(TreeBuilder):
    """Keeps the elements with certain names as soon as they end."""

    def __init__(self, tags: tuple[str, ...]) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.depth = 0
        self._tags = tags

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise UnreadableError("The answer is nested too deeply.")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self.depth -= 1
        element = super().end(tag)
        if tag in self._tags:
            self.found.append(element)
        return element


def _find(value: Any, name: str, depth: int = 0) -> Any:
    """Return the first value of that name in nested objects and lists, the outermost first."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        children: Any = value.values()
    elif isinstance(value, list):
        children = value
    else:
        return None
    if depth >= _MAX_DEPTH:
        return None
    return next((found for child in children if (found := _find(child, name, depth + 1)) is not None), None)


def _salvage(text: str, rows: str) -> Document:
    """Read what there is of an object that is cut off or broken."""
    if not text.lstrip("\ufeff" + _BLANKS).startswith("{"):
        raise UnreadableError("The answer is not JSON.")
    opening = re.search(rf'"{re.escape(rows)}"\s*:\s*\[', text)
    if opening is None:
        raise UnreadableError("The answer broke off before there was anything to read.")
    read, broken = _rows(text, opening.end())
    return Document(_head(text[: opening.start()]), tuple(read), broken)


def _rows(text: str, at: int) -> tuple[list[Any], int]:
    """Read one row after the other; return them, and how many were broken.

    After a broken one it goes on at the next that has the fields of those before, so that nothing that lies inside of a
    row is taken for one.
    """
    decoder = json.JSONDecoder()
    read: list[Any] = []
    broken = 0
    while True:
        while at < len(text) and text[at] in _BLANKS + ",":
            at += 1
        if at >= len(text) or text[at] == "]":
            return read, broken
        try:
            row, at = decoder.raw_decode(text, at)
            read.append(row)
        except (ValueError, RecursionError):
            broken += 1
            following = _next_alike(decoder, text, at, read)
            if following is None:
                return read, broken
            at = following


def _next_alike(decoder: json.JSONDecoder, text: str, at: int, read: list[Any]) -> int | None:
    """Return where the next row starts that has most fields of the first one; None where there is none."""
    fields = set(read[0]) if read and isinstance(read[0], dict) else set()
    if not fields:
        return None
    for found in _BETWEEN.finditer(text, at):
        try:
            row, _ = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict) and 2 * len(fields & set(row)) > len(fields):
            return found.end()
    return None


def _head(before: str) -> dict[str, Any]:
    """Read the plain values that stand before the list, whatever object they are in."""
    simple = re.compile(r'"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)')
    head: dict[str, Any] = {}
    for found in simple.finditer(before):
        try:
            head[found[1]] = json.loads(found[2])
        except ValueError:
            continue
    return head
