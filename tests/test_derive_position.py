"""Where images were taken when XMP or a sidecar says so, and what is not to be believed."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import polars as pl
import pytest

from imgframe.derive import add_derived
from imgframe.schema import dtype_of

Tags = dict[str, Any]

LAT, LON = "exif:GPSLatitude", "exif:GPSLongitude"
GOOD = {"GPSLatitude": 48.5, "GPSLatitudeRef": "N", "GPSLongitude": 2.25, "GPSLongitudeRef": "E"}
ZERO = {"GPSLatitude": 0.0, "GPSLatitudeRef": "N", "GPSLongitude": 0.0, "GPSLongitudeRef": "E"}
NO_REF = {"GPSLatitude": 33.5, "GPSLongitude": 70.5}
XMP = {LAT: "36,7.5S", LON: "70,30,36W"}
TAKEOUT = {"Takeout:latitude": -12.5, "Takeout:longitude": 130.75}


def row_of(tags: Tags) -> Tags:
    schema = {name: dtype_of(name) for name in tags}
    return add_derived(pl.DataFrame([tags], schema=schema)).row(0, named=True)


def position_of(tags: Tags) -> tuple[float | None, float | None, str | None]:
    row = row_of(tags)
    return row["latitude"], row["longitude"], row["gps_problem"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("36,7.5N", "70,30E", (36.125, 70.5, None)),
        ("36,7,30N", "70,30,36.0E", (36.125, 70.51, None)),
        ("36,7.5S", "70,30W", (-36.125, -70.5, None)),
        ("36,7.5s", "70,30w", (-36.125, -70.5, None)),
        ("36, 7.5 N", " 70,30E ", (36.125, 70.5, None)),
        ("36.125N", "70.5W", (36.125, -70.5, None)),
        ("36° 7' 30\" N", "70° 30' E", (36.125, 70.5, None)),
        ("0,7.5N", "0,0E", (0.125, 0.0, None)),
        ("90,0S", "180,0W", (-90.0, -180.0, None)),
        ("-36,7.5", "-70.5", (-36.125, -70.5, None)),
        ("-36,7.5S", "-70.5W", (-36.125, -70.5, None)),
        ("36,7.5", "70,30E", (None, None, "no ref")),
        ("36,7.5E", "70,30N", (None, None, "unreadable ref")),
        ("0,0N", "0,0E", (None, None, "zero")),
        ("91,0N", "70,30E", (None, None, "out of range")),
        ("36,7.5N", "180,1E", (None, None, "out of range")),
        ("36,77.5N", "70,30E", (None, None, "unreadable")),
        ("north", "70,30E", (None, None, "unreadable")),
        ("36,7.5N", None, (None, None, "incomplete")),
        (None, "70,30E", (None, None, "incomplete")),
        (None, None, (None, None, None)),
    ],
)
def test_xmp(
    latitude: str | None,
    longitude: str | None,
    expected: tuple[float | None, float | None, str | None],
) -> None:
    found = position_of({LAT: latitude, LON: longitude})
    assert found[:2] == pytest.approx(expected[:2])
    assert found[2] == expected[2]


FROM_XMP = (-36.125, pytest.approx(-70.51), None)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (GOOD | XMP, (48.5, 2.25, None)),
        (ZERO | XMP, FROM_XMP),
        (NO_REF | XMP, FROM_XMP),
        (GOOD | {"GPSLatitude": None} | XMP, FROM_XMP),
        (GOOD | {"GPSLatitude": 95.0} | XMP, FROM_XMP),
        (GOOD | {"GPSStatus": "V"} | XMP, FROM_XMP),
        ({"GPSStatus": "V"} | XMP, FROM_XMP),
        # what repeats a void position is as void
        (GOOD | {"GPSStatus": "V", LAT: "48,30N", LON: "2,15E"}, (None, None, "void status")),
        (XMP | {"exif:GPSStatus": "V"}, (None, None, "void status")),
        (XMP | {"exif:GPSStatus": "A"}, FROM_XMP),
        # neither is to be believed: Exif says why
        (ZERO | {LAT: "91,0N", LON: "0,0E"}, (None, None, "zero")),
        (GOOD | {"GPSMapDatum": "TOKYO"} | XMP, (48.5, 2.25, "datum TOKYO")),
        (ZERO | {"GPSMapDatum": "TOKYO"} | XMP, FROM_XMP),
        # Takeout comes last
        (TAKEOUT, (-12.5, 130.75, None)),
        (XMP | TAKEOUT, FROM_XMP),
        (GOOD | TAKEOUT, (48.5, 2.25, None)),
        (ZERO | TAKEOUT, (-12.5, 130.75, None)),
        ({"Takeout:latitude": 0.0, "Takeout:longitude": 0.0}, (None, None, None)),
        (ZERO | {"Takeout:latitude": 95.0, "Takeout:longitude": 0.0}, (None, None, "zero")),
    ],
)
def test_who_wins(tags: Tags, expected: tuple[float | None, float | None, str | None]) -> None:
    assert position_of(tags) == expected


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        ({"GPSLatitude": None, "problems": ["GPSLatitude: denominator 0"]}, "denominator zero"),
        ({"problems": ["GPSLatitude: denominator 0", "x"]}, "denominator zero"),
        (
            GOOD | {"GPSLongitude": None, "problems": ["GPSLongitude: denominator 0"]},
            "denominator zero",
        ),
        (GOOD | {"GPSLatitude": None, "problems": ["x: denominator 0"]}, "incomplete"),
        ({"problems": ["GPSLatitude: value is no number"]}, "unreadable"),
        ({"problems": ["GPSAltitude: denominator 0"]}, None),
        ({"problems": None}, None),
        (GOOD | {"problems": ["GPSLatitude: denominator 0"]}, None),
        (XMP | {"problems": ["GPSLatitude: denominator 0"]}, None),
    ],
)
def test_what_could_not_be_decoded(tags: Tags, problem: str | None) -> None:
    assert row_of(tags)["gps_problem"] == problem


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (XMP | {"exif:GPSAltitude": "51200/100"}, 512.0),
        (XMP | {"exif:GPSAltitude": "51200/100", "exif:GPSAltitudeRef": "0"}, 512.0),
        (XMP | {"exif:GPSAltitude": "4300/10", "exif:GPSAltitudeRef": "1"}, -430.0),
        (XMP | {"exif:GPSAltitude": "-430.5", "exif:GPSAltitudeRef": "1"}, -430.5),
        (XMP | {"exif:GPSAltitude": "12.5"}, 12.5),
        (XMP | {"exif:GPSAltitude": "1/0"}, None),
        (XMP | {"exif:GPSAltitude": "high"}, None),
        (XMP | {"exif:GPSAltitude": "512/1", "exif:GPSStatus": "V"}, None),
        ({"exif:GPSAltitude": "512/1"}, None),
        (GOOD | XMP | {"GPSAltitude": 7.5, "exif:GPSAltitude": "512/1"}, 7.5),
        (TAKEOUT | {"Takeout:altitude": 31.5}, 31.5),
        (TAKEOUT | {"Takeout:altitude": 0.0}, None),
        (GOOD | {"GPSAltitude": 430.0, "GPSAltitudeRef": 1}, -430.0),
    ],
)
def test_altitude(tags: Tags, expected: float | None) -> None:
    assert row_of(tags)["altitude"] == expected


@pytest.mark.parametrize("value", [0.0, -1.0, inf, nan, None])
def test_quality_that_says_nothing(value: float | None) -> None:
    row = row_of({"GPSDOP": value, "GPSHPositioningError": value})
    assert (row["dop"], row["gps_error"]) == (None, None)


def test_quality() -> None:
    row = row_of({"GPSDOP": 2.5, "GPSHPositioningError": 4.75})
    assert (row["dop"], row["gps_error"]) == (2.5, 4.75)
    assert row_of({"exif:GPSDOP": "25/10"})["dop"] == 2.5
    assert row_of({"GPSDOP": 0.0, "exif:GPSDOP": "25/10"})["dop"] == 2.5
