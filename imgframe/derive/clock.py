"""When an image was taken: local wall clock, distance from UTC, and where that was known from.

Sources: Exif 3.0 (CIPA DC-008-2023), 4.6.6 "Tags relating to date and time" and 4.6.7 for GPS
time; the Metadata Working Group's guidelines 2.0, 5.4 "Date/time", for which fields of XMP and
IPTC mean the same; which zones are in use is from the IANA time zone database.
"""

from typing import Final

import polars as pl

from imgframe.derive import written
from imgframe.derive.choice import Branch, FirstOf, beside, first_of
from imgframe.zones import AMBIGUOUS, GAP, OFFSET, local_times, offsets, time_zones

__all__ = [
    "ACQUIRED_AT",
    "ACQUIRED_AT_UTC",
    "CLOCK_DRIFT",
    "STEPS",
    "TIME_SOURCE",
    "TIME_ZONE",
    "UTC_OFFSET",
]

_LOCAL: Final = pl.Datetime("us")
_INT, _TEXT = pl.Int32(), pl.String()

_TAKEOUT: Final = "Takeout:photoTakenTime"

_EXIF: Final = {
    "DateTimeOriginal": ("SubsecTimeOriginal", "OffsetTimeOriginal"),
    "DateTimeDigitized": ("SubsecTimeDigitized", "OffsetTimeDigitized"),
    "DateTime": ("SubsecTime", "OffsetTime"),
}
"""What belongs to each date of Exif: what stands beside another is not it."""


def _of_iptc(date: str, time: str) -> pl.Expr:
    day = pl.col(date).dt.to_string("%Y-%m-%d")
    return pl.concat_str([day, pl.col(time)], separator="T", ignore_nulls=True)


_IPTC: Final = {
    "IPTC:TimeCreated": _of_iptc("IPTC:DateCreated", "IPTC:TimeCreated"),
    "IPTC:DigitalCreationTime": _of_iptc("IPTC:DigitalCreationDate", "IPTC:DigitalCreationTime"),
}
"""Dates whose time of day has a column of its own."""

_TEXTS: Final = (
    "exif:DateTimeOriginal",
    "photoshop:DateCreated",
    "IPTC:TimeCreated",
    "exif:DateTimeDigitized",
    "xmp:CreateDate",
    "IPTC:DigitalCreationTime",
    "PNG:Creation Time",
)
"""Dates that are texts, and may hold an offset."""

_ORDER: Final = (
    "DateTimeOriginal",
    "exif:DateTimeOriginal",
    "photoshop:DateCreated",
    "IPTC:TimeCreated",
    "DateTimeDigitized",
    "exif:DateTimeDigitized",
    "xmp:CreateDate",
    "IPTC:DigitalCreationTime",
    "PNG:Creation Time",
    _TAKEOUT,
    "DateTime",
)
"""When it was taken, before when it was digitized, before when it was last changed."""


def _date(name: str) -> str:
    """Return the column of a date to the second."""
    return name if name in _EXIF else f"_date {name}"


def _text(name: str) -> str:
    """Return the column of a date as a text."""
    return f"_text {name}" if name in _IPTC else name


def _field(name: str, field: str) -> pl.Expr:
    return pl.col("_written").struct.field(_text(name)).struct.field(field)


_READ: Final[dict[str, tuple[pl.DataType, pl.Expr | FirstOf]]] = {
    **{_text(name): (_TEXT, text) for name, text in _IPTC.items()},
    "_written": (
        pl.Struct({_text(name): written.DATE for name in _TEXTS}),
        written.dates_of([_text(name) for name in _TEXTS]),
    ),
    **{
        _date(name): (_LOCAL, first_of(Branch(_field(name, "date"), (_text(name), "_written"))))
        for name in _TEXTS
    },
}


def _where(name: str) -> pl.Expr:
    return pl.struct(pl.col(name), pl.col("time_zone"))


def _unzipped(pairs: pl.Series) -> tuple[pl.Series, pl.Series]:
    times, zones = pairs.struct.unnest().get_columns()
    return times, zones


# Google knows when, not where: without a place it stays UTC.
_TAKEOUT_LOCAL: Final = first_of(
    Branch(
        _where(_TAKEOUT).map_batches(
            lambda pairs: local_times(*_unzipped(pairs)), return_dtype=_LOCAL, is_elementwise=True
        ),
        (_TAKEOUT, "time_zone"),
    ),
    pl.col(_TAKEOUT).dt.replace_time_zone(None),
)

_TO_THE_SECOND: Final = first_of(*(pl.col(_date(name)) for name in _ORDER))


def _digits(name: str) -> pl.Expr | None:
    if name == _TAKEOUT:
        return None
    return pl.col(_EXIF[name][0]) if name in _EXIF else _field(name, "fraction")


_DIGITS: Final = beside(*((_date(name), _digits(name)) for name in _ORDER))

# "05" is 50,000 µs: the digits stand behind the decimal point.
_FRACTION: Final = pl.col("_digits").str.strip_chars()
_MICROSECONDS: Final = (
    pl.when(_FRACTION.str.contains("^[0-9]+$"))
    .then(_FRACTION.str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64, strict=False))
    .otherwise(0)
)
_SECOND: Final = pl.col("_to_the_second")

ACQUIRED_AT: Final = _SECOND + _MICROSECONDS.cast(pl.Duration("us"))

# A day without a time of day is no point on the line of UTC.
_DAY_ONLY: Final = beside(
    *((_date(name), ~_field(name, "has_time") if name in _TEXTS else None) for name in _ORDER)
)
_CLOCK: Final = pl.when(~pl.col("_day_only").fill_null(False)).then(_SECOND)

# The offset, from the best witness to the poorest ------------------------------------------------

_OFFSET_TAG: Final = beside(
    *((_date(name), pl.col(_EXIF[name][1]) if name in _EXIF else None) for name in _ORDER)
)
_TAG_NAME: Final = beside(
    *((_date(name), pl.lit(_EXIF[name][1]) if name in _EXIF else None) for name in _ORDER)
)
_TAG_OFFSET: Final = (
    pl.col("_offset_tag")
    .str.strip_chars()
    .replace_strict(written.MINUTES, default=None, return_dtype=pl.Int32)
)


def _ahead(name: str) -> str:
    """Return the column of the offset within a text, if it says the time that was chosen."""
    return f"_ahead {name}"


_WITHIN: Final[dict[str, tuple[pl.DataType, FirstOf]]] = {
    _ahead(name): (
        _INT,
        first_of(
            Branch(
                pl.when(pl.col(_date(name)) == pl.col("_clock")).then(_field(name, "offset")),
                (_date(name),),
            )
        ),
    )
    for name in _TEXTS
}
_TEXT_OFFSET: Final = first_of(*(pl.col(_ahead(name)) for name in _TEXTS))
_TEXT_NAME: Final = beside(*((_ahead(name), pl.lit(name)) for name in _TEXTS))

_SINCE_UTC: Final = _SECOND - pl.col(_TAKEOUT).dt.replace_time_zone(None)
_TAKEOUT_OFFSET: Final = beside(
    *(
        (_date(name), _SINCE_UTC.dt.total_minutes().cast(_INT) if name == _TAKEOUT else None)
        for name in _ORDER
    )
)
# Said by both columns, since what is made of absent columns only would be null.
_TAKEOUT_NAME: Final = (
    pl.when(pl.col("_takeout_offset").is_not_null() & pl.col("time_zone").is_null())
    .then(pl.lit(_TAKEOUT))
    .otherwise(pl.lit("place"))
)

_GPS_STAMP: Final = "exif:GPSTimeStamp"
_GPS_WRITTEN: Final = written.dates_of([_GPS_STAMP])


def _stamp(field: str) -> pl.Expr:
    return pl.col("_gps_written").struct.field(_GPS_STAMP).struct.field(field)


_GPS_TIME: Final = first_of(
    Branch(
        pl.col("GPSDateStamp").dt.combine(pl.col("GPSTimeStamp"), "us"),
        ("GPSDateStamp", "GPSTimeStamp"),
    ),
    Branch(
        pl.when(_stamp("has_time")).then(
            _stamp("date") - pl.duration(minutes=_stamp("offset").fill_null(0))
        ),
        ("_gps_written",),
    ),
)

_GPS_STEP: Final = 60 * 15
_GPS_REST: Final = 5 * 60
"""Seconds that camera clock and GPS fix may disagree beside the offset. Clocks drift by minutes
a year and fixes are reused for minutes; from 7.5 min on the next quarter is as near."""
_ZONES: Final = sorted(
    [60 * hours for hours in range(-12, 15)]
    + [-570, -270, -210, -150]  # Marquesas, Venezuela, Newfoundland and its summer
    + [210, 270, 330, 345, 390]  # Iran and its summer, India, Nepal, Myanmar
    + [510, 525, 570, 585, 630]  # North Korea, Eucla, central Australia, Eucla, Lord Howe
    + [690, 765, 825]  # Norfolk Island, Chatham and its summer
)
"""Minutes from UTC of every zone in use since cameras write GPS time (Exif 2.2, 2002)."""

_BEFORE_GPS: Final = (pl.col("_clock") - pl.col("_gps_time")).dt.total_seconds() + _GPS_STEP // 2
_NEAR: Final = (_BEFORE_GPS % _GPS_STEP - _GPS_STEP // 2).abs() <= _GPS_REST
_MINUTES: Final = _BEFORE_GPS // _GPS_STEP * 15
_MEASURED: Final = first_of(
    Branch(
        pl.when(_NEAR & _MINUTES.is_in(_ZONES)).then(_MINUTES).cast(_INT), ("_clock", "_gps_time")
    )
)

_KNOWN: Final = first_of(
    *(pl.col(name) for name in ("_tag_offset", "_text_offset", "_takeout_offset", "_measured"))
)
_UNPLACED: Final = first_of(
    Branch(pl.when(pl.col("_known_offset").is_null()).then("_clock"), ("_clock", "time_zone"))
)
_OF_PLACE: Final = pl.Struct(OFFSET)
_PLACE: Final = first_of(
    Branch(
        _where("_unplaced").map_batches(
            lambda pairs: offsets(*_unzipped(pairs)).to_struct(),
            return_dtype=_OF_PLACE,
            is_elementwise=True,
        ),
        ("_unplaced", "time_zone"),
    )
)
_PLACE_OFFSET: Final = pl.col("_place").struct.field("minutes")
_PLACE_NAME: Final = pl.when(_PLACE_OFFSET.is_not_null()).then(
    pl.col("_place")
    .struct.field("trouble")
    .replace_strict(
        {AMBIGUOUS: f"place ({AMBIGUOUS})", GAP: f"place ({GAP})"},
        default="place",
        return_dtype=_TEXT,
    )
)

UTC_OFFSET: Final = first_of(pl.col("_known_offset"), pl.col("_place_offset"))

TIME_SOURCE: Final = beside(
    ("_tag_offset", pl.col("_tag_name")),
    ("_text_offset", pl.col("_text_name")),
    ("_takeout_offset", _TAKEOUT_NAME),
    ("_measured", pl.lit("GPS")),
    ("_place_offset", _PLACE_NAME),
)

_IN_UTC: Final = pl.col("acquired_at") - pl.duration(minutes=pl.col("utc_offset"))

ACQUIRED_AT_UTC: Final = first_of(
    Branch(
        # an offset can lead out of the years that Python has, which to_list and pandas trip over
        pl.when(_IN_UTC.dt.year().is_between(1, 9999)).then(_IN_UTC.dt.replace_time_zone("UTC")),
        ("acquired_at", "utc_offset"),
    )
)

TIME_ZONE: Final = first_of(
    Branch(
        pl.struct("latitude", "longitude").map_batches(
            lambda pairs: time_zones(*(c.to_numpy() for c in pairs.struct.unnest().get_columns())),
            return_dtype=_TEXT,
            is_elementwise=True,
        ),
        ("latitude", "longitude"),
    )
)

CLOCK_DRIFT: Final = first_of(
    Branch(
        (pl.col("_gps_time") - pl.col("acquired_at_utc").dt.replace_time_zone(None))
        .dt.total_microseconds()
        .truediv(1_000_000),
        ("_gps_time", "acquired_at_utc"),
    )
)

STEPS: Final[dict[str, tuple[pl.DataType, pl.Expr | FirstOf]]] = {
    **_READ,
    **_WITHIN,
    _date(_TAKEOUT): (_LOCAL, _TAKEOUT_LOCAL),
    "_to_the_second": (_LOCAL, _TO_THE_SECOND),
    "_digits": (_TEXT, _DIGITS),
    "_day_only": (pl.Boolean(), _DAY_ONLY),
    "_clock": (_LOCAL, _CLOCK),
    "_offset_tag": (_TEXT, _OFFSET_TAG),
    "_tag_name": (_TEXT, _TAG_NAME),
    "_tag_offset": (_INT, _TAG_OFFSET),
    "_text_offset": (_INT, _TEXT_OFFSET),
    "_text_name": (_TEXT, _TEXT_NAME),
    "_takeout_offset": (_INT, _TAKEOUT_OFFSET),
    "_gps_written": (pl.Struct({_GPS_STAMP: written.DATE}), _GPS_WRITTEN),
    "_gps_time": (_LOCAL, _GPS_TIME),
    "_measured": (_INT, _MEASURED),
    "_known_offset": (_INT, _KNOWN),
    "_unplaced": (_LOCAL, _UNPLACED),
    "_place": (_OF_PLACE, _PLACE),
    "_place_offset": (_INT, _PLACE_OFFSET),
}
"""What stands between tags and the columns of time."""
