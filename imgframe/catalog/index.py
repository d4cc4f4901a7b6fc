"""What is known of many files, small enough to hold for millions of them.

A path is kept as 128 bits of hash, so a row costs some fifty bytes however long its path is.
That two paths out of ten million share their hash has a chance of 10^-25.
"""

from __future__ import annotations

import errno
import os
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.discover import UNKNOWN_TIME, FileBatch

__all__ = [
    "COMPARED",
    "FACTS",
    "Facts",
    "FileIndex",
    "facts_of",
    "facts_of_files",
    "hashed",
    "is_same",
]

Facts: TypeAlias = npt.NDArray[Any]
"""An array of `FACTS`."""

FACTS: Final = np.dtype(
    [
        ("low", "u8"),
        ("high", "u8"),
        ("size", "i8"),
        ("modified", "i8"),
        ("error", "u8"),
        ("part", "i4"),
        ("passing", "?"),
        ("seen", "?"),
        ("gone", "?"),
    ]
)
"""Two hashes of the path, the hash of the error (0: none), the number of the part; whether the
error may pass though the file stays as it is; whether the source lists the file; whether the row
leaves the table."""

_OF_SYSTEM: Final = sorted({"no such file", *map(os.strerror, errno.errorcode)})
_OF_US: Final = "^(internal error|the worker process)"
"""Errors that say nothing of the bytes of a file: permissions and networks leave no trace there."""

COMPARED: Final = ["path", "size", "modified_at", "error"]


class FileIndex:
    """Facts that are found by path.

    Parameters
    ----------
    rows : numpy.ndarray of FACTS
    """

    def __init__(self, rows: Facts) -> None:
        rows = rows[np.argsort(rows["low"])]
        self._low = np.ascontiguousarray(rows["low"])
        starts = np.flatnonzero(np.diff(self._low, prepend=~self._low[:1]))
        self._longest_run = int(np.diff(starts, append=rows.size).max(initial=0))
        # one more at the end stands at the place -1 for all that are not known
        none = np.zeros(1, FACTS)
        none["seen"] = True
        self.rows: Facts = np.append(rows, none)
        """In no order that means anything, and one more."""

    def __len__(self) -> int:
        return int(self._low.size)

    def find(self, facts: Facts, part: int | None = None) -> npt.NDArray[np.int64]:
        """Return the places of files in `rows`, of one part if given; -1 for none.

        Parameters
        ----------
        facts : numpy.ndarray of FACTS
        part : int, optional

        Returns
        -------
        numpy.ndarray of int64
        """
        found = np.full(facts.size, -1, np.int64)
        start = np.searchsorted(self._low, facts["low"])
        for step in range(self._longest_run):
            at = np.minimum(start + step, self._low.size - 1)
            there = self.rows[at]
            hit = (there["low"] == facts["low"]) & (there["high"] == facts["high"])
            if part is not None:
                hit &= there["part"] == part
            found[hit] = at[hit]
        return found

    def find_same(self, facts: Facts) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Return the places of files in `rows`, and which files are as they were.

        A file that could not be opened is not: permissions leave no trace in what is compared.

        Parameters
        ----------
        facts : numpy.ndarray of FACTS

        Returns
        -------
        at : numpy.ndarray of int64
            -1 for none.
        same : numpy.ndarray of bool
        """
        at = self.find(facts)
        return at, (at >= 0) & is_same(self.rows[at], facts) & ~facts["passing"]


def facts_of(frame: pl.DataFrame) -> Facts:
    """Return what is known of the files of a frame with the columns `COMPARED`."""
    rows = hashed(frame["path"])
    rows["size"] = frame["size"].fill_null(-1).to_numpy()
    rows["modified"] = frame["modified_at"].to_physical().fill_null(UNKNOWN_TIME).to_numpy()
    failed = frame["error"].is_not_null().to_numpy()
    if failed.any():
        errors = frame["error"].drop_nulls()
        passing = errors.is_in(_OF_SYSTEM) | errors.str.contains(_OF_US)
        rows["error"][failed] = errors.hash().to_numpy() | np.uint64(1)
        rows["passing"][failed] = passing.to_numpy()
    return rows


def facts_of_files(files: FileBatch) -> Facts:
    """Return what is known of files before they are read."""
    rows = hashed(pl.Series(files.paths, dtype=pl.String))
    rows["size"] = files.sizes
    rows["modified"] = files.modified_us
    rows["error"][list(files.errors)] = 1
    rows["passing"] = rows["error"] != 0
    return rows


def is_same(old: Facts, new: Facts) -> npt.NDArray[np.bool_]:
    """Say which files have the size and the time of modification that they had."""
    same: npt.NDArray[np.bool_] = (old["size"] == new["size"]) & (
        old["modified"] == new["modified"]
    )
    return same


def hashed(paths: pl.Series) -> Facts:
    """Return facts of which only the paths are known."""
    rows = np.zeros(len(paths), FACTS)
    rows["low"] = paths.hash(seed=1).to_numpy()
    rows["high"] = paths.hash(seed=2).to_numpy()
    return rows
