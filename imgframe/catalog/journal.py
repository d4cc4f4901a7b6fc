"""How a table becomes the next one: a journal whose name on disk is the commit.

New parts wait under names that no reader takes for a part. Then one small journal is written,
which says what comes and what goes; from the moment it has its name, the table is the next one,
and before that moment it is the old one. Coming parts get their names, going parts are removed,
and the journal at last. All of it can be repeated, so whoever opens the catalogue after a crash
finishes the journal that it finds.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from imgframe.errors import CatalogError

__all__ = ["Journal", "commit", "finish", "sync"]

_PART: Final = re.compile(r"(?:[a-z_]+=[^/\\]+/)+part-[0-9A-Za-z-]+\.parquet")
_STAGED: Final = re.compile(r"\.imgframe/[0-9A-Za-z-]+/[0-9A-Za-z-]+\.parquet\.tmp")

_BUSY: Final = 2.0
"""Seconds that a part may be held open by a reader on Windows before the commit is left to
whoever opens the catalogue next."""


@dataclass(frozen=True, slots=True)
class Journal:
    """What an update changes; all paths are relative to the catalogue, with slashes."""

    comes: dict[str, str]
    """The name of every new part, and where it waits."""
    goes: list[str]
    """The parts that are replaced."""

    @classmethod
    def read(cls, path: Path) -> Journal:
        """Read a journal, and refuse one that names anything but parts.

        Parameters
        ----------
        path : pathlib.Path

        Returns
        -------
        Journal

        Raises
        ------
        CatalogError
            It is no journal.
        """
        try:
            found = json.loads(path.read_bytes())
            journal = cls(dict(found["comes"]), list(found["goes"]))
            names = [*journal.comes, *journal.goes]
            sound = all(_PART.fullmatch(name) for name in names)
            sound = sound and all(_STAGED.fullmatch(name) for name in journal.comes.values())
        except (ValueError, KeyError, TypeError) as error:
            raise CatalogError(f"{path}: not a journal of a catalogue ({error})") from error
        if not sound:
            raise CatalogError(f"{path}: names files that are no parts of a catalogue")
        return journal


def commit(root: Path, path: Path, journal: Journal) -> None:
    """Make the next table of `root` the table, and put its files in their places.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue.
    path : pathlib.Path
        Where the journal is written.
    journal : Journal
    """
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(journal)), encoding="utf-8")
    sync(draft)
    for name in journal.comes:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
    for folder in {root, *((root / waits).parent for waits in journal.comes.values())}:
        sync(folder)
    draft.replace(path)
    sync(path.parent)
    finish(root, path)


def finish(root: Path, path: Path) -> None:
    """Do what a journal says, whatever part of it is done already, and remove it.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue.
    path : pathlib.Path
        The journal.

    Raises
    ------
    CatalogError
        A new part is neither in its place nor where it waited.
    """
    journal = Journal.read(path)
    for name, waits in journal.comes.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            (root / waits).replace(target)
        except FileNotFoundError:
            if not target.exists():
                raise CatalogError(f"{root}: the new part {waits} is lost") from None
    _sync_folders(root, journal.comes)
    for name in journal.goes:
        _remove(root / name)
    # before the journal goes, lest a power cut brings a removed part back without it
    _sync_folders(root, journal.goes)
    path.unlink()
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file or folder is on disk as it stands.

    Parameters
    ----------
    path : pathlib.Path
        A folder is passed over on Windows, which has no such call for it.
    """
    if path.is_dir():
        if sys.platform == "win32":
            return
        descriptor = os.open(path, os.O_RDONLY)
    else:
        descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folders(root: Path, names: Iterable[str]) -> None:
    folders = {(root / name).parent for name in names}
    for folder in folders:
        if folder.is_dir():
            sync(folder)
    if folders:
        sync(root)


def _remove(path: Path) -> None:
    """Remove a part and its folder if that is empty; wait for readers on Windows."""
    deadline = time.monotonic() + _BUSY
    while True:
        try:
            path.unlink(missing_ok=True)
            break
        except PermissionError as error:
            if sys.platform != "win32" or time.monotonic() > deadline:
                raise CatalogError(
                    f"{path}: a replaced part cannot be removed ({error.strerror}); the update "
                    "is kept and is finished when the catalogue is opened next"
                ) from error
            time.sleep(0.05)
    if path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()
