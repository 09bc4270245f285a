"""What every test has: a loop on which blocking calls fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # a slow one is no fault of what is tested
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests that kill, and those that try inputs by chance, go on for longer."""
    parser.addoption("--churn", default=0, type=int, help="for how many seconds viewers and seeds come and go")
    parser.addoption("--inputs", default=3, type=int, help="how many inputs are tried on each operation of the API")
    parser.addoption("--kills", default=6, type=int, help="how often each test that kills does so")
    parser.addoption("--long", action="store_true", help="try as well what takes long and is tried in part elsewhere")
    parser.addoption("--pictures", help="the folder in which tests keep pictures of the page and the windows")
    parser.addoption("--storm", default=5, type=int, help="for how many seconds devices scroll through everything")
    parser.addoption("--rows", default=200, type=int, help="how many rows their databases have")


@pytest.fixture(autouse=True)
def blocking_calls_fail() -> Iterator[BlockBuster]:
    """Raise BlockingError when our code blocks the event loop: on the disk, on a socket, on a lock, on sleep."""
    with blockbuster_ctx(scanned_modules=["app", "server"]) as blockbuster:
        for function in blockbuster.functions.values():
            # PySide6 reads the source of whatever is imported after it, wherever that is.
            function.can_block_in("shibokensupport/feature.py", {"_mod_uses_pyside"})
        yield blockbuster
