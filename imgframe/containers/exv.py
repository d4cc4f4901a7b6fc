"""EXV of Exiv2: the marker segments of a JPEG without its image."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Ints, Located
from imgframe.containers._markers import walk

HEADER: Final = 7


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the markers of EXV files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with an EXV's bytes.

    Returns
    -------
    Located
        There is no image, so there is no size.
    """
    _, _, segments, needs = walk(batch, rows, np.full(len(rows), HEADER), batch.sizes[rows])
    unknown = np.full(len(rows), -1)
    return Located(unknown, unknown, segments, needs, NO_PROBLEMS)
