"""Tools that judge packages: their tests are skipped where they are not installed, and fail on CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

Require = Callable[..., None]


@pytest.fixture(scope="session")
def require() -> Require:
    """Return a function that goes on only where these programs are installed."""

    def look(*programs: str) -> None:
        missing = [program for program in programs if shutil.which(program) is None]
        if missing:
            reason = f"not installed: {', '.join(missing)}"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)

    return look
