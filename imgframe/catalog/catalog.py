"""The face of a catalogue: update it, scan it, ask what it holds."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import polars as pl

from imgframe import __version__
from imgframe.catalog.check import check
from imgframe.catalog.keys import YEAR, PartitionKey, Places
from imgframe.catalog.parts import PRIVATE, Part, parquet_files, read_part
from imgframe.catalog.reports import CatalogCheck, CatalogInfo, CompactReport, UpdateReport
from imgframe.catalog.scans import scan_parts
from imgframe.catalog.scope import Scope
from imgframe.catalog.update import (
    Task,
    compact,
    journal_of,
    on_disk,
    recover,
    time_of,
    write_update,
)
from imgframe.decode import DECODER_VERSION
from imgframe.discover import Source, discover, shown
from imgframe.errors import CatalogError, CatalogLockedError, UsageError
from imgframe.read import frame_reader

__all__ = ["Catalog"]

_PATIENCE: Final = 30.0
"""Seconds that a reader waits for a writer to put committed parts in their places."""


class Catalog:
    """A table of images on disk: a folder of Parquet files that any reader can glob.

    ``<path>/**/*.parquet`` is the table, partitioned in Hive's way by the `year` of `acquired_at`
    (0 where there is none) or by another column. Its columns are those of `read_images`, and
    `geometry`, the position as WKB with GeoParquet metadata. No other file is needed to read it,
    or to go on with it: the folder can be copied and moved.

    New tags add columns, and parts that were written before are left alone. The first part has all
    columns, so pyarrow, pandas and geopandas read the folder as it is; to DuckDB say
    ``union_by_name=true``, to Polars ``missing_columns="insert"``, to Spark ``mergeSchema``.
    `compact` gives all parts all columns.

    Opening a catalogue finishes the update of a process that died after committing it, and clears
    away what one that died before has left, but for what it had read: the next update takes that.
    Until then, and while an update runs, there is a folder ``.imgframe``, which a glob for
    ``*.parquet`` finds nothing in. Which files were no images is remembered among the caches of
    the user; without that, updates look at them again.

    Parameters
    ----------
    path : str or path-like
        A folder of its own; `update` makes it.
    partition_by : str, optional
        The column whose values are the partitions: ``"year"`` (the default), ``"month"``,
        ``"camera"``, a text column such as ``"manufacturer"`` or ``"format"``, or one of a place
        such as ``"country_code"``. It is fixed when the catalogue is made. Images without a value
        are in the partition ``unknown``. At most 1,000 values.
    places : callable, optional
        Adds the columns of places to a frame: `imgframe.geo.add_places`. Needed by updates of a
        catalogue that is partitioned by one of them.

    Raises
    ------
    UsageError
        `path` is empty, a URL or no Unicode, or `partition_by` is no such column.

    Examples
    --------
    >>> catalog = Catalog("photos.catalog")  # doctest: +SKIP
    >>> print(catalog.update("photos"))  # doctest: +SKIP
    1,204 added, 0 changed, 0 removed, 0 unchanged, 2 failed in 0.4 s
    >>> catalog.scan().filter(pl.col("year") == 2024).collect()  # doctest: +SKIP
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        partition_by: str | None = None,
        places: Places | None = None,
    ) -> None:
        name = os.fsdecode(path)
        if not name:
            raise UsageError("an empty path is no catalogue; '.' is the current folder")
        if "://" in name:
            raise UsageError(f"{name}: a catalogue is a folder; URLs are not supported yet")
        if shown(name) != name:
            raise UsageError(f"{shown(name)}: the path of a catalogue must be valid UTF-8")
        self.path = Path(os.path.abspath(name))  # noqa: PTH100
        self._key = None if partition_by is None else PartitionKey.of(partition_by)
        self._places = places
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
        full: bool = False,
        refresh: bool = False,
    ) -> UpdateReport:
        """Bring the table up to date with a source; rows of other sources are left alone.

        Only those files are read that have no row, or another size or time of modification than
        their row says; that could not be read before; or whose row was read with other options
        (with `sidecars` all are, since what is beside a file leaves no trace in it). Files that
        were no images are not looked at again as long as they stay as they are.

        Rows are the source's own if their path is at or below one of its paths. A row goes when
        its file is gone; one that `pattern` or a glob leaves out stays as long as its file is
        there. Paths are stored absolute.

        The table is the old one or the new one, whatever happens: a killed process, a full disk,
        a power cut. What a process that is killed or interrupted had read is not read again.

        Where an update would leave more than eight parts of fewer than 32,768 rows in a partition,
        they become one.

        Parameters
        ----------
        source, pattern, tags, families, makernotes, thumbnails, sidecars, n_jobs, progress
            As for `read_images`.
        full : bool, default False
            Read all files.
        refresh : bool, default False
            Also read the files whose row is from an older version of the decoder.

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
        UsageError
            An argument is none of the above, or the catalogue is partitioned in another way.
        KeyboardInterrupt
            With a message that says what has become of what was read.
        """
        start = time.perf_counter()
        pattern, tags, families = _listed(pattern), _listed(tags), _listed(families)
        scope = Scope.of(source, pattern)
        options = (makernotes, thumbnails, sidecars)
        task = Task(
            scope,
            discover(scope.source, pattern),
            frame_reader(tags, families, *options, n_jobs=n_jobs, progress=progress),
            _decoder(tags, families, options),
            self._key,
            self._places,
            full,
            refresh,
        )
        counts = write_update(self.path, task)
        return UpdateReport(**asdict(counts), seconds=time.perf_counter() - start)

    def scan(self) -> pl.LazyFrame:
        """Return the table as a lazy frame, which reads only what a query needs.

        Returns
        -------
        polars.LazyFrame
            The columns of `read_images`, and that of the partitions (`year` is Int32). The files
            are those of this moment: scan again after an update.

        Raises
        ------
        CatalogError
            There is no catalogue.
        """
        parts = self._parts()
        return scan_parts(parts, self._key_of(parts))

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

    def sql(self, query: str) -> pl.DataFrame:
        """Ask the table in SQL; DuckDB answers, and can reach nothing but the table.

        Parameters
        ----------
        query : str
            One SELECT. The table is `images`: the columns of `scan`, and `geometry`. SQL does not
            tell ``Model`` from ``model``: a tag that differs from a derived column in nothing but
            case has ``_1`` behind its name: `Model_1`.

        Returns
        -------
        polars.DataFrame
            Geometry as WKB.

        Raises
        ------
        UsageError
            The query is wrong, or wants something else.
        CatalogError
            There is no catalogue, or there was no room for the work.
        MissingExtraError
            DuckDB is not installed: ``pip install 'imgframe[sql]'``.

        Examples
        --------
        >>> catalog = Catalog("photos.catalog")  # doctest: +SKIP
        >>> catalog.sql("select year, count(*) from images group by year")  # doctest: +SKIP
        """
        from imgframe.catalog.sql import answer

        parts = self._parts()
        return answer(query, parts, self._key_of(parts))

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
            partition_by=self._key_of(parts).name,
            partitions=dict(partitions),
            sources=sorted({source for part in parts for source in part.origin.sources}),
            columns=dict(scan_parts(parts, self._key_of(parts)).collect_schema()),
            updated_at=max((time_of(part.origin.update) for part in parts), default=None),
            versions=sorted({part.origin.decoder["imgframe"] for part in parts}),
        )

    def verify(self) -> CatalogCheck:
        """Read the catalogue from end to end, and say whether it is sound.

        Every page of every part is read and its checksum compared; rows are counted, paths must be
        unique, columns have the types of their names, rows the order of time and the partition of
        their values, and nothing else be in the folders of the partitions.

        Returns
        -------
        CatalogCheck
            `str` makes one line of it.

        Raises
        ------
        CatalogError
            There is no catalogue.
        """
        with on_disk(self.path):
            if not self.path.is_dir():
                raise CatalogError(self._missing())
            self._wait_for_commit()
            while True:
                files = parquet_files(self.path)
                found = check(self.path)
                if parquet_files(self.path) == files:
                    return found

    def compact(self) -> CompactReport:
        """Join small parts, and give all parts all columns.

        Updates join small parts by themselves; this is for readers that cannot union columns.

        Returns
        -------
        CompactReport

        Raises
        ------
        CatalogLockedError
            Another process is writing to the catalogue.
        CatalogError
            There is no catalogue, or it cannot be written.
        """
        start = time.perf_counter()
        before = self._parts()
        compact(self.path)
        after = self._parts()
        return CompactReport(
            len(before),
            len(after),
            sum(part.size for part in before),
            sum(part.size for part in after),
            time.perf_counter() - start,
        )

    def _key_of(self, parts: list[Part]) -> PartitionKey:
        if parts:
            return PartitionKey(parts[0].origin.key)
        return self._key or PartitionKey(YEAR)

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


def _decoder(
    tags: list[str] | None, families: list[str] | None, options: tuple[bool, bool, bool]
) -> dict[str, Any]:
    """Describe how rows are read, for their parts to tell."""
    return {
        "imgframe": __version__,
        "version": DECODER_VERSION,
        "tags": tags and sorted(tags),
        "families": families and sorted(families),
        **dict(zip(("makernotes", "thumbnails", "sidecars"), options, strict=True)),
    }
