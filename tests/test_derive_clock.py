"""When images were taken, case by case: each is one that some program is known to get wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from imgframe.derive import add_derived
from imgframe.group import group_by_date
from imgframe.schema import dtype_of
from tests.reading import table

Tags = dict[str, Any]


def frame_of(*rows: Tags) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(list(rows), schema={name: dtype_of(name) for name in names})


def at(text: str, **more: Any) -> Tags:
    return {"DateTimeOriginal": datetime.fromisoformat(text), **more}


def gps(text: str) -> Tags:
    stamp = datetime.fromisoformat(text)
    return {"GPSDateStamp": stamp.date(), "GPSTimeStamp": stamp.time()}


def here(latitude: float, longitude: float) -> Tags:
    return {
        "GPSLatitude": abs(latitude),
        "GPSLatitudeRef": "S" if latitude < 0 else "N",
        "GPSLongitude": abs(longitude),
        "GPSLongitudeRef": "W" if longitude < 0 else "E",
    }


PARIS, NEW_YORK, LISBON = here(48.8584, 2.2945), here(40.7484, -73.9857), here(38.6970, -9.2063)
KATHMANDU, CHATHAM, PHOENIX = here(27.7172, 85.3240), here(-43.95, -176.55), here(33.4484, -112.074)
APIA, LORD_HOWE, ATLANTIC = here(-13.8333, -171.75), here(-31.5553, 159.0821), here(15.2, -38.5)
MONROVIA, EUCLA, KIRITIMATI = here(6.3156, -10.8074), here(-31.6772, 128.8832), here(1.87, -157.4)
ST_JOHNS, REYKJAVIK, SYDNEY = here(47.5698, -52.6817), here(64.1466, -21.9426), here(-33.86, 151.22)

XMP_DTO, XMP_CREATED, XMP_MADE = "exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"
IPTC = {"IPTC:DateCreated": date(2014, 4, 6), "IPTC:TimeCreated": "00:47:40+02:00"}

# tags, acquired_at, utc_offset, time_source
CASES: dict[str, tuple[Tags, str | None, int | None, str | None]] = {
    # Which date
    "nothing": ({}, None, None, None),
    "the original before the digitized and the edit": (
        at("2024-05-01T12:00:00")
        | {
            "DateTimeDigitized": datetime(2024, 5, 2),
            "DateTime": datetime(2025, 1, 1),
            XMP_MADE: "2023-01-01T00:00:00",
        },
        "2024-05-01T12:00:00", None, None,
    ),
    "a scan: when the slide was taken, not when it was scanned": (
        {"DateTimeDigitized": datetime(2018, 3, 4, 15, 1, 47), XMP_CREATED: "1967-08-12T10:30:00"},
        "1967-08-12T10:30:00", None, None,
    ),
    "digitized before xmp:CreateDate": (
        {"DateTimeDigitized": datetime(2018, 3, 4, 15), XMP_MADE: "2019-01-01T00:00:00"},
        "2018-03-04T15:00:00", None, None,
    ),
    "any date of taking before that of the last edit": (
        {"DateTime": datetime(2025, 1, 1), XMP_MADE: "2024-05-01T12:00:00"},
        "2024-05-01T12:00:00", None, None,
    ),
    "the last edit if there is nothing else": (
        {"DateTime": datetime(2025, 1, 1)}, "2025-01-01T00:00:00", None, None,
    ),
    "exif:DateTimeOriginal before photoshop:DateCreated": (
        {XMP_DTO: "2024-05-01T12:00:00", XMP_CREATED: "2024-05-02T12:00:00"},
        "2024-05-01T12:00:00", None, None,
    ),
    "XMP before IPTC": (
        {XMP_CREATED: "2014-04-06T00:47:41", **IPTC}, "2014-04-06T00:47:41", None, None,
    ),
    "IPTC date and time": (IPTC, "2014-04-06T00:47:40", 120, "IPTC:TimeCreated"),
    "IPTC date alone": (
        {"IPTC:DateCreated": date(2014, 4, 6)}, "2014-04-06T00:00:00", None, None,
    ),
    "IPTC time alone": ({"IPTC:TimeCreated": "00:47:40+02:00"}, None, None, None),
    "IPTC time without an offset": (
        IPTC | {"IPTC:TimeCreated": "17:00:00"}, "2014-04-06T17:00:00", None, None,
    ),
    "IPTC digital creation": (
        {
            "IPTC:DigitalCreationDate": date(2014, 4, 6),
            "IPTC:DigitalCreationTime": "10:00:00-05:00",
        },
        "2014-04-06T10:00:00", -300, "IPTC:DigitalCreationTime",
    ),
    "PNG Creation Time": (
        {"PNG:Creation Time": "2006-04-05T13:33:39+00:00"},
        "2006-04-05T13:33:39", 0, "PNG:Creation Time",
    ),
    "PNG Creation Time that is free text": ({"PNG:Creation Time": "06/05/08"}, None, None, None),
    # How XMP writes dates
    "XMP to the minute": (
        {XMP_MADE: "2021-03-04T10:11+02:00"}, "2021-03-04T10:11:00", 120, XMP_MADE,
    ),
    "XMP with a fraction": (
        {XMP_MADE: "2021-03-04T10:11:12.05-03:30"}, "2021-03-04T10:11:12.050", -210, XMP_MADE,
    ),
    "XMP in UTC": ({XMP_MADE: "2021-03-04T10:11:12Z"}, "2021-03-04T10:11:12", 0, XMP_MADE),
    "XMP with +00:00": (
        {XMP_DTO: "2023-01-14T15:57:00.000+00:00"}, "2023-01-14T15:57:00", 0, XMP_DTO,
    ),
    "XMP without an offset": ({XMP_MADE: "2021-03-04T10:11:12"}, "2021-03-04T10:11:12", None, None),
    "XMP with colons, as Exif has them": (
        {XMP_MADE: "2021:03:04 10:11:12"}, "2021-03-04T10:11:12", None, None,
    ),
    "XMP with an hour of one digit in the offset": (
        {XMP_DTO: "2008-05-25T19:31:26.0+1:00"}, "2008-05-25T19:31:26", 60, XMP_DTO,
    ),
    "XMP with an offset of no zone": (
        {XMP_DTO: "2008-05-25T19:31:26+01:07"}, "2008-05-25T19:31:26", None, None,
    ),
    "XMP day alone is its midnight": (
        {XMP_CREATED: "2003-08-31"}, "2003-08-31T00:00:00", None, None,
    ),
    "XMP month alone is none": ({XMP_CREATED: "2003-08"}, None, None, None),
    "XMP year alone is none": ({XMP_CREATED: "2003"}, None, None, None),
    "a month alone makes way for a date": (
        {XMP_CREATED: "2003-08", XMP_MADE: "2005-12-17T22:03:32"},
        "2005-12-17T22:03:32", None, None,
    ),
    "XMP of zeros": ({XMP_MADE: "0000-00-00T00:00:00"}, None, None, None),
    "XMP with a day that is not": (
        {XMP_DTO: "2021-02-30T10:00:00", "DateTime": datetime(2021, 3, 1)},
        "2021-03-01T00:00:00", None, None,
    ),
    "XMP with an hour 24": ({XMP_MADE: "2021-03-04T24:00:00"}, None, None, None),
    "XMP with words around": ({XMP_MADE: "on 2021-03-04T10:11:12"}, None, None, None),
    "XMP with other digits": ({XMP_MADE: "２０２１-03-04"}, None, None, None),
    # The offset tag
    "OffsetTimeOriginal belongs to DateTimeOriginal": (
        at("2024-11-17T10:00:00", OffsetTimeOriginal="+02:00", OffsetTime="+01:00"),
        "2024-11-17T10:00:00", 120, "OffsetTimeOriginal",
    ),
    "OffsetTime is of the edit": (
        at("2024-11-17T10:00:00", OffsetTime="+01:00", DateTime=datetime(2025, 1, 1)),
        "2024-11-17T10:00:00", None, None,
    ),
    "+00:00 is an offset": (
        at("2024-01-17T10:00:00", OffsetTimeOriginal="+00:00") | NEW_YORK,
        "2024-01-17T10:00:00", 0, "OffsetTimeOriginal",
    ),
    "a blank offset is none": (
        at("2024-01-17T10:00:00", OffsetTimeOriginal="   :  "), "2024-01-17T10:00:00", None, None,
    ),
    "+13:00 is an offset": (
        at("2020-02-10T20:24:43", OffsetTimeOriginal="+13:00"),
        "2020-02-10T20:24:43", 780, "OffsetTimeOriginal",
    ),
    "the tag before XMP, GPS and place": (
        at("2024-05-01T12:00:00", OffsetTimeOriginal="+03:00")
        | {XMP_DTO: "2024-05-01T12:00:00+04:00"} | gps("2024-05-01T10:00:00") | PARIS,
        "2024-05-01T12:00:00", 180, "OffsetTimeOriginal",
    ),
    # An offset inside a date that says the same time
    "XMP says the time of the tag, and its offset": (
        at("2008-03-15T09:52:01") | {XMP_DTO: "2008-03-15T09:52:01-04:00"},
        "2008-03-15T09:52:01", -240, XMP_DTO,
    ),
    "XMP says another time": (
        at("2008-05-04T16:47:24") | {XMP_MADE: "2008-05-10T20:55:15+09:00"},
        "2008-05-04T16:47:24", None, None,
    ),
    "the first XMP date that says the same time": (
        at("2008-03-14T13:59:26")
        | {XMP_CREATED: "2008-03-14T13:59:26.054-06:00", XMP_MADE: "2008-03-14T20:59:26.535Z"},
        "2008-03-14T13:59:26", -360, XMP_CREATED,
    ),
    "the time of IPTC is no offset, its offset is": (
        at("2014-04-06T00:47:40") | IPTC, "2014-04-06T00:47:40", 120, "IPTC:TimeCreated",
    ),
    "an offset in XMP before GPS": (
        at("2024-05-01T12:00:00") | {XMP_DTO: "2024-05-01T12:00:00+03:00"}
        | gps("2024-05-01T10:00:00"),
        "2024-05-01T12:00:00", 180, XMP_DTO,
    ),
    # GPS time
    "GPS two hours behind": (
        at("2024-05-01T12:00:00") | gps("2024-05-01T10:00:03"), "2024-05-01T12:00:00", 120, "GPS",
    ),
    "GPS before place": (
        at("2024-05-01T12:00:00") | gps("2024-05-01T09:00:03") | PARIS,
        "2024-05-01T12:00:00", 180, "GPS",
    ),
    "GPS on the other side of midnight": (
        at("2018-10-07T01:00:00") | gps("2018-10-06T15:00:00"), "2018-10-07T01:00:00", 600, "GPS",
    ),
    "GPS of an old fix": (
        at("2024-05-01T12:00:00") | gps("2024-05-01T09:40:00") | PARIS,
        "2024-05-01T12:00:00", 120, "place",
    ),
    "GPS of the wrong week number": (
        at("2019-05-01T12:00:00") | gps("1999-09-15T10:00:00") | PARIS,
        "2019-05-01T12:00:00", 120, "place",
    ),
    "GPS time in XMP": (
        {XMP_DTO: "2024-05-01T12:00:00", "exif:GPSTimeStamp": "2024-05-01T10:00:00Z"},
        "2024-05-01T12:00:00", 120, "GPS",
    ),
    "GPS time says nothing of a day alone": (
        {XMP_CREATED: "2024-05-01"} | gps("2024-05-01T10:00:00"), "2024-05-01T00:00:00", None, None,
    ),
    # The zone of the place
    "Paris in winter": (at("2024-01-15T12:00:00") | PARIS, "2024-01-15T12:00:00", 60, "place"),
    "Paris in summer": (at("2024-07-15T12:00:00") | PARIS, "2024-07-15T12:00:00", 120, "place"),
    "New York in summer": (
        at("2024-07-15T23:30:00") | NEW_YORK, "2024-07-15T23:30:00", -240, "place",
    ),
    "Sydney in its summer": (
        at("2024-12-30T12:00:00") | SYDNEY, "2024-12-30T12:00:00", 660, "place",
    ),
    "Phoenix has no summer time": (
        at("2024-07-15T12:00:00") | PHOENIX, "2024-07-15T12:00:00", -420, "place",
    ),
    "Kathmandu": (at("2022-10-15T08:36:06") | KATHMANDU, "2022-10-15T08:36:06", 345, "place"),
    "Kathmandu before 1986": (
        at("1985-10-15T08:36:06") | KATHMANDU, "1985-10-15T08:36:06", 330, "place",
    ),
    "Chatham Islands in summer": (
        at("2024-01-15T12:00:00") | CHATHAM, "2024-01-15T12:00:00", 825, "place",
    ),
    "Eucla": (at("2024-01-15T12:00:00") | EUCLA, "2024-01-15T12:00:00", 525, "place"),
    "Kiritimati": (at("2024-01-15T12:00:00") | KIRITIMATI, "2024-01-15T12:00:00", 840, "place"),
    "Saint John's in summer": (
        at("2024-06-12T15:00:08") | ST_JOHNS, "2024-06-12T15:00:08", -150, "place",
    ),
    "Reykjavik is at +00:00": (
        at("2021-09-24T23:48:10") | REYKJAVIK, "2021-09-24T23:48:10", 0, "place",
    ),
    "Lisbon was on Central European time": (
        at("1993-07-15T12:00:00") | LISBON, "1993-07-15T12:00:00", 120, "place",
    ),
    "the high seas": (at("2025-02-11T18:03:56") | ATLANTIC, "2025-02-11T18:03:56", -180, "place"),
    "an offset that is not in whole minutes": (
        at("1970-06-01T12:00:00") | MONROVIA, "1970-06-01T12:00:00", None, None,
    ),
    "Monrovia now": (at("2024-06-01T12:00:00") | MONROVIA, "2024-06-01T12:00:00", 0, "place"),
    "a place for an XMP date": (
        {XMP_MADE: "2024-07-15T12:00:00"} | PARIS, "2024-07-15T12:00:00", 120, "place",
    ),
    "a day alone has no offset": (
        {XMP_CREATED: "2024-07-15"} | PARIS, "2024-07-15T00:00:00", None, None,
    ),
    "a position that is not believed has no zone": (
        at("2024-07-15T12:00:00", GPSStatus="V") | PARIS, "2024-07-15T12:00:00", None, None,
    ),
    # Clocks put back: an hour that comes twice
    "Paris, the hour that comes twice": (
        at("2024-10-27T02:30:00") | PARIS, "2024-10-27T02:30:00", 120, "place (ambiguous)",
    ),
    "Paris, a second before it": (
        at("2024-10-27T01:59:59") | PARIS, "2024-10-27T01:59:59", 120, "place",
    ),
    "Paris, behind it": (at("2024-10-27T03:00:00") | PARIS, "2024-10-27T03:00:00", 60, "place"),
    "New York, the hour that comes twice": (
        at("2024-11-03T01:30:00") | NEW_YORK, "2024-11-03T01:30:00", -240, "place (ambiguous)",
    ),
    "Lord Howe, the half hour that comes twice": (
        at("2024-04-07T01:45:00") | LORD_HOWE, "2024-04-07T01:45:00", 660, "place (ambiguous)",
    ),
    "GPS tells which of the two": (
        at("2024-10-27T02:30:00") | gps("2024-10-27T01:30:00") | PARIS,
        "2024-10-27T02:30:00", 60, "GPS",
    ),
    # Clocks put forward: an hour that never comes
    "Paris, the hour left out": (
        at("2024-03-31T02:30:00") | PARIS, "2024-03-31T02:30:00", 60, "place (gap)",
    ),
    "Paris, behind the gap": (
        at("2024-03-31T03:00:00") | PARIS, "2024-03-31T03:00:00", 120, "place",
    ),
    "Samoa left out a day": (
        at("2011-12-30T12:00:00") | APIA, "2011-12-30T12:00:00", -600, "place (gap)",
    ),
    "Samoa on the other side of the date line": (
        at("2011-12-31T12:00:00") | APIA, "2011-12-31T12:00:00", 840, "place",
    ),
    # Google Takeout knows when, but not by which clock
    "Takeout with a place": (
        {"Takeout:photoTakenTime": datetime(2024, 7, 15, 22, 30, tzinfo=UTC)} | PARIS,
        "2024-07-16T00:30:00", 120, "place",
    ),
    "Takeout with a place of its own": (
        {
            "Takeout:photoTakenTime": datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
            "Takeout:latitude": 48.8584,
            "Takeout:longitude": 2.2945,
        },
        "2024-10-27T02:30:00", 60, "place",
    ),
    "Takeout without a place": (
        {"Takeout:photoTakenTime": datetime(2024, 7, 15, 22, 30, tzinfo=UTC)},
        "2024-07-15T22:30:00", 0, "Takeout:photoTakenTime",
    ),
    "Takeout says nothing of the offset of a date in the file": (
        at("2024-07-15T22:30:00")
        | {"Takeout:photoTakenTime": datetime(2024, 7, 15, 22, 30, tzinfo=UTC)},
        "2024-07-15T22:30:00", None, None,
    ),
}  # fmt: skip


def check(row: Tags, taken: str | None, offset: int | None, source: str | None) -> None:
    expected = None if taken is None else datetime.fromisoformat(taken)
    assert (row["acquired_at"], row["utc_offset"], row["time_source"]) == (expected, offset, source)
    if expected is None or offset is None:
        assert row["acquired_at_utc"] is None
    else:
        utc = (expected - timedelta(minutes=offset)).replace(tzinfo=UTC)
        assert row["acquired_at_utc"] == utc


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    tags, taken, offset, source = CASES[name]
    check(add_derived(frame_of(tags)).row(0, named=True), taken, offset, source)


def test_all_cases_in_one_frame() -> None:
    """What one row has takes nothing from another."""
    assert len(CASES) >= 60
    frame = add_derived(frame_of(*(tags for tags, *_ in CASES.values())))
    lazy = add_derived(frame_of(*(tags for tags, *_ in CASES.values())).lazy())
    assert lazy.collect().equals(frame)
    assert lazy.collect(engine="streaming").equals(frame)
    assert lazy.select("time_source").collect()["time_source"].equals(frame["time_source"])
    for row, (_, *said) in zip(frame.iter_rows(named=True), CASES.values(), strict=True):
        assert [row[name] for name in ("utc_offset", "time_source")] == said[1:]


def test_no_photo_changes_its_date_by_grouping() -> None:
    frame = add_derived(frame_of(*(tags for tags, *_ in CASES.values())))
    groups = group_by_date(frame, "1d")
    local = [taken[:10] for _, taken, *_ in CASES.values() if taken is not None]
    counted = {row["date"]: row["count"] for row in groups.iter_rows(named=True)}
    assert sum(counted.values()) == len(CASES)
    assert {str(day): n for day, n in counted.items() if day} == {
        day: local.count(day) for day in set(local)
    }


@pytest.mark.parametrize(
    ("tags", "drift"),
    [
        (at("2024-05-01T12:00:00", OffsetTimeOriginal="+02:00") | gps("2024-05-01T10:00:00"), 0.0),
        (at("2024-05-01T12:00:00", OffsetTimeOriginal="+02:00") | gps("2024-05-01T10:00:07"), 7.0),
        (at("2024-05-01T12:00:00", OffsetTimeOriginal="+02:00") | gps("2024-05-01T09:00"), -3600.0),
        (
            at("2024-05-01T12:00:00", OffsetTimeOriginal="+02:00", SubsecTimeOriginal="25")
            | gps("2024-05-01T10:00:00.500"),
            0.25,
        ),
        (at("2024-05-01T12:00:00") | gps("2024-05-01T10:04:00"), 240.0),
        (at("2024-05-01T12:00:00") | gps("2024-05-01T10:07:00") | PARIS, 420.0),
        (at("2024-05-01T12:00:00") | gps("2024-05-01T10:07:00"), None),
        (at("2024-05-01T12:00:00", OffsetTimeOriginal="+02:00"), None),
        (gps("2024-05-01T10:07:00"), None),
    ],
)
def test_clock_drift_is_what_the_camera_is_behind(tags: Tags, drift: float | None) -> None:
    assert add_derived(frame_of(tags))["clock_drift_s"].to_list() == [drift]


def test_a_moment_that_python_has_no_year_for_is_null() -> None:
    frame = add_derived(
        frame_of(
            at("9999-12-31T23:59:59", OffsetTimeOriginal="-14:00"),
            at("0001-01-01T00:00:00", OffsetTimeOriginal="+14:00"),
            at("0001-01-01T14:00:00", OffsetTimeOriginal="+14:00"),
        )
    )
    assert frame["acquired_at"].null_count() == 0
    assert frame["utc_offset"].to_list() == [-840, 840, 840]
    assert frame["acquired_at_utc"].to_list() == [None, None, datetime(1, 1, 1, tzinfo=UTC)]


def test_the_zone_is_that_of_every_position() -> None:
    rows = [PARIS, {}, at("2024-05-01T12:00:00", OffsetTimeOriginal="+09:00") | CHATHAM, ATLANTIC]
    zones = add_derived(frame_of(*rows))["time_zone"].to_list()
    assert zones == ["Europe/Paris", None, "Pacific/Chatham", "Etc/GMT+3"]


TIMES = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31))
OFFSETS = st.sampled_from(["+02:00", "-03:30", "Z", "+14:00", "", "   :  ", "+02:07"])
POSITIONS = st.builds(here, st.floats(-90, 90), st.floats(-180, 180))


@st.composite
def photos(draw: st.DrawFn) -> Tags:
    taken = draw(TIMES)
    tags: Tags = {}
    if draw(st.booleans()):
        tags |= {"DateTimeOriginal": taken, "SubsecTimeOriginal": draw(st.sampled_from("059"))}
    if draw(st.booleans()):
        tags["OffsetTimeOriginal"] = draw(OFFSETS)
    if draw(st.booleans()):
        tags[XMP_MADE] = taken.isoformat() + draw(OFFSETS)
    if draw(st.booleans()):
        tags |= draw(POSITIONS)
    if draw(st.booleans()):
        stamp = draw(st.just(taken) | TIMES)
        tags |= {"GPSDateStamp": stamp.date(), "GPSTimeStamp": stamp.time().replace(second=0)}
    if draw(st.booleans()):
        tags["Takeout:photoTakenTime"] = taken.replace(tzinfo=UTC)
    return tags


@settings(deadline=None, max_examples=100)
@given(st.lists(photos(), max_size=6))
def test_local_time_less_the_offset_is_utc(rows: list[Tags]) -> None:
    frame = add_derived(frame_of({"DateTime": None, **(rows[0] if rows else {})}, *rows))
    columns = ["acquired_at", "utc_offset", "acquired_at_utc", "time_source"]
    for local, offset, utc, source in frame.select(columns).iter_rows():
        assert (local is None or offset is None) == (utc is None)
        assert (offset is None) == (source is None)
        if utc is not None:
            assert local - timedelta(minutes=offset) == utc.replace(tzinfo=None)
            assert abs(offset) <= 14 * 60
    days = frame.with_columns(day=pl.col("acquired_at").dt.date())["day"].drop_nulls().to_list()
    grouped = group_by_date(frame, "1d").drop_nulls("date")
    assert dict(grouped.select("date", "count").iter_rows()) == {
        d: days.count(d) for d in set(days)
    }


@pytest.mark.parametrize(
    ("written", "local", "offset"),
    [
        ("Wed, 05 Feb 2020 10:11:12 GMT", "2020-02-05T10:11:12", 0),
        ("5 Feb 2020 10:11:12 -0500", "2020-02-05T10:11:12", -300),
        ("5 Feb 2020 10:11:12 +0530", "2020-02-05T10:11:12", 330),
        ("Wed, 05 Feb 20 10:11:12 EST", "2020-02-05T10:11:12", -300),
        ("Thu, 05 Aug 99 10:11 EDT", "1999-08-05T10:11:00", -240),
        ("5 Feb 2020 10:11:12 CST", "2020-02-05T10:11:12", -360),
        ("5 Aug 2020 10:11:12 CDT", "2020-08-05T10:11:12", -300),
        ("5 Feb 2020 10:11:12 MST", "2020-02-05T10:11:12", -420),
        ("5 Aug 2020 10:11:12 MDT", "2020-08-05T10:11:12", -360),
        ("5 Feb 2020 10:11:12 PST", "2020-02-05T10:11:12", -480),
        ("5 Aug 2020 10:11:12 PDT", "2020-08-05T10:11:12", -420),
        ("5 Feb 2020 10:11:12 UT", "2020-02-05T10:11:12", 0),
        ("5 Feb 2020 10:11:12", "2020-02-05T10:11:12", None),
        ("31 Feb 2020 10:11:12 GMT", None, None),
        ("5 Feb 2020 10:11:12 CET", None, None),
    ],
)
def test_dates_of_png_as_the_standard_recommends_them(
    tmp_path: Path, written: str, local: str | None, offset: int | None
) -> None:
    path = tmp_path / "a.png"
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Creation Time", written)
    Image.new("L", (1, 1)).save(path, pnginfo=texts)
    got = add_derived(table(path)).row(0, named=True)
    assert got["acquired_at"] == (local and datetime.fromisoformat(local))
    assert got["utc_offset"] == offset
    assert got["time_source"] == (None if offset is None else "PNG:Creation Time")


def test_a_time_of_day_alone_is_no_gps_time() -> None:
    tags = at("2024-05-01T12:00:00") | {"GPSTimeStamp": time(10), "GPSDateStamp": None}
    assert add_derived(frame_of(tags))["utc_offset"].to_list() == [None]
