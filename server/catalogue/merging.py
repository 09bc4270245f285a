"""Lists of several services become one: pure, no I/O."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Sequence

from server.titles import Title, TitleDetails


def merge_lists(lists: Iterable[Sequence[Title]], query: str = "") -> list[Title]:
    """Take from each list in turn; a title that two have is listed once, as the first list has it.

    What is called just like the query comes first, then what begins with it.
    """
    listed: dict[str, Title] = {}
    names: set[tuple[str, int | None]] = set()
    for title in filter(None, itertools.chain.from_iterable(itertools.zip_longest(*lists))):
        name = _plain(title.title), title.year
        if title.id not in listed and (title.year is None or name not in names):
            listed[title.id] = title
            names.add(name)
    wanted = _plain(query)
    return (
        sorted(listed.values(), key=lambda title: _distance(_plain(title.title), wanted))
        if wanted
        else [*listed.values()]
    )


def merge_details(found: Sequence[TitleDetails | None]) -> TitleDetails | None:
    """Return the first one's details, with what it lacks from the others; None when nobody knows any."""
    known = [details for details in found if details]
    if not known:
        return None
    first = known[0]
    for other in known[1:]:
        title, more = first.title, other.title
        first = TitleDetails(
            Title(title.id, title.kind, title.title, title.year or more.year, title.poster or more.poster),
            first.background or other.background,
            first.overview or other.overview,
            first.runtime_minutes or other.runtime_minutes,
            first.genres or other.genres,
            first.released or other.released,
            first.episodes or other.episodes,
        )
    return first


def _plain(text: str) -> str:
    """Return the letters and digits of a text, without accents and in lower case."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalnum())


def _distance(name: str, wanted: str) -> int:
    if name == wanted or name.removeprefix("the") == wanted:
        return 0
    return 1 if name.startswith(wanted) else 2
