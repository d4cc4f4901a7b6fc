"""One update: frames of rows in, and either the next table or the present one as it was.

Under the lock, rows are compared with the table, and those that come wait in runs. Then the new
parts are written beside the table, read back, and synced to the disk. Then the journal gets its
name, and with it the update is done.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa

from imgframe.catalog.index import Counts, KnownRows
from imgframe.catalog.journal import commit, finish
from imgframe.catalog.lock import hold
from imgframe.catalog.parts import PRIVATE, Origin, Part, parquet_files, read_part
from imgframe.catalog.scope import Scope
from imgframe.catalog.spill import Spill
from imgframe.catalog.stage import stage
from imgframe.errors import CatalogError, ImgframeError, SourceError

__all__ = ["journal_of", "on_disk", "recover", "time_of", "write_update"]

_PATIENCE: Final = 1.0
"""Seconds to wait for the lock: who opens a catalogue to read it may have it for a moment."""

_TIME: Final = "%Y%m%dT%H%M%SZ"


def write_update(
    root: Path, frames: Iterable[pl.DataFrame], scope: Scope, decoder: dict[str, Any]
) -> Counts:
    """Bring a catalogue up to date with a source.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue; it is made if it is not there.
    frames : iterable of polars.DataFrame
        All rows of the source, with file columns, derived columns and tag columns.
    scope : Scope
        The source.
    decoder : dict
        What the rows are read with. A row that was read with the same stays as it is.

    Returns
    -------
    Counts

    Raises
    ------
    CatalogLockedError
        Another process is writing to the catalogue.
    CatalogError
        The catalogue cannot be written; the table is the one it was.
    SourceError
        The source is not there any more.
    """
    with hold(_lock_of(root), _PATIENCE):
        with on_disk(root):
            _recover(root)
            update = _Update(root, scope, decoder)
        try:
            for frame in frames:
                with on_disk(root):
                    update.add(frame)
            with on_disk(root):
                update.end()
        finally:
            update.clear()
    return update.known.counts


class _Update:
    """An update under way, by the holder of the lock."""

    def __init__(self, root: Path, scope: Scope, decoder: dict[str, Any]) -> None:
        self._root = root
        self._scope = scope
        self._parts = [_own_part(root, path) for path in parquet_files(root)]
        # a sidecar may change while the image beside it does not
        reusable = not decoder["sidecars"]
        fresh = [reusable and part.origin.decoder == decoder for part in self._parts]
        self.known = KnownRows(self._parts, scope, fresh)
        name = f"{datetime.now(UTC).strftime(_TIME)}-{uuid.uuid4().hex[:8]}"
        self._origin = Origin(name, decoder, scope.devices())
        self._folder = root / PRIVATE / name
        self._folder.mkdir()
        self._spill = Spill(self._folder)

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows of the source."""
        inside = pl.col("path").str.starts_with(os.path.join(self._root, ""))
        own = inside & pl.col("path").str.ends_with(".parquet")
        self._spill.add(self.known.admit(frame.filter(~own)))

    def end(self) -> None:
        """Write the next table when all rows are there."""
        self._refuse_unmounted()
        self.known.settle()
        self._spill.flush()
        journal = stage(
            self._root, self._folder, self._parts, self.known, self._spill, self._origin
        )
        if journal:
            commit(self._root, journal_of(self._root), journal)

    def clear(self) -> None:
        """Remove what is not needed any more; all of it, unless a journal still needs it."""
        if not journal_of(self._root).exists():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _refuse_unmounted(self) -> None:
        """Refuse a folder that is empty because another device is mounted there than before."""
        if not self.known.is_unseen:
            return
        for root, device in self._origin.sources.items():
            before = {p.origin.sources[root] for p in self._parts if root in p.origin.sources}
            if before and device not in before:
                raise SourceError(
                    f"{root}: none of its {len(self.known):,} files is there, and it is on another "
                    "device than before; is something not mounted? Its rows are left as they are"
                )


def recover(root: Path) -> None:
    """Finish the update that a dead process had committed, or clear away what it had not.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue.

    Raises
    ------
    CatalogLockedError
        The process is not dead.
    CatalogError
        The update cannot be finished.
    """
    with hold(_lock_of(root)), on_disk(root):
        _recover(root)


def _recover(root: Path) -> None:
    journal = journal_of(root)
    if journal.exists():
        finish(root, journal)
    for left in (root / PRIVATE).iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        elif left != _lock_of(root):
            left.unlink()


def journal_of(root: Path) -> Path:
    """Return where the journal of a catalogue is while it is carried out."""
    return root / PRIVATE / "journal.json"


def _lock_of(root: Path) -> Path:
    return root / PRIVATE / "lock"


def time_of(update: str) -> datetime:
    """Return when an update began, by its name."""
    return datetime.strptime(update.partition("-")[0], _TIME).replace(tzinfo=UTC)


def _own_part(root: Path, path: Path) -> Part:
    part = read_part(root, path)
    if part is None:
        raise CatalogError(f"{path}: not written by imgframe; a catalogue has its own folder")
    return part


@contextmanager
def on_disk(root: Path) -> Iterator[None]:
    """Say of what goes wrong on disk in which catalogue it did."""
    try:
        yield
    except ImgframeError:
        raise
    except (OSError, pa.ArrowException) as error:
        raise CatalogError(f"{root}: {error}") from error
