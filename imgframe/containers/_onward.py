"""Markers behind the bytes that were read.

The frame header of many photographs stands behind 64 KiB of metadata and more; to read all of that
takes longer than to jump from marker to marker in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from imgframe.batch import NO_SEGMENTS, Ints, Segments, ints
from imgframe.containers._kinds import (
    ALONE,
    END,
    FILL,
    HEADER,
    HOLDS,
    KIND,
    LONGEST,
    LOST,
    MAX_STEPS,
    SIGNATURES,
    SOF,
)
from imgframe.fetch import File

PIECE: Final = 2_048
"""Bytes read at once: behind the last large segment all small ones lie within."""
LOOK: Final = 4 + LONGEST
"""Bytes from a marker to the end of what tells its segment's family."""

_KIND: Final = KIND.tolist()
_IS_SOF: Final = SOF.tolist()
_HOLDS: Final = HOLDS.tolist()


def follow(
    paths: Sequence[str], rows: Ints, start: Ints, end: Ints
) -> tuple[Segments, Ints, Ints, Ints]:
    """Walk marker segments up to the image data, in the files themselves.

    Parameters
    ----------
    paths : sequence of str
        What `open` takes; rows that have none are left as they are.
    rows : ndarray of int64, shape (n,)
    start, end : ndarray of int64, shape (n,)
        Where the next marker stands in each file, and where the bytes that hold markers end.

    Returns
    -------
    segments : Segments
        Those that hold a family, in the order of each file.
    width, height : ndarray of int64, shape (n,)
        As the first frame header says, -1 where there is none.
    stop : ndarray of int64, shape (n,)
        The marker at which something is wrong that needs another look; -1 at the end of the walk.
    """
    width, height, stop = np.full(len(rows), -1), np.full(len(rows), -1), start.copy()
    found: list[tuple[int, int, int, int, int]] = []
    for i, (row, first, last) in enumerate(
        zip(rows.tolist(), start.tolist(), end.tolist(), strict=True)
    ):
        if row < len(paths):
            try:
                with File(paths[row]) as file:
                    width[i], height[i], stop[i] = _follow(file, row, first, last, found)
            except OSError:
                stop[i] = first
    segments = Segments(*map(ints, zip(*found, strict=True))) if found else NO_SEGMENTS
    return segments, width, height, stop


def _follow(
    file: File, row: int, at: int, end: int, found: list[tuple[int, int, int, int, int]]
) -> tuple[int, int, int]:
    """Walk on in one file; note its segments, return its size and where the walk had to stop."""
    width = height = -1
    piece, first = b"", at
    for _ in range(MAX_STEPS):
        left = end - at
        if left < 2:
            return width, height, -1
        i = at - first
        if i + min(left, LOOK) > len(piece):
            piece, first, i = file.read(at, min(left, PIECE)), at, 0
            if len(piece) < min(left, LOOK):
                break
        kind = _KIND[piece[i + 1]] if piece[i] == 0xFF else LOST
        if kind in (FILL, ALONE):
            at += 1 if kind == FILL else 2
            continue
        if kind == END or (kind != LOST and left < 4):
            return width, height, -1
        size = int.from_bytes(piece[i + 2 : i + 4], "big")
        if kind == LOST or size < 2:
            break
        mark = piece[i + 1]
        if _IS_SOF[mark] and left >= HEADER and width < 0:
            height = int.from_bytes(piece[i + 5 : i + 7], "big")
            width = int.from_bytes(piece[i + 7 : i + 9], "big")
        if _HOLDS[mark]:
            length = min(size - 2, left - 4)
            for marker, signature, skip, family in SIGNATURES:
                if mark == marker and length > skip and piece.startswith(signature, i + 4):
                    found.append((row, family, row, at + 4 + skip, length - skip))
        at += 2 + size
    return width, height, at
