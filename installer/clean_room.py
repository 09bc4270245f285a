"""Tries the Debian package where nothing else is: in fresh roots of Debian without Python, as a user would.

``./run package try`` needs root, debootstrap, Xvfb and xdotool. Nothing here is the machine's own but the network: the
roots lie in ``build/roots``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installer.paths import BUILD, RESOURCES

SUITES = ("bookworm", "trixie")
PROGRAMS = {"debootstrap": "debootstrap", "Xvfb": "xvfb", "xdotool": "xdotool", "unshare": "util-linux"}
"""What is needed, and the Debian packages that bring it."""

_USER = "viewer"
_PLACE = ("--data-dir", f"/home/{_USER}/data", "--key-file", f"/home/{_USER}/key.json")
_LIMIT = 120


class CleanRoomError(Exception):
    """The package does not do what it should."""


@dataclass(frozen=True, slots=True)
class Root:
    """A root folder with a system of its own."""

    path: Path

    def command(self, *words: str, user: str = "root", **environ: str) -> list[str]:
        """Return what runs the words inside; it becomes them, so that signals reach them."""
        home = "/root" if user == "root" else f"/home/{user}"
        settings = {"HOME": home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **environ}
        enter = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$@"'
        as_user = ["--userspec", f"{user}:{user}"] if user != "root" else []
        inside = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in settings.items()), *words]
        path = str(self.path)
        return ["unshare", "--mount", "sh", "-c", enter, path, *as_user, path, *inside]

    def run(self, *words: str, user: str = "root", check: bool = True) -> str:
        """Run the words inside and return what they print. Raises CleanRoomError."""
        command = self.command(*words, user=user, DEBIAN_FRONTEND="noninteractive")
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if check and done.returncode != 0:
            raise CleanRoomError(f"`{' '.join(words)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def install(self, package: Path) -> None:
        """Install a package file and what it depends on."""
        shutil.copy(package, self.path / "srv" / package.name)
        self.run("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", f"/srv/{package.name}")


def try_package(package: Path, previous: Path | None = None, suites: tuple[str, ...] = SUITES) -> None:
    """Install, use and purge the package in a fresh root of each suite. Raises CleanRoomError."""
    missing = sorted({name for program, name in PROGRAMS.items() if shutil.which(program) is None})
    if missing or os.geteuid() != 0:
        raise CleanRoomError(f"This needs root and the packages {' '.join(PROGRAMS.values())}.")
    for suite in suites:
        with fresh_root(suite) as root:
            _say(f"{suite}: without Python, before and after the installation")
            _expect(not root.run("sh", "-c", "command -v python3 || true"), "the fresh root has a Python")
            before = _ours(root)
            root.install(previous or package)
            _expect(not root.run("sh", "-c", "command -v python3 || true"), "the package brought a Python along")
            root.run("useradd", "--create-home", _USER)
            _use(root, package, previous)
            _try_tray(root)
            root.run("apt-get", "purge", "--yes", "--quiet=2", "miauflix")
            left = _ours(root) - before
            _expect(all(name.startswith(f"/home/{_USER}/") for name in left), f"purging left {sorted(left)}")
            _expect((root.path / f"home/{_USER}/data/miauflix.db").is_file(), "purging took the user's data")
            _say(f"{suite}: purged; the user's data are still there")


def _use(root: Root, package: Path, previous: Path | None) -> None:
    """Play, and play on after an upgrade."""
    _say(root.run("miauflix", "--version", user=_USER).strip())
    _say(root.run("miauflix", "--selftest", user=_USER).rstrip())
    with _demo(root) as household:
        household.play()
        household.remember(42.0)
    root.run("miauflix", "open", f"magnet:?xt=urn:btih:{'5a' * 20}", *_PLACE, user=_USER)
    _expect(len(_sources(root)) == 2, "a magnet link that was opened is not among the sources")  # noqa: PLR2004 - with the demo
    if previous:
        root.install(package)
        _say(f"upgraded from {previous.name} to {package.name}")
        with _demo(root, pairs=False) as later:
            again = Household(later.url, household.token)
            _expect(again.position() == 42.0, "the resume point was lost")  # noqa: PLR2004 - as above
            again.play()
        keys = json.loads(root.run("miauflix", "key", "status", *_PLACE, user=_USER))
        _expect(keys["state"] == "ok", "the keys were lost")
        _expect(len(_sources(root)) == 2, "a source was lost")  # noqa: PLR2004 - as above
        _say("device, keys, source and resume point are still there")


def _sources(root: Root) -> list[Any]:
    return list(json.loads(root.run("miauflix", "sources", "list", *_PLACE, user=_USER)))


@dataclass(slots=True)
class Household:
    """The running server, and a device that was let in."""

    url: str
    token: str = ""

    def pair(self, secret: str) -> None:
        """Let this device in with the secret of a pairing link."""
        grant = {"grantType": "device_code", "deviceCode": secret}
        self.token = json.loads(self._ask("POST", "/api/auth/token", grant))["accessToken"]

    def source(self) -> dict[str, Any]:
        """Return the built-in title."""
        listed = json.loads(self._ask("GET", "/api/sources"))
        entries = listed["sources"] if isinstance(listed, dict) else listed
        return dict(next(entry for entry in entries if entry["provider"] == "demo"))

    def play(self) -> None:
        """Fetch all of the built-in title and compare it with the file that it is made from."""
        data = self._ask("GET", f"/api/stream/{self.source()['id']}")
        same = hashlib.sha256(data).digest() == hashlib.sha256((RESOURCES / "demo/clip.mp4").read_bytes()).digest()
        _expect(same, "other bytes came than were seeded")
        _say(f"played {len(data)} bytes of the demo over HTTP")

    def remember(self, position: float) -> None:
        """Leave a resume point."""
        source = self.source()
        point = {"sourceId": source["id"], "position": position, "duration": 100.0, "title": "Demo", "poster": None}
        self._ask("PUT", f"/api/progress/{source['itemId']}", point)

    def position(self) -> float:
        """Return the resume point."""
        return float(json.loads(self._ask("GET", f"/api/progress/{self.source()['itemId']}"))["position"])

    def _ask(self, method: str, path: str, body: object = None) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310 - loopback
        past_any_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with past_any_proxy.open(request, timeout=_LIMIT) as answer:
            return bytes(answer.read())


@contextlib.contextmanager
def _demo(root: Root, *, pairs: bool = True) -> Iterator[Household]:
    words = ["miauflix", "demo", "--headless", "--host", "127.0.0.1", "--port", "0", *_PLACE]
    started = time.monotonic()
    log = (BUILD / "roots" / "demo.log").open("a", encoding="utf-8")
    command = root.command(*words, user=_USER)
    with log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            said = process.stdout or iter(())  # there always is: it was asked for
            ready, link = next(said, ""), next(said, "")
            _expect(ready.startswith("Miauflix is ready at "), f"the server did not start: {ready}")
            _say(f"ready after {time.monotonic() - started:.2f} s")
            household = Household(ready.split()[-1])
            if pairs:
                household.pair(link.strip().partition("#pair=")[2])
            yield household
        finally:
            process.terminate()
    _expect(process.returncode == 0, f"the server ended with {process.returncode}")


def _try_tray(root: Root) -> None:
    """Start the tray app on an empty screen without a tray, where its window has to come up by itself."""
    reading, writing = os.pipe()
    screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(screen, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as pipe:
                display = f":{pipe.readline().strip()}"
            _see_window(root, display)
        finally:
            server.terminate()


def _see_window(root: Root, display: str) -> None:
    words = ["miauflix", "demo", "--host", "127.0.0.1", "--port", "0"]
    command = root.command(*words, user=_USER, DISPLAY=display, XDG_RUNTIME_DIR=f"/home/{_USER}")
    started = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as app:
        try:
            search = ["xdotool", "search", "--sync", "--onlyvisible", "--class", "miauflix"]
            environ = {**os.environ, "DISPLAY": display}
            found = subprocess.run(search, env=environ, check=False, capture_output=True, text=True, timeout=_LIMIT)
            _expect(bool(found.stdout.strip()), "the app showed no window")
            _say(f"the tray app showed its window after {time.monotonic() - started:.2f} s")
        finally:
            app.terminate()
    _expect(app.returncode == 0, f"the app ended with {app.returncode}")


@contextlib.contextmanager
def fresh_root(suite: str) -> Iterator[Root]:
    """Make a root of a Debian suite; its first state is kept as an archive for the next time."""
    folder = BUILD / "roots"
    folder.mkdir(parents=True, exist_ok=True)
    archive, path = folder / f"{suite}.tar", folder / suite
    shutil.rmtree(path, ignore_errors=True)
    if not archive.is_file():
        _say(f"{suite}: making a fresh root")
        command = ["debootstrap", "--variant=minbase", "--merged-usr", suite, str(path), _mirror()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["tar", "--create", "--file", str(archive), "--directory", str(path), "."], check=True)
    else:
        path.mkdir()
        subprocess.run(["tar", "--extract", "--file", str(archive), "--directory", str(path)], check=True)
    try:
        _connect(path)
        root = Root(path)
        root.run("apt-get", "update", "--quiet=2")
        yield root
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _mirror() -> str:
    """Return where this machine gets its Debian packages."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Identifier: Packages", "Origin: Debian"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    mirrors = [uri for uri in found if "security" not in uri]
    if not mirrors:
        sys.exit("This machine knows no mirror of Debian's packages. Run `apt-get update` and try again.")
    return mirrors[0]


def _connect(path: Path) -> None:
    """Let the root reach the mirror as this machine does."""
    shutil.copy("/etc/resolv.conf", path / "etc/resolv.conf")
    settings = subprocess.run(["apt-config", "dump", "Acquire"], check=True, capture_output=True, text=True).stdout
    wanted = [
        line
        for line in settings.splitlines()
        if line.startswith(("Acquire::http", "Acquire::Check", "Acquire::Retries"))
    ]
    (path / "etc/apt/apt.conf.d/50machine").write_text("\n".join(wanted) + "\n", encoding="utf-8")


def _ours(root: Root) -> set[str]:
    """Return every path that has our name in it, but for what dpkg and apt note down of all packages."""
    ignored = ("/srv/", "/var/cache/", "/var/log/", "/proc/", "/dev/", "/sys/")
    found = root.run("find", "/", "-xdev", "-iname", "*miauflix*").splitlines()
    return {name for name in found if not name.startswith(ignored)}


def _expect(truth: bool, otherwise: str) -> None:  # noqa: FBT001 - what is expected comes first
    if not truth:
        raise CleanRoomError(otherwise)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
