"""Properties of the items of HEIF files: ISO/IEC 23008-12, 9.3."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imgframe.batch import Bytes, Columns, Ints
from imgframe.containers._boxes import Boxes, chain, code, inside, look_up
from imgframe.kernels import spread, u16, u32

IPRP, IPCO, IPMA = code(b"iprp"), code(b"ipco"), code(b"ipma")
ISPE, COLR = code(b"ispe"), code(b"colr")
PROFILES: Final = (code(b"prof"), code(b"rICC"))

MAX_PROPERTIES: Final = 1 << 15
"""Properties of a file that can be told apart by the numbers that associations have."""


@dataclass(frozen=True, slots=True)
class Associations(Columns):
    """Which properties items have: an entry an item."""

    owner: Ints
    """Which file it is of."""
    id: Ints
    """Number of the item."""
    place: Ints
    """Where in the buffer the numbers of the properties stand."""
    count: Ints
    """How many there are."""
    width: Ints
    """Bytes of one."""


@dataclass(frozen=True, slots=True)
class Properties:
    """Sizes and colour profiles of the items of some files."""

    buffer: Bytes
    boxes: Boxes
    """Those two kinds of properties, sorted by file and index."""
    associations: Associations

    @classmethod
    def read(cls, buffer: Bytes, parts: Boxes, *items: Ints) -> Properties:
        """Read properties.

        Parameters
        ----------
        buffer : ndarray of uint8
        parts : Boxes
            What the boxes "meta" hold, in the buffer; owners are files.
        *items : ndarray of int64, shape (n_files,)
            Numbers of the items that matter: one of each file, -1 for none.

        Returns
        -------
        Properties
        """
        outer = parts.first(IPRP)
        inner = inside(buffer, outer.start, outer.end)
        inner = replace(inner, owner=outer.owner[inner.owner])
        shelf = inner.first(IPCO)
        boxes = inside(buffer, shelf.start, shelf.end)
        boxes = replace(boxes, owner=shelf.owner[boxes.owner])
        length = boxes.end - boxes.start
        size = (boxes.kind == ISPE) & (length >= 12)
        profile = (boxes.kind == COLR) & (length > 4)
        profile[profile] = np.isin(u32(buffer, boxes.start[profile], big=True), PROFILES)
        boxes = boxes.take((size | profile) & (boxes.index < MAX_PROPERTIES))
        boxes = boxes.take(np.argsort(_key(boxes.owner, boxes.index)))
        return cls(buffer, boxes, _associations(buffer, inner.of(IPMA), items))

    def of(self, items: Ints) -> Boxes:
        """Find the properties of one item of each file.

        Parameters
        ----------
        items : ndarray of int64, shape (n_files,)
            Numbers of items, -1 for none.

        Returns
        -------
        Boxes
        """
        mine = self.associations
        mine = mine.take(mine.id == items[mine.owner])
        which, _ = spread(np.zeros(len(mine), dtype=np.int64), mine.count)
        mine = mine.take(np.repeat(np.arange(len(mine)), mine.count))
        at = mine.place + which * mine.width
        value = u16(self.buffer, at, big=True)
        value = np.where(mine.width == 2, value & 0x7FFF, (value >> 8) & 0x7F)
        wanted = _key(mine.owner, value - 1)
        known = _key(self.boxes.owner, self.boxes.index)
        found, has = look_up(known, wanted)
        return self.boxes.take(found[has])


def _key(owner: Ints, index: Ints) -> Ints:
    return owner * (MAX_PROPERTIES + 1) + index


def _associations(buffer: Bytes, boxes: Boxes, items: tuple[Ints, ...]) -> Associations:
    """Read the boxes "ipma", of which a file may have several."""
    boxes = boxes.take(boxes.end - boxes.start >= 8)
    id_width = np.where(buffer[boxes.start] < 1, 2, 4)
    width = np.where(buffer[boxes.start + 3] & 1, 2, 1)
    least = id_width + 1

    def length(box: Ints, place: Ints) -> Ints:
        return least[box] + buffer[place + id_width[box]].astype(np.int64) * width[box]

    number = u32(buffer, boxes.start + 4, big=True)
    box, _, place = chain(boxes.start + 8, boxes.end, number, least, length)
    item = u16(buffer, place, big=True)
    if (id_width == 4).any():
        item = np.where(id_width[box] == 4, u32(buffer, place, big=True), item)
    owner = boxes.owner[box]
    matters = np.logical_or.reduce([item == wanted[owner] for wanted in items])
    box, place, item, owner = box[matters], place[matters], item[matters], owner[matters]
    count = buffer[place + id_width[box]].astype(np.int64)
    room = (boxes.end[box] - place - least[box]) // width[box]
    return Associations(owner, item, place + least[box], np.minimum(count, room), width[box])
