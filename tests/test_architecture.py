"""The house rules that no other tool watches over, and the import contracts of pyproject.toml."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
OPEN_TO_APP = {"bootstrap", "recovery", "rotation", "settings", "events", "logs", "errors", "models"}
ENTRY = ("app.__main__", "server.cli")  # the program's words are read in one place
NOT_OURS = {"__pycache__", "build", "dist", "node_modules"}
HOME_FOLDER = re.compile(rb"/(?:home|Users|root)/[A-Za-z0-9_.-]+/")


def contracts() -> list[dict[str, Any]]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert table["root_packages"] == ["app", "server"]
    return list(table["contracts"])


def floors() -> list[str]:
    """Return the rooms of server as the contract lists them; those in parentheses are not built yet."""
    (layers,) = (contract["layers"] for contract in contracts() if contract.get("containers") == ["server"])
    return [room.strip() for floor in layers for room in floor.split("|")]


def our_files() -> Iterator[Path]:
    """Yield every file of the tree, leaving out what tools keep in it."""
    folders = [ROOT]
    while folders:
        for path in folders.pop().iterdir():
            if path.name in NOT_OURS or (path.name.startswith(".") and path.name != ".ci"):
                continue
            if path.is_dir():
                folders.append(path)
            else:
                yield path


def modules() -> list[Path]:
    return sorted(path for package in ("app", "server") for path in (ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("app", "server", include_external_packages=True)


def test_the_import_contracts_are_kept() -> None:
    # In a process of its own, for import-linter sets up logging, which would silence the loggers of later tests.
    linting = "import importlinter.cli; importlinter.cli.lint_imports_command()"
    command = [sys.executable, "-c", linting, "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_contract_has_exceptions() -> None:
    assert [contract["name"] for contract in contracts() if "ignore_imports" in contract] == []


def test_each_room_is_built_or_marked_as_not_built_yet() -> None:
    for room in floors():
        path = ROOT / "server" / room.strip("()")
        built = path.is_dir() or path.with_suffix(".py").is_file()
        assert built != room.startswith("("), f"{room}: take the parentheses off what is built, put them on what is not"


def test_the_app_sees_only_the_front_rooms_of_the_server(graph: grimp.ImportGraph) -> None:
    pairs = [
        (importer, imported)
        for importer in graph.find_descendants("app")
        for imported in graph.find_modules_directly_imported_by(importer)
    ]
    assert pairs
    inside = [pair for pair in pairs if pair[1].startswith("server.") and pair[1].split(".")[1] not in OPEN_TO_APP]
    assert [pair for pair in inside if pair != ENTRY] == []


@pytest.mark.parametrize("path", [path for path in modules() if path.name == "__init__.py"], ids=name)
def test_packages_hold_a_docstring_and_nothing_else(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_no_function_rebinds_a_module_s_names() -> None:
    places = [
        f"{name(path)}:{node.lineno}"
        for path in [*modules(), ROOT / "run", ROOT / ".ci" / "check.py"]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Global)
    ]
    assert places == []


def test_no_file_names_somebody_s_home_folder() -> None:
    files = list(our_files())
    assert ROOT / "pyproject.toml" in files
    assert [name(path) for path in files if HOME_FOLDER.search(path.read_bytes())] == []
