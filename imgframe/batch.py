"""The value types that travel from the reading of bytes to the columns.

A batch of files is one byte buffer. What a stage says about many files is a *struct of arrays*:
a frozen dataclass whose fields are arrays of one length.

Bytes are addressed by *space* and *offset*. The space of a file is its row in the batch and its
offsets are those of the file, so pointers found in a file are used as they stand. Bytes that are
no part of a file as they are (inflated, joined from chunks) form spaces of their own, numbered
after the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

KEY_SHIFT = 44
"""A space and an offset below 16 TiB make one sortable integer: ``space << KEY_SHIFT | offset``."""


def indices(mask: npt.NDArray[Any]) -> Ints:
    """Return where an array of one dimension is not zero; the NumPy function takes 3 us more."""
    return mask.nonzero()[0]


class Columns:
    """Base of the structs of arrays: take rows, join."""

    __slots__: tuple[str, ...] = ()

    def take(self, index: Ints | Flags) -> Self:
        """Return the rows at `index` (positions or a mask)."""
        if index.dtype == np.bool_:
            index = indices(index)
        return type(self)(*[getattr(self, name)[index] for name in self.__slots__])

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """Put parts one below the other."""
        if len(parts) == 1:
            return parts[0]
        filled = [part for part in parts if len(part)] or parts[:1]
        if len(filled) == 1:
            return filled[0]
        return cls(*[np.concatenate([getattr(p, n) for p in filled]) for n in cls.__slots__])

    def __len__(self) -> int:
        return len(getattr(self, self.__slots__[0]))


@dataclass(frozen=True, slots=True)
class Segments(Columns):
    """Where the bytes of a family stand: one entry a segment, in the order they were found."""

    row: Ints
    """Row of the file."""
    family: Ints
    """What it holds: a `schema.Family`."""
    space: Ints
    """The address space of its bytes; the row itself for bytes that stand in the file."""
    start: Ints
    """Offset of its first byte in the space."""
    length: Ints
    """Bytes; never reaches beyond the end of the space."""


@dataclass(frozen=True, slots=True)
class Needs(Columns):
    """Bytes that are not in the buffer and must be there to go on."""

    space: Ints
    offset: Ints
    length: Ints


@dataclass(frozen=True, slots=True)
class Problems(Columns):
    """What could not be decoded: one entry a problem."""

    row: Ints
    """Row of the file."""
    text: npt.NDArray[np.object_]
    """What is wrong, as a person would want to read it."""


def ints(values: Sequence[int] | Ints = ()) -> Ints:
    """Make an array of 64-bit integers."""
    return np.asarray(values, dtype=np.int64)


NO_SEGMENTS = Segments(ints(), ints(), ints(), ints(), ints())
NO_NEEDS = Needs(ints(), ints(), ints())
NO_PROBLEMS = Problems(ints(), np.empty(0, dtype=object))


@dataclass(frozen=True, slots=True)
class Located:
    """What a container found in its files."""

    width: Ints
    """Pixels as stored, -1 where not known; one entry for each row asked for."""
    height: Ints
    segments: Segments
    """Those in `pieces` have a negative space: -1 for the first piece, -2 for the second."""
    needs: Needs
    problems: Problems
    errors: Problems = NO_PROBLEMS
    """Why a file as a whole cannot be read."""
    pieces: tuple[bytes, ...] = ()
    """Bytes that do not stand in the file as they are: inflated, or joined from chunks."""


def problems(rows: Ints, texts: Sequence[str] | str) -> Problems:
    """Make problems of rows and one text each, or one text for all."""
    column = np.empty(len(rows), dtype=object)
    column[:] = texts
    return Problems(rows, column)


@dataclass(frozen=True, slots=True)
class Extents(Columns):
    """Runs of bytes beyond the heads, sorted by where they start."""

    key: Ints
    """Space and offset of the first byte, as one integer (see `KEY_SHIFT`)."""
    end: Ints
    """Space and offset behind the last byte, likewise."""
    start: Ints
    """Where in the buffer the run starts."""
    reach: Ints
    """The furthest `end` of the runs up to this one."""
    best: Ints
    """Which run reaches it."""

    @classmethod
    def of(cls, key: Ints, end: Ints, start: Ints) -> Self:
        """Sort runs given in any order; they may overlap."""
        order = np.argsort(key, kind="stable")
        key, end, start = key[order], end[order], start[order]
        reach = np.maximum.accumulate(end) if len(end) else end
        best = (
            np.maximum.accumulate(np.where(end == reach, np.arange(len(end)), 0))
            if len(end)
            else end
        )
        return cls(key, end, start, reach, best)


NO_EXTENTS = Extents(ints(), ints(), ints(), ints(), ints())


@dataclass(frozen=True, slots=True)
class HeaderBatch:
    """Header bytes of many files in one buffer.

    True of every batch: all runs lie within the used part of the buffer and within their space;
    behind the used part there is room for a wide read.
    """

    buffer: Bytes
    used: int
    """Bytes of the buffer in use."""
    sizes: Ints
    """Bytes in each space: the size of the file, or of the bytes made."""
    head_start: Ints
    """Where in the buffer the first bytes of each space stand."""
    head_length: Ints
    """How many of them there are, from offset 0 on."""
    extents: Extents
    """What has been read further on."""
    paths: Sequence[str] = ()
    """What `open` takes, of every file; none where bytes may not be read on."""

    def locate(self, space: Ints, offset: Ints, length: Ints | int) -> Ints:
        """Find bytes in the buffer.

        Parameters
        ----------
        space, offset : ndarray of int64, shape (n,)
            Offsets must not be negative, nor beyond 16 TiB.
        length : ndarray of int64, shape (n,), or int

        Returns
        -------
        ndarray of int64, shape (n,)
            Position in `buffer`, or -1 where not all bytes are there.
        """
        end = offset + length
        position = np.where(end <= self.head_length[space], self.head_start[space] + offset, -1)
        if len(self.extents):
            missing = indices(position < 0)
            if len(missing):
                position[missing] = self._beyond(space[missing], offset[missing], end[missing])
        return position

    def _beyond(self, space: Ints, offset: Ints, end: Ints) -> Ints:
        runs = self.extents
        key = (space << KEY_SHIFT) + offset
        at = np.searchsorted(runs.key, key, side="right") - 1
        inside = (at >= 0) & (runs.reach[at] >= (space << KEY_SHIFT) + end)
        run = runs.best[at]
        return np.where(inside, runs.start[run] + key - runs.key[run], -1)
