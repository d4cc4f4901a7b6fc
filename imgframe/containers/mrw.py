"""MRW of Minolta, which has no public specification: as ExifTool and libopenraw describe it."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Ints, Located, Needs, Segments, problems
from imgframe.containers._chunks import MRW, kind, walk
from imgframe.kernels import u16, u32
from imgframe.schema import Family

HEADER: Final = 8
SIZE, TIFF = kind(b"\0PRD"), kind(b"\0TTW")
HEIGHT: Final = 12
"""Where in the chunk of sizes the height of the image stands; the width is behind it."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the chunks before the sensor data of MRW files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with an MRW's bytes.

    Returns
    -------
    Located
    """
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    end = np.zeros_like(rows)
    full = batch.head_length[rows] >= HEADER
    end[full] = HEADER + u32(batch.buffer, batch.head_start[rows[full]] + 4, big=True)
    end = np.minimum(end, batch.sizes[rows])
    chunks, stop = walk(batch, rows, HEADER, MRW, end=end)

    sizes = chunks.take((chunks.kind == SIZE) & (chunks.length >= HEIGHT + 4))
    place = batch.locate(rows[sizes.index], sizes.start + HEIGHT, 4)
    index, place = sizes.index[place >= 0], place[place >= 0]
    height[index] = u16(batch.buffer, place, big=True)
    width[index] = u16(batch.buffer, place + 2, big=True)

    tiff = chunks.take((chunks.kind == TIFF) & (chunks.length > 0))
    space = rows[tiff.index]
    segments = Segments(space, np.full(len(space), Family.EXIF), space, tiff.start, tiff.length)
    stopped = stop >= 0
    needs = Needs(rows[stopped], stop[stopped], np.full(stopped.sum(), HEADER))
    errors = problems(rows[(width < 0) & ~stopped], "MRW: no size")
    return Located(width, height, segments, needs, NO_PROBLEMS, errors)
