"""Whether a catalogue is sound: every byte of every part, and all parts together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from imgframe.catalog.columns import table_schema
from imgframe.catalog.index import FACTS, Facts, hashed
from imgframe.catalog.keys import YEAR, PartitionKey
from imgframe.catalog.merge import NO_TIME, times_of
from imgframe.catalog.parts import PRIVATE, Part, parquet_files, read_part
from imgframe.catalog.reports import CatalogCheck
from imgframe.errors import CatalogError

__all__ = ["check"]

_CHECKABLE: Final = (YEAR, "month", "camera")
"""Keys that can be worked out from the columns in the files."""

_LOOKED_AT: Final = ("path", "acquired_at", "manufacturer", "model")

_MAGIC: Final = b"PAR1"

_AT_A_TIME: Final = 64
"""Columns that are read at a time, lest all of a wide table are in memory."""


def check(root: Path) -> CatalogCheck:
    """Read a catalogue from end to end, and say what is wrong with it.

    Every page of every part is read and its checksum compared. Columns must have the types of
    their names, rows the order of time and the partition of their values; no file may have two
    rows, and nothing but parts may be in the folders of partitions.

    Parameters
    ----------
    root : pathlib.Path

    Returns
    -------
    CatalogCheck
    """
    problems = [f"{_name(root, path)}: no part of the table" for path in _stray(root)]
    parts = []
    for path in parquet_files(root):
        try:
            part = read_part(root, path)
        except (CatalogError, OSError) as error:
            problems.append(_in_one_line(error))
            continue
        if part is None:
            problems.append(f"{_name(root, path)}: not written by imgframe")
        else:
            parts.append(part)
    keys = {part.origin.key for part in parts}
    if len(keys) > 1:
        problems.append(f"partitioned in several ways: {', '.join(sorted(keys))}")
    rows = [np.empty(0, FACTS)]
    for number, part in enumerate(parts):
        found, wrong = _check_part(part)
        found["part"] = number
        rows.append(found)
        problems += [f"{part.name}: {what}" for what in wrong]
    problems += _first_lacks(parts)
    problems += _repeated(np.concatenate(rows), parts)
    return CatalogCheck(str(root), sum(part.rows for part in parts), len(parts), problems)


def _check_part(part: Part) -> tuple[Facts, list[str]]:
    """Read a part; return the paths, and what is wrong."""
    problems = []
    if not part.schema.equals(table_schema(part.tags, part.origin.key)):
        problems.append("columns are not those of the table, or have other types")
    found = [np.empty(0, FACTS)]
    last = -NO_TIME
    try:
        with part.path.open("rb") as plain:
            if plain.read(len(_MAGIC)) != _MAGIC:  # which pyarrow does not look at
                problems.append("does not begin as Parquet does")
        with pq.ParquetFile(part.path, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                table = _read(file, group)
                times = times_of(table)
                if (times[1:] < times[:-1]).any() or (times[:1] < last).any():
                    problems.append("rows are not in order of time")
                last = int(times[-1]) if times.size else last
                problems += _misplaced(table, part)
                found.append(hashed(pl.Series(table.column("path"), dtype=pl.String)))
    except (pa.ArrowException, OSError) as error:
        problems.append(f"cannot be read ({_in_one_line(error)})")
    rows = np.concatenate(found)
    if rows.size != part.rows and not problems:
        problems.append(f"{part.rows:,} rows are promised, {rows.size:,} are there")
    return rows, list(dict.fromkeys(problems))


def _read(file: pq.ParquetFile, group: int) -> pa.Table:
    """Read all columns of a row group, and return those that are looked at."""
    names = file.schema_arrow.names
    for start in range(0, len(names), _AT_A_TIME):
        file.read_row_group(group, names[start : start + _AT_A_TIME])
    return file.read_row_group(group, [name for name in _LOOKED_AT if name in names])


def _misplaced(table: pa.Table, part: Part) -> Iterator[str]:
    if table.column("path").null_count:
        yield "a row has no path"
    key = PartitionKey(part.origin.key)
    if key.name in _CHECKABLE:
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        if (key.folders(frame) != part.partition).any():
            yield "a row is in the wrong partition"
    elif part.partition.partition("=")[0] != key.name:
        yield f"not in a partition by {key.name}"


def _first_lacks(parts: list[Part]) -> Iterator[str]:
    """Readers that take the columns from the first file must find all of them there."""
    if parts:
        tags = set().union(*(part.tags for part in parts))
        for part in (parts[0], min(parts, key=lambda one: one.name)):
            if part.tags != tags:
                yield f"{part.name}: the first part lacks {len(tags - part.tags):,} columns"
                return


def _repeated(rows: Facts, parts: list[Part]) -> Iterator[str]:
    order: npt.NDArray[np.int64] = np.lexsort((rows["high"], rows["low"]))
    rows = rows[order]
    again = (rows["low"][1:] == rows["low"][:-1]) & (rows["high"][1:] == rows["high"][:-1])
    if again.any():
        names = [parts[n].name for n in np.unique(rows["part"][1:][again])]
        yield f"{names[0]}: {int(again.sum()):,} paths have more than one row"


def _stray(root: Path) -> Iterator[Path]:
    """Find what is in the folders of partitions and is no part."""
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and "=" in folder.name and folder.name != PRIVATE:
            yield from (p for p in sorted(folder.iterdir()) if p.suffix != ".parquet")


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
