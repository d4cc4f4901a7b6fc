"""Makes batches of bytes that a container would have found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from imgframe.batch import NO_EXTENTS, HeaderBatch, Problems, Segments, ints
from imgframe.kernels import SLACK
from imgframe.schema import Family, arrow_type_of

Found = list[tuple[int, Family, bytes]]


def batch_of(found: Found) -> tuple[HeaderBatch, Segments, int]:
    """Make a batch in which each segment is a space of its own; return the number of rows too."""
    data = b"".join(raw for _, _, raw in found)
    buffer = np.frombuffer(data + bytes(SLACK), dtype=np.uint8)
    length = ints([len(raw) for _, _, raw in found])
    start = np.cumsum(length) - length
    batch = HeaderBatch(buffer, len(data), length, start, length, NO_EXTENTS)
    segments = Segments(
        ints([row for row, _, _ in found]),
        ints([family for _, family, _ in found]),
        np.arange(len(found)),
        np.zeros(len(found), dtype=np.int64),
        length,
    )
    return batch, segments, max((row for row, _, _ in found), default=-1) + 1


def decode(
    module: Any, found: Found, tags: tuple[str, ...] | None = None
) -> tuple[dict[str, list[Any]], list[tuple[int, str]]]:
    """Run a family over segments; return columns as lists, and problems."""
    batch, segments, n_rows = batch_of(found)
    columns, problems = module.columns(batch, segments, n_rows, tags)
    for name, array in columns.items():
        assert isinstance(array, pa.Array)
        assert len(array) == n_rows, name
        assert array.type == arrow_type_of(name), name
        array.validate(full=True)
    return {name: array.to_pylist() for name, array in columns.items()}, listed(problems)


def row(module: Any, *parts: tuple[Family, bytes]) -> tuple[dict[str, Any], list[str]]:
    """Run a family over the segments of one file; return its values and problems."""
    columns, problems = decode(module, [(0, family, raw) for family, raw in parts])
    return {name: values[0] for name, values in columns.items()}, [text for _, text in problems]


def listed(problems: Problems) -> list[tuple[int, str]]:
    return list(zip(problems.row.tolist(), problems.text.tolist(), strict=True))
