"""JPEG XL: ISO/IEC 18181-1, annex D (size header); 18181-2 (file format)."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    Flags,
    HeaderBatch,
    Ints,
    Located,
    Needs,
    Problems,
    Segments,
    ints,
    problems,
)
from imgframe.containers._blocks import (
    MAX_INFLATED,
    InflateError,
    is_xmp,
    read_bytes,
    tiff_headers,
    tiff_offset,
    unbrotli,
)
from imgframe.containers._boxes import Boxes, code, sized, walk
from imgframe.kernels import sliding, starts_with
from imgframe.schema import Family

CODESTREAM: Final = b"\xff\x0a"
WHOLE, PART = code(b"jxlc"), code(b"jxlp")
EXIF, XML, BROTLI = code(b"Exif"), code(b"xml "), code(b"brob")

HEADER: Final = 12
"""Bytes in which the size always lies, the two of the signature among them."""

RATIOS: Final = np.array([(1, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1)])
"""Width to height by code; the first is that of no ratio."""
WIDTHS: Final = np.array([9, 13, 18, 30])
"""Bits of a size by code."""

MAX_BLOCKS: Final = 16
"""Boxes of one kind of a file that are looked at."""
MAX_COMPRESSED: Final = 4 << 20
"""Bytes of compressed metadata that are read."""
LOOK: Final = 1_024
"""Bytes in which XMP shows itself."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Find metadata and size of JPEG XL files, bare codestreams or with boxes.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a JPEG XL's bytes.

    Returns
    -------
    Located
    """
    bare = starts_with(batch.buffer, batch.head_start[rows], CODESTREAM)
    start = np.where(bare, 0, -1)
    end = np.where(bare, batch.sizes[rows], -1)
    boxed = np.flatnonzero(~bare)
    space = rows[boxed]
    top = walk(batch, space, np.zeros_like(space), batch.sizes[space])
    streams = top.boxes.take((top.boxes.kind == WHOLE) | (top.boxes.kind == PART))
    first = streams.owner[::-1]
    # A part begins with its number.
    at = streams.start + np.where(streams.kind == PART, 4, 0)
    start[boxed[first]], end[boxed[first]] = at[::-1], streams.end[::-1]

    width, height, needs = _sizes(batch, rows, start, end)
    found = _Blocks(batch, space)
    found.needs += [top.needs, needs]
    found.problems.append(top.problems(space, "JPEG XL"))
    found.add_exif(top.boxes.of(EXIF))
    for kind, add in ((XML, found.add_xml), (BROTLI, found.add_compressed)):
        boxes = top.boxes.of(kind)
        boxes = boxes.take(boxes.end - boxes.start > 4)
        for i in np.flatnonzero(_nth(boxes.owner) < MAX_BLOCKS).tolist():
            add(int(space[boxes.owner[i]]), int(boxes.start[i]), int(boxes.end[i]))
    wanted = Needs.join(found.needs)
    lost = (width < 0) & ~np.isin(rows, wanted.space)
    return Located(
        width,
        height,
        Segments.join(found.segments),
        wanted,
        Problems.join(found.problems),
        problems(rows[lost], "JPEG XL: no image header"),
        tuple(found.pieces),
    )


def _nth(owner: Ints) -> Ints:
    """Count the boxes of each owner before each one."""
    order = np.argsort(owner, kind="stable")
    nth = np.empty_like(owner)
    nth[order] = np.arange(len(owner)) - np.searchsorted(owner[order], owner[order])
    return nth


class _Blocks:
    """Collects the segments that boxes hold."""

    def __init__(self, batch: HeaderBatch, space: Ints) -> None:
        self.batch, self.space = batch, space
        self.segments: list[Segments] = [NO_SEGMENTS]
        self.needs: list[Needs] = [NO_NEEDS]
        self.problems: list[Problems] = [NO_PROBLEMS]
        self.pieces: list[bytes] = []
        self.inflated: dict[int, int] = {}
        """Bytes inflated of a file."""

    def add(self, row: int, family: Family, space: int, start: int, length: int) -> None:
        self.segments.append(
            Segments(ints([row]), ints([family]), ints([space]), ints([start]), ints([length]))
        )

    def need(self, row: int, start: int, length: int) -> None:
        self.needs.append(Needs(ints([row]), ints([start]), ints([length])))

    def complain(self, row: int, text: str) -> None:
        self.problems.append(problems(ints([row]), f"JPEG XL: {text}"))

    def add_exif(self, boxes: Boxes) -> None:
        """Add Exif blocks."""
        boxes = boxes.take(boxes.end - boxes.start > 4)
        space = self.space[boxes.owner]
        header, needs = tiff_headers(self.batch, space, boxes.start, boxes.end - boxes.start)
        self.needs.append(needs)
        lost = (header < 0) & ~np.isin(space, needs.space)
        self.problems.append(problems(space[lost], "JPEG XL: Exif box has no TIFF header"))
        good = header >= 0
        space, header, end = space[good], header[good], boxes.end[good]
        family = np.full(len(space), Family.EXIF)
        self.segments.append(Segments(space, family, space, header, end - header))

    def add_xml(self, row: int, start: int, end: int) -> None:
        """Add an XML document if it is XMP."""
        head = read_bytes(self.batch, row, start, min(end - start, LOOK))
        if head is None:
            self.need(row, start, min(end - start, MAX_COMPRESSED))
        elif is_xmp(head):
            self.add(row, Family.XMP, row, start, end - start)

    def add_compressed(self, row: int, start: int, end: int) -> None:
        """Add what is compressed: the kind of a box, and its bytes as Brotli makes them."""
        kind = read_bytes(self.batch, row, start, min(end - start, 4))
        if kind is not None and kind.lower() not in (b"exif", b"xml "):
            return
        name = "XMP" if kind and kind.lower() == b"xml " else "Exif"
        if end - start > MAX_COMPRESSED:
            self.complain(
                row, f"{name} box is left out: {end - start >> 20} MiB of compressed bytes"
            )
            return
        raw = read_bytes(self.batch, row, start, end - start)
        if raw is None:
            self.need(row, start, end - start)
            return
        try:
            data = unbrotli(raw[4:])
        except InflateError as error:
            self.complain(row, f"{name} box {error}")
            return
        self.inflated[row] = self.inflated.get(row, 0) + len(data)
        if self.inflated[row] > MAX_INFLATED:
            self.complain(
                row, f"{name} box is left out: more than {MAX_INFLATED >> 20} MiB when inflated"
            )
            return
        skip = tiff_offset(data) if name == "Exif" else 0
        if skip < 0:
            self.complain(row, "Exif box has no TIFF header")
            return
        if name == "XMP" and not is_xmp(data[:LOOK]):
            return
        self.pieces.append(data)
        family = Family.XMP if name == "XMP" else Family.EXIF
        self.add(row, family, -len(self.pieces), skip, len(data) - skip)


def _sizes(batch: HeaderBatch, rows: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Needs]:
    """Read the size headers of codestreams; `start` is -1 where there is none."""
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    some = np.flatnonzero(end - start >= 4)
    some = some[start[some] >= 0]
    room = np.minimum((end - start)[some], HEADER)
    place = batch.locate(rows[some], start[some], room)
    absent = place < 0
    needs = Needs(rows[some[absent]], start[some[absent]], room[absent])
    some, place, room = some[~absent], place[~absent], room[~absent]
    signed = starts_with(batch.buffer, place, CODESTREAM)
    some, place, room = some[signed], place[signed] + 2, room[signed] - 2
    words = sliding(batch.buffer, "<u8")

    def bits(at: Ints, n: Ints | int) -> Ints:
        shifted = words[place + (at >> 3)].astype(np.uint64) >> (at & 7).astype(np.uint64)
        value: Ints = shifted.astype(np.int64) & ((1 << np.asarray(n)) - 1)
        return value

    def side(at: Ints, small: Flags) -> tuple[Ints, Ints]:
        length = WIDTHS[bits(at, 2)]
        value = np.where(small, 8 * (1 + bits(at, 5)), 1 + bits(at + 2, length))
        return value, at + np.where(small, 5, 2 + length)

    small = bits(np.zeros_like(place), 1) == 1
    down, at = side(np.ones_like(place), small)
    ratio = bits(at, 3)
    across, behind = side(at + 3, small)
    over, under = RATIOS[ratio].T
    across = np.where(ratio == 0, across, down * over // under)
    behind = np.where(ratio == 0, behind, at + 3)
    whole = behind <= 8 * room
    width[some[whole]], height[some[whole]] = across[whole], down[whole]
    return *sized(width, height), needs
