"""Vectorised primitives over bytes: numbers, prefixes and text of many places at once.

Each takes positions that have been checked to lie in the buffer (`HeaderBatch.locate` does that),
so there is no bounds check below this line, and none is needed above it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from imgframe.batch import Bytes, Flags, Ints, indices

SLACK = 64
"""Bytes kept free behind the last used one of a buffer, so that no wide read leaves it."""


def sliding(buffer: Bytes, dtype: npt.DTypeLike) -> npt.NDArray[np.generic]:
    """View a buffer as if an item of `dtype` started at every byte.

    Indexing the view with positions gathers one item each; the bytes need not be aligned.
    """
    item = np.dtype(dtype)
    return np.ndarray((len(buffer) - item.itemsize + 1,), item, buffer.data, 0, (1,))


def unsigned(
    buffer: Bytes, position: Ints, big: Flags | bool, width: int
) -> npt.NDArray[np.generic]:
    """Read unsigned integers.

    Parameters
    ----------
    buffer : ndarray of uint8
    position : ndarray of int64, shape (n,)
    big : ndarray of bool, shape (n,), or bool
        Where the most significant byte comes first.
    width : {1, 2, 4, 8}
        Bytes of an integer.

    Returns
    -------
    ndarray of uint8, uint16, uint32 or uint64, shape (n,)
    """
    if isinstance(big, bool):
        values = sliding(buffer, f"{'>' if big else '<'}u{width}")[position]
        return values.astype(f"u{width}", copy=False)
    values = sliding(buffer, f"<u{width}")[position]
    if width == 1 or not big.any():
        return values
    return np.where(big, values.byteswap(), values)


def u16(buffer: Bytes, position: Ints, big: Flags | bool) -> Ints:
    """Read 16-bit unsigned integers as int64."""
    return unsigned(buffer, position, big, 2).astype(np.int64)


def u32(buffer: Bytes, position: Ints, big: Flags | bool) -> Ints:
    """Read 32-bit unsigned integers as int64."""
    return unsigned(buffer, position, big, 4).astype(np.int64)


def u64(buffer: Bytes, position: Ints, big: Flags | bool) -> Ints:
    """Read 64-bit unsigned integers; what int64 cannot hold is its greatest value."""
    values = unsigned(buffer, position, big, 8).view(np.int64)
    return np.where(values < 0, np.iinfo(np.int64).max, values)


def starts_with(buffer: Bytes, position: Ints, prefix: bytes) -> Flags:
    """Say which places start with `prefix`.

    Positions must be followed by at least ``len(prefix)`` bytes of the buffer.
    """
    item = np.frombuffer(prefix, dtype=f"V{len(prefix)}")[0]
    return np.asarray(sliding(buffer, item.dtype)[position] == item, dtype=np.bool_)


def spread(start: Ints, length: Ints) -> tuple[Ints, Ints]:
    """Give every element of many runs a number.

    Parameters
    ----------
    start, length : ndarray of int64, shape (n,)

    Returns
    -------
    index : ndarray of int64, shape (length.sum(),)
        ``start[i], start[i] + 1, ...`` of every run, one run after the other.
    first : ndarray of int64, shape (n + 1,)
        Where in `index` each run begins, and the total.
    """
    first = np.zeros(len(length) + 1, dtype=np.int64)
    np.cumsum(length, out=first[1:])
    index = np.repeat(start - first[:-1], length)
    index += np.arange(first[-1])
    return index, first


def flags(members: Iterable[int], size: int) -> Flags:
    """Make a table that says of each number below `size` whether it is among `members`."""
    table = np.zeros(size, dtype=np.bool_)
    table[list(members)] = True
    return table


def compact(numbers: Ints) -> tuple[Ints, Ints]:
    """Give small numbers new ones without gaps.

    Parameters
    ----------
    numbers : ndarray of int64, shape (n,)
        None negative, none large.

    Returns
    -------
    present : ndarray of int64, shape (k,)
        The different numbers, sorted.
    index : ndarray of int64, shape (n,)
        Where each stands in `present`.
    """
    present = indices(np.bincount(numbers))
    table = np.zeros(int(present[-1]) + 1 if len(present) else 0, dtype=np.int64)
    table[present] = np.arange(len(present))
    return present, table[numbers]


def starts_run(keys: npt.NDArray[Any]) -> Flags:
    """Say where a sorted key differs from the one before it."""
    first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return first


def stands_alone(keys: npt.NDArray[Any]) -> Flags:
    """Say which sorted keys differ from all others."""
    alone = starts_run(keys)
    alone[:-1] &= alone[1:].copy()
    return alone
