from __future__ import annotations

from importlib import metadata

import pytest

from app.licences import Component
from installer.inventory import InventoryError, as_text, foreign_modules, inventory, read_parts


def file_of(distribution: str, name: str) -> tuple[str, str, str]:
    path = metadata.distribution(distribution).locate_file(name)
    return name, str(path), "BINARY" if ".so" in name else "PYMODULE"


def test_each_distribution_in_the_bundle_is_listed_with_its_licence() -> None:
    found = {
        each.name: each for each in inventory([file_of("segno", "segno/__init__.py"), file_of("yarl", "yarl/_url.py")])
    }
    assert list(found) == ["Miauflix", "PyInstaller's boot loader", "segno", "yarl"]
    assert found["Miauflix"].licence == "MIT"
    assert found["yarl"].texts


def test_what_a_wheel_carries_within_is_listed_too() -> None:
    names = {each.name for each in inventory([file_of("sqlcipher3", "sqlcipher3/dbapi2.py")])}
    assert {"sqlcipher3", "SQLCipher Community Edition", "SQLite", "OpenSSL"} <= names
    assert "Qt" not in names


def test_what_the_metadata_lack_is_filled_in() -> None:
    found = {each.name: each for each in inventory([file_of("PySide6_Essentials", "PySide6/__init__.py")])}
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in found["PySide6_Essentials"].texts[0]
    assert found["Qt"].texts == found["PySide6_Essentials"].texts


def test_a_developer_s_tool_in_the_bundle_is_refused() -> None:
    with pytest.raises(InventoryError, match=r"in the bundle: pytest$"):
        inventory([file_of("pytest", "pytest/__init__.py")])


def test_a_library_that_nobody_named_is_refused() -> None:
    with pytest.raises(InventoryError, match=r"libnobodyknows\.so\.1$"):
        inventory([("libnobodyknows.so.1", "/usr/lib/libnobodyknows.so.1", "BINARY")])


def test_libraries_of_the_system_are_known_by_their_names_on_every_system() -> None:
    libraries = ["libpython3.11.so.1.0", "libssl-3-x64.dll", "libcrypto.3.dylib", "VCRUNTIME140_1.dll", "python311.dll"]
    names = {each.name for each in inventory([(name, f"/usr/lib/{name}", "BINARY") for name in libraries])}
    assert {"Python", "OpenSSL", "Microsoft Visual C++ run-time library"} <= names


def test_every_part_says_what_it_is() -> None:
    parts, lacking = read_parts()
    assert all(part.licence and part.url.startswith("https://") for part in parts)
    assert all(metadata.distribution(name) for name in lacking)


def test_the_text_has_a_summary_and_every_licence_in_full() -> None:
    one = Component("One", "1.0", "MIT", "https://one.example", ("Be nice.", "And thank us."))
    text = as_text([one, Component("two", "", "Zlib", "")])
    assert text.startswith("One 1.0: MIT\ntwo: Zlib\n")
    assert "One\n\nBe nice.\n\nAnd thank us.\n" in text


def test_modules_for_developers_are_known_and_those_for_users_are_not_among_them() -> None:
    found = set(foreign_modules())
    assert {"pytest", "hypothesis"} <= found
    assert found.isdisjoint({"aiohttp", "jwt", "PySide6", "argon2", "PTT"})
