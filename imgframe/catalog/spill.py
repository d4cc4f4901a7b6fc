"""Rows on their way into parts, held on disk and not in memory.

Rows come in the order of their paths, with whatever columns their files have; parts want them by
partition and time, with the columns of all. So rows are collected up to a number of bytes, sorted
by partition and time, and written as a run: an Arrow file in which no record batch holds rows of
two partitions. When all are there the columns are known, and each partition is gathered from the
runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa

from imgframe.catalog.columns import YEAR, conform, row_schema, tags_among
from imgframe.catalog.geoparquet import Bounds

__all__ = ["Spill"]

BUFFER_BYTES: Final = 16 << 20
"""Rows that are collected before they are written as a run."""

CHUNK_BYTES: Final = 32 << 20
"""Rows of a partition that are sorted and handed on at a time."""

BATCH_BYTES: Final = 4 << 20
"""Rows of a record batch: what is read of a run at a time."""


class Spill:
    """Rows that wait in runs on disk.

    Parameters
    ----------
    folder : pathlib.Path
        Where the runs are written.
    """

    def __init__(self, folder: Path) -> None:
        self.tags: set[str] = set()
        """The tag columns of all rows."""
        self.bounds: dict[int, Bounds] = {}
        """The box around the points of each partition."""
        self._folder = folder
        self._frames: list[pl.DataFrame] = []
        self._bytes = 0
        self._runs: list[Path] = []
        self._batches: dict[int, list[tuple[int, range]]] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows.

        Parameters
        ----------
        frame : polars.DataFrame
            File columns, derived columns, and any tag columns.
        """
        if frame.is_empty():
            return
        self.tags |= tags_among(frame.columns)
        self._frames.append(frame)
        self._bytes += int(frame.estimated_size())
        if self._bytes >= BUFFER_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write the rows that are still in memory."""
        if not self._frames:
            return
        year = pl.col("acquired_at").dt.year().fill_null(0).alias(YEAR)
        rows = pl.concat(self._frames, how="diagonal").with_columns(year)
        self._frames.clear()
        self._bytes = 0
        self._write_run(rows.sort(YEAR, "acquired_at", "path", nulls_last=True))

    @property
    def years(self) -> list[int]:
        """The partitions that have rows, in order."""
        return sorted(self._batches)

    def chunks(self, year: int) -> Iterator[pa.Table]:
        """Gather a partition, in chunks of rows that are sorted by time and path.

        Parameters
        ----------
        year : int

        Yields
        ------
        pyarrow.Table
            With all columns of `tags`. All rows at once if they are not too many.
        """
        schema = row_schema(self.tags)
        waiting: list[pa.Table] = []
        runs = set()
        for run, batches in self._batches[year]:
            runs.add(run)
            with pa.OSFile(str(self._runs[run])) as file, pa.ipc.open_file(file) as reader:
                for number in batches:
                    batch = pa.Table.from_batches([reader.get_batch(number)])
                    waiting.append(conform(batch, schema))
                    if sum(table.nbytes for table in waiting) >= CHUNK_BYTES:
                        yield _merged(waiting, len(runs) == 1)
                        waiting.clear()
                        runs = {run}
        if waiting:
            yield _merged(waiting, len(runs) == 1)

    def _write_run(self, rows: pl.DataFrame) -> None:
        path = self._folder / f"{len(self._runs)}.arrow"
        schema = row_schema(tags_among(rows.columns) - {YEAR})
        per_batch = max(1, rows.height * BATCH_BYTES // max(1, int(rows.estimated_size())))
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        first = 0
        with (
            pa.OSFile(str(path), "wb") as file,
            pa.ipc.new_file(file, schema, options=options) as run,
        ):
            for (year,), frame in rows.group_by(YEAR, maintain_order=True):
                box = Bounds.around(frame["latitude"], frame["longitude"])
                self.bounds[year] = box.joined(self.bounds.get(year, Bounds()))
                table = conform(frame.to_arrow(), schema).combine_chunks()
                run.write_table(table, max_chunksize=per_batch)
                batches = range(first, run.stats.num_record_batches)
                self._batches.setdefault(year, []).append((len(self._runs), batches))
                first = batches.stop
        self._runs.append(path)


def _merged(tables: list[pa.Table], sorted_already: bool) -> pa.Table:
    table = pa.concat_tables(tables)
    if sorted_already:
        return table
    return table.sort_by([("acquired_at", "ascending"), ("path", "ascending")])
