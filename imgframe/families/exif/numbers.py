"""Integers and real numbers, one or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imgframe.batch import Flags, ints
from imgframe.families.exif.output import Output, Values
from imgframe.ifd import Entries
from imgframe.kernels import compact, spread
from imgframe.texts import validity
from imgframe.values import ASCII, TYPE_SIZE, UTF8, integers, reals

MAY_BE_UNDEFINED: Final = ("LensSpecification", "LensInfo")
"""Lists in which the standard itself writes 0/0 for a value that is not known."""


def integer(values: Values, out: Output) -> None:
    """Decode the first value as an integer."""
    numbers, written = _split_text(values)
    e = numbers.entries
    data, exact = integers(values.batch.buffer, e.position, e.type, e.big)
    bad = ~exact
    if bad.any():
        real, defined = reals(values.batch.buffer, e.position[bad], e.type[bad], e.big[bad])
        out.complain(
            numbers.take(bad),
            [
                f"{x:g} is no 64-bit integer" if ok else "denominator 0"
                for x, ok in zip(real.tolist(), defined.tolist(), strict=True)
            ],
        )
    if len(written.column):
        numbers, data, exact = _with_written(numbers, data, exact, written, int, out)
    out.fill(numbers, data, exact, pa.int64())


def real(values: Values, out: Output) -> None:
    """Decode the first value as a real number."""
    numbers, written = _split_text(values)
    e = numbers.entries
    data, defined = reals(values.batch.buffer, e.position, e.type, e.big)
    out.complain(numbers.take(~defined), "denominator 0")
    if len(written.column):
        numbers, data, defined = _with_written(numbers, data, defined, written, float, out)
    out.fill(numbers, data, defined, pa.float64())


def _split_text(values: Values) -> tuple[Values, Values]:
    """Part numbers from numbers that a program wrote as text."""
    text = (values.entries.type == ASCII) | (values.entries.type == UTF8)
    if not text.any():
        return values, values.take(ints())
    return values.take(~text), values.take(text)


def _with_written(
    numbers: Values,
    data: npt.NDArray[Any],
    valid: Flags,
    written: Values,
    number: Callable[[str], float],
    out: Output,
) -> tuple[Values, npt.NDArray[Any], Flags]:
    """Add numbers written as text to those that are numbers."""
    parsed = np.zeros(len(written.column), dtype=data.dtype)
    read = np.zeros(len(written.column), dtype=np.bool_)
    for i in range(len(written.column)):
        text = written.text(i)
        try:
            parsed[i] = number(text)
            read[i] = True
        except (ValueError, OverflowError):
            if text:
                out.complain(written.take(ints([i])), f"{text[:40]!r} is no number")
    entries = Entries.join([numbers.entries, written.entries])
    joined = Values(
        numbers.batch,
        entries,
        np.concatenate([numbers.column, written.column]),
        numbers.names,
        numbers.n_rows,
    )
    return (
        joined,
        np.concatenate([data, parsed]),
        np.concatenate([valid, read & np.isfinite(parsed)]),
    )


def _list(
    values: Values,
    out: Output,
    read: Callable[..., tuple[npt.NDArray[Any], Flags]],
    item: pa.DataType,
) -> None:
    """Decode all values of each entry; columns are cut from one flat array."""
    e = values.entries
    n = values.n_rows
    columns, which = compact(values.column)
    chosen = np.full(len(columns) * n, -1)
    index = np.arange(len(which))[::-1]
    chosen[which[index] * n + e.row[index]] = index
    valid = chosen >= 0
    e = e.take(chosen[valid])
    length = np.zeros(len(chosen), dtype=np.int64)
    length[valid] = e.count
    offsets = np.zeros(len(chosen) + 1, dtype=np.int32)
    np.cumsum(length, out=offsets[1:])
    step, _ = spread(np.zeros(len(e), dtype=np.int64), e.count)
    kind = np.repeat(e.type, e.count)
    at = np.repeat(e.position, e.count) + step * TYPE_SIZE[kind]
    data, good = read(values.batch.buffer, at, kind, np.repeat(e.big, e.count))
    _complain_of_items(values.take(chosen[valid]), good, out)
    items = pa.array(data, type=item, mask=None if good.all() else ~good)
    bits = validity(valid.reshape(len(columns), n))
    where, width = pa.py_buffer(offsets), offsets.itemsize * n
    for i, column in enumerate(columns.tolist()):
        parts = [bits[i], where.slice(i * width, width + offsets.itemsize)]
        out.arrays[column] = pa.Array.from_buffers(pa.list_(item), n, parts, children=[items])


def _complain_of_items(values: Values, good: Flags, out: Output) -> None:
    if good.all():
        return
    owner = np.repeat(np.arange(len(values.entries)), values.entries.count)
    bad = np.unique(owner[~good])
    names = np.array(values.names, dtype=object)[values.column[bad]]
    out.complain(values.take(bad[~np.isin(names, MAY_BE_UNDEFINED)]), "an item is no such number")


def integer_list(values: Values, out: Output) -> None:
    """Decode all values as integers."""
    _list(values, out, integers, pa.int64())


def real_list(values: Values, out: Output) -> None:
    """Decode all values as real numbers."""
    _list(values, out, reals, pa.float64())
