"""The Debian package: the bundle under ``/usr/lib``, and what ties it to the desktop and to systemd."""

from __future__ import annotations

import email.utils
import gzip
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app import licences
from app.licences import Component
from installer.icons import SIZES
from installer.paths import BUILD, DIST, INSTALLER, RESOURCES, ROOT
from server.settings import VERSION

LINUX = INSTALLER / "linux"
MAINTAINER = "The Miauflix authors <miauflix@packages.invalid>"

_LOADED_AT_RUN_TIME = ("ca-certificates", "libegl1", "libgl1", "libxcb-cursor0")
"""What is not linked to but looked for: certificate authorities, and the graphics that Qt loads by name."""
_COMMON_LICENCES = (
    ("Apache License, Version 2.0", re.compile(r"Apache License\s+Version 2\.0, January 2004"), "Apache-2.0"),
    (
        "GNU Lesser General Public License, Version 3",
        re.compile(r"LESSER GENERAL PUBLIC LICENSE\s+Version 3"),
        "LGPL-3",
    ),
    (
        "GNU Lesser General Public License, Version 2.1",
        re.compile(r"LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1"),
        "LGPL-2.1",
    ),
)
_ELF = b"\x7fELF"


@dataclass(frozen=True, slots=True)
class Release:
    """What a package calls itself."""

    revision: int
    """Counts the packages of one version."""
    date: datetime
    compression: int = 6
    """How hard to compress, 0 to 9."""
    maintainer: str = MAINTAINER

    @property
    def version(self) -> str:
        """The version as Debian writes it."""
        return f"{VERSION}-{self.revision}"


def build_deb(tree: Path, release: Release) -> Path:
    """Build the package from the bundle and return its file. Raises CalledProcessError; the tool says what is wrong."""
    root = BUILD / "debian" / "miauflix"
    shutil.rmtree(root, ignore_errors=True)
    install(tree, root, release)
    control = root / "DEBIAN" / "control"
    _fill(
        LINUX / "control",
        control,
        version=release.version,
        architecture=_architecture(),
        maintainer=release.maintainer,
        size=str(sum(path.lstat().st_size for path in root.rglob("*")) // 1024),
        depends=", ".join(dependencies(root)),
    )
    _write_checksums(root)
    package = package_file(release)
    package.parent.mkdir(exist_ok=True)
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{release.compression}", "--build", str(root), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return package


def package_file(release: Release) -> Path:
    """Return where the package of a release lies."""
    return DIST / f"miauflix_{release.version}_{_architecture()}.deb"


def _architecture() -> str:
    return _output("dpkg", "--print-architecture")


def install(tree: Path, root: Path, release: Release) -> None:
    """Lay every file of the package out under ``root``, as it will lie under ``/``."""
    share = root / "usr" / "share"
    (root / "DEBIAN").mkdir(parents=True)  # by which dpkg's tools know a package's root
    shutil.copytree(tree, root / "usr/lib/miauflix", symlinks=True)
    _copy(LINUX / "miauflix.desktop", share / "applications/miauflix.desktop")
    _copy(LINUX / "miauflix.service", root / "usr/lib/systemd/user/miauflix.service")
    _copy(RESOURCES / "icons/miauflix.svg", share / "icons/hicolor/scalable/apps/miauflix.svg")
    for size in (size for size in SIZES if size <= 512):  # noqa: PLR2004 - the largest that icon themes know
        _copy(BUILD / f"icons/{size}.png", share / f"icons/hicolor/{size}x{size}/apps/miauflix.png")
    metainfo = "app.miauflix.miauflix.metainfo.xml"
    day = release.date.date().isoformat()
    _fill(LINUX / metainfo, share / "metainfo" / metainfo, version=VERSION, date=day)
    manual = BUILD / "miauflix.1"
    _fill(LINUX / "miauflix.1", manual, version=VERSION, date=day)
    _compress(manual.read_bytes(), share / "man/man1/miauflix.1.gz")
    documents = share / "doc/miauflix"
    _write(documents / "copyright", copyright_text(licences.load(BUILD / licences.LIST)))
    _compress(_debian_changelog(release).encode(), documents / "changelog.Debian.gz")
    _compress((ROOT / "CHANGELOG.md").read_bytes(), documents / "changelog.gz")
    _write(share / "lintian/overrides/miauflix", (LINUX / "lintian-overrides").read_text(encoding="utf-8"))
    (root / "usr/lib/miauflix/LICENCES.txt").unlink()  # the copyright file says the same
    program = root / "usr/bin/miauflix"
    program.parent.mkdir(parents=True)
    program.symlink_to("../lib/miauflix/miauflix")
    _set_modes(root)


def dependencies(root: Path) -> list[str]:
    """Ask dpkg which packages the libraries outside of the bundle belong to, and add those that are loaded by name."""
    binaries = sorted(str(path) for path in _binaries(root))
    # Plug-ins of Qt find its libraries through the process that loads them, so not all of them say where they lie.
    private = sorted({f"-l{Path(path).parent}" for path in binaries})
    brought = [f"-x{package}" for package in _packages_of(path for path in map(Path, binaries) if ".so." in path.name)]
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder, "debian", "control"), "Source: miauflix\n\nPackage: miauflix\nArchitecture: any\n")
        said = _output("dpkg-shlibdeps", "-O", "--warnings=0", *private, *brought, *binaries, folder=Path(folder))
    found = said.removeprefix("shlibs:Depends=").split(", ")
    named = {entry.split()[0] for entry in found}
    return sorted([*found, *(package for package in _LOADED_AT_RUN_TIME if package not in named)])


def _packages_of(libraries: Iterable[Path]) -> set[str]:
    """Return the Debian packages whose libraries are bundled, so that nobody needs the package for them."""
    patterns = [f"*/{path.name}" for path in libraries]
    done = subprocess.run(["dpkg-query", "--search", *patterns], check=False, capture_output=True, text=True)
    return {line.partition(":")[0] for line in done.stdout.splitlines()}


def copyright_text(components: tuple[Component, ...]) -> str:
    """Write the machine-readable copyright file (DEP 5): our licence, then everything that is bundled."""
    head = [
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
        "Upstream-Name: Miauflix",
        "Comment: The package holds a bundle of all libraries that it needs. Each is listed below with its licence.",
        "",
    ]
    return "\n".join(head) + "\n" + "\n".join(_paragraph(component) for component in components)


def _paragraph(component: Component) -> str:
    ours = component.name == "Miauflix"
    text = "\n\n".join(map(_shortened, component.texts))
    lines = [
        f"Files: {'*' if ours else f'usr/lib/miauflix/_internal/* ({component.title})'}",
        f"Copyright: {'2026 The Miauflix authors' if ours else _holders(component)}",
        f"License: {component.licence}",
        *(f" {line.rstrip()}" if line.strip() else " ." for line in text.splitlines()),
    ]
    if component.url:
        lines.append(f"Comment: {component.url}")
    return "\n".join(lines) + "\n"


def _shortened(text: str) -> str:
    """Refer to Debian's own copy of a licence where the text holds all of a long one, as its policy wants it."""
    for name, mark, end in _COMMON_LICENCES:
        if mark.search(text):
            return f"{name}: on Debian systems the text is in /usr/share/common-licenses/{end}."
    return text


def _holders(component: Component) -> str:
    text = "\n".join(component.texts)
    found = re.findall(r"^\s*copyright\s+(?:\(c\)\s*|©\s*)?(\d{4}.*\S)", text, re.IGNORECASE | re.MULTILINE)
    return "\n ".join(dict.fromkeys(found)) or f"the authors of {component.name}"


def _binaries(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(len(_ELF)) == _ELF:
                    yield path


def _debian_changelog(release: Release) -> str:
    return (
        f"miauflix ({release.version}) unstable; urgency=medium\n\n"
        f"  * Version {VERSION}: changelog.gz says what is new.\n\n"
        f" -- {release.maintainer}  {email.utils.format_datetime(release.date)}\n"
    )


def _write_checksums(root: Path) -> None:
    files = sorted(path for path in (root / "usr").rglob("*") if path.is_file() and not path.is_symlink())
    names = [str(path.relative_to(root)) for path in files]
    _write(root / "DEBIAN" / "md5sums", _output("md5sum", *names, folder=root) + "\n")


def _set_modes(root: Path) -> None:
    for path in root.rglob("*"):
        if path.is_symlink():
            continue
        executable = path.is_dir() or (path.name == "miauflix" and path.parent.name == "miauflix")
        path.chmod(0o755 if executable else 0o644)


def _fill(template: Path, target: Path, **values: str) -> None:
    text = template.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name.upper()}@", value)
    _write(target, text)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _compress(data: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(data, 9, mtime=0))


def _output(*command: str, folder: Path | None = None) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def today() -> datetime:
    """Return when the sources say they are from (``SOURCE_DATE_EPOCH``), else now."""
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(stated), UTC) if stated else datetime.now(UTC).replace(microsecond=0)
