"""The derived columns of the sample library say what its makers know of each photo."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from make_photos import EDITS, PHOTOS
from photo_generator.photo import NO_DATE, Photo

from imgframe import read_images

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows(photos: Path) -> dict[str, Row]:
    frame = read_images(photos, n_jobs=1, progress=False)
    return {
        Path(row["path"]).relative_to(photos).as_posix(): row for row in frame.iter_rows(named=True)
    }


def by_path(photo: Photo) -> str:
    return photo.path


WHOLE = [photo for photo in PHOTOS if "cut" not in photo.marks]
DATED = [p for p in WHOLE if p.taken and p.taken != NO_DATE]
PLACED = [
    p for p in WHOLE if p.position and p.position[:2] != (0.0, 0.0) and "no-ref" not in p.marks
]


@pytest.mark.parametrize("photo", DATED, ids=by_path)
def test_local_time(rows: dict[str, Row], photo: Photo) -> None:
    taken = rows[photo.path]["acquired_at"]
    assert taken.replace(microsecond=0) == photo.local
    assert f"{taken.microsecond:06}".startswith(photo.sub_seconds)


@pytest.mark.parametrize("photo", [p for p in PLACED if p in DATED], ids=by_path)
def test_every_photo_with_a_position_knows_its_offset(rows: dict[str, Row], photo: Photo) -> None:
    row = rows[photo.path]
    sign = -1 if photo.offset.startswith("-") else 1
    hours, minutes = photo.offset[1:].split(":")
    assert row["utc_offset"] == sign * (60 * int(hours) + int(minutes))
    assert photo.utc is not None
    assert row["acquired_at_utc"].replace(microsecond=0) == photo.utc.replace(tzinfo=UTC)
    assert row["time_zone"] is not None
    if row["clock_drift_s"] is not None:
        assert timedelta(seconds=abs(row["clock_drift_s"])) < timedelta(seconds=1)


def test_all_ways_to_an_offset_are_gone(rows: dict[str, Row]) -> None:
    ways = {row["time_source"] for row in rows.values()}
    assert ways >= {"OffsetTimeOriginal", "IPTC:TimeCreated", "GPS", "place", None}


@pytest.mark.parametrize("photo", PLACED, ids=by_path)
def test_place(rows: dict[str, Row], photo: Photo) -> None:
    row = rows[photo.path]
    assert photo.position
    latitude, longitude, altitude = photo.position
    assert row["latitude"] == pytest.approx(latitude, abs=2e-6)
    assert row["longitude"] == pytest.approx(longitude, abs=2e-6)
    assert row["altitude"] == pytest.approx(altitude)
    assert row["gps_problem"] is None


def test_what_is_not_to_be_believed(rows: dict[str, Row]) -> None:
    problems = {path: row["gps_problem"] for path, row in rows.items() if row["gps_problem"]}
    assert problems == {
        "inbox/20201004_093012.jpg": "zero",
        "inbox/20210502_171855.jpg": "no ref",
    }


@pytest.mark.parametrize("path", sorted(p for p in EDITS if EDITS[p].keywords))
def test_what_editors_wrote(rows: dict[str, Row], path: str) -> None:
    row, edit = rows[path], EDITS[path]
    (title,) = (photo.title for photo in PHOTOS if photo.path == path)
    assert row["title"] == row["description"] == title
    assert row["keywords"] == list(edit.keywords)
    assert row["rating"] == edit.rating


def test_places_that_somebody_wrote(rows: dict[str, Row]) -> None:
    tagged = {p: (r["city_tagged"], r["country_code_tagged"]) for p, r in rows.items()}
    assert {path: place for path, place in tagged.items() if any(place)} == {
        "2017/cape-town/IMG_2333.JPG": ("Cape Town", "ZAF"),
        "2023/kyoto/DSC01166.JPG": ("Kyoto", "JPN"),
    }


def test_drones(rows: dict[str, Row]) -> None:
    flights = {path: row for path, row in rows.items() if path.startswith("drone/")}
    assert {(row["gimbal_pitch"], row["relative_altitude"]) for row in flights.values()} == {
        (-90.0, 80.0)
    }
    assert all(-180 <= row["gimbal_yaw"] < 180 for row in flights.values())
    assert all(row["description"] is None for row in flights.values())
