"""Header bytes of many files into one buffer.

The first read takes the same few bytes of every file; metadata is nearly always among them.
Further reads are made only for the bytes that a later stage found it needs, and grow from
round to round.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Final, Self

import numpy as np

from imgframe.batch import (
    KEY_SHIFT,
    NO_EXTENTS,
    Bytes,
    Extents,
    HeaderBatch,
    Ints,
    Needs,
    indices,
    ints,
)
from imgframe.discover import WINDOW
from imgframe.kernels import SLACK

BEFORE = 8_192
"""Bytes read before a place that is needed: TIFF writers put values just before their directory."""

MAX_READ = 64 << 20
"""Bytes that may be read of one file in one round."""

THREADS: Final = min(4, os.cpu_count() or 1)
"""Files that are opened and read at once: the system does that without Python's lock."""

FEW: Final = 64
"""Files for which threads are not worth starting."""

ROOM: Final = 64 << 20
"""Bytes kept free behind those of the heads for what is read later: a buffer that is too small is
copied to another, and both are in memory then. Pages that nothing is written to are not."""

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    # A FIFO put in the place of a file since it was listed must not block.
    | getattr(os, "O_NONBLOCK", 0)
)

_spare: list[Bytes] = []


def read_heads(
    paths: Sequence[str], sizes: Ints, skip: Collection[int]
) -> tuple[HeaderBatch, dict[int, str]]:
    """Read the first bytes of files.

    Parameters
    ----------
    paths : sequence of str
        What `open` takes.
    sizes : ndarray of int64, shape (n,)
        Bytes of each file when it was listed.
    skip : collection of int
        Rows that must not be opened.

    Returns
    -------
    batch : HeaderBatch
    errors : dict of int to str
        Row to the reason why nothing could be read.
    """
    wanted = np.clip(sizes, 0, WINDOW)
    wanted[list(skip)] = 0
    head_start = np.cumsum(wanted) - wanted
    used = int(wanted.sum())
    try:
        buffer = _spare.pop()
    except IndexError:
        buffer = np.empty(0, dtype=np.uint8)
    if len(buffer) < used + SLACK:
        buffer = np.empty(used + ROOM, dtype=np.uint8)
    head_length = wanted.copy()
    errors: dict[int, str] = {}
    rows = indices(wanted)
    work = partial(_fill, paths, memoryview(buffer.data), head_start, wanted, head_length, errors)
    # A worker process has other workers beside it, which are as good at waiting for files.
    if len(rows) < FEW or multiprocessing.parent_process() is not None:
        work(rows)
    else:
        with ThreadPoolExecutor(THREADS, "imgframe-fetch") as threads:
            list(threads.map(work, np.array_split(rows, THREADS)))
    shrunk = head_length < wanted
    true_sizes = np.maximum(sizes, 0)
    true_sizes[shrunk] = head_length[shrunk]
    batch = HeaderBatch(buffer, used, true_sizes, head_start, head_length, NO_EXTENTS, paths)
    return batch, errors


def _fill(
    paths: Sequence[str],
    view: memoryview,
    head_start: Ints,
    wanted: Ints,
    head_length: Ints,
    errors: dict[int, str],
    rows: Ints,
) -> None:
    """Read the first bytes of some rows, each to its place; note how many there were."""
    starts, lengths = head_start[rows].tolist(), wanted[rows].tolist()
    for row, start, want in zip(rows.tolist(), starts, lengths, strict=True):
        try:
            got = read_at(paths[row], view[start : start + want], 0)
        except OSError as error:
            errors[row] = reason(error)
            got = 0
        if got < want:
            head_length[row] = got


def release(batch: HeaderBatch) -> None:
    """Keep the buffer of a batch for the next: fresh pages cost more than the bytes read."""
    _spare[:] = [batch.buffer]


def read_more(batch: HeaderBatch, needs: Needs, window: int) -> tuple[HeaderBatch, dict[int, str]]:
    """Read what is missing, in as few reads as make sense.

    Parameters
    ----------
    batch : HeaderBatch
    needs : Needs
        Missing bytes of files, within the size of each.
    window : int
        Bytes to read at least around each place.

    Returns
    -------
    batch : HeaderBatch
        With the bytes added; everything it could locate before it still can.
    errors : dict of int to str
        Row to the reason why its bytes could not be read.
    """
    reads = _plan(batch.sizes, needs, window)
    used = batch.used
    buffer = _with_room(batch, used + sum(length for _, _, length in reads))
    view = memoryview(buffer.data)
    errors: dict[int, str] = {}
    sizes = batch.sizes.copy()
    keys, ends, starts = [], [], []
    for row, offset, length in reads:
        try:
            got = read_at(batch.paths[row], view[used : used + length], offset)
        except OSError as error:
            errors[row] = reason(error)
            continue
        if got < length:
            sizes[row] = min(int(sizes[row]), offset + got)
        keys.append((row << KEY_SHIFT) + offset)
        ends.append((row << KEY_SHIFT) + offset + got)
        starts.append(used)
        used += got
    old = batch.extents
    extents = Extents.of(
        np.concatenate([old.key, ints(keys)]),
        np.concatenate([old.end, ints(ends)]),
        np.concatenate([old.start, ints(starts)]),
    )
    return replace(batch, buffer=buffer, used=used, sizes=sizes, extents=extents), errors


def add_bytes(batch: HeaderBatch, pieces: Sequence[bytes]) -> HeaderBatch:
    """Give bytes that are no part of a file as they are a space each, after the spaces there are.

    Parameters
    ----------
    batch : HeaderBatch
    pieces : sequence of bytes

    Returns
    -------
    HeaderBatch
    """
    lengths = ints([len(piece) for piece in pieces])
    joined = np.frombuffer(b"".join(pieces), dtype=np.uint8)
    end = batch.used + len(joined)
    buffer = _with_room(batch, end)
    buffer[batch.used : end] = joined
    starts = batch.used + np.cumsum(lengths) - lengths
    return replace(
        batch,
        buffer=buffer,
        used=end,
        sizes=np.concatenate([batch.sizes, lengths]),
        head_start=np.concatenate([batch.head_start, starts]),
        head_length=np.concatenate([batch.head_length, lengths]),
    )


def _with_room(batch: HeaderBatch, end: int) -> Bytes:
    """Return the buffer of a batch, or a copy of it that has room for bytes up to `end`."""
    if len(batch.buffer) >= end + SLACK:
        return batch.buffer
    buffer = np.empty(end + ROOM, dtype=np.uint8)
    buffer[: batch.used] = batch.buffer[: batch.used]
    return buffer


def _preadv(path: str, target: memoryview, offset: int) -> int:
    descriptor = os.open(path, _FLAGS)
    try:
        total = os.preadv(descriptor, (target,), offset)
        # Network file systems may give less than was asked for before the end of the file.
        while 0 < total < len(target) and (
            more := os.preadv(descriptor, [target[total:]], offset + total)
        ):
            total += more
        return total
    finally:
        os.close(descriptor)


def _seek_and_read(path: str, target: memoryview, offset: int) -> int:
    descriptor = os.open(path, _FLAGS)
    with open(descriptor, "rb", buffering=0) as file:
        file.seek(offset)
        total = 0
        while total < len(target) and (more := file.readinto(target[total:])):
            total += more
        return total


class File:
    """A file of which a few bytes are read here and there.

    Parameters
    ----------
    path : str

    Raises
    ------
    OSError
        It cannot be opened.
    """

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, _FLAGS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes; fewer where the file ends, or the storage gives no more."""
        if hasattr(os, "pread"):
            return os.pread(self._descriptor, length, offset)
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        return os.read(self._descriptor, length)


read_at = _preadv if hasattr(os, "preadv") else _seek_and_read
"""Fill a buffer with the bytes of a file from an offset on; return how many there were."""


def reason(error: OSError) -> str:
    """Word an operating system's error for the `error` column."""
    return error.strerror or type(error).__name__


def _plan(sizes: Ints, needs: Needs, window: int) -> list[tuple[int, int, int]]:
    """Join needs that lie near each other to reads of (row, offset, length)."""
    order = np.lexsort((needs.offset, needs.space))
    reads: list[tuple[int, int, int]] = []
    spent: dict[int, int] = {}
    for row, offset, length in zip(
        needs.space[order].tolist(),
        needs.offset[order].tolist(),
        needs.length[order].tolist(),
        strict=True,
    ):
        start = max(0, offset - BEFORE)
        end = min(int(sizes[row]), max(offset + length, start + window))
        if reads and reads[-1][0] == row and start <= sum(reads[-1][1:]):
            _, start, before = reads.pop()
            end = max(end, start + before)
            spent[row] -= before
        if spent.get(row, 0) + end - start > MAX_READ:
            continue
        spent[row] = spent.get(row, 0) + end - start
        reads.append((row, start, end - start))
    return reads
