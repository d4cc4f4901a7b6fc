"""Text of many places at once, from raw bytes to Arrow string arrays.

Bytes go through arrays as long as they are ASCII, which nearly all are; only the others are
decoded one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from imgframe.batch import Bytes, Columns, Ints, indices, ints
from imgframe.kernels import compact, flags, spread, starts_run

SOLID: Final = ~flags(b"\t\n\v\f\r \0", 256)
"""Bytes that do not count as blank at the end of a text."""


@dataclass(frozen=True, slots=True)
class Runs(Columns):
    """Texts that lie in one array of bytes, as UTF-8."""

    column: Ints
    row: Ints
    start: Ints
    """Where the text starts; one of no length is no value."""
    length: Ints


class TextPool:
    """Gathers texts for many columns, then gives each column as an Arrow array."""

    def __init__(self) -> None:
        self._chunks: list[Bytes] = []
        self._runs: list[Runs] = []
        self._used = 0

    def add_places(
        self, buffer: Bytes, column: Ints, row: Ints, position: Ints, length: Ints
    ) -> None:
        """Add the texts at places of a buffer: up to the first NUL, trailing blanks off.

        UTF-8 is taken as such, other bytes beyond ASCII as Latin-1.
        """
        if not len(column):
            return
        index, first = spread(position, length)
        chars = buffer[index]
        begin, end = first[:-1], first[1:]
        end = np.minimum(end, _next(indices(chars == 0), begin, len(chars)))
        solid = indices(SOLID[chars])
        if len(solid):
            last = np.searchsorted(solid, end) - 1
            stop = np.where(last >= 0, solid[last] + 1, 0)
        else:
            stop = np.zeros_like(end)
        stop = np.maximum(stop, begin)
        high = indices(chars >= 0x80)
        owners = np.unique(np.searchsorted(begin, high, side="right") - 1) if len(high) else ints()
        special: list[str] = []
        plain = np.ones(len(column), dtype=np.bool_)
        for i in owners.tolist():
            raw = chars[begin[i] : stop[i]].tobytes()
            special.append(decode(raw))
            plain[i] = False
        self._runs.append(
            Runs(column[plain], row[plain], begin[plain] + self._used, (stop - begin)[plain])
        )
        self._chunks.append(chars)
        self._used += len(chars)
        self.add_texts(column[owners], row[owners], special)

    def add_texts(self, column: Ints, row: Ints, texts: list[str]) -> None:
        """Add texts that were decoded one by one."""
        if not texts:
            return
        data, length = encoded(list(map(str.rstrip, texts)))
        start = self._used + np.cumsum(length) - length
        self._runs.append(Runs(column, row, start, length))
        self._chunks.append(data)
        self._used += len(data)

    def arrays(self, n_rows: int) -> dict[int, pa.Array]:
        """Make a string array of every column; of texts for one cell the first with any wins."""
        if not self._runs:
            return {}
        runs = Runs.join(self._runs)
        data = np.concatenate(self._chunks)
        columns, which = compact(runs.column)
        cell = which * n_rows + runs.row
        filled = indices(runs.length > 0)
        order = filled[np.argsort(cell[filled], kind="stable")]
        cell = cell[order]
        first = starts_run(cell)
        cell, runs = cell[first], runs.take(order[first])
        index, begin = spread(runs.start, runs.length)
        text = pa.py_buffer(data[index])
        # Most cells of most columns are empty: an offset stands until the next text.
        n_cells = len(columns) * n_rows
        until = np.diff(cell, prepend=-1, append=n_cells)
        offsets = np.repeat(begin.astype(np.int32), until)
        valid = np.zeros(n_cells, dtype=np.bool_)
        valid[cell] = True
        mask = validity(valid.reshape(len(columns), n_rows))
        where = pa.py_buffer(offsets)
        width = offsets.itemsize * n_rows
        return {
            column: pa.Array.from_buffers(
                pa.string(), n_rows, [mask[i], where.slice(i * width, width + 4), text]
            )
            for i, column in enumerate(columns.tolist())
        }


def scattered(texts: Sequence[str], rows: Sequence[int], n_rows: int) -> pa.Array:
    """Make a string array of texts in some rows, null in all others.

    Parameters
    ----------
    texts : sequence of str
    rows : sequence of int
        The row of each text; none stands there twice.
    n_rows : int

    Returns
    -------
    pyarrow.Array of string, shape (n_rows,)
    """
    where = np.asarray(rows, dtype=np.int64)
    if len(where) > 1 and (where[1:] < where[:-1]).any():
        order = np.argsort(where)
        where, texts = where[order], [texts[i] for i in order.tolist()]
    data, lengths = encoded(texts)
    offsets = np.zeros(n_rows + 1, dtype=np.int32)
    offsets[where + 1] = lengths
    np.cumsum(offsets, out=offsets)
    parts = [_bitmap(where, n_rows), pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), n_rows, parts, null_count=n_rows - len(where))


def encoded(texts: Sequence[str]) -> tuple[Bytes, Ints]:
    """Encode texts as UTF-8, one behind the other; say how many bytes each takes."""
    data = np.frombuffer("\0".join(texts).encode("utf-8", "replace"), dtype=np.uint8)
    ends = indices(data == 0)
    if len(ends) == len(texts) - 1:
        return data[data != 0], np.diff(ends, prepend=-1, append=len(data)) - 1
    # One of them has a NUL in it, or there is none.
    each = [text.encode("utf-8", "replace") for text in texts]
    return np.frombuffer(b"".join(each), dtype=np.uint8), ints([len(raw) for raw in each])


def _bitmap(rows: Ints, n_rows: int) -> pa.Buffer:
    valid = np.zeros(n_rows, dtype=np.bool_)
    valid[rows] = True
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def validity(valid: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> list[pa.Buffer]:
    """Make the validity bitmaps of the rows of a matrix."""
    bits = np.packbits(valid, axis=1, bitorder="little")
    buffer, width = pa.py_buffer(bits), bits.shape[1]
    return [buffer.slice(i * width, width) for i in range(len(bits))]


def decode(raw: bytes) -> str:
    """Decode bytes of no declared character set: as UTF-8 where valid, else as Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _next(marks: Ints, begin: Ints, none: int) -> Ints:
    """Find the first of sorted `marks` at or behind each place."""
    if not len(marks):
        return np.full(len(begin), none)
    at = np.searchsorted(marks, begin)
    return np.where(at < len(marks), marks[np.minimum(at, len(marks) - 1)], none)
