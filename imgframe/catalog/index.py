"""What a table knows of the files of a source, small enough to hold for millions of them.

A path is kept as 128 bits of hash, so a row costs some fifty bytes however long its path is.
That two paths out of ten million share their hash has a chance of 10^-25.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.catalog.columns import tags_among
from imgframe.catalog.parts import Part
from imgframe.catalog.scope import Scope
from imgframe.discover import UNKNOWN_TIME

__all__ = ["COMPARED", "Counts", "KnownRows"]

_Rows: TypeAlias = npt.NDArray[Any]

_ROW: Final = np.dtype(
    [
        ("low", "u8"),
        ("high", "u8"),
        ("size", "i8"),
        ("modified", "i8"),
        ("error", "u8"),
        ("part", "i4"),
        ("seen", "?"),
        ("gone", "?"),
    ]
)
"""Two hashes of the path, the hash of the error (0: none), the number of the part; whether the
source lists the file; whether the row leaves the table."""

COMPARED: Final = ["path", "size", "modified_at", "error"]


@dataclass(slots=True)
class Counts:
    """What an update finds, file by file."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: int = 0


class KnownRows:
    """The rows of a table that belong to a source, and what becomes of each.

    Parameters
    ----------
    parts : sequence of Part
        The table.
    scope : Scope
        The source.
    fresh : sequence of bool
        Of every part, whether its rows would be read the same way now.
    """

    def __init__(self, parts: Sequence[Part], scope: Scope, fresh: Sequence[bool]) -> None:
        found = [np.empty(0, _ROW)]
        for number, part in enumerate(parts):
            for frame in part.frames(COMPARED):
                rows = _facts(frame.filter(pl.Series(scope.mask(frame["path"]))))
                rows["part"] = number
                found.append(rows)
        rows = np.concatenate(found)
        rows = rows[np.argsort(rows["low"])]
        self._low = np.ascontiguousarray(rows["low"])
        # one more at the end stands at the place -1 for all that are not known
        self._rows = np.append(rows, np.array([(0, 0, 0, 0, 0, 0, True, False)], _ROW))
        self._longest_run = int(np.unique(self._low, return_counts=True)[1].max(initial=0))
        self._parts = parts
        self._scope = scope
        self._fresh = np.array(fresh, np.bool_)
        self.counts = Counts()

    def __len__(self) -> int:
        return int(self._low.size)

    @property
    def is_unseen(self) -> bool:
        """Whether there are rows and the source has listed none of them."""
        return len(self) > 0 and not self._rows["seen"][:-1].any()

    def admit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Compare rows that were read with those known; return the ones to be written.

        The row of a file that is as it was stays where it is, even if the file cannot be read
        at the moment; but not if it had an error that is gone, or was read in another way.

        Parameters
        ----------
        frame : polars.DataFrame

        Returns
        -------
        polars.DataFrame
        """
        facts = _facts(frame)
        at = self._find(facts)
        known = at >= 0
        at = at[known]
        old, new = self._rows[at], facts[known]
        same = (old["size"] == new["size"]) & (old["modified"] == new["modified"])
        as_good = (old["error"] == 0) | (old["error"] == new["error"])
        stays = same & as_good & self._fresh[old["part"]]
        self._rows["seen"][at] = True
        self._rows["gone"][at] = ~stays
        written = ~known
        written[known] = ~stays
        failed = facts["error"] != 0
        failed[known] &= ~stays | (old["error"] != 0)
        unchanged = int(
            np.count_nonzero(same & (stays | ((old["error"] == 0) == (new["error"] == 0))))
        )
        self.counts.added += int(np.count_nonzero(~known))
        self.counts.unchanged += unchanged
        self.counts.changed += at.size - unchanged
        self.counts.failed += int(np.count_nonzero(failed))
        return frame if written.all() else _without_empty_tags(frame.filter(pl.Series(written)))

    def settle(self) -> None:
        """Decide about the rows of files that the source does not list.

        Raises
        ------
        SourceError
            The folder that the source names is not there any more.
        """
        for number in np.unique(self._rows["part"][~self._rows["seen"]]):
            for frame in self._parts[number].frames(COMPARED):
                at = self._find(_facts(frame), int(number))
                unseen = ~self._rows["seen"][at]
                rows = frame.filter(pl.Series(unseen)).select(COMPARED[:3]).iter_rows()
                gone = [self._scope.has_gone(*row) for row in rows]
                self._rows["gone"][at[unseen]] = gone
                self.counts.removed += sum(gone)

    def losses(self) -> list[int]:
        """Return how many rows each part loses."""
        lost = self._rows["part"][self._rows["gone"]]
        return list(np.bincount(lost, minlength=len(self._parts)))

    def stay(self, number: int, frame: pl.DataFrame) -> npt.NDArray[np.bool_]:
        """Say which rows of a part stay in the table.

        Parameters
        ----------
        number : int
            Of the part.
        frame : polars.DataFrame
            Rows of it, with the columns that are compared.

        Returns
        -------
        numpy.ndarray of bool
        """
        gone: npt.NDArray[np.bool_] = self._rows["gone"][self._find(_facts(frame), number)]
        return ~gone

    def _find(self, facts: _Rows, part: int | None = None) -> npt.NDArray[np.int64]:
        """Return the places of rows among those known, of one part if given; -1 for none."""
        found = np.full(facts.size, -1, np.int64)
        start = np.searchsorted(self._low, facts["low"])
        for step in range(self._longest_run):
            at = np.minimum(start + step, self._low.size - 1)
            there = self._rows[at]
            hit = (there["low"] == facts["low"]) & (there["high"] == facts["high"])
            if part is not None:
                hit &= there["part"] == part
            found[hit] = at[hit]
        return found


def _without_empty_tags(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop the columns of tags that only the rows left out had."""
    tags = tags_among(frame.columns)
    return frame.drop([name for name in tags if frame[name].null_count() == frame.height])


def _facts(frame: pl.DataFrame) -> _Rows:
    """Return what is compared of rows."""
    rows = np.zeros(frame.height, _ROW)
    rows["low"] = frame["path"].hash(seed=1).to_numpy()
    rows["high"] = frame["path"].hash(seed=2).to_numpy()
    rows["size"] = frame["size"].fill_null(-1).to_numpy()
    rows["modified"] = frame["modified_at"].to_physical().fill_null(UNKNOWN_TIME).to_numpy()
    failed = frame["error"].is_not_null().to_numpy()
    rows["error"][failed] = frame["error"].drop_nulls().hash().to_numpy() | np.uint64(1)
    return rows
