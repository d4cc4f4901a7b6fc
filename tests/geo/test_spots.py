"""Spots without a name: the same as a plain look at every pair, near or far, dense or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe import geo
from imgframe.errors import UsageError
from imgframe.geo.nearest import EARTH_KM
from imgframe.group import STATISTICS
from tests.geo.test_nearest import haversine

METRE = 1 / (EARTH_KM * 1000 * np.pi / 180)
"""Degrees of latitude."""


def frame_of(*positions: tuple[float | None, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        positions, schema={"latitude": pl.Float64, "longitude": pl.Float64}, orient="row"
    )


def numbers(radius_m: float, *positions: tuple[float | None, float | None]) -> list[int | None]:
    return geo.add_clusters(frame_of(*positions), radius_m)["cluster"].to_list()


def test_the_largest_is_the_first() -> None:
    assert numbers(100, (50, 8), (48, 2), (None, 2), (48.0001, 2), (60, 10), (91, 0)) == [
        2, 1, None, 1, 3, None,
    ]  # fmt: skip


def test_a_chain_is_one_spot_and_a_gap_makes_two() -> None:
    chain = [(48 + 90 * METRE * n, 2.0) for n in range(20)]
    assert set(numbers(100, *chain)) == {1}
    assert set(numbers(89, *chain)) == set(range(1, 21))
    assert len(set(numbers(100, *chain[:9], *chain[11:]))) == 2


@pytest.mark.parametrize("step", [0.999, 1.001])
def test_the_radius_holds(step: float) -> None:
    there = 0.0 + step * 100 * METRE
    alone = step > 1
    assert (len(set(numbers(100, (0, 0), (there, 0)))) == 2) is alone
    assert (len(set(numbers(100, (0, 0), (0, there)))) == 2) is alone
    assert (len(set(numbers(100, (60, 0), (60, 2 * there)))) == 2) is alone


def test_across_the_date_line_and_at_the_poles() -> None:
    assert numbers(200, (0, 179.9995), (0, -179.9995), (0, 180), (0, -180)) == [1] * 4
    assert numbers(200, (89.9995, 0), (89.9995, 120), (90, 77), (-90, 77)) == [1, 1, 1, 2]


def test_dense_spots_that_do_not_touch_and_that_touch_at_one_point() -> None:
    """More points than are asked at first, so that all have to be."""
    rng = np.random.default_rng(7)
    left = np.column_stack((rng.uniform(0, 40, 400), rng.uniform(0, 40, 400)))
    right = left + np.array([0.0, 145.0])
    both = np.vstack((left, right)) * METRE
    gap = 145.0 - left[:, 1].max() + left[:, 1].min()
    assert 100 < gap < 120
    assert geo.add_clusters(pl.DataFrame(both, ["latitude", "longitude"]), 100)[
        "cluster"
    ].n_unique() == 2  # fmt: skip
    bridge = np.array([[20.0, 72.0]]) * METRE
    joined = pl.DataFrame(np.vstack((both, bridge)), ["latitude", "longitude"])
    assert geo.add_clusters(joined, 100)["cluster"].n_unique() == 1


def test_the_facts_of_a_spot() -> None:
    frame = frame_of((48, 2), (48.0002, 2.0002), (None, None)).with_columns(
        path=pl.Series(["a", "b", "c"])
    )
    spots = geo.clusters(frame)
    assert spots.schema == {"cluster": pl.Int64(), **STATISTICS}
    assert spots["cluster"].to_list() == [1, None]
    assert spots["count"].to_list() == [2, 1]
    assert spots["latitude"][0] == pytest.approx(48.0001)
    assert spots["cover"].to_list() == ["a", "c"]
    points = geo.to_points(spots)
    assert points.crs == "EPSG:4326"
    assert points.geometry.notna().tolist() == [True, False]
    lazy = frame.lazy().pipe(geo.clusters)
    assert isinstance(lazy, pl.LazyFrame)
    assert_frame_equal(lazy.collect(), spots)
    assert geo.clusters(frame.clear()).is_empty()


@pytest.mark.parametrize("radius", [0, -1, float("nan"), float("inf"), 3e7, "100", None])
def test_a_radius_that_is_none(radius: Any) -> None:
    with pytest.raises(UsageError, match="radius_m"):
        geo.clusters(frame_of((48, 2)), radius)


def plainly(points: list[tuple[float, float]], radius_m: float) -> list[set[int]]:
    """Join every pair."""
    spots = [{n} for n in range(len(points))]
    for one in range(len(points)):
        for other in range(one):
            if haversine(points[one], points[other]) * 1000 <= radius_m:
                a, b = (next(s for s in spots if n in s) for n in (one, other))
                if a is not b:
                    a |= b
                    spots.remove(b)
    return spots


NEAR = st.floats(-0.01, 0.01).map(lambda x: round(x, 4))
POINTS = st.tuples(NEAR, NEAR)
SHIFTS = st.sampled_from([(0.0, 0.0), (48.0, 2.0), (-16.5, 180.0), (89.99, 0.0), (-80.0, -180.0)])


@settings(max_examples=80, deadline=None)
@given(st.lists(POINTS, max_size=40), SHIFTS, st.sampled_from([50.3, 210.7, 777.7]))
@example([(0.0, 0.0)] * 10, (0.0, 0.0), 50.3)
def test_the_same_as_a_plain_look_at_every_pair(
    near: list[tuple[float, float]], shift: tuple[float, float], radius_m: float
) -> None:
    points = [
        (min(north + shift[0], 90.0), (east + shift[1] + 180) % 360 - 180) for north, east in near
    ]
    found = geo.add_clusters(frame_of(*points), radius_m)["cluster"]
    groups = [set(rows) for _, rows in found.to_frame().with_row_index().group_by("cluster").agg(
        "index").iter_rows()]  # fmt: skip
    assert sorted(map(sorted, groups)) == sorted(map(sorted, plainly(points, radius_m)))
    sizes = found.value_counts().sort("cluster")["count"].to_list()
    assert sizes == sorted(sizes, reverse=True)
