"""Trips: away from home, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe import geo
from imgframe.errors import UsageError
from imgframe.group import STATISTICS

BERLIN, POTSDAM, LISBON, PORTO = (52.52, 13.405), (52.39, 13.065), (38.71, -9.14), (41.15, -8.61)
SCHEMA = pl.Schema(
    {"acquired_at": pl.Datetime("us"), "latitude": pl.Float64(), "longitude": pl.Float64()}
)
START = datetime(2024, 1, 3, 12)

Shot = tuple[datetime | None, float | None, float | None]


def shots(place: tuple[float, float] | None, *days: float) -> list[Shot]:
    north, east = place or (None, None)
    return [(START + timedelta(days=day), north, east) for day in days]


def frame_of(*runs: Sequence[Shot]) -> pl.DataFrame:
    return pl.DataFrame([shot for run in runs for shot in run], schema=SCHEMA, orient="row")


def names(frame: pl.DataFrame) -> list[str]:
    return geo.trips(frame)["trip"].to_list()


AT_HOME = shots(BERLIN, *range(0, 20, 2), *range(60, 80, 3))


def test_away_and_back() -> None:
    trip = frame_of(AT_HOME, shots(LISBON, 30, 31, 31.2, 33))
    table = geo.trips(trip)
    assert table["trip"].to_list() == ["Lisbon, Feb 2024"]
    assert list(table.schema.items())[:4] == [
        ("trip", pl.String()), ("cities", pl.List(pl.String())),
        ("countries", pl.List(pl.String())), ("days", pl.Int32()),
    ]  # fmt: skip
    assert set(STATISTICS) < set(table.columns)
    row = table.row(0, named=True)
    assert (row["cities"], row["countries"]) == (["Lisbon"], ["Portugal"])
    assert (row["days"], row["count"], row["with_gps"]) == (4, 4, 4)
    assert (row["first"], row["last"]) == (datetime(2024, 2, 2, 12), datetime(2024, 2, 5, 12))
    assert row["home_distance_km"] == pytest.approx(2313, abs=5)
    assert geo.to_points(table).crs == "EPSG:4326"


def test_an_image_at_home_ends_a_trip() -> None:
    frame = frame_of(AT_HOME, shots(LISBON, 30, 31), shots(BERLIN, 31.5), shots(LISBON, 32))
    assert names(frame) == ["Lisbon, Feb 2024", "Lisbon, Feb 2024 (2)"]


def test_a_long_silence_ends_a_trip() -> None:
    frame = frame_of(AT_HOME, shots(LISBON, 30, 33.9, 38))
    assert names(frame) == ["Lisbon, Feb 2024", "Lisbon, Feb 2024 (2)"]
    assert geo.trips(frame, pause="1w").height == 1
    assert geo.trips(frame, pause="6h").height == 3


def test_near_home_is_home() -> None:
    frame = frame_of(AT_HOME, shots(POTSDAM, 30))
    assert names(frame) == []
    assert geo.trips(frame, distance_km=20)["trip"].to_list() == ["Potsdam, Feb 2024"]


def test_two_cities_and_many() -> None:
    assert names(frame_of(AT_HOME, shots(PORTO, 30, 31), shots(LISBON, 32, 33, 34))) == [
        "Lisbon and Porto, Feb 2024"
    ]
    spread = [(37.02, -7.93), (38.57, -7.91), (39.74, -8.81), (40.21, -8.43), (41.55, -8.42)]
    runs = [shots(place, 30 + n) for n, place in enumerate(spread)]
    assert names(frame_of(AT_HOME, *runs)) == ["Portugal, Feb 2024"]
    new_year = [(datetime(2024, 12, 30), *LISBON), (datetime(2025, 1, 2), *LISBON)]
    assert names(frame_of(AT_HOME, new_year)) == ["Lisbon, Dec 2024 – Jan 2025"]


def test_a_library_of_travels_has_no_home() -> None:
    frame = frame_of(
        shots(BERLIN, 0, 1), shots(LISBON, 30, 31), shots(PORTO, 90), shots(BERLIN, 150)
    )
    assert names(frame) == [
        "Berlin, Jan 2024", "Lisbon, Feb 2024", "Porto, Apr 2024", "Berlin, Jun 2024",
    ]  # fmt: skip
    assert geo.trips(frame)["home_distance_km"].null_count() == 4
    assert geo.trips(frame, home=BERLIN)["trip"].to_list() == [
        "Lisbon, Feb 2024", "Porto, Apr 2024",
    ]  # fmt: skip
    assert geo.trips(frame, home=[BERLIN, PORTO]).height == 1
    assert geo.trips(frame_of(AT_HOME), home=()).height == 2


def test_who_moves_has_two_homes() -> None:
    months = [30.5 * n for n in range(12)]
    frame = frame_of(
        shots(BERLIN, *months), shots(PORTO, *(400 + day for day in months)), shots(LISBON, 200)
    )
    assert names(frame) == ["Lisbon, Jul 2024"]


def test_images_without_a_position_are_where_the_nearest_in_time_was() -> None:
    frame = frame_of(
        AT_HOME, shots(LISBON, 30, 31), shots(None, 30.2, 30.5, 0.1, 45), [(None, *LISBON)]
    )
    placed = geo.add_trips(frame)
    assert placed["trip"][-5:].to_list() == ["Lisbon, Feb 2024", None, None, None, None]
    table = geo.trips(frame)
    assert (table["count"][0], table["with_gps"][0]) == (3, 2)
    assert geo.trips(frame, gap="1d")["count"].to_list() == [4]


def test_utc_puts_a_flight_in_order() -> None:
    """Home at 10:00 on the 5th in Sydney; landed in Los Angeles at 06:00 of that day."""
    sydney, angeles = (-33.87, 151.21), (34.05, -118.24)
    home = [(datetime(2024, month, 1), *sydney) for month in (1, 2, 3)]
    flight = [(datetime(2024, 4, 5, 10), *sydney), (datetime(2024, 4, 5, 6), *angeles),
              (datetime(2024, 4, 5, 18), *angeles)]  # fmt: skip
    table = geo.trips(frame_of(home, flight))
    assert table.select("trip", "count").rows() == [("Los Angeles, Apr 2024", 2)]


def test_lazily_and_under_pipe() -> None:
    frame = frame_of(AT_HOME, shots(LISBON, 30, 31), shots(None, 30.1))
    for made in (geo.trips, geo.add_trips):
        lazy = frame.lazy().pipe(made)
        assert isinstance(lazy, pl.LazyFrame)
        assert lazy.collect_schema() == made(frame).schema
        assert_frame_equal(lazy.collect(), made(frame))
        assert_frame_equal(made(frame.clear()), made(frame).clear())


def test_the_sample_library(photos: Path) -> None:
    from imgframe import read_images

    table = geo.trips(read_images(photos))
    expected = {
        "San Francisco, Jun 2016", "Cape Town, Nov 2017", "Cusco, Jul 2018", "Lisbon, May 2019",
        "Basel, Jul 2020", "Reykjavík, Sep 2021", "Nairobi, Dec 2021", "Buenos Aires, Jan 2022",
        "Strasbourg and Kehl, Jul 2023", "Kyoto, Nov 2023", "Sydney, Dec 2024 – Jan 2025",
    }  # fmt: skip
    assert expected <= set(table["trip"])
    assert table.height == 21


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"gap": "soon"}, "gap='soon'"), ({"pause": "1mo"}, "pause='1mo'"), ({"gap": ""}, "gap"),
        ({"distance_km": 0}, "distance_km"), ({"home": (91.0, 0.0)}, "home"),
        ({"home": [(1.0, 200.0)]}, "home"), ({"home": (47.5,)}, "home"), ({"home": 47.5}, "home"),
        ({"home": "Basel"}, "home"), ({"gap": 6}, "gap=6"), ({"pause": None}, "pause=None"),
        ({"distance_km": "50"}, "distance_km"),
    ],
)  # fmt: skip
def test_usage(options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        geo.trips(frame_of(AT_HOME), **options)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="acquired_at"):
        geo.trips(frame_of(AT_HOME).drop("acquired_at"))


SHOTS = st.tuples(
    st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2020, 12, 31)),
    st.none() | st.sampled_from([52.5, 38.7, 0.0, 90.0, 99.0]),
    st.none() | st.sampled_from([13.4, -9.1, 180.0]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SHOTS, max_size=25))
def test_every_image_of_a_trip_bears_its_name(rows: list[Shot]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    named, table = geo.add_trips(frame), geo.trips(frame)
    assert_frame_equal(named.drop("trip"), frame)
    counted = named.drop_nulls("trip").group_by("trip").len()
    assert dict(counted.iter_rows()) == dict(table.select("trip", "count").iter_rows())
    assert table["trip"].is_unique().all()
