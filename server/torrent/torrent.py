"""One torrent in the session: its metadata, the pieces that are there, and whoever waits for more."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import libtorrent as lt

from server.errors import DomainError, StreamClosedError, TorrentFailedError
from server.models import Purpose, VideoFile, Wanted
from server.torrent import metainfo
from server.torrent.extent import Extent
from server.torrent.files import TorrentFile, choose_video
from server.torrent.folder import JOURNAL, disk_error, file_name, sharing_pieces
from server.torrent.progress import Progress
from server.torrent.traffic import Traffic
from server.torrent.wishes import RecallPeers, Wishes

_RESUME_FLAGS = lt.save_resume_flags_t.save_info_dict
_SELECTED = 1
_CHASE = 2.0  # seconds until peers that gave no metadata are tried again; twice as long each time


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a torrent is made of, once it is known."""

    files: tuple[TorrentFile, ...] = field(repr=False)
    piece_length: int
    pieces: int


@dataclass(frozen=True, slots=True)
class TorrentRates:
    """How a torrent does right now. Rates in bytes per second."""

    peers: int = 0
    seeds: int = 0
    download_rate: int = 0
    upload_rate: int = 0
    downloaded: int = 0
    """Bytes of payload since the torrent joined the session, those that came in vain included."""


class Torrent:
    """A torrent in the session. Used on the event loop only; the engine feeds it the session's alerts."""

    def __init__(
        self,
        handle: lt.torrent_handle,
        folder: Path,
        renamed: set[int],
        traffic: Traffic,
        *,
        recall_peers: RecallPeers,
    ) -> None:
        """``renamed`` holds the files that have their names on the disk already; for the rest see ``Wishes``."""
        self.handle = handle
        self.folder = folder
        self.rates = TorrentRates()
        self.removed = asyncio.Event()
        """Set when the torrent has left the session."""
        self.ended = asyncio.Event()
        """Set when it can't go on; ``error`` says why."""
        self._loop = asyncio.get_running_loop()
        self._renamed = renamed
        self._selected: set[int] = set()
        self._videos: dict[tuple[int | None, Wanted | None], VideoFile] = {}
        self._metadata: asyncio.Future[Metadata] = self._loop.create_future()
        self._expected: dict[tuple[type[lt.alert], int | None], asyncio.Future[None]] = {}
        self._resume: asyncio.Future[bytes | None] | None = None
        self._selecting = asyncio.Lock()
        self._progress = Progress()
        self._recall_peers = recall_peers
        self._chase = self._loop.call_later(_CHASE, self._chase_metadata, _CHASE)
        self.wishes = Wishes(handle, self._progress, traffic, recall_peers)
        """What readers want of it."""

    @property
    def have(self) -> bytearray:
        """A byte a piece, 1 for those on the disk; empty until the metadata are known. Not to be written to."""
        return self._progress.have

    @property
    def risen(self) -> asyncio.Event:
        """Set while more is on the disk than the resume data know that were asked for last."""
        return self._progress.risen

    @property
    def error(self) -> DomainError | None:
        """Why the torrent can't go on."""
        return self._progress.error

    # --- for readers ------------------------------------------------------------------------------------------

    async def metadata(self) -> Metadata:
        """Wait for the metadata and for what is on the disk to be known. Raises TorrentFailedError."""
        return await asyncio.shield(self._metadata)

    @property
    def known(self) -> Metadata | None:
        """The metadata, when they are there already."""
        done = self._metadata.done() and not self._metadata.cancelled() and self._metadata.exception() is None
        return self._metadata.result() if done else None

    @property
    def state(self) -> str:
        """How it is doing: ``metadata``, ``downloading``, ``complete`` or ``failed``."""
        if self.error:
            return "failed"
        if self.known is None:
            return "metadata"
        return "complete" if self.progress == 1.0 else "downloading"

    @property
    def progress(self) -> float:
        """The part of the chosen videos that is on the disk, 0 to 1."""
        videos = set(self._videos.values())
        wanted = {piece for video in videos for piece in self.extent(video).pieces}
        return sum(map(self.have.__getitem__, wanted)) / len(wanted) if wanted else 0.0

    async def video(self, index: int | None, wanted: Wanted | None = None) -> VideoFile:
        """Choose the video. Raises NoVideoError, EpisodeMissingError, UnsafeTorrentError, TorrentFailedError."""
        metadata = await self.metadata()
        if (index, wanted) not in self._videos:  # a torrent of many thousand files takes its time
            video = await self._loop.run_in_executor(None, choose_video, metadata.files, index, wanted)
            self._videos[index, wanted] = video
        return self._videos[index, wanted]

    async def prepare(self, video: VideoFile, purpose: Purpose) -> None:
        """Make the video's file ready to be written. Raises TorrentFailedError.

        Not before somebody reads: for a moment it makes the session want any piece, and wanting nothing afterwards has
        the peers choke us. What is got ready for later and has to wait wants nothing in any case.
        """
        async with self._selecting:
            waits = purpose is Purpose.PRELOAD and self.wishes.yielding
            await self._select(await self.metadata(), video, begun=not waits)

    def path(self, video: VideoFile) -> Path:
        """Return where the video's bytes are on the disk."""
        return self.folder / file_name(video.index)

    def extent(self, video: VideoFile) -> Extent:
        """Return where the video lies in the pieces; its metadata are known, for the video came from them."""
        return Extent.of(video, self._metadata.result().piece_length)

    async def piece(self, index: int) -> None:
        """Wait until the piece is on the disk. Raises TorrentFailedError, StreamClosedError."""
        await self._progress.wait(index)

    # --- for the engine ---------------------------------------------------------------------------------------

    async def resume_data(self) -> bytes | None:
        """Ask the session for resume data; None when it has none to give or has forgotten the torrent."""
        if self.removed.is_set():
            return None
        if self._resume is None or self._resume.done():
            self._resume = self._loop.create_future()
            self.handle.save_resume_data(_RESUME_FLAGS)
        self.risen.clear()
        return await asyncio.shield(self._resume)

    async def learn(self) -> None:
        """Learn the metadata and the pieces on the disk: the session has checked what it found there."""
        info = await self._loop.run_in_executor(None, self.handle.torrent_file)
        if info is None:  # the torrent left the session meanwhile
            return
        try:
            metainfo.check(info)
        except DomainError as error:
            self.fail(TorrentFailedError(error.detail))
            return
        if not self.have:
            await self._progress.begin(info.num_pieces(), self.folder / JOURNAL)
        arrived = self._expect(lt.state_update_alert)
        self.ask_pieces()
        await arrived
        if not self._metadata.done():
            files = metainfo.list_files(info)
            self._metadata.set_result(Metadata(files, info.piece_length(), info.num_pieces()))

    def ask_pieces(self) -> None:
        """Ask the session which pieces are there; the answer comes as a status."""
        self.handle.post_status(lt.status_flags_t.query_pieces)

    def status_arrived(self, status: lt.torrent_status) -> None:
        """Take what the session says of the torrent's progress."""
        self.rates = TorrentRates(
            peers=status.num_peers,
            seeds=status.num_seeds,
            download_rate=status.download_payload_rate,
            upload_rate=status.upload_payload_rate,
            downloaded=status.total_payload_download,
        )
        pieces = status.pieces
        if self.have and len(pieces) == len(self.have):
            for index, there in enumerate(pieces):
                if there:
                    self._progress.note(index)
            self.wishes.reschedule()
            self._arrived(lt.state_update_alert)

    def on_alert(self, alert: lt.torrent_alert) -> None:
        """Take an alert that is about this torrent."""
        match alert:
            case lt.piece_finished_alert():
                if self._progress.note(alert.piece_index):
                    self.wishes.reschedule()
            case lt.state_changed_alert(state=lt.torrent_status.checking_files) if not self.error:
                with contextlib.suppress(RuntimeError):  # the torrent has left the session
                    self.handle.resume()  # what is paused is not checked
            case lt.file_renamed_alert():
                self._arrived(lt.file_renamed_alert, alert.index)
            case lt.file_prio_alert():
                # The session now wants every piece of these files; from here on the schedule alone says what is wanted,
                # together with what the reader wants that waits for this: at a moment without any wish the peers choke
                # us. Here, for whoever asked may have left.
                self._arrived(lt.file_prio_alert)
                self.wishes.restart()
            case lt.save_resume_data_alert():
                self._on_resume(lt.write_resume_data_buf(alert.params))
            case lt.save_resume_data_failed_alert():
                self._on_resume(None)
            case lt.file_error_alert() | lt.file_rename_failed_alert() | lt.torrent_error_alert():
                self._on_disk_error(alert.error.value())

    def fail(self, error: DomainError) -> None:
        """Let everybody who waits for this torrent know that it can't go on."""
        self._progress.fail(error)
        self.ended.set()
        self.wishes.reschedule()
        futures: list[asyncio.Future[Any]] = [self._metadata, *self._expected.values()]
        for future in futures:
            if not future.done():
                future.set_exception(error)
                future.exception()  # nobody may be waiting: that is no oversight
        self._expected.clear()

    def close(self) -> None:
        """Let go of everything; the torrent has left the session."""
        self._chase.cancel()
        self.fail(StreamClosedError())
        self.removed.set()
        self.risen.set()
        self._on_resume(None)
        self.wishes.close()
        self._progress.close()

    # --- inside -----------------------------------------------------------------------------------------------

    def _chase_metadata(self, pause: float) -> None:
        """Try peers again that could not be reached, now and later, until one of them told what the torrent holds."""
        if not self._metadata.done():
            self._recall_peers(soon=True)
            self._chase = self._loop.call_later(2 * pause, self._chase_metadata, 2 * pause)

    async def _select(self, metadata: Metadata, video: VideoFile, *, begun: bool) -> None:
        """Give the video's files their names and let them be written, without wanting any piece yet."""
        wanted = sharing_pieces(metadata.files, video.index, metadata.piece_length)
        if self._selected.issuperset(wanted):
            return
        for index in wanted:
            if index not in self._renamed:
                renamed = self._expect(lt.file_renamed_alert, index)
                self.handle.rename_file(index, file_name(index))
                await renamed
                self._renamed.add(index)
        self._selected.update(wanted)
        self.handle.unset_flags(lt.torrent_flags.share_mode)  # see parameters.joining
        applied = self._expect(lt.file_prio_alert)
        self.handle.prioritize_files([_SELECTED if f.index in self._selected else 0 for f in metadata.files])
        self.handle.prioritize_pieces(self.wishes.priorities(self._first_of(video) if begun else None, _SELECTED))
        await applied

    def _first_of(self, video: VideoFile) -> int | None:
        """Return the first piece of the video that is missing."""
        return next((piece for piece in self.extent(video).pieces if not self.have[piece]), None)

    def _on_resume(self, data: bytes | None) -> None:
        if self._resume is not None and not self._resume.done():
            self._resume.set_result(data)

    def _on_disk_error(self, code: int) -> None:
        self.fail(disk_error(code))

    def _arrived(self, kind: type[lt.alert], key: int | None = None) -> None:
        future = self._expected.pop((kind, key), None)
        if future and not future.done():
            future.set_result(None)

    def _expect(self, kind: type[lt.alert], key: int | None = None) -> asyncio.Future[None]:
        if self.error:
            raise self.error
        future: asyncio.Future[None] = self._loop.create_future()
        self._expected[kind, key] = future
        return future
