"""What can be said of the app for macOS without one: its property list, and the script that makes the image."""

from __future__ import annotations

import plistlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from installer.macos.bundle_info import IDENTIFIER, bundle_info
from server.settings import VERSION

SCRIPT = Path(__file__).parents[2] / "installer/macos/image.sh"


def test_the_property_list_can_be_written_and_says_what_matters() -> None:
    info = plistlib.loads(plistlib.dumps(bundle_info(VERSION)))
    assert info == bundle_info(VERSION)
    assert info["LSUIElement"] is True
    assert info["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["magnet"]
    (document,), (kind,) = info["CFBundleDocumentTypes"], info["UTImportedTypeDeclarations"]
    assert document["LSItemContentTypes"] == [kind["UTTypeIdentifier"]]
    assert info["CFBundleShortVersionString"] == VERSION
    assert IDENTIFIER.count(".") == 2


def test_the_image_holds_the_app_and_where_it_goes(tmp_path: Path) -> None:
    """Run the script with programs in the place of Apple's that do the copying and note down what the image is of."""
    programs, app = tmp_path / "bin", tmp_path / "Miauflix.app"
    programs.mkdir()
    (app / "Contents").mkdir(parents=True)
    (programs / "ditto").write_text('#!/bin/sh\nexec cp -R "$1" "$2"\n', encoding="utf-8")
    listing = f'#!/bin/sh\n[ "$1" = verify ] || ls -F "$6" > {tmp_path}/listing\n'
    (programs / "hdiutil").write_text(listing, encoding="utf-8")
    for program in programs.iterdir():
        program.chmod(0o755)
    command = ["sh", str(SCRIPT), str(app), str(tmp_path / "miauflix.dmg")]
    subprocess.run(command, check=True, env={"PATH": f"{programs}:/usr/bin:/bin", "TMPDIR": str(tmp_path)})
    assert (tmp_path / "listing").read_text(encoding="utf-8").split() == ["Applications@", "Miauflix.app/"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("tmp.")] == []


def test_a_linter_has_nothing_to_say_of_the_script(require: Callable[..., None]) -> None:
    require("shellcheck")
    subprocess.run(["shellcheck", str(SCRIPT)], check=True)
