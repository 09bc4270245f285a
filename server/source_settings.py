"""Settings of the providers of sources, the ``[sources.*]`` sections: off until an address is set, but for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

WEB_ADDRESS: Final = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?", re.IGNORECASE)
"""An address of a server, without a name, a key or anything else that belongs to a single call."""

_BUILT_IN: Final = ("yts", "eztv", "rarbg", "internet_archive")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SERVER: Final = re.compile(rf"torznab\.{_NAME.pattern}")


class ProviderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a provider is, and the longest wait for one answer of it. Without an address it is off."""

    enabled: bool = True
    url: str = ""
    timeout_ms: Annotated[int, msgspec.Meta(ge=100, le=120_000)] = 8000

    @property
    def is_on(self) -> bool:
        """Whether the provider is to be asked."""
        return self.enabled and bool(self.url)


class RarbgSettings(ProviderSettings, frozen=True):
    """RARBG; ``dialect`` says which of the two protocols that go by its name the server speaks."""

    dialect: Literal["torrentapi", "therarbg"] = "torrentapi"


class ArchiveProviderSettings(ProviderSettings, frozen=True):
    """The Internet Archive's films."""

    url: str = "https://archive.org"


class SourcesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All providers; ``torznab`` has any number of servers, by names of the user's choice.

    ``priority`` says who goes first between sources that are equally good: ``yts``, ``torznab.home`` … Those that it
    leaves out follow in the usual order, which puts YTS first for films and EZTV first for episodes.
    """

    priority: tuple[str, ...] = ()
    yts: ProviderSettings = ProviderSettings()
    eztv: ProviderSettings = ProviderSettings()
    rarbg: RarbgSettings = RarbgSettings()
    internet_archive: ArchiveProviderSettings = ArchiveProviderSettings()
    torznab: dict[str, ProviderSettings] = {}

    def __post_init__(self) -> None:
        """Refuse addresses and names that are none. Raises ValueError, which msgspec passes on as its own."""
        if len(set(self.priority)) < len(self.priority):
            raise ValueError("Expected each provider once - at `sources.priority`")
        for name in self.priority:
            if name not in _BUILT_IN and not _SERVER.fullmatch(name):
                raise ValueError(f"Expected {', '.join(_BUILT_IN)} or `torznab.NAME` - at `sources.priority`")
        for name in self.torznab:
            if not _NAME.fullmatch(name):
                raise ValueError("Expected a name of letters, digits, `-` and `_` - at `sources.torznab`")
        for name, section in self._sections():
            if section.url and not WEB_ADDRESS.fullmatch(section.url):
                raise ValueError(
                    "Expected an address with http:// or https://, without a key or a password in it; "
                    f"`miauflix sources key` keeps keys - at `sources.{name}.url`"
                )

    def _sections(self) -> Iterator[tuple[str, ProviderSettings]]:
        yield from (("yts", self.yts), ("eztv", self.eztv), ("rarbg", self.rarbg))
        yield "internet_archive", self.internet_archive
        for name, section in self.torznab.items():
            yield f"torznab.{name}", section
