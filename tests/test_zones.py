"""Time zones of places, beside Python's own reading of the time zone database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import polars as pl
import pytest
import tzfpy
from hypothesis import given, settings
from hypothesis import strategies as st

from imgframe import geo
from imgframe.derive import add_derived
from imgframe.zones import AMBIGUOUS, GAP, local_times, offsets, time_zones

ZONES = sorted(tzfpy.timezonenames())
NOW_IN_USE = datetime(1972, 2, 1)


def series(*times: datetime | None) -> pl.Series:
    return pl.Series(times, dtype=pl.Datetime("us"))


def offset_of(local: datetime, zone: str) -> tuple[int | None, str | None]:
    row: tuple[int | None, str | None] = offsets(series(local), pl.Series([zone])).row(0)
    return row


def by_python(local: datetime, zone: str) -> tuple[int | None, str | None]:
    """PEP 495: fold=0 is the first of two times, and the offset before a gap."""
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None
    assert after is not None
    minutes = before // timedelta(minutes=1)
    if before % timedelta(minutes=1) or abs(minutes) > 840:
        return None, None
    trouble = {True: AMBIGUOUS, False: GAP}[before > after] if before != after else None
    return minutes, trouble


def test_every_zone_of_the_map_is_known() -> None:
    assert set(ZONES) <= available_timezones()
    noon = series(*[datetime(2024, 6, 1, 12)] * len(ZONES))
    found = offsets(noon, pl.Series(ZONES))
    assert found.rows() == [by_python(datetime(2024, 6, 1, 12), zone) for zone in ZONES]


@settings(deadline=None, max_examples=300)
@given(st.datetimes(NOW_IN_USE, datetime(2037, 12, 31)), st.sampled_from(ZONES))
def test_the_same_offset_as_python(local: datetime, zone: str) -> None:
    assert offset_of(local, zone) == by_python(local, zone)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe"])
@pytest.mark.parametrize("year", [1985, 2006, 2024, 2036])
def test_every_half_hour_of_a_year(zone: str, year: int) -> None:
    start = datetime(year, 1, 1)
    times = [start + timedelta(minutes=30 * i) for i in range(366 * 48)]
    found = offsets(series(*times), pl.Series([zone] * len(times)))
    assert found.rows() == [by_python(time, zone) for time in times]
    assert set(found["trouble"].to_list()) == {None, AMBIGUOUS, GAP}


def test_rows_stay_in_their_order() -> None:
    times = series(datetime(2024, 7, 1), None, datetime(2024, 7, 1), datetime(2024, 1, 1))
    zones = pl.Series(["Asia/Tokyo", "Asia/Tokyo", None, "Europe/Paris"])
    assert offsets(times, zones)["minutes"].to_list() == [540, None, None, 60]
    assert local_times(times.dt.replace_time_zone("UTC"), zones).to_list() == [
        datetime(2024, 7, 1, 9), None, None, datetime(2024, 1, 1, 1)
    ]  # fmt: skip
    nothing = pl.Series([], dtype=pl.String)
    assert offsets(series(), nothing).shape == (0, 2)
    assert local_times(series().dt.replace_time_zone("UTC"), nothing).dtype == pl.Datetime("us")


@settings(deadline=None, max_examples=100)
@given(st.datetimes(NOW_IN_USE, datetime(2037, 12, 31)), st.sampled_from(ZONES))
def test_local_time_and_back(utc: datetime, zone: str) -> None:
    local = local_times(series(utc).dt.replace_time_zone("UTC"), pl.Series([zone]))[0]
    assert local == utc.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    minutes, trouble = offset_of(local, zone)
    assert minutes is not None
    assert trouble != GAP
    assert trouble == AMBIGUOUS or local - timedelta(minutes=minutes) == utc


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(np.nan, 2.0), (48.0, np.nan), (90.1, 0.0), (48.0, -180.1)]
)
def test_no_position_no_zone(latitude: float, longitude: float) -> None:
    zones = time_zones(np.array([latitude, 48.8584]), np.array([longitude, 2.2945]))
    assert zones.to_list() == [None, "Europe/Paris"]


def test_the_same_zone_as_in_places() -> None:
    random = np.random.default_rng(5)
    north, east = random.uniform(-90, 90, 300), random.uniform(-180, 180, 300)
    frame = pl.DataFrame({"GPSLatitude": north, "GPSLongitude": east})
    derived = add_derived(
        frame.with_columns(GPSLatitudeRef=pl.lit("N"), GPSLongitudeRef=pl.lit("E"))
    )
    assert derived["time_zone"].null_count() < 10
    places = geo.add_places(derived)
    assert places["time_zone"].equals(derived["time_zone"])
