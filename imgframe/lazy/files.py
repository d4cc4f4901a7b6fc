"""Files that a query leaves out, before they are opened or after a look at their heads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from imgframe.batch import Ints, indices
from imgframe.discover import UNKNOWN_TIME, FileBatch
from imgframe.lazy.query import NOTHING
from imgframe.read.decoded import frame_of
from imgframe.read.work import read_batch

__all__ = ["FILES", "first", "fitting", "images", "joined", "listing", "looking"]

FILES: Final = 1024
"""Files in a batch."""

WORTH: Final = 0.25
"""Share of files left up to which it pays to open these twice: a look takes half the time."""

UNLOOKED: Final = 15
"""Batches that are let pass when a look has left more."""


def first(batches: Iterator[FileBatch], n: int) -> Iterator[FileBatch]:
    """Yield the files of the first `n` rows of the table."""
    while n > 0 and (files := next(batches, None)) is not None:
        files = images(files).part(0, n)
        n -= len(files)
        yield files


def images(files: FileBatch) -> FileBatch:
    """Leave out files that get no row; only those are opened whose names do not tell."""
    unsure = indices(~files.expected)
    if not len(unsure):
        return files
    keep = files.expected.copy()
    keep[unsure[_look(_taken(files, unsure))["row"].to_numpy()]] = True
    return _taken(files, indices(keep))


def fitting(batches: Iterator[FileBatch], listed: pl.Expr) -> Iterator[FileBatch]:
    """Leave out files by what their list says.

    Parameters
    ----------
    batches : iterator of FileBatch
    listed : polars.Expr
        A predicate over the columns of `listing`.

    Yields
    ------
    FileBatch
    """
    for files in batches:
        rows = listing(files).with_row_index("row").filter(listed)["row"]
        yield _taken(files, rows.to_numpy())


def looking(batches: Iterator[FileBatch], looked: pl.Expr) -> Iterator[FileBatch]:
    """Leave out files by what their heads say, as long as that leaves out most of them.

    Parameters
    ----------
    batches : iterator of FileBatch
    looked : polars.Expr
        A predicate over columns that need no tags.

    Yields
    ------
    FileBatch
        With files among them that the predicate is not true for.
    """
    unlooked = 0
    for files in batches:
        if unlooked:
            unlooked -= 1
            yield files
            continue
        rows = _look(files).filter(looked)["row"].to_numpy()
        if len(rows) > WORTH * len(files):
            unlooked = UNLOOKED
        yield _taken(files, rows)


def _look(files: FileBatch) -> pl.DataFrame:
    """Return the file columns of files that get a row, and `row`, their positions."""
    numbered = replace(files, paths=[str(row) for row in range(len(files))])
    frame = frame_of(read_batch(numbered, NOTHING))
    row = frame["path"].cast(pl.UInt32)
    return frame.with_columns(path=pl.Series(files.paths, dtype=pl.String).gather(row), row=row)


def listing(files: FileBatch) -> pl.DataFrame:
    """Return the columns that are known before files are opened."""
    columns = {
        "path": pl.Series(files.paths, dtype=pl.String),
        "size": files.sizes,
        "modified_at": files.modified_us,
    }
    time = pl.col("modified_at").cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame(columns).with_columns(
        pl.when(pl.col("size") >= 0).then("size"),
        pl.when(pl.col("modified_at") != UNKNOWN_TIME).then(time),
    )


def _taken(files: FileBatch, rows: Ints) -> FileBatch:
    """Take files at increasing positions."""
    if len(rows) == len(files):
        return files
    places = rows.tolist()
    os_paths = [files.os_paths[i] for i in places]
    errors = files.errors
    return FileBatch(
        paths=os_paths if files.paths is files.os_paths else [files.paths[i] for i in places],
        os_paths=os_paths,
        sizes=files.sizes[rows],
        modified_us=files.modified_us[rows],
        errors={at: errors[i] for at, i in enumerate(places) if i in errors},
        expected=files.expected[rows],
    )


def joined(batches: Iterator[FileBatch]) -> Iterator[FileBatch]:
    """Put what is left of batches together: in a small one each file takes longer."""
    held: list[FileBatch] = []
    for files in batches:
        if len(files):
            held.append(files)
        if sum(map(len, held)) >= FILES // 2:
            yield _one(held)
            held = []
    if held:
        yield _one(held)


def _one(parts: list[FileBatch]) -> FileBatch:
    if len(parts) == 1:
        return parts[0]
    os_paths = [path for files in parts for path in files.os_paths]
    as_shown = all(files.paths is files.os_paths for files in parts)
    errors: dict[int, str] = {}
    start = 0
    for files in parts:
        errors |= {start + i: why for i, why in files.errors.items()}
        start += len(files)
    return FileBatch(
        paths=os_paths if as_shown else [path for files in parts for path in files.paths],
        os_paths=os_paths,
        sizes=np.concatenate([files.sizes for files in parts]),
        modified_us=np.concatenate([files.modified_us for files in parts]),
        errors=errors,
        expected=np.concatenate([files.expected for files in parts]),
    )
