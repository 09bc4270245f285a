"""What the session promises: a piece whose alert has come can be read from its file."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import cast

import libtorrent as lt
from blockbuster import BlockBuster
from fakes.swarm import MIB, make_film, seeded

from server.settings import EngineSettings
from server.torrent.seeder import make_torrent
from server.torrent.session import Session

PIECE = 256 << 10


async def test_a_piece_is_in_its_file_when_its_alert_comes(tmp_path: Path, blocking_calls_fail: BlockBuster) -> None:
    blocking_calls_fail.deactivate()  # to read at the very alert is the point
    film = make_film(tmp_path / "in", 64 * MIB)
    torrent_file = await asyncio.to_thread(make_torrent, film.folder, piece_length=PIECE)
    with seeded(film.folder, piece_length=PIECE) as magnet:
        joining = lt.load_torrent_buffer(torrent_file)
        joining.save_path = str(tmp_path / "out")
        joining.peers = lt.parse_magnet_uri(magnet).peers
        info = joining.ti
        assert info is not None
        video = next(index for index in range(info.num_files()) if info.layout().file_size(index) == 64 * MIB)
        offset = info.layout().file_offset(video)
        path = tmp_path / "out" / info.layout().file_path(video)
        wrong, seen, done = [], 0, asyncio.Event()

        def handle(alerts: list[lt.alert]) -> None:
            nonlocal seen
            for alert in alerts:
                if isinstance(alert, lt.piece_finished_alert):
                    start = alert.piece_index * PIECE - offset
                    if start >= 0 and start + PIECE <= 64 * MIB:
                        with path.open("rb") as file:
                            file.seek(start)
                            digest = hashlib.sha1(file.read(PIECE)).digest()
                        seen += 1
                        if digest != info.hash_for_piece(alert.piece_index):
                            wrong.append(alert.piece_index)
                if isinstance(alert, lt.torrent_finished_alert):
                    done.set()

        settings = EngineSettings(listen="127.0.0.1:0", dht=False, utp=False, allow_private_peers=True)
        async with Session.running(settings, handle) as session:
            session.add(joining)
            async with asyncio.timeout(30):
                await done.wait()
    assert wrong == []
    assert seen > 250


class _Handle:
    """A torrent's limit of connections, which the session acts upon only when it changes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.changes = 0

    def set_max_connections(self, most: int) -> None:
        self.changes += most != self.most
        self.most = most


async def test_each_recall_is_acted_upon_whatever_other_torrents_and_earlier_lives_had() -> None:
    settings = EngineSettings(listen="127.0.0.1:0", dht=False)
    async with Session.running(settings, lambda _: None) as session:
        handles = [_Handle(most) for most in (-1, 1 << 16, (1 << 16) + 1)]
        for _ in range(3):
            for handle in handles:
                before = handle.changes
                session.recall_peers(cast("lt.torrent_handle", handle), soon=False)
                assert handle.changes > before


async def test_peers_that_left_are_tried_soon_for_a_while_when_that_is_asked_for() -> None:
    settings = EngineSettings(listen="127.0.0.1:0", dht=False)
    async with Session.running(settings, lambda _: None) as session:
        handle = cast("lt.torrent_handle", _Handle(-1))

        async def pause() -> int:
            pack = await asyncio.to_thread(session._held[0].get_settings)
            return int(pack["min_reconnect_time"])

        pauses = [await pause()]
        session.recall_peers(handle, soon=False)
        pauses.append(await pause())
        session.recall_peers(handle, soon=True)
        pauses.append(await pause())
        session.leave_in_peace()
        pauses.append(await pause())
    assert pauses == [20, 20, 1, 20]
