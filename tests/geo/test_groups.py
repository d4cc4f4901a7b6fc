"""Images by place."""

from __future__ import annotations

import math
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe import geo
from imgframe.errors import UsageError
from imgframe.geo.groups import LEVELS
from imgframe.group import STATISTICS

PHOTOS = pl.DataFrame(
    [
        (48.8584, 2.2945, datetime(2024, 5, 3), "Canon", "EOS R5"),
        (48.8606, 2.3376, datetime(2024, 5, 1), "Apple", "iPhone 15"),
        (48.8530, 2.3499, None, "Canon", "EOS R5"),
        (43.0828, -79.0700, datetime(2023, 1, 1), None, "X100"),
        (43.0791, -79.0785, datetime(2023, 1, 2), None, None),
        (None, None, datetime(2020, 1, 1), "Leica", None),
        (0.0, 0.0, datetime(2021, 1, 1), None, None),
    ],
    schema={
        "latitude": pl.Float64, "longitude": pl.Float64, "acquired_at": pl.Datetime("us"),
        "manufacturer": pl.String, "model": pl.String,
    },
    orient="row",
)  # fmt: skip


def group_of(**keys: str | None) -> dict[str, object]:
    groups = geo.group_by_place(PHOTOS)
    for key, value in keys.items():
        groups = groups.filter(pl.col(key).eq_missing(pl.lit(value)))
    assert groups.height == 1
    row: dict[str, object] = groups.row(0, named=True)
    return row


def test_cities() -> None:
    groups = geo.group_by_place(PHOTOS)
    names = ["city", "region", "country_code", "country"]
    assert groups.select(*names, "count").rows() == [
        ("Paris", "Île-de-France", "FR", "France", 3),
        (None, None, None, None, 2),
        ("Niagara Falls", "New York", "US", "United States", 1),
        ("Niagara Falls", "Ontario", "CA", "Canada", 1),
    ]
    assert dict(groups.schema) == {name: pl.String() for name in names} | STATISTICS


def test_the_facts_of_a_group() -> None:
    paris = group_of(city="Paris")
    assert paris["first"] == datetime(2024, 5, 1)
    assert paris["last"] == datetime(2024, 5, 3)
    assert paris["cameras"] == ["Apple iPhone 15", "Canon EOS R5"]
    assert paris["latitude"] == pytest.approx(48.8573, abs=1e-4)
    assert paris["longitude"] == pytest.approx(2.3273, abs=1e-4)
    box = [paris[side] for side in ("west", "south", "east", "north")]
    assert box == [2.2945, 48.8530, 2.3499, 48.8606]
    assert group_of(country_code="CA")["cameras"] == []
    nowhere = group_of(country_code=None)
    assert nowhere["cameras"] == ["Leica"]
    assert (nowhere["west"], nowhere["north"]) == (0.0, 0.0)


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_keeps_every_row(level: str) -> None:
    groups = geo.group_by_place(PHOTOS, level=level)
    assert groups["count"].sum() == PHOTOS.height
    assert groups.columns[: len(LEVELS[level])] == list(LEVELS[level])
    assert not groups.select(LEVELS[level]).is_duplicated().any()
    lazy = geo.group_by_place(PHOTOS.lazy(), level=level)
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect_schema() == groups.schema
    assert_frame_equal(lazy.collect(), groups)
    assert_frame_equal(PHOTOS.pipe(geo.group_by_place, level=level), groups)


def test_places_that_are_there_are_taken_as_they_are() -> None:
    placed = geo.add_places(PHOTOS).with_columns(city=pl.lit("Atlantis"))
    assert set(geo.group_by_place(placed)["city"]) == {"Atlantis"}
    placed = placed.drop("latitude", "longitude")
    groups = geo.group_by_place(placed, level="country")
    assert groups["count"].sum() == PHOTOS.height
    assert groups["latitude"].null_count() == groups["west"].null_count() == groups.height


def test_districts_stay_with_their_city() -> None:
    groups = geo.group_by_place(PHOTOS, level="district")
    assert {"Paris 16 Passy", "Paris 01 Louvre"} <= set(groups["district"])
    assert set(groups.filter(pl.col("district").str.starts_with("Paris"))["city"]) == {"Paris"}


def test_without_times_and_cameras() -> None:
    groups = geo.group_by_place(PHOTOS.select("latitude", "longitude"))
    assert groups["first"].null_count() == groups.height
    assert groups["cameras"].to_list() == [[]] * groups.height


def test_an_empty_frame() -> None:
    groups = geo.group_by_place(PHOTOS.clear())
    assert groups.is_empty()
    assert groups.schema == geo.group_by_place(PHOTOS).schema


def test_by_keys_that_are_not_there_yet() -> None:
    groups = geo.group_by(PHOTOS, ["city", "month"])
    assert groups.select("city", "month", "count").rows() == [
        ("Niagara Falls", date(2023, 1, 1), 2),
        ("Paris", date(2024, 5, 1), 2),
        ("Paris", None, 1),
        (None, date(2020, 1, 1), 1),
        (None, date(2021, 1, 1), 1),
    ]
    lazy = geo.group_by(PHOTOS.lazy(), ["city", "month"])
    assert isinstance(lazy, pl.LazyFrame)
    assert_frame_equal(lazy.collect(), groups)
    trips = geo.group_by(PHOTOS, "trip")
    assert trips["trip"].to_list() == [
        "Niagara Falls, Jan 2023", "Open sea, Jan 2021", "Paris, May 2024", None,
    ]  # fmt: skip
    atlantis = geo.group_by(PHOTOS.with_columns(city=pl.lit("Atlantis")), "city")
    assert atlantis["city"].to_list() == ["Atlantis"]


def test_usage() -> None:
    with pytest.raises(UsageError, match=r"level must be one of.*'continent'"):
        geo.group_by_place(PHOTOS, level="continent")
    with pytest.raises(UsageError, match="latitude"):
        geo.group_by_place(PHOTOS.drop("latitude"))


def one_group(*positions: tuple[float | None, float | None]) -> dict[str, float | None]:
    frame = pl.DataFrame(positions, schema=["latitude", "longitude"], orient="row").with_columns(
        pl.col("latitude", "longitude").cast(pl.Float64),
        pl.lit("X").alias("country"),
        pl.lit("XX").alias("country_code"),
    )
    groups = geo.group_by_place(frame, level="country")
    assert groups.height == 1
    sides = ["latitude", "longitude", "west", "south", "east", "north"]
    row: dict[str, float | None] = groups.select(sides).row(0, named=True)
    return row


def test_centre_and_box_across_the_antimeridian() -> None:
    group = one_group((-16.0, 179.0), (-17.0, -179.5), (-18.0, 178.0))
    assert group["longitude"] == pytest.approx(179.167, abs=0.01)
    assert group["latitude"] == pytest.approx(-17.0, abs=0.01)
    assert (group["west"], group["east"]) == (178.0, -179.5)
    assert (group["south"], group["north"]) == (-18.0, -16.0)


def test_points_around_the_pole() -> None:
    group = one_group((89.0, 0.0), (89.0, 120.0), (89.0, -120.0))
    assert group["latitude"] == pytest.approx(90.0)


def test_opposite_points_have_no_centre() -> None:
    group = one_group((0.0, 0.0), (0.0, 180.0))
    assert group["latitude"] is group["longitude"] is None
    assert (group["west"], group["east"]) == (0.0, 180.0)


def test_one_point_is_its_own_centre() -> None:
    group = one_group((10.0, 20.0), (math.nan, 20.0), (None, None), (91.0, 500.0))
    assert group["latitude"] == pytest.approx(10.0)
    assert group["longitude"] == pytest.approx(20.0)
    assert [group[side] for side in ("west", "south", "east", "north")] == [20, 10, 20, 10]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=20))
def test_the_box_holds_all_points_and_is_the_narrowest(
    positions: list[tuple[float, float]],
) -> None:
    group = one_group(*positions)
    west, east = group["west"], group["east"]
    assert west is not None
    assert east is not None
    width = (east - west) % 360.0
    for _, longitude in positions:
        assert (longitude - west) % 360.0 <= width + 1e-9
    starts = [longitude for _, longitude in positions]
    narrowest = min(max((other - start) % 360.0 for other in starts) for start in starts)
    assert width <= narrowest + 1e-9
