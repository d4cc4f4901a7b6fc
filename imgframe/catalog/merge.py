"""Many sorted pieces of a table into one that is sorted by time, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["NO_TIME", "Piece", "merged", "times_of"]

CHUNK_BYTES: Final = 16 << 20
"""Rows that are sorted and handed on at a time."""

_PATIENCE: Final = 4
"""Chunks that wait for their place in the order; then rows go on out of order."""

NO_TIME: Final[int] = int(np.iinfo(np.int64).max)
"""The time of rows without one: they come last."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows in order of time that can be read when their turn has come."""

    first: int
    """The earliest `acquired_at`, in microseconds since 1970, or `NO_TIME`."""
    read: Callable[[], pa.Table]


def merged(pieces: Iterable[Piece]) -> Iterator[pa.Table]:
    """Read pieces, and give their rows in order of time.

    Parameters
    ----------
    pieces : iterable of Piece

    Yields
    ------
    pyarrow.Table
        Every row once, with the columns that the pieces have. Each table is in order of time and
        path, and all of them one after the other are in order of time, unless more than 64 MB of
        rows overlap: then one may begin before the one in front of it ends.
    """
    waiting: list[pa.Table] = []
    size = kept = 0
    for piece in sorted(pieces, key=lambda piece: piece.first):
        if size >= kept + CHUNK_BYTES:
            table = _sorted(waiting)
            early = int(np.searchsorted(times_of(table), piece.first, side="right"))
            if size > _PATIENCE * CHUNK_BYTES:
                early = table.num_rows
            if early:
                yield table.slice(0, early)
            rest = table.slice(early)
            waiting = [rest] if rest.num_rows else []
            size = kept = rest.nbytes
        rows = piece.read()
        if rows.num_rows:
            waiting.append(rows)
            size += rows.nbytes
    if waiting:
        yield _sorted(waiting)


def times_of(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return `acquired_at` in microseconds; `NO_TIME` where there is none."""
    times = table.column("acquired_at").cast(pa.int64())
    return np.asarray(pc.fill_null(times, NO_TIME).to_numpy(), np.int64)


def _sorted(tables: list[pa.Table]) -> pa.Table:
    table = pa.concat_tables(tables, promote_options="default")
    if len(tables) == 1:
        return table
    keys = [("acquired_at", "ascending"), ("path", "ascending")]
    order = pc.sort_indices(table.select(["acquired_at", "path"]), sort_keys=keys)
    # column by column, to have one table in memory twice and not thrice
    columns = [column.combine_chunks().take(order) for column in table.itercolumns()]
    return pa.Table.from_arrays(columns, schema=table.schema)
