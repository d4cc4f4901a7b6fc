"""Chains of blocks in bytes: the head of each tells where the next one begins.

All chains of a batch are walked in lockstep: each step reads one head of every chain that goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imgframe.batch import Bytes, Columns, Flags, Ints, indices, ints
from imgframe.kernels import flags, sliding

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
    few: int,
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
        A chain of as many blocks is not walked to its end.
    few : int
        Chains that are not walked to their end either, when no more of them are left.

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
        if len(chain) <= few:
            break
        raw = heads[at]
        sound, begin, length, following = measure(raw.view(head), at)
        sound &= begin + length <= end
        goes_on = sound & (following + least <= end)
        if sound.all():
            found.append((chain, raw, begin, length))
        else:
            found.append((chain[sound], raw[sound], begin[sound], length[sound]))
            following = np.where(sound, following, at)
        # In most steps no chain ends.
        if not goes_on.all():
            ends = indices(~goes_on)
            stop[chain[ends]] = following[ends]
            go = indices(goes_on)
            chain, following, end = chain[go], following[go], end[go]
        at = following
    stop[chain] = at
    if not found:
        return Blocks(ints(), np.empty(0, dtype=head), ints(), ints()), stop
    chain, raw, begin, length = (np.concatenate(column) for column in zip(*found, strict=True))
    return Blocks(chain, raw.view(head), begin, length), stop


def is_blank(buffer: Bytes, start: Ints, end: Ints, blanks: bytes) -> Flags:
    """Say where there is nothing but `blanks`, one of which is NUL, from `start` up to `end`."""
    blank = start >= end
    view = memoryview(buffer.data)
    left = indices(~blank)
    left = left[flags(blanks, 256)[buffer[start[left]]]]
    for i, low, high in zip(left.tolist(), start[left].tolist(), end[left].tolist(), strict=True):
        # Nearly all padding is zeros, which NumPy skips faster.
        blank[i] = not buffer[low:high].any() or not bytes(view[low:high]).strip(blanks)
    return blank
