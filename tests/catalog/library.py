"""A folder of files whose metadata a test says, so that catalogues are tested by themselves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from imgframe import schema
from imgframe.catalog import Catalog
from imgframe.catalog.keys import PartitionKey
from imgframe.catalog.known import Counts
from imgframe.catalog.scope import Scope
from imgframe.catalog.update import Read, Task, write_update
from imgframe.derive import add_derived
from imgframe.discover import UNKNOWN_TIME, FileBatch, Source, discover

DECODER = {"imgframe": "1.0", "version": 1, "sidecars": False}

TAKEN = "DateTimeOriginal"


class Library:
    """Files in a folder, and what each of them will be read as."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows: dict[str, dict[str, Any]] = {}
        self.opened: list[str] = []
        """The files that were read since this was emptied."""
        root.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, content: str = "image", **columns: Any) -> Path:
        """Write a file; `columns` are tags and file columns of its row."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        self.rows[str(path)] = columns
        return path

    def note(self, name: str, content: str = "no image") -> Path:
        """Write a file that has a row only if its name says that it is an image."""
        path = self.put(name, content)
        del self.rows[str(path)]
        return path

    def remove(self, name: str) -> None:
        (self.root / name).unlink()
        self.rows.pop(str(self.root / name), None)

    def read(self, batches: Iterable[FileBatch]) -> Iterator[pl.DataFrame]:
        """Read files as `read.frame_reader` would."""
        for batch in batches:
            self.opened += [path for i, path in enumerate(batch.paths) if i not in batch.errors]
            rows = [
                {
                    "path": path,
                    "size": None if batch.sizes[i] < 0 else int(batch.sizes[i]),
                    "modified_at": moment(int(batch.modified_us[i])),
                    "error": batch.errors.get(i),
                    **self.rows.get(path, {}),
                }
                for i, path in enumerate(batch.paths)
                if batch.expected[i] or i in batch.errors or path in self.rows
            ]
            yield frame(rows)

    def frames(self) -> Iterator[pl.DataFrame]:
        """Read all files, a few at a time."""
        return self.read(discover(self.root, batch_size=3))

    def task(
        self,
        source: Source | None = None,
        pattern: str | None = None,
        read: Read | None = None,
        **options: Any,
    ) -> Task:
        """Make the task to update a catalogue from the folder, or from some of it."""
        scope = Scope.of(self.root if source is None else source, pattern)
        files = discover(scope.source, pattern, batch_size=3)
        options = {"decoder": DECODER, **options}
        return Task(scope, files, read or self.read, **options)

    def update(
        self,
        catalog: Path,
        source: Source | None = None,
        pattern: str | None = None,
        key: str | None = None,
        **options: Any,
    ) -> Counts:
        """Update a catalogue from the folder, or from some of it."""
        if key:
            options["key"] = PartitionKey.of(key)
        return write_update(catalog, self.task(source, pattern, **options))


def moment(microseconds: int) -> datetime | None:
    if microseconds == UNKNOWN_TIME:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Make the frame of some files, as reading them would."""
    names = schema.sort_columns({*schema.FILE_COLUMNS, *(name for row in rows for name in row)})
    return add_derived(pl.DataFrame(rows, {name: schema.dtype_of(name) for name in names}))


def some_library(root: Path) -> Library:
    """Make a library that has a bit of everything."""
    library = Library(root)
    library.put(
        "a/north.jpg",
        DateTimeOriginal=datetime(2024, 5, 1, 12, 0, 1),
        SubsecTimeOriginal="25",
        OffsetTimeOriginal="+02:00",
        GPSLatitude=47.5,
        GPSLatitudeRef="N",
        GPSLongitude=8.25,
        GPSLongitudeRef="E",
        GPSTimeStamp=datetime(2024, 5, 1, 10, 0, 1, 500000).time(),
        GPSDateStamp=datetime(2024, 5, 1).date(),
        Make="Canon",
        width=6000,
    )
    library.put(
        "a/south.jpg",
        DateTimeOriginal=datetime(2023, 12, 31, 23, 59, 59),
        GPSLatitude=33.5,
        GPSLatitudeRef="S",
        GPSLongitude=70.5,
        GPSLongitudeRef="W",
        BitsPerSample=[8, 8, 8],
        FNumber=2.8,
    )
    library.put("b/plain.jpg", Make="Würth", ISOSpeedRatings=100)
    library.put("b/broken.jpg", error="truncated", problems=["Make: cut off", "Model: cut off"])
    library.put("b/old.jpg", DateTimeOriginal=datetime(1999, 1, 1))
    return library


def table(catalog: Path) -> pl.DataFrame:
    """Read a catalogue, in the order of paths, without columns that are empty."""
    rows = Catalog(catalog).read().sort("path")
    return rows.select(sorted(s.name for s in rows if s.null_count() < rows.height))


def expected(library: Library) -> pl.DataFrame:
    """Return what `table` has to give."""
    rows = pl.concat(library.frames(), how="diagonal").sort("path")
    rows = rows.with_columns(year=pl.col("acquired_at").dt.year().fill_null(0))
    return rows.select(sorted(s.name for s in rows if s.null_count() < rows.height))


def files(catalog: Path) -> list[str]:
    """List all there is in a catalogue, folders apart."""
    return sorted(
        path.relative_to(catalog).as_posix() for path in catalog.rglob("*") if path.is_file()
    )


def touch(path: Path, seconds: float = 10.0) -> None:
    """Make a file look changed."""
    status = path.stat()
    os.utime(path, (status.st_atime, status.st_mtime + seconds))


def copy(catalog: Path, target: Path) -> Path:
    """Copy a catalogue over whatever is at the target."""
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(catalog, target)


def save(frames: Iterable[pl.DataFrame], folder: Path) -> None:
    """Keep frames for another process."""
    folder.mkdir()
    for number, rows in enumerate(frames):
        rows.write_ipc(folder / f"{number:04}.arrow")


def load(folder: Path) -> Iterator[pl.DataFrame]:
    """Take the frames that `save` kept."""
    for path in sorted(folder.iterdir()):
        yield pl.read_ipc(path)
