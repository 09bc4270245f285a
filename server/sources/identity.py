"""Whether a release is of the title that is looked for: pure, no I/O."""

from __future__ import annotations

import enum
import re
import unicodedata
from datetime import timedelta
from typing import Final

from server.models import Episode, Item
from server.sources.names import parse
from server.sources.provider import Release

_ARCHIVE: Final = "archive:"
_YEARS_APART: Final = 1
_HEAD_START: Final = timedelta(days=2)  # time zones, and dates without a time of day

_YEAR: Final = re.compile(r"(19|20)\d\d")
_SITE: Final = re.compile(r"^\W*www\.\S+\W*?\s-\s", re.IGNORECASE)
_AFTER_TITLE: Final = re.compile(
    r"s\d{1,2}(e\d{1,3})*|e\d{1,3}|\d{1,2}x\d{1,3}|season|seasons|series|complete|episode|\d{3,4}[pi]|[48]k|uhd|"
    r"hdr|dv|x26[45]|h26[45]|hevc|avc|av1|xvid|divx|web|webdl|webrip|bluray|brrip|bdrip|bdremux|remux|dvdrip|dvd|hdtv|"
    r"hdrip|hdcam|cam|camrip|ts|telesync|hdts|proper|repack|extended|unrated|uncut|remastered|theatrical|directors|imax|"
    r"criterion|multi|dual|internal|limited"
)

_FIRST_PART: Final = (["part", "one"], ["part", "1"], ["part", "i"])
_COUNTRIES: Final = frozenset({"us", "uk", "au", "nz", "ca"})


class Match(enum.Enum):
    """How sure it is."""

    YES = "yes"
    UNSURE = "unsure"
    """Nothing speaks against it, but it can't be told for certain."""
    NO = "no"


def match(release: Release, item: Item) -> Match:
    """Compare a release with the item: by the IMDb id where the provider echoes one, else by title and year."""
    if not _same_episode(release, item.episode):
        return Match.NO
    found = _same_title(release, item)
    return Match.UNSURE if found is Match.YES and _is_too_old(release, item) else found


def words(text: str) -> list[str]:
    """Return the words of a title or release name in lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"\w+", re.sub("['\u2019`]", "", plain).replace("_", " "))


def _same_episode(release: Release, wanted: Episode | None) -> bool:
    if wanted is None:
        return release.season is None and release.episode is None
    return release.season in (None, wanted.season) and release.episode in (None, wanted.number)


def _same_title(release: Release, item: Item) -> Match:
    if release.imdb_id and item.imdb_id:
        return Match.YES if _number(release.imdb_id) == _number(item.imdb_id) else Match.NO
    if item.id.startswith(_ARCHIVE):  # which is asked for by its own name there
        return Match.YES
    if not item.title:
        return Match.UNSURE
    title = words(item.title)
    rest = _behind(title, words(_SITE.sub("", release.name)))
    if rest is not None:
        found = _same_year(release.year or _year(rest), item)
        return Match.UNSURE if found is Match.YES and _COUNTRIES & set(rest[:1]) else found
    read = parse(release.name)  # names of sites and groups may stand before the title
    return _same_year(release.year or read.year, item) if words(read.title) == title else Match.NO


def _same_year(year: int | None, item: Item) -> Match:
    if year is None and item.episode is not None:  # their names have none
        return Match.YES
    if year is None or item.year is None:
        return Match.UNSURE
    if abs(year - item.year) <= _YEARS_APART:
        return Match.YES
    return Match.NO if item.episode is None else Match.UNSURE  # an episode's year may be its own


def _behind(title: list[str], name: list[str]) -> list[str] | None:
    """Return what follows the title in a release name; None when the name is of another title."""
    for wanted in (title, title[1:] if title[:1] in (["the"], ["a"], ["an"]) else title):
        for given in (name, name[1:]) if name[:1] in (["the"], ["a"], ["an"]) else (name,):
            rest = given[len(wanted) :]
            if wanted and given[: len(wanted)] == wanted and _is_over(rest):
                return rest
    return None


def _is_over(rest: list[str]) -> bool:
    """Whether what follows does not belong to a longer title."""
    if not rest or rest[0] in _COUNTRIES or rest[:2] in _FIRST_PART:
        return True
    return bool(_YEAR.fullmatch(rest[0]) or _AFTER_TITLE.fullmatch(rest[0]))


def _year(rest: list[str]) -> int | None:
    return next((int(word) for word in rest[:3] if _YEAR.fullmatch(word)), None)


def _number(imdb_id: str) -> int | str:
    digits = imdb_id.lower().removeprefix("tt")
    return int(digits) if digits.isascii() and digits.isdigit() else imdb_id


def _is_too_old(release: Release, item: Item) -> bool:
    """Whether it was uploaded before there was anything to upload, as fakes are."""
    if release.published_at is None or item.released_at is None:
        return False
    return release.published_at < item.released_at - _HEAD_START
