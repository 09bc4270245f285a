from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from server.errors import PairingNotFoundError
from server.models import Pairing, PairingState
from server.storage.pairings import PairingRepository

if TYPE_CHECKING:
    from server.storage.database import Database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
TV = Pairing("ABCD", "TV", "192.168.1.5", LATER)


@pytest.fixture
async def pairings(database: Database) -> PairingRepository:
    repository = PairingRepository(database)
    await repository.add(b"tv", "ABCD", "TV", "192.168.1.5", NOW, LATER, approved=False)
    return repository


async def test_waits_for_an_answer(pairings: PairingRepository) -> None:
    await pairings.add(b"phone", "EFGH", "Phone", "192.168.1.6", NOW - timedelta(seconds=9), LATER, approved=False)
    assert await pairings.find(b"tv") == TV
    assert [pairing.user_code for pairing in await pairings.pending(NOW)] == ["EFGH", "ABCD"]
    assert list(await pairings.pending(LATER)) == []
    assert await pairings.take(b"tv") is None
    assert await pairings.find(b"other") is None


async def test_an_approved_one_is_taken_once(pairings: PairingRepository) -> None:
    await pairings.approve("ABCD")
    assert list(await pairings.pending(NOW)) == []
    taken = await asyncio.gather(*(pairings.take(b"tv") for _ in range(5)))
    assert [pairing for pairing in taken if pairing] == [replace(TV, state=PairingState.APPROVED)]
    assert await pairings.find(b"tv") is None


async def test_a_denied_one_stays_denied(pairings: PairingRepository) -> None:
    await pairings.deny("ABCD")
    with pytest.raises(PairingNotFoundError):
        await pairings.approve("ABCD")
    assert await pairings.find(b"tv") == replace(TV, state=PairingState.DENIED)
    assert await pairings.take(b"tv") is None


async def test_a_link_is_approved_from_the_start_and_has_no_code(pairings: PairingRepository) -> None:
    await pairings.add(b"link", None, "Browser", "", NOW, LATER, approved=True)
    for answer in (pairings.approve, pairings.deny):
        with pytest.raises(PairingNotFoundError):
            await answer("")
    assert await pairings.take(b"link") == Pairing("", "Browser", "", LATER, PairingState.APPROVED)


async def test_an_unknown_code_is_told(pairings: PairingRepository) -> None:
    with pytest.raises(PairingNotFoundError):
        await pairings.approve("ZZZZ")
    with pytest.raises(PairingNotFoundError):
        await pairings.deny("ZZZZ")


async def test_forgets_what_expired(pairings: PairingRepository) -> None:
    await pairings.purge(LATER - timedelta(seconds=1))
    assert await pairings.find(b"tv") == TV
    await pairings.purge(LATER)
    assert await pairings.find(b"tv") is None
