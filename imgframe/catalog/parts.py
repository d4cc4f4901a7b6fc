"""Part files: the Parquet files that together are the table. They never change once written.

A part holds rows of one partition, in order of time, read by one version of the decoder with one
set of options. It says so in its metadata, next to where its rows come from: a catalogue is
described by its parts and by nothing else, so it can be copied, moved, or read while no imgframe
is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from imgframe.catalog.columns import conform, tags_among
from imgframe.catalog.geoparquet import GEOMETRY, Bounds, geo_metadata, points
from imgframe.catalog.journal import sync
from imgframe.catalog.keys import YEAR
from imgframe.catalog.merge import NO_TIME, Piece, times_of
from imgframe.errors import CatalogError

__all__ = ["PRIVATE", "Origin", "Part", "PartWriter", "parquet_files", "read_part"]

PRIVATE: Final = ".imgframe"
"""The folder in a catalogue that is there while an update runs, and after a crash."""

_ORIGIN: Final = b"imgframe"

GROUP_ROWS: Final = 32_768
"""Rows of a row group, at most: what a reader skips or decodes as a whole. A year of a keen
photographer is one or two."""

GROUP_CELLS: Final = 8 << 20
"""Cells of a row group, at most, where there are many columns: it is written as a whole."""

_TIME: Final = pa.timestamp("us")

PART_ROWS: Final = 8 * GROUP_ROWS
"""Rows of a part, at most: what has to be written anew when one of them changes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of a part come from."""

    update: str
    """The update that wrote the part; later updates have later names."""
    decoder: dict[str, Any]
    """Versions and options that the rows were read with."""
    sources: dict[str, int] = field(default_factory=dict)
    """The sources, and the number of the device that each was on (-1 unknown)."""
    key: str = YEAR
    """What the catalogue is partitioned by."""

    @classmethod
    def of(cls, metadata: dict[bytes, bytes] | None) -> Origin | None:
        """Return what a file's metadata says; None where imgframe did not write the file."""
        text = (metadata or {}).get(_ORIGIN)
        return None if text is None else cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the table, as its footer describes it."""

    path: Path
    name: str
    """Path relative to the catalogue, with slashes."""
    rows: int
    size: int
    """Bytes of the file."""
    schema: pa.Schema
    """Without metadata."""
    origin: Origin
    bounds: Bounds

    @property
    def tags(self) -> set[str]:
        """The tag columns that are there."""
        return tags_among(self.schema.names)

    def frames(self, columns: list[str]) -> Iterator[pl.DataFrame]:
        """Read columns of the part, a run of rows at a time.

        Parameters
        ----------
        columns : list of str

        Yields
        ------
        polars.DataFrame
        """
        with _as_whole_file(self.path), pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(GROUP_ROWS, columns=columns):
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)
                yield frame

    def pieces(self, kept: Callable[[pa.Table], pa.Table] | None = None) -> list[Piece]:
        """Return the row groups as sorted pieces, without columns that are null throughout.

        Parameters
        ----------
        kept : callable, optional
            Takes the rows of a group and returns those that are wanted.

        Returns
        -------
        list of Piece
        """
        with _as_whole_file(self.path), pq.ParquetFile(self.path) as file:
            groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
            return [
                Piece(_first_time(group), partial(self._group, number, kept))
                for number, group in enumerate(groups)
            ]

    def _group(self, number: int, kept: Callable[[pa.Table], pa.Table] | None) -> pa.Table:
        with _as_whole_file(self.path), pq.ParquetFile(self.path) as file:
            group = file.metadata.row_group(number)
            columns = [group.column(i) for i in range(group.num_columns)]
            empty = {c.path_in_schema for c in columns if _is_null(c)}
            names = [name for name in self.schema.names if name not in {*empty, GEOMETRY}]
            table = file.read_row_group(number, names).replace_schema_metadata()
        if "acquired_at" in empty:
            table = table.append_column("acquired_at", pa.nulls(table.num_rows, _TIME))
        return kept(table) if kept else table

    @property
    def partition(self) -> str:
        """The folder of the partition, such as ``year=2024``."""
        return self.name.rpartition("/")[0]


def parquet_files(root: Path) -> list[Path]:
    """List what ``**/*.parquet`` finds below a catalogue, in order.

    Parameters
    ----------
    root : pathlib.Path

    Returns
    -------
    list of pathlib.Path
    """
    found: list[Path] = []
    for folder, folders, names in os.walk(root, onerror=_refuse):
        if PRIVATE in folders:
            folders.remove(PRIVATE)
        found.extend(Path(folder, name) for name in names if name.endswith(".parquet"))
    return sorted(found)


def _refuse(error: OSError) -> None:
    raise error


def _is_null(column: pq.ColumnChunkMetaData) -> bool:
    statistics = column.statistics
    return statistics is not None and statistics.null_count == column.num_values


def _first_time(group: pq.RowGroupMetaData) -> int:
    """Return the earliest `acquired_at` of a row group, as its statistics tell."""
    for i in range(group.num_columns):
        column = group.column(i)
        if column.path_in_schema == "acquired_at" and column.statistics.has_min_max:
            return int(pa.scalar(column.statistics.min, _TIME).value)
    return NO_TIME


def read_part(root: Path, path: Path) -> Part | None:
    """Read the footer of a file; None where imgframe did not write it.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue.
    path : pathlib.Path
        A file below it.

    Returns
    -------
    Part or None

    Raises
    ------
    CatalogError
        The file is no whole Parquet file.
    """
    with _as_whole_file(path), pq.ParquetFile(path) as file:
        rows = file.metadata.num_rows
        schema = file.schema_arrow
    origin = Origin.of(schema.metadata)
    if origin is None:
        return None
    name = path.relative_to(root).as_posix()
    return Part(
        path,
        name,
        rows,
        path.stat().st_size,
        schema.remove_metadata(),
        origin,
        Bounds.of(schema.metadata),
    )


@contextmanager
def _as_whole_file(path: Path) -> Iterator[None]:
    try:
        yield
    except pa.ArrowInvalid as error:
        raise CatalogError(f"{path}: not a whole Parquet file ({error})") from error


class PartWriter:
    """Writes the rows of one partition into parts that wait to be committed.

    Parameters
    ----------
    staging : pathlib.Path
        The folder where they wait.
    partition : str
        The folder, relative to the catalogue, where they belong.
    schema : pyarrow.Schema
        Of all parts; see `columns.table_schema`.
    origin : Origin
    bounds : Bounds
        Around all points of the partition.
    names : iterator of str
        Gives a name to every part, without suffix.
    """

    def __init__(
        self,
        staging: Path,
        partition: str,
        schema: pa.Schema,
        origin: Origin,
        bounds: Bounds,
        names: Iterator[str],
    ) -> None:
        self.staged: dict[str, Path] = {}
        """Where the parts wait, by the names they will have in the catalogue."""
        self._staging = staging
        self._partition = partition
        self._schema = schema
        self._metadata = {_ORIGIN: json.dumps(asdict(origin)), b"geo": geo_metadata(bounds)}
        self._names = names
        self._writer: pq.ParquetWriter | None = None
        self._path = staging
        self._rows = 0
        self._waiting: list[pa.Table] = []
        self._n_waiting = 0
        self._last = -NO_TIME
        self._group = max(1, min(GROUP_ROWS, GROUP_CELLS // len(schema)))

    def write(self, table: pa.Table) -> None:
        """Append rows, which are in order of time; their geometry is made from their position.

        Parameters
        ----------
        table : pyarrow.Table
            Columns that are not there are null. If it begins before the end of the one in front
            of it, it begins a part.
        """
        times = times_of(table)
        if times.size and times[0] < self._last:
            self.close()
        self._last = int(times[-1]) if times.size else self._last
        self._waiting.append(table)
        self._n_waiting += table.num_rows
        if self._n_waiting >= self._group or not table.num_rows:
            self._write_groups(self._group)

    def _write_groups(self, least: int) -> None:
        """Write what waits in row groups, and leave what is less than one."""
        table = pa.concat_tables(self._waiting, promote_options="default")
        start = 0
        while start == 0 or table.num_rows - start >= least:
            self._write_group(table.slice(start, self._group))
            start += self._group
        self._waiting = [table.slice(start)]
        self._n_waiting = max(0, table.num_rows - start)

    def _write_group(self, table: pa.Table) -> None:
        if self._writer is None:
            self._open()
        table = conform(table, self._schema)
        geometry = points(table["latitude"], table["longitude"])
        index = self._schema.get_field_index(GEOMETRY)
        table = table.set_column(index, self._schema.field(index), geometry)
        assert self._writer is not None
        self._writer.write_table(table, row_group_size=self._group)
        self._rows += table.num_rows
        if self._rows >= PART_ROWS:
            self._finish()

    def close(self) -> None:
        """Finish the part that is being written, make sure that it is whole, and stage it."""
        if self._n_waiting:
            self._write_groups(1)
        self._waiting = []
        self._last = -NO_TIME
        self._finish()

    def _finish(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        self._writer = None
        with pq.ParquetFile(self._path) as file:
            whole = file.metadata.num_rows == self._rows and file.schema_arrow.equals(self._schema)
        if not whole:
            raise CatalogError(f"{self._path}: did not get on disk as it was written")
        sync(self._path)

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is None:
            self.close()
        elif self._writer is not None:
            with suppress(OSError):
                self._writer.close()

    def _open(self) -> None:
        name = next(self._names)
        self._path = self._staging / f"{name}.parquet.tmp"
        self.staged[f"{self._partition}/{name}.parquet"] = self._path
        # coordinates of points in binary sort in no order that a reader could use
        plain = [f.name for f in self._schema if f.name != GEOMETRY and not _is_list(f.type)]
        self._writer = pq.ParquetWriter(
            self._path,
            self._schema.with_metadata(self._metadata),
            compression="zstd",
            use_dictionary=[name for name in plain if name != "path"],
            write_statistics=plain,
            write_page_checksum=True,
        )
        self._rows = 0


def _is_list(dtype: pa.DataType) -> bool:
    return bool(pa.types.is_list(dtype))
