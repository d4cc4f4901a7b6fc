"""The summary of a table."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from imgframe import UsageError, read_images, summary


def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "size": [1_000_000, 500_000, None],
            "format": ["JPEG", "TIFF", None],
            "error": [None, None, "empty file"],
            "problems": [["x: bad"], None, None],
            "acquired_at": [datetime(2024, 5, 1, 12), datetime(2020, 1, 1), None],
            "latitude": [1.0, None, None],
            "longitude": [2.0, 3.0, None],
            "gps_problem": [None, "zero", None],
            "manufacturer": ["Canon", None, None],
            "model": ["EOS R5", None, None],
        }
    )


def test_counts() -> None:
    got = summary(frame())
    assert (got.files, got.bytes, got.with_gps, got.failed, got.with_problems) == (
        3,
        1_500_000,
        1,
        1,
        1,
    )
    assert got.formats == {"JPEG": 1, "TIFF": 1, "unknown": 1}
    assert got.cameras == {"unknown": 2, "Canon EOS R5": 1}
    assert list(got.years.items()) == [("2020", 1), ("2024", 1), ("no date", 1)]
    assert (got.first, got.last) == (datetime(2020, 1, 1), datetime(2024, 5, 1, 12))
    assert (got.errors, got.gps_problems) == ({"empty file": 1}, {"zero": 1})


def test_lazy_and_eager_agree() -> None:
    assert summary(frame()) == summary(frame().lazy())


def test_a_person_can_read_it() -> None:
    text = str(summary(frame()))
    assert "3 (1.5 MB)" in text
    assert "failed     1: empty file 1" in text
    assert "None" not in text


def test_old_years_and_names_that_would_move_the_cursor() -> None:
    odd = frame().with_columns(
        acquired_at=pl.lit(datetime(1, 2, 3)), model=pl.lit("EOS\x1b[31m\nR5"), manufacturer=None
    )
    text = str(summary(odd))
    assert "taken      0001-02-03 to 0001-02-03" in text
    assert "EOS\ufffd[31m\ufffdR5 3" in text


def test_nothing_at_all(tmp_path: object) -> None:
    got = summary(read_images(str(tmp_path)))
    assert (got.files, got.first, got.formats) == (0, None, {})
    assert "no dates" in str(got)


def test_a_frame_of_something_else() -> None:
    with pytest.raises(UsageError, match="no column size, format"):
        summary(pl.DataFrame({"x": [1]}))
