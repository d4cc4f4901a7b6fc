"""JPEG: ITU-T T.81, Annex B; Exif 3.0, 4.7.2."""

from __future__ import annotations

import numpy as np

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Ints, Located, indices, problems
from imgframe.containers._markers import walk
from imgframe.kernels import flags


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the markers of JPEG files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a JPEG's bytes.

    Returns
    -------
    Located
    """
    width, height, segments, needs = walk(batch, rows, np.full(len(rows), 2), batch.sizes[rows])
    unsized = indices(width < 0)
    unsized = unsized[~flags(needs.space, len(batch.sizes))[rows[unsized]]]
    errors = problems(rows[unsized], "JPEG: the file ends before its image data")
    return Located(width, height, segments, needs, NO_PROBLEMS, errors)
