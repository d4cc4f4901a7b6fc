"""Batches of files as frames, decoded here or in other processes."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from imgframe.decode import DecodeOptions
from imgframe.discover import FileBatch
from imgframe.errors import ReadError
from imgframe.read.request import Request
from imgframe.read.work import failed_file, packed, read_batch, read_packed
from imgframe.read.workers import count_workers, in_workers

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = ["decode_batches", "frame_of", "raise_first_error"]

_MANY: Final = 40
"""Batches that are worth starting processes for, which takes 0.6 s: 40,960 photographs."""

_MANY_IF_ASKED: Final = 10
"""The same when `n_jobs` is given, since processes may have been started before: 10,240."""

_WORTH: Final = 1.3
"""Seconds of work left to this process, on slow storage, that are worth starting others for."""

_PATIENCE: Final = 0.25
"""Seconds to wait for the end of a listing, to know how much there is to do."""


def decode_batches(
    batches: Iterator[FileBatch], request: Request
) -> Iterator[tuple[int, list[pl.DataFrame]]]:
    """Yield how many files there were in each batch, and their frames."""
    import polars as pl

    options = request.options
    n_workers = 1
    if request.n_jobs != 1:
        seen: deque[FileBatch] = deque()
        few = _ends_soon(batches, _MANY if request.n_jobs is None else _MANY_IF_ASKED, seen)
        batches = _chained(seen, batches)
        if few:
            yield from _while_quick(batches, seen, options)
        n_workers = count_workers(request.n_jobs) if seen else 1
        n_workers = min(n_workers, len(seen)) if few else n_workers
    if n_workers <= 1:
        for files in batches:
            yield _decoded_here(files, options)
        return
    work = partial(read_packed, options=options)
    failed = partial(_worker_died, options=options)
    for n_files, parts in in_workers(batches, work, failed, n_workers):
        yield n_files, [pl.read_ipc_stream(part) for part in parts]


def _ends_soon(batches: Iterator[FileBatch], many: int, seen: deque[FileBatch]) -> bool:
    """Take batches up to `many`; say whether these are all. No time is spent on slow listings."""
    start = time.perf_counter()
    for files in batches:
        seen.append(files)
        if len(seen) > many or time.perf_counter() - start > _PATIENCE:
            return False
    return True


def _while_quick(
    batches: Iterator[FileBatch], seen: deque[FileBatch], options: DecodeOptions
) -> Iterator[tuple[int, list[pl.DataFrame]]]:
    """Decode batches here, until what is left would take so long that processes are worth it."""
    pace = math.inf
    for number, files in enumerate(batches, 1):
        start = time.perf_counter()
        decoded = _decoded_here(files, options)
        pace = min(pace, time.perf_counter() - start)
        yield decoded
        # The first batch pays for what is imported and allocated once.
        if number > 1 and len(seen) * pace > _WORTH:
            return


def _decoded_here(files: FileBatch, options: DecodeOptions) -> tuple[int, list[pl.DataFrame]]:
    return len(files), [frame_of(read_batch(files, options))]


def _chained(seen: deque[FileBatch], batches: Iterator[FileBatch]) -> Iterator[FileBatch]:
    """Yield what was seen, which is let go, and then the rest."""
    while seen:
        yield seen.popleft()
    yield from batches


def _worker_died(file: FileBatch, error: Exception, options: DecodeOptions) -> bytes:
    text = f"the worker process that read it failed: {type(error).__name__}"
    return packed(failed_file(file, options, text))


def frame_of(table: pa.Table) -> pl.DataFrame:
    """Give a table of Arrow as a frame."""
    import polars as pl

    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def raise_first_error(frame: pl.DataFrame) -> None:
    """Raise `ReadError` if a row has an error."""
    import polars as pl

    failed = frame.select("path", "error").filter(pl.col("error").is_not_null())
    for path, error in failed.head(1).rows():
        raise ReadError(f"{path}: {error}")
