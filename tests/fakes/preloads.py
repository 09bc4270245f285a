"""Preloads without an engine: viewports are taken, and nothing is got ready."""

from __future__ import annotations

from typing import cast

from server.preload.budget import HourlyBudget
from server.preload.loading import Loader
from server.preload.queue import PreloadQueue
from server.preload.worker import Circumstances, DiskRoom, Preloader


def idle_preloader() -> Preloader:
    loader = cast("Loader", None)  # it never runs
    circumstances = Circumstances(disk=DiskRoom, metered=lambda: False)
    return Preloader(loader, PreloadQueue(3), HourlyBudget(1000), circumstances)
