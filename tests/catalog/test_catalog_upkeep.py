"""Small parts do not pile up, rows are where a filter looks for them, and faults are found."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from imgframe.catalog import Catalog, merge, spill
from imgframe.catalog import parts as parts_module
from imgframe.errors import CatalogError
from tests.catalog.library import DECODER, Library, expected, files, some_library, table


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return some_library(tmp_path / "photos")


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


# Small parts -------------------------------------------------------------------------------------


def test_many_small_updates_leave_few_parts(library: Library, catalog: Path) -> None:
    most = 0
    for i in range(40):
        library.put(f"new/{i}.jpg", DateTimeOriginal=datetime(2024, 1, 1) + timedelta(i))
        library.update(catalog)
        most = max(most, len(list((catalog / "year=2024").iterdir())))
    assert most == 8
    assert_frame_equal(table(catalog), expected(library))
    assert Catalog(catalog).verify().is_sound


def test_other_partitions_are_left_alone(library: Library, catalog: Path) -> None:
    library.update(catalog)
    before = {name for name in files(catalog) if "year=2024" not in name}
    for i in range(12):
        library.put(f"new/{i}.jpg", DateTimeOriginal=datetime(2024, 1, 1))
        library.update(catalog)
    assert before <= set(files(catalog))


def test_large_parts_are_left_alone(
    library: Library, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_module, "GROUP_ROWS", 4)
    for i in range(4):
        library.put(f"large/{i}.jpg", DateTimeOriginal=datetime(2024, 1, 1))
    library.update(catalog)
    (large,) = (catalog / "year=2024").iterdir()
    for i in range(20):
        library.put(f"new/{i}.jpg", DateTimeOriginal=datetime(2024, 1, 1))
        library.update(catalog)
    assert large.exists()
    assert len(list((catalog / "year=2024").iterdir())) < 10
    assert_frame_equal(table(catalog), expected(library))


def test_changed_rows_join_the_part_that_is_written_anew(library: Library, catalog: Path) -> None:
    for i in range(3):
        library.put(f"{i}.jpg", DateTimeOriginal=datetime(2024, 1, 1))
    library.update(catalog)
    library.put("1.jpg", "changed", DateTimeOriginal=datetime(2024, 7, 1))
    library.update(catalog)
    assert len(list((catalog / "year=2024").iterdir())) == 1
    assert_frame_equal(table(catalog), expected(library))


def test_rows_read_in_different_ways_keep_apart(library: Library, catalog: Path) -> None:
    library.update(catalog)
    library.put("a/new.jpg", DateTimeOriginal=datetime(2024, 1, 1))
    library.update(catalog, decoder=DECODER | {"version": 2})
    Catalog(catalog).compact()
    assert len(list((catalog / "year=2024").iterdir())) == 2
    assert library.update(catalog, decoder=DECODER | {"version": 2}).outdated == 5


def test_compact(library: Library, catalog: Path) -> None:
    for i in range(5):
        tags: dict[str, Any] = {"DateTimeOriginal": datetime(2024, 1, 1), f"user:{i}": "x"}
        library.put(f"new/{i}.jpg", **tags)
        library.update(catalog)
    other = some_library(library.root.with_name("other"))
    other.update(catalog)
    report = Catalog(catalog).compact()
    assert report.parts == len(list(catalog.rglob("*.parquet"))) == 4
    assert report.parts_before > 8
    wanted = pl.concat([expected(library), expected(other)], how="diagonal_relaxed").sort("path")
    assert_frame_equal(table(catalog), wanted, check_column_order=False)
    assert Catalog(catalog).verify().is_sound
    assert Catalog(catalog).info().sources == [str(other.root), str(library.root)]
    before = files(catalog)
    assert Catalog(catalog).compact().parts == 4
    assert files(catalog) == before
    assert library.update(catalog).unchanged == 10


def test_compact_needs_a_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no catalogue"):
        Catalog(tmp_path / "nowhere").compact()
    assert Catalog(tmp_path).compact().parts == 0


# Order -------------------------------------------------------------------------------------------


def test_filter_by_a_month_touches_few_row_groups(
    tmp_path: Path, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the order of the paths tells nothing of time."""
    monkeypatch.setattr(spill, "BUFFER_BYTES", 20_000)
    monkeypatch.setattr(spill, "BATCH_BYTES", 2_000)
    monkeypatch.setattr(merge, "CHUNK_BYTES", 20_000)
    monkeypatch.setattr(parts_module, "GROUP_ROWS", 20)
    library = Library(tmp_path / "photos")
    draw = random.Random(3)
    for i in range(480):
        day = datetime(2024, 1, 1) + timedelta(days=draw.uniform(0, 365))
        library.put(f"{i:03}.jpg", DateTimeOriginal=day)
    library.update(catalog)
    groups = []
    for path in catalog.rglob("*.parquet"):
        meta = pq.read_metadata(path)
        column = meta.schema.names.index("acquired_at")
        groups += [meta.row_group(i).column(column).statistics for i in range(meta.num_row_groups)]
    june = [g for g in groups if g.max >= datetime(2024, 6, 1) and g.min < datetime(2024, 7, 1)]
    assert len(groups) >= 24
    assert len(june) <= 4
    in_june = pl.col("acquired_at").is_between(datetime(2024, 6, 1), datetime(2024, 6, 30, 23, 59))
    assert Catalog(catalog).scan().filter(in_june).collect().height > 20
    assert Catalog(catalog).verify().is_sound


@pytest.mark.parametrize("chunk", [1, 1_000, 10_000_000])
def test_rows_without_time_and_rows_of_one_time(
    tmp_path: Path, catalog: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(spill, "BUFFER_BYTES", 3_000)
    monkeypatch.setattr(spill, "BATCH_BYTES", 500)
    monkeypatch.setattr(merge, "CHUNK_BYTES", chunk)
    monkeypatch.setattr(parts_module, "GROUP_ROWS", 7)
    library = Library(tmp_path / "photos")
    for i in range(90):
        library.put(f"{i}.jpg", DateTimeOriginal=None if i % 3 else datetime(2024, 1, 1))
    library.update(catalog)
    assert_frame_equal(table(catalog), expected(library))
    assert Catalog(catalog).verify().is_sound


# Faults ------------------------------------------------------------------------------------------


def test_sound_catalogue(library: Library, catalog: Path) -> None:
    library.update(catalog)
    check = Catalog(catalog).verify()
    assert (check.rows, check.parts, check.problems) == (5, 4, [])
    assert str(check) == f"{catalog}: 5 rows in 4 parts, all sound"


def _unmark(catalog: Path) -> None:
    part = min(catalog.rglob("*.parquet"))
    part.write_bytes(b"XXXX" + part.read_bytes()[4:])


def _flip(catalog: Path) -> None:
    (part,) = (catalog / "year=2023").iterdir()
    data = bytearray(part.read_bytes())
    # Long enough to reach beyond the header of a page, which no checksum covers.
    for place in range(200, 400):
        data[place] ^= 0xFF
    part.write_bytes(data)


def _cut(catalog: Path) -> None:
    (part,) = (catalog / "year=2023").iterdir()
    part.write_bytes(part.read_bytes()[:-20])


def _copy(catalog: Path) -> None:
    (part,) = (catalog / "year=2023").iterdir()
    shutil.copy(part, part.with_name("part-again.parquet"))


def _move(catalog: Path) -> None:
    (catalog / "year=2023").rename(catalog / "year=2022")


def _stray(catalog: Path) -> None:
    (catalog / "year=2023" / "notes.txt").touch()


def _foreign(catalog: Path) -> None:
    pl.DataFrame({"path": ["a"]}).write_parquet(catalog / "year=2023" / "mine.parquet")


def _rewrite(catalog: Path) -> None:
    (part,) = (catalog / "year=1999").iterdir()
    rows = pq.ParquetFile(part).read()
    changed = rows.set_column(1, "size", rows["size"].cast("float64"))
    pq.write_table(changed.replace_schema_metadata(rows.schema.metadata), part)


def _lose_head(catalog: Path) -> None:
    (head,) = (catalog / "year=0").glob("part-0-*")
    head.unlink()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_flip, "cannot be read"),
        (_unmark, "does not begin as Parquet does"),
        (_cut, "not a whole Parquet file"),
        (_copy, "1 paths have more than one row"),
        (_move, "a row is in the wrong partition"),
        (_stray, "notes.txt: no part of the table"),
        (_foreign, "mine.parquet: not written by imgframe"),
        (_rewrite, "other types"),
        (_lose_head, "the first part lacks 1 columns"),
    ],
)
def test_faults_are_found(
    library: Library, catalog: Path, damage: Callable[[Path], None], message: str
) -> None:
    library.update(catalog)
    library.put("a/lens.jpg", DateTimeOriginal=datetime(2024, 1, 1), LensModel="50mm")
    library.update(catalog)
    damage(catalog)
    check = Catalog(catalog).verify()
    assert not check.is_sound
    assert any(message in problem for problem in check.problems), check.problems
    assert "\n" not in str(check)
    assert "problems: " in str(check)


def test_verify_needs_a_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no catalogue"):
        Catalog(tmp_path / "nowhere").verify()
