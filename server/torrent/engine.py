"""The torrents of the session: added on first use, removed some time after the last lease."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import libtorrent as lt

from server.errors import DiskFullError, DomainError, StreamClosedError, TorrentFailedError
from server.models import Download, Purpose, TorrentIdentifiers
from server.settings import EngineSettings
from server.torrent import folder, parameters
from server.torrent.downloads import DownloadStore, keep_saved, save
from server.torrent.entry import Entry
from server.torrent.session import Session
from server.torrent.torrent import Torrent
from server.torrent.traffic import Traffic

GRACE = 60.0
"""Seconds that a torrent stays in the session after its last lease: players come back after a pause."""

IN_USE = 20.0
"""Seconds after its last lease in which what was played is not deleted: some players ask for one part at a time."""

_STOP_PATIENCE = 10.0  # seconds for the session to hand over its last resume data

_log = logging.getLogger(__name__)


class TorrentEngine:
    """Leases torrents to readers and preloads. Lives on one event loop."""

    def __init__(self, settings: EngineSettings, root: Path, downloads: DownloadStore, grace: float) -> None:
        """See ``running``."""
        self._settings = settings
        self._root = root
        self._downloads = downloads
        self._grace = grace
        self._loop = asyncio.get_running_loop()
        self._session: Session
        self._entries: dict[str, Entry] = {}
        self._torrents: dict[lt.torrent_handle, Torrent] = {}
        self._adding: dict[str, tuple[asyncio.Future[Torrent], lt.add_torrent_params]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._claiming = asyncio.Lock()  # held while a folder is chosen, and while one is deleted
        self._holders: dict[str, Entry] = {}
        self._doubtful: set[str] = set()
        """Torrents whose files did not hold what they should."""
        self.opened = asyncio.Event()
        """Set whenever a torrent joins the session."""
        self.traffic = Traffic(self._give_way)
        """Whether what is got ready for later may be asked for, or has to wait for those who play."""

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls, settings: EngineSettings, root: Path, downloads: DownloadStore, *, grace: float = GRACE
    ) -> AsyncIterator[TorrentEngine]:
        """Start the session; files go to folders under ``root``. In the end everything is saved and closed."""
        engine = cls(settings, root, downloads, grace)
        await engine._loop.run_in_executor(None, folder.make_root, root)
        async with Session.running(settings, engine._on_alerts) as engine._session:
            try:
                yield engine
            finally:
                await engine._stop()

    @property
    def port(self) -> int:
        """The port that peers connect to."""
        return self._session.port()

    @contextlib.asynccontextmanager
    async def lease(self, identifiers: TorrentIdentifiers, purpose: Purpose = Purpose.PLAY) -> AsyncIterator[Torrent]:
        """Hold a torrent in the session for as long as the context lasts. Raises TorrentFailedError.

        What is played stays for a while afterwards, for players come back; what is got ready for later does not.
        """
        entry = await self._entry(identifiers, purpose)
        entry.leases += 1
        if entry.expiry:
            entry.expiry.cancel()
        try:
            torrent = await asyncio.shield(entry.added)
            if purpose is Purpose.PLAY and not entry.played:
                entry.played = True
                self._spawn(self._note_use(entry))
            yield torrent
        finally:
            entry.leases -= 1
            entry.released = self._loop.time()
            if purpose is Purpose.PLAY:
                entry.kept_until = entry.released + self._grace
            if not entry.leases and not entry.removal:
                entry.expiry = self._loop.call_at(entry.kept_until, self._remove, entry)

    async def discard(self, info_hash: str) -> None:
        """Close the torrent under its readers and delete its files."""
        await asyncio.shield(self._spawn(self._discard(info_hash)))

    def released(self, name: str) -> float:
        """Return when the torrent in this folder was leased last, by the loop's clock; 0 when the session has none."""
        return self._holders[name].released if name in self._holders else 0.0

    async def evict(self, name: str) -> bool:
        """Delete the download in the folder of this name, unless it is in use; return whether it is gone.

        In use is also what a player let go a moment ago, for it may be back with its next request.
        """
        return await asyncio.shield(self._spawn(self._evict(name)))

    @property
    def disk_full(self) -> bool:
        """Whether a torrent in the session found no room for its bytes."""
        return any(isinstance(torrent.error, DiskFullError) for torrent in self._torrents.values())

    def torrents(self) -> dict[str, Torrent]:
        """Return the torrents in the session by info hash."""
        return {entry.info_hash: entry.torrent for entry in self._entries.values() if entry.torrent}

    def refresh(self) -> None:
        """Ask the session how the torrents do; their ``rates`` follow shortly."""
        self._session.post_updates()

    async def _entry(self, identifiers: TorrentIdentifiers, purpose: Purpose) -> Entry:
        """Return the torrent's entry, a new one where there is none or it has failed."""
        key = identifiers.info_hash
        while (entry := self._entries.get(key)) and (entry.removal or entry.failed):
            await asyncio.shield(self._remove(entry))
        if entry is None:
            played = purpose is Purpose.PLAY
            entry = self._entries[key] = Entry(key, self._spawn(self._add(identifiers, use=played)), played=played)
        return entry

    async def _claim(self, info_hash: str, *, use: bool) -> Download:
        """Return the torrent's download, whose folder is safe from being evicted behind its back from here on."""
        async with self._claiming:
            download = await self._downloads.open(info_hash, use=use)
            self._holders[download.folder] = self._entries[info_hash]
        self.opened.set()
        return download

    async def _evict(self, name: str) -> bool:
        async with self._claiming:
            if holder := self._holders.get(name):
                returns = holder.played and not holder.failed and self._loop.time() < holder.released + IN_USE
                if holder.leases or returns:
                    return False
                await asyncio.shield(self._remove(holder))
            rubbish = await self._set_aside(name)
            if rubbish is None:
                return False
            deleting = self._spawn(self._delete(rubbish))  # whether it can be forgotten or not
            await self._downloads.forget(name)
        await asyncio.shield(deleting)
        return True

    async def _discard(self, info_hash: str) -> None:
        deleting: asyncio.Task[None] | None = None
        while deleting is None:
            while entry := self._entries.get(info_hash):
                await asyncio.shield(self._remove(entry))
            async with self._claiming:
                if info_hash in self._entries:  # leased again meanwhile
                    continue
                download = await self._downloads.open(info_hash, use=False)
                rubbish = await self._set_aside(download.folder)
                if rubbish is None:  # it goes when room is needed
                    return
                deleting = self._spawn(self._delete(rubbish))
                await self._downloads.delete(info_hash)
        await asyncio.shield(deleting)

    async def _delete(self, rubbish: Path) -> None:
        await self._loop.run_in_executor(None, folder.delete_folder, rubbish)

    async def _set_aside(self, name: str) -> Path | None:
        return await self._loop.run_in_executor(None, folder.set_aside, self._root, name)

    async def _add(self, identifiers: TorrentIdentifiers, *, use: bool) -> Torrent:
        download = await self._claim(identifiers.info_hash, use=use)
        place = self._root / download.folder
        join = partial(
            parameters.joining,
            identifiers,
            place,
            download.resume_data,
            allow_private_peers=self._settings.allow_private_peers,
            doubtful=identifiers.info_hash in self._doubtful,
        )
        self._doubtful.discard(identifiers.info_hash)
        try:
            joining = await self._loop.run_in_executor(None, join)
        except OSError as error:
            raise folder.disk_error(error.errno) from error
        added: asyncio.Future[Torrent] = self._loop.create_future()
        self._adding[_key(joining)] = added, joining
        self._session.add(joining)
        torrent = await added
        self._spawn(keep_saved(self._downloads, identifiers.info_hash, torrent))
        return torrent

    def _remove(self, entry: Entry) -> asyncio.Task[None]:
        if entry.expiry:
            entry.expiry.cancel()
        if not entry.removal:
            entry.removal = self._spawn(self._take_out(entry))
        return entry.removal

    async def _take_out(self, entry: Entry) -> None:
        """Save the torrent and let the session forget it, whatever becomes of what is saved."""
        try:
            await asyncio.wait({entry.added})
            if torrent := entry.torrent:
                if torrent.error and not isinstance(torrent.error, DiskFullError | StreamClosedError):
                    self._doubtful.add(entry.info_hash)
                torrent.fail(StreamClosedError())
                try:
                    if entry.played:
                        await self._downloads.used(entry.info_hash, self._last_use(entry))
                    await save(self._downloads, entry.info_hash, torrent)
                except Exception as error:  # noqa: BLE001 - no room, say; the files are checked again the next time
                    _log.warning("How far a torrent is could not be saved: %s", type(error).__name__)
                self._session.remove(torrent.handle)
                await torrent.removed.wait()
        finally:
            del self._entries[entry.info_hash]
            self._holders = {name: holder for name, holder in self._holders.items() if holder is not entry}

    async def _note_use(self, entry: Entry) -> None:
        with contextlib.suppress(DiskFullError):  # what is on a full disk can be played still
            await self._downloads.used(entry.info_hash, datetime.now(UTC))

    def _last_use(self, entry: Entry) -> datetime:
        """Return when the torrent was leased last, by the calendar."""
        unused = 0.0 if entry.leases else self._loop.time() - entry.released
        return datetime.now(UTC) - timedelta(seconds=unused)

    async def _learn(self, torrent: Torrent) -> None:
        try:
            await torrent.learn()
        except OSError as error:
            torrent.fail(folder.disk_error(error.errno))
        except DomainError:  # it has failed meanwhile, and says why
            pass
        except Exception:
            torrent.fail(TorrentFailedError("This torrent's description can't be used."))
            raise

    async def _stop(self) -> None:
        for entry in list(self._entries.values()):
            self._remove(entry)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_STOP_PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for torrent in self._torrents.values():
            torrent.close()

    def _spawn(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, DomainError):
            _log.error("A torrent's background work failed: %s", type(error).__name__)

    def _give_way(self) -> None:
        for torrent in self._torrents.values():
            torrent.wishes.give_way()

    def _on_alerts(self, alerts: list[lt.alert]) -> None:
        for alert in alerts:
            match alert:
                case lt.add_torrent_alert():
                    self._on_added(alert)
                case lt.torrent_alert():
                    if torrent := self._torrents.get(alert.handle):
                        self._on_torrent(torrent, alert)
                case lt.state_update_alert():
                    for status in alert.status:
                        if torrent := self._torrents.get(status.handle):
                            torrent.status_arrived(status)
                case lt.alerts_dropped_alert():
                    _log.warning("The session had more to say than could be heard; asking again.")
                    for torrent in self._torrents.values():
                        torrent.ask_pieces()

    def _on_torrent(self, torrent: Torrent, alert: lt.torrent_alert) -> None:
        match alert:
            case lt.torrent_removed_alert():
                del self._torrents[alert.handle]
                torrent.close()
            case lt.torrent_checked_alert():
                self._spawn(self._learn(torrent))
            case _:
                torrent.on_alert(alert)

    def _on_added(self, alert: lt.add_torrent_alert) -> None:
        # The alert's own parameters lack what the session has taken out of them.
        added, joined = self._adding.pop(_key(alert.params))
        if alert.error.value():
            added.set_exception(TorrentFailedError("The session refused this torrent."))
            return
        recall_peers = partial(self._session.recall_peers, alert.handle)
        torrent = Torrent(
            alert.handle, Path(joined.save_path), set(joined.renamed_files), self.traffic, recall_peers=recall_peers
        )
        self._torrents[alert.handle] = torrent
        if not added.done():
            added.set_result(torrent)


def _key(parameters: lt.add_torrent_params) -> str:
    return str(parameters.info_hashes.get_best())
