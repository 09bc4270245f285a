"""Encrypt rows anew, a batch at a time, and check that they are: every envelope names the key it was made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from server.storage.schema import downloads, movie_sources, provider_keys
from server.vault.cipher import DecryptionError, kid_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

BATCH_ROWS: Final = 200
_BATCH_BYTES: Final = 32 << 20  # of envelopes: a batch is held in memory

TABLES: Final = {movie_sources: ("ih", "ml", "file"), downloads: ("resume",), provider_keys: ("key",)}
"""The tables that hold envelopes, and the columns that are envelopes."""


Progress = Callable[[int, int], None]
"""Takes how many rows are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What was found on a pass over all rows."""

    rows: int = 0
    stale: int = 0
    """Rows with values under another key than the active one, or with another index."""
    damaged: int = 0
    """Rows that no key decrypts."""


@dataclass(frozen=True, slots=True)
class _Batch(Pass):
    last: str | None = None
    """The id to go on after; None when there was nothing left."""


async def reencrypt(database: Database, cipher: FieldCipher, progress: Progress) -> Pass:
    """Encrypt all rows under the active key that are not; look-ups by info hash are brought in line.

    Damaged rows stay as they are. Each batch is a transaction, so that it may be interrupted and begun again.
    """
    return await _pass(database, cipher, progress, write=True)


async def verify(database: Database, cipher: FieldCipher, progress: Progress) -> Pass:
    """Decrypt all rows and compare their index; nothing is written."""
    return await _pass(database, cipher, progress, write=False)


async def _pass(database: Database, cipher: FieldCipher, progress: Progress, *, write: bool) -> Pass:
    total = await database.run(_count_rows)
    found = Pass()
    progress(0, total)
    for table in TABLES:
        after: str | None = ""
        while after is not None:
            batch = await database.run(partial(_go_over, cipher=cipher, table=table, after=after, write=write))
            found = Pass(found.rows + batch.rows, found.stale + batch.stale, found.damaged + batch.damaged)
            progress(found.rows, max(found.rows, total))
            after = batch.last
    return found


def _count_rows(connection: sa.Connection) -> int:
    return sum(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in TABLES)


def _go_over(connection: sa.Connection, cipher: FieldCipher, table: sa.Table, after: str, *, write: bool) -> _Batch:
    ids = _next_ids(connection, table, after)
    columns = [table.c.id, *(table.c[name] for name in TABLES[table])]
    if table is movie_sources:
        columns.append(table.c.ih_index)
    changes: list[dict[str, Any]] = []
    damaged = 0
    for row in connection.execute(sa.select(*columns).where(table.c.id.in_(ids))).mappings():
        try:
            change = _renewed(cipher, table, row)
        except (DecryptionError, ValueError):
            damaged += 1
        else:
            changes += [change] if change else []
    if write and changes:
        values: dict[str, Any] = {name: sa.bindparam(name) for name in changes[0] if name != "row"}
        connection.execute(table.update().where(table.c.id == sa.bindparam("row")).values(values), changes)
    return _Batch(len(ids), len(changes), damaged, ids[-1] if ids else None)


def _next_ids(connection: sa.Connection, table: sa.Table, after: str) -> Sequence[str]:
    """Return the ids of the next rows, as many as a batch takes."""
    size = reduce(add, (sa.func.coalesce(sa.func.length(table.c[name]), 0) for name in TABLES[table]))
    query = sa.select(table.c.id, size.label("size")).where(table.c.id > after).order_by(table.c.id).limit(BATCH_ROWS)
    ids: list[str] = []
    total = 0
    for row in connection.execute(query):
        total += row.size
        if ids and total > _BATCH_BYTES:
            break
        ids.append(row.id)
    return ids


def _renewed(cipher: FieldCipher, table: sa.Table, row: sa.RowMapping) -> dict[str, Any] | None:
    """Return the row's values under the active key; None when they are. Raises DecryptionError, ValueError."""
    names = [name for name in TABLES[table] if row[name] is not None]
    plain = {name: cipher.decrypt(table.name, name, row["id"], row[name]) for name in names}
    index = cipher.blind_index(plain["ih"].decode()) if table is movie_sources else None
    if all(kid_of(row[name]) == cipher.active_kid for name in names) and index == row.get("ih_index"):
        return None
    change: dict[str, Any] = dict.fromkeys(TABLES[table])
    change |= {name: cipher.encrypt(table.name, name, row["id"], value) for name, value in plain.items()}
    if index is not None:
        change["ih_index"] = index
    return {"row": row["id"], **change}
