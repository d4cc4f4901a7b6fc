"""Values that were decoded one by one, on their way to Arrow columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from imgframe.batch import HeaderBatch, Ints, Problems, Segments, indices, ints, problems
from imgframe.schema import is_chosen
from imgframe.schema.rules import ARROW, Rule
from imgframe.texts import scattered


class Cells:
    """Gathers values by column and row; of values for one cell the first wins."""

    def __init__(self, n_rows: int, tags: tuple[str, ...] | None) -> None:
        self.n_rows = n_rows
        self._tags = tags
        self._columns: dict[str, dict[int, Any] | None] = {}
        self._rules: dict[str, Rule] = {}
        self._notes: list[tuple[int, str]] = []

    def put(self, name: str, row: int, value: Any, rule: Rule = Rule.TEXT) -> None:
        """Note the value of a cell; None and "" are no values."""
        column = self._column(name, rule)
        if column is not None and value is not None and value != "":
            column.setdefault(row, value)

    def put_many(
        self, name: str, rows: Sequence[int], values: Sequence[Any], rule: Rule = Rule.TEXT
    ) -> None:
        """Note the values of cells of a column, of which none stands there twice."""
        column = self._column(name, rule)
        if column is not None:
            cells = zip(rows, values, strict=True)
            new = {row: value for row, value in cells if value is not None and value != ""}
            self._columns[name] = new | column

    def _column(self, name: str, rule: Rule) -> dict[int, Any] | None:
        """Return the cells of a column, None if it was not asked for."""
        if name not in self._columns:
            self._columns[name] = {} if self.wants(name) else None
            self._rules[name] = rule
        return self._columns[name]

    def wants(self, name: str) -> bool:
        """Say whether a column was asked for."""
        return is_chosen(name, self._tags)

    def complain(self, row: int, text: str) -> None:
        """Note a problem."""
        self._notes.append((row, text))

    def columns(self) -> tuple[dict[str, pa.Array], Problems]:
        """Return the columns that have values, and the problems."""
        arrays = {}
        for name, column in self._columns.items():
            kind = ARROW[self._rules[name]]
            if column and kind == pa.string():
                arrays[name] = scattered(list(column.values()), list(column), self.n_rows)
            elif column:
                values = [None] * self.n_rows
                for row, value in column.items():
                    values[row] = value
                arrays[name] = pa.array(values, kind)
        rows = ints([row for row, _ in self._notes])
        return arrays, problems(rows, [text for _, text in self._notes])


def present(batch: HeaderBatch, segments: Segments) -> tuple[Segments, Ints]:
    """Sort segments by row; leave out those whose bytes are not in the buffer.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments

    Returns
    -------
    segments : Segments
        Those of a row in their order.
    place : ndarray of int64, shape (n,)
        Where in the buffer each starts.
    """
    place = batch.locate(segments.space, segments.start, segments.length)
    there = indices(place >= 0)
    order = there[np.argsort(segments.row[there], kind="stable")]
    return segments.take(order), place[order]


def contents(batch: HeaderBatch, segments: Segments) -> Iterator[tuple[int, int, bytes]]:
    """Yield row, family and bytes of each segment whose bytes are in the buffer, row by row."""
    for row, family, raw in views(batch, segments):
        yield row, family, bytes(raw)


def views(batch: HeaderBatch, segments: Segments) -> Iterator[tuple[int, int, memoryview]]:
    """Do as `contents` does, but let the bytes stay in the buffer."""
    segments, place = present(batch, segments)
    view = memoryview(batch.buffer.data)
    for row, family, start, end in zip(
        segments.row.tolist(),
        segments.family.tolist(),
        place.tolist(),
        (place + segments.length).tolist(),
        strict=True,
    ):
        yield row, family, view[start:end]
