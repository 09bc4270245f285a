"""Swarms that misbehave while a film plays: the film goes on, and is the film."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import libtorrent as lt
import pytest
from fakes.appliance import ON_LOOPBACK
from fakes.engine import MemoryDownloads, named, running_engine
from fakes.peers import all_of, running_liar, running_peer
from fakes.swarm import MIB, Film, make_film

from server.models import Download, Purpose
from server.torrent.engine import TorrentEngine
from server.torrent.metainfo import parse_torrent_file
from server.torrent.reader import Patience, Reader, open_reader
from server.torrent.seeder import make_torrent
from server.torrent.torrent import Torrent

LONGEST = 90.0
RATE = 4 * MIB
"""Bytes a second of each peer: slow enough for the middle of the film to be a moment that can be met."""


EXTENDED_HANDSHAKE = bytes([20, 0])
"""How the message begins in which peers tell what they can do, and whether they only upload (BEP 10, BEP 21)."""


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[TorrentEngine]:
    async with running_engine(tmp_path) as engine, asyncio.timeout(LONGEST):
        yield engine


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make_film(tmp_path_factory.mktemp("films"), 12 * MIB + 345)


@contextlib.asynccontextmanager
async def playing(engine: TorrentEngine, magnet: str) -> AsyncIterator[tuple[Torrent, Reader]]:
    async with engine.lease(named(magnet)) as torrent:
        video = await torrent.video(None)
        patience = Patience(asyncio.get_running_loop().time() + LONGEST, LONGEST)
        async with open_reader(torrent, video, 0, video.size, purpose=Purpose.PLAY, patience=patience) as reader:
            yield torrent, reader


async def read(reader: Reader, stop: int) -> bytes:
    """Read on up to the position ``stop``."""
    parts = []
    while reader.position < stop:
        parts.append(await reader.read(min(MIB, stop - reader.position)))
    return b"".join(parts)


async def until_peers(engine: TorrentEngine, torrent: Torrent, count: int) -> None:
    """Wait until the torrent is connected to so many peers."""
    while torrent.rates.peers != count:
        engine.refresh()
        await asyncio.sleep(0.05)


async def until_given_up(torrent: Torrent) -> None:
    """Wait until the session has no peer left that it would try: seeds are of no use to whoever wants nothing."""
    while (await asyncio.to_thread(torrent.handle.status)).connect_candidates:  # noqa: ASYNC110 - no alert tells
        await asyncio.sleep(0.05)


async def test_a_peer_that_sends_corrupt_pieces_is_banned_and_the_film_is_the_film(
    engine: TorrentEngine, film: Film, tmp_path: Path
) -> None:
    torrent_file = await asyncio.to_thread(make_torrent, film.folder, piece_length=256 << 10)
    with (
        running_liar(tmp_path / "liar", torrent_file) as liar,
        running_peer(film.folder, upload_limit=RATE) as first,
        running_peer(film.folder, upload_limit=RATE) as second,  # libtorrent bans who completes a liar's pieces, too
    ):
        async with playing(engine, f"{all_of(first, second)}&x.pe={liar.address}") as (_, reader):
            assert await read(reader, reader.stop) == film.data
            assert liar.sent > 0, "it was asked"
            assert await asyncio.to_thread(liar.wait_until_left), "and was shown the door"
            assert liar.sent < 8 * MIB, "long before it could send the whole film"


async def test_a_peer_that_vanishes_is_replaced_by_the_others(engine: TorrentEngine, film: Film) -> None:
    with running_peer(film.folder, upload_limit=RATE) as first, running_peer(film.folder, upload_limit=RATE) as second:
        async with playing(engine, all_of(first, second)) as (_, reader):
            begun = await read(reader, 3 * MIB)
            first.vanish()
            assert begun + await read(reader, reader.stop) == film.data


async def test_a_peer_that_falls_silent_is_asked_no_more(engine: TorrentEngine, film: Film) -> None:
    """Its connections stay open, and what it was asked for is owed for ever."""
    with running_peer(film.folder, upload_limit=RATE) as first, running_peer(film.folder, upload_limit=RATE) as second:
        async with playing(engine, all_of(first, second)) as (_, reader):
            begun = await read(reader, 3 * MIB)
            first.fall_silent()
            assert begun + await read(reader, reader.stop) == film.data


async def test_a_peer_that_comes_a_little_later_tells_what_the_torrent_holds(engine: TorrentEngine, film: Film) -> None:
    """One that could not be reached is left in peace for longer than anybody waits for a description."""
    with running_peer(film.folder) as first:
        first.vanish()
    async with engine.lease(named(first.magnet)) as torrent:
        with running_peer(film.folder, port=first.port):  # which takes longer to start than the first attempt to fail
            async with asyncio.timeout(20):
                await torrent.metadata()


async def test_peers_are_not_told_that_a_torrent_wants_nothing_yet(engine: TorrentEngine, film: Film) -> None:
    """Seeds hang up on whoever tells them so, and are left in peace for a while then."""
    told: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            theirs = await reader.readexactly(68)
            if theirs[1:20] != b"BitTorrent protocol":  # encrypted; the next attempt is not
                return
            writer.write(theirs[:48] + b"-XX0000-" + bytes(12))  # the same protocol, extensions and torrent
            while not told.done():
                message = await reader.readexactly(int.from_bytes(await reader.readexactly(4)))
                if message[:2] == EXTENDED_HANDSHAKE:
                    told.set_result(lt.bdecode(message[2:]))

    with running_peer(film.folder) as first:
        async with (
            engine.lease(named(first.magnet)) as torrent,
            await asyncio.start_server(answer, "127.0.0.1") as peer,
        ):
            await torrent.video(None)
            torrent.handle.connect_peer(peer.sockets[0].getsockname())
            handshake = await told
            assert isinstance(handshake, dict)
            assert handshake[b"v"] == b"Miauflix"
            assert b"upload_only" not in handshake


async def test_a_torrent_that_is_known_calls_nobody_before_it_is_read(film: Film, tmp_path: Path) -> None:
    """Seeds hang up on whoever wants nothing, and are left in peace for a while then."""
    torrent_file = await asyncio.to_thread(make_torrent, film.folder, piece_length=256 << 10)
    identifiers = parse_torrent_file(torrent_file).identifiers
    called = asyncio.Event()

    def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as peer:
        earlier = lt.load_torrent_buffer(torrent_file)
        earlier.peers = [peer.sockets[0].getsockname()]
        downloads = MemoryDownloads()
        downloads.rows[identifiers.info_hash] = Download("known", lt.write_resume_data_buf(earlier))
        async with (
            TorrentEngine.running(ON_LOOPBACK, tmp_path / "downloads", downloads) as engine,
            engine.lease(identifiers) as torrent,
        ):
            video = await torrent.video(None)
            with pytest.raises(TimeoutError):  # the session makes connections once a second
                await asyncio.wait_for(called.wait(), 2.5)
            patience = Patience(asyncio.get_running_loop().time() + LONGEST, LONGEST)
            async with open_reader(torrent, video, 0, video.size, purpose=Purpose.PLAY, patience=patience):
                await asyncio.wait_for(called.wait(), LONGEST)


async def test_a_peer_that_hangs_up_each_time_is_left_in_peace(engine: TorrentEngine, film: Film) -> None:
    """As those do that have no room: a popular film has hundreds, and each call costs the router an entry."""
    calls = 0

    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1") as full:
        port = full.sockets[0].getsockname()[1]
        with running_peer(film.folder, upload_limit=MIB) as peer:
            async with playing(engine, f"{peer.magnet}&x.pe=127.0.0.1:{port}") as (_, reader):
                await read(reader, reader.stop)
    assert 1 <= calls <= 8, "in some 12 seconds"


async def test_a_swarm_that_dies_and_comes_back_plays_on(engine: TorrentEngine, film: Film) -> None:
    with running_peer(film.folder, upload_limit=RATE) as first:
        async with playing(engine, first.magnet) as (_, reader):
            begun = await read(reader, 3 * MIB)
            first.vanish()
            rest = asyncio.create_task(read(reader, reader.stop))
            with running_peer(film.folder, port=first.port):
                assert begun + await rest == film.data


async def test_a_peer_that_left_while_nothing_was_wanted_is_asked_once_something_is(
    engine: TorrentEngine, film: Film
) -> None:
    with running_peer(film.folder, upload_limit=RATE) as first:
        async with engine.lease(named(first.magnet)) as torrent:
            await torrent.video(None)
            await until_peers(engine, torrent, 1)
            first.vanish()
            await until_peers(engine, torrent, 0)
            await until_given_up(torrent)
            with running_peer(film.folder, port=first.port):
                async with playing(engine, first.magnet) as (_, reader):
                    assert await read(reader, MIB) == film.data[:MIB]


async def test_a_piece_that_nobody_was_asked_for_is_asked_for_again(engine: TorrentEngine, film: Film) -> None:
    with running_peer(film.folder, upload_limit=RATE) as peer:
        async with playing(engine, peer.magnet) as (torrent, reader):
            begun = await read(reader, 2 * MIB)
            # Behind the schedule's back, which goes on believing that the session knows its wishes.
            torrent.handle.clear_piece_deadlines()
            torrent.handle.prioritize_pieces([0] * len(torrent.have))
            assert begun + await read(reader, reader.stop) == film.data


class Street:
    """The way to a peer, on which all connections can fall silent at once: for who slept while they were given up."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._silent = asyncio.Event()
        self.connections = 0

    async def lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry a connection; new ones are not affected by what fell silent before."""
        self.connections += 1
        silent = self._silent
        there, to_there = await asyncio.open_connection("127.0.0.1", self._port)
        ways = [asyncio.create_task(carry(reader, to_there)), asyncio.create_task(carry(there, writer))]
        silence = asyncio.create_task(silent.wait())
        await asyncio.wait([*ways, silence], return_when=asyncio.FIRST_COMPLETED)
        for task in (*ways, silence):
            task.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        to_there.transport.abort()
        if silent.is_set():
            while await reader.read(1 << 16):  # what is still sent is on its way for ever
                pass
        writer.close()

    def fall_silent(self) -> None:
        """Carry nothing more on the connections there are, of which only the peer hears."""
        self._silent.set()
        self._silent = asyncio.Event()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()


async def test_when_all_connections_fall_silent_others_are_made_in_time(engine: TorrentEngine, tmp_path: Path) -> None:
    """A computer woke up, a router was restarted: it does not hear that the connections of before are dead."""
    film = make_film(tmp_path / "in", 24 * MIB)
    with running_peer(film.folder, upload_limit=2 * MIB) as peer:
        street = Street(peer.port)
        async with await asyncio.start_server(street.lead, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            magnet = peer.magnet.rpartition(":")[0] + f":{port}"
            async with playing(engine, magnet) as (_, reader):
                assert await read(reader, 3 * MIB) == film.data[: 3 * MIB]
                street.fall_silent()
                async with asyncio.timeout(28):  # less than a player is left waiting
                    assert await read(reader, 6 * MIB) == film.data[3 * MIB : 6 * MIB]
        assert street.connections == 2
