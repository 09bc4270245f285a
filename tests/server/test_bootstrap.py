"""The server as what its process is there for."""

from __future__ import annotations

import gc
from pathlib import Path

from fakes.appliance import make_options

from server.bootstrap import lasting_server


async def test_what_was_loaded_does_not_hold_up_who_plays(tmp_path: Path) -> None:
    gc.collect()
    before = len(gc.get_objects())
    async with lasting_server(make_options(tmp_path), environ={}):
        assert len(gc.get_objects()) < before / 10  # what the collector goes through
    assert gc.get_freeze_count() == 0
    assert len(gc.get_objects()) > before / 2
