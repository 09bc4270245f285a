"""``sources search``: a title's sources, as a table on a terminal and as JSON for programs."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, Final

import msgspec

from server.api.catalog_schemas import ItemSourcesJson
from server.bootstrap import ignore
from server.catalogue.catalogue import Catalogue
from server.errors import CatalogueUnavailableError, ItemNotFoundError
from server.models import Item, ItemId, TitleKind
from server.records import open_records
from server.settings import Options
from server.sources.found import Found
from server.sources.library import PROVIDER
from server.sources.merging import show_title
from server.sources.provider import ProviderReport, ReportStatus
from server.sources.ranking import RankedSource
from server.sourcing import open_sourcing
from server.terminal import print_json, tell

_ID: Final = re.compile(r"tt\d{5,10}(:\d{1,5}:\d{1,5})?|archive:[\w.\-]+", re.ASCII)
_COLUMNS: Final = ("", "Picture", "From", "Size", "Seeders", "Rank", "Providers", "")
_RIGHT: Final = {3, 4, 5}
_UNITS: Final = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def add_command(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("title", metavar="TITLE", help="a title, or an id such as tt0017136")
    parser.add_argument("--season", type=int, metavar="N", help="the season, for a show")
    parser.add_argument("--episode", type=int, metavar="N", help="the episode, for a show")
    parser.add_argument("--refresh", action="store_true", help="ask the providers again")
    parser.set_defaults(action=_action)


def _action(options: Options, arguments: argparse.Namespace) -> Coroutine[Any, Any, None]:
    return search(options, arguments)


async def search(options: Options, arguments: argparse.Namespace) -> None:
    """Print the sources of a title. Raises ItemNotFoundError, CatalogueUnavailableError, StartError."""
    async with open_records(options, os.environ, ignore) as records, open_sourcing(options, records) as sourcing:
        if sys.stdout.isatty():
            tell("Searching …")
        item = await _item(sourcing.catalogue, arguments)
        found = await sourcing.finder.find(item.id, refresh=arguments.refresh)
    if sys.stdout.isatty():
        sys.stdout.write("\n".join(table(item, found)) + "\n")
    else:
        print_json({"title": show_title(item), **msgspec.to_builtins(ItemSourcesJson.of(found))})


async def _item(catalogue: Catalogue, arguments: argparse.Namespace) -> Item:
    words, place = arguments.title.strip(), (arguments.season, arguments.episode)
    if _ID.fullmatch(words):
        title_id, kind = words, TitleKind.MOVIE
    else:
        page = await catalogue.titles(words, TitleKind.SHOW if any(place) else None)
        if not page.titles:
            raise (
                CatalogueUnavailableError(page.notice)
                if page.notice
                else ItemNotFoundError(f"No title like “{words}” was found. Try fewer words.")
            )
        title_id, kind = page.titles[0].id, page.titles[0].kind
        if kind is TitleKind.SHOW and None in place:
            raise ItemNotFoundError(f"{page.titles[0].title} is a show: name a --season and an --episode.")
    if None not in place and ":" not in title_id:
        title_id = f"{title_id}:{place[0]}:{place[1]}"
    return await catalogue.item(ItemId(title_id))


def table(item: Item, found: Found) -> Iterator[str]:
    """Return the lines for people: the title, a row a source, a line a provider."""
    yield ""
    yield f"{show_title(item)}  ·  {item.id}"
    yield ""
    if found.sources:
        yield from _aligned([_COLUMNS, *map(_row, found.sources)])
    else:
        yield "  No source was found."
    yield ""
    yield from (f"  {_told(report)}" for report in found.reports if _is_news(report))


def _row(ranked: RankedSource) -> tuple[str, ...]:
    source = ranked.source
    remarks = [
        word
        for word, holds in {
            "pack": source.pack,
            "old figures": ranked.stale,
            "not certain": not source.matched,
            "pinned": source.pinned,
            "blocked": source.blocked,
            "does not play": source.refusal is not None,
        }.items()
        if holds
    ]
    return (
        "▸" if ranked.is_default else "",
        " ".join(filter(None, (source.resolution, source.codec))) or "?",
        source.quality.value if source.quality != "Unknown" else "?",
        _size(source.size_bytes),
        "?" if source.seeders is None else str(source.seeders),
        f"{ranked.rank_score:.1f}",
        ", ".join(source.providers or (source.provider,)),
        ", ".join(remarks),
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if number in _RIGHT else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield ("  " + "  ".join(cells)).rstrip()


def _size(count: int | None) -> str:
    if count is None:
        return "?"
    return next((f"{count / unit:.1f} {name}" for unit, name in _UNITS if count >= unit), f"{count} B")


def _is_news(report: ProviderReport) -> bool:
    own_and_empty = report.provider == PROVIDER and report.status is ReportStatus.EMPTY
    return report.status is not ReportStatus.CACHED and not own_and_empty


def _told(report: ProviderReport) -> str:
    match report.status:
        case ReportStatus.OK:
            dropped = f", {report.dropped} could not be read" if report.dropped else ""
            said = f"{report.count} found in {report.elapsed_ms} ms{dropped}"
        case ReportStatus.EMPTY:
            said = "nothing"
        case ReportStatus.LATE:
            said = "did not answer in time"
        case _:
            said = report.error or report.status.value
    return f"{report.provider}: {said}"
