"""What goes into the decoders of the rules, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imgframe.batch import Flags, HeaderBatch, Ints, Problems, indices, problems
from imgframe.ifd import Entries
from imgframe.kernels import compact
from imgframe.texts import TextPool, decode, validity
from imgframe.values import TYPE_SIZE


@dataclass(frozen=True, slots=True)
class Values:
    """Entries that have a column, and what the decoders of each rule need of them."""

    batch: HeaderBatch
    entries: Entries
    column: Ints
    names: tuple[str, ...]
    n_rows: int

    def take(self, index: Ints | Flags) -> Values:
        """Return the values at `index` (positions or a mask)."""
        return Values(
            self.batch, self.entries.take(index), self.column[index], self.names, self.n_rows
        )

    def raw(self, i: int) -> bytes:
        """Return the bytes of a value."""
        start = int(self.entries.position[i])
        length = int(self.entries.count[i] * TYPE_SIZE[self.entries.type[i]])
        return self.batch.buffer[start : start + length].tobytes()

    def text(self, i: int) -> str:
        """Decode the bytes of a value up to the first NUL."""
        return decode(self.raw(i).split(b"\0")[0]).strip()


@dataclass(slots=True)
class Output:
    """Columns and problems as they come."""

    arrays: dict[int, pa.Array]
    problems: list[Problems]
    pool: TextPool

    def complain(self, values: Values, texts: list[str] | str) -> None:
        """Note a problem of each value, with the name of its column before it."""
        if not len(values.column):
            return
        if isinstance(texts, str):
            texts = [texts] * len(values.column)
        named = [
            f"{values.names[c]}: {t}" for c, t in zip(values.column.tolist(), texts, strict=True)
        ]
        self.problems.append(problems(values.entries.row, named))

    def fill(self, values: Values, data: npt.NDArray[Any], valid: Flags, kind: pa.DataType) -> None:
        """Make the columns of fixed-width values; of values for one cell the first valid wins."""
        columns, which = compact(values.column)
        n = values.n_rows
        matrix = np.zeros((len(columns), n), dtype=data.dtype)
        mask = np.zeros((len(columns), n), dtype=np.bool_)
        index = indices(valid)[::-1]
        where = which[index], values.entries.row[index]
        matrix[where] = data[index]
        mask[where] = True
        bits, buffer, width = validity(mask), pa.py_buffer(matrix), matrix.itemsize * n
        for i, column in enumerate(columns.tolist()):
            parts = [bits[i], buffer.slice(i * width, width)]
            self.arrays[column] = pa.Array.from_buffers(kind, n, parts)
