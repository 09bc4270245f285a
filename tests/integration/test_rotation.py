"""New keys under a running server: nobody who watches notices."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fakes.appliance import make_options, running_appliance
from fakes.pages import plain_bytes
from fakes.swarm import MIB, make_film, seeded
from fakes.titles import make_titles

from server.bootstrap import ignore
from server.records import open_records
from server.rotation import Stage
from server.vault.record import KeyRecord


async def test_a_film_plays_on_while_both_keys_change(tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 6 * MIB)
    options = make_options(tmp_path)
    async with open_records(options, {}, ignore) as records:
        await records.sources.add_new(make_titles(300))
        former = records.rotation.record
    stages: list[Stage] = []
    with seeded(film.folder, piece_length=64 << 10, upload_limit=2 * MIB) as magnet:
        async with running_appliance(options) as appliance:
            source_id = await appliance.add(magnet)
            playing = asyncio.create_task(appliance.get(source_id, 0, len(film.data) - 1))
            outcome = await appliance.server.rotate_torrent_key(lambda stage, _done, _total: stages.append(stage))
            await appliance.server.rotate_database_key(lambda stage, _done, _total: stages.append(stage))
            added = await appliance.add(f"magnet:?xt=urn:btih:{'ab' * 20}")
            assert await playing == film.data
            async with appliance.client.get("/api/sources") as reply:
                assert len(await reply.json()) == 302
    assert (outcome.kid, outcome.damaged) == (2, 0)
    assert list(dict.fromkeys(stages)) == [Stage.ENCRYPT, Stage.VERIFY, Stage.COPY]
    async with running_appliance(options) as appliance:
        assert await appliance.get(source_id, 0, len(film.data) - 1) == film.data
        async with appliance.client.get(f"/api/sources/{added}") as reply:
            assert reply.status == 200
    assert options.key_file
    present = KeyRecord.from_json(await asyncio.to_thread(options.key_file.read_text, "ascii"))
    assert present.active_kid == 2
    assert present.database_key != former.database_key
    assert magnet.encode() not in await asyncio.to_thread(plain_bytes, options.database_path, present.database_key)


async def test_the_server_completes_at_its_start_what_was_interrupted(tmp_path: Path) -> None:
    options = make_options(tmp_path)
    titles = make_titles(250)
    async with open_records(options, {}, ignore) as records:
        await records.sources.add_new(titles)
        await records.rotation._amend(KeyRecord.with_pending_kid)
        await records.rotation._amend(KeyRecord.with_pending_database_key)
        pending = records.rotation.record
    async with running_appliance(options) as appliance, appliance.client.get("/api/sources") as reply:
        assert len(await reply.json()) == 250
    async with open_records(options, {}, ignore) as records:
        record = records.rotation.record
        assert record.database_key == pending.pending_database_key
        assert record.active_kid == pending.pending_kid == 2
        assert [await records.sources.get(title.id) for title in titles] == titles
