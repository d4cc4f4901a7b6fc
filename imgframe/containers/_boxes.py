"""Boxes: what ISO base media files, JPEG 2000 and JPEG XL are made of.

ISO/IEC 14496-12, 4.2; ISO/IEC 15444-1, I.4. A box is its length, four characters that tell what it
is, and what it holds. The boxes of all files of a batch are walked in lockstep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from imgframe.batch import (
    NO_NEEDS,
    Bytes,
    Columns,
    Flags,
    HeaderBatch,
    Ints,
    Needs,
    Problems,
    ints,
    problems,
)
from imgframe.kernels import sliding, starts_with, u16, u32, u64

SHORT, LONG = 8, 16
"""Bytes of a header whose length has 32 bits, and of one whose length has 64."""

MAX_BOXES: Final = 4_096
"""Boxes of one run that are walked in a file."""
MAX_ENTRIES: Final = 1 << 16
"""Entries of a list that are followed: an image may have as many tiles."""

FAR: Final = 1 << 43
"""8 TiB: no offset read from a file is believed beyond it, so that sums stay within 64 bits."""


def code(text: bytes) -> int:
    """Make the four characters of a box one integer."""
    return int.from_bytes(text, "big")


UUID_LENGTH: Final = 16

UUID, TRAK, TKHD = code(b"uuid"), code(b"trak"), code(b"tkhd")


@dataclass(frozen=True, slots=True)
class Boxes(Columns):
    """Boxes of some runs of bytes, those that stand first in their run before all others."""

    owner: Ints
    """Which run it stands in."""
    index: Ints
    """How many boxes of the run stand before it."""
    kind: Ints
    """Its four characters as one integer, see `code`."""
    start: Ints
    """Where what it holds begins."""
    end: Ints
    """Where that ends; never beyond the end of the run."""

    def of(self, kind: int) -> Boxes:
        """Return the boxes of a kind."""
        return self.take(self.kind == kind)

    def first(self, kind: int) -> Boxes:
        """Return the first box of a kind of each run, in the order of the runs."""
        boxes = self.of(kind)
        order = np.argsort(boxes.owner, kind="stable")
        owner = boxes.owner[order]
        return boxes.take(order[np.diff(owner, prepend=-1) > 0])


NO_BOXES: Final = Boxes(ints(), ints(), ints(), ints(), ints())


@dataclass(frozen=True, slots=True)
class Walk:
    """What was found by walking runs of boxes in files."""

    boxes: Boxes
    needs: Needs
    broken: Ints
    """Runs in which a box is said to be shorter than its own header."""

    def problems(self, rows: Ints, name: str) -> Problems:
        """Word what is broken; `rows` are the files of the runs."""
        return problems(rows[self.broken], f"{name}: a box is shorter than its own header")


def walk(
    batch: HeaderBatch, space: Ints, start: Ints, end: Ints, until: tuple[int, ...] = ()
) -> Walk:
    """Walk boxes that stand in files, reading nothing but their headers.

    Parameters
    ----------
    batch : HeaderBatch
    space, start, end : ndarray of int64, shape (n,)
        Runs of boxes; `end` within the space.
    until : tuple of int
        Kinds of boxes behind the first of which nothing of a run is of interest.

    Returns
    -------
    Walk
        Places in it are offsets in the space.
    """
    owner, at = np.arange(len(space)), start
    found, needs, broken = [NO_BOXES], [NO_NEEDS], [ints()]
    for index in range(MAX_BOXES):
        left = end[owner] - at
        some = left >= SHORT
        owner, at, left = owner[some], at[some], left[some]
        if not len(owner):
            break
        look = np.minimum(left, LONG)
        place = batch.locate(space[owner], at, look)
        there = place >= 0
        if not there.all():
            gone = ~there
            needs.append(Needs(space[owner[gone]], at[gone], look[gone]))
            owner, at, left, place = owner[there], at[there], left[there], place[there]
        length, header = _lengths(batch.buffer, place, left)
        good = (length >= header) & (header <= left)
        if not good.all():
            broken.append(owner[~good])
            owner, at, left, place = owner[good], at[good], left[good], place[good]
            length, header = length[good], header[good]
        kind = u32(batch.buffer, place + 4, big=True)
        stop = at + np.minimum(length, left)
        found.append(Boxes(owner, np.full(len(owner), index), kind, at + header, stop))
        at = stop
        if until:
            on = ~np.isin(kind, until)
            owner, at = owner[on], at[on]
    return Walk(Boxes.join(found), Needs.join(needs), np.concatenate(broken))


def _lengths(buffer: Bytes, place: Ints, left: Ints) -> tuple[Ints, Ints]:
    """Read lengths of boxes, and which part of each is its header."""
    length = u32(buffer, place, big=True)
    wide = length == 1
    if wide.any():
        length = np.where(wide, u64(buffer, place + 8, big=True), length)
    return np.where(length == 0, left, length), np.where(wide, LONG, SHORT)


def chain(
    start: Ints, end: Ints, count: Ints, least: Ints, length: Callable[[Ints, Ints], Ints]
) -> tuple[Ints, Ints, Ints]:
    """Follow the entries of lists, each of which tells its own length.

    Parameters
    ----------
    start, end : ndarray of int64, shape (n,)
        Where the lists stand in the buffer.
    count : ndarray of int64, shape (n,)
        Entries that they have at most.
    least : ndarray of int64, shape (n,)
        Bytes that tell the length of an entry; more than none.
    length : callable
        Takes numbers of lists and the places of an entry of each; returns the lengths.

    Returns
    -------
    owner : ndarray of int64, shape (m,)
        The list of each entry: all first entries, then all second ones, and so on.
    number : ndarray of int64, shape (m,)
        How many entries of the list stand before it.
    place : ndarray of int64, shape (m,)
    """
    owner, at, last = np.arange(len(start)), start, end - least
    owners, places = [ints()], [ints()]
    for number in range(MAX_ENTRIES):
        some = (at <= last) & (count > number)
        if not some.all():
            owner, at, last, count = owner[some], at[some], last[some], count[some]
        if not len(owner):
            break
        owners.append(owner)
        places.append(at)
        at = at + np.maximum(length(owner, at), least[owner])
    numbers = np.repeat(np.arange(-1, len(owners) - 1), [len(o) for o in owners])
    return np.concatenate(owners), numbers, np.concatenate(places)


def box_places(buffer: Bytes, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Find where boxes begin; takes and returns what `chain` does."""
    lengths = sliding(buffer, ">u4")

    def length(owner: Ints, at: Ints) -> Ints:
        values = lengths[at].astype(np.int64)
        if (values < SHORT).any():
            left = end[owner] - at
            true, header = _lengths(buffer, at, left)
            values = np.where(true < header, left, np.minimum(true, left))
        return values

    n = len(start)
    return chain(start, end, np.full(n, MAX_ENTRIES), np.full(n, SHORT), length)


def inside(buffer: Bytes, start: Ints, end: Ints) -> Boxes:
    """Walk boxes that lie in the buffer as a whole.

    Parameters
    ----------
    buffer : ndarray of uint8
    start, end : ndarray of int64, shape (n,)
        Runs of boxes, as places in the buffer.

    Returns
    -------
    Boxes
        Places in it are places in the buffer, too.
    """
    owner, index, at = box_places(buffer, start, end)
    return boxes_at(buffer, owner, index, at, end)


def boxes_at(buffer: Bytes, owner: Ints, index: Ints, at: Ints, end: Ints) -> Boxes:
    """Read the headers of boxes in the buffer; `end` is that of each owner."""
    left = end[owner] - at
    size, header = _lengths(buffer, at, left)
    kind = u32(buffer, at + 4, big=True)
    boxes = Boxes(owner, index, kind, at + header, at + np.minimum(size, left))
    return boxes.take((size >= header) & (header <= left))


def look_up(known: Ints, wanted: Ints) -> tuple[Ints, Flags]:
    """Find values among sorted ones: where the first such stands, and whether there is any."""
    if not len(known):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return at, known[at] == wanted


def match_uuids(
    batch: HeaderBatch, space: Ints, boxes: Boxes, known: tuple[str, ...]
) -> tuple[Ints, Needs]:
    """Tell boxes "uuid" apart by the 16 bytes they begin with.

    Parameters
    ----------
    batch : HeaderBatch
    space : ndarray of int64, shape (len(boxes),)
        The space of each box.
    boxes : Boxes
    known : tuple of str
        Identifiers, as hexadecimal digits.

    Returns
    -------
    which : ndarray of int64, shape (len(boxes),)
        Which of `known` each box has, -1 for none.
    needs : Needs
    """
    which = np.full(len(boxes), -1)
    long = boxes.end - boxes.start >= UUID_LENGTH
    place = np.full(len(boxes), -1)
    place[long] = batch.locate(space[long], boxes.start[long], UUID_LENGTH)
    there, absent = np.flatnonzero(place >= 0), long & (place < 0)
    for number, identifier in enumerate(known):
        fits = starts_with(batch.buffer, place[there], bytes.fromhex(identifier))
        which[there[fits]] = number
    length = np.full(int(absent.sum()), UUID_LENGTH)
    return which, Needs(space[absent], boxes.start[absent], length)


def sized(width: Ints, height: Ints) -> tuple[Ints, Ints]:
    """Keep sizes that an image can have; -1 for both sides of others."""
    known = (width > 0) & (height > 0) & (np.maximum(width, height) < 1 << 31)
    return np.where(known, width, -1), np.where(known, height, -1)


def track_sizes(batch: HeaderBatch, space: Ints, movies: Boxes) -> tuple[Ints, Ints, Needs]:
    """Read the size of the first track that is seen (ISO/IEC 14496-12, 8.3.2).

    Parameters
    ----------
    batch : HeaderBatch
    space : ndarray of int64, shape (n,)
        The spaces of the owners of `movies`.
    movies : Boxes
        Boxes "moov", at most one of an owner.

    Returns
    -------
    width, height : ndarray of int64, shape (n,)
        -1 where not known.
    needs : Needs
    """
    width, height = np.full(len(space), -1), np.full(len(space), -1)
    level = walk(batch, space[movies.owner], movies.start, movies.end)
    traks = level.boxes.of(TRAK)
    owner = movies.owner[traks.owner]
    tracks = walk(batch, space[owner], traks.start, traks.end, until=(TKHD,))
    headers = tracks.boxes.first(TKHD)
    room = headers.end - headers.start
    headers, room = headers.take(room >= 84), np.minimum(room[room >= 84], 96)
    owner = owner[headers.owner]
    place = batch.locate(space[owner], headers.start, room)
    there = place >= 0
    needs = Needs(space[owner[~there]], headers.start[~there], room[~there])
    owner, place, room = owner[there], place[there], room[there]
    late = (batch.buffer[place] == 1) & (room == 96)
    # 16.16 fixed point.
    across = u16(batch.buffer, place + np.where(late, 88, 76), big=True)
    down = u16(batch.buffer, place + np.where(late, 92, 80), big=True)
    seen = np.flatnonzero((across > 0) & (down > 0))[::-1]
    width[owner[seen]], height[owner[seen]] = across[seen], down[seen]
    return width, height, Needs.join([level.needs, tracks.needs, needs])
