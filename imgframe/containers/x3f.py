"""X3F of Sigma: Foveon, "X3F Raw File Format" 2.1; later versions as ExifTool describes them."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Ints, Located, Needs, problems
from imgframe.containers._markers import walk
from imgframe.containers._peek import Peek

HEADER: Final = 48
SIZE_AT: Final = {True: 40, False: 28}
"""Where the width stands, from version 4 on and before; the height is behind it."""
SECTION: Final = 12
"""Bytes of the head of the directory, and of each of its entries."""
IMAGE: Final = b"SECi\0\0\x02\0\x02\0\0\0\x12\0\0\0"
"""First bytes of an image that is a JPEG."""
IMAGE_HEADER: Final = 28
MAX_ENTRIES: Final = 64


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Read the headers of X3F files, and walk the JPEG images embedded in them.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with an X3F's bytes.

    Returns
    -------
    Located
    """
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    peek = Peek(batch)
    images: list[tuple[int, int, int]] = []
    for i, row in enumerate(rows.tolist()):
        head = peek(row, 0, HEADER)
        if head:
            newer = struct.unpack_from("<I", head, 4)[0] >> 16 >= 4
            width[i], height[i] = struct.unpack_from("<II", head, SIZE_AT[newer])
        images += _images(peek, row)
    row_of, start, end = np.array(images, dtype=np.int64).reshape(-1, 3).T
    _, _, segments, needs = walk(batch, row_of, start + 2, end)
    wrong = (width < 0) | (width >= 1 << 31) | (height >= 1 << 31)
    width[wrong], height[wrong] = -1, -1
    errors = problems(rows[wrong], "X3F: no size in the header")
    return Located(width, height, segments, Needs.join([needs, peek.needs()]), NO_PROBLEMS, errors)


def _images(peek: Peek, row: int) -> list[tuple[int, int, int]]:
    """Find the JPEG images: the row, where each starts and ends."""
    size = int(peek.batch.sizes[row])
    pointer = peek(row, size - 4, 4)
    if not pointer:
        return []
    (at,) = struct.unpack("<I", pointer)
    head = peek(row, at, SECTION)
    if head[:4] != b"SECd":
        return []
    count = min(struct.unpack_from("<I", head, 8)[0], MAX_ENTRIES, (size - at) // SECTION - 1)
    entries = peek(row, at + SECTION, SECTION * count)
    found = []
    for start, length, name in struct.iter_unpack("<II4s", entries):
        end = min(start + length, size)
        if name in (b"IMA2", b"IMAG") and peek(row, start, IMAGE_HEADER).startswith(IMAGE):
            start += IMAGE_HEADER
            if peek(row, start, 4).startswith(b"\xff\xd8\xff\xe1"):
                found.append((row, start, end))
    return found
