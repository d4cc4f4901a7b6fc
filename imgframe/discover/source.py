"""What a source is: a folder, a file, a glob or a list."""

from __future__ import annotations

import heapq
import os
import re
import stat
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeAlias

from imgframe.discover.files import FileBatch, batches
from imgframe.discover.patterns import EVERYTHING, Choice
from imgframe.discover.walk import WINDOWS, Found, reason, shown, status_of, walk
from imgframe.errors import SourceError, UsageError

__all__ = ["Source", "discover"]

Source: TypeAlias = "str | os.PathLike[str] | Iterable[str | os.PathLike[str]]"

_MAGIC: Final = re.compile(r"[*?[]")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SEPARATORS: Final = os.sep + (os.altsep or "")


def discover(
    source: Source, pattern: str | Iterable[str] | None = None, *, batch_size: int = 2560
) -> Iterator[FileBatch]:
    """Find the files of a source.

    Files are listed while the batches are taken; what is held is the names in the folders on the
    way down to the present file, and one batch.

    Parameters
    ----------
    source : str, path-like, or iterable of these
        A folder, read with all below it; a file; a glob, where ``**`` stands for any number of
        folders; or a list of files and folders. Names with a leading dot are passed over, as in
        a shell, unless they are given themselves.
    pattern : str or iterable of str, optional
        Which files of a folder to take, instead of those that are images: shell patterns, matched
        with the name whatever its case or, where one contains a ``/``, with the path relative to
        the folder (``2024/*.jpg``, ``**/raw/*``).
    batch_size : int, default 2560
        Files in a batch; the last one may have fewer.

    Returns
    -------
    iterator of FileBatch
        In codepoint order of the paths. A symbolic link to a folder is followed, unless its files
        are reached by their own path or were reached through another link.

    Raises
    ------
    UsageError
        An argument is none of the above.
    SourceError
        The source is not there or cannot be opened. What is wrong further down never raises: it
        is a file with an error.
    """
    if not isinstance(batch_size, int) or batch_size < 1:
        raise UsageError(f"batch_size must be an integer of at least 1, not {batch_size!r}")
    choice = EVERYTHING
    chosen = pattern is not None
    if chosen:
        choice = Choice.of(_patterns(pattern), re.IGNORECASE)
    if not isinstance(source, str | bytes | os.PathLike):
        found = _listed(_entries(source), choice)
    else:
        path = _named(os.fsdecode(source))
        if _is_glob(path):
            if chosen:
                raise UsageError(f"a glob is a pattern by itself: write pattern into {path!r}")
            found = _glob(path)
            chosen = os.path.basename(path) != "**"
        else:
            found = _open(path, choice)
    return batches(found, chosen, batch_size)


def _named(source: str) -> str:
    """Return the path of a source given by one name."""
    path = _entry(source)
    if path.startswith("~") and not os.path.lexists(path):
        return os.path.expanduser(path)  # noqa: PTH111
    return path


def _is_glob(path: str) -> bool:
    return _MAGIC.search(path) is not None and not os.path.lexists(path)


def _open(path: str, choice: Choice) -> Iterator[Found]:
    """Find the files of a folder, or a file."""
    status = status_of(path)
    if isinstance(status, str) and not os.path.lexists(path):
        raise SourceError(f"{status}: {shown(path)}; give a folder, a file, a glob or a list")
    if isinstance(status, str) or not stat.S_ISDIR(status.st_mode):
        if path.lower().endswith(".zip"):
            raise UsageError(f"zip archives are not supported yet: unpack {shown(path)} first")
        return _listed([path], choice)
    _check_folder(path)
    return walk(path, choice)


def _check_folder(path: str) -> None:
    try:
        os.scandir(path or os.curdir).close()
    except OSError as error:
        raise SourceError(f"cannot list folder: {reason(error)}: {shown(path)}") from error


def _glob(path: str) -> Iterator[Found]:
    """Find the files that a glob stands for; its first folders are taken as they are written."""
    root, tail = os.path.splitdrive(path)
    segments = re.split(f"[{re.escape(_SEPARATORS)}]+", tail)
    if not segments[0]:
        root += os.sep
        segments.pop(0)
    while len(segments) > 1:
        onward = os.path.join(root, segments[0])
        if _is_glob(onward):
            break
        root = onward
        segments.pop(0)
    _check_folder(root)
    choice = Choice.of(["/".join(segments)], re.IGNORECASE if WINDOWS else re.NOFLAG)
    return _at_least_one(walk(root, choice), path)


def _at_least_one(found: Iterator[Found], glob: str) -> Iterator[Found]:
    first = next(found, None)
    if first is None:
        raise SourceError(
            f"no file matches {shown(glob)}; '**' at the end stands for all files of folders"
        )
    yield first
    yield from found


def _patterns(pattern: object) -> list[str]:
    """Return patterns relative to the source."""
    given = [pattern] if isinstance(pattern, str) else pattern
    if isinstance(given, Iterable):
        patterns = list(given)
        if patterns and all(isinstance(one, str) and one.strip("/") for one in patterns):
            return [one.strip("/") if "/" in one else f"**/{one}" for one in patterns]
    raise UsageError(f"pattern must be a shell pattern or a list of them, not {pattern!r}")


# Lists -------------------------------------------------------------------------------------------


def _entries(source: object) -> list[str]:
    """Return the paths of a list, each once, in the order of the table."""
    if not isinstance(source, Iterable):
        raise UsageError(
            f"source must be a folder, a file, a glob or a list of paths, not {source!r}"
        )
    paths = set()
    for entry in source:
        if not isinstance(entry, str | bytes | os.PathLike):
            raise UsageError(f"a list of paths holds str or os.PathLike, not {entry!r}")
        paths.add(_entry(os.fsdecode(entry)))
    return sorted(paths, key=shown)


def _entry(path: str) -> str:
    """Return a path without separators at its end."""
    if _URL.match(path):
        raise UsageError(f"URLs need to be downloaded first, they are not supported yet: {path}")
    if not path:
        raise UsageError("an empty path is no source; '.' is the current folder")
    if path[-1] not in _SEPARATORS:
        return path
    drive, tail = os.path.splitdrive(path)
    return drive + (tail.rstrip(_SEPARATORS) or os.sep)


_Walk: TypeAlias = tuple[str, int, Found, Iterator[Found]]
"""The path a walk has come to, as shown; its place in the list; the file there; the rest of it."""


def _listed(paths: list[str], choice: Choice) -> Iterator[Found]:
    """Find files given by their paths, in order and each once; folders among them are walked."""
    is_chosen = choice.files()
    walks: list[_Walk] = []
    for place, path in enumerate(paths):
        yield from _walked_until(shown(path), walks)
        status = status_of(path)
        if not isinstance(status, str) and stat.S_ISDIR(status.st_mode):
            below = walk(path, choice)
            for first in islice(below, 1):
                heapq.heappush(walks, (shown(first[0]), place, first, below))
        elif choice is EVERYTHING or is_chosen(os.path.basename(path)):
            yield path, status, True
    yield from _walked_until(None, walks)


def _walked_until(end: str | None, walks: list[_Walk]) -> Iterator[Found]:
    """Go on with the walks up to a path, which is left to the caller; None: to their end."""
    last = end
    while walks and (end is None or walks[0][0] <= end):
        path, place, found, rest = walks[0]
        following = next(rest, None)
        if following is None:
            heapq.heappop(walks)
        else:
            heapq.heapreplace(walks, (shown(following[0]), place, following, rest))
        if path != end and path != last:
            yield found
        last = path
