"""Rows on their way into parts, held on disk and not in memory.

Rows come in the order of their paths, with whatever columns their files have; parts want them by
partition and time, with the columns of all. So rows are collected up to a number of bytes, sorted
by partition and time, and written as a run: an Arrow file in which no record batch holds rows of
two partitions. When all are there the columns are known, and each partition is gathered from the
runs.

A run is whole once it has its name, and says how its rows were read. So an update that was killed
leaves runs that the next one can take its rows from.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa

from imgframe.catalog.columns import base_columns, conform, row_schema, tags_among
from imgframe.catalog.geoparquet import Bounds
from imgframe.catalog.journal import sync
from imgframe.catalog.merge import Piece, times_of

__all__ = ["FOLDER", "RUN", "Spill", "read_run"]

FOLDER: Final = ".folder"
"""The column of the partition's folder, while rows are on their way."""

RUN: Final = ".arrow"
"""What the names of whole runs end in."""

_WAY: Final = b"imgframe"

BUFFER_BYTES: Final = 32 << 20
"""Rows that are collected before they are written as a run."""

BUFFER_SECONDS: Final = 10.0
"""Rows that took longer to read than this are written, however few they are."""

BATCH_BYTES: Final = 8 << 20
"""Rows of a record batch: what is read of a run at a time."""

_TEXT_CELL: Final = 16


class Spill:
    """Rows that wait in runs on disk.

    Parameters
    ----------
    folder : pathlib.Path
        Where the runs are written.
    way : dict
        How the rows were read, in JSON's types.
    """

    def __init__(self, folder: Path, way: dict[str, Any]) -> None:
        self.tags: set[str] = set()
        """The tag columns of all rows."""
        self.bounds: dict[str, Bounds] = {}
        """The box around the points of each partition."""
        self.rows: Counter[str] = Counter()
        """The number of rows of each partition, by its folder."""
        self._folder = folder
        self._metadata = {_WAY: json.dumps(way)}
        self._frames: list[pl.DataFrame] = []
        self._bytes = 0
        self._due = time.monotonic() + BUFFER_SECONDS
        self._runs = 0
        self._pieces: dict[str, list[Piece]] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows.

        Parameters
        ----------
        frame : polars.DataFrame
            File columns, derived columns, any tag columns, and `FOLDER`.
        """
        if frame.is_empty():
            return
        self.tags |= tags_among(frame.columns) - {FOLDER}
        self._frames.append(frame)
        self._bytes += _size(frame)
        if self._bytes >= BUFFER_BYTES or time.monotonic() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Write the rows that are still in memory."""
        if self._frames:
            rows = pl.concat(self._frames, how="diagonal")
            self._frames.clear()
            self._bytes = 0
            self._write_run(rows)
        self._due = time.monotonic() + BUFFER_SECONDS

    def pieces(self, folder: str) -> list[Piece]:
        """Return the rows of a partition as sorted pieces."""
        return self._pieces.get(folder, [])

    def _write_run(self, rows: pl.DataFrame) -> None:
        path = self._folder / f"{self._runs}{RUN}"
        draft = path.with_suffix(f"{RUN}.tmp")
        schema = row_schema(tags_among(rows.columns) - {FOLDER}).with_metadata(self._metadata)
        per_batch = max(1, rows.height * BATCH_BYTES // max(1, _size(rows)))
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with (
            pa.OSFile(str(draft), "wb") as file,
            pa.ipc.new_file(file, schema, options=options) as run,
        ):
            number = 0
            for frame, folders in _batches(rows, per_batch):
                table = conform(frame.to_arrow(), schema).combine_chunks()
                times, start = times_of(table), 0
                for folder, length in folders:
                    own = frame.slice(start, length)
                    box = Bounds.around(own["latitude"], own["longitude"])
                    self.bounds[folder] = box.joined(self.bounds.get(folder, Bounds()))
                    self.rows[folder] += length
                    run.write_table(table.slice(start, length), max_chunksize=length)
                    piece = Piece(int(times[start]), partial(_read_batch, path, number))
                    self._pieces.setdefault(folder, []).append(piece)
                    number, start = number + 1, start + length
        sync(draft)
        draft.replace(path)
        self._runs += 1


def _size(frame: pl.DataFrame) -> int:
    """Return the bytes of a frame; Polars leaves out what a cell of text takes, null or not."""
    texts = sum(dtype == pl.String for dtype in frame.dtypes)
    return int(frame.estimated_size()) + _TEXT_CELL * texts * frame.height


def _batches(rows: pl.DataFrame, size: int) -> Iterator[tuple[pl.DataFrame, list[tuple[str, int]]]]:
    """Give the rows in order, up to `size` at a time, and how many are of which partition.

    They are gathered one batch after the other: to sort a frame is to have it in memory twice.
    """
    by = (FOLDER, "acquired_at", "path")
    keys = rows.select(by).with_row_index("row").sort(by, nulls_last=True)
    rows = rows.drop(FOLDER)
    for batch in keys.iter_slices(size):
        runs = batch[FOLDER].rle().struct
        folders = zip(runs.field("value").to_list(), runs.field("len").to_list(), strict=True)
        yield rows[batch["row"]], list(folders)


def read_run(path: Path) -> tuple[dict[str, Any], Iterator[pl.DataFrame]] | None:
    """Open a run that another process has left.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    way : dict
        How the rows were read.
    frames : iterator of polars.DataFrame
        The rows, as `Spill.add` took them but for `FOLDER`.
    None
        It is no whole run.
    """
    with suppress(pa.ArrowException, OSError, ValueError, KeyError, TypeError):
        with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
            way = json.loads(reader.schema.metadata[_WAY])
            batches = reader.num_record_batches
        return way, (_frame(_read_batch(path, number)) for number in range(batches))
    return None


def _read_batch(path: Path, number: int) -> pa.Table:
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        batch = reader.get_batch(number)
    # a run has the columns of all its partitions
    own = base_columns()
    filled = [c for c in batch.schema.names if c in own or batch[c].null_count < batch.num_rows]
    return pa.Table.from_batches([batch.select(filled)]).replace_schema_metadata()


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
