from __future__ import annotations

from pathlib import Path

from app.licences import Component, components, in_order, installed, save

ROOT = Path(__file__).parents[2]
ONE = Component("One", "1.0", "MIT", "https://one.example", ("Be nice.", "And thank us."))
TWO = Component("two", "", "Zlib", "")


def test_a_checkout_lists_what_users_need_and_no_developer_s_tool() -> None:
    found = {component.name: component for component in components(ROOT / "resources")}
    assert found["aiohttp"].licence == "Apache-2.0 AND MIT"
    assert found["aiohttp"].url == "https://github.com/aio-libs/aiohttp"
    assert any("Apache License" in text for text in found["aiohttp"].texts)
    assert {"SQLAlchemy", "libtorrent", "PySide6_Essentials"} <= found.keys()
    assert not {"pytest", "ruff", "hypothesis"} & found.keys()
    assert all(component.version and component.licence for component in found.values())
    assert list(found) == sorted(found, key=str.casefold)


def test_a_package_lists_what_was_written_when_it_was_built(tmp_path: Path) -> None:
    save(tmp_path / "licences.json", [ONE, TWO])
    assert components(tmp_path) == (ONE, TWO)


def test_a_distribution_that_is_not_there_is_none() -> None:
    assert installed("no-such-distribution") is None


def test_names_are_sorted_as_people_look_them_up() -> None:
    zebra = Component("Zebra", "1", "MIT", "")
    assert in_order([zebra, TWO, ONE]) == (ONE, TWO, zebra)
