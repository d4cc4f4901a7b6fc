"""Which rows of a table belong to a source, and whether a file that is not listed is gone."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.discover import Source, discover
from imgframe.errors import SourceError

__all__ = ["Scope"]

_MAGIC: Final = re.compile(r"[*?\[]")
_SEPARATORS: Final = re.escape(os.sep + (os.altsep or ""))
_LAST_NAME: Final = f"[{_SEPARATORS}][^{_SEPARATORS}]*$"
_UNDECODED: Final = re.compile("[\udc80-\udcff]")
_ESCAPED: Final = re.compile(rb"%([89A-F][0-9A-F])")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_NAMED: Final = 16
"""A list of more paths than this is recorded as the folder that holds them all."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A source with absolute paths, and the rows that are its own: those at or below its roots.

    The paths in a catalogue are absolute, since it outlives the working directory.
    """

    source: Source
    """What is read."""
    roots: dict[str, str]
    """The files and folders that are named: as the table shows them, and as they are opened."""
    is_whole: bool
    """Whether all images below the roots are listed, not only those that match a pattern."""

    @classmethod
    def of(cls, source: Source, pattern: str | Iterable[str] | None) -> Scope:
        """Take a source as `read_images` does.

        Parameters
        ----------
        source : str, path-like, or iterable of these
        pattern : str or iterable of str, optional

        Returns
        -------
        Scope

        Raises
        ------
        UsageError
            An argument is not of the kinds above.
        SourceError
            The source is not there or cannot be opened.
        """
        single = isinstance(source, str | bytes | os.PathLike)
        if not single and isinstance(source, Iterable):
            source = list(source)
        # refuses what is no source, in the words of the caller
        discover(source, pattern)
        if isinstance(source, str | os.PathLike):
            path = _absolute(_at_home(os.fsdecode(source)))
            root = _fixed_part(path)
            return cls(path, {_shown(root): root}, pattern is None and root == path)
        paths = [_absolute(os.fsdecode(entry)) for entry in source]
        return cls(paths, {_shown(path): path for path in paths}, pattern is None)

    @property
    def digest(self) -> str:
        """By which the same source is known again."""
        listed = [self.source] if isinstance(self.source, str | os.PathLike) else self.source
        text = json.dumps([self.is_whole, sorted(os.fspath(path) for path in listed)])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def mask(self, paths: pl.Series) -> npt.NDArray[np.bool_]:
        """Say which paths are at or below a root.

        Parameters
        ----------
        paths : polars.Series of String

        Returns
        -------
        numpy.ndarray of bool
        """
        if len(self.roots) <= _NAMED:
            inside = np.zeros(len(paths), np.bool_)
            for root in self.roots:
                inside |= paths.str.starts_with(os.path.join(root, "")).to_numpy()
                inside |= (paths == root).to_numpy()
            return inside
        folders = paths.str.replace(_LAST_NAME, "")
        below = [one for one in folders.unique() if self._roots_over(one or os.sep)]
        return (folders.is_in(below) | paths.is_in(list(self.roots))).to_numpy()

    def has_gone(self, path: str, size: int | None, modified_at: datetime | None) -> bool:
        """Say of a file that the source does not list whether its row must go.

        It must if the file is no more; and, where all images are listed, if the file no longer
        is what the row says. What cannot be looked at keeps its row.

        Parameters
        ----------
        path : str
        size : int or None
        modified_at : datetime.datetime or None
            Columns of the row.

        Returns
        -------
        bool

        Raises
        ------
        SourceError
            The folder that the source names is itself not there any more.
        """
        for root in self._roots_over(os.path.dirname(path)):
            if not os.path.isdir(root):  # noqa: PTH112
                raise SourceError(f"no such folder: {root}; its rows are left as they are")
        try:
            status = _status(path)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        if not self.is_whole or size is None or modified_at is None:
            return False
        microseconds = (modified_at - _EPOCH) // timedelta(microseconds=1)
        return (size, microseconds) != (status.st_size, status.st_mtime_ns // 1000)

    def _roots_over(self, folder: str) -> list[str]:
        return [self.roots[one] for one in _upwards(folder) if one in self.roots]

    def devices(self) -> dict[str, int]:
        """Return the roots as the table shows them, and the number of the device each is on."""
        roots = self.roots
        if len(roots) > _NAMED:
            common = os.path.commonpath(list(roots))
            roots = {common: common}
        return {shown: _device(root) for shown, root in roots.items()}


def _at_home(path: str) -> str:
    if path.startswith("~") and not os.path.lexists(path):
        return os.path.expanduser(path)  # noqa: PTH111
    return path


def _absolute(path: str) -> str:
    """Return the one absolute path of a file; ``..`` behind a link to a folder is followed."""
    plain = os.path.abspath(path)  # noqa: PTH100
    head, dots, tail = path.rpartition(os.pardir + os.sep)
    if dots and not _is_same(head + dots, os.path.abspath(head + dots)):  # noqa: PTH100
        return os.path.join(os.path.realpath(head + dots), tail)
    return plain


def _is_same(first: str, second: str) -> bool:
    try:
        return os.path.samefile(first, second)  # noqa: PTH121
    except OSError:
        return True


def _fixed_part(path: str) -> str:
    """Return the folder that a glob starts from; any other path as it is."""
    while not os.path.lexists(path) and _MAGIC.search(path):
        path = os.path.dirname(path)
    return path


def _shown(path: str) -> str:
    return _UNDECODED.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", path)


def _status(path: str) -> os.stat_result:
    """Read the status of a file by the path that the table shows."""
    try:
        return os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        unescaped = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), os.fsencode(path))
        return os.stat(unescaped)  # noqa: PTH116


def _device(path: str) -> int:
    try:
        return os.stat(path).st_dev  # noqa: PTH116
    except OSError:
        return -1


def _upwards(folder: str) -> Iterator[str]:
    """Go from a folder up to the top."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or not above:
            return
        folder = above
