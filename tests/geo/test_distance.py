"""Images near a point."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe import geo
from imgframe.errors import UsageError
from tests.geo.test_nearest import haversine

FRAME = pl.DataFrame(
    {
        "name": ["Porto", "nowhere", "Sintra", "Lisbon", "off the map", "NaN", "Lisbon again"],
        "latitude": [41.15, None, 38.80, 38.71, 91.0, math.nan, 38.71],
        "longitude": [-8.61, -9.14, -9.38, -9.14, -9.14, -9.14, -9.14],
    }
)


def test_the_nearest_first() -> None:
    found = geo.near(FRAME, 38.71, -9.14, 30)
    assert found["name"].to_list() == ["Lisbon", "Lisbon again", "Sintra"]
    assert found["distance_km"].to_list() == pytest.approx([0, 0, 23.1], abs=0.1)
    assert geo.near(FRAME, 38.71, -9.14)["name"].to_list() == ["Lisbon", "Lisbon again"]
    assert geo.near(FRAME, 38.71, -9.14, 500).height == 4
    lazy = FRAME.lazy().pipe(geo.near, 38.71, -9.14, km=30)
    assert isinstance(lazy, pl.LazyFrame)
    assert_frame_equal(lazy.collect(), found)


@pytest.mark.parametrize(
    ("one", "other"), [((0, 179.99), (0, -179.99)), ((89.99, 0), (89.99, 180)), ((0, 0), (0, 180))]
)
def test_across_the_antimeridian_and_the_poles(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    frame = pl.DataFrame([other], schema=["latitude", "longitude"], orient="row")
    found = geo.near(frame, *one, km=21_000)
    assert found["distance_km"].to_list() == pytest.approx([haversine(one, other)])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((91, 0, 1), "no point"), ((0, 181, 1), "no point"), ((0, 0, -1), "km"),
     ((0, 0, math.nan), "km"), ((math.nan, 0, 1), "no point"),
     (("1", 0, 1), "no point"), ((0, None, 1), "no point"), ((0, 0, "1"), "km")],
)  # fmt: skip
def test_usage(arguments: tuple[Any, Any, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        geo.near(FRAME, *arguments)
    with pytest.raises(UsageError, match="latitude"):
        geo.near(FRAME.drop("latitude"), 0, 0)


POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@settings(max_examples=60, deadline=None)
@given(POINTS, st.lists(POINTS, max_size=8), st.floats(0, 20_000))
def test_all_that_are_near_and_no_others(
    point: tuple[float, float], others: list[tuple[float, float]], km: float
) -> None:
    schema = {"latitude": pl.Float64, "longitude": pl.Float64}
    frame = pl.DataFrame(others, schema=schema, orient="row").with_row_index()
    found = geo.near(frame, *point, km=km)
    assert found["distance_km"].is_sorted()
    plainly = [haversine(point, other) for other in others]
    sure = {n for n, distance in enumerate(plainly) if distance <= km - 1e-3}
    possible = {n for n, distance in enumerate(plainly) if distance <= km + 1e-3}
    assert sure <= set(found["index"]) <= possible
