"""From single values to Arrow columns."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from imgframe.schema import arrow_type_of


def arrays(cells: dict[str, dict[int, Any]], n_rows: int) -> dict[str, pa.Array]:
    """Make columns of values.

    Parameters
    ----------
    cells : dict of str to dict
        Of each column, the values by row; as its dtype wants them.
    n_rows : int

    Returns
    -------
    dict of str to pyarrow.Array
    """
    made = {}
    for name, values in cells.items():
        full = [None] * n_rows
        for row, value in values.items():
            full[row] = value
        made[name] = pa.array(full, arrow_type_of(name))
    return made


def valid_text(text: str) -> str:
    """Replace what is no character: halves of a UTF-16 pair, which JSON can spell."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
