"""The lazy frame of images."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import takewhile

import polars as pl
from polars.io.plugins import register_io_source

from imgframe.discover import FileBatch, Source, discover
from imgframe.lazy.files import FILES, first, fitting, images, joined, listing, looking
from imgframe.lazy.frames import ENDING, Frames, chosen, frames
from imgframe.lazy.query import COUNTED, LISTED, NOTHING, Query, columns_of
from imgframe.read.request import Request, request_of

__all__ = ["scan_images"]


def scan_images(
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
) -> pl.LazyFrame:
    """Query the metadata of images without reading what the query does not need.

    Only the tags of the columns in the query are decoded. Conditions on `path`, `size` and
    `modified_at` are answered before a file is opened, all others as the files are read; parts
    joined by ``&`` go their own ways. With ``n_jobs=1``, files that a condition on `format`,
    `width` or `height` leaves out are only looked at. ``head(n)`` reads no more than n images.

    A query of `path`, `size` and `modified_at` alone, or of the number of rows, opens no files but
    those that only their content can tell to be images: the ones without the extension of an image,
    where no `pattern` chose them. The rows are those of `read_images` in any case.

    Parameters
    ----------
    source, pattern, families, makernotes, thumbnails, sidecars, n_jobs, progress
        As for `read_images`.
    tags : str or iterable of str, optional
        Which tag columns there are: names and shell patterns. There are those of
        `imgframe.schema.TAG_COLUMNS` and those that derived columns are made of. Any other has to
        be named exactly: text properties of XMP, PNG keywords, maker notes, names of your own, as
        in ``tags=["*", "xmp:Label", "mylab:sample"]``.
    on_error : {"row", "raise"}
        What to do about a file that cannot be read: say so in the `error` column, or raise. Then
        every file is opened and read that a condition does not leave out before.

    Returns
    -------
    polars.LazyFrame
        In the order of `path`: file columns, derived columns, and *every* tag column there can
        be, in the dtypes of `read_images`; null where no image has the tag. Select before you
        collect, or take `read_images`, which has the columns that some image has. Files are
        listed and read anew each time the frame is collected.

    Raises
    ------
    UsageError
        An argument is none of the above.
    SourceError
        The source is not there or cannot be opened.
    ReadError
        When collected: a file could not be read, and `on_error` is ``"raise"``.

    See Also
    --------
    read_images : all columns of all images at once.

    Notes
    -----
    ``explain()`` shows what the query has Polars ask for: PROJECT, the number of columns that are
    decoded; SELECTION, the condition that files and rows are left out by; SLICE, the number of
    images that are enough. What stands above the scan works on the rows that come out of it:
    ``filter(...).head(n)`` does, and stops reading early under the streaming engine only.

    Examples
    --------
    >>> import polars as pl
    >>> images = scan_images("photos")  # doctest: +SKIP
    >>> images.filter(pl.col("size") > 1e7).select("path", "Make").collect()  # doctest: +SKIP
    """
    request = request_of(
        tags, families, makernotes, thumbnails, sidecars, n_jobs, on_error, progress
    )
    if not isinstance(source, str | bytes | os.PathLike) and isinstance(source, Iterable):
        source = list(source)
    if not isinstance(pattern, str) and isinstance(pattern, Iterable):
        pattern = list(pattern)
    discover(source, pattern)  # refuses now what cannot be listed later
    columns = columns_of(request.options, request.tags)
    schema = pl.Schema(columns)
    schema[COUNTED] = pl.Null()
    frame = register_io_source(
        partial(_scan, source, pattern, request),
        schema=schema,
        is_pure=True,
        explain_name="IMAGES",
        explain_detail=f"known before a file is opened: {', '.join(sorted(LISTED))}",
    )
    return frame.select(columns.names())


def _scan(
    source: Source,
    pattern: str | Iterable[str] | None,
    request: Request,
    with_columns: list[str] | None,
    predicate: pl.Expr | None,
    n_rows: int | None,
    _: int | None,
) -> Iterator[pl.DataFrame]:
    """Answer a query, as Polars asks it."""
    if with_columns is None:
        with_columns = [*columns_of(request.options, request.tags), COUNTED]
    extra = ("error",) if request.raises else ()
    query = Query.of(with_columns, predicate, request.options, extra)
    size = FILES if n_rows is None else max(1, min(n_rows, FILES))
    files = discover(source, pattern, batch_size=size)
    return Frames(_answer(takewhile(lambda _: not ENDING.is_set(), files), request, query, n_rows))


def _answer(
    files: Iterator[FileBatch], request: Request, query: Query, n_rows: int | None
) -> Iterator[pl.DataFrame]:
    if n_rows is not None:
        files = first(files, n_rows)
    if query.listed is not None:
        files = joined(fitting(files, query.listed))
    if query.options is None:
        return (chosen(listing(images(batch)), query.columns) for batch in files)
    # With several processes each of them decodes faster than this one could look.
    if query.looked is not None and query.options != NOTHING and request.n_jobs == 1:
        files = joined(looking(files, query.looked))
    return frames(files, query, replace(request, options=query.options))
