"""From a batch of files to a table: the one place that runs containers and families."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imgframe import containers, families, fetch, ifd
from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    HeaderBatch,
    Ints,
    Needs,
    Problems,
    Segments,
    problems,
)
from imgframe.discover import FileBatch
from imgframe.schema import FILE_COLUMNS, sort_columns

ROUNDS: Final = (16 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 16 << 20)
"""Bytes to read at least around a place that is needed, round by round."""


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """What is to be read from each file."""

    tags: tuple[str, ...] | None = None
    """Names and patterns of columns; None for all."""
    families: tuple[str, ...] | None = None
    """Names of families; None for all."""
    makernotes: bool = False
    thumbnails: bool = False
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class _Examined:
    """What is known of some rows before any value is decoded."""

    rows: Ints
    formats: npt.NDArray[np.object_]
    width: Ints
    height: Ints
    entries: ifd.Entries
    problems: Problems

    @classmethod
    def join(cls, parts: list[_Examined]) -> _Examined:
        """Put the rows of parts together."""
        return cls(
            np.concatenate([p.rows for p in parts]),
            np.concatenate([p.formats for p in parts]),
            np.concatenate([p.width for p in parts]),
            np.concatenate([p.height for p in parts]),
            ifd.Entries.join([p.entries for p in parts]),
            Problems.join([p.problems for p in parts]),
        )

    def without(self, rows: Ints) -> _Examined:
        """Leave out rows that are to be examined again."""
        keep = ~np.isin(self.rows, rows)
        return _Examined(
            self.rows[keep],
            self.formats[keep],
            self.width[keep],
            self.height[keep],
            self.entries.take(~np.isin(self.entries.row, rows)),
            self.problems.take(~np.isin(self.problems.row, rows)),
        )


def decode(files: FileBatch, options: DecodeOptions) -> pa.Table:
    """Read the metadata of files.

    Parameters
    ----------
    files : FileBatch
    options : DecodeOptions

    Returns
    -------
    pyarrow.Table
        File columns, then the tag columns that some file has; one row a file in the order given.
        Files that are not `expected` to be images and are none are left out.
    """
    n = len(files.paths)
    plan = families.exif.plan(options.tags)
    errors = dict(files.errors)
    batch, failed = fetch.read_heads(files.os_paths, files.sizes, errors)
    errors |= failed
    readable = np.ones(n, dtype=np.bool_)
    readable[list(errors)] = False
    batch, examined = _examine_all(batch, files, np.flatnonzero(readable), plan, errors)

    formats = np.full(n, "", dtype=object)
    width, height = np.full(n, -1), np.full(n, -1)
    formats[examined.rows] = examined.formats
    width[examined.rows], height[examined.rows] = examined.width, examined.height
    columns, undecoded = families.exif.columns(batch, examined.entries, n, plan)
    fetch.release(batch)
    for row in np.flatnonzero(readable & (formats == "")).tolist():
        errors.setdefault(row, "empty file" if files.sizes[row] == 0 else "no image format known")
    complaints = Problems.join([examined.problems, undecoded])
    table = _table(files, formats, width, height, errors, complaints, columns)
    keep = files.expected | (formats != "") | ~readable
    return table if keep.all() else table.filter(pa.array(keep))


def _examine_all(
    batch: HeaderBatch,
    files: FileBatch,
    rows: Ints,
    plan: families.exif.Plan,
    errors: dict[int, str],
) -> tuple[HeaderBatch, _Examined]:
    """Examine rows, reading on for those that need it."""
    done: list[_Examined] = []
    for window in ROUNDS:
        examined, needs = _examine(batch, rows, plan)
        rows = np.unique(needs.space)
        done.append(examined.without(rows))
        if not len(rows):
            break
        batch, failed = fetch.read_more(batch, files.os_paths, needs, window)
        errors |= failed
    else:
        examined, _ = _examine(batch, rows, plan)
        given_up = problems(rows, "metadata lies too far apart to be read whole")
        done.append(replace(examined, problems=Problems.join([examined.problems, given_up])))
    return batch, _Examined.join(done)


def _examine(batch: HeaderBatch, rows: Ints, plan: families.exif.Plan) -> tuple[_Examined, Needs]:
    """Run containers, then walk the directories they found."""
    formats = containers.sniff(batch, rows)
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    segments, needs, complaints = [NO_SEGMENTS], [NO_NEEDS], [NO_PROBLEMS]
    for name, find in containers.FINDERS.items():
        index = np.flatnonzero(formats == name)
        if not len(index):
            continue
        located = find(batch, rows[index])
        width[index], height[index] = located.width, located.height
        segments.append(located.segments)
        needs.append(located.needs)
        complaints.append(located.problems)
    found = ifd.walk(batch, Segments.join(segments), plan.keep)
    entries = found.entries
    tiff = np.flatnonzero(np.isin(formats, containers.TIFF_LIKE))
    if len(tiff):
        mine = np.isin(entries.row, rows[tiff])
        own = entries.take(mine)
        every = np.full(len(batch.sizes), "", dtype=object)
        every[rows] = formats
        wide, high, every = containers.tiff.describe(batch, own, every)
        width[tiff], height[tiff] = wide[rows[tiff]], high[rows[tiff]]
        formats = every[rows]
        mine[mine] = ~containers.tiff.is_metadata(batch, own)
        entries = entries.take(~mine)
    examined = _Examined(
        rows, formats, width, height, entries, Problems.join([*complaints, found.problems])
    )
    return examined, Needs.join([*needs, found.needs])


def _table(
    files: FileBatch,
    formats: npt.NDArray[np.object_],
    width: Ints,
    height: Ints,
    errors: dict[int, str],
    complaints: Problems,
    columns: dict[str, pa.Array],
) -> pa.Table:
    """Put the file columns before the tag columns."""
    n = len(files.paths)
    notes: list[list[str] | None] = [None] * n
    for row, text in zip(complaints.row.tolist(), complaints.text.tolist(), strict=True):
        notes[row] = [*(notes[row] or ()), text]
    unknown_time = files.modified_us == np.iinfo(np.int64).min
    own = {
        "path": files.paths,
        "size": np.ma.MaskedArray(files.sizes, files.sizes < 0),
        "modified_at": np.ma.MaskedArray(files.modified_us, unknown_time),
        "format": [name or None for name in formats.tolist()],
        "width": np.ma.MaskedArray(width.astype(np.int32), width < 0),
        "height": np.ma.MaskedArray(height.astype(np.int32), height < 0),
        "error": [errors.get(row) for row in range(n)],
        "problems": notes,
    }
    arrays = {name: pa.array(own[name], FILE_COLUMNS[name]) for name in FILE_COLUMNS}
    return pa.table(arrays | {name: columns[name] for name in sort_columns(columns)})
