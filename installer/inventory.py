"""Finds out by whom the files of a bundle are, and under which licences."""

from __future__ import annotations

import functools
import re
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path, PurePath
from typing import Any

from app.licences import Component, in_order, installed
from installer.bundle import Entry
from installer.paths import INSTALLER, ROOT
from server.settings import VERSION

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_SHARED_LIBRARY = re.compile(r"\.(so(\.\d+)*|dylib|dll)$", re.IGNORECASE)


class InventoryError(Exception):
    """The bundle holds something that it should not, or that nobody has named."""


@dataclass(frozen=True, slots=True)
class Part:
    """A component that no package index describes."""

    name: str
    licence: str
    url: str
    files: tuple[str, ...] = ()
    """Patterns of its files' names in the bundle."""
    inside: tuple[str, ...] = ()
    """The distributions that carry it within."""
    text: str = ""


def read_parts(path: Path = INSTALLER / "components.toml") -> tuple[tuple[Part, ...], Mapping[str, Mapping[str, str]]]:
    """Return the parts, and by distribution what its metadata lack."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = ("files", "inside")
    parts = tuple(Part(**{**entry, **{key: tuple(entry.get(key, ())) for key in lists}}) for entry in table["part"])
    return parts, table["distribution"]


def own_folders() -> tuple[Path, ...]:
    """Return the folders of the installed packages and of Python's own modules."""
    return Path(sysconfig.get_path("platlib")), Path(sysconfig.get_path("platstdlib"), "lib-dynload")


def foreign_modules() -> list[str]:
    """Return the modules that are installed for developers: what users need may use them where they are there."""
    allowed = _needed_by_users()
    return [
        module
        for module, distributions in metadata.packages_distributions().items()
        if allowed.isdisjoint(map(_canonical, distributions))
    ]


def inventory(entries: Iterable[Entry]) -> tuple[Component, ...]:
    """List the components that the files belong to.

    Raises InventoryError for a file of a distribution that users don't need, and for a library that has no entry in
    ``components.toml``.
    """
    entries = list(entries)
    parts, lacking = read_parts()
    names = _distributions(entries) - {"pyinstaller"}  # its boot loader is among the parts
    allowed = _needed_by_users()
    foreign = sorted(name for name in names if _canonical(name) not in allowed)
    if foreign:
        raise InventoryError(f"Not needed by users, but in the bundle: {', '.join(foreign)}")
    libraries = {
        PurePath(target).name for target, source, kind in entries if kind == "BINARY" and _is_of_system(source)
    }
    unnamed = sorted(file for file in libraries if not any(_matches(part, file) for part in parts))
    if unnamed:
        raise InventoryError(f"Without an entry in components.toml: {', '.join(unnamed)}")
    found = [part for part in parts if _is_there(part, names, libraries)]
    ours = Component("Miauflix", VERSION, "MIT", "", ((ROOT / "LICENSE").read_text(encoding="utf-8"),))
    described = (_completed(component, lacking) for name in names if (component := installed(name)))
    return (ours, *in_order([*described, *map(_component, found)]))


def as_text(every: Iterable[Component]) -> str:
    """Write the list as one text for people: a summary, then each licence."""
    every = tuple(every)
    lines = [f"{component.title}: {component.licence}" for component in every]
    texts = ["\n\n".join((component.name, *component.texts)) for component in every if component.texts]
    rule = "\n\n" + "-" * 78 + "\n\n"
    return rule.join(["\n".join(lines), *texts]).rstrip() + "\n"


def _is_there(part: Part, distributions: set[str], libraries: set[str]) -> bool:
    always = not (part.files or part.inside)
    return always or not distributions.isdisjoint(part.inside) or any(_matches(part, file) for file in libraries)


def _matches(part: Part, file: str) -> bool:
    return any(fnmatch(file.lower(), pattern.lower()) for pattern in part.files)


def _distributions(entries: Iterable[Entry]) -> set[str]:
    owners = _owners()
    return {owner for _, source, _ in entries if (owner := owners.get(source))}


@functools.cache
def _owners() -> Mapping[str, str]:
    """Return by whom each installed file is."""
    return {
        str(distribution.locate_file(file)): distribution.name
        for distribution in metadata.distributions()
        for file in distribution.files or ()
    }


def _is_of_system(source: str) -> bool:
    """Say whether a shared library comes neither from a wheel nor from Python's own modules."""
    path = Path(source)
    own = any(path.is_relative_to(folder) for folder in own_folders())
    return bool(_SHARED_LIBRARY.search(path.name)) and not own


def _completed(component: Component, lacking: Mapping[str, Mapping[str, str]]) -> Component:
    known = lacking.get(component.name, {})
    return replace(
        component,
        licence=known.get("licence", component.licence),
        texts=component.texts or _texts(known.get("text", "")),
    )


def _component(part: Part) -> Component:
    version = "{}.{}.{}".format(*sys.version_info[:3]) if part.text == "python" else ""
    return Component(part.name, version, part.licence, part.url, _texts(part.text))


def _texts(name: str) -> tuple[str, ...]:
    """Return the licence: by its file's name, Python's own, or as it stands."""
    if name == "python":
        return tuple(file.read_text(encoding="utf-8") for file in Path(sysconfig.get_path("stdlib")).glob("LICENSE*"))
    if name.endswith(".txt"):
        return ((INSTALLER / "licences" / name).read_text(encoding="utf-8"),)
    return (name.strip(),) if name else ()


def _needed_by_users() -> set[str]:
    return {_canonical(name) for name in _PINNED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
