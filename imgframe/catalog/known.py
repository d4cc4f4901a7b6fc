"""The rows of a table that belong to a source, and what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from imgframe.catalog.columns import tags_among
from imgframe.catalog.index import COMPARED, FACTS, Facts, FileIndex, facts_of, hashed, is_same
from imgframe.catalog.parts import Part
from imgframe.catalog.scope import Scope
from imgframe.catalog.spill import FOLDER

__all__ = ["Counts", "KnownRows"]


@dataclass(slots=True)
class Counts:
    """What an update finds, file by file."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    outdated: int = 0
    failed: int = 0


class KnownRows:
    """The rows of a table that belong to a source, and what becomes of each.

    `compare` may be called in another thread than the rest.

    Parameters
    ----------
    parts : sequence of Part
        The table.
    scope : Scope
        The source.
    fresh : sequence of bool
        Of every part, whether its rows stay while their files are as they were.
    outdated : sequence of bool
        Of every part, whether an older decoder has read it.
    """

    def __init__(
        self, parts: Sequence[Part], scope: Scope, fresh: Sequence[bool], outdated: Sequence[bool]
    ) -> None:
        found = [np.empty(0, FACTS)]
        for number, part in enumerate(parts):
            for frame in part.frames(COMPARED):
                own = scope.mask(frame["path"])
                rows = facts_of(frame if own.all() else frame.filter(pl.Series(own)))
                rows["part"] = number
                found.append(rows)
        self._index = FileIndex(np.concatenate(found))
        self._rows = self._index.rows
        self._parts = parts
        self._scope = scope
        self._fresh = np.array(fresh, np.bool_)
        self._outdated = np.array(outdated, np.bool_)
        self._compared = Counts()
        self._read = Counts()

    def __len__(self) -> int:
        return len(self._index)

    @property
    def counts(self) -> Counts:
        """What has been found up to now."""
        both = (self._compared, self._read)
        return Counts(*(sum(getattr(one, name) for one in both) for name in Counts.__slots__))

    @property
    def is_unseen(self) -> bool:
        """Whether there are rows and the source has listed none of them."""
        return len(self) > 0 and not self._rows["seen"][:-1].any()

    def compare(self, files: Facts) -> npt.NDArray[np.bool_]:
        """Compare files with the rows that there are; say which have to be read.

        A file that could not be opened is tried again: permissions leave no trace in what is
        compared.

        Parameters
        ----------
        files : numpy.ndarray of FACTS

        Returns
        -------
        numpy.ndarray of bool
        """
        at, stays = self._index.find_same(files)
        old = self._rows[at]
        stays &= ~old["passing"]
        stays[stays] = self._fresh[old["part"][stays]]
        self._rows["seen"][at[stays]] = True
        self._compared.unchanged += int(np.count_nonzero(stays))
        self._compared.failed += int(np.count_nonzero(old["error"][stays]))
        self._compared.outdated += self._count_outdated(old[stays])
        return ~stays

    def admit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Compare rows that were read with those known; return the ones to be written.

        The row of a file that is as it was stays where it is, even if the file cannot be read
        at the moment; but not if it had an error that is gone, or was read in another way.

        Parameters
        ----------
        frame : polars.DataFrame
            With the column `spill.FOLDER`.

        Returns
        -------
        polars.DataFrame
        """
        facts = facts_of(frame)
        at = self._index.find(facts)
        known = at >= 0
        at = at[known]
        old, new = self._rows[at], facts[known]
        same = is_same(old, new)
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
        counts = self._read
        counts.added += int(np.count_nonzero(~known))
        counts.unchanged += unchanged
        counts.changed += at.size - unchanged
        counts.failed += int(np.count_nonzero(failed))
        counts.outdated += self._count_outdated(old[stays])
        folders = frame[FOLDER].filter(pl.Series(known & written))
        counts.moved += self._count_moved(old[~stays], folders)
        return frame if written.all() else _without_empty_tags(frame.filter(pl.Series(written)))

    def forget(self, files: Facts) -> None:
        """Drop the rows that said why files could not be opened: they can be, and hold no image.

        Parameters
        ----------
        files : numpy.ndarray of FACTS
            They were read, and have no row.
        """
        at = self._index.find(files)
        at = at[(at >= 0) & self._rows["passing"][at]]
        self._rows["seen"][at] = True
        self._rows["gone"][at] = True
        self._read.removed += at.size

    def settle(self) -> None:
        """Decide about the rows of files that the source does not list.

        Raises
        ------
        SourceError
            The folder that the source names is not there any more.
        """
        for number in np.unique(self._rows["part"][~self._rows["seen"]]):
            for frame in self._parts[number].frames(COMPARED):
                at = self._index.find(facts_of(frame), int(number))
                unseen = ~self._rows["seen"][at]
                rows = frame.filter(pl.Series(unseen)).select(COMPARED[:3]).iter_rows()
                gone = [self._scope.has_gone(*row) for row in rows]
                self._rows["gone"][at[unseen]] = gone
                self._read.removed += sum(gone)

    def losses(self) -> list[int]:
        """Return how many rows each part loses."""
        lost = self._rows["part"][self._rows["gone"]]
        return [int(n) for n in np.bincount(lost, minlength=len(self._parts))]

    def remaining(self, number: int, table: pa.Table) -> pa.Table:
        """Return the rows of a part that stay in the table.

        Parameters
        ----------
        number : int
            Of the part.
        table : pyarrow.Table
            Rows of it.

        Returns
        -------
        pyarrow.Table
        """
        paths = pl.Series(table.column("path"), dtype=pl.String)
        at = self._index.find(hashed(paths), number)
        return table.filter(pa.array(~self._rows["gone"][at]))

    def _count_outdated(self, rows: Facts) -> int:
        return int(np.count_nonzero(self._outdated[rows["part"]]))

    def _count_moved(self, rows: Facts, folders: pl.Series) -> int:
        before = [self._parts[number].partition for number in rows["part"].tolist()]
        return sum(old != new for old, new in zip(before, folders, strict=True))


def _without_empty_tags(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop the columns of tags that only the rows left out had."""
    tags = tags_among(frame.columns) - {FOLDER}
    return frame.drop([name for name in tags if frame[name].null_count() == frame.height])
