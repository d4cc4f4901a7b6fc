"""The files that are no images: they have no row, and are remembered lest every update opens them.

Beside photographs lie videos, sidecars and notes. What is kept of each is what is compared with a
file of the table: two hashes of the path, the size and the time of modification, 36 bytes in one
file a catalogue among the caches of the user, since a catalogue holds nothing but Parquet. Where it
is missing, damaged, of another decoder or of a Polars with other hashes, files are opened that need
not be, and no row is lost.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.caches import cache_folder
from imgframe.catalog.index import FACTS, Facts, FileIndex, hashed
from imgframe.catalog.scope import Scope
from imgframe.discover import IMAGE_EXTENSIONS

__all__ = ["PassedOver", "passed_over"]

_ENTRY: Final = np.dtype(
    [("low", "<u8"), ("high", "<u8"), ("size", "<i8"), ("modified", "<i8"), ("part", "<i4")]
)
"""What is kept of `FACTS`; `part` is the number of the source that listed the file last."""

_EXTENSION: Final = r"(\.[^.]*)$"


def passed_over(catalog: Path) -> Path:
    """Return where the entries of a catalogue are kept."""
    name = hashlib.sha256(os.fsencode(catalog)).hexdigest()[:32]
    return cache_folder() / "passed-over" / name


class PassedOver:
    """The files that had no image in them when they were read, and those that have none now.

    `knows` and `expect` may be called in another thread than the rest.

    Parameters
    ----------
    path : pathlib.Path
        Where the entries are kept.
    scope : Scope
        The source.
    decoder : dict
        How files are read; see `Task`.
    full : bool
        Whether the entries are left aside.
    """

    def __init__(self, path: Path, scope: Scope, decoder: dict[str, Any], full: bool) -> None:
        own = [scope.digest, {name: decoder[name] for name in decoder if name != "imgframe"}]
        self._path = path
        self._sources, entries = _read(path)
        rows = np.zeros(entries.size, FACTS)
        for name in _ENTRY.names or ():
            rows[name] = entries[name]
        self._index = FileIndex(rows)
        same_way = [way == own[1] and not full for _, way in self._sources]
        self._is_valid = np.array(same_way, np.bool_)
        before = [number for number, (source, _) in enumerate(self._sources) if source == own[0]]
        self._own = before[0] if before else len(self._sources)
        self._sources[self._own : self._own + 1] = [own]
        self._expected: list[Facts] = [np.empty(0, FACTS)]
        self._came: list[npt.NDArray[np.uint64]] = []

    def knows(self, files: Facts) -> npt.NDArray[np.bool_]:
        """Say which files need not be opened, being what they were when they were no images.

        Parameters
        ----------
        files : numpy.ndarray of FACTS

        Returns
        -------
        numpy.ndarray of bool
        """
        known = np.zeros(files.size, np.bool_)
        if len(self._index) and files.size:
            rows = self._index.rows
            at, known = self._index.find_same(files)
            known[known] = self._is_valid[rows["part"][at[known]]]
            rows["seen"][at[known]] = True
            rows["gone"][at[(at >= 0) & ~known]] = True
        return known

    def expect(self, files: Facts) -> None:
        """Take files that are read, and have a row only if they are images."""
        if files.size:
            self._expected.append(files)

    def come(self, paths: pl.Series) -> None:
        """Take the paths of rows that were read."""
        # an image is rarely without the extension of one, so few hashes are held
        extensions = paths.str.extract(_EXTENSION).str.to_lowercase()
        unsure = paths.filter(~extensions.is_in(list(IMAGE_EXTENSIONS)).fill_null(False))
        if len(unsure):
            self._came.append(hashed(unsure)["low"])

    def found(self) -> Facts:
        """Return the files that were read and had no image in them."""
        expected = np.concatenate(self._expected)
        if not self._came:
            return expected
        none: Facts = expected[~np.isin(expected["low"], np.concatenate(self._came))]
        return none

    def save(self, found: Facts) -> None:
        """Keep what is right for the next update; where that fails, it reads more files.

        Parameters
        ----------
        found : numpy.ndarray of FACTS
            The files that had no image in them.
        """
        old = self._index.rows[:-1]
        is_own = old["part"] == self._own
        stays = ~old["gone"] & (old["seen"] | ~is_own)
        if not found.size and stays.all() and is_own[old["seen"]].all():
            return
        old["part"][old["seen"]] = self._own
        found["part"] = self._own
        entries = np.empty(np.count_nonzero(stays) + found.size, _ENTRY)
        for name in _ENTRY.names or ():
            entries[name] = np.concatenate([old[name][stays], found[name]])
        used, entries["part"] = np.unique(entries["part"], return_inverse=True)
        with suppress(OSError):
            _write(self._path, [self._sources[number] for number in used], entries)


def _read(path: Path) -> tuple[list[Any], npt.NDArray[Any]]:
    """Return the sources, each with the way it was read, and the entries; none if not whole."""
    with suppress(OSError, ValueError, KeyError, TypeError), path.open("rb") as file:
        head = json.loads(file.readline())
        entries = np.fromfile(file, _ENTRY)
        if head["checksum"] == _checksum(head["sources"], entries):
            return head["sources"], entries
    return [], np.empty(0, _ENTRY)


def _write(path: Path, sources: list[Any], entries: npt.NDArray[Any]) -> None:
    if not entries.size:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        with draft.open("wb") as file:
            head = {"checksum": _checksum(sources, entries), "sources": sources}
            file.write(json.dumps(head).encode() + b"\n")
            file.flush()
            entries.tofile(file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _checksum(sources: list[Any], entries: npt.NDArray[Any]) -> int:
    return zlib.crc32(entries.data, zlib.crc32(json.dumps(sources).encode()))
