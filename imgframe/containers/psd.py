"""PSD and PSB: Adobe Photoshop File Formats Specification (2019)."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Ints, Located, Needs, Segments, problems
from imgframe.kernels import u32
from imgframe.schema import Family

HEADER: Final = 26
HEIGHT, WIDTH = 14, 18
LARGEST: Final = 300_000
"""Pixels of the longest side, that of a PSB."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Read the headers of Photoshop files, and find their image resources.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with the header of a PSD or PSB.

    Returns
    -------
    Located
    """
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    full = np.flatnonzero(batch.head_length[rows] >= HEADER + 4)
    space = rows[full]
    at = batch.head_start[space]
    width[full] = u32(batch.buffer, at + WIDTH, big=True)
    height[full] = u32(batch.buffer, at + HEIGHT, big=True)
    wrong = (width < 0) | (height < 0) | (width > LARGEST) | (height > LARGEST)
    width[wrong], height[wrong] = -1, -1

    resources = HEADER + 4 + u32(batch.buffer, at + HEADER, big=True)
    left = batch.sizes[space] - resources - 4
    space, resources, left = space[left > 0], resources[left > 0], left[left > 0]
    place = batch.locate(space, resources, 4)
    absent = place < 0
    needs = Needs(space[absent], resources[absent], np.full(absent.sum(), 4))
    space, start, left = space[~absent], resources[~absent] + 4, left[~absent]
    length = np.minimum(u32(batch.buffer, place[~absent], big=True), left)
    segments = Segments(space, np.full(len(space), Family.PHOTOSHOP), space, start, length)
    errors = problems(rows[wrong], "PSD: no size in the header")
    return Located(width, height, segments.take(length > 0), needs, NO_PROBLEMS, errors)
