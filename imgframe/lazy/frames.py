"""Frames of decoded files, as Polars takes them."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

import polars as pl

from imgframe.derive import add_derived, derived_schema
from imgframe.discover import FileBatch
from imgframe.lazy.query import COUNTED, Query
from imgframe.read.decoded import decode_batches, raise_first_error
from imgframe.read.progress import counting
from imgframe.read.request import Request
from imgframe.schema import dtype_of

__all__ = ["ENDING", "Frames", "chosen", "frames"]

IN_FRAME: Final = 16
"""Batches in a frame, at most; the first frames are smaller, for queries that soon have enough."""


def frames(batches: Iterator[FileBatch], query: Query, request: Request) -> Iterator[pl.DataFrame]:
    """Decode files to frames of the columns and rows of a query.

    Parameters
    ----------
    batches : iterator of FileBatch
    query : Query
    request : Request
        Its options are those of the query.

    Yields
    ------
    polars.DataFrame
        Never of 0 rows.
    """
    size = 1
    with counting(request.progress) as count:
        decoded = decode_batches(batches, request)
        while run := list(islice(decoded, size)):
            count(sum(n_files for n_files, _ in run))
            frame = pl.concat(chain.from_iterable(parts for _, parts in run), how="diagonal")
            if request.raises:
                raise_first_error(frame)
            frame = _arranged(frame, query)
            if frame.height:
                yield frame
            size = min(2 * size, IN_FRAME)


def _arranged(frame: pl.DataFrame, query: Query) -> pl.DataFrame:
    """Derive columns, leave out rows, and give the columns asked for."""
    predicates = [part for part in (query.looked, query.rest) if part is not None]
    roots = [name for part in predicates for name in part.meta.root_names()]
    needed = dict.fromkeys([*query.columns, *roots])
    if derived_schema().keys() & needed.keys():
        frame = add_derived(frame)
    absent = needed.keys() - {*frame.columns, COUNTED}
    frame = frame.with_columns(pl.lit(None, dtype_of(name)).alias(name) for name in absent)
    for part in predicates:
        frame = frame.filter(part)
    return chosen(frame, query.columns)


def chosen(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Choose columns of a frame, of which there may be none: its height still counts."""
    if not columns:
        return pl.DataFrame(height=frame.height)
    return frame.with_columns(pl.lit(None).alias(COUNTED)).select(columns)


# The end of the process --------------------------------------------------------------------------

ENDING: Final = threading.Event()
"""The process is about to end."""

_making: Final[set[threading.Lock]] = set()
"""Locks of those that make a frame now."""


class Frames(Iterator[pl.DataFrame]):
    """Frames that Polars takes in a thread of its own.

    The streaming engine asks for more frames than it turns out to need, and may still be at it
    when the result is out. A process that ends while such a thread runs Python code is aborted,
    so it waits for the frame in the making.

    Parameters
    ----------
    frames : iterator of polars.DataFrame
    """

    def __init__(self, frames: Iterator[pl.DataFrame]) -> None:
        self._frames = frames
        self._lock = threading.Lock()

    def __next__(self) -> pl.DataFrame:
        with self._lock:
            _making.add(self._lock)
            try:
                if ENDING.is_set():
                    raise StopIteration
                return next(self._frames)
            finally:
                _making.discard(self._lock)


@atexit.register
def _wait_for_frames() -> None:
    ENDING.set()
    for lock in tuple(_making):
        lock.acquire(timeout=10)
