"""IPTC-IIM: datasets in, Arrow columns out (Information Interchange Model 4.2, chapter 3).

A dataset that must not be repeated has its first value. Files whose datasets are as they should be
are decoded together, all others one by one.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from imgframe.batch import HeaderBatch, Problems, Segments
from imgframe.families._cells import Cells, present
from imgframe.families.iptc import lockstep, single
from imgframe.kernels import stands_alone

__all__ = ["columns"]


def columns(
    batch: HeaderBatch, segments: Segments, n_rows: int, tags: tuple[str, ...] | None
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode datasets to columns.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Of `Family.IPTC`; their bytes are in the buffer. Those of a file in their order: one that
        ends within a dataset is continued by the next.
    n_rows : int
        Files of the batch.
    tags : tuple of str or None
        Names and patterns of columns; None for all.

    Returns
    -------
    columns : dict of str to pyarrow.Array
        Columns that some file has, each of `n_rows` values.
    problems : Problems
    """
    cells = Cells(n_rows, tags)
    segments, place = present(batch, segments)
    lone = stands_alone(segments.row)
    odd = np.ones(len(segments), dtype=np.bool_)
    together, odd[lone] = lockstep.columns(
        batch.buffer, segments.row[lone], place[lone], segments.length[lone], cells
    )
    single.put_all(cells, batch, segments.take(odd))
    columns, problems = cells.columns()
    for name, array in together.items():
        columns[name] = pc.coalesce(array, columns[name]) if name in columns else array
    return columns, problems
