"""CRW of Canon: "The Canon CIFF Image File Format Specification" 1.0, revision 4 (1997).

The file is a heap of heaps, each with its directory at its end. What Exif has a tag for becomes
a TIFF structure; what the later heaps of cameras hold is as ExifTool describes it.
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from imgframe.batch import (
    NO_PROBLEMS,
    NO_SEGMENTS,
    HeaderBatch,
    Ints,
    Located,
    Segments,
    ints,
    problems,
)
from imgframe.containers._peek import Peek
from imgframe.schema import Family

HEADER: Final = 6
ENTRY: Final = 10
MAX_HEAPS, MAX_ENTRIES, MAX_VALUE = 16, 256, 512
IN_ENTRY, HEAP = 0x4000, (0x2800, 0x3000)
"""Flag of values that stand in the directory; types whose value is a heap."""

MODEL, OWNER, TIME, IMAGE, EXPOSURE = 0x080A, 0x0810, 0x180E, 0x1810, 0x1818
ASCII, LONG, SRATIONAL = 2, 4, 10
SIZES: Final = {ASCII: 1, LONG: 4, SRATIONAL: 8}
PARTS: Final = 1 << 16
"""Denominator of real numbers."""
MAKE_TAG, MODEL_TAG, EXIF_POINTER = 0x010F, 0x0110, 0x8769
TIME_TAG, SPEED_TAG, APERTURE_TAG, BIAS_TAG, OWNER_TAG = 0x9003, 0x9201, 0x9202, 0x9204, 0xA430

_Entries = list[tuple[int, int, bytes]]


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Read the heaps of CRW files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a CRW's bytes.

    Returns
    -------
    Located
    """
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    peek = Peek(batch)
    pieces: list[bytes] = []
    row_of: list[int] = []
    for i, row in enumerate(rows.tolist()):
        order, values = _values(peek, row)
        if len(values.get(IMAGE, b"")) >= 8:
            width[i], height[i] = struct.unpack_from(order + "II", values[IMAGE])
        piece = _tiff(order, values)
        if piece:
            pieces.append(piece)
            row_of.append(row)
    needs = peek.needs()
    wrong = (width >= 1 << 31) | (height >= 1 << 31)
    width[wrong], height[wrong] = -1, -1
    unsized = rows[(width < 0) & ~np.isin(rows, needs.space)]
    segments = NO_SEGMENTS
    if pieces:
        space = -1 - np.arange(len(pieces))
        length = ints([len(piece) for piece in pieces])
        family = np.full(len(pieces), Family.EXIF)
        segments = Segments(ints(row_of), family, space, np.zeros_like(space), length)
    trouble = problems(unsized, "CRW: no size")
    return Located(width, height, segments, needs, trouble, NO_PROBLEMS, tuple(pieces))


def _values(peek: Peek, row: int) -> tuple[str, dict[int, bytes]]:
    """Collect the short values of all heaps, by tag; the first of each is kept."""
    head = peek(row, 0, HEADER)
    order = ">" if head[:2] == b"MM" else "<"
    values: dict[int, bytes] = {}
    if not head:
        return order, values
    heaps = [(struct.unpack_from(order + "I", head, 2)[0], int(peek.batch.sizes[row]))]
    seen: set[tuple[int, int]] = set()
    while heaps and len(seen) < MAX_HEAPS:
        start, end = heap = heaps.pop(0)
        if heap in seen or start + 4 > end:
            continue
        seen.add(heap)
        for tag, size, at, entry in _directory(peek, row, start, end, order):
            if tag & IN_ENTRY:
                values.setdefault(tag & 0x3FFF, entry)
            elif tag & 0x3800 in HEAP:
                heaps.append((at, min(at + size, end)))
            elif tag in (MODEL, OWNER, TIME, IMAGE, EXPOSURE) and size <= MAX_VALUE:
                values.setdefault(tag, peek(row, at, size))
    return order, values


def _directory(
    peek: Peek, row: int, start: int, end: int, order: str
) -> list[tuple[int, int, int, bytes]]:
    """Read the directory at the end of a heap: tag, size, offset in the file, the entry itself."""
    pointer = peek(row, end - 4, 4)
    if not pointer:
        return []
    at = start + struct.unpack(order + "I", pointer)[0]
    count = peek(row, at, 2)
    if not count or at >= end:
        return []
    most = min(struct.unpack(order + "H", count)[0], MAX_ENTRIES, (end - at - 2) // ENTRY)
    found = []
    entries = peek(row, at + 2, ENTRY * most)
    for i, (tag, size, offset) in enumerate(struct.iter_unpack(order + "HII", entries)):
        found.append((tag, size, start + offset, entries[ENTRY * i + 2 : ENTRY * (i + 1)]))
    return found


def _tiff(order: str, values: dict[int, bytes]) -> bytes:
    """Write what Exif has a tag for as a TIFF structure; nothing if there is no such value."""
    ifd0: _Entries = []
    make, _, model = values.get(MODEL, b"").partition(b"\0")
    for tag, text in ((MAKE_TAG, make), (MODEL_TAG, model.partition(b"\0")[0])):
        if text:
            ifd0.append((tag, ASCII, text + b"\0"))
    exif: _Entries = []
    if len(values.get(TIME, b"")) >= 4:
        # The clock of the camera, counted as if it ran in UTC.
        (seconds,) = struct.unpack_from(order + "I", values[TIME])
        moment = datetime(1970, 1, 1) + timedelta(seconds=seconds)
        exif.append((TIME_TAG, ASCII, moment.strftime("%Y:%m:%d %H:%M:%S\0").encode()))
    exposure = values.get(EXPOSURE, b"")
    if len(exposure) >= 12:
        numbers = struct.unpack_from(order + "fff", exposure)
        for tag, number in zip((BIAS_TAG, SPEED_TAG, APERTURE_TAG), numbers, strict=True):
            if abs(number) < PARTS // 2:
                parts = struct.pack(order + "ii", round(number * PARTS), PARTS)
                exif.append((tag, SRATIONAL, parts))
    owner = values.get(OWNER, b"").partition(b"\0")[0]
    if owner:
        exif.append((OWNER_TAG, ASCII, owner + b"\0"))
    if not ifd0 and not exif:
        return b""
    header = (b"MM" if order == ">" else b"II") + struct.pack(order + "HI", 42, 8)
    # The pointer has its place, whatever it says: the length does not depend on it.
    length = len(_written(order, 8, [*ifd0, (EXIF_POINTER, LONG, bytes(4))]))
    pointer = (EXIF_POINTER, LONG, struct.pack(order + "I", 8 + length))
    return header + _written(order, 8, [*ifd0, pointer]) + _written(order, 8 + length, exif)


def _written(order: str, at: int, entries: _Entries) -> bytes:
    """Write one directory, and its values behind it."""
    heap = at + 2 + 12 * len(entries) + 4
    body, rest = struct.pack(order + "H", len(entries)), b""
    for tag, code, value in sorted(entries):
        count = len(value) // SIZES[code]
        field = value.ljust(4, b"\0")
        if len(value) > 4:
            field = struct.pack(order + "I", heap + len(rest))
            rest += value
        body += struct.pack(order + "HHI", tag, code, count) + field
    return body + bytes(4) + rest
