"""Exif: entries of TIFF directories in, Arrow columns out (Exif 3.0, 4.6; TIFF 6.0; DNG 1.7).

All entries that share a decoding rule are decoded at once, whatever their tag; what is left to do
for a column is to cut it out of a matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Problems, indices
from imgframe.families.exif import numbers, text, times
from imgframe.families.exif.output import Output, Values
from imgframe.families.exif.plan import Plan, plan
from imgframe.ifd import Entries
from imgframe.kernels import compact
from imgframe.schema import Rule
from imgframe.schema.rules import ARROW
from imgframe.texts import TextPool

__all__ = ["Plan", "columns", "plan"]


def columns(
    batch: HeaderBatch, entries: Entries, n_rows: int, chosen: Plan
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode entries to columns.

    Parameters
    ----------
    batch : HeaderBatch
    entries : Entries
        Entries of one file in the order in which a tag found twice is believed.
    n_rows : int
        Files of the batch.
    chosen : Plan

    Returns
    -------
    columns : dict of str to pyarrow.Array
        Columns that some file has, each of `n_rows` values.
    problems : Problems
        Values that could not be decoded.
    """
    column = chosen.column[entries.directory, entries.tag].astype(np.int64)
    has = column >= 0
    values = Values(batch, entries.take(has), column[has], chosen.names, n_rows)
    out = Output({}, [NO_PROBLEMS], TextPool())
    rule = chosen.rules[values.column] if len(values.column) else values.column
    for which, decoder in DECODERS.items():
        index = indices(rule == which)
        if len(index):
            decoder(values.take(index), out)
    out.arrays.update(out.pool.arrays(n_rows))
    for c in compact(values.column)[0].tolist():
        if c not in out.arrays:
            out.arrays[c] = pa.nulls(n_rows, ARROW[Rule(int(chosen.rules[c]))])
    names = {chosen.names[c]: array for c, array in out.arrays.items()}
    return names, Problems.join(out.problems)


DECODERS: Final[dict[Rule, Callable[[Values, Output], None]]] = {
    Rule.TEXT: text.plain,
    Rule.INTEGER: numbers.integer,
    Rule.FLOAT: numbers.real,
    Rule.DATETIME: times.datetime,
    Rule.INTEGERS: numbers.integer_list,
    Rule.FLOATS: numbers.real_list,
    Rule.DEGREES: times.degrees,
    Rule.TIME: times.time_of_day,
    Rule.DATE: times.date,
    Rule.CHARSET: text.charset,
    Rule.UTF16: text.windows,
    Rule.HEX: text.hexadecimal,
    Rule.ANY: text.anything,
}
