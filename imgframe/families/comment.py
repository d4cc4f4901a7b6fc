"""Comments of JPEG (ITU-T T.81, B.2.4.5) and GIF (GIF89a, 24): text in, one Arrow column out."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from imgframe.batch import HeaderBatch, Problems, Segments
from imgframe.families._cells import Cells, contents
from imgframe.texts import decode

NAME: Final = "Comment"
MAX_TEXT: Final = 65_536
"""Bytes of a comment; a longer one is no text for people."""


def columns(
    batch: HeaderBatch, segments: Segments, n_rows: int, tags: tuple[str, ...] | None
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode comments; of several in a file the first that has text.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Of `Family.COMMENT`; their bytes are in the buffer.
    n_rows : int
        Files of the batch.
    tags : tuple of str or None
        Names and patterns of columns; None for all.

    Returns
    -------
    columns : dict of str to pyarrow.Array
        The column, of `n_rows` values, if some file has a comment.
    problems : Problems
    """
    cells = Cells(n_rows, tags)
    for row, _, raw in contents(batch, segments):
        if len(raw) > MAX_TEXT:
            cells.complain(row, f"{NAME}: text of {len(raw)} bytes left out")
        else:
            cells.put(NAME, row, decode(raw.split(b"\0", 1)[0]).strip())
    return cells.columns()
