"""Exif values: what each type and each oddity of the field becomes."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest

from tests.reading import row
from tests.writers import (
    ASCII,
    BYTE,
    DOUBLE,
    FLOAT,
    LONG,
    RATIONAL,
    SBYTE,
    SHORT,
    SLONG,
    SRATIONAL,
    SSHORT,
    UNDEFINED,
    Entry,
    Tiff,
    exif,
    jpeg,
)

MAKE, MODEL, ORIENTATION, X_RESOLUTION, DATE_TIME, ARTIST, XP_TITLE = (
    0x010F, 0x0110, 0x0112, 0x011A, 0x0132, 0x013B, 0x9C9B,
)  # fmt: skip
EXPOSURE, ISO, ORIGINAL, BIAS, COMMENT, LENS, COMPONENTS = (
    0x829A, 0x8827, 0x9003, 0x9204, 0x9286, 0xA432, 0x9101,
)  # fmt: skip


@pytest.fixture(params=[False, True], ids=["little", "big"])
def big(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def read(folder: Path, *, big: bool = False, **directories: Any) -> dict[str, Any]:
    return row(folder, jpeg(exif(Tiff(big_endian=big, **directories))))


def ifd0(folder: Path, tag: int, kind: int, values: Any, *, big: bool = False) -> dict[str, Any]:
    return read(folder, big=big, ifd0=[Entry(tag, kind, values)])


def in_exif(folder: Path, tag: int, kind: int, values: Any, *, big: bool = False) -> dict[str, Any]:
    return read(folder, big=big, exif=[Entry(tag, kind, values)])


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"Canon\0", "Canon"),
        (b"Canon", "Canon"),
        (b"Canon   \0", "Canon"),
        (b"Canon\0\0\0rest", "Canon"),
        (b" led", " led"),
        (b"Jos\xc3\xa9\0", "José"),
        (b"Jos\xe9\0", "José"),
        (b"\xe6\x97\xa5\xe6\x9c\xac\0", "日本"),
        (b"\0\0\0\0\0", None),
        (b"     \0", None),
        (b"x", "x"),
    ],
)
def test_text(tmp_path: Path, raw: bytes, value: str | None, big: bool) -> None:
    assert ifd0(tmp_path, MAKE, ASCII, raw, big=big)["Make"] == value


def test_numbers_in_a_text_tag_are_written_out(tmp_path: Path) -> None:
    assert ifd0(tmp_path, ARTIST, SHORT, (7, 8))["Artist"] == "7 8"


@pytest.mark.parametrize(
    ("kind", "values", "number"),
    [
        (BYTE, 6, 6), (SHORT, 6, 6), (LONG, 6, 6), (SBYTE, -6, -6), (SSHORT, -6, -6),
        (SLONG, -6, -6), (UNDEFINED, b"\x06", 6), (FLOAT, 6.0, 6), (DOUBLE, 6.0, 6),
        (RATIONAL, [(12, 2)], 6), (ASCII, "6", 6), (SHORT, (6, 7, 8), 6),
        (LONG, 4294967295, 4294967295),
    ],
)  # fmt: skip
def test_integer_of_every_type(
    tmp_path: Path, kind: int, values: Any, number: int, big: bool
) -> None:
    got = ifd0(tmp_path, ORIENTATION, kind, values, big=big)
    assert got["Orientation"] == number
    assert got["problems"] is None


@pytest.mark.parametrize(
    ("kind", "values", "problem"),
    [
        (RATIONAL, [(5, 2)], "Orientation: 2.5 is no 64-bit integer"),
        (RATIONAL, [(0, 0)], "Orientation: denominator 0"),
        (ASCII, "upside", "Orientation: 'upside' is no number"),
    ],
)
def test_what_is_no_integer_is_a_problem(
    tmp_path: Path, kind: int, values: Any, problem: str
) -> None:
    got = ifd0(tmp_path, ORIENTATION, kind, values)
    assert got["Orientation"] is None
    assert got["problems"] == [problem]


@pytest.mark.parametrize(
    ("kind", "values", "number"),
    [
        (RATIONAL, [(1, 200)], 0.005),
        (RATIONAL, [(4294967295, 4294967295)], 1.0),
        (RATIONAL, [(3, 0)], math.inf),
        (SRATIONAL, [(-1, 3)], -1 / 3),
        (SRATIONAL, [(-1, 0)], -math.inf),
        (SHORT, 2, 2.0),
        (FLOAT, 0.5, 0.5),
        (DOUBLE, 0.1, 0.1),
        (ASCII, "0.25", 0.25),
    ],
)
def test_real_numbers(tmp_path: Path, kind: int, values: Any, number: float, big: bool) -> None:
    assert in_exif(tmp_path, EXPOSURE, kind, values, big=big)["ExposureTime"] == number


def test_nothing_over_nothing_is_null_with_a_problem(tmp_path: Path) -> None:
    got = in_exif(tmp_path, EXPOSURE, RATIONAL, [(0, 0)])
    assert got["ExposureTime"] is None
    assert got["problems"] == ["ExposureTime: denominator 0"]


def test_lists(tmp_path: Path, big: bool) -> None:
    lens = [(24, 1), (70, 1), (28, 10), (0, 0)]
    got = read(
        tmp_path,
        big=big,
        ifd0=[Entry(0x0102, SHORT, (8, 8, 8))],
        exif=[Entry(LENS, RATIONAL, lens), Entry(COMPONENTS, UNDEFINED, b"\1\2\3\0")],
    )
    assert got["BitsPerSample"] == [8, 8, 8]
    assert got["LensSpecification"] == [24.0, 70.0, 2.8, None]
    assert got["ComponentsConfiguration"] == [1, 2, 3, 0]
    assert got["problems"] is None  # the standard writes 0/0 for an f-number that is not known


@pytest.mark.parametrize(
    ("written", "value", "problem"),
    [
        ("2024:05:01 12:00:00", dt.datetime(2024, 5, 1, 12), None),
        ("2024-05-01T12:00:00", dt.datetime(2024, 5, 1, 12), None),
        ("2024/05/01 12:00:00", dt.datetime(2024, 5, 1, 12), None),
        ("2005.09.15 16:28:54", dt.datetime(2005, 9, 15, 16, 28, 54), None),
        ("2024:05:01 12:00:00.25", dt.datetime(2024, 5, 1, 12, 0, 0, 250_000), None),
        ("2024:05:01 12:00:00+02:00", dt.datetime(2024, 5, 1, 12), None),
        ("2024:05:01 12:00:00Z", dt.datetime(2024, 5, 1, 12), None),
        ("2024:05:01 1:02:03 PM", dt.datetime(2024, 5, 1, 13, 2, 3), None),
        ("2024:05:01 12:30", dt.datetime(2024, 5, 1, 12, 30), None),
        ("Wed May  1 12:00:00 2024", dt.datetime(2024, 5, 1, 12), None),
        ("20240501 120000", dt.datetime(2024, 5, 1, 12), None),
        ("2000:02:29 23:59:59", dt.datetime(2000, 2, 29, 23, 59, 59), None),
        ("0001:01:01 00:00:00", dt.datetime(1, 1, 1), None),
        ("2024:05:01", dt.datetime(2024, 5, 1), "no time of day, taken as midnight"),
        ("0000:00:00 00:00:00", None, None),
        ("    :  :     :  :  ", None, None),
        ("                   ", None, None),
        ("", None, None),
        ("2023:02:29 12:00:00", None, "'2023:02:29 12:00:00' is no date"),
        ("2023:13:01 12:00:00", None, "'2023:13:01 12:00:00' is no date"),
        ("2023:01:01 24:00:00", None, "'2023:01:01 24:00:00' is no date"),
        ("2023:01:00 10:00:00", None, "'2023:01:00 10:00:00' is no date"),
        ("2008:06:13 10:O3:40", None, "'2008:06:13 10:O3:40' is no date"),
        ("yesterday", None, "'yesterday' is no date"),
    ],
)
def test_dates(
    tmp_path: Path, written: str, value: dt.datetime | None, problem: str | None
) -> None:
    got = in_exif(tmp_path, ORIGINAL, ASCII, written)
    assert got["DateTimeOriginal"] == value
    assert got["problems"] == ([f"DateTimeOriginal: {problem}"] if problem else None)


def test_a_date_without_its_closing_nul(tmp_path: Path) -> None:
    got = read(tmp_path, exif=[Entry(ORIGINAL, ASCII, b"2024:05:01 12:00:00")])
    assert got["DateTimeOriginal"] == dt.datetime(2024, 5, 1, 12)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"ASCII\0\0\0a comment\0", "a comment"),
        (b"ASCII   a comment", "a comment"),
        (bytes(8) + b"a comment", "a comment"),
        (bytes(8) + "été".encode(), "été"),
        (b"ASCII\0\0\0" + b" " * 40, None),
        (bytes(40), None),
        (b"UNICODE\0" + "日本".encode("utf-16-le"), "日本"),
        (b"UNICODE\0" + "Zürich".encode("utf-16-be"), "Zürich"),
        (b"UNICODE\0\xff\xfe" + "Zürich".encode("utf-16-le"), "Zürich"),
        (b"Unicode\0" + "abc".encode("utf-16-le"), "abc"),
        (b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp"), "日本"),
    ],
)
def test_comments_in_their_character_sets(tmp_path: Path, raw: bytes, value: str | None) -> None:
    got = in_exif(tmp_path, COMMENT, UNDEFINED, raw)
    assert got["UserComment"] == value
    assert got["problems"] is None


def test_comment_without_a_character_code(tmp_path: Path) -> None:
    got = in_exif(tmp_path, COMMENT, UNDEFINED, b"just a long remark")
    assert got["UserComment"] == "just a long remark"
    assert got["problems"] == ["UserComment: no character code"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Grüße".encode("utf-16-le") + b"\0\0", "Grüße"),
        ("日本".encode("utf-16-le"), "日本"),
        (b"Lumia in ASCII\0", "Lumia in ASCII"),
        (b"odd", "odd"),
        (b"\0\0", None),
    ],
)
def test_windows_tags(tmp_path: Path, raw: bytes, value: str | None) -> None:
    assert ifd0(tmp_path, XP_TITLE, BYTE, raw)["XPTitle"] == value


def test_gps(tmp_path: Path, big: bool) -> None:
    got = read(
        tmp_path,
        big=big,
        gps=[
            Entry(1, ASCII, "S"),
            Entry(2, RATIONAL, [(33, 1), (51, 1), (2436, 100)]),
            Entry(3, ASCII, "E"),
            Entry(4, RATIONAL, [(151, 1), (1262, 100), (0, 1)]),
            Entry(5, BYTE, 1),
            Entry(6, RATIONAL, [(25, 10)]),
            Entry(7, RATIONAL, [(23, 1), (59, 1), (5925, 100)]),
            Entry(29, ASCII, "2024:02:29"),
        ],
    )
    assert got["GPSLatitude"] == pytest.approx(33 + 51 / 60 + 24.36 / 3600)  # no sign: see the Ref
    assert got["GPSLongitude"] == pytest.approx(151 + 12.62 / 60)
    assert (got["GPSLatitudeRef"], got["GPSAltitudeRef"], got["GPSAltitude"]) == ("S", 1, 2.5)
    assert got["GPSTimeStamp"] == dt.time(23, 59, 59, 250_000)
    assert got["GPSDateStamp"] == dt.date(2024, 2, 29)
    assert got["problems"] is None


@pytest.mark.parametrize(
    ("tag", "values", "problem"),
    [
        (2, [(33, 1), (51, 0), (0, 1)], "GPSLatitude: denominator 0"),
        (4, [(0, 0), (0, 0), (0, 0)], "GPSLongitude: denominator 0"),
        (7, [(24, 1), (0, 1), (0, 1)], "GPSTimeStamp: no time of day"),
        (7, [(12, 1)], "GPSTimeStamp: no time of day"),
    ],
)
def test_broken_gps_is_null_with_a_problem(
    tmp_path: Path, tag: int, values: list[tuple[int, int]], problem: str
) -> None:
    got = read(tmp_path, gps=[Entry(tag, RATIONAL, values)])
    assert got[problem.split(":")[0]] is None
    assert got["problems"] == [problem]


def test_ifd0_before_exif_and_the_first_of_its_kind(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        ifd0=[Entry(MAKE, ASCII, "first"), Entry(MAKE, ASCII, "second"), Entry(ISO, SHORT, 100)],
        exif=[Entry(ISO, SHORT, 200)],
    )
    assert (got["Make"], got["ISOSpeedRatings"]) == ("first", 100)


def test_a_blank_gives_way_to_a_value(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        ifd0=[Entry(ORIGINAL, ASCII, "0000:00:00 00:00:00"), Entry(ARTIST, ASCII, "    ")],
        exif=[Entry(ORIGINAL, ASCII, "2024:05:01 12:00:00"), Entry(ARTIST, ASCII, "Ada")],
    )
    assert got["DateTimeOriginal"] == dt.datetime(2024, 5, 1, 12)
    assert got["Artist"] == "Ada"


def test_thumbnail_and_interoperability(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        ifd0=[Entry(0x0103, SHORT, 1)],
        exif=[Entry(ISO, SHORT, 100)],
        interop=[Entry(1, ASCII, "R98"), Entry(2, UNDEFINED, b"0100")],
        ifd1=[Entry(0x0103, SHORT, 6)],
    )
    assert (got["Compression"], got["Thumbnail:Compression"]) == (1, 6)
    assert (got["InteropIndex"], got["InteropVersion"]) == ("R98", "0100")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (Entry(MAKE, ASCII, offset=60_000, count=20), "Make: value lies outside the data"),
        (Entry(MAKE, ASCII, offset=8, count=1_006_641_184), "Make: value lies outside the data"),
        (Entry(MAKE, LONG, offset=8, count=0xFFFFFFFF), "Make: value lies outside the data"),
        (Entry(MAKE, 99, offset=8, count=4), "Make: unknown type of value"),
        (Entry(MAKE, 0, offset=8, count=4), "Make: unknown type of value"),
        (Entry(0x8769, LONG, 3), "Exif: directory lies outside the data"),
        (Entry(0x8825, LONG, 0xFFFFFFF0), "GPS: directory lies outside the data"),
        (Entry(0x8769, LONG, 8), "Exif: directory points back to one already read"),
    ],
)
def test_lying_counts_and_offsets(tmp_path: Path, entry: Entry, problem: str) -> None:
    got = read(tmp_path, ifd0=[Entry(MODEL, ASCII, "kept"), entry])
    assert got["Model"] == "kept"
    assert got["problems"] == [problem]
    assert got["error"] is None


def test_a_directory_longer_than_the_data(tmp_path: Path) -> None:
    data = bytearray(Tiff(ifd0=[Entry(MODEL, ASCII, "ab")]).bytes())
    data[8] = 200
    got = row(tmp_path, jpeg(exif(bytes(data))))
    assert got["Model"] == "ab"
    assert got["problems"] == ["IFD0: 200 entries declared, 1 read"]


def test_unnamed_tags_come_on_request(tmp_path: Path) -> None:
    data = jpeg(exif(Tiff(ifd0=[Entry(0xABCD, SHORT, (1, 2)), Entry(MAKE, ASCII, "Canon")])))
    assert "Exif:0xABCD" not in row(tmp_path, data)
    got = row(tmp_path, data, tags=("Exif:0x*",))
    assert got["Exif:0xABCD"] == "1 2"
    assert "Make" not in got


def test_only_the_tags_asked_for(tmp_path: Path) -> None:
    data = jpeg(
        exif(
            Tiff(
                ifd0=[Entry(MAKE, ASCII, "Canon"), Entry(MODEL, ASCII, "R5")],
                gps=[Entry(1, ASCII, "N"), Entry(6, RATIONAL, [(5, 1)])],
            )
        )
    )
    got = row(tmp_path, data, tags=("Model", "GPSAlt*"))
    assert {k for k in got if k[0].isupper()} == {"Model", "GPSAltitude"}
