"""Dates that are written as text, with their distance from UTC.

Sources: XMP specification, part 1 (Adobe, 2012), 8.2.1.1 "Date", a profile of ISO 8601; IPTC-IIM
4.2, 2:55 and 2:60; PNG (third edition), 11.3.3.2 "Creation Time". Colons in dates, blanks before
times, single digits of hours in offsets and the comma of ISO 8601 are found in files.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

__all__ = ["DATE", "MINUTES", "dates_of"]

DATE: Final = pl.Struct(
    {
        "date": pl.Datetime("us"),
        "has_time": pl.Boolean(),
        "fraction": pl.String(),
        "offset": pl.Int32(),
    }
)
"""What is read from a text: the date to the second, by the clock it was written from, midnight
without a time; whether there is a time of day; the digits behind the point of the seconds; the
minutes that the clock was ahead of UTC."""

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

# A year or a month alone is no date of an image; 0000 is a year of nothing.
_WRITTEN: Final = (
    r"^\s*(?<year>[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
    r"[-:/](?<month>[0-9]{2})[-:/](?<day>[0-9]{2})"
    r"(?:[T ]\s*(?<hour>[0-9]{2}):(?<minute>[0-9]{2})"
    r"(?::(?<second>[0-5][0-9])(?:[.,](?<fraction>[0-9]+))?)?"
    r"\s*(?<offset>[Zz]|[+-][0-9]{1,2}:?[0-9]{2})?)?\s*$"
)


_PADDED: Final = [
    "year", "month", "day", *(pl.col(name).fill_null("00") for name in ("hour", "minute", "second"))
]  # fmt: skip
_READ: Final = (
    pl.concat_str(_PADDED, separator="-")
    .str.to_datetime("%Y-%m-%d-%H-%M-%S", time_unit="us", strict=False)
    .alias("date"),
    pl.col("hour").is_not_null().alias("has_time"),
    pl.col("fraction"),
    pl.col("offset").replace_strict(MINUTES, default=None, return_dtype=pl.Int32),
)


def dates_of(names: Sequence[str]) -> pl.Expr:
    """Read the dates that columns of text hold.

    Parameters
    ----------
    names : sequence of str
        Columns of String.

    Returns
    -------
    polars.Expr
        A struct with a field of `DATE` for each of the columns.
    """
    return pl.struct(names).map_batches(
        _read, return_dtype=pl.Struct(dict.fromkeys(names, DATE)), is_elementwise=True
    )


def _read(texts: pl.Series) -> pl.Series:
    # One below the other: what takes time is the number of expressions, not that of texts.
    n = len(texts)
    columns = texts.struct.unnest().get_columns()
    written = [column for column in columns if column.null_count() < n]
    dates = {c.name: pl.Series(c.name, [None], DATE).new_from_index(0, n) for c in columns}
    if written:
        parts = pl.concat([column.rename("") for column in written]).str.extract_groups(_WRITTEN)
        read = parts.struct.unnest().select(_READ)
        for number, column in enumerate(written):
            dates[column.name] = read.slice(number * n, n).to_struct(column.name)
    return pl.DataFrame(list(dates.values())).to_struct(texts.name)
