"""What the Debian package lays out, in the eyes of the tools that desktops and systemd use."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.licences import Component, save
from installer import debian
from installer.debian import Release, copyright_text, install
from installer.tree import draw_icons
from server.settings import VERSION

RELEASE = Release(revision=3, date=datetime(2026, 11, 25, tzinfo=UTC))
OURS = Component("Miauflix", VERSION, "MIT", "", ("The licence\n\nof ours.",))
APACHE = "Apache License\n                           Version 2.0, January 2004\n\n   and all the rest"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay the package out around a program that says its version."""
    folder = tmp_path_factory.mktemp("debian")
    tree, build = folder / "tree", folder / "build"
    tree.mkdir()
    (tree / "miauflix").write_text(f"#!/bin/sh\necho Miauflix {VERSION}\n", encoding="utf-8")
    (tree / "LICENCES.txt").touch()
    draw_icons(build / "icons")
    save(build / "licences.json", [OURS])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(debian, "BUILD", build)
        install(tree, folder / "root", RELEASE)
    return folder / "root"


@pytest.fixture
def check(require: Callable[..., None]) -> Callable[..., None]:
    """Return a function that runs a tool; it has to be content and to say nothing else."""

    def run(*command: str, says: str = "") -> None:
        require(command[0])
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout.strip() + done.stderr.strip()) == (0, says)

    return run


def test_the_program_is_where_users_look(root: Path) -> None:
    assert (root / "usr/bin/miauflix").readlink() == Path("../lib/miauflix/miauflix")
    said = subprocess.run([root / "usr/bin/miauflix"], check=True, capture_output=True, text=True).stdout
    assert said == f"Miauflix {VERSION}\n"


def test_the_desktop_entry_is_valid_and_takes_magnets_and_torrent_files(root: Path, check: Callable[..., None]) -> None:
    entry = root / "usr/share/applications/miauflix.desktop"
    check("desktop-file-validate", str(entry))
    text = entry.read_text(encoding="utf-8")
    assert "\nMimeType=x-scheme-handler/magnet;application/x-bittorrent;\n" in text
    assert "\nExec=miauflix open %u\n" in text


def test_the_metadata_for_software_centres_are_valid(root: Path, check: Callable[..., None]) -> None:
    (file,) = (root / "usr/share/metainfo").iterdir()
    check("appstreamcli", "validate", "--no-net", "--pedantic", str(file), says="✔ Validation was successful.")
    assert f'<release version="{VERSION}" date="2026-11-25"/>' in file.read_text(encoding="utf-8")


def test_the_unit_is_valid(
    root: Path, check: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (root / "usr/lib/systemd/user/miauflix.service").read_text(encoding="utf-8")
    assert "ExecStart=/usr/bin/miauflix serve\n" in text
    unit = tmp_path / "miauflix.service"
    unit.write_text(text.replace("/usr/bin/miauflix", str(root / "usr/bin/miauflix")), encoding="utf-8")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    check("systemd-analyze", "--user", "verify", "--man=no", str(unit))


def test_the_comments_of_the_unit_show_how_to_hand_over_the_key(root: Path, tmp_path: Path) -> None:
    text = (root / "usr/lib/systemd/user/miauflix.service").read_text(encoding="utf-8")
    (credential,) = (line for line in text.splitlines() if "LoadCredential=" in line)
    name = credential.partition("=")[2].partition(":")[0]
    (tmp_path / name).touch()
    from server.settings import Arguments, resolve  # noqa: PLC0415 - what it means is said there

    options = resolve(Arguments(data_dir=tmp_path), {"CREDENTIALS_DIRECTORY": str(tmp_path)}, resources=root)
    assert options.key_file == tmp_path / name


def test_every_file_can_be_read_by_everybody_and_only_programs_run(root: Path) -> None:
    modes = {
        path.relative_to(root).as_posix(): path.stat().st_mode & 0o777 for path in root.rglob("*") if path.is_file()
    }
    assert {name for name, mode in modes.items() if mode == 0o755} == {"usr/bin/miauflix", "usr/lib/miauflix/miauflix"}
    assert set(modes.values()) == {0o644, 0o755}


def test_icons_are_there_in_the_sizes_of_themes(root: Path) -> None:
    folder = root / "usr/share/icons/hicolor"
    assert (folder / "scalable/apps/miauflix.svg").is_file()
    assert {"16x16", "48x48", "256x256", "512x512"} <= {path.name for path in folder.iterdir()}


def test_the_copyright_file_names_everything_that_is_bundled() -> None:
    library = Component("lib", "1.2", "BSD-3-Clause", "https://lib.example", ("Copyright (c) 2020 Somebody\n\nDo.",))
    text = copyright_text((OURS, library))
    assert text.startswith("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n")
    assert "Files: *\nCopyright: 2026 The Miauflix authors\nLicense: MIT\n The licence\n .\n of ours.\n" in text
    assert "_internal/* (lib 1.2)\nCopyright: 2020 Somebody\nLicense: BSD-3-Clause\n Copyright (c)" in text
    assert "Comment: https://lib.example\n" in text


def test_long_licences_are_referred_to_and_short_ones_beside_them_stay() -> None:
    text = copyright_text((Component("lib", "1", "Apache-2.0 AND MIT", "", (APACHE, "Be nice.")),))
    assert "and all the rest" not in text
    assert "/usr/share/common-licenses/Apache-2.0" in text
    assert "Be nice." in text


def test_a_revision_counts_the_packages_of_a_version() -> None:
    assert RELEASE.version == f"{VERSION}-3"
