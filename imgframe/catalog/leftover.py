"""What an update that did not come to its end has read, for the next one to take.

The runs of a killed update stay in its folder. The next update with the same options compares
them with the files, as it does with the table, and reads only what is in neither.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.catalog.index import FACTS, Facts, FileIndex, facts_of
from imgframe.catalog.scope import Scope
from imgframe.catalog.spill import RUN, read_run

__all__ = ["Leftover", "clear_unfinished"]


class Leftover:
    """Rows in runs that others have left, and which of them are taken.

    Parameters
    ----------
    private : pathlib.Path
        The folder that the folders of updates are in.
    scope : Scope
        The source of this update.
    way : dict
        How this update reads rows; see `Spill`.
    """

    def __init__(self, private: Path, scope: Scope, way: dict[str, Any]) -> None:
        self._private = private
        self._scope = scope
        self._runs = [p for p in sorted(private.glob(f"*/*{RUN}")) if _fits(p, way)]
        found = [np.empty(0, FACTS)]
        for number, path in enumerate(self._runs):
            for frame in _frames(path):
                rows = facts_of(frame)
                rows["part"] = number
                found.append(rows[~rows["passing"]])
        self._index = FileIndex(np.concatenate(found))

    def take(self, files: Facts) -> npt.NDArray[np.bool_]:
        """Say of which files there is a row that is still right, and take it.

        Parameters
        ----------
        files : numpy.ndarray of FACTS

        Returns
        -------
        numpy.ndarray of bool
        """
        if not len(self._index):
            return np.zeros(files.size, np.bool_)
        at, taken = self._index.find_same(files)
        self._index.rows["seen"][at[taken]] = True
        return taken

    def frames(self) -> Iterator[pl.DataFrame]:
        """Read the rows that have been taken.

        Yields
        ------
        polars.DataFrame
        """
        taken = self._index.rows[self._index.rows["seen"]]
        for number in np.unique(taken["part"][:-1]):
            for frame in _frames(self._runs[number]):
                at = self._index.find(facts_of(frame), int(number))
                rows = frame.filter(pl.Series((at >= 0) & self._index.rows["seen"][at]))
                if rows.height:
                    yield rows

    def clear(self) -> None:
        """Remove the runs whose files are all of this source: they have served."""
        for path in self._private.glob(f"*/*{RUN}"):
            if all(self._scope.mask(frame["path"]).all() for frame in _frames(path)):
                path.unlink()
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()


def clear_unfinished(folder: Path) -> None:
    """Remove what is of no use in the folder of an update, which is all but whole runs."""
    for path in folder.iterdir():
        if path.suffix != RUN:
            path.unlink()
    if not any(folder.iterdir()):
        shutil.rmtree(folder)


def _fits(path: Path, way: dict[str, Any]) -> bool:
    run = read_run(path)
    return run is not None and run[0] == way


def _frames(path: Path) -> Iterator[pl.DataFrame]:
    run = read_run(path)
    return run[1] if run else iter(())
