"""A status board that a test writes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from server.events import Notice, NoticeCode, Status, StorageStatus, StreamStatus

STARTED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

STATUS = Status(
    version="1.2.3",
    started_at=STARTED,
    urls=("http://192.168.1.10:8620",),
    streams=(
        StreamStatus(
            id="stream",
            source_id="source",
            device="TV",
            title="Film",
            quality="WEB",
            started_at=STARTED,
            size=1000,
            position=10,
            sent=10,
            rate=5,
            buffered=100,
            waiting=False,
        ),
    ),
    storage=StorageStatus(1, 2, 3),
    notices=(Notice(NoticeCode.KEY_IN_FILE, "The key is in a file."),),
)


class FakeBoard:
    def __init__(self) -> None:
        self.status = STATUS
        self.readers: list[asyncio.Queue[Status]] = []

    def current(self) -> Status:
        return self.status

    async def changes(self) -> AsyncIterator[Status]:
        queue: asyncio.Queue[Status] = asyncio.Queue()
        self.readers.append(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self.readers.remove(queue)

    def write(self, status: Status) -> None:
        self.status = status
        for queue in self.readers:
            queue.put_nowait(status)
