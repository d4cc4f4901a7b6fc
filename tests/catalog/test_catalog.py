"""From image files to a table on disk and back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import FrozenInstanceError, asdict
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import imgframe
from imgframe import Catalog, UpdateReport, UsageError, read_images
from tests.writers import ASCII, Entry, Tiff, exif, jpeg

ROOT = Path(__file__).parents[2]


def without_year(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop("year").sort("path")


def test_table_is_that_of_read_images(photos: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    report = catalog.update(photos)
    wanted = read_images(photos)
    assert report.added == wanted.height
    assert report.failed == wanted["error"].count()
    assert report.seconds > 0
    read = catalog.read()
    assert_frame_equal(without_year(read), wanted)
    years = wanted["acquired_at"].dt.year().fill_null(0)
    assert read.sort("path")["year"].to_list() == years.to_list()
    assert asdict(catalog.update(photos)) == {
        "added": 0,
        "changed": 0,
        "moved": 0,
        "removed": 0,
        "unchanged": wanted.height,
        "outdated": 0,
        "failed": report.failed,
        "seconds": pytest.approx(1, abs=20),
    }


def test_updates_piece_by_piece_give_the_same_table(photos: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    for folder in sorted(photos.iterdir()):
        catalog.update(folder)
    assert_frame_equal(without_year(catalog.read()), read_images(photos), check_column_order=False)
    report = catalog.update(photos)
    assert (report.added, report.changed, report.removed) == (0, 0, 0)


def test_edited_photo_is_changed(photos: Path, tmp_path: Path) -> None:
    library = tmp_path / "photos"
    shutil.copytree(photos / "2019", library)
    catalog = Catalog(tmp_path / "catalog")
    catalog.update(library)
    first, second, *_ = sorted(library.rglob("*.jpg"))
    first.write_bytes(jpeg(exif(Tiff(ifd0=[Entry(0x10F, ASCII, "Edited")]))))
    second.unlink()
    report = catalog.update(library)
    assert (report.changed, report.removed) == (1, 1)
    row = catalog.scan().filter(path=str(first)).collect()
    assert row["Make"].to_list() == ["Edited"]
    assert row["year"].to_list() == [0]
    assert_frame_equal(
        without_year(catalog.read()).drop_nulls("path").select(pl.col("path", "Make", "size")),
        read_images(library).select("path", "Make", "size"),
    )


def test_other_tags_give_another_table(photos: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    source = photos / "2023"
    catalog.update(source, tags=iter(["FNumber", "GPS*"]))
    wanted = read_images(source, tags=["FNumber", "GPS*"])
    assert_frame_equal(without_year(catalog.read()), wanted)
    report = catalog.update(source)
    assert report.unchanged == wanted.height
    assert_frame_equal(without_year(catalog.read()), read_images(source))


def test_file_that_is_no_image_is_a_row_with_an_error(tmp_path: Path) -> None:
    library = tmp_path / "photos"
    library.mkdir()
    (library / "empty.jpg").touch()
    (library / "text.jpg").write_text("no image")
    catalog = Catalog(tmp_path / "catalog")
    report = catalog.update(library)
    assert (report.added, report.failed) == (2, 2)
    assert catalog.read()["error"].null_count() == 0
    assert catalog.read()["year"].to_list() == [0, 0]


def test_wrong_arguments_are_refused_before_anything_is_made(photos: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    with pytest.raises(UsageError, match="tag"):
        catalog.update(photos, tags=["Mkae"])
    with pytest.raises(UsageError, match="tags"):
        catalog.update(photos, tags=3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="pattern"):
        catalog.update(photos, pattern=[])
    assert not catalog.path.exists()


def test_report_is_frozen_and_readable() -> None:
    report = UpdateReport(1204, 3, 0, 0, 11, 0, 2, 1.25)
    assert str(report) == "1,204 added, 3 changed, 0 removed, 11 unchanged, 2 failed in 1.2 s"
    report = UpdateReport(0, 3, 2, 1, 11, 9, 0, 1.25)
    assert str(report) == (
        "0 added, 3 changed (2 moved to another partition), 1 removed, "
        "11 unchanged (9 read by an older decoder: refresh them), 0 failed in 1.2 s"
    )
    with pytest.raises(FrozenInstanceError):
        report.added = 1  # type: ignore[misc]


def test_frames_go_on_into_other_functions(photos: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    catalog.update(photos)
    months = catalog.scan().pipe(imgframe.group_by_date, every="1y")
    assert isinstance(months, pl.LazyFrame)
    assert months.collect().height > 3
    assert imgframe.labels(catalog.read()).height == catalog.info().rows


PROGRAM = """
import resource, sys
from imgframe import Catalog
report = Catalog(sys.argv[2]).update(sys.argv[1], n_jobs=1)
print(report.added, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
report = Catalog(sys.argv[2]).update(sys.argv[1], n_jobs=1)
print(report.unchanged, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="measures with the resource module")
def test_memory_is_bounded(photos: Path, tmp_path: Path) -> None:
    library = tmp_path / "photos"
    originals = [path for path in sorted(photos.rglob("*.*")) if path.suffix.lower() == ".jpg"]
    for i in range(100_000):
        folder = library / f"{i // 1000}"
        if not i % 1000:
            folder.mkdir(parents=True)
            local = [shutil.copy(path, folder / f"o{n}.jpg") for n, path in enumerate(originals)]
        os.link(local[i % len(local)], folder / f"{i}.jpg")
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, library, tmp_path / "catalog"],
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
    )
    unit = 1 if sys.platform == "darwin" else 1024
    for line in result.stdout.splitlines():
        files, peak = map(int, line.split())
        assert files == 100_000 + 100 * len(originals)
        assert peak * unit < 600e6


def test_years_far_away_have_partitions(tmp_path: Path) -> None:
    library = tmp_path / "photos"
    library.mkdir()
    for year in (1, 1826, 9999):
        text = f"{year:04}:01:01 00:00:00"
        data = jpeg(exif(Tiff(exif=[Entry(0x9003, ASCII, text)])))
        (library / f"{year}.jpg").write_bytes(data)
    catalog = Catalog(tmp_path / "catalog")
    catalog.update(library)
    read = catalog.read()
    assert read["acquired_at"].dt.year().to_list() == read["year"].to_list()
    assert datetime(1826, 1, 1) in read["acquired_at"].to_list()
