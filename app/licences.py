"""What is inside of Miauflix, by whom, under which licence: for the About page and the files in packages.

A package carries the list as ``licences.json`` among its resources, made when it was built; a checkout is asked itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

LIST = "licences.json"
"""The list's name among the resources of a package."""

_LOCK = "requirements.lock"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_TEXT = re.compile(r"(^|/)(licen[sc]e|copying|notice)[^/]*$", re.IGNORECASE)
_UNKNOWN = "see its page"
_PAGES = ("homepage", "home", "source", "repository", "documentation")


@dataclass(frozen=True, slots=True)
class Component:
    """A library or program that Miauflix is made of."""

    name: str
    version: str
    licence: str
    """As SPDX has it, where the component says so."""
    url: str
    texts: tuple[str, ...] = ()
    """The licence itself, and notices that go with it; none where the component brings none."""

    @property
    def title(self) -> str:
        """Name and version, as far as it is known."""
        return f"{self.name} {self.version}".rstrip()


def components(resources: Path) -> tuple[Component, ...]:
    """List everything inside, by name. Blocks for a moment."""
    built = resources / LIST
    if built.is_file():
        return load(built)
    lock = resources.parent / _LOCK
    names = _PINNED.findall(lock.read_text(encoding="utf-8")) if lock.is_file() else []
    return in_order(component for name in names if (component := installed(name)))


def installed(name: str) -> Component | None:
    """Describe a distribution of this Python environment; None when it is not there: it is for other systems."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    return Component(
        name=distribution.name,
        version=distribution.version,
        licence=_licence(distribution),
        url=_url(distribution),
        texts=tuple(_texts(distribution)),
    )


def in_order(every: Iterable[Component]) -> tuple[Component, ...]:
    """Sort as people look names up."""
    return tuple(sorted(every, key=lambda component: component.name.casefold()))


def save(path: Path, every: Sequence[Component]) -> None:
    """Write the list for ``load``."""
    path.write_text(json.dumps([asdict(component) for component in every], indent=1), encoding="utf-8")


def load(path: Path) -> tuple[Component, ...]:
    """Read what ``save`` wrote."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return tuple(Component(**{**entry, "texts": tuple(entry["texts"])}) for entry in entries)


def _licence(distribution: metadata.Distribution) -> str:
    expression, stated = _field(distribution, "License-Expression"), _field(distribution, "License")
    if expression or (stated and "\n" not in stated):
        return expression or stated
    classifiers = [line for line in distribution.metadata.get_all("Classifier", []) if line.startswith("License")]
    return ", ".join(line.rpartition(" :: ")[2] for line in classifiers) or _UNKNOWN


def _url(distribution: metadata.Distribution) -> str:
    pages = dict(entry.split(", ", 1) for entry in distribution.metadata.get_all("Project-URL", []))
    by_label = {label.casefold(): page for label, page in pages.items()}
    found = (by_label[label] for label in _PAGES if label in by_label)
    return next(found, "") or _field(distribution, "Home-page")


def _field(distribution: metadata.Distribution, name: str) -> str:
    return next((str(value).strip() for value in distribution.metadata.get_all(name, [])), "")


def _texts(distribution: metadata.Distribution) -> Iterable[str]:
    for file in distribution.files or ():
        if ".dist-info/" in str(file) and _TEXT.search(str(file)):
            yield file.read_text(encoding="utf-8").strip()
