"""Images as points for geopandas."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from pathlib import Path

import geopandas as gpd
import polars as pl
import pytest

from imgframe import geo
from imgframe.errors import UsageError

FRAME = pl.DataFrame(
    {
        "path": ["a", "b", "c", "d"],
        "latitude": [48.5, None, math.nan, -90.0],
        "longitude": [2.5, 3.0, 3.0, -180.0],
    }
)


def test_points_and_their_order() -> None:
    points = geo.to_points(FRAME)
    assert isinstance(points, gpd.GeoDataFrame)
    assert points.crs == "EPSG:4326"
    assert points["path"].tolist() == ["a", "b", "c", "d"]
    first, second, third, fourth = points.geometry
    assert (first.x, first.y) == (2.5, 48.5)
    assert second is None
    assert third is None
    assert (fourth.x, fourth.y) == (-180.0, -90.0)
    assert list(points.columns) == [*FRAME.columns, "geometry"]


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan, 90.5, -1e300, None])
def test_no_point_that_is_not_on_earth(bad: float | None) -> None:
    frame = pl.DataFrame({"latitude": [bad, 1.0], "longitude": [1.0, 1.0]}, strict=False)
    geometry = geo.to_points(frame).geometry
    assert geometry.isna().tolist() == [True, False]
    assert not geometry.dropna().is_empty.any()


def test_lazy_and_empty() -> None:
    assert geo.to_points(FRAME.lazy()).equals(geo.to_points(FRAME))
    empty = geo.to_points(FRAME.clear())
    assert len(empty) == 0
    assert empty.crs == "EPSG:4326"
    nowhere = geo.to_points(FRAME[1:3])
    assert nowhere.geometry.isna().all()
    assert nowhere.crs == "EPSG:4326"


def test_values_are_kept() -> None:
    moment = datetime(2024, 5, 1, 12, 30, 15, 123456)
    frame = pl.DataFrame(
        {
            "latitude": [1.0, 2.0], "longitude": [1.0, 2.0],
            "size": [2**62 + 1, None], "width": pl.Series([1, None], dtype=pl.Int32),
            "flag": [True, None], "taken": [moment, None], "day": [moment.date(), None],
            "clock": [time(1, 2, 3), None], "span": [timedelta(seconds=5), None],
            "problems": [["x", "y"], None], "bits": [[8, 8, 8], []], "text": ["é", None],
            "modified_at": pl.Series([moment, None]).dt.replace_time_zone("UTC"),
        }
    )  # fmt: skip
    points = geo.to_points(frame)
    first, second = points.iloc[0], points.iloc[1]
    assert first["size"] == 2**62 + 1
    assert str(points["size"].dtype) == "Int64"
    assert str(points["width"].dtype) == "Int32"
    assert str(points["flag"].dtype) == "boolean"
    assert first["taken"].to_pydatetime() == moment
    assert first["modified_at"].tzinfo is not None
    assert first["day"] == date(2024, 5, 1)
    assert first["clock"] == time(1, 2, 3)
    assert first["span"] == timedelta(seconds=5)
    assert first["problems"] == ["x", "y"]
    assert (first["bits"], second["bits"], second["problems"]) == ([8, 8, 8], [], None)
    assert first["text"] == "é"
    columns = ["size", "width", "flag", "taken", "modified_at", "day", "clock", "span", "text"]
    assert second[columns].isna().all()


def test_a_geometry_that_was_there_is_replaced() -> None:
    frame = FRAME.select(pl.lit(b"\x01\x02").alias("geometry"), "latitude", "longitude")
    points = geo.to_points(frame)
    assert list(points.columns) == ["latitude", "longitude", "geometry"]
    assert points.geometry.notna().tolist() == [True, False, False, True]


def test_it_can_be_written_and_read(tmp_path: Path) -> None:
    frame = FRAME.with_columns(size=pl.Series([1, None, 3, 4]))
    geo.to_points(frame).to_file(tmp_path / "points.gpkg")
    again = gpd.read_file(tmp_path / "points.gpkg")
    assert len(again) == 4
    assert again.geometry.isna().tolist() == [False, True, True, False]
    geo.to_points(frame).to_parquet(tmp_path / "points.parquet")
    assert gpd.read_parquet(tmp_path / "points.parquet")["size"].tolist()[0] == 1


def test_a_frame_without_a_position() -> None:
    with pytest.raises(UsageError, match="longitude"):
        geo.to_points(FRAME.drop("longitude"))
    with pytest.raises(UsageError, match="latitude"):
        geo.to_points(FRAME.with_columns(latitude=pl.lit("48 N")).lazy())
