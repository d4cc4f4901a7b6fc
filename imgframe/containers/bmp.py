"""BMP: BITMAPINFOHEADER and its kin (Microsoft, Windows GDI), BITMAPINFOHEADER2 of OS/2."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import NO_NEEDS, NO_PROBLEMS, HeaderBatch, Ints, Located, Segments, problems
from imgframe.kernels import starts_with, u16, u32
from imgframe.schema import Family

FILE_HEADER: Final = 14
CORE: Final = (12,)
"""Sizes of headers whose width and height have 16 bits."""
SMALLEST, LARGEST = 16, 1 << 20
"""The other sizes of headers that are believed; 16 is the shortest of OS/2."""
V5: Final = 124
"""Size of the header that may point to a profile."""
COLOR_SPACE, PROFILE_AT, PROFILE_LENGTH = (FILE_HEADER + offset for offset in (56, 112, 116))


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Read the headers of BMP files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a BMP's bytes.

    Returns
    -------
    Located
        The height is positive where rows are stored from the top down, too.
    """
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    index = np.flatnonzero(batch.head_length[rows] >= FILE_HEADER + 12)
    at = batch.head_start[rows[index]] + FILE_HEADER
    size = u32(batch.buffer, at, big=False)
    core = np.isin(size, CORE)
    # Behind the end of a file stand the bytes of the next one, or slack.
    other = (size >= SMALLEST) & (size <= LARGEST)
    width[index[core]] = u16(batch.buffer, at[core] + 4, big=False)
    height[index[core]] = u16(batch.buffer, at[core] + 6, big=False)
    width[index[other]] = _signed(u32(batch.buffer, at[other] + 4, big=False))
    height[index[other]] = np.abs(_signed(u32(batch.buffer, at[other] + 8, big=False)))
    wrong = (width < 0) | (height < 0) | (height >= 1 << 31)
    width[wrong], height[wrong] = -1, -1
    profiles = _profiles(batch, rows[index[size == V5]])
    errors = problems(rows[wrong], "BMP: no size in the header")
    return Located(width, height, profiles, NO_NEEDS, NO_PROBLEMS, errors)


def _signed(value: Ints) -> Ints:
    return np.where(value >= 1 << 31, value - (1 << 32), value)


def _profiles(batch: HeaderBatch, rows: Ints) -> Segments:
    """Find the profiles that are embedded in the files."""
    rows = rows[batch.head_length[rows] >= FILE_HEADER + V5]
    at = batch.head_start[rows]
    # The four letters are those of a number with its least significant byte first.
    embedded = starts_with(batch.buffer, at + COLOR_SPACE, b"DEBM")
    rows, at = rows[embedded], at[embedded]
    start = u32(batch.buffer, at + PROFILE_AT, big=False) + FILE_HEADER
    length = np.minimum(
        u32(batch.buffer, at + PROFILE_LENGTH, big=False), batch.sizes[rows] - start
    )
    segments = Segments(rows, np.full(len(rows), Family.ICC), rows, start, length)
    return segments.take(length > 0)
