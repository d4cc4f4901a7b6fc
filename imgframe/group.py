"""Groups of images by when and with what they were taken; places have `imgframe.geo`.

No row is lost: images without the value that is grouped by form a group of their own, last, with a
null key. Dates are local, so that a photo taken late in the evening stays on its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeVar

import polars as pl

from imgframe.errors import UsageError

__all__ = ["KEYS", "group_by", "group_by_date"]

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_CAMERA: Final = pl.concat_str("manufacturer", "model", separator=" ", ignore_nulls=True)
_CAMERA_OR_NULL: Final = pl.when(_CAMERA != "").then(_CAMERA)
_ACQUIRED: Final = pl.col("acquired_at")

KEYS: Final = {
    "city": pl.col("city"),
    "region": pl.col("region"),
    "country": pl.col("country"),
    "date": _ACQUIRED.dt.date(),
    "month": _ACQUIRED.dt.month_start().dt.date(),
    "year": _ACQUIRED.dt.year(),
    "camera": _CAMERA_OR_NULL,
}
"""What images can be grouped by. `month` is the first day of the month."""

_STATISTICS: Final = {
    "count": pl.len().cast(pl.Int64),
    "first": _ACQUIRED.min(),
    "last": _ACQUIRED.max(),
    "cameras": _CAMERA_OR_NULL.drop_nulls().unique().sort(),
    "with_gps": (pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null())
    .sum()
    .cast(pl.Int64),
}

_DURATION: Final = re.compile(r"(?:[0-9]+(?:ns|us|ms|s|m|h|d|w|mo|q|y))+")
_CALENDAR: Final = re.compile(r"(?:[0-9]+(?:d|w|mo|q|y))+")
_ANY_TIME: Final = datetime(2000, 1, 1)


def group_by_date(frame: Frame, every: str = "1mo") -> Frame:
    """Count images by the local date and time they were taken.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With the derived columns.
    every : str, default "1mo"
        Length of a period as a Polars duration: ``"1d"``, ``"1w"`` (from Monday), ``"1mo"``,
        ``"1q"``, ``"1y"``, ``"6h"``.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, a row a period that has images, in order of time, images without
        a date last. `date` is the start of the period (Date; Datetime[us] for periods of hours
        and less), `count` the images (Int64), `first` and `last` when they were taken
        (Datetime[us], local), `cameras` makers and models (List[String], sorted) and `with_gps`
        the images that have a position (Int64).

    Raises
    ------
    UsageError
        `every` is no Polars duration above zero, or a derived column is not there.
    """
    start = _ACQUIRED.dt.truncate(_checked(every))
    date = start.dt.date() if _CALENDAR.fullmatch(every) else start
    return _grouped(frame, {"date": date})


def group_by(frame: Frame, by: str | Sequence[str]) -> Frame:
    """Count images by one key or several.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With the derived columns, and those that `imgframe.geo.add_places` adds for ``"city"``,
        ``"region"`` and ``"country"``.
    by : str or sequence of str
        Names of `KEYS`. Cities and regions are told apart by their name alone: group by
        ``["country", "region", "city"]`` where that matters.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, a row a combination of keys, sorted by them with nulls last: the
        keys (String; Date for `date` and `month`, Int32 for `year`), then `count`, `first`,
        `last`, `cameras` and `with_gps` as in `group_by_date`.

    Raises
    ------
    UsageError
        A key is not one of `KEYS`, or a column that it needs is not there.
    """
    names = list(dict.fromkeys([by] if isinstance(by, str) else by))
    if not names or (unknown := [name for name in names if name not in KEYS]):
        asked = ", ".join(map(repr, unknown)) if names else "nothing"
        raise UsageError(f"cannot group by {asked}; keys are {', '.join(KEYS)}")
    return _grouped(frame, {name: KEYS[name] for name in names})


def _grouped(frame: Frame, keys: dict[str, pl.Expr]) -> Frame:
    _require(frame, [*keys.values(), *_STATISTICS.values()])
    named = [key.alias(name) for name, key in keys.items()]
    lazy = frame.lazy().group_by(named).agg(**_STATISTICS).sort(*keys, nulls_last=True)
    return lazy if isinstance(frame, pl.LazyFrame) else lazy.collect()


def _require(frame: pl.DataFrame | pl.LazyFrame, expressions: Iterable[pl.Expr]) -> None:
    needed = {name: None for e in expressions for name in e.meta.root_names()}
    there = frame.collect_schema()
    if missing := [name for name in needed if name not in there]:
        maker = "geo.add_places" if missing[0] in ("city", "region", "country") else "add_derived"
        raise UsageError(f"no column {missing[0]!r} in the frame: {maker} makes it")


def _checked(every: str) -> str:
    """Give the duration back if Polars can cut time by it."""
    if _DURATION.fullmatch(every) and re.search("[1-9]", every):
        try:
            pl.select(pl.lit(_ANY_TIME).dt.truncate(every))
        except pl.exceptions.PolarsError:
            pass
        else:
            return every
    raise UsageError(f"every={every!r} is no duration such as '1d', '1w', '1mo', '1q', '1y', '6h'")
