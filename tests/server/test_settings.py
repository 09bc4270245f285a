from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import SettingsError
from server.settings import VERSION, Arguments, Options, Settings, default_data_dir, resolve
from server.source_settings import ProviderSettings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def given_file(folder: Path, text: str) -> Options:
    """Resolve a ``settings.toml`` of this text, with nothing else said."""
    (folder / "settings.toml").write_text(text, "utf-8")
    return resolve(Arguments(data_dir=folder), {}, resources=folder)


# --- defaults


def test_the_defaults_are_those_of_the_contract(folder: Path) -> None:
    options = resolve(Arguments(data_dir=folder), {}, resources=folder / "resources")
    assert options.settings == Settings()
    server, engine, stream = options.settings.server, options.settings.engine, options.settings.stream
    assert (server.host, server.port, server.discovery, server.name) == ("0.0.0.0", 8620, True, "Miauflix")
    assert (engine.listen, engine.dht, engine.lsd, engine.utp, engine.upnp) == ("0.0.0.0:0", True, False, True, False)
    assert (engine.download_limit_kib, engine.upload_limit_kib, engine.proxy) == (0, 0, "")
    assert not engine.allow_private_peers
    assert (stream.chunk_size, stream.timeout_ms, stream.max_streams_per_device) == (65536, 30_000, 10)
    assert (options.key_file, options.demo, options.resources) == (None, False, folder / "resources")


def test_where_everything_is_kept(folder: Path) -> None:
    options = resolve(Arguments(data_dir=folder), {}, resources=folder)
    assert options.data_dir == folder
    assert options.database_path == folder / "miauflix.db"
    assert options.download_dir == folder / "downloads"


def test_the_version_is_that_of_the_project() -> None:
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_a_relative_data_folder_stays_the_same_when_the_process_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = resolve(Arguments(data_dir=Path("data")), {}, resources=tmp_path)
    assert options.data_dir == tmp_path / "data"


# --- command line over environment over settings.toml over default


def test_the_command_line_goes_before_the_file(folder: Path) -> None:
    (folder / "settings.toml").write_text('[server]\nhost = "::"\nport = 1\nname = "Den"\n')
    arguments = Arguments(host="127.0.0.1", port=0, discovery=False, data_dir=folder)
    server = resolve(arguments, {}, resources=folder).settings.server
    assert (server.host, server.port, server.discovery, server.name) == ("127.0.0.1", 0, False, "Den")


def test_the_environment_goes_before_the_file(folder: Path) -> None:
    (folder / "settings.toml").write_text("[stream]\nchunk_size = 2048\ntimeout_ms = 200\n")
    environ = {"STREAM_CHUNK_SIZE": "4096", "STREAM_TIMEOUT_MS": " "}
    stream = resolve(Arguments(data_dir=folder), environ, resources=folder).settings.stream
    assert (stream.chunk_size, stream.timeout_ms) == (4096, 200)


def test_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    named, environment, callers = tmp_path / "named", tmp_path / "environment", tmp_path / "callers"
    environ = {"MIAUFLIX_DATA_DIR": str(environment)}

    def place(arguments: Arguments, environ: dict[str, str], **more: Any) -> Path:
        return resolve(arguments, environ, resources=tmp_path, **more).data_dir

    assert place(Arguments(data_dir=named), environ, data_dir=callers) == named
    assert place(Arguments(), environ, data_dir=callers) == environment
    assert place(Arguments(), {}, data_dir=callers) == callers
    assert place(Arguments(), {"MIAUFLIX_DATA_DIR": ""}) == default_data_dir()


def test_a_home_folder_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    environ = {"MIAUFLIX_DATA_DIR": "~/data", "TORRENT_KEY_FILE": "~/key.json"}
    options = resolve(Arguments(), environ, resources=folder)
    assert (options.data_dir, options.key_file) == (folder / "data", folder / "key.json")
    assert given_file(folder, '[storage]\nfolder = "~/films"').download_dir == folder / "films"


def test_a_relative_download_folder_lies_in_the_data_folder(folder: Path) -> None:
    assert given_file(folder, '[storage]\nfolder = "films"').download_dir == folder / "films"


@pytest.mark.parametrize("proxy", ["127.0.0.1:1", "[::1]:65535", "proxy.example:9050"])
def test_proxies(folder: Path, proxy: str) -> None:
    assert given_file(folder, f'[engine]\nproxy = "{proxy}"').settings.engine.proxy == proxy


@pytest.mark.parametrize("variable", ["MIAUFLIX_DATA_DIR", "TORRENT_KEY_FILE"])
def test_the_home_folder_of_nobody_is_a_clear_error(folder: Path, variable: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        resolve(Arguments(), {"MIAUFLIX_DATA_DIR": str(folder), variable: "~no-such-user/x"}, resources=folder)
    assert "~no-such-user/x" in caught.value.detail


def test_a_download_folder_in_the_home_folder_of_nobody_is_a_clear_error(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"storage\.folder"):
        given_file(folder, '[storage]\nfolder = "~no-such-user/films"')


def test_the_key_file(folder: Path) -> None:
    credentials = folder / "credentials"
    credentials.mkdir()

    def key_file(arguments: Arguments, environ: dict[str, str]) -> Path | None:
        return resolve(arguments, environ, resources=folder, data_dir=folder).key_file

    environ = {"CREDENTIALS_DIRECTORY": str(credentials)}
    assert key_file(Arguments(), environ) is None, "no such credential was passed"
    (credentials / "torrent-key").write_text("{}")
    assert key_file(Arguments(), environ) == credentials / "torrent-key"
    environ["TORRENT_KEY_FILE"] = "/run/key.json"
    assert key_file(Arguments(), environ) == Path("/run/key.json")
    assert key_file(Arguments(key_file=folder / "k"), environ) == folder / "k"


# --- settings.toml


def test_every_setting_of_the_file(folder: Path) -> None:
    options = given_file(
        folder,
        """
        [server]
        host = "127.0.0.1"
        port = 65535
        discovery = false
        name = "Wohnzimmer 🐱"
        [engine]
        listen = "127.0.0.1:6881,[::1]:6881"
        dht = false
        lsd = true
        utp = false
        upnp = true
        download_limit_kib = 1000
        upload_limit_kib = 10
        proxy = "127.0.0.1:9050"
        allow_private_peers = true
        [storage]
        folder = "/films"
        [stream]
        chunk_size = 1024
        timeout_ms = 100
        max_streams_per_device = 1
        [quality]
        max_size_gib = 8.5
        max_resolution = "1080p"
        avoid_codecs = ["av1"]
        [catalogue.cinemeta]
        url = "http://192.168.1.5:7000/cinemeta"
        [catalogue.internet_archive]
        enabled = false
        """,
    )
    assert options.settings.server.name == "Wohnzimmer 🐱"
    assert options.settings.engine.proxy == "127.0.0.1:9050"
    assert options.download_dir == Path("/films")
    assert options.settings.stream.max_streams_per_device == 1
    assert options.settings.quality.avoid_codecs == ("av1",)
    assert options.settings.catalogue.cinemeta.url == "http://192.168.1.5:7000/cinemeta"
    assert not options.settings.catalogue.internet_archive.enabled


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[server]\nprot = 1", ["prot", "server"]),
        ("[servers]\nport = 1", ["servers"]),
        ("port = 1", ["port"]),
        ("[server]\nport = 65536", ["server.port", "65535"]),
        ("[server]\nport = -1", ["server.port", "0"]),
        ('[server]\nport = "80"', ["server.port", "int"]),
        ("[server]\nport = 80.5", ["server.port", "int"]),
        ("[server]\nport = true", ["server.port", "int"]),
        ("[server]\nport = 2020-01-01", ["server.port", "int"]),
        ("[server]\ndiscovery = 1", ["server.discovery", "bool"]),
        ('[server]\nname = ""', ["server.name", "1"]),
        (f'[server]\nname = "{"a" * 41}"', ["server.name", "40"]),
        ("[engine]\nupload_limit_kib = -1", ["engine.upload_limit_kib", "0"]),
        ('[engine]\nproxy = "nonsense"', ["`host:port`", "at `engine.proxy`."]),
        ('[engine]\nproxy = "socks5://h:x"', ["`host:port`", "at `engine.proxy`."]),
        ('[engine]\nproxy = "h:99999"', ["`host:port`", "at `engine.proxy`."]),
        ('[engine]\nlisten = "0.0.0.0:99999"', ["`address:port`", "at `engine.listen`."]),
        ('[engine]\nproxy = ":80"', ["`host:port`", "at `engine.proxy`."]),
        ("[stream]\nchunk_size = 1023", ["stream.chunk_size", "1024"]),
        ("[stream]\ntimeout_ms = 99", ["stream.timeout_ms", "100"]),
        ("[stream]\nmax_streams_per_device = 0", ["stream.max_streams_per_device", "1"]),
        ('[quality]\nmax_resolution = "999p"', ["quality.max_resolution", "999p"]),
        ("[quality]\nmax_size_gib = -1", ["quality.max_size_gib", "0"]),
        ('[catalogue.cinemeta]\nurl = "ftp://x"', ["http://", "as `cinemeta.url`", "at `catalogue`."]),
        ('[catalogue.tmdb]\nurl = "https://x/?api_key=1"', ["http://", "as `tmdb.url`", "at `catalogue`."]),
        ("[catalogue.imdb]\nenabled = true", ["imdb", "catalogue"]),
        ("server = 5", ["server"]),
        ("[server", ["TOML"]),
        ("[server]\nport = 1\nport = 2", ["TOML"]),
    ],
)
def test_a_bad_file_is_one_line_that_names_the_setting(folder: Path, text: str, says: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        given_file(folder, text)
    detail = caught.value.detail
    assert str(folder / "settings.toml") in detail
    assert all(word in detail for word in says), detail
    assert "$" not in detail
    assert "\n" not in detail


def test_files_that_can_not_be_read(folder: Path) -> None:
    (folder / "settings.toml").write_bytes(b'[server]\nname = "\xff"')
    with pytest.raises(SettingsError, match="can't be read"):
        resolve(Arguments(data_dir=folder), {}, resources=folder)
    (folder / "settings.toml").unlink()
    (folder / "settings.toml").mkdir()
    with pytest.raises(SettingsError, match="can't be read"):
        resolve(Arguments(data_dir=folder), {}, resources=folder)
    with pytest.raises(SettingsError, match="can't be read"):
        resolve(Arguments(data_dir=Path(__file__)), {}, resources=folder)


def test_a_bad_file_is_refused_even_where_the_command_line_says_better(folder: Path) -> None:
    (folder / "settings.toml").write_text("[server]\nport = 70000")
    with pytest.raises(SettingsError, match=r"server\.port"):
        resolve(Arguments(data_dir=folder, port=80), {}, resources=folder)


# --- bad values elsewhere


@pytest.mark.parametrize("text", ["x", "1.5", "0x1000", "1_000", "-5", "0", "99999999999999999999", "١٠٢٤", "4096 kB"])
@pytest.mark.parametrize("variable", ["STREAM_CHUNK_SIZE", "STREAM_TIMEOUT_MS"])
def test_bad_values_in_the_environment_name_the_variable(folder: Path, variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable}: "):
        resolve(Arguments(data_dir=folder), {variable: text}, resources=folder)


@given(st.text(st.characters(exclude_characters="\0")))
def test_any_text_in_the_environment_is_a_number_or_refused(text: str) -> None:
    try:
        options = resolve(Arguments(data_dir=Path("/nowhere")), {"STREAM_CHUNK_SIZE": text}, resources=Path())
    except SettingsError:
        return
    assert 1024 <= options.settings.stream.chunk_size <= 16 << 20


@pytest.mark.parametrize(("text", "size"), [("65536.0", 65536), ("6e4", 60_000), (" 65536 ", 65536), ("1024", 1024)])
def test_numbers_however_written(folder: Path, text: str, size: int) -> None:
    options = resolve(Arguments(data_dir=folder), {"STREAM_CHUNK_SIZE": text}, resources=folder)
    assert options.settings.stream.chunk_size == size


@pytest.mark.parametrize("port", [-1, 65536])
def test_bad_values_on_the_command_line_name_the_option(folder: Path, port: int) -> None:
    with pytest.raises(SettingsError, match=r"^--port: "):
        resolve(Arguments(data_dir=folder, port=port), {}, resources=folder)


def test_the_reference_has_every_setting_and_its_default() -> None:
    pages = re.split(r"^## \[(\w+)\]$", (ROOT / "docs" / "settings.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    told = {name: dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|", page, re.MULTILINE)) for name, page in batched(pages)}
    assert told["sources"].pop("dialect") == '"torrentapi"'
    providers = {key: told["sources"].pop(key) for key in ("enabled", "url", "timeout_ms")}
    assert providers == defaults(ProviderSettings())
    assert told.pop("catalogue") == {"enabled": "true"}
    expected = {name: defaults(getattr(Settings(), name)) for name in told}
    assert told == expected
    assert {*told, "catalogue"} == set(Settings.__struct_fields__)


def defaults(section: msgspec.Struct) -> dict[str, str]:
    """Return a section's settings as they would stand in the file, without the sections in it."""
    values = {name: getattr(section, name) for name in section.__struct_fields__}
    return {
        name: msgspec.json.encode(value).decode()
        for name, value in values.items()
        if not isinstance(value, (msgspec.Struct, dict))
    }


def batched(pages: list[str]) -> Iterator[tuple[str, str]]:
    """Pair each heading with what stands below it."""
    return zip(pages[::2], pages[1::2], strict=True)
