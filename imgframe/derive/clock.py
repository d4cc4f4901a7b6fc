"""When an image was taken: local wall clock, distance from UTC, and where that was known from.

Sources: Exif 3.0 (CIPA DC-008-2023), 4.6.6 "Tags relating to date and time" and 4.6.7 for GPS
time; which zones are in use is from the IANA time zone database.
"""

from typing import Final

import polars as pl

__all__ = ["ACQUIRED_AT", "ACQUIRED_AT_UTC", "TIME_SOURCE", "UTC_OFFSET", "WRITTEN_OFFSET"]

_DATES: Final = ("DateTimeOriginal", "DateTimeDigitized", "DateTime")

_OFFSET_GRID: Final = 15
"""Minutes. All zones are whole quarters of an hour from UTC."""
_LARGEST_OFFSET: Final = 14 * 60
"""Minutes. No zone is further from UTC (Kiribati)."""

_GPS_STEP: Final = 60 * _OFFSET_GRID
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


def _beside_date(original: pl.Expr, digitized: pl.Expr, changed: pl.Expr) -> pl.Expr:
    """Take the value that belongs to the date tag chosen: what stands beside another is not it."""
    return (
        pl.when(pl.col(_DATES[0]).is_not_null())
        .then(original)
        .when(pl.col(_DATES[1]).is_not_null())
        .then(digitized)
        .when(pl.col(_DATES[2]).is_not_null())
        .then(changed)
    )


def _spellings(minutes: int) -> list[str]:
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return [f"{sign}{hours:02}:{rest:02}", f"{sign}{hours}:{rest:02}", f"{sign}{hours:02}{rest:02}"]


_WRITTEN_OFFSETS: Final = {
    "Z": 0,
    "-00:00": 0,
    **{
        text: minutes
        for minutes in range(-_LARGEST_OFFSET, _LARGEST_OFFSET + 1, _OFFSET_GRID)
        for text in _spellings(minutes)
    },
}
"""Minutes by what stands in an offset tag; anything else, as the blank ``   :  ``, is null."""

_DIGITS: Final = _beside_date(
    pl.col("SubsecTimeOriginal"), pl.col("SubsecTimeDigitized"), pl.col("SubsecTime")
).str.strip_chars()

# "05" is 50,000 µs: the digits stand behind the decimal point.
_MICROSECONDS: Final = (
    pl.when(_DIGITS.str.contains("^[0-9]+$"))
    .then(_DIGITS.str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64, strict=False))
    .otherwise(0)
)

_TO_THE_SECOND: Final = pl.coalesce(*_DATES)

ACQUIRED_AT: Final = _TO_THE_SECOND + _MICROSECONDS.cast(pl.Duration("us"))

_GPS_TIME: Final = pl.col("GPSDateStamp").dt.combine(pl.col("GPSTimeStamp"), "us")
_AHEAD: Final = (_TO_THE_SECOND - _GPS_TIME).dt.total_seconds() + _GPS_STEP // 2
_NEAR: Final = (_AHEAD % _GPS_STEP - _GPS_STEP // 2).abs() <= _GPS_REST
_MINUTES_AHEAD: Final = _AHEAD // _GPS_STEP * _OFFSET_GRID
_MEASURED: Final = pl.when(_NEAR & _MINUTES_AHEAD.is_in(_ZONES)).then(_MINUTES_AHEAD)

WRITTEN_OFFSET: Final = (
    _beside_date(pl.col("OffsetTimeOriginal"), pl.col("OffsetTimeDigitized"), pl.col("OffsetTime"))
    .str.strip_chars()
    .replace_strict(_WRITTEN_OFFSETS, default=None, return_dtype=pl.Int32)
)

UTC_OFFSET: Final = pl.coalesce("_written_offset", _MEASURED.cast(pl.Int32))

TIME_SOURCE: Final = (
    pl.when(pl.col("_written_offset").is_not_null())
    .then(
        _beside_date(
            pl.lit("OffsetTimeOriginal"), pl.lit("OffsetTimeDigitized"), pl.lit("OffsetTime")
        )
    )
    .when(pl.col("utc_offset").is_not_null())
    .then(pl.lit("GPS"))
)

ACQUIRED_AT_UTC: Final = (
    pl.col("acquired_at") - pl.duration(minutes=pl.col("utc_offset"))
).dt.replace_time_zone("UTC")
