"""Settings: frozen, validated, from the command line, the environment and ``settings.toml``, in this order.

Secrets never live here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs

from server.errors import SettingsError
from server.source_settings import WEB_ADDRESS, SourcesSettings

VERSION = "0.1.0"
"""The product's version, as ``pyproject.toml`` has it."""

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
_PORT = r"(6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})"
_INTERFACE = re.compile(rf"(\[[0-9a-fA-F:.]+\]|[\w.-]+):(0|{_PORT})[sl]*", re.ASCII)
_PROXY = re.compile(rf"[^\s/@]+:{_PORT}", re.ASCII)
Kib = Annotated[int, msgspec.Meta(ge=0, le=1 << 30)]
Mib = Annotated[int, msgspec.Meta(ge=0, le=1 << 30)]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of ``settings.toml``; unknown keys are refused by name."""


class ServerSettings(_Section, frozen=True):
    """Where the server listens and what it is called on the LAN. Port 0 picks a free one."""

    host: str = "0.0.0.0"  # noqa: S104 - serving the LAN is the product
    port: Port = 8620
    discovery: bool = True
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] = "Miauflix"


class EngineSettings(_Section, frozen=True):
    """The BitTorrent session. A limit of 0 means none."""

    listen: str = "0.0.0.0:0"
    dht: bool = True
    lsd: bool = False
    utp: bool = True
    upnp: bool = False
    download_limit_kib: Kib = 0
    upload_limit_kib: Kib = 0
    proxy: str = ""
    allow_private_peers: bool = False
    """Loopback and private peers, web seeds and ``x.pe``: for tests, the demo and LAN labs."""


class StorageSettings(_Section, frozen=True):
    """Where the torrents' bytes are kept: ``downloads`` when empty; a relative folder lies in the data folder.

    At most ``cap_gib`` GiB are kept, 0 means no limit.
    """

    folder: str = ""
    cap_gib: Annotated[float, msgspec.Meta(ge=0, le=1 << 20)] = 50


class StreamSettings(_Section, frozen=True):
    """How a video is sent: bytes a write, longest wait for the swarm in ms, videos a device, memory for all streams."""

    chunk_size: Annotated[int, msgspec.Meta(ge=1024, le=16 << 20)] = 65536
    timeout_ms: Annotated[int, msgspec.Meta(ge=100, le=3_600_000)] = 30_000
    max_streams_per_device: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    memory_budget_mib: Annotated[int, msgspec.Meta(ge=8, le=1 << 20)] = 200


class PreloadSettings(_Section, frozen=True):
    """What may be spent on titles that somebody looks at: how many at once, MiB an hour and MiB on the disk.

    A limit of 0 MiB means none.
    """

    enabled: bool = True
    concurrency: Annotated[int, msgspec.Meta(ge=1, le=32)] = 3
    hourly_mib: Mib = 2048
    disk_mib: Mib = 4096


class QualitySettings(_Section, frozen=True):
    """What the user would rather not play: it is chosen only when there is nothing else. 0 and empty mean no limit."""

    max_size_gib: Annotated[float, msgspec.Meta(ge=0, le=1 << 20)] = 0
    max_resolution: Literal["", "480p", "720p", "1080p", "2160p"] = ""
    avoid_codecs: tuple[str, ...] = ()


class CinemetaSettings(_Section, frozen=True):
    """Cinemeta: films and shows by their IMDb ids."""

    enabled: bool = True
    url: str = "https://v3-cinemeta.strem.io"


class ArchiveSettings(_Section, frozen=True):
    """The Internet Archive: films in the public domain and openly licensed ones."""

    enabled: bool = True
    url: str = "https://archive.org"


class TmdbSettings(_Section, frozen=True):
    """TMDB: texts and pictures, once its key is in the vault (``sources key tmdb``)."""

    enabled: bool = True
    url: str = "https://api.themoviedb.org"


class CatalogueSettings(_Section, frozen=True):
    """Where titles are looked up."""

    cinemeta: CinemetaSettings = CinemetaSettings()
    internet_archive: ArchiveSettings = ArchiveSettings()
    tmdb: TmdbSettings = TmdbSettings()

    def __post_init__(self) -> None:
        """Refuse addresses that are none. Raises ValueError, which msgspec passes on as its own."""
        for name, section in (
            ("cinemeta", self.cinemeta),
            ("internet_archive", self.internet_archive),
            ("tmdb", self.tmdb),
        ):
            if not WEB_ADDRESS.fullmatch(section.url):
                raise ValueError(
                    f"Expected an address with http:// or https://, and nothing secret in it, as `{name}.url`"
                )


class UpdateSettings(_Section, frozen=True):
    """Whether the makers' server may be asked, once a day, if there is a newer Miauflix."""

    check: bool = False


class Settings(_Section, frozen=True):
    """All of ``settings.toml``."""

    server: ServerSettings = ServerSettings()
    engine: EngineSettings = EngineSettings()
    storage: StorageSettings = StorageSettings()
    stream: StreamSettings = StreamSettings()
    preload: PreloadSettings = PreloadSettings()
    quality: QualitySettings = QualitySettings()
    sources: SourcesSettings = SourcesSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    updates: UpdateSettings = UpdateSettings()

    def __post_init__(self) -> None:
        """Refuse what no type can say. Raises ValueError, which msgspec passes on as its own."""
        if self.engine.proxy and not _PROXY.fullmatch(self.engine.proxy):
            raise ValueError("Expected `host:port` of a SOCKS5 proxy - at `engine.proxy`")
        if not all(_INTERFACE.fullmatch(interface.strip()) for interface in self.engine.listen.split(",")):
            raise ValueError("Expected `address:port`, several with commas between - at `engine.listen`")
        try:
            Path(self.storage.folder).expanduser()
        except RuntimeError:
            raise ValueError("Expected a folder, found a `~` without a home folder - at `storage.folder`") from None


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the command line may override; None where it is silent."""

    host: str | None = None
    port: int | None = None
    discovery: bool | None = None
    data_dir: Path | None = None
    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """Everything one run of the server needs to know before it starts."""

    settings: Settings
    data_dir: Path
    resources: Path
    """The folder that holds ``web/``, ``icons/`` and ``demo/``."""
    key_file: Path | None = None
    """An explicit key file; None means the keyring, or the default key file where there is none."""
    demo: bool = False
    """Whether the built-in title is seeded and added at start."""

    @property
    def database_path(self) -> Path:
        """Return the encrypted database's file."""
        return self.data_dir / "miauflix.db"

    @property
    def download_dir(self) -> Path:
        """Return the folder that holds the torrents' bytes."""
        return self.data_dir / Path(self.settings.storage.folder or "downloads").expanduser()


_FROM_ENVIRONMENT = {
    "MAX_PRELOAD_CONCURRENCY": ("preload", "concurrency"),
    "STREAM_CHUNK_SIZE": ("stream", "chunk_size"),
    "STREAM_TIMEOUT_MS": ("stream", "timeout_ms"),
}


def default_data_dir() -> Path:
    """Return the platform's folder for a user's data, as ``platformdirs`` knows it."""
    return platformdirs.user_data_path("miauflix", appauthor=False)


def resolve(
    arguments: Arguments,
    environ: Mapping[str, str],
    *,
    resources: Path,
    demo: bool = False,
    data_dir: Path | None = None,
) -> Options:
    """Merge command line, environment and ``settings.toml``; ``data_dir`` replaces the platform's default.

    Raises SettingsError with one line that names the setting and the values it takes.
    """
    folder = arguments.data_dir or _path(environ, "MIAUFLIX_DATA_DIR") or data_dir or default_data_dir()
    values = _read(folder / "settings.toml")
    for variable, (section, key) in _FROM_ENVIRONMENT.items():
        text = environ.get(variable, "").strip()
        if text:
            checked = _check(variable, {section: {key: text}}, strict=False)
            values.setdefault(section, {})[key] = getattr(getattr(checked, section), key)
    for key in ("host", "port", "discovery"):
        value = getattr(arguments, key)
        if value is not None:
            _check(f"--{key}", {"server": {key: value}})
            values.setdefault("server", {})[key] = value
    settings = _check("settings.toml", values)
    return Options(
        settings=settings,
        data_dir=folder.absolute(),
        resources=resources,
        key_file=arguments.key_file or _key_file(environ),
        demo=demo,
    )


def _key_file(environ: Mapping[str, str]) -> Path | None:
    named = _path(environ, "TORRENT_KEY_FILE")
    if named:
        return named
    credentials = _path(environ, "CREDENTIALS_DIRECTORY")
    if credentials and (credentials / "torrent-key").is_file():
        return credentials / "torrent-key"
    return None


def _path(environ: Mapping[str, str], variable: str) -> Path | None:
    text = environ.get(variable)
    try:
        return Path(text).expanduser() if text else None
    except RuntimeError as error:
        raise SettingsError(f"{variable}: {text} is in no home folder that is known here.") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} can't be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from error
    _check(str(path), values)
    return values


def _check(where: str, values: dict[str, Any], *, strict: bool = True) -> Settings:
    try:
        return msgspec.convert(values, Settings, strict=strict)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise SettingsError(f"{where}: {error}".replace("`$.", "`") + ".") from error
