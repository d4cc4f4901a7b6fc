"""Killed at any instant, the table is the one before or the one after."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from imgframe.catalog import Catalog, journal
from imgframe.catalog.known import Counts
from imgframe.catalog.update import journal_of
from imgframe.errors import CatalogError
from tests.catalog.library import (
    copy,
    expected,
    files,
    save,
    some_library,
    table,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks the process to kill it")

KILLS = int(os.environ.get("IMGFRAME_KILLS", "12"))
"""How many times an update is killed; all instants are gone through when there are fewer."""

ROOT = Path(__file__).parents[2]


class Victim:
    """A catalogue before and after an update, and a process to be killed on the way."""

    def __init__(self, folder: Path) -> None:
        self.library = some_library(folder / "photos")
        self.catalog = folder / "catalog"
        self.journal = self.catalog / ".imgframe" / "journal.json"
        self.library.update(self.catalog)
        self.old = copy(self.catalog, folder / "old")
        self.before = table(self.catalog)
        self.library.put("a/new.jpg", DateTimeOriginal=datetime(2024, 7, 1), LensModel="50mm")
        self.library.put("a/south.jpg", "changed", DateTimeOriginal=datetime(2022, 7, 1))
        self.library.remove("b/old.jpg")
        self.after = expected(self.library)
        save(self.library.frames(), folder / "frames")
        script = ROOT / "tests" / "catalog" / "killed.py"
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        self.process = subprocess.Popen(
            [sys.executable, script, self.catalog, self.library.root, folder / "frames"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        assert self._line() == "ready"

    def tell(self, command: str, number: float) -> str:
        """Have it update or open the catalogue; return how many changes it made, or "killed"."""
        assert self.process.stdin
        self.process.stdin.write(f"{command} {number}\n")
        self.process.stdin.flush()
        end = self._line()
        assert end != "hung", "does something work out a Polars expression when it is imported?"
        return end

    def restore(self) -> None:
        copy(self.old, self.catalog)

    def is_updated(self) -> bool:
        """Open the catalogue, and say which of the two tables it is; there is no third."""
        rows = table(self.catalog)
        assert all(name.endswith((".parquet", ".arrow")) for name in files(self.catalog))
        by_glob = pl.read_parquet(
            self.catalog / "**/*.parquet", hive_partitioning=True, missing_columns="insert"
        )
        assert by_glob.height == rows.height
        is_updated = rows.equals(self.after)
        assert is_updated or rows.equals(self.before)
        return is_updated

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    victim = Victim(tmp_path_factory.mktemp("victim"))
    with victim.process:
        yield victim
        victim.process.kill()


@pytest.fixture(scope="module")
def changes(victim: Victim) -> int:
    """How many changes to the file system a whole update makes."""
    victim.restore()
    number = int(victim.tell("event", 0))
    assert victim.is_updated()
    return number


@pytest.fixture(scope="module")
def committed(victim: Victim, changes: int) -> list[int]:
    """Some changes before which a kill leaves a journal: between its making and its end."""
    events = []
    for event in range(changes, 0, -3):
        victim.restore()
        victim.tell("event", event)
        if victim.journal.exists():
            events.append(event)
        elif events:
            break
    assert len(events) > 2
    return events


def some(numbers: Sequence[int], most: int) -> list[int]:
    """Choose some of the numbers, and always the same."""
    return sorted(random.Random(5).sample(numbers, min(most, len(numbers))))


def test_killed_before_any_change_to_the_disk(victim: Victim, changes: int) -> None:
    outcomes, opened = [], []
    for event in some(range(1, changes + 1), KILLS):
        victim.restore()
        assert victim.tell("event", event) == "killed"
        outcomes.append(victim.is_updated())
        victim.library.opened.clear()
        victim.library.update(victim.catalog)
        opened.append(len(victim.library.opened))
        assert_frame_equal(table(victim.catalog), victim.after)
        assert not (victim.catalog / ".imgframe").exists()
    # once committed, always committed; once read, never read again
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {False, True}
    assert opened == sorted(opened, reverse=True)
    assert (opened[0], opened[-1]) == (2, 0)


def test_killed_at_any_time(victim: Victim) -> None:
    draw = random.Random(7)
    for _ in range(KILLS):
        victim.restore()
        victim.tell("after", draw.uniform(0.0, 0.3))
        victim.is_updated()
        victim.library.update(victim.catalog)
        assert_frame_equal(table(victim.catalog), victim.after)


def test_killed_again_while_the_journal_is_finished(victim: Victim, committed: list[int]) -> None:
    for event in some(committed, max(2, KILLS // 6)):
        victim.restore()
        victim.tell("event", event)
        crashed = copy(victim.catalog, victim.catalog.with_name("crashed"))
        needed = int(victim.tell("open", 0))
        for second in some(range(1, needed + 1), max(3, KILLS // 4)):
            copy(crashed, victim.catalog)
            assert victim.tell("open", second) == "killed"
            assert victim.is_updated()


def test_next_update_finishes_the_journal_first(victim: Victim, committed: list[int]) -> None:
    victim.restore()
    victim.tell("event", committed[len(committed) // 2])
    assert victim.library.update(victim.catalog) == Counts(unchanged=5, failed=1)
    assert_frame_equal(table(victim.catalog), victim.after)


def test_first_update_that_is_killed_leaves_no_table(victim: Victim) -> None:
    copy(victim.old, victim.catalog)
    for path in victim.catalog.iterdir():
        for part in path.iterdir():
            part.unlink()
        path.rmdir()
    victim.tell("event", 6)
    assert (victim.catalog / ".imgframe").exists()
    assert Catalog(victim.catalog).info().rows == 0
    assert all(name.endswith(".arrow") for name in files(victim.catalog))
    victim.restore()


@pytest.mark.parametrize("step", ["sync", "_sync_folders", "_remove"])
def test_what_goes_wrong_after_the_commit_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    library = some_library(tmp_path / "photos")
    catalog = tmp_path / "catalog"
    library.update(catalog)
    library.put("a/south.jpg", "changed", LensModel="50mm")

    def fail(*_: object) -> None:
        if journal_of(catalog).exists():
            raise PermissionError("held open")

    with monkeypatch.context() as patch, pytest.raises(CatalogError, match="held open"):
        patch.setattr(journal, step, fail)
        library.update(catalog)
    assert_frame_equal(table(catalog), expected(library))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"comes": {"year=1/part-a.parquet": "../../elsewhere"}, "goes": []}',
        '{"comes": {}, "goes": ["../photos/a.jpg"]}',
        '{"comes": {}, "goes": ["year=1/../../part-a.parquet"]}',
        '{"comes": {}, "goes": [1]}',
        "[]",
    ],
)
def test_journal_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    library = some_library(tmp_path / "photos")
    catalog = tmp_path / "catalog"
    library.update(catalog)
    (catalog / ".imgframe").mkdir()
    (catalog / ".imgframe" / "journal.json").write_text(text)
    with pytest.raises(CatalogError, match="journal"):
        Catalog(catalog).scan()
    with pytest.raises(CatalogError, match="journal"):
        library.update(catalog)
    assert len(list(catalog.rglob("*.parquet"))) == 4
    assert len(list(library.root.rglob("*.jpg"))) == 5


def test_journal_whose_parts_are_lost_says_so(tmp_path: Path) -> None:
    library = some_library(tmp_path / "photos")
    catalog = tmp_path / "catalog"
    library.update(catalog)
    (catalog / ".imgframe").mkdir()
    comes = {"year=7/part-a.parquet": ".imgframe/u/part-a.parquet.tmp"}
    (catalog / ".imgframe" / "journal.json").write_text(json.dumps({"comes": comes, "goes": []}))
    with pytest.raises(CatalogError, match=r"year=7/part-a|part-a\.parquet\.tmp is lost"):
        Catalog(catalog).scan()


LIMITS = [0, 600, 3_000, 9_000, 20_000]


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
@pytest.mark.parametrize("most", LIMITS)
def test_disk_that_is_full_leaves_the_table(tmp_path: Path, most: int) -> None:
    import resource

    library = some_library(tmp_path / "photos")
    catalog = tmp_path / "catalog"
    library.update(catalog)
    before = files(catalog)
    wide = {f"Exif:0x{i:04X}": f"{i}" * 50 for i in range(300)}
    library.put("new.jpg", DateTimeOriginal=datetime(2024, 7, 1), **wide)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, old[1]))
    try:
        with pytest.raises(CatalogError, match="catalog"):
            library.update(catalog)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert Catalog(catalog).info().rows == 5
    assert files(catalog) == before
    assert library.update(catalog).added == 1


def test_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    library = some_library(tmp_path / "photos")
    with pytest.raises(CatalogError, match="cannot be written"):
        library.update(library.root / "a/north.jpg" / "catalog")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)
def test_folder_without_permission_is_an_error(tmp_path: Path) -> None:
    library = some_library(tmp_path / "photos")
    catalog = tmp_path / "catalog"
    library.update(catalog)
    catalog.chmod(0o500)
    try:
        with pytest.raises(CatalogError, match="cannot be written"):
            library.update(catalog)
        assert Catalog(catalog).info().rows == 5
    finally:
        catalog.chmod(0o700)
