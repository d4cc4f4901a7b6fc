"""The derived columns, value by value: known answers and malformed tags."""

from datetime import date, datetime, time, timedelta
from math import inf, nan
from typing import Any

import polars as pl
import pytest

from imgframe.derive import add_derived
from imgframe.schema import dtype_of

Tags = dict[str, Any]

NOON = datetime(2024, 5, 1, 12)
LATER = datetime(2024, 5, 3, 9, 30)
LATEST = datetime(2025, 1, 1, 8)


def derived(tags: Tags) -> Tags:
    schema = {name: dtype_of(name) for name in tags}
    return add_derived(pl.DataFrame([tags], schema=schema)).row(0, named=True)


def check(tags: Tags, expected: Tags) -> None:
    row = derived(tags)
    assert {name: row[name] for name in expected} == expected


def us(microseconds: int) -> datetime:
    return NOON + timedelta(microseconds=microseconds)


TIMES: list[tuple[Tags, Tags]] = [
    # which date
    ({}, {"acquired_at": None}),
    ({"DateTime": NOON}, {"acquired_at": NOON}),
    ({"DateTime": LATEST, "DateTimeDigitized": LATER}, {"acquired_at": LATER}),
    (
        {"DateTime": LATEST, "DateTimeDigitized": LATER, "DateTimeOriginal": NOON},
        {"acquired_at": NOON},
    ),
    # sub-seconds are digits behind the point, and belong to one date tag each
    ({"DateTimeOriginal": NOON, "SubsecTimeOriginal": "05"}, {"acquired_at": us(50_000)}),
    ({"DateTimeOriginal": NOON, "SubsecTimeOriginal": "5"}, {"acquired_at": us(500_000)}),
    ({"DateTimeOriginal": NOON, "SubsecTimeOriginal": "123456"}, {"acquired_at": us(123_456)}),
    ({"DateTimeOriginal": NOON, "SubsecTimeOriginal": "1234569"}, {"acquired_at": us(123_456)}),
    ({"DateTimeOriginal": NOON, "SubsecTimeOriginal": "1" * 40}, {"acquired_at": us(111_111)}),
    ({"DateTimeOriginal": NOON, "SubsecTimeOriginal": " 70 "}, {"acquired_at": us(700_000)}),
    ({"DateTimeOriginal": NOON, "SubsecTime": "70"}, {"acquired_at": NOON}),
    ({"DateTimeDigitized": NOON, "SubsecTimeDigitized": "7"}, {"acquired_at": us(700_000)}),
    (
        {"DateTime": NOON, "SubsecTime": "25", "SubsecTimeOriginal": "99"},
        {"acquired_at": us(250_000)},
    ),
    *(
        ({"DateTimeOriginal": NOON, "SubsecTimeOriginal": garbage}, {"acquired_at": NOON})
        for garbage in ("", "   ", "-5", "+5", "1e5", "0.5", "5 6", "x", "٣", "123456x")
    ),
    # the offset tag that belongs to the date tag, and no other
    (
        {"DateTimeOriginal": NOON, "OffsetTimeOriginal": "+02:00"},
        {"utc_offset": 120, "time_source": "OffsetTimeOriginal"},
    ),
    (
        {"DateTimeOriginal": NOON, "OffsetTime": "+02:00", "OffsetTimeDigitized": "+03:00"},
        {"utc_offset": None, "time_source": None, "acquired_at_utc": None},
    ),
    (
        {"DateTime": NOON, "OffsetTime": "-05:00", "OffsetTimeOriginal": "+01:00"},
        {"utc_offset": -300, "time_source": "OffsetTime"},
    ),
    (
        {"DateTimeDigitized": NOON, "OffsetTimeDigitized": "-03:30"},
        {"utc_offset": -210, "time_source": "OffsetTimeDigitized"},
    ),
    ({"OffsetTimeOriginal": "+02:00"}, {"utc_offset": None, "time_source": None}),
    *(
        ({"DateTimeOriginal": NOON, "OffsetTimeOriginal": text}, {"utc_offset": minutes})
        for text, minutes in {
            "+00:00": 0,
            "-00:00": 0,
            "Z": 0,
            " +05:45": 345,
            "+2:00": 120,
            "+0200": 120,
            "-12:00": -720,
            "+14:00": 840,
            "+14:15": None,
            "-23:59": None,
            "   :  ": None,
            "": None,
            "02:00": None,
            "+2": None,
            "+02:60": None,
            "+02:07": None,
            "++2:00": None,
            "UTC": None,
        }.items()
    ),
    # GPS time against local time
    *(
        (
            {"DateTimeOriginal": NOON, "GPSDateStamp": day, "GPSTimeStamp": at},
            {"utc_offset": minutes, "time_source": None if minutes is None else "GPS"},
        )
        for day, at, minutes in [
            (date(2024, 5, 1), time(10, 0), 120),
            (date(2024, 5, 1), time(12, 0), 0),
            (date(2024, 5, 1), time(9, 56, 10), 120),
            (date(2024, 5, 1), time(10, 4, 59), 120),
            (date(2024, 5, 1), time(10, 5, 1), None),
            (date(2024, 5, 1), time(9, 54), None),
            (date(2024, 5, 1), time(6, 15), 345),
            (date(2024, 5, 1), time(10, 15), None),  # no zone is 1:45 from UTC
            (date(2024, 4, 30), time(22, 0), 840),
            (date(2024, 4, 30), time(21, 0), None),
            (date(2024, 5, 2), time(0, 0), -720),
            (date(2024, 5, 2), time(1, 0), None),
            (date(2008, 10, 23), time(14, 50), None),
            (None, time(10, 0), None),
            (date(2024, 5, 1), None, None),
        ]
    ),
    (
        {
            "DateTimeOriginal": NOON,
            "OffsetTimeOriginal": "+00:00",
            "GPSDateStamp": date(2024, 5, 1),
            "GPSTimeStamp": time(10),
        },
        {"utc_offset": 0, "time_source": "OffsetTimeOriginal"},
    ),
]


@pytest.mark.parametrize(("tags", "expected"), TIMES)
def test_time(tags: Tags, expected: Tags) -> None:
    check(tags, expected)


def test_time_in_utc_keeps_sub_seconds_and_crosses_midnight() -> None:
    row = derived(
        {
            "DateTimeOriginal": datetime(2024, 5, 1, 0, 30),
            "SubsecTimeOriginal": "25",
            "OffsetTimeOriginal": "+02:00",
        }
    )
    assert row["acquired_at"] == datetime(2024, 5, 1, 0, 30, 0, 250_000)
    assert row["acquired_at_utc"].isoformat() == "2024-04-30T22:30:00.250000+00:00"


def place(lat: float | None, north: str | None, lon: float | None, east: str | None) -> Tags:
    return {
        "GPSLatitude": lat,
        "GPSLatitudeRef": north,
        "GPSLongitude": lon,
        "GPSLongitudeRef": east,
    }


HERE = place(48.5, "N", 2.25, "E")

PLACES: list[tuple[Tags, tuple[float | None, float | None, str | None]]] = [
    ({}, (None, None, None)),
    (place(None, None, None, None), (None, None, None)),
    (place(None, "N", None, "E"), (None, None, None)),
    (HERE, (48.5, 2.25, None)),
    (place(33.5, "S", 70.5, "W"), (-33.5, -70.5, None)),
    (place(33.5, "s", 70.5, "w"), (-33.5, -70.5, None)),
    (place(33.5, " S ", 70.5, "W "), (-33.5, -70.5, None)),
    (place(33.5, "South", 70.5, "West"), (-33.5, -70.5, None)),
    (place(33.5, "NORTH", 70.5, "EAST"), (33.5, 70.5, None)),
    (place(33.5, None, 70.5, "W"), (None, None, "no ref")),
    (place(33.5, "N", 70.5, ""), (None, None, "no ref")),
    (place(33.5, "E", 70.5, "N"), (None, None, "unreadable ref")),
    (place(33.5, "None", 70.5, "W"), (None, None, "unreadable ref")),
    (place(33.5, "N", 70.5, "?"), (None, None, "unreadable ref")),
    (place(33.5, None, 70.5, "?"), (None, None, "no ref")),
    # signed already: never negated again, and in need of no ref
    (place(-33.5, "S", -70.5, "W"), (-33.5, -70.5, None)),
    (place(-33.5, None, -70.5, None), (-33.5, -70.5, None)),
    (place(-33.5, "N", 70.5, "E"), (-33.5, 70.5, None)),
    (place(0.0, "N", 0.0, "E"), (None, None, "zero")),
    (place(0.0, None, 0.0, None), (None, None, "zero")),
    (place(0.0, "N", 9.5, "E"), (0.0, 9.5, None)),
    (place(51.5, "N", 0.0, "W"), (51.5, 0.0, None)),
    (place(90.0, "S", 180.0, "W"), (-90.0, -180.0, None)),
    (place(90.1, "N", 2.0, "E"), (None, None, "out of range")),
    (place(48.0, "N", 180.5, "E"), (None, None, "out of range")),
    (place(-95.0, None, 2.0, "E"), (None, None, "out of range")),
    (place(inf, "N", 2.0, "E"), (None, None, "out of range")),
    (place(48.0, "N", nan, "E"), (None, None, "out of range")),
    (place(48.0, "N", None, "E"), (None, None, "incomplete")),
    (place(None, "N", 2.0, "E"), (None, None, "incomplete")),
    (HERE | {"GPSStatus": "A"}, (48.5, 2.25, None)),
    (HERE | {"GPSStatus": "V"}, (None, None, "void status")),
    (HERE | {"GPSStatus": "v "}, (None, None, "void status")),
    ({"GPSStatus": "V"}, (None, None, None)),
    (HERE | {"GPSMapDatum": "WGS-84   "}, (48.5, 2.25, None)),
    (HERE | {"GPSMapDatum": "wgs84"}, (48.5, 2.25, None)),
    (HERE | {"GPSMapDatum": " "}, (48.5, 2.25, None)),
    (HERE | {"GPSMapDatum": "TOKYO"}, (48.5, 2.25, "datum TOKYO")),
    (HERE | {"GPSMapDatum": "Tokyo ", "GPSStatus": "V"}, (None, None, "void status")),
    ({"GPSMapDatum": "TOKYO"}, (None, None, None)),
]


@pytest.mark.parametrize(("tags", "expected"), PLACES)
def test_place(tags: Tags, expected: tuple[float | None, float | None, str | None]) -> None:
    row = derived(tags)
    assert (row["latitude"], row["longitude"], row["gps_problem"]) == expected


@pytest.mark.parametrize(
    ("height", "ref", "expected"),
    [
        (12.5, 0, 12.5),
        (12.5, 1, -12.5),
        (12.5, 2, 12.5),
        (12.5, 3, -12.5),
        (12.5, None, 12.5),
        (-12.5, 1, -12.5),
        (-12.5, 0, -12.5),
        (12.5, 4, None),
        (-12.5, 255, None),
        (inf, 0, None),
        (nan, 1, None),
        (None, 0, None),
    ],
)
def test_altitude(height: float | None, ref: int | None, expected: float | None) -> None:
    check({"GPSAltitude": height, "GPSAltitudeRef": ref}, {"altitude": expected})


@pytest.mark.parametrize(
    "fix", [{"GPSStatus": "V"}, HERE | {"GPSStatus": "V"}, place(0.0, "N", 0.0, "E")]
)
def test_altitude_without_a_fix_is_not_believed(fix: Tags) -> None:
    check(fix | {"GPSAltitude": 12.5, "GPSAltitudeRef": 0}, {"altitude": None})


@pytest.mark.parametrize(
    ("make", "model", "manufacturer", "expected"),
    [
        ("NIKON CORPORATION", "NIKON D70s", "Nikon", "D70s"),
        ("NIKON", "COOLPIX P6000", "Nikon", "COOLPIX P6000"),
        ("Canon", "Canon EOS 40D", "Canon", "EOS 40D"),
        ("OLYMPUS IMAGING CORP.  ", "E-P3            ", "Olympus", "E-P3"),
        ("EASTMAN KODAK COMPANY", "KODAK DX4330 DIGITAL CAMERA", "Kodak", "DX4330 DIGITAL CAMERA"),
        ("Hewlett-Packard", "hp PhotoSmart 720", "HP", "PhotoSmart 720"),
        ("HTC", "HTC Desire", "HTC", "Desire"),
        ("samsung", "Galaxy S24 FE", "Samsung", "Galaxy S24 FE"),
        ("LGE", "LG-H815", "LG", "LG-H815"),
        ("RICOH IMAGING COMPANY, LTD.", "PENTAX K-1", "Ricoh", "PENTAX K-1"),
        ("Acme Optics", "Acme Optics  Model 1", "Acme Optics", "Model 1"),
        ("Canon", "Canon", "Canon", "Canon"),
        ("Canon", "Canonet", "Canon", "Canonet"),
        (None, "NIKON D70s", None, "NIKON D70s"),
        ("  ", " ", None, None),
        ("FLIR Systems AB", "", "FLIR", None),
    ],
)
def test_camera(
    make: str | None, model: str, manufacturer: str | None, expected: str | None
) -> None:
    check({"Make": make, "Model": model}, {"manufacturer": manufacturer, "model": expected})


@pytest.mark.parametrize(
    ("name", "numbers", "expected"),
    [
        ("EF24-70mm f/2.8L", [1.0, 2.0, 3.0, 4.0], "EF24-70mm f/2.8L"),
        (None, [24.0, 70.0, 2.8, 2.8], "24-70mm f/2.8"),
        (" ", [18.0, 55.0, 3.5, 5.6], "18-55mm f/3.5-5.6"),
        ("----", [50.0, 50.0, 1.8, 1.8], "50mm f/1.8"),
        (None, [1.539999962, 6.0, 1.8, 2.4], "1.54-6mm f/1.8-2.4"),
        (None, [18.0, 55.0, None, None], "18-55mm"),
        (None, [18.0, 55.0, inf, 0.0], "18-55mm"),
        (None, [50.0, None, 1.4, None], "50mm f/1.4"),
        (None, [0.0, 0.0, 2.8, 2.8], None),
        (None, [nan, nan, nan, nan], None),
        (None, [85.0], "85mm"),
        (None, [], None),
        (None, None, None),
        ("----", None, None),
    ],
)
def test_lens(name: str | None, numbers: list[float] | None, expected: str | None) -> None:
    check({"LensModel": name, "LensSpecification": numbers}, {"lens": expected})


def test_lens_of_a_dng() -> None:
    check({"LensInfo": [24.0, 70.0, 2.8, 2.8]}, {"lens": "24-70mm f/2.8"})


DESCRIPTIONS: list[tuple[Tags, Tags]] = [
    ({"Artist": "Ian ", "CameraOwnerName": "Ann"}, {"acquired_by": "Ian"}),
    ({"Artist": " ", "CameraOwnerName": "Ann", "XPAuthor": "Joe"}, {"acquired_by": "Ann"}),
    ({"Artist": None, "CameraOwnerName": "", "XPAuthor": "Joe"}, {"acquired_by": "Joe"}),
    ({"Software": " Ver.5.01 "}, {"software": "Ver.5.01"}),
    ({"Software": ""}, {"software": None}),
    ({"Orientation": 6}, {"orientation": 6}),
    ({"Orientation": 0}, {"orientation": None}),
    ({"Orientation": 9}, {"orientation": None}),
    ({"Orientation": 5171399999}, {"orientation": None}),
    (
        {"XResolution": 300.0, "YResolution": 299.5, "ResolutionUnit": 2},
        {"resolution_x": 300.0, "resolution_y": 299.5, "resolution_unit": "in"},
    ),
    ({"XResolution": 118.11, "ResolutionUnit": 3}, {"resolution_unit": "cm"}),
    ({"XResolution": 1.0, "ResolutionUnit": 1}, {"resolution_unit": None}),
    ({"YResolution": 72.0}, {"resolution_unit": "in"}),
    ({"ResolutionUnit": 2}, {"resolution_unit": None}),
    (
        {"XResolution": 0.0, "YResolution": inf, "ResolutionUnit": 2},
        {"resolution_x": None, "resolution_y": None, "resolution_unit": None},
    ),
    ({"format": "JPEG", "Compression": 1}, {"compression": "JPEG"}),
    ({"format": "TIFF", "Compression": 5}, {"compression": "LZW"}),
    ({"format": "TIFF", "Compression": 32946}, {"compression": "Deflate"}),
    ({"format": "TIFF", "Compression": 4711}, {"compression": "unknown (4711)"}),
    ({"format": "TIFF", "Compression": None}, {"compression": None}),
    ({"format": "DNG", "Compression": 7, "NewSubfileType": 0}, {"compression": "JPEG"}),
    ({"format": "DNG", "Compression": 1, "NewSubfileType": 1}, {"compression": None}),
    ({"format": "HEIF", "Compression": 6}, {"compression": None}),
    ({"format": None, "Compression": 5}, {"compression": None}),
    ({"ColorSpace": 1, "InteropIndex": "R98"}, {"color_space": "sRGB"}),
    ({"ColorSpace": 2}, {"color_space": "Adobe RGB"}),
    ({"ColorSpace": 65535, "InteropIndex": "R03"}, {"color_space": "Adobe RGB"}),
    ({"ColorSpace": 65535, "InteropIndex": "R98"}, {"color_space": "Uncalibrated"}),
    ({"ColorSpace": 65535}, {"color_space": "Uncalibrated"}),
    ({"ColorSpace": 17, "InteropIndex": "R03"}, {"color_space": None}),
    (
        {"AmbientTemperature": 21.54, "Humidity": 45.0, "Pressure": 1013.0},
        {"weather": "21.5 °C, 45 %, 1013 hPa"},
    ),
    ({"AmbientTemperature": -0.02}, {"weather": "0 °C"}),
    ({"AmbientTemperature": -7.25, "Humidity": None}, {"weather": "-7.2 °C"}),
    ({"Humidity": inf, "Pressure": 998.6}, {"weather": "998.6 hPa"}),
    ({"Humidity": None, "Pressure": nan}, {"weather": None}),
    ({"ImageUniqueID": "77c6274b "}, {"custom_id": "77c6274b"}),
    ({"DocumentName": "gothic/B350.tiff"}, {"reference": "gothic/B350.tiff"}),
]


@pytest.mark.parametrize(("tags", "expected"), DESCRIPTIONS)
def test_description(tags: Tags, expected: Tags) -> None:
    check(tags, expected)
