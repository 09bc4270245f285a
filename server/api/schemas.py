"""The JSON that goes in and out: checked on the way in, and described in ``/api/openapi.json`` from the same types."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from server.models import Quality, Scope, Source
from server.sources.ranking import RankedSource, rank

_IMDB = "tt[0-9]{1,10}"
_END = r"$(?!\n)"  # Python's $ alone lets a line break follow
_ITEM = rf"^({_IMDB}(:[0-9]{{1,5}}:[0-9]{{1,5}})?|archive:[A-Za-z0-9._-]+|local:[0-9a-f-]{{36}}){_END}"
_POSTER = "[0-9a-f]{32}"
ItemText = Annotated[str, Meta(max_length=200, pattern=_ITEM)]
"""The forms of ``server.models.ItemId``."""
ShowText = Annotated[str, Meta(pattern=f"^{_IMDB}{_END}")]
PosterKey = Annotated[str, Meta(pattern=f"^{_POSTER}{_END}")]
Title = Annotated[str, Meta(min_length=1, max_length=300)]


class Json(msgspec.Struct, rename="camel"):
    """An object whose names are camelCase on the wire."""


class Problem(msgspec.Struct):
    """What went wrong, after RFC 9457; ``code`` is for programs, ``detail`` for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    id: str | UnsetType = UNSET
    """The source that is known already, with ``source_exists``."""


class Health(Json):
    """The server runs."""

    status: Literal["ok"]
    version: str


class DeviceRequest(Json):
    """A device that asks to come in, under a name that people will recognise."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]


class DeviceStarted(Json):
    """The secret to poll with, and the code to show (RFC 8628). Times in seconds.

    ``verificationQr`` shows ``verificationUriComplete``: the ``data:`` address of an SVG image, dark on white.
    ``approvalCommand`` lets the device in, run on the machine itself.
    """

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    verification_qr: str
    approval_command: str
    expires_in: int
    interval: int


class DeviceCodeGrant(Json, tag_field="grantType", tag="device_code"):
    """Asks for the tokens of an approved pairing."""

    device_code: Annotated[str, Meta(max_length=200)]


class RefreshTokenGrant(Json, tag_field="grantType", tag="refresh_token"):
    """Asks for the next pair of tokens; without a token in the body the cookie's is used."""

    refresh_token: Annotated[str, Meta(max_length=200)] | None = None


class Tokens(Json):
    """A pair of tokens. ``expiresIn`` in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a kind, not a secret


class DeviceJson(Json):
    """A device that was let in."""

    id: str
    name: str
    scope: Scope
    created_at: datetime
    last_seen_at: datetime | None


class DeviceChange(Json):
    """What is changed about a device."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]


class PairingJson(Json):
    """A device that waits for approval, and the code it shows."""

    user_code: str
    device_name: str
    address: str
    expires_at: datetime


class PairingAnswer(Json):
    """Whether a device that waits may come in."""

    approved: bool


class MagnetRequest(Json):
    """A source to add by its magnet link."""

    magnet: Annotated[str, Meta(max_length=16_384)]
    title: Title | None = None


class SourceJson(Json):
    """One way to play one title, and how it stands among the title's others; nothing in it identifies the torrent."""

    id: str
    item_id: str
    title: str
    provider: str
    providers: list[str]
    quality: Quality
    resolution: str | None
    codec: str | None
    size_bytes: int | None
    """Of the file that is played; an estimate for a pack that nobody played yet."""
    seeders: int | None
    leechers: int | None
    score: float
    rank_score: float
    is_default: bool
    """Whether it is what plays when nobody chooses."""
    stale: bool
    """Whether its figures are old: the last search did not find it, or was long ago."""
    silent: bool
    """Whether nobody sent it when it was tried a moment ago; others go before it for a while."""
    pack: bool
    matched: bool
    """Whether it is this title beyond doubt."""
    pinned: bool
    blocked: bool
    refusal: str | None
    """The code of the error for which it does not play."""
    published_at: datetime | None
    found_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, source: Source) -> SourceJson:
        """Return what clients may see of a source that is alone of its title."""
        (ranked,) = rank((source,), datetime.now(UTC))
        return cls.ranked(ranked)

    @classmethod
    def ranked(cls, ranked: RankedSource) -> SourceJson:
        """Return what clients may see of a source among others."""
        source = ranked.source
        return cls(
            id=source.id,
            item_id=source.item_id,
            title=source.title,
            provider=source.provider,
            providers=list(source.providers or (source.provider,)),
            quality=source.quality,
            resolution=source.resolution,
            codec=source.codec,
            size_bytes=source.size_bytes,
            seeders=source.seeders,
            leechers=source.leechers,
            score=round(ranked.score, 6),
            rank_score=round(ranked.rank_score, 6),
            is_default=ranked.is_default,
            stale=ranked.stale,
            silent=ranked.silent,
            pack=source.pack,
            matched=source.matched,
            pinned=source.pinned,
            blocked=source.blocked,
            refusal=source.refusal,
            published_at=source.published_at,
            found_at=source.found_at,
            created_at=source.created_at,
        )


class Empty(Json):
    """Nothing: an object that has no fields yet."""


class MediaUrl(Json):
    """Where a player that can send no credentials gets the video, until ``expiresAt``; relative to this server."""

    url: str
    expires_at: datetime


class ProgressRequest(Json):
    """How far a title was watched, in seconds, and with what it is shown.

    ``poster`` is one of the catalogue's, on this server: other devices will load it.
    """

    source_id: Annotated[str, Meta(min_length=1, max_length=36)]
    position: Annotated[float, Meta(ge=0)]
    duration: Annotated[float, Meta(gt=0)]
    title: Title
    poster: Annotated[str, Meta(pattern=rf"^/api/posters/{_POSTER}{_END}")] | None = None


class ProgressJson(Json):
    """Where to go on watching a title. Position and duration in seconds."""

    item_id: str
    source_id: str
    title: str
    poster: str | None
    position: float
    duration: float
    updated_at: datetime


class ResumePointsJson(Json):
    """Places where titles were left off, the newest first."""

    items: list[ProgressJson]
