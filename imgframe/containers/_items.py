"""Where the items of HEIF files stand: ISO/IEC 14496-12, 8.11.3 (item location).

An item is made of extents of the file, of the box "idat", or of other items. Those of one extent,
nearly all there are, are placed many at once; the others one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from imgframe.batch import Bytes, Columns, Ints, ints
from imgframe.containers._boxes import FAR, Boxes, chain
from imgframe.kernels import sliding, u16, u32

IN_FILE, IN_IDAT, IN_ITEMS = range(3)
"""Construction methods."""

MAX_EXTENTS: Final = 256
"""Extents that one item is joined from."""
MAX_DEPTH: Final = 4
"""Items made of items made of items."""
MAX_ITEM: Final = 16 << 20
"""Bytes of an item that is joined."""


@dataclass(frozen=True, slots=True)
class Layout(Columns):
    """How the entries of boxes "iloc" are written: one layout a box."""

    end: Ints
    """Where in the buffer the box ends."""
    id: Ints
    """Bytes of the number of an item, and so on for what follows."""
    method: Ints
    base: Ints
    index: Ints
    offset: Ints
    length: Ints

    @classmethod
    def read(cls, buffer: Bytes, boxes: Boxes) -> Layout:
        """Read the layouts of boxes."""
        version, widths = buffer[boxes.start], u16(buffer, boxes.start + 4, big=True)
        has_method = (version == 1) | (version == 2)
        return cls(
            boxes.end,
            np.where(version < 2, 2, 4),
            np.where(has_method, 2, 0),
            (widths >> 4) & 15,
            np.where(has_method, widths & 15, 0),
            widths >> 12,
            (widths >> 8) & 15,
        )

    @property
    def fixed(self) -> Ints:
        """Bytes of an entry before its extents; the last two are their number."""
        return self.id + self.method + 2 + self.base + 2

    @property
    def extent(self) -> Ints:
        """Bytes of an extent."""
        total: Ints = self.index + self.offset + self.length
        return total


@dataclass(frozen=True, slots=True)
class Locations(Columns):
    """Entries of boxes "iloc"."""

    owner: Ints
    """Which file it is of."""
    id: Ints
    """Number of the item."""
    place: Ints
    """Where in the buffer it begins."""
    layout: Ints
    """Which layout it is written in."""


def read_locations(
    buffer: Bytes, boxes: Boxes, lowest: Ints, highest: Ints
) -> tuple[Locations, Layout]:
    """Read where the items of files stand.

    Parameters
    ----------
    buffer : ndarray of uint8
    boxes : Boxes
        Boxes "iloc" in the buffer, at most one a file.
    lowest, highest : ndarray of int64, shape (n_files,)
        Numbers of items between which those of interest lie.

    Returns
    -------
    locations : Locations
    layouts : Layout
    """
    boxes = boxes.take(boxes.end - boxes.start >= 10)
    layouts = Layout.read(buffer, boxes)
    sound = np.maximum.reduce([layouts.base, layouts.index, layouts.offset, layouts.length]) <= 8
    boxes, layouts = boxes.take(sound), layouts.take(sound)
    late = layouts.id == 4
    at = boxes.start + 6
    count = np.where(late, u32(buffer, at, big=True), u16(buffer, at, big=True))
    fixed, extent, tail = layouts.fixed, layouts.extent, layouts.fixed - 2
    twos = sliding(buffer, ">u2")

    def length(box: Ints, place: Ints) -> Ints:
        size: Ints = fixed[box] + twos[place + tail[box]] * extent[box]
        return size

    box, _, place = chain(at + layouts.id, boxes.end, count, fixed, length)
    number = u16(buffer, place, big=True)
    if late.any():
        number = np.where(late[box], u32(buffer, place, big=True), number)
    owner = boxes.owner[box]
    near = np.flatnonzero((number >= lowest[owner]) & (number <= highest[owner]))
    return Locations(owner[near], number[near], place[near], box[near]), layouts


def read_numbers(buffer: Bytes, place: Ints, width: Ints) -> Ints:
    """Read numbers of none to eight bytes, kept below `FAR`."""
    shift = np.minimum(64 - 8 * width, 63).astype(np.uint64)
    values = sliding(buffer, ">u8")[place].astype(np.uint64) >> shift
    return np.where(width > 0, np.minimum(values, np.uint64(FAR)).astype(np.int64), 0)


@dataclass(frozen=True, slots=True)
class Placed(Columns):
    """What entries of item locations say."""

    method: Ints
    """Construction method."""
    elsewhere: Ints
    """Index of the other file that holds the item, 0 for this one."""
    count: Ints
    """Number of extents; 0 where they are not all there."""
    extents: Ints
    """Where in the buffer the extents begin."""
    base: Ints
    """What their offsets count from."""
    start: Ints
    """Where the first extent begins in the file, in "idat", or in an item."""
    length: Ints
    """Of the first extent, 0 for all there is."""


def place_items(buffer: Bytes, locations: Locations, layouts: Layout) -> Placed:
    """Read entries, with the first extent of each."""
    layout, place = layouts.take(locations.layout), locations.place
    at = place + layout.id
    method = np.where(layout.method > 0, u16(buffer, at, big=True) & 15, IN_FILE)
    at = at + layout.method
    elsewhere = u16(buffer, at, big=True)
    base = read_numbers(buffer, at + 2, layout.base)
    count = u16(buffer, place + layout.fixed - 2, big=True)
    extents = place + layout.fixed
    count = np.where(extents + count * layout.extent <= layout.end, count, 0)
    first = extents + layout.index
    start = base + read_numbers(buffer, first, layout.offset)
    length = read_numbers(buffer, first + layout.offset, layout.length)
    return Placed(method, elsewhere, count, extents, base, start, length)


class UnplacedError(Exception):
    """The bytes of an item cannot be found; says why."""


@dataclass(frozen=True, slots=True)
class ItemMap:
    """All item locations of one file, for items that are not simply one extent of it."""

    buffer: Bytes
    locations: Locations
    """Entries of the file."""
    layouts: Layout
    size: int
    """Bytes of the file."""
    idat: tuple[int, int]
    """Where in the file the content of "idat" begins, and how long it is."""
    sources: dict[int, list[int]]
    """Item to the items that it is made of."""
    known: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Items to what has been found of them."""

    def runs(self, item: int, depth: int = 0) -> list[tuple[int, int]]:
        """Find the bytes of an item.

        Parameters
        ----------
        item : int
            Its number.
        depth : int
            How many items are made of it, one of the other.

        Returns
        -------
        list of (int, int)
            Offset in the file, and length, of each run, as far as the file reaches.

        Raises
        ------
        UnplacedError
            The item is not in this file, or is made of too much.
        """
        if item not in self.known:
            if depth == MAX_DEPTH:
                raise UnplacedError("is made of items of items, too deep")
            self.known[item] = self._join(item, depth)
        return self.known[item]

    def _join(self, item: int, depth: int) -> list[tuple[int, int]]:
        entry = np.flatnonzero(self.locations.id == item)[:1]
        one = self.locations.take(entry)
        placed, layout = place_items(self.buffer, one, self.layouts), self.layouts.take(one.layout)
        if not len(entry) or placed.count[0] == 0 or placed.method[0] > IN_ITEMS:
            raise UnplacedError("has no place in the file")
        if placed.elsewhere[0]:
            raise UnplacedError("lies in another file")
        count = int(placed.count[0])
        if count > MAX_EXTENTS:
            raise UnplacedError(f"is made of {count} extents")
        at = placed.extents + np.arange(count) * layout.extent
        index = read_numbers(self.buffer, at, layout.index)
        start = placed.base + read_numbers(self.buffer, at + layout.index, layout.offset)
        length = read_numbers(self.buffer, at + layout.index + layout.offset, layout.length)
        if count == 1 and length[0] == 0:
            length = ints([FAR])
        runs: list[tuple[int, int]] = []
        for which, skip, take in zip(index.tolist(), start.tolist(), length.tolist(), strict=True):
            runs += _cut(self._source(item, int(placed.method[0]), which, depth), skip, take)
            if len(runs) > MAX_EXTENTS or sum(n for _, n in runs) > MAX_ITEM:
                raise UnplacedError(f"is longer than {MAX_ITEM >> 20} MiB or in too many pieces")
        return runs

    def _source(self, item: int, method: int, which: int, depth: int) -> list[tuple[int, int]]:
        """Find what an extent is cut from."""
        if method == IN_FILE:
            return [(0, self.size)]
        if method == IN_IDAT:
            return [self.idat]
        others = self.sources.get(item, [])
        if max(which, 1) > len(others):
            raise UnplacedError("is made of an item that is not there")
        return self.runs(others[max(which, 1) - 1], depth + 1)


def _cut(runs: list[tuple[int, int]], skip: int, take: int) -> list[tuple[int, int]]:
    """Cut some bytes out of runs put end to end."""
    part = []
    for offset, length in runs:
        before = min(skip, length)
        skip -= before
        some = min(length - before, take)
        take -= some
        if some > 0:
            part.append((offset + before, some))
    return part
