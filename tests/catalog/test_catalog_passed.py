"""Files that are no images are opened once, and remembered; a cache that is lost costs no row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from imgframe import fetch
from imgframe.catalog import Catalog
from imgframe.catalog.known import Counts
from imgframe.catalog.passed import passed_over
from imgframe.catalog.update import write_update
from imgframe.discover import FileBatch
from tests.catalog.library import DECODER, Library, expected, files, some_library, table, touch


@pytest.fixture
def cache(catalog: Path) -> Path:
    """What is remembered of the files that are no images."""
    return passed_over(catalog)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Five images, one more without an extension, and three files that are none."""
    library = some_library(tmp_path / "photos")
    library.put("a/scan", Make="Agfa")
    library.note("a/clip.MOV")
    library.note("b/north.xmp")
    library.note("notes.txt")
    return library


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


def opened(library: Library, catalog: Path, **options: object) -> list[str]:
    """Update a catalogue; return the names of the files that were opened for that."""
    library.opened.clear()
    library.update(catalog, **options)  # type: ignore[arg-type]
    names = [Path(path).name for path in library.opened]
    assert_frame_equal(table(catalog), expected(library))
    return names


def test_files_that_are_no_images_are_opened_once(
    library: Library, catalog: Path, cache: Path
) -> None:
    assert len(opened(library, catalog)) == 9
    assert opened(library, catalog) == []
    assert library.update(catalog) == Counts(unchanged=6, failed=1)
    assert all(name.endswith(".parquet") for name in files(catalog))
    assert cache.stat().st_size < 500


def test_nothing_is_written_when_there_is_nothing_new(
    library: Library, catalog: Path, cache: Path
) -> None:
    library.update(catalog)
    before = cache.stat()
    library.update(catalog)
    after = cache.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_readers_and_checks_pass_by_the_cache(library: Library, catalog: Path, cache: Path) -> None:
    library.update(catalog)
    before = cache.read_bytes()
    assert Catalog(catalog).verify().is_sound
    for source in (catalog, catalog / "**/*", catalog / "**/*.parquet"):
        assert pl.read_parquet(source, missing_columns="insert").height == 6
    Catalog(catalog).compact()
    assert cache.read_bytes() == before
    assert opened(library, catalog) == []


def test_file_that_changed_is_opened_and_remembered_anew(
    library: Library, catalog: Path, cache: Path
) -> None:
    library.update(catalog)
    library.note("notes.txt", "longer than it was")
    touch(library.root / "b/north.xmp")
    size = cache.stat().st_size
    assert opened(library, catalog) == ["north.xmp", "notes.txt"]
    assert opened(library, catalog) == []
    assert abs(cache.stat().st_size - size) < 4


def test_file_that_becomes_an_image_and_back(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.put("notes.txt", "an image", Make="Canon")
    assert opened(library, catalog) == ["notes.txt"]
    assert opened(library, catalog) == []
    library.note("notes.txt")
    assert opened(library, catalog) == ["notes.txt"]
    assert opened(library, catalog) == []


def test_files_that_are_gone_are_forgotten(library: Library, catalog: Path, cache: Path) -> None:
    library.update(catalog)
    size = cache.stat().st_size
    library.remove("notes.txt")
    library.update(catalog)
    assert size - cache.stat().st_size > 30  # the checksum is of some nine or ten digits
    library.remove("a/clip.MOV")
    library.remove("b/north.xmp")
    library.update(catalog)
    assert not cache.exists()


@pytest.mark.parametrize("damage", ["lost", "cut", "flipped", "empty", "other", "list"])
def test_cache_that_is_damaged_is_made_anew(
    library: Library, catalog: Path, cache: Path, damage: str
) -> None:
    library.update(catalog)
    content = cache.read_bytes()
    cache.unlink()
    if damage != "lost":
        flipped = content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]
        kinds = {"cut": content[:-5], "flipped": flipped, "empty": b"", "other": b'{"a": 1}\n'}
        cache.write_bytes(kinds.get(damage, b"[]"))
    assert opened(library, catalog) == ["clip.MOV", "north.xmp", "notes.txt"]
    assert opened(library, catalog) == []
    assert cache.read_bytes() == content


def test_sources_keep_their_own_entries(library: Library, catalog: Path, tmp_path: Path) -> None:
    other = Library(tmp_path / "other")
    other.note("readme.md")
    library.update(catalog)
    other.update(catalog)
    library.note("notes.txt", "longer than it was")
    assert opened(library, catalog) == ["notes.txt"]
    other.opened.clear()
    other.update(catalog)
    assert opened(library, catalog) == []
    assert other.opened == []


def test_sources_within_each_other_share_entries(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.opened.clear()
    library.update(catalog, library.root / "b")
    library.update(catalog, [library.root / "a", library.root / "notes.txt"])
    assert library.opened == [str(library.root / "notes.txt")]
    assert Catalog(catalog).read().height == 7
    library.opened.clear()
    library.update(catalog)
    library.update(catalog, pattern="*.jpg")
    library.update(catalog)
    assert library.opened == []


def test_other_decoder_looks_again(library: Library, catalog: Path) -> None:
    library.update(catalog)
    newer = DECODER | {"version": 2}
    assert opened(library, catalog, decoder=newer) == ["clip.MOV", "north.xmp", "notes.txt"]
    assert opened(library, catalog, decoder=newer | {"imgframe": "2.0"}) == []
    assert len(opened(library, catalog, decoder=newer | {"families": ["exif"]})) == 9


def test_full_update_looks_again(library: Library, catalog: Path) -> None:
    library.update(catalog)
    assert len(opened(library, catalog, full=True)) == 9
    assert opened(library, catalog) == []


def test_killed_update_remembers_nothing_wrong(
    library: Library, catalog: Path, cache: Path
) -> None:
    def interrupted(batches: Iterator[FileBatch]) -> Iterator[pl.DataFrame]:
        yield from library.read(batches)
        raise KeyboardInterrupt

    library.update(catalog)
    library.note("a/more.txt")
    library.put("notes.txt", "an image", Make="Canon")
    with pytest.raises(KeyboardInterrupt):
        write_update(catalog, library.task(read=interrupted))
    cache.with_suffix(".1").write_text("half")
    assert opened(library, catalog) == ["more.txt"]
    assert opened(library, catalog) == []
    assert all(name.endswith(".parquet") for name in files(catalog))


def test_update_does_not_fail_for_want_of_a_cache(
    library: Library, catalog: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("imgframe.catalog.passed._checksum", full)
    assert len(opened(library, catalog)) == 9
    assert not cache.exists()


def test_file_that_cannot_be_opened_is_tried_again(library: Library, catalog: Path) -> None:
    path = library.root / "notes.txt"
    library.rows[str(path)] = {"error": "Permission denied"}
    assert len(opened(library, catalog)) == 9
    assert opened(library, catalog) == ["notes.txt"]
    del library.rows[str(path)]
    assert library.update(catalog) == Counts(unchanged=6, removed=1, failed=1)
    assert opened(library, catalog) == []


def test_photographs_beside_other_files(
    photos: Path, catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mixed"
    shutil.copytree(photos / "2019", folder)
    shutil.copy(next(folder.rglob("*.JPG")), folder / "nameless")
    (folder / "notes.txt").write_text("no image")
    read: list[str] = []

    def read_heads(paths: list[str], *others: object) -> object:
        read.extend(paths)
        return whole(paths, *others)

    whole: Any = fetch.read_heads
    monkeypatch.setattr(fetch, "read_heads", read_heads)
    first = Catalog(catalog).update(folder, n_jobs=1)
    assert len(read) == first.added + 1
    assert Catalog(catalog).update(folder, n_jobs=1).unchanged == first.added
    assert len(read) == first.added + 1
    touch(folder / "notes.txt")
    Catalog(catalog).update(folder, n_jobs=1)
    assert read[-1] == str(folder / "notes.txt")
