"""Files that are a row of chunks, each with its kind and its length: PNG and its kin, RIFF, MRW.

The chunks of all files of a batch are walked in lockstep. Where hundreds of chunks of pixels lie
between the head of a file and what comes after them, they are not walked at all: the end of the
file is read, and the walk begins anew at a chunk of pixels found there from which every chunk
leads to the next, down to the last one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from imgframe.batch import NO_NEEDS, Columns, Flags, HeaderBatch, Ints, Needs, ints
from imgframe.kernels import u32

HEADER: Final = 8
"""Bytes of a kind and a length."""
MAX_STEPS: Final = 2_048
"""Chunks of one file that are walked one after the other."""
MAX_TRIES: Final = 16
"""Places in the end of a file at which a chunk of pixels is looked for."""

NEAR: Final = 64 << 10
"""Bytes left of a file that are read at once, whatever they are."""
TAIL: Final = (16 << 10, 256 << 10)
"""Least and most bytes of the first read of the end of a file."""
TAIL_GROWTH: Final = (1, 8, 64, 512)
"""How much longer the reads of the end become when the first was not enough."""
MAX_TAIL: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """How the chunks of a format stand in a file."""

    kind_at: int
    """Where in the header the four bytes of the kind are."""
    length_at: int
    big: bool
    """Whether the length has its most significant byte first."""
    behind: int = 0
    """Bytes behind the payload: a checksum."""
    even: bool = False
    """Whether payloads are padded to an even length."""


PNG: Final = Layout(kind_at=4, length_at=0, big=True, behind=4)
RIFF: Final = Layout(kind_at=0, length_at=4, big=False, even=True)
MRW: Final = Layout(kind_at=0, length_at=4, big=True)


@dataclass(frozen=True, slots=True)
class Chunks(Columns):
    """Chunks of some files, those of one file in their order."""

    index: Ints
    """Which of the files, counted among the rows walked."""
    kind: Ints
    """The four bytes of the kind as `kind` gives them."""
    start: Ints
    """Offset of the payload in the file."""
    length: Ints
    """Bytes of the payload that the file has."""
    whole: Flags
    """Whether these are all it should have."""


NO_CHUNKS: Final = Chunks(ints(), ints(), ints(), ints(), np.empty(0, dtype=np.bool_))


def kind(name: bytes) -> int:
    """Make one number of the four bytes of a kind."""
    return int.from_bytes(name, "big")


def walk(
    batch: HeaderBatch,
    rows: Ints,
    start: int,
    layout: Layout,
    closing: int = 0,
    end: Ints | None = None,
) -> tuple[Chunks, Ints]:
    """Walk the chunks of files as far as their bytes are there.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
    start : int
        Where the first chunk stands.
    layout : Layout
    closing : int
        Kind of the chunk behind which there are no more; 0 if the format has none.
    end : ndarray of int64, shape (n,), optional
        Where the chunks of each file end; the end of the file by default.

    Returns
    -------
    chunks : Chunks
    stop : ndarray of int64, shape (n,)
        Offset of the first chunk that was not reached, -1 where all were.
    """
    at, stop = np.full(len(rows), start), np.full(len(rows), -1)
    end = batch.sizes[rows] if end is None else end
    active = np.arange(len(rows))
    steps = [NO_CHUNKS]
    for _ in range(MAX_STEPS):
        if not len(active):
            break
        space, here = rows[active], at[active]
        left = end[active] - here - HEADER
        place = batch.locate(space, here, HEADER)
        unread = (place < 0) & (left >= 0)
        stop[active[unread]] = here[unread]
        there = (place >= 0) & (left >= 0)
        active, here, left, place = active[there], here[there], left[there], place[there]
        name = u32(batch.buffer, place + layout.kind_at, big=True)
        length = u32(batch.buffer, place + layout.length_at, big=layout.big)
        here += HEADER
        steps.append(Chunks(active, name, here, np.minimum(length, left), length <= left))
        at[active] = here + length + layout.behind + (length & 1 if layout.even else 0)
        active = active[(name != closing) & (name != 0)]
    stop[active] = at[active]
    found = Chunks.join(steps)
    return found.take(np.argsort(found.index, kind="stable")), stop


def behind_pixels(
    batch: HeaderBatch,
    rows: Ints,
    walked: tuple[Chunks, Ints],
    layout: Layout,
    pixels: tuple[bytes, ...],
    closing: bytes,
) -> tuple[Chunks, Needs]:
    """Find the chunks behind those of pixels, for files whose walk has stopped.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
    walked : tuple of Chunks and ndarray of int64, shape (n,)
        What `walk` returned for these rows.
    layout : Layout
    pixels : tuple of bytes
        Kinds of chunks that hold pixels, in the order in which a file has them.
    closing : bytes
        Kind of the last chunk; empty if the format has none.

    Returns
    -------
    chunks : Chunks
    needs : Needs
        What must be read for the rows where they could not be found yet.
    """
    chunks, stop = walked
    index = np.flatnonzero(stop >= 0)
    if not len(index):
        return NO_CHUNKS, NO_NEEDS
    space, stop = rows[index], stop[index]
    size = batch.sizes[space]
    seen = _pixels_seen(chunks, pixels, len(rows)).take(index)
    unread = size - stop
    reach = _tail_lengths(seen.first, unread)
    tries, place = _longest_read(batch, space, size, reach)
    tails = reach[np.maximum(tries, 1) - 1, np.arange(len(index))]

    found: list[_Link] = []
    done = np.zeros(len(index), dtype=np.bool_)
    for i in np.flatnonzero((tries > 0) & (seen.count > 0)).tolist():
        data = batch.buffer[place[i] : place[i] + tails[i]].tobytes()
        chain = _chain(data, layout, pixels, closing, int(seen.usual[i]))
        row, offset = int(index[i]), int(size[i] - tails[i])
        found += [(row, name, offset + at, length, whole) for name, at, length, whole in chain]
        done[i] = bool(chain)

    near = unread <= NEAR
    # Where only one chunk of pixels was seen there may be no second: the next one is near.
    forward = ~seen.among | (seen.count < 2) | near | (tries > 0)
    forward &= ~done & (batch.locate(space, stop, HEADER) < 0)
    onward = (seen.count > 0) & (tries < len(TAIL_GROWTH)) & ~near & ~done
    onward &= (tries == 0) | (tails < unread)
    longer = reach[np.minimum(tries, len(TAIL_GROWTH) - 1), np.arange(len(index))]
    needs = Needs(
        np.concatenate([space[forward], space[onward]]),
        np.concatenate([stop[forward], (size - longer)[onward]]),
        np.concatenate([np.where(near, unread, HEADER)[forward], longer[onward]]),
    )
    return _joined(found), needs


@dataclass(frozen=True, slots=True)
class _Seen(Columns):
    """What the walk has met of chunks of pixels: one entry a file."""

    count: Ints
    first: Ints
    """Bytes in the first of them."""
    usual: Ints
    """Bytes in the last of them."""
    among: Flags
    """Whether the walk stopped right behind one."""


def _pixels_seen(chunks: Chunks, pixels: tuple[bytes, ...], n: int) -> _Seen:
    mine = np.isin(chunks.kind, [kind(name) for name in pixels])
    index, length = chunks.index[mine], chunks.length[mine]
    first, usual, among = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.bool_)
    first[index[::-1]] = length[::-1]
    usual[index] = length
    among[chunks.index] = mine
    return _Seen(np.bincount(index, minlength=n), first, usual, among)


def _tail_lengths(pixels: Ints, unread: Ints) -> Ints:
    """Plan how much of the end of each file is read, try by try: room for one chunk of pixels."""
    first = np.clip(pixels + TAIL[0] // 2, *TAIL)
    longer = np.minimum(first * np.array(TAIL_GROWTH)[:, None], MAX_TAIL)
    return np.asarray(np.minimum(longer, unread))


def _longest_read(batch: HeaderBatch, space: Ints, size: Ints, reach: Ints) -> tuple[Ints, Ints]:
    """Tell how many tries have been made, and where in the buffer the bytes of the last one are."""
    tries, place = np.zeros(len(space), np.int64), np.full(len(space), -1)
    for i, length in enumerate(reach):
        at = batch.locate(space, size - length, length)
        tries[at >= 0] = i + 1
        place[at >= 0] = at[at >= 0]
    return tries, place


_Link = tuple[int, int, int, int, bool]
_Chain = list[tuple[int, int, int, bool]]


def _chain(
    data: bytes, layout: Layout, pixels: tuple[bytes, ...], closing: bytes, usual: int
) -> _Chain:
    """Find the first chunk of pixels from which chunks lead to the end of the data."""
    for name in pixels:
        at = -1
        for _ in range(MAX_TRIES):
            at = data.find(name, at + 1)
            if at < 0:
                break
            start = at - layout.kind_at
            if start >= 0 and (chain := _follow(data, start, layout, closing, usual)):
                return chain
    return []


def _follow(data: bytes, at: int, layout: Layout, closing: bytes, usual: int) -> _Chain:
    """Follow chunks to the end of the data; none if they lead astray.

    Where the last chunk is not the last of the file (a file was appended, an image is embedded) or
    is missing (the file was cut off), the first must be as long as those at the head of the file.
    """
    form = ">I" if layout.big else "<I"
    chain: _Chain = []
    as_usual = False
    while at + HEADER <= len(data):
        name = data[at + layout.kind_at : at + layout.kind_at + 4]
        (length,) = struct.unpack_from(form, data, at + layout.length_at)
        if not name.isascii() or not any(name):
            return []
        as_usual |= not chain and length == usual
        at += HEADER
        left = len(data) - at
        chain.append((kind(name), at, min(length, left), length <= left))
        at += length + layout.behind + (length & 1 if layout.even else 0)
        if name == closing:
            return chain if as_usual or at >= len(data) else []
    at_end = not closing and len(data) - 1 <= at <= len(data) + 1
    return chain if as_usual or at_end else []


def _joined(links: list[_Link]) -> Chunks:
    if not links:
        return NO_CHUNKS
    index, name, start, length, whole = zip(*links, strict=True)
    return Chunks(ints(index), ints(name), ints(start), ints(length), np.array(whole))
