"""The command line as a shell sees it: words in; exit status, stdout and stderr out."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes.torrent_files import PIECE, info, torrent_file

from server.cli import main
from server.errors import StartError
from server.premises import RUNNING
from server.settings import VERSION, Options

ROOT = Path(__file__).parents[2]
HASH = "0123456789abcdef0123456789abcdef01234567"
MAGNET = f"magnet:?xt=urn:btih:{HASH}&dn=A+film"


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Outcome]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home folder of its own, so that nothing here touches the user's."""
    home = tmp_path / "home"
    for variable in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(variable, str(home))
    for variable in ("MIAUFLIX_DATA_DIR", "TORRENT_KEY", "TORRENT_KEY_FILE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(variable, raising=False)
    return home


@pytest.fixture
def place(tmp_path: Path, home: Path) -> list[str]:
    """Return the options for a fresh data folder."""
    assert not home.exists()
    return ["--data-dir", str(tmp_path / "data"), "--key-file", str(tmp_path / "key.json")]


@pytest.fixture
def cli(place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    def run(*words: str, options: list[str] | None = None) -> Outcome:
        status = main([*words, *(place if options is None else options)], resources=tmp_path)
        out, err = capsys.readouterr()
        return Outcome(status, out, err)

    return run


def refused(outcome: Outcome, status: int = 1) -> str:
    """Return what a refusal says, which has to be one line on stderr and nothing on stdout."""
    assert (outcome.status, outcome.out) == (status, "")
    assert outcome.err.startswith("miauflix: ")
    assert outcome.err.count("\n") == 1
    return outcome.err


# --- words


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["serve", "--nonsense"],
        ["serve", "--port", "http"],
        ["devices"],
        ["devices", "nonsense"],
        ["devices", "add"],
        ["devices", "add", ""],
        ["devices", "add", "  "],
        ["devices", "add", "caf\udce9"],
        ["devices", "add", "x" * 201],
        ["devices", "approve"],
        ["devices", "revoke"],
        ["devices", "rename", "id"],
        ["devices", "rename", "id", " "],
        ["devices", "scope", "id"],
        ["devices", "scope", "id", "owner"],
        ["sources"],
        ["sources", "add"],
        ["status", "now"],
    ],
)
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str], home: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words, resources=home)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: miauflix")
    assert not home.exists()


def test_version(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"], resources=tmp_path)
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"Miauflix {VERSION}\n"


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_that_is_none(cli: Cli, port: str) -> None:
    assert "--port" in refused(cli("serve", "--port", port), status=2)


def test_a_bad_settings_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.toml").write_text("[server]\nprot = 1\n")
    assert "prot" in refused(cli("devices", "list"), status=2)


def test_a_bad_variable(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAM_CHUNK_SIZE", "large")
    assert "STREAM_CHUNK_SIZE" in refused(cli("sources", "list"), status=2)


@pytest.mark.parametrize("before", [True, False])
def test_the_data_folder_may_be_named_before_or_behind_the_command(
    cli: Cli,
    place: list[str],
    tmp_path: Path,
    home: Path,
    before: bool,  # noqa: FBT001 - a column of the table
) -> None:
    words = [*place, "devices", "add", "TV"] if before else ["devices", "add", "TV", *place]
    assert cli(*words, options=[]).status == 0
    assert (tmp_path / "data" / "miauflix.db").exists()
    assert (tmp_path / "key.json").exists()
    assert not home.exists(), "the user's own data folder was touched"


def test_what_is_named_behind_the_command_counts_more(cli: Cli, tmp_path: Path) -> None:
    cli("--data-dir", str(tmp_path / "other"), "devices", "add", "TV")
    assert (tmp_path / "data").exists()
    assert not (tmp_path / "other").exists()


# --- the tray application


class Desktop:
    """Stands for the tray application, and takes note of what it is started with."""

    def __init__(self, error: Exception | None = None) -> None:
        self.options: list[Options] = []
        self.places: list[Path] = []
        self.links: list[str] = []
        self._error = error

    def __call__(self, options: Options, links: Sequence[str]) -> int:
        if self._error:
            raise self._error
        self.options.append(options)
        self.links = list(links)
        self.places = [path for path in (options.data_dir.parent, options.key_file) if path and path.exists()]
        return 7


def test_no_command_is_the_tray_application(place: list[str], tmp_path: Path) -> None:
    desktop = Desktop()
    assert main(place, resources=tmp_path, desktop=desktop) == 7
    (options,) = desktop.options
    assert (options.data_dir, options.key_file) == (tmp_path / "data", tmp_path / "key.json")
    assert (options.resources, options.demo) == (tmp_path, False)


@pytest.mark.parametrize(
    "words", [["open", "magnet:?xt=1", "b.torrent"], ["magnet:?xt=1", "b.torrent"], ["MAGNET:?xt=1"], ["/x/b.TORRENT"]]
)
def test_links_are_opened_with_or_without_the_command(place: list[str], tmp_path: Path, words: list[str]) -> None:
    desktop = Desktop()
    assert main([*place, *words], resources=tmp_path, desktop=desktop) == 7
    assert desktop.links == [word for word in words if word != "open"]


def test_a_file_is_opened_by_its_url_as_desktops_hand_it_over(place: list[str], tmp_path: Path) -> None:
    file = tmp_path / "A film ü.torrent"
    desktop = Desktop()
    assert main([*place, "open", file.as_uri()], resources=tmp_path, desktop=desktop) == 7
    assert desktop.links == [str(file)]


def test_open_without_a_link_is_the_tray_application(place: list[str], tmp_path: Path) -> None:
    desktop = Desktop()
    assert main(["open", *place], resources=tmp_path, desktop=desktop) == 7
    assert desktop.links == []


def test_an_option_may_end_like_a_torrent_file(tmp_path: Path) -> None:
    desktop = Desktop()
    folder = tmp_path / "a.torrent"
    assert main(["--data-dir", str(folder)], resources=tmp_path, desktop=desktop) == 7
    assert desktop.options[0].data_dir == folder


def test_a_demo_is_kept_in_a_temporary_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAUFLIX_DATA_DIR", str(home / "kept"))
    desktop = Desktop()
    assert main(["demo", "--port", "0"], resources=home, desktop=desktop) == 7
    (options,) = desktop.options
    assert options.demo
    assert options.settings.server.port == 0
    assert options.key_file
    assert options.key_file.parent == options.data_dir.parent
    assert desktop.places == [options.data_dir.parent], "it was there while the demo ran"
    assert not options.data_dir.parent.exists(), "and is gone with it"
    assert not home.exists()


def test_a_demo_may_be_kept(place: list[str], tmp_path: Path) -> None:
    desktop = Desktop()
    main(["demo", *place], resources=tmp_path, desktop=desktop)
    (options,) = desktop.options
    assert (options.demo, options.data_dir) == (True, tmp_path / "data")


@pytest.mark.parametrize(
    ("error", "says"),
    [(StartError("The port\nis taken."), "miauflix: The port is taken.\n"), (KeyboardInterrupt(), "")],
)
def test_a_start_that_fails(
    place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], error: Exception, says: str
) -> None:
    assert main(place, resources=tmp_path, desktop=Desktop(error)) == 1
    assert capsys.readouterr() == ("", says)


# --- devices


def test_a_device_is_added_listed_and_turned_out(cli: Cli) -> None:
    added = cli("devices", "add", "Fernseher 🐱")
    assert (added.status, added.err) == (0, "")
    assert set(added.json) == {"deviceId", "accessToken", "refreshToken"}
    (listed,) = cli("devices", "list").json
    assert (listed["id"], listed["name"], listed["scope"]) == (added.json["deviceId"], "Fernseher 🐱", "viewer")
    assert "accessToken" not in listed
    assert cli("devices", "rename", listed["id"], "Living room") == Outcome(0, "", "")
    assert cli("devices", "scope", listed["id"], "admin") == Outcome(0, "", "")
    (listed,) = cli("devices", "list").json
    assert (listed["name"], listed["scope"]) == ("Living room", "admin")
    assert cli("devices", "revoke", listed["id"]) == Outcome(0, "", "")
    assert "device" in refused(cli("devices", "rename", listed["id"], "Kitchen"))
    assert "device" in refused(cli("devices", "scope", listed["id"], "admin"))
    assert cli("devices", "list").json == []
    assert "device" in refused(cli("devices", "revoke", listed["id"]))


@pytest.mark.parametrize(
    "words",
    [
        ("devices", "list"),
        ("devices", "approve", "ABCD-EFGH"),
        ("devices", "revoke", "1"),
        ("devices", "rename", "1", "Kitchen"),
        ("devices", "scope", "1", "admin"),
        ("sources", "list"),
    ],
)
def test_a_mistyped_folder_stays_as_it_is(cli: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    before = set(tmp_path.rglob("*"))
    assert "--data-dir" in refused(cli(*words))
    assert set(tmp_path.rglob("*")) == before


def test_a_code_that_nobody_shows(cli: Cli) -> None:
    cli("devices", "add", "TV")
    assert "code" in refused(cli("devices", "approve", "ABCD-EFGH"))


def test_a_lost_key(cli: Cli, tmp_path: Path) -> None:
    cli("devices", "add", "TV")
    (tmp_path / "key.json").unlink()
    assert "--key-file" in refused(cli("devices", "list"))
    assert not (tmp_path / "key.json").exists(), "a new key could not open the database"


def test_a_data_folder_that_can_not_be(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    refused(cli("devices", "list"), status=2)


# --- sources


def test_a_magnet_link_is_added_and_listed(cli: Cli) -> None:
    added = cli("sources", "add", MAGNET, "--title", "Mine")
    assert (added.status, added.err) == (0, "")
    assert (added.json["title"], added.json["provider"]) == ("Mine", "user")
    assert HASH not in added.out
    assert cli("sources", "list").json == [added.json]


def test_a_torrent_file_is_added(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "film.torrent"
    file.write_bytes(torrent_file(info(3 * PIECE)))
    added = cli("sources", "add", str(file)).json
    assert (added["title"], added["sizeBytes"]) == ("film.mp4", 3 * PIECE)


def test_a_source_is_added_once(cli: Cli) -> None:
    cli("sources", "add", MAGNET)
    assert HASH not in refused(cli("sources", "add", MAGNET.upper().replace("MAGNET", "magnet")))


def test_a_title_that_is_no_text(cli: Cli) -> None:
    assert cli("sources", "add", MAGNET, "--title", "caf\udce9").json["title"] == "caf?"


@pytest.mark.parametrize("content", [b"", b"no torrent", b"d4:infodee", b"x" * (5 << 20)])
def test_a_file_that_is_no_torrent(cli: Cli, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "film.torrent").write_bytes(content)
    assert "torrent file" in refused(cli("sources", "add", str(tmp_path / "film.torrent")))
    assert cli("sources", "list").json == []


@pytest.mark.skipif(sys.platform == "win32", reason="files have no holes there")
def test_a_film_itself_is_refused_without_reading_it_whole(cli: Cli, tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    with film.open("wb") as file:
        file.truncate(1 << 40)
    assert "larger than 4 MiB" in refused(cli("sources", "add", str(film)))


@pytest.mark.parametrize(
    "source", ["", "nonsense", "magnet:", "magnet:?xt=urn:btih:5", "https://example.com/a.torrent"]
)
def test_what_is_neither(cli: Cli, source: str) -> None:
    refused(cli("sources", "add", source))


def test_a_folder_is_no_torrent_file(cli: Cli, tmp_path: Path) -> None:
    assert str(tmp_path) in refused(cli("sources", "add", str(tmp_path)))


def test_nothing_is_kept_in_clear(cli: Cli, tmp_path: Path) -> None:
    cli("sources", "add", MAGNET, "--title", "Quite a title")
    cli("devices", "add", "Quite a device")
    for path in (tmp_path / "data").rglob("*"):
        kept = path.read_bytes() if path.is_file() else b""
        for secret in (HASH, "magnet:?", "A+film", "Quite a"):
            assert secret.encode() not in kept
            assert bytes.fromhex(HASH) not in kept


# --- beside a running server


@pytest.fixture
def server(place: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a server of its own process on loopback; its first line has been read."""
    command = [sys.executable, "-m", "server", "serve", "--host", "127.0.0.1", "--port", "0", "--no-discovery"]
    with subprocess.Popen([*command, *place], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Miauflix is ready at http://127.0.0.1:"), line
        yield process
        process.terminate()


def test_commands_work_beside_a_running_server(cli: Cli, server: subprocess.Popen[str], tmp_path: Path) -> None:
    added = cli("sources", "add", MAGNET).json
    assert [source["id"] for source in cli("sources", "list").json] == [added["id"]]
    status = cli("status")
    assert (status.status, status.err) == (0, "")
    assert status.json["version"] == VERSION
    assert cli("devices", "list").json == [], "the command line leaves no device behind"

    assert "already" in refused(cli("serve", "--port", "0", "--no-discovery"))
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0
    assert not (tmp_path / "data" / RUNNING).exists()
    assert "not running" in refused(cli("status"))


def test_no_server_has_no_status_and_leaves_no_trace(cli: Cli, tmp_path: Path) -> None:
    assert "not running" in refused(cli("status"))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "note", ["", "nonsense", "[]", "{}", '{"url": null}', '{"url": "x"}', '{"url": "http://127.0.0.1:70000"}']
)
def test_a_note_of_an_address_that_is_none(cli: Cli, tmp_path: Path, note: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / RUNNING).write_text(note)
    assert "not running" in refused(cli("status"))


def test_a_note_that_a_killed_server_left(cli: Cli, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / RUNNING).write_text(json.dumps({"url": f"http://127.0.0.1:{port}"}))
    assert "not running" in refused(cli("status"))
    assert cli("devices", "list").json == []
