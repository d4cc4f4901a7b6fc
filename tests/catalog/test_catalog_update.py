"""What an update does to the table: every file once, with the right counts, and no row lost."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe.catalog import Catalog
from imgframe.catalog.known import Counts
from imgframe.catalog.scope import Scope
from imgframe.catalog.update import write_update
from imgframe.discover import FileBatch
from imgframe.errors import CatalogError, SourceError, UsageError
from tests.catalog.library import (
    DECODER,
    TAKEN,
    Library,
    expected,
    files,
    some_library,
    table,
    touch,
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return some_library(tmp_path / "photos")


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


def test_first_update_writes_every_file(library: Library, catalog: Path) -> None:
    assert library.update(catalog) == Counts(added=5, failed=1)
    assert_frame_equal(table(catalog), expected(library))


def test_second_update_changes_nothing(library: Library, catalog: Path) -> None:
    library.update(catalog)
    before = files(catalog)
    assert library.update(catalog) == Counts(unchanged=5, failed=1)
    assert files(catalog) == before


def test_counts_and_rows_follow_the_files(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.put("c/new.jpg", DateTimeOriginal=datetime(2024, 6, 1))
    library.put("a/north.jpg", "longer than before", DateTimeOriginal=datetime(2021, 1, 1))
    touch(library.root / "b/plain.jpg")
    library.remove("b/old.jpg")
    counts = library.update(catalog)
    assert counts == Counts(added=1, changed=2, moved=1, removed=1, unchanged=2, failed=1)
    assert_frame_equal(table(catalog), expected(library))


def test_file_that_moves_to_another_year_has_one_row(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.put("b/old.jpg", "redated", DateTimeOriginal=datetime(2001, 1, 1))
    assert library.update(catalog) == Counts(changed=1, moved=1, unchanged=4, failed=1)
    years = Catalog(catalog).read().filter(pl.col("path").str.ends_with("old.jpg"))["year"]
    assert years.to_list() == [2001]
    assert not (catalog / "year=1999").exists()


def test_rows_of_other_sources_are_left_alone(tmp_path: Path, catalog: Path) -> None:
    first, second = some_library(tmp_path / "one"), some_library(tmp_path / "one two")
    first.update(catalog)
    second.update(catalog)
    shutil.rmtree(second.root)
    first.remove("b/old.jpg")
    assert first.update(catalog).removed == 1
    paths = Catalog(catalog).read()["path"]
    assert paths.str.starts_with(str(second.root)).sum() == 5
    assert len(paths) == 9


def test_folder_inside_another_source_shares_its_rows(library: Library, catalog: Path) -> None:
    library.update(catalog)
    assert library.update(catalog, library.root / "b") == Counts(unchanged=3, failed=1)
    library.remove("b/plain.jpg")
    library.remove("a/south.jpg")
    assert library.update(catalog, library.root / "b").removed == 1
    assert Catalog(catalog).info().rows == 4


def test_list_of_files_touches_only_these(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.put("a/north.jpg", "other")
    library.put("a/south.jpg", "other")
    assert library.update(catalog, [library.root / "a/north.jpg"]) == Counts(changed=1, moved=1)


def test_overlapping_list_gives_one_row_a_file(library: Library, catalog: Path) -> None:
    source = [library.root, library.root / "b", library.root / "b/plain.jpg"]
    assert library.update(catalog, source).added == 5
    assert Catalog(catalog).read()["path"].is_unique().all()


def test_relative_and_absolute_source_are_the_same(
    library: Library, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.update(catalog)
    monkeypatch.chdir(library.root / "a")
    assert library.update(catalog, "..") == Counts(unchanged=5, failed=1)
    assert library.update(catalog, ".") == Counts(unchanged=2)
    assert library.update(catalog, "*.jpg") == Counts(unchanged=2)
    assert library.update(catalog, ["north.jpg", "../b"]) == Counts(unchanged=4, failed=1)


def test_home_is_expanded(library: Library, catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(library.root))
    monkeypatch.setenv("USERPROFILE", str(library.root))
    assert library.update(catalog, "~/a").added == 2
    assert library.update(catalog, library.root / "a").unchanged == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need privileges")
def test_dots_behind_a_link_lead_where_the_system_goes(
    tmp_path: Path, library: Library, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/link").symlink_to(library.root / "a", target_is_directory=True)
    monkeypatch.chdir(tmp_path / "deep")
    assert library.update(catalog, "link/../b").added == 3


def test_vanished_source_raises_and_keeps_the_rows(library: Library, catalog: Path) -> None:
    library.update(catalog)
    shutil.rmtree(library.root)
    with pytest.raises(SourceError, match="photos"):
        library.update(catalog)
    assert Catalog(catalog).info().rows == 5


def test_vanished_folder_of_a_list_raises_and_keeps_the_rows(
    library: Library, catalog: Path
) -> None:
    source = [library.root / "a", library.root / "b"]
    library.update(catalog, source)
    shutil.rmtree(library.root / "b")
    with pytest.raises(SourceError, match="no such folder"):
        library.update(catalog, source)
    assert Catalog(catalog).info().rows == 5
    assert not (catalog / ".imgframe").exists()


def test_folder_that_was_emptied_loses_its_rows(library: Library, catalog: Path) -> None:
    library.update(catalog)
    for name in ("a/north.jpg", "a/south.jpg", "b/plain.jpg", "b/broken.jpg", "b/old.jpg"):
        library.remove(name)
    assert library.update(catalog) == Counts(removed=5)
    read = Catalog(catalog).read()
    assert read.shape[0] == 0
    assert {"path", "problems", "acquired_at", "latitude", "year"} <= set(read.columns)
    assert library.update(catalog) == Counts()
    library.put("again.jpg", DateTimeOriginal=datetime(2020, 1, 1))
    assert library.update(catalog).added == 1
    assert len(files(catalog)) == 1


def test_folder_that_was_unmounted_keeps_its_rows(
    library: Library, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.update(catalog)
    shutil.rmtree(library.root)
    library.root.mkdir()
    elsewhere = {str(library.root): -2}
    monkeypatch.setattr(Scope, "devices", lambda self: elsewhere)
    with pytest.raises(SourceError, match="mounted"):
        library.update(catalog)
    assert Catalog(catalog).info().rows == 5


def test_pattern_leaves_other_rows_while_their_files_are_there(
    library: Library, catalog: Path
) -> None:
    library.update(catalog)
    library.remove("b/old.jpg")
    touch(library.root / "b/plain.jpg")
    assert library.update(catalog, pattern="*north*") == Counts(unchanged=1, removed=1)
    glob = library.root / "a" / "s*.jpg"
    assert library.update(catalog, str(glob)) == Counts(unchanged=1)
    assert Catalog(catalog).info().rows == 4


def test_file_that_is_no_image_any_more_loses_its_row(library: Library, catalog: Path) -> None:
    note = library.put("note.txt")
    library.update(catalog, pattern="*")

    def read(batches: Iterator[FileBatch]) -> Iterator[pl.DataFrame]:
        return (rows.filter(pl.col("path") != str(note)) for rows in library.read(batches))

    assert write_update(catalog, library.task(read=read)).removed == 0
    note.write_text("now something else")
    assert write_update(catalog, library.task(read=read)).removed == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names are not bytes elsewhere")
def test_name_that_is_not_unicode_is_found_again(library: Library, catalog: Path) -> None:
    path = os.fsencode(library.root) + b"/caf\xe9.jpg"
    with open(path, "wb") as file:
        file.write(b"image")
    assert library.update(catalog).added == 6
    assert library.update(catalog, pattern="*north*") == Counts(unchanged=1)
    os.unlink(path)  # noqa: PTH108
    assert library.update(catalog, pattern="*north*") == Counts(unchanged=1, removed=1)


def test_error_that_is_gone_is_a_change(library: Library, catalog: Path) -> None:
    library.rows[str(library.root / "b/old.jpg")] = {"error": "Permission denied"}
    library.update(catalog)
    library.rows[str(library.root / "b/old.jpg")] = {"Make": "Nikon"}
    library.opened.clear()
    assert library.update(catalog) == Counts(changed=1, unchanged=4, failed=1)
    assert_frame_equal(table(catalog), expected(library))
    # what is wrong with the bytes of a file stays wrong until they change
    library.rows[str(library.root / "b/old.jpg")] = {"error": "Permission denied"}
    touch(library.root / "b/old.jpg")
    library.update(catalog)
    library.opened.clear()
    library.update(catalog)
    assert library.opened == [str(library.root / "b/old.jpg")]


def test_file_that_cannot_be_read_at_the_moment_keeps_its_row(
    library: Library, catalog: Path
) -> None:
    library.update(catalog)
    library.rows[str(library.root / "a/north.jpg")] = {"error": "Permission denied"}
    assert library.update(catalog, full=True) == Counts(changed=1, moved=1, unchanged=4, failed=2)
    library.rows[str(library.root / "a/north.jpg")] = {"Make": "Canon"}
    library.update(catalog)
    library.rows[str(library.root / "a/north.jpg")] = {"error": "Permission denied"}
    assert library.update(catalog) == Counts(unchanged=5, failed=1)
    assert Catalog(catalog).read()["error"].drop_nulls().to_list() == ["truncated"]


def test_only_what_is_new_or_changed_is_opened(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.opened.clear()
    library.update(catalog)
    assert library.opened == []
    changed = library.put("a/north.jpg", "another", Make="Nikon")
    touch(library.root / "b/plain.jpg")
    new = library.put("c/new.jpg")
    library.update(catalog)
    assert library.opened == [str(changed), str(library.root / "b/plain.jpg"), str(new)]


def test_full_update_opens_all(library: Library, catalog: Path) -> None:
    library.update(catalog)
    for row in library.rows.values():
        row["Software"] = "new"
    assert library.update(catalog) == Counts(unchanged=5, failed=1)
    assert library.update(catalog, full=True) == Counts(unchanged=5, failed=1)
    assert Catalog(catalog).read()["Software"].to_list() == ["new"] * 5


def test_rows_of_an_older_decoder_are_reported_and_read_again_when_asked(
    library: Library, catalog: Path
) -> None:
    library.update(catalog)
    newer = DECODER | {"version": 2, "imgframe": "2.0"}
    for row in library.rows.values():
        row["Software"] = "new"
    library.put("new.jpg", Software="new")
    counts = Counts(added=1, unchanged=5, outdated=5, failed=1)
    assert library.update(catalog, decoder=newer) == counts
    assert library.update(catalog, decoder=newer) == Counts(unchanged=6, outdated=5, failed=1)
    assert Catalog(catalog).read()["Software"].count() == 1
    assert Catalog(catalog).info().versions == ["1.0", "2.0"]
    assert library.update(catalog, decoder=newer, refresh=True) == Counts(unchanged=6, failed=1)
    assert Catalog(catalog).read()["Software"].count() == 6
    assert library.update(catalog, decoder=newer) == Counts(unchanged=6, failed=1)


def test_another_version_of_the_package_changes_nothing(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.opened.clear()
    assert library.update(catalog, decoder=DECODER | {"imgframe": "2.0"}).unchanged == 5
    assert library.opened == []


@pytest.mark.parametrize("option", [{"sidecars": True}, {"makernotes": True}])
def test_rows_are_replaced_when_they_are_read_with_other_options(
    library: Library, catalog: Path, option: dict[str, object]
) -> None:
    library.update(catalog, decoder=DECODER | {"makernotes": False})
    for row in library.rows.values():
        row["Software"] = "new"
    decoder = DECODER | {"makernotes": False} | option
    assert library.update(catalog, decoder=decoder) == Counts(unchanged=5, failed=1)
    assert Catalog(catalog).read()["Software"].to_list() == ["new"] * 5


def test_sidecars_are_looked_at_every_time(library: Library, catalog: Path) -> None:
    library.update(catalog, decoder=DECODER | {"sidecars": True})
    library.rows[str(library.root / "b/plain.jpg")]["Software"] = "new"
    library.update(catalog, decoder=DECODER | {"sidecars": True})
    assert Catalog(catalog).read()["Software"].count() == 1


def test_catalogue_inside_its_source_does_not_list_itself(library: Library) -> None:
    catalog = library.root / "catalog"
    library.update(catalog, pattern="*")
    assert library.update(catalog, pattern="*") == Counts(unchanged=5, failed=1)


def test_catalogue_may_be_the_source_folder(library: Library) -> None:
    library.update(library.root)
    assert library.update(library.root) == Counts(unchanged=5, failed=1)
    assert Catalog(library.root).info().rows == 5


def test_columns_grow_and_values_stay(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.put("new.jpg", DateTimeOriginal=datetime(2010, 1, 1), LensModel="50mm")
    library.update(catalog)
    assert_frame_equal(table(catalog), expected(library))
    library.remove("new.jpg")
    library.update(catalog)
    assert_frame_equal(table(catalog), expected(library))


def test_rows_that_stay_bring_no_columns(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.rows[str(library.root / "a/north.jpg")]["LensModel"] = "50mm"
    before = files(catalog)
    library.put("a/zebra.jpg", DateTimeOriginal=datetime(2024, 1, 1))
    library.update(catalog)
    assert "LensModel" not in Catalog(catalog).scan().collect_schema()
    assert set(before) < set(files(catalog))


def test_failing_source_leaves_the_table(library: Library, catalog: Path) -> None:
    library.update(catalog)
    before = files(catalog)

    def read(batches: Iterator[FileBatch]) -> Iterator[pl.DataFrame]:
        yield from library.read(batches)
        raise RuntimeError("reader broke")

    library.put("new.jpg")
    with pytest.raises(RuntimeError, match="reader broke"):
        write_update(catalog, library.task(read=read))
    assert files(catalog) == before


def test_foreign_parquet_is_refused(library: Library, catalog: Path) -> None:
    (catalog / "data").mkdir(parents=True)
    pl.DataFrame({"a": [1]}).write_parquet(catalog / "data/mine.parquet")
    with pytest.raises(CatalogError, match="not written by imgframe"):
        library.update(catalog)
    assert files(catalog) == ["data/mine.parquet"]


def test_foreign_parquet_that_is_broken_is_refused(library: Library, catalog: Path) -> None:
    catalog.mkdir()
    (catalog / "half.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(CatalogError, match="not a whole Parquet file"):
        library.update(catalog)


def test_missing_catalogue_says_how_to_make_one(library: Library, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", library.root):
        with pytest.raises(CatalogError, match=r"Catalog\(.*\)\.update\(source\) makes one"):
            Catalog(path).scan()
        with pytest.raises(CatalogError, match="no catalogue"):
            Catalog(path).info()


@pytest.mark.parametrize(("path", "why"), [("", "empty path"), ("caf\udce9", "UTF-8")])
def test_path_that_is_none_is_refused(path: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        Catalog(path)


def test_url_is_refused() -> None:
    with pytest.raises(UsageError, match="URL"):
        Catalog("s3://bucket/catalog")


def test_empty_folder_is_an_empty_table(tmp_path: Path) -> None:
    read = Catalog(tmp_path).read()
    assert read.shape == (0, len(read.columns))
    assert read.schema["problems"] == pl.List(pl.String)
    assert read.schema["year"] == pl.Int32
    assert Catalog(tmp_path).info().updated_at is None


def test_scan_reads_only_the_years_that_are_asked_for(library: Library, catalog: Path) -> None:
    library.update(catalog)
    (file,) = (catalog / "year=1999").iterdir()
    shutil.copyfile(file, catalog / "year=1999" / "x")
    scan = Catalog(catalog).scan()
    file.write_bytes(file.read_bytes()[:4] + b"junk" * 1000)
    query = scan.filter(pl.col("year") == 2024).select("path", TAKEN)
    assert query.collect()[TAKEN].to_list() == [datetime(2024, 5, 1, 12, 0, 1)]


def test_path_that_looks_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    library = some_library(tmp_path / "photos")
    catalog = tmp_path / "run=3" / "year=1" / "catalog"
    library.update(catalog)
    assert_frame_equal(table(catalog), expected(library))


def test_info(library: Library, catalog: Path) -> None:
    library.update(catalog)
    info = Catalog(catalog).info()
    assert info.rows == 5
    assert info.parts == 4
    assert info.partition_by == "year"
    assert info.partitions == {"year=0": 2, "year=1999": 1, "year=2023": 1, "year=2024": 1}
    assert info.sources == [str(library.root)]
    assert info.columns["FNumber"] == pl.Float64
    assert info.columns == dict(Catalog(catalog).scan().collect_schema())
    assert info.bytes == sum(path.stat().st_size for path in catalog.rglob("*.parquet"))
    assert info.updated_at is not None
    assert abs((datetime.now(info.updated_at.tzinfo) - info.updated_at).total_seconds()) < 60
    assert info.versions == ["1.0"]
    assert "rows        5" in str(info)


NAMES = st.sampled_from([f"{folder}/{name}.jpg" for folder in "abc" for name in "xyz"])
TAGS = st.fixed_dictionaries(
    {},
    optional={
        TAKEN: st.dates(datetime(2020, 1, 1).date(), datetime(2023, 1, 1).date()).map(
            lambda day: datetime(day.year, day.month, day.day)
        ),
        "Make": st.sampled_from(["Canon", "Nikon"]),
        "FNumber": st.floats(1, 32),
        "user:note": st.text(max_size=3).filter(bool),
        "error": st.just("broken"),
    },
)
STEPS = st.lists(
    st.tuples(st.just("put"), NAMES, TAGS)
    | st.tuples(st.sampled_from(["remove", "update"]), NAMES, st.none()),
    min_size=3,
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_any_history_ends_in_the_table_of_the_files(
    steps: list[tuple[str, str, dict[str, Any] | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library, catalog = Library(Path(folder, "photos")), Path(folder, "catalog")
        for number, (step, name, tags) in enumerate(steps):
            path = library.root / name
            if step == "put":
                library.put(name, "x" * number, **(tags or {}))
            elif step == "remove" and path.exists():
                library.remove(name)
            elif step == "update" and path.parent.exists():
                library.update(catalog, path.parent)
        before = Catalog(catalog).info().rows if catalog.exists() else 0
        counts = library.update(catalog)
        assert counts.added + counts.changed + counts.unchanged == len(library.rows)
        assert before + counts.added - counts.removed == len(library.rows)
        assert counts.failed == sum("error" in row for row in library.rows.values())
        assert Catalog(catalog).verify().is_sound
        if library.rows:
            assert_frame_equal(table(catalog), expected(library))
        else:
            assert Catalog(catalog).info().rows == 0
