"""Reading the files of a source into one table, or into a run of tables."""

from __future__ import annotations

import difflib
import math
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from imgframe.decode import DecodeOptions
from imgframe.discover import FileBatch, Source, discover
from imgframe.errors import ReadError, UsageError
from imgframe.read.progress import counting
from imgframe.read.work import failed_file, packed, read_batch, read_packed
from imgframe.read.workers import count_workers, in_workers
from imgframe.schema import (
    FAMILY_NAMES,
    FILE_COLUMNS,
    TAG_COLUMNS,
    dtype_of,
    is_chosen,
    sort_columns,
)

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = ["frame_reader", "iter_images", "read_images"]

_FLAGS: Final = ("makernotes", "thumbnails", "sidecars")
_OWN_COLUMN: Final = {"thumbnails": "thumbnail", "sidecars": "sidecars"}
"""The column that a flag asks for, whatever the tags."""

_MAGIC: Final = re.compile(r"[*?[]")

_IN_FRAME: Final = 8
"""Batches in a frame."""

_MANY: Final = 40
"""Batches that are worth starting processes for, which takes 0.6 s: 40,960 files."""

_MANY_IF_ASKED: Final = 10
"""The same when `n_jobs` is given, since processes may have been started before: 10,240 files."""

_WORTH: Final = 1.3
"""Seconds of work left to this process, on slow storage, that are worth starting others for."""

_PATIENCE: Final = 0.25
"""Seconds to wait for the end of a listing, to know how much there is to do."""


def read_images(
    source: Source,
    pattern: str | Iterable[str] | None = None,
    tags: str | Iterable[str] | None = None,
    families: str | Iterable[str] | None = None,
    makernotes: bool = False,
    thumbnails: bool = False,
    sidecars: bool = False,
    n_jobs: int | None = None,
    on_error: str = "row",
    progress: bool | None = None,
) -> pl.DataFrame:
    """Read the metadata of images into a table, a row an image.

    Parameters
    ----------
    source : str, path-like, or iterable of these
        A folder, read with all below it; a file; a glob, where ``**`` stands for any number of
        folders; or a list of files and folders. In a folder a file is an image if its extension
        or its content says so, and names with a leading dot are passed over.
    pattern : str or iterable of str, optional
        Which files of a folder to take, instead of those that are images: shell patterns, matched
        with the name whatever its case or, where one contains a ``/``, with the path relative to
        the folder. All of them get a row.
    tags : str or iterable of str, optional
        Which tag columns to give: names and shell patterns (``"GPS*"``). A column named exactly is
        there even if no file has the tag. All file and derived columns are there in any case.
    families : str or iterable of str, optional
        Which kinds of metadata to look at; derived columns are made of these.
    makernotes : bool, default False
        Also read what cameras note in a format of their own, as text; slow.
    thumbnails : bool, default False
        Also give the JPEG image that a file carries of itself, as `thumbnail`.
    sidecars : bool, default False
        Also read the files beside the images, and name them in `sidecars`: XMP, Google Takeout's
        JSON, and JSON objects of your own, whose keys become columns ``user:...``.
    n_jobs : int, optional
        Processes, as joblib counts them (-1 for all cores); all cores when left out. Starting them
        takes its time: this process reads up to 10,240 files by itself, 40,960 if `n_jobs` is left
        out, unless the storage is slow. A backend set with `joblib.parallel_config` is used.
    on_error : {"row", "raise"}
        What to do about a file that cannot be read: say so in the `error` column, or raise.
    progress : bool, optional
        Show a count on stderr; when left out, on a terminal or in a notebook.

    Returns
    -------
    polars.DataFrame
        In the order of `path`: file columns, derived columns, then the tags that some file has.
        A column's dtype depends on its name only, so that tables always concatenate.

    Raises
    ------
    UsageError
        An argument is none of the above.
    SourceError
        The source is not there or cannot be opened.
    ReadError
        A file could not be read, and `on_error` is ``"raise"``.

    See Also
    --------
    iter_images : the same, for more images than fit into memory.

    Examples
    --------
    >>> frame = read_images("photos")  # doctest: +SKIP
    """
    request = _request(tags, families, makernotes, thumbnails, sidecars, n_jobs, on_error, progress)
    return _stacked(list(_frames(discover(source, pattern), request)), request.tags)


def iter_images(
    source: Source,
    pattern: str | Iterable[str] | None = None,
    tags: str | Iterable[str] | None = None,
    families: str | Iterable[str] | None = None,
    makernotes: bool = False,
    thumbnails: bool = False,
    sidecars: bool = False,
    n_jobs: int | None = None,
    on_error: str = "row",
    progress: bool | None = None,
) -> Iterator[pl.DataFrame]:
    """Read the metadata of images frame by frame, in bounded memory.

    The frames hold the rows of `read_images`, in the same order: up to 8,192 files each, with the
    tag columns that their own files have.

    Parameters
    ----------
    source, pattern, tags, families, makernotes, thumbnails, sidecars, n_jobs, on_error, progress
        As for `read_images`.

    Returns
    -------
    iterator of polars.DataFrame
        Never of 0 rows. Files are read while it is gone through.

    Raises
    ------
    UsageError, SourceError, ReadError
        As for `read_images`.
    """
    request = _request(tags, families, makernotes, thumbnails, sidecars, n_jobs, on_error, progress)
    return _frames(discover(source, pattern), request)


def frame_reader(
    tags: str | Iterable[str] | None = None,
    families: str | Iterable[str] | None = None,
    makernotes: bool = False,
    thumbnails: bool = False,
    sidecars: bool = False,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> Callable[[Iterator[FileBatch]], Iterator[pl.DataFrame]]:
    """Return what reads files that were found before, as `iter_images` reads those of a source.

    Parameters
    ----------
    tags, families, makernotes, thumbnails, sidecars, n_jobs, progress
        As for `read_images`.

    Returns
    -------
    callable
        Takes an iterator of FileBatch, which may be gone through in another thread.

    Raises
    ------
    UsageError
        As for `read_images`.
    """
    request = _request(tags, families, makernotes, thumbnails, sidecars, n_jobs, "row", progress)
    return partial(_frames, request=request)


# What is asked for -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Request:
    tags: tuple[str, ...] | None
    """Which tag columns to give; more are decoded, for the derived columns."""
    options: DecodeOptions
    n_jobs: int | None
    raises: bool
    progress: bool | None


def _request(
    tags: object,
    families: object,
    makernotes: object,
    thumbnails: object,
    sidecars: object,
    n_jobs: object,
    on_error: object,
    progress: object,
) -> _Request:
    """Check all arguments but the source."""
    from imgframe.derive import sources_of

    flags: dict[str, bool] = {}
    for name, flag in zip(_FLAGS, (makernotes, thumbnails, sidecars), strict=True):
        if not isinstance(flag, bool):
            raise UsageError(f"{name} must be True or False, not {flag!r}")
        flags[name] = flag
    if n_jobs is not None and (not isinstance(n_jobs, int) or n_jobs is True or n_jobs == 0):
        raise UsageError(f"n_jobs must be a number of processes, -1 or None, not {n_jobs!r}")
    if on_error not in ("row", "raise"):
        raise UsageError(f"on_error must be 'row' or 'raise', not {on_error!r}")
    if progress is not None and not isinstance(progress, bool):
        raise UsageError(f"progress must be True, False or None, not {progress!r}")
    chosen_tags = _names("tags", tags)
    for name in chosen_tags or ():
        _check_tag(name)
    chosen_families = _names("families", families)
    for name in chosen_families or ():
        if name not in FAMILY_NAMES:
            raise UsageError(f"families are {', '.join(FAMILY_NAMES)}; there is no {name!r}")
    if chosen_tags is not None:
        chosen_tags += tuple(column for flag, column in _OWN_COLUMN.items() if flags[flag])
    decoded = None if chosen_tags is None else (*chosen_tags, *sources_of())
    options = DecodeOptions(decoded, chosen_families, **flags)
    return _Request(chosen_tags, options, n_jobs, on_error == "raise", progress)


def _names(argument: str, names: object) -> tuple[str, ...] | None:
    if names is None:
        return None
    if isinstance(names, str):
        return (names,)
    if isinstance(names, Iterable):
        listed = tuple(names)
        if all(isinstance(name, str) for name in listed):
            return listed
    raise UsageError(f"{argument} must be a name or a list of names, not {names!r}")


def _check_tag(name: str) -> None:
    """Refuse what can be no column; names with a colon may come from any file."""
    from imgframe.derive import derived_schema

    if _MAGIC.search(name) or ":" in name:
        return
    known = [*TAG_COLUMNS, *FILE_COLUMNS, *derived_schema()]
    if name not in known:
        close = ", ".join(difflib.get_close_matches(name, known)) or "GPS*, dc:*, DateTimeOriginal"
        raise UsageError(f"no tag is named {name!r}; names and patterns are such as {close}")


# Frames ------------------------------------------------------------------------------------------


def _frames(batches: Iterator[FileBatch], request: _Request) -> Iterator[pl.DataFrame]:
    with counting(request.progress) as count:
        decoded = _counted(_decoded(batches, request), count)
        # No name is kept for the parts: they would be alive beside the frame made of them.
        while (
            frame := _joined(list(chain.from_iterable(islice(decoded, _IN_FRAME))), request.tags)
        ) is not None:
            if request.raises:
                _raise_first_error(frame)
            if frame.height:
                yield frame


def _joined(parts: list[pl.DataFrame], tags: tuple[str, ...] | None) -> pl.DataFrame | None:
    return _arranged(parts, tags) if parts else None


def _counted(
    decoded: Iterator[tuple[int, list[pl.DataFrame]]], count: Callable[[int], object]
) -> Iterator[list[pl.DataFrame]]:
    for n_files, parts in decoded:
        count(n_files)
        yield parts


def _decoded(
    batches: Iterator[FileBatch], request: _Request
) -> Iterator[tuple[int, list[pl.DataFrame]]]:
    """Yield how many files there were in each batch, and their frames."""
    import polars as pl

    options = request.options
    n_workers = 1
    if request.n_jobs != 1:
        seen: deque[FileBatch] = deque()
        few = _ends_soon(batches, _MANY if request.n_jobs is None else _MANY_IF_ASKED, seen)
        batches = _chained(seen, batches)
        if few:
            yield from _while_quick(batches, seen, options)
        n_workers = count_workers(request.n_jobs) if seen else 1
        n_workers = min(n_workers, len(seen)) if few else n_workers
    if n_workers <= 1:
        for files in batches:
            yield _decoded_here(files, options)
        return
    work = partial(read_packed, options=options)
    failed = partial(_worker_died, options=options)
    for n_files, parts in in_workers(batches, work, failed, n_workers):
        yield n_files, [pl.read_ipc_stream(part) for part in parts]


def _ends_soon(batches: Iterator[FileBatch], many: int, seen: deque[FileBatch]) -> bool:
    """Take batches up to `many`; say whether these are all. No time is spent on slow listings."""
    start = time.perf_counter()
    for files in batches:
        seen.append(files)
        if len(seen) > many or time.perf_counter() - start > _PATIENCE:
            return False
    return True


def _while_quick(
    batches: Iterator[FileBatch], seen: deque[FileBatch], options: DecodeOptions
) -> Iterator[tuple[int, list[pl.DataFrame]]]:
    """Decode batches here, until what is left would take so long that processes are worth it."""
    pace = math.inf
    for number, files in enumerate(batches, 1):
        start = time.perf_counter()
        decoded = _decoded_here(files, options)
        pace = min(pace, time.perf_counter() - start)
        yield decoded
        # The first batch pays for what is imported and allocated once.
        if number > 1 and len(seen) * pace > _WORTH:
            return


def _decoded_here(files: FileBatch, options: DecodeOptions) -> tuple[int, list[pl.DataFrame]]:
    return len(files), [_frame(read_batch(files, options))]


def _chained(seen: deque[FileBatch], batches: Iterator[FileBatch]) -> Iterator[FileBatch]:
    """Yield what was seen, which is let go, and then the rest."""
    while seen:
        yield seen.popleft()
    yield from batches


def _worker_died(file: FileBatch, error: Exception, options: DecodeOptions) -> bytes:
    text = f"the worker process that read it failed: {type(error).__name__}"
    return packed(failed_file(file, options, text))


def _frame(table: pa.Table) -> pl.DataFrame:
    import polars as pl

    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _arranged(parts: list[pl.DataFrame], tags: tuple[str, ...] | None) -> pl.DataFrame:
    """Join frames, derive columns, and put the columns asked for in order."""
    import polars as pl

    from imgframe.derive import add_derived

    whole = pl.concat(parts, how="diagonal", rechunk=True)
    parts.clear()
    frame = add_derived(whole)
    named = {tag for tag in tags or () if not _MAGIC.search(tag)}
    found = {name for name in frame.columns if tags is None or is_chosen(name, tags)}
    own, chosen = _in_order(found | named)
    absent = [pl.lit(None, dtype_of(name)).alias(name) for name in chosen if name not in found]
    return frame.with_columns(absent).select(*own, *chosen)


def _in_order(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return all file and derived columns, and the tag columns among `names`, in order."""
    from imgframe.derive import derived_schema

    own = [*FILE_COLUMNS, *derived_schema()]
    return own, sort_columns(set(names).difference(own))


def _raise_first_error(frame: pl.DataFrame) -> None:
    import polars as pl

    failed = frame.select("path", "error").filter(pl.col("error").is_not_null())
    for path, error in failed.head(1).rows():
        raise ReadError(f"{path}: {error}")


def _stacked(frames: list[pl.DataFrame], tags: tuple[str, ...] | None) -> pl.DataFrame:
    """Put arranged frames one below the other.

    They stay the chunks of the table: to make columns contiguous takes the memory of a second one.
    """
    import polars as pl

    if not frames:
        schema = {name: dtype_of(name) for name in FILE_COLUMNS}
        return _arranged([pl.DataFrame(schema=schema)], tags)
    frame = pl.concat(frames, how="diagonal")
    own, found = _in_order(frame.columns)
    return frame.select(*own, *found)
