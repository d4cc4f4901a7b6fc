"""What an update that did not come to its end has read is not read again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from imgframe.catalog import Catalog, spill, unread
from imgframe.catalog.known import Counts
from imgframe.catalog.update import Read, write_update
from imgframe.discover import FileBatch
from tests.catalog.library import DECODER, Library, expected, files, some_library, table, touch

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library whose files are read in batches of three."""
    monkeypatch.setattr(unread, "_FULL", 3)
    return some_library(tmp_path / "photos")


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


def interrupted(library: Library, after: int = 1) -> Read:
    def read(batches: Iterator[FileBatch]) -> Iterator[pl.DataFrame]:
        for number, frame in enumerate(library.read(batches)):
            if number == after:
                raise KeyboardInterrupt
            yield frame

    return read


def interrupt(library: Library, catalog: Path, **options: object) -> str:
    """Update a catalogue, and interrupt that after one batch; return what is said."""
    with pytest.raises(KeyboardInterrupt) as stopped:
        write_update(catalog, library.task(read=interrupted(library), **options))  # type: ignore[arg-type]
    library.opened.clear()
    return str(stopped.value)


def test_interrupted_update_keeps_what_is_done_and_says_so(library: Library, catalog: Path) -> None:
    said = interrupt(library, catalog)
    assert "the table is as it was; 3 rows that were read are kept" in said
    assert str(catalog) in said
    assert [Path(name).suffix for name in files(catalog)] == [".arrow"]
    assert Catalog(catalog).info().rows == 0
    assert library.update(catalog) == Counts(added=5, failed=1)
    assert len(library.opened) == 2
    assert_frame_equal(table(catalog), expected(library))
    assert not (catalog / ".imgframe").exists()


def test_interrupted_twice(library: Library, catalog: Path) -> None:
    library.put("c/one.jpg")
    library.put("c/two.jpg")
    interrupt(library, catalog)
    interrupt(library, catalog)
    assert library.update(catalog) == Counts(added=7, failed=1)
    assert len(library.opened) == 1
    assert_frame_equal(table(catalog), expected(library))


def test_rows_of_files_that_changed_since_are_not_taken(library: Library, catalog: Path) -> None:
    interrupt(library, catalog)
    library.put("a/north.jpg", "changed", Make="Nikon")
    library.remove("a/south.jpg")
    touch(library.root / "b/broken.jpg")
    assert library.update(catalog) == Counts(added=4, failed=1)
    assert len(library.opened) == 4
    assert_frame_equal(table(catalog), expected(library))


def test_rows_read_in_another_way_are_not_taken(library: Library, catalog: Path) -> None:
    interrupt(library, catalog)
    library.update(catalog, decoder=DECODER | {"version": 2})
    assert len(library.opened) == 5


def test_full_update_takes_from_full_updates_only(library: Library, catalog: Path) -> None:
    interrupt(library, catalog)
    library.update(catalog, full=True)
    assert len(library.opened) == 5
    interrupt(library, catalog, full=True)
    assert library.update(catalog, full=True) == Counts(unchanged=5, failed=1)
    assert len(library.opened) == 2


def test_update_of_another_source_leaves_them(library: Library, catalog: Path) -> None:
    interrupt(library, catalog)
    other = some_library(library.root.with_name("other"))
    other.update(catalog)
    assert len(other.opened) == 5
    library.update(catalog)
    assert len(library.opened) == 2
    assert Catalog(catalog).info().rows == 10


def test_run_that_is_not_whole_is_passed_over(library: Library, catalog: Path) -> None:
    interrupt(library, catalog)
    (run,) = catalog.rglob("*.arrow")
    run.write_bytes(run.read_bytes()[:-100])
    shutil.copy(library.root / "a/north.jpg", run.with_name("7.arrow"))
    library.update(catalog)
    assert len(library.opened) == 5
    assert_frame_equal(table(catalog), expected(library))
    assert not (catalog / ".imgframe").exists()


def test_reader_that_breaks_loses_no_whole_run(
    library: Library, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "BUFFER_BYTES", 1)

    def read(batches: Iterator[FileBatch]) -> Iterator[pl.DataFrame]:
        yield next(library.read(batches))
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        write_update(catalog, library.task(read=read))
    library.opened.clear()
    library.update(catalog)
    assert len(library.opened) == 2


def test_slow_reading_is_written_down_by_the_clock(
    library: Library, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "BUFFER_SECONDS", 0.0)
    seen = []

    def read(batches: Iterator[FileBatch]) -> Iterator[pl.DataFrame]:
        for frame in library.read(batches):
            yield frame
            seen.append(len(list(catalog.rglob("*.arrow"))))

    write_update(catalog, library.task(read=read))
    assert seen == [1, 2]


PROGRAM = """
import sys, time
from imgframe import Catalog, CatalogLockedError
catalog, source = sys.argv[1:]
done = 0
while done < 3:
    try:
        Catalog(catalog).update(source, full=True, n_jobs=1)
        done += 1
    except CatalogLockedError:
        time.sleep(0.01)
"""


def test_two_processes_at_once(photos: Path, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    sources = [photos / "2019", photos / "2023", photos / "2019"]
    command = [sys.executable, "-c", PROGRAM, str(catalog)]
    writers = [subprocess.Popen([*command, str(source)], cwd=ROOT) for source in sources]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    wanted = sum(len(list(source.rglob("*.*"))) for source in sources[:2])
    check = Catalog(catalog).verify()
    assert check.is_sound
    assert check.rows == wanted
    assert not (catalog / ".imgframe").exists()
