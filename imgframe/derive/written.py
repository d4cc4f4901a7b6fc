"""Dates that are written as text, with their distance from UTC.

Sources: XMP specification, part 1 (Adobe, 2012), 8.2.1.1 "Date", a profile of ISO 8601; IPTC-IIM
4.2, 2:55 and 2:60; PNG (third edition), 11.3.3.2 "Creation Time". Colons in dates, blanks before
times, single digits of hours in offsets and the comma of ISO 8601 are found in files.
"""

from typing import Final

import polars as pl

__all__ = ["MINUTES", "PARTS", "date_of", "fraction_of", "has_time", "offset_of", "parts_of"]

_LARGEST_OFFSET: Final = 14 * 60
"""Minutes. No zone is further from UTC (Kiribati)."""
_OFFSET_GRID: Final = 15
"""Minutes. All zones are whole quarters of an hour from UTC."""


def _spellings(minutes: int) -> list[str]:
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return [f"{sign}{hours:02}:{rest:02}", f"{sign}{hours}:{rest:02}", f"{sign}{hours:02}{rest:02}"]


MINUTES: Final = {
    "Z": 0,
    "z": 0,
    "-00:00": 0,
    **{
        text: minutes
        for minutes in range(-_LARGEST_OFFSET, _LARGEST_OFFSET + 1, _OFFSET_GRID)
        for text in _spellings(minutes)
    },
}
"""Minutes by what stands for an offset; anything else, as the blank ``   :  ``, is null."""

_FIELDS: Final = ("year", "month", "day", "hour", "minute", "second", "fraction", "offset")
PARTS: Final = pl.Struct(dict.fromkeys(_FIELDS, pl.String()))
"""What `parts_of` gives: the digits as they stand there."""

# A year or a month alone is no date of an image; 0000 is a year of nothing.
_WRITTEN: Final = (
    r"^\s*(?<year>[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
    r"[-:/](?<month>[0-9]{2})[-:/](?<day>[0-9]{2})"
    r"(?:[T ]\s*(?<hour>[0-9]{2}):(?<minute>[0-9]{2})"
    r"(?::(?<second>[0-5][0-9])(?:[.,](?<fraction>[0-9]+))?)?"
    r"\s*(?<offset>[Zz]|[+-][0-9]{1,2}:?[0-9]{2})?)?\s*$"
)


def parts_of(written: pl.Expr) -> pl.Expr:
    """Take a date apart; all parts are null where there is none."""
    return written.str.extract_groups(_WRITTEN)


def date_of(parts: str) -> pl.Expr:
    """Give a date to the second, by the clock it was written from; midnight without a time."""
    year, month, day, hour, minute, second = (_field(parts, name) for name in _FIELDS[:6])
    whole = pl.concat_str(
        [year, month, day, *(part.fill_null("00") for part in (hour, minute, second))],
        separator="-",
    )
    return whole.str.to_datetime("%Y-%m-%d-%H-%M-%S", time_unit="us", strict=False)


def has_time(parts: str) -> pl.Expr:
    """Tell whether there is a time of day."""
    return _field(parts, "hour").is_not_null()


def fraction_of(parts: str) -> pl.Expr:
    """Give the digits behind the point of the seconds."""
    return _field(parts, "fraction")


def offset_of(parts: str) -> pl.Expr:
    """Give the minutes that the clock was ahead of UTC."""
    return _field(parts, "offset").replace_strict(MINUTES, default=None, return_dtype=pl.Int32)


def _field(parts: str, name: str) -> pl.Expr:
    return pl.col(parts).struct.field(name)
