"""One update: a source in, and either the next table or the present one as it was.

Under the lock, the files of the source are compared with the table. Only those that are new or
changed are read, and their rows wait in runs. Then the new parts are written beside the table, read
back, and synced to the disk. Then the journal gets its name, and with it the update is done.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import polars as pl
import pyarrow as pa

from imgframe.catalog.journal import commit, finish
from imgframe.catalog.keys import YEAR, PartitionKey, Places
from imgframe.catalog.known import Counts, KnownRows
from imgframe.catalog.leftover import Leftover, clear_unfinished
from imgframe.catalog.lock import hold
from imgframe.catalog.parts import PRIVATE, Origin, Part, parquet_files, read_part
from imgframe.catalog.passed import PassedOver, passed_over
from imgframe.catalog.scope import Scope
from imgframe.catalog.spill import FOLDER, Spill
from imgframe.catalog.stage import Present, small_or_narrow, stage, too_many_small
from imgframe.catalog.unread import unread
from imgframe.discover import FileBatch
from imgframe.errors import CatalogError, ImgframeError, SourceError, UsageError

__all__ = [
    "Task",
    "compact",
    "journal_of",
    "on_disk",
    "recover",
    "time_of",
    "write_update",
]

_PATIENCE: Final = 1.0
"""Seconds to wait for the lock: who opens a catalogue to read it may have it for a moment."""

_TIME: Final = "%Y%m%dT%H%M%SZ"

Read: TypeAlias = Callable[[Iterator[FileBatch]], Iterator[pl.DataFrame]]
"""Reads files into frames with file columns, derived columns and tag columns."""


@dataclass(frozen=True, slots=True)
class Task:
    """What an update is to do."""

    scope: Scope
    """The source."""
    files: Iterable[FileBatch]
    """All files of it."""
    read: Read
    decoder: dict[str, Any]
    """How rows are read, in JSON's types: the options, the version of the decoder as ``version``,
    and that of imgframe as ``imgframe``, which is noted and no more."""
    key: PartitionKey | None = None
    """None for that which the catalogue has, or the year."""
    places: Places | None = None
    full: bool = False
    """Whether all files are read, whatever is known of them."""
    refresh: bool = False
    """Whether rows of an older version of the decoder are read again."""


def write_update(root: Path, task: Task) -> Counts:
    """Bring a catalogue up to date with a source.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue; it is made if it is not there.
    task : Task

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
    KeyboardInterrupt
        It says what has become of the rows that were read.
    """
    with _writing(root) as parts:
        update = _Update(root, parts, task)
        try:
            read = cast("Generator[pl.DataFrame, None, None]", task.read(update.files()))
            with closing(read) as frames:
                for frame in frames:
                    with on_disk(root):
                        update.add(frame)
                    # the next one is read while this name is bound
                    del frame
            with on_disk(root):
                update.end()
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"{root}: interrupted; {update.keep()}") from None
        except CatalogError:
            # what waits may be what fills the disk
            update.clear()
            raise
        finally:
            update.leave()
    return update.known.counts


def compact(root: Path) -> None:
    """Write small parts, and those that lack columns of others, anew together.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue.

    Raises
    ------
    CatalogLockedError
        Another process is writing to the catalogue.
    CatalogError
        The catalogue cannot be written; the table is the one it was.
    """
    with _writing(root) as parts, on_disk(root):
        if not parts:
            return
        newest = max((part.origin for part in parts), key=lambda origin: origin.update)
        origin = Origin(_new_name(), newest.decoder, newest.sources, newest.key)
        folder = _new_folder(root, origin)
        try:
            table = [Present(part) for part in parts]
            journal = stage(root, folder, table, origin, small_or_narrow, Spill(folder, {}))
            if journal:
                commit(root, journal_of(root), journal)
        finally:
            if not journal_of(root).exists():
                shutil.rmtree(folder, ignore_errors=True)


class _Update:
    """An update under way, by the holder of the lock."""

    def __init__(self, root: Path, parts: list[Part], task: Task) -> None:
        self._root = root
        self._parts = parts
        self._task = task
        scope, decoder = task.scope, task.decoder
        # a sidecar may change while the image beside it does not
        reusable = not decoder["sidecars"] and not task.full
        self._key = _key(parts, task)
        self._partitions = {part.partition for part in parts}
        outdated = [part.origin.decoder["version"] < decoder["version"] for part in parts]
        fresh = [
            reusable
            and _options(part.origin.decoder) == _options(decoder)
            and not (old and task.refresh)
            for part, old in zip(parts, outdated, strict=True)
        ]
        self._origin = Origin(_new_name(), decoder, scope.devices(), self._key.name)
        way = {"decoder": decoder, "full": task.full}
        with on_disk(root):
            self.known = KnownRows(parts, scope, fresh, outdated)
            self._leftover = Leftover(root / PRIVATE, scope, way)
            self._passed = PassedOver(passed_over(root), scope, decoder, task.full)
            self._folder = _new_folder(root, self._origin)
        self._spill = Spill(self._folder, way)
        self._is_committed = False

    def files(self) -> Iterator[FileBatch]:
        """Give the files that have to be read."""
        return unread(self._task.files, self.known, self._leftover, self._passed)

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows of the source."""
        paths = frame["path"]
        self._passed.come(paths)
        inside = paths.str.starts_with(os.path.join(self._root, ""))
        own = inside & paths.str.ends_with(".parquet")
        rows = frame.filter(~own) if own.any() else frame
        if rows.height:
            folders = self._key.folders(rows, self._task.places).alias(FOLDER)
            self._partitions.update(folders.unique())
            self._key.check_number(len(self._partitions))
            self._spill.add(self.known.admit(rows.with_columns(folders)))

    def end(self) -> None:
        """Write the next table when all rows are there."""
        for frame in self._leftover.frames():
            self.add(frame)
        self._refuse_unmounted()
        no_images = self._passed.found()
        self.known.forget(no_images)
        self.known.settle()
        self._spill.flush()
        losses = self.known.losses()
        table = [
            Present(part, lost, partial(self.known.remaining, number) if lost else None)
            for number, (part, lost) in enumerate(zip(self._parts, losses, strict=True))
        ]
        journal = stage(self._root, self._folder, table, self._origin, too_many_small, self._spill)
        self._is_committed = True
        if journal:
            commit(self._root, journal_of(self._root), journal)
        self.clear()
        self._leftover.clear()
        self._passed.save(no_images)

    def keep(self) -> str:
        """Keep what has been read for the next update; say what has become of it."""
        if self._is_committed:
            return "the update is done, or is finished when the catalogue is opened next"
        with on_disk(self._root):
            self._spill.flush()
        rows = sum(self._spill.rows.values())
        return f"the table is as it was; {rows:,} rows that were read are kept for the next update"

    def clear(self) -> None:
        """Remove what is not needed any more; all of it, unless a journal still needs it."""
        if not journal_of(self._root).exists():
            shutil.rmtree(self._folder, ignore_errors=True)

    def leave(self) -> None:
        """Leave what has been read, if it is not in the table, to the next update."""
        if not journal_of(self._root).exists() and self._folder.exists():
            clear_unfinished(self._folder)

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


def _key(parts: list[Part], task: Task) -> PartitionKey:
    """Return what the catalogue is partitioned by, and refuse anything else."""
    recorded = {part.origin.key for part in parts}
    key = task.key or PartitionKey(min(recorded, default=YEAR))
    if recorded - {key.name}:
        raise UsageError(
            f"the catalogue is partitioned by {', '.join(sorted(recorded))}, which is fixed when "
            f"it is made; make another one to partition by {key.name}"
        )
    if key.needs_places and not task.places:
        raise UsageError(
            f"to partition by {key.name} a function is needed that adds it to a frame: "
            "Catalog(path, places=imgframe.geo.add_places)"
        )
    return key


def _options(decoder: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in decoder.items() if name not in ("imgframe", "version")}


@contextmanager
def _writing(root: Path) -> Iterator[list[Part]]:
    """Hold the lock, and give the parts of the table."""
    with hold(_lock_of(root), _PATIENCE):
        with on_disk(root):
            _recover(root)
            parts = [_own_part(root, path) for path in parquet_files(root)]
        yield parts


def _new_name() -> str:
    return f"{datetime.now(UTC).strftime(_TIME)}-{uuid.uuid4().hex[:8]}"


def _new_folder(root: Path, origin: Origin) -> Path:
    folder = root / PRIVATE / origin.update
    folder.mkdir()
    return folder


def recover(root: Path) -> None:
    """Finish the update that a dead process had committed, or clear away what it had not.

    What it had read stays for the next update.

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
            clear_unfinished(left)
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
