"""ICO and CUR: icon resources (Microsoft, Windows Platform SDK)."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    Bytes,
    HeaderBatch,
    Ints,
    Located,
    problems,
)
from imgframe.kernels import spread, u16

HEADER, ENTRY = 6, 16
MAX_ENTRIES: Final = 1_024
"""Entries of a directory that are looked at."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Read the directories of icons and cursors.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with the header of an icon or a cursor.

    Returns
    -------
    Located
        The size is that of the largest image of each file.
    """
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    here = np.maximum(batch.head_length[rows] - HEADER, 0) // ENTRY
    index = np.flatnonzero(here > 0)
    at = batch.head_start[rows[index]]
    count = np.minimum(u16(batch.buffer, at + 4, big=False), np.minimum(here[index], MAX_ENTRIES))
    entry, _ = spread(np.zeros_like(count), count)
    image = np.repeat(index, count)
    place = np.repeat(at, count) + HEADER + ENTRY * entry
    wide, high = (_side(batch.buffer[place + offset]) for offset in (0, 1))
    order = np.argsort(wide * high, kind="stable")
    width[image[order]], height[image[order]] = wide[order], high[order]
    errors = problems(rows[width < 0], "ICO: no image")
    return Located(width, height, NO_SEGMENTS, NO_NEEDS, NO_PROBLEMS, errors)


def _side(value: Bytes) -> Ints:
    """Read a width or a height, of which 256 is written 0."""
    return np.where(value == 0, 256, value.astype(np.int64))
