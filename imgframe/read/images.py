"""Reading the files of a source into one table, or into a run of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from imgframe.discover import FileBatch, Source, discover
from imgframe.read.decoded import decode_batches, raise_first_error
from imgframe.read.progress import counting
from imgframe.read.request import MAGIC, Request, request_of
from imgframe.schema import (
    FILE_COLUMNS,
    dtype_of,
    is_chosen,
    sort_columns,
)

if TYPE_CHECKING:
    import polars as pl

__all__ = ["frame_reader", "iter_images", "read_images"]

_IN_FRAME: Final = 4_096
"""Files in a frame, or a few more."""


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
    request = request_of(
        tags, families, makernotes, thumbnails, sidecars, n_jobs, on_error, progress
    )
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

    The frames hold the rows of `read_images`, in the same order: some 4,096 files each, with the
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
    request = request_of(
        tags, families, makernotes, thumbnails, sidecars, n_jobs, on_error, progress
    )
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
    request = request_of(tags, families, makernotes, thumbnails, sidecars, n_jobs, "row", progress)
    return partial(_frames, request=request)


# Frames ------------------------------------------------------------------------------------------


def _frames(batches: Iterator[FileBatch], request: Request) -> Iterator[pl.DataFrame]:
    with counting(request.progress) as count:
        decoded = decode_batches(batches, request)
        # No name is kept for the parts: they would be alive beside the frame made of them.
        while (frame := _joined(_run(decoded, count), request.tags)) is not None:
            if request.raises:
                raise_first_error(frame)
            if frame.height:
                yield frame
            # Else it would be in memory beside the parts of the next one.
            del frame


def _run(
    decoded: Iterator[tuple[int, list[pl.DataFrame]]], count: Callable[[int], object]
) -> list[pl.DataFrame]:
    """Take the parts of the next frame."""
    parts: list[pl.DataFrame] = []
    total = 0
    for n_files, more in decoded:
        count(n_files)
        parts += more
        total += n_files
        if total >= _IN_FRAME:
            break
    return parts


def _joined(parts: list[pl.DataFrame], tags: tuple[str, ...] | None) -> pl.DataFrame | None:
    return _arranged(parts, tags) if parts else None


def _arranged(parts: list[pl.DataFrame], tags: tuple[str, ...] | None) -> pl.DataFrame:
    """Join frames, derive columns, and put the columns asked for in order."""
    import polars as pl

    from imgframe.derive import add_derived

    whole = pl.concat(parts, how="diagonal", rechunk=True)
    parts.clear()
    frame = add_derived(whole)
    named = {tag for tag in tags or () if not MAGIC.search(tag)}
    found = {name for name in frame.columns if tags is None or is_chosen(name, tags)}
    own, chosen = _in_order(found | named)
    n = frame.height
    return pl.DataFrame(
        [
            frame.get_column(name)
            if name in found or name in own
            else pl.Series(name, [None], dtype_of(name)).new_from_index(0, n)
            for name in (*own, *chosen)
        ]
    )


def _in_order(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return all file and derived columns, and the tag columns among `names`, in order."""
    from imgframe.derive import derived_schema

    own = [*FILE_COLUMNS, *derived_schema()]
    return own, sort_columns(set(names).difference(own))


def _stacked(frames: list[pl.DataFrame], tags: tuple[str, ...] | None) -> pl.DataFrame:
    """Put arranged frames one below the other.

    They stay the chunks of the table: to make columns contiguous takes the memory of a second one.
    """
    import polars as pl

    if not frames:
        schema = {name: dtype_of(name) for name in FILE_COLUMNS}
        return _arranged([pl.DataFrame(schema=schema)], tags)
    if len(frames) == 1:
        return frames[0]
    frame = pl.concat(frames, how="diagonal")
    own, found = _in_order(frame.columns)
    return frame[[*own, *found]]
