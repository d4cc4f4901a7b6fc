"""RAF of Fujifilm, which has no public specification: as ExifTool and libopenraw describe it.

A JPEG image with the Exif data stands before the sensor data, and a directory of numbers.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Ints, Located, Needs, problems
from imgframe.containers._markers import walk
from imgframe.containers._peek import Peek
from imgframe.kernels import starts_with, u32

JPEG, DIRECTORY = 84, 92
"""Where offset and length of the embedded image and of the directory are written."""
HEADER: Final = DIRECTORY + 8
SIZES: Final = (0x111, 0x121, 0x100)
"""Tags of a height and a width, the best first: cropped, active, full."""
MAX_ENTRIES: Final = 256
MAX_DIRECTORY: Final = 64 << 10


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the JPEG images embedded in RAF files, and read the directories for the size.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a RAF's bytes.

    Returns
    -------
    Located
    """
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    full = np.flatnonzero(batch.head_length[rows] >= HEADER)
    space = rows[full]
    at = batch.head_start[space]
    peek = Peek(batch)
    starts, lengths = (u32(batch.buffer, at + DIRECTORY + offset, big=True) for offset in (0, 4))
    for i, row, start, length in zip(
        full.tolist(), space.tolist(), starts.tolist(), lengths.tolist(), strict=True
    ):
        length = min(length, MAX_DIRECTORY, int(batch.sizes[row]) - start)
        height[i], width[i] = _size(peek(row, start, length))

    start, length = (u32(batch.buffer, at + JPEG + offset, big=True) for offset in (0, 4))
    end = np.minimum(start + length, batch.sizes[space])
    inside = end - start >= 4
    space, start, end = space[inside], start[inside], end[inside]
    place = batch.locate(space, start, 4)
    absent = place < 0
    image = ~absent
    image[image] = starts_with(batch.buffer, place[image], b"\xff\xd8\xff")
    _, _, segments, needs = walk(batch, space[image], start[image] + 2, end[image])
    unread = Needs(space[absent], start[absent], np.full(absent.sum(), 4))
    needs = Needs.join([needs, unread, peek.needs()])
    unsized = rows[(width < 0) & ~np.isin(rows, needs.space)]
    trouble = problems(unsized, "RAF: no size in the directory")
    return Located(width, height, segments, needs, trouble, NO_PROBLEMS)


def _size(directory: bytes) -> tuple[int, int]:
    """Find height and width in a directory: a count, then tags and values."""
    found: dict[int, tuple[int, int]] = {}
    (count,) = struct.unpack_from(">I", directory) if len(directory) >= 4 else (0,)
    at = 4
    for _ in range(min(count, MAX_ENTRIES)):
        if at + 8 > len(directory):
            break
        tag, length = struct.unpack_from(">HH", directory, at)
        if tag in SIZES and length == 4:
            found.setdefault(tag, struct.unpack_from(">HH", directory, at + 4))
        at += 4 + length
    return next((found[tag] for tag in SIZES if tag in found), (-1, -1))
