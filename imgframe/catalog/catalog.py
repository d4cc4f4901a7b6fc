"""The face of a catalogue: update it, scan it, ask what it holds."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, cast

import polars as pl

from imgframe import __version__
from imgframe.catalog.columns import YEAR, row_schema, tags_among
from imgframe.catalog.parts import PRIVATE, Part, parquet_files, read_part
from imgframe.catalog.scope import Scope
from imgframe.catalog.update import journal_of, on_disk, recover, time_of, write_update
from imgframe.discover import Source
from imgframe.errors import CatalogError, CatalogLockedError, UsageError
from imgframe.read import iter_images

__all__ = ["Catalog", "CatalogInfo", "UpdateReport"]

_PATIENCE: Final = 30.0
"""Seconds that a reader waits for a writer to put committed parts in their places."""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did, in files of the source."""

    added: int
    """They have a row now and had none."""
    changed: int
    """Size or time of modification differ, or they could be read now and not before, or the
    other way round."""
    removed: int
    """They are gone, and so is their row."""
    unchanged: int
    """They are as they were."""
    failed: int
    """Of all those that are there: their row has an `error`."""
    seconds: float
    """How long it took."""

    def __str__(self) -> str:
        names = ("added", "changed", "removed", "unchanged", "failed")
        counts = ", ".join(f"{getattr(self, name):,} {name}" for name in names)
        return f"{counts} in {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """What a catalogue holds."""

    path: str
    rows: int
    parts: int
    """Number of Parquet files."""
    bytes: int
    """Size of the Parquet files."""
    partitions: dict[str, int]
    """Rows of each partition, such as ``year=2024``."""
    sources: list[str]
    """Files and folders that the rows come from."""
    columns: dict[str, pl.DataType]
    """Names and dtypes, as `Catalog.scan` gives them."""
    updated_at: datetime | None
    """When the last update began that changed the table; None where there was none."""
    versions: list[str]
    """The versions of imgframe that the rows were read with."""

    def __str__(self) -> str:
        updated = f"{self.updated_at:%Y-%m-%d %H:%M:%S} UTC" if self.updated_at else "never"
        return "\n".join(
            [
                f"catalogue   {self.path}",
                f"rows        {self.rows:,}",
                f"columns     {len(self.columns)}",
                f"parts       {self.parts:,} ({self.bytes:,} bytes)",
                f"partitions  {', '.join(self.partitions) or 'none'}",
                f"sources     {', '.join(self.sources) or 'none'}",
                f"updated     {updated}",
                f"read with   imgframe {', '.join(self.versions) or 'none'}",
            ]
        )


class Catalog:
    """A table of images on disk: a folder of Parquet files that any reader can glob.

    ``<path>/**/*.parquet`` is the table, partitioned by the `year` of `acquired_at` (0 where there
    is none) in Hive's way. All files have the same columns: those of `read_images`, and `geometry`,
    the position as WKB with GeoParquet metadata. No other file is needed to read it, or to go on
    with it: the folder can be copied and moved.

    Opening a catalogue finishes the update of a process that died after committing it, and clears
    away what one that died before has left. Until then, and while an update runs, there is a
    folder ``.imgframe``, which a glob for ``*.parquet`` finds nothing in.

    Parameters
    ----------
    path : str or path-like
        A folder of its own; `update` makes it.

    Raises
    ------
    UsageError
        `path` is a URL.

    Examples
    --------
    >>> catalog = Catalog("photos.catalog")  # doctest: +SKIP
    >>> print(catalog.update("photos"))  # doctest: +SKIP
    1,204 added, 0 changed, 0 removed, 0 unchanged, 2 failed in 0.4 s
    >>> catalog.scan().filter(pl.col("year") == 2024).collect()  # doctest: +SKIP
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        if "://" in os.fspath(path):
            raise UsageError(f"{path}: a catalogue is a folder; URLs are not supported yet")
        self.path = Path(os.path.abspath(path))  # noqa: PTH100
        if (self.path / PRIVATE).is_dir():
            # a process that is alive goes on with it; without write access nothing can be done
            with suppress(CatalogError):
                recover(self.path)

    def __repr__(self) -> str:
        return f"Catalog({str(self.path)!r})"

    def update(
        self,
        source: Source,
        *,
        pattern: str | Iterable[str] | None = None,
        tags: str | Iterable[str] | None = None,
        families: str | Iterable[str] | None = None,
        makernotes: bool = False,
        thumbnails: bool = False,
        sidecars: bool = False,
        n_jobs: int | None = None,
        progress: bool | None = None,
    ) -> UpdateReport:
        """Bring the table up to date with a source; rows of other sources are left alone.

        Rows are the source's own if their path is at or below one of its paths. A row goes when
        its file is gone; one that `pattern` or a glob leaves out stays as long as its file is
        there. Paths are stored absolute.

        The table is the old one or the new one, whatever happens: a killed process, a full disk,
        a power cut.

        Parameters
        ----------
        source, pattern, tags, families, makernotes, thumbnails, sidecars, n_jobs, progress
            As for `read_images`.

        Returns
        -------
        UpdateReport

        Raises
        ------
        SourceError
            The source is not there. Its rows are left as they are.
        CatalogLockedError
            Another process is writing to the catalogue; it does not wait for it.
        CatalogError
            The catalogue cannot be written, or the folder holds Parquet files of others.
        """
        start = time.perf_counter()
        pattern, tags, families = _listed(pattern), _listed(tags), _listed(families)
        scope = Scope.of(source, pattern)
        options = (makernotes, thumbnails, sidecars)
        read = iter_images(
            scope.source, pattern, tags, families, *options, n_jobs=n_jobs, progress=progress
        )
        decoder = {
            "imgframe": __version__,
            "tags": tags and sorted(tags),
            "families": families and sorted(families),
            **dict(zip(("makernotes", "thumbnails", "sidecars"), options, strict=True)),
        }
        with closing(cast("Generator[pl.DataFrame, None, None]", read)) as frames:
            counts = write_update(self.path, frames, scope, decoder)
        return UpdateReport(**asdict(counts), seconds=time.perf_counter() - start)

    def scan(self) -> pl.LazyFrame:
        """Return the table as a lazy frame, which reads only what a query needs.

        Returns
        -------
        polars.LazyFrame
            The columns of `read_images`, and `year` (Int32). The files are those of this moment:
            scan again after an update.

        Raises
        ------
        CatalogError
            There is no catalogue.
        """
        return self._scan(self._parts())

    def read(self) -> pl.DataFrame:
        """Return the table as a frame.

        Returns
        -------
        polars.DataFrame
            As of `scan`.

        Raises
        ------
        CatalogError
            There is no catalogue.
        """
        return self.scan().collect()

    def info(self) -> CatalogInfo:
        """Say what the catalogue holds; no data is read for it.

        Returns
        -------
        CatalogInfo

        Raises
        ------
        CatalogError
            There is no catalogue.
        """
        parts = self._parts()
        partitions: Counter[str] = Counter()
        for part in parts:
            if part.rows:
                partitions[part.partition] += part.rows
        return CatalogInfo(
            path=str(self.path),
            rows=sum(part.rows for part in parts),
            parts=len(parts),
            bytes=sum(part.size for part in parts),
            partitions=dict(partitions),
            sources=sorted({source for part in parts for source in part.origin.sources}),
            columns=dict(self._scan(parts).collect_schema()),
            updated_at=max((time_of(part.origin.update) for part in parts), default=None),
            versions=sorted({part.origin.decoder["imgframe"] for part in parts}),
        )

    def _scan(self, parts: list[Part]) -> pl.LazyFrame:
        tags = tags_among(name for part in parts for name in part.schema.names)
        empty = pl.from_arrow(row_schema(tags).empty_table())
        assert isinstance(empty, pl.DataFrame)
        if not parts:
            return empty.with_columns(pl.lit(None, pl.Int32).alias(YEAR)).lazy()
        read = partial(
            pl.scan_parquet,
            schema=empty.schema,
            missing_columns="insert",
            extra_columns="ignore",
            glob=False,
        )
        if "=" in str(self.path):
            # Polars takes folders above the catalogue for partitions, too
            frames = [
                read(part.path, hive_partitioning=False).with_columns(
                    pl.lit(part.year, pl.Int32).alias(YEAR)
                )
                for part in parts
            ]
            frame = pl.concat(frames)
        else:
            paths = [part.path for part in parts]
            frame = read(paths, hive_partitioning=True, hive_schema={YEAR: pl.Int32()})
        return frame.select(*empty.columns, YEAR)

    def _parts(self) -> list[Part]:
        """Return the parts of the table as of one moment."""
        with on_disk(self.path):
            if not self.path.is_dir():
                raise CatalogError(self._missing())
            while True:
                self._wait_for_commit()
                files = parquet_files(self.path)
                try:
                    found = [read_part(self.path, path) for path in files]
                except FileNotFoundError:
                    continue
                if not journal_of(self.path).exists() and parquet_files(self.path) == files:
                    break
        parts = [part for part in found if part]
        if not parts and any(entry.name != PRIVATE for entry in self.path.iterdir()):
            raise CatalogError(self._missing())
        return parts

    def _wait_for_commit(self) -> None:
        """Wait for a writer that has committed, or do what it has left to do."""
        deadline = time.monotonic() + _PATIENCE
        while journal_of(self.path).exists():
            try:
                recover(self.path)
            except CatalogLockedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _missing(self) -> str:
        return (
            f"{self.path}: no catalogue there; Catalog({str(self.path)!r}).update(source) makes one"
        )


def _listed(names: str | Iterable[str] | None) -> list[str] | None:
    """Make a list of what is gone through twice; what is no list is refused later."""
    if isinstance(names, str):
        return [names]
    return list(names) if isinstance(names, Iterable) else names
