"""GIF: GIF89a specification (CompuServe, 1990); XMP specification, part 3, 1.1.2.

Colour profiles are those of the application extension ``ICCRGBG1012`` (ICC.1, annex B).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    HeaderBatch,
    Ints,
    Located,
    Needs,
    Segments,
    ints,
    problems,
)
from imgframe.kernels import u16
from imgframe.schema import Family

HEADER: Final = 13
IMAGE, EXTENSION = 0x2C, 0x21
COMMENT, APPLICATION = 0xFE, 0xFF
XMP: Final = b"\x0bXMP DataXMP"
ICC: Final = b"\x0bICCRGBG1012"

MAX_WALK: Final = 16 << 20
"""Bytes of a file that are walked: extensions stand before the first image, or near to it."""
MAX_STEPS: Final = 200_000
"""Blocks of one file that are walked, those of 255 bytes left aside."""
MAX_JOINED: Final = 16 << 20
"""Bytes of a comment or profile."""
RUN: Final = 64
"""How many blocks of 255 bytes are passed at once."""
WINDOW: Final = (1, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, MAX_WALK)
"""Lengths of runs of bytes that are tried."""

XMP_END: Final = bytes([1, *range(255, -1, -1), 0])
"""What follows an XMP packet: read as lengths of blocks, every byte of it leads to the last."""


class _AbsentError(Exception):
    """The bytes at an offset are not in the buffer, or the walk ends there."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the blocks of GIF files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a GIF's bytes.

    Returns
    -------
    Located
        The size is that of the logical screen.
    """
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    full = np.flatnonzero(batch.head_length[rows] >= HEADER)
    at = batch.head_start[rows[full]]
    width[full] = u16(batch.buffer, at + 6, big=False)
    height[full] = u16(batch.buffer, at + 8, big=False)
    walk = _Walk(batch)
    for row in rows[full].tolist():
        walk.file(row)
    segments, needs = NO_SEGMENTS, NO_NEEDS
    if walk.segments:
        segments = Segments(*(ints(column) for column in zip(*walk.segments, strict=True)))
    if walk.needs:
        needs = Needs(*(ints(column) for column in zip(*walk.needs, strict=True)))
    errors = problems(rows[width < 0], "GIF: no logical screen")
    return Located(width, height, segments, needs, NO_PROBLEMS, errors, tuple(walk.pieces))


class _Walk:
    """Walks the blocks of one file after the other."""

    def __init__(self, batch: HeaderBatch) -> None:
        self.batch = batch
        self.view = memoryview(batch.buffer.data)
        self.segments: list[tuple[int, int, int, int, int]] = []
        self.needs: list[tuple[int, int, int]] = []
        self.pieces: list[bytes] = []

    def file(self, row: int) -> None:
        """Walk one file, as far as its bytes are there."""
        self.row = row
        self.size = min(int(self.batch.sizes[row]), MAX_WALK)
        self.base, self.end = 0, int(self.batch.head_length[row])
        self.place = int(self.batch.head_start[row])
        self.steps = 0
        try:
            at = HEADER + _table(self._byte(10))
            while True:
                at = self._block(at)
        except _AbsentError as absent:
            (offset,) = absent.args
            if self.end <= offset < self.size and self.steps < MAX_STEPS:
                self.needs.append((row, offset, min(self.size - offset, WINDOW[1])))

    def _byte(self, at: int) -> int:
        if not self.base <= at < self.end:
            self._move(at)
        return self.view[self.place + at - self.base]

    def _move(self, at: int) -> None:
        """Go to the longest run of bytes that starts at an offset."""
        if at >= self.size:
            raise _AbsentError(self.size)
        length = np.minimum(np.array(WINDOW), self.size - at)
        space = np.full(len(length), self.row)
        place = self.batch.locate(space, np.full(len(length), at), length)
        there = np.flatnonzero(place >= 0)
        self.end = at
        if not len(there):
            raise _AbsentError(at)
        self.base, self.end = at, at + int(length[there[-1]])
        self.place = int(place[there[-1]])

    def _bytes(self, start: int, end: int) -> bytes:
        """Take bytes, all of which must be there."""
        if end > self.size:
            raise _AbsentError(self.size)
        if not self.base <= start <= end <= self.end:
            self._move(start)
            if end > self.end:
                raise _AbsentError(self.end)
        return self.view[self.place + start - self.base : self.place + end - self.base].tobytes()

    def _block(self, at: int) -> int:
        """Read one image or extension; say where it ends."""
        kind = self._byte(at)
        if kind == IMAGE:
            return self._past(at + 11 + _table(self._byte(at + 9)))
        if kind != EXTENSION:
            raise _AbsentError(self.size)
        label = self._byte(at + 1)
        end = self._past(at + 2)
        if label == COMMENT:
            self._joined(Family.COMMENT, at + 2, end)
        elif label == APPLICATION and end - at > 2 + len(XMP):
            name = self._bytes(at + 2, at + 2 + len(XMP))
            if name == XMP:
                self._xmp(at + 2 + len(XMP), end)
            elif name == ICC:
                self._joined(Family.ICC, at + 2 + len(ICC), end)
        return end

    def _past(self, at: int) -> int:
        """Find the end of a run of blocks: one of no bytes closes it."""
        while True:
            length = self._byte(at)
            self.steps += 1
            if self.steps >= MAX_STEPS:
                raise _AbsentError(at)
            if length == 255:
                place = self.place + at - self.base
                stop = min(place + RUN * 256, self.place + self.end - self.base)
                leads = self.view[place:stop:256].tobytes()
                at += 256 * (len(leads) - len(leads.lstrip(b"\xff")))
                continue
            at += 1 + length
            if not length:
                return at

    def _joined(self, family: Family, start: int, end: int) -> None:
        """Put the bytes of blocks together."""
        if end - start > MAX_JOINED:
            return
        data = self._bytes(start, end)
        if len(data) > 2 and data[0] == len(data) - 2:
            self.segments.append((self.row, family, self.row, start + 1, len(data) - 2))
            return
        self._piece(family, _blocks(data))

    def _piece(self, family: Family, piece: bytes) -> None:
        if piece:
            self.pieces.append(piece)
            self.segments.append((self.row, family, -len(self.pieces), 0, len(piece)))

    def _xmp(self, start: int, end: int) -> None:
        """Take a packet, which stands there as it is, or in blocks against the specification."""
        length = end - len(XMP_END) - start
        if length >= 0 and self._bytes(end - len(XMP_END), end) == XMP_END:
            if length:
                self.segments.append((self.row, Family.XMP, self.row, start, length))
            return
        if end - start <= MAX_JOINED:
            data = self._bytes(start, end)
            packet = data[:-1] if data.startswith(b"<") else _blocks(data)
            self._piece(Family.XMP, packet.strip())


def _table(flags: int) -> int:
    """Tell the bytes of the colour table that flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes) -> bytes:
    """Join what blocks hold; the last one, of no bytes, included."""
    parts, at = [], 0
    while at < len(data) and data[at]:
        parts.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return b"".join(parts)
