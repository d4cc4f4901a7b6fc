"""Chains of blocks in bytes: the head of each tells where the next one begins.

All chains of a batch are walked in lockstep: each step reads one head of every chain that goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import Bytes, Columns, Flags, Ints, indices, ints
from imgframe.kernels import flags, sliding

FEW: Final = 24
"""Chains that are walked faster one by one."""

Heads = npt.NDArray[np.void]
Measure = Callable[[Heads, Ints], tuple[Flags, Ints, Ints, Ints]]
"""Takes heads and where they stand; says whether they are sound, where the contents of each start,
how long they are, and where the next head would stand."""


@dataclass(frozen=True, slots=True)
class Blocks(Columns):
    """Blocks that lie within their chains."""

    chain: Ints
    head: Heads
    start: Ints
    """Where in the buffer its contents start."""
    length: Ints


def walk(
    buffer: Bytes,
    start: Ints,
    end: Ints,
    head: np.dtype[np.void],
    measure: Measure,
    least: int,
    most: int,
) -> tuple[Blocks, Ints]:
    """Walk chains up to the first block that is not sound.

    Parameters
    ----------
    buffer : ndarray of uint8
    start, end : ndarray of int64, shape (n,)
        Where in the buffer each chain lies.
    head : dtype
        Fields of a head. Where fewer bytes are left, what follows the chain is read.
    measure : callable
    least : int
        A chain goes on where as many bytes are left.
    most : int
        A chain of as many blocks is not walked to its end, nor are those that are left when they
        are few.

    Returns
    -------
    blocks : Blocks
        Those of a chain in their order.
    stop : ndarray of int64, shape (n,)
        Where in the buffer the walk of each chain ended.
    """
    heads = sliding(buffer, f"V{head.itemsize}")
    stop = start.copy()
    chain = indices(start + least <= end)
    at, end = start[chain], end[chain]
    found = []
    for _ in range(most - 1):
        if len(chain) < FEW:
            break
        raw = heads[at]
        sound, begin, length, following = measure(raw.view(head), at)
        sound &= begin + length <= end
        if not sound.all():
            go = indices(sound)
            chain, end, raw, begin = chain[go], end[go], raw[go], begin[go]
            length, following = length[go], following[go]
        found.append((chain, raw, begin, length))
        stop[chain] = following
        go = indices(following + least <= end)
        chain, at, end = chain[go], following[go], end[go]
    if not found:
        return Blocks(ints(), np.empty(0, dtype=head), ints(), ints()), stop
    chain, raw, begin, length = (np.concatenate(column) for column in zip(*found, strict=True))
    return Blocks(chain, raw.view(head), begin, length), stop


def is_blank(buffer: Bytes, start: Ints, end: Ints, blanks: bytes) -> Flags:
    """Say where there is nothing but `blanks` from `start` up to `end`."""
    blank = start >= end
    view = memoryview(buffer.data)
    left = indices(~blank)
    left = left[flags(blanks, 256)[buffer[start[left]]]]
    for i, low, high in zip(left.tolist(), start[left].tolist(), end[left].tolist(), strict=True):
        blank[i] = not bytes(view[low:high]).strip(blanks)
    return blank


def starts_run(keys: npt.NDArray[Any]) -> Flags:
    """Say where a sorted key differs from the one before it."""
    first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return first
