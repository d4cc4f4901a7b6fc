"""The choice of a place, against one that looks at every place with other formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imgframe.geo.nearest import (
    EARTH_KM,
    NOWHERE,
    REACH_KM,
    Discs,
    Floats,
    disc_radius,
    kilometres,
    rank,
    unit_vectors,
)

TINY_KM = 1e-5
"""Two formulas for a distance may differ by so much."""


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in km, by the formula that the code does not use."""
    (north, east), (other_north, other_east) = (tuple(map(math.radians, p)) for p in (a, b))
    h = math.sin((other_north - north) / 2) ** 2
    h += math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def rank_of(distance: float, radius: float) -> float:
    """The rule of the module's docstring, for one place."""
    return distance / radius if distance < radius else 1 + distance - radius


POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
NEAR = st.tuples(st.floats(46.9, 47.6), st.floats(7.1, 8.1))
ACROSS = st.tuples(st.floats(-0.4, 0.4), st.sampled_from([-179.9, -179.6, 179.7, 179.95, 180.0]))
POLAR = st.tuples(st.floats(89.7, 90), st.floats(-180, 180))
PLACES = st.tuples(st.one_of(NEAR, ACROSS, POLAR, POINTS), st.integers(0, 30_000_000))


def arrays(pairs: list[tuple[float, float]]) -> Floats:
    latitude, longitude = np.array(pairs, np.float64).reshape(-1, 2).T
    return unit_vectors(latitude, longitude)


@given(st.lists(PLACES, max_size=60), st.lists(st.one_of(NEAR, ACROSS, POLAR), max_size=20))
@example([((47.0, 7.5), 100)] * 10, [(47.0, 7.5)])
@example([((0.0, 180.0), 1000), ((0.0, 179.5), 10**6)], [(0.0, -179.99)])
def test_the_choice_is_the_one_of_lowest_rank(
    places: list[tuple[tuple[float, float], int]], points: list[tuple[float, float]]
) -> None:
    radii = disc_radius(np.array([population for _, population in places], np.int64))
    rows, distances = Discs(arrays([at for at, _ in places]), radii).choose(arrays(points))
    assert len(rows) == len(distances) == len(points)
    for point, row, distance in zip(points, rows.tolist(), distances.tolist(), strict=True):
        every = [haversine(point, at) for at, _ in places]
        reached = [i for i, km in enumerate(every) if km < REACH_KM - TINY_KM]
        if row == NOWHERE:
            assert math.isinf(distance)
            assert not reached
            continue
        assert distance == pytest.approx(every[row], abs=TINY_KM)
        assert distance <= REACH_KM + TINY_KM
        # A rank moves with the distance by at most 1 / radius, and no radius is below 0.3 km.
        own = rank_of(every[row], radii[row])
        assert all(own <= rank_of(every[i], radii[i]) + 10 * TINY_KM for i in reached)


def test_of_equals_the_first_is_chosen() -> None:
    units = arrays([(10.0, 10.0)] * 50)
    rows, _ = Discs(units, np.full(50, 1.0)).choose(arrays([(10.0, 10.0), (10.1, 10.0)]))
    assert rows.tolist() == [0, 0]


def test_no_places_at_all() -> None:
    rows, distances = Discs(arrays([]), np.empty(0)).choose(arrays([(1.0, 2.0)]))
    assert rows.tolist() == [NOWHERE]
    assert np.isinf(distances).all()


def test_a_big_city_far_away_among_many_villages() -> None:
    """The city is beyond the nearest hundred places, and yet the point lies in its disc."""
    villages = [(47.0 + i / 1000, 7.0 + j / 1000) for i in range(10) for j in range(10)]
    radii = np.array([0.4] * 100 + [40.0])
    discs = Discs(arrays([*villages, (47.1, 7.1)]), radii)
    rows, _ = discs.choose(arrays([(47.05, 7.05)]))
    assert rows.tolist() == [100]


def test_rank_grows_with_distance_and_falls_with_radius() -> None:
    distance = np.linspace(0, 60, 500)
    assert (np.diff(rank(distance, 7.0)) > 0).all()
    radius = np.linspace(0.4, 70, 500)
    assert (np.diff(rank(np.full(500, 20.0), radius)) < 0).all()
    assert rank(np.array([5.0]), 5.0).item() == 1.0


def test_units_and_kilometres() -> None:
    assert unit_vectors(np.array([90.0]), np.array([33.0])) == pytest.approx(np.array([[0, 0, 1]]))
    quarter = np.linalg.norm(arrays([(0, 0)]) - arrays([(0, 90)]), axis=1)
    assert kilometres(quarter) == pytest.approx(EARTH_KM * math.pi / 2)
    assert np.isinf(kilometres(np.array([np.inf]))).all()
    assert kilometres(np.array([2.0000001])) == pytest.approx(EARTH_KM * math.pi)


def test_the_disc_holds_the_population() -> None:
    radius = disc_radius(np.array([1_500_000, 0]))
    assert math.pi * radius[0] ** 2 * 1500 == pytest.approx(1_500_000)
    assert math.pi * radius[1] ** 2 * 1500 == pytest.approx(500)
