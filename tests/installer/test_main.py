from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from installer import __main__ as command
from installer import clean_room, debian, tree
from installer.inventory import InventoryError
from installer.paths import DIST


@pytest.fixture(autouse=True)
def no_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Build nothing: what a target makes is tested where it is made."""
    monkeypatch.setattr(tree, "BUILD", tmp_path)
    monkeypatch.setattr(tree, "build_tree", lambda: DIST / "miauflix")
    monkeypatch.setattr("sys.platform", "linux")


def make(name: str) -> command.Target:
    def target(bundle: Path, _: argparse.Namespace) -> Path:
        return bundle.parent / name

    return target


@pytest.mark.parametrize(
    ("platform", "packages"), [("linux", {"deb", "tar"}), ("win32", {"setup"}), ("darwin", {"image"})]
)
def test_each_system_builds_its_own_packages(platform: str, packages: set[str]) -> None:
    assert set(command.targets(platform)) == packages


@pytest.mark.parametrize(
    ("words", "built"),
    [([], ["miauflix", "a.deb", "a.tar"]), (["tree"], ["miauflix"]), (["tar", "tar"], ["miauflix", "a.tar"])],
)
def test_what_is_named_is_built_and_by_default_everything(
    words: list[str], built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "targets", lambda _: {"deb": make("a.deb"), "tar": make("a.tar")})
    assert command.main(words) == 0
    assert capsys.readouterr().out.splitlines() == [str(Path("dist", name)) for name in built]


def test_trying_builds_the_package_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done: list[object] = []

    def build(*_: object) -> Path:
        done.append("built")
        return DIST / "a.deb"

    monkeypatch.setattr(debian, "build_deb", build)
    monkeypatch.setattr(debian, "package_file", lambda _: tmp_path / "a.deb")
    monkeypatch.setattr(clean_room, "try_package", lambda *arguments: done.append(arguments))
    assert command.main(["try", "--previous", str(tmp_path / "b.deb")]) == 0
    assert done == ["built", (tmp_path / "a.deb", tmp_path / "b.deb")]


def test_what_should_not_be_in_a_bundle_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Path:
        raise InventoryError("Without an entry in components.toml: libx.so")

    monkeypatch.setattr(tree, "build_tree", fail)
    assert command.main([]) == 1
    assert capsys.readouterr().err == "Without an entry in components.toml: libx.so\n"


def test_half_a_channel_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["tree", "--updates-url", "https://miauflix.example"]) == 1
    assert "need an https:// address and a public key" in capsys.readouterr().err


def test_an_unknown_target_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["rpm"])
    assert ended.value.code == 2
