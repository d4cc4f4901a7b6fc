"""Groups of images by when, where and with what they were taken.

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

__all__ = [
    "CAMERA",
    "KEYS",
    "PLACE_KEYS",
    "STATISTICS",
    "TRIP",
    "group_by",
    "group_by_date",
    "key_names",
    "tallied",
]

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_CAMERA: Final = pl.concat_str("manufacturer", "model", separator=" ", ignore_nulls=True)
CAMERA: Final = pl.when(_CAMERA != "").then(_CAMERA)
"""Maker and model, null where neither is known."""

STATISTICS: Final[dict[str, pl.DataType]] = {
    "count": pl.Int64(),
    "first": pl.Datetime("us"),
    "last": pl.Datetime("us"),
    "cameras": pl.List(pl.String()),
    "with_gps": pl.Int64(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "west": pl.Float64(),
    "south": pl.Float64(),
    "east": pl.Float64(),
    "north": pl.Float64(),
    "cover": pl.String(),
}
"""The columns that tell of a group:

- `count`: the images;
- `first`, `last`: when they were taken (local);
- `cameras`: makers and models, sorted;
- `with_gps`: those that have a position;
- `latitude`, `longitude`: the centre, the mean of the points as vectors, null where there is none;
- `west`, `south`, `east`, `north`: the smallest box around them, in degrees; `west` is more than
  `east` where the box crosses the antimeridian, as in GeoJSON;
- `cover`: path of the picture to show: one that could be read, the best rated (`xmp:Rating`), then
  the one with most pixels, then the earliest.
"""

_NEEDED: Final[dict[str, pl.DataType]] = {
    "path": pl.String(),
    "error": pl.String(),
    "width": pl.Int32(),
    "height": pl.Int32(),
    "xmp:Rating": pl.Float64(),
    "acquired_at": pl.Datetime("us"),
    "manufacturer": pl.String(),
    "model": pl.String(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
}

_ACQUIRED: Final = pl.col("acquired_at")

KEYS: Final = {
    "city": pl.col("city"),
    "region": pl.col("region"),
    "country": pl.col("country"),
    "place": pl.col("place"),
    "district": pl.col("district"),
    "time_zone": pl.col("time_zone"),
    "date": _ACQUIRED.dt.date(),
    "month": _ACQUIRED.dt.month_start().dt.date(),
    "year": _ACQUIRED.dt.year(),
    "camera": CAMERA,
    "trip": pl.col("trip"),
}
"""What images can be grouped by, beside columns of the frame. `month` is its first day."""

PLACE_KEYS: Final = frozenset(("city", "region", "country", "place", "district", "time_zone"))
"""The keys that `imgframe.geo.add_places` makes."""

TRIP: Final = "trip"
"""The key that `imgframe.geo.add_trips` makes."""

_DURATION: Final = re.compile(r"(?:[0-9]+(?:ns|us|ms|s|m|h|d|w|mo|q|y))+")
_CALENDAR: Final = re.compile(r"(?:[0-9]+(?:d|w|mo|q|y))+")
_ANY_TIME: Final = datetime(2000, 1, 1)


def group_by_date(frame: Frame, every: str = "1mo") -> Frame:
    """Count images by the local date and time they were taken.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `acquired_at`.
    every : str, default "1mo"
        Length of a period as a Polars duration: ``"1d"``, ``"1w"`` (from Monday), ``"1mo"``,
        ``"1q"``, ``"1y"``, ``"6h"``.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, a row a period that has images, in order of time, images without
        a date last. `date` is the start of the period (Date; Datetime[us] for periods of hours
        and less); the columns after it are those of `group_by`.

    Raises
    ------
    UsageError
        `every` is no Polars duration above zero, or there is no `acquired_at`.
    """
    start = _ACQUIRED.dt.truncate(_checked(every))
    date = start.dt.date() if _CALENDAR.fullmatch(every) else start
    return _grouped(frame, {"date": date})


def group_by(frame: Frame, by: str | Sequence[str]) -> Frame:
    """Count images by one key or several, such as ``["city", "month"]``.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With the derived columns, and those that `imgframe.geo.add_places` and `add_trips` add
        for keys that are places and trips; `imgframe.geo.group_by` adds what is not there.
    by : str or sequence of str
        Names of `KEYS` (``"city"``, ``"region"``, ``"country"``, ``"place"``, ``"district"``,
        ``"time_zone"``, ``"date"``, ``"month"``, ``"year"``, ``"camera"``, ``"trip"``) or of
        other columns of the frame. Cities and regions are told apart by their name alone: group
        by ``["country", "region", "city"]`` where that matters.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, a row a combination of keys, sorted by them with nulls last: the
        keys (String; Date for `date` and `month`, Int32 for `year`; as they are for columns),
        then

        - `count`: the images (Int64);
        - `first`, `last`: when they were taken (Datetime[us], local);
        - `cameras`: makers and models (List[String], sorted);
        - `with_gps`: the images that have a position (Int64);
        - `latitude`, `longitude`: the centre, the mean of the points as vectors (Float64);
        - `west`, `south`, `east`, `north`: the smallest box around them, in degrees (Float64);
          `west` is more than `east` where it crosses the antimeridian, as in GeoJSON;
        - `cover`: path of the picture to show: one that could be read, the best rated
          (`xmp:Rating`), then the one with most pixels, then the earliest (String).

        What cannot be told, since the frame has no such columns, is null.

    Raises
    ------
    UsageError
        A key is neither of `KEYS` nor a column (those that tell of groups, such as `latitude`,
        are no keys), or a column that it needs is not there.
    """
    names = key_names(by)
    allowed = {*KEYS, *frame.collect_schema().names()} - set(STATISTICS)
    if not names or (unknown := [name for name in names if name not in allowed]):
        asked = ", ".join(map(repr, unknown)) if names else "nothing"
        raise UsageError(
            f"cannot group by {asked}; keys are {', '.join(KEYS)} and the columns of the frame"
        )
    return _grouped(frame, {name: KEYS.get(name, pl.col(name)) for name in names})


def key_names(by: str | Sequence[str]) -> list[str]:
    """Return the keys that are asked for, each once."""
    names = [by] if isinstance(by, str) else list(by) if isinstance(by, Iterable) else [by]
    if not all(isinstance(name, str) for name in names):
        raise UsageError(f"keys are names of columns, one or a list, not {by!r}")
    return list(dict.fromkeys(names))


def _grouped(frame: Frame, keys: dict[str, pl.Expr]) -> Frame:
    there = frame.collect_schema()
    needed = [name for key in keys.values() for name in key.meta.root_names()]
    if missing := [name for name in needed if name not in there]:
        raise UsageError(f"no column {missing[0]!r} in the frame: {_maker(missing[0])} makes it")
    if "acquired_at" in needed and not there["acquired_at"].is_temporal():
        raise UsageError(f"acquired_at must be dates, not {there['acquired_at']}")
    named = [key.alias(name) for name, key in keys.items()]
    return tallied(frame, named).sort(*keys, nulls_last=True)


def _maker(column: str) -> str:
    if column in PLACE_KEYS:
        return "geo.add_places"
    return "geo.add_trips" if column == TRIP else "read_images"


def _checked(every: str) -> str:
    """Give the duration back if Polars can cut time by it."""
    if isinstance(every, str) and _DURATION.fullmatch(every) and re.search("[1-9]", every):
        try:
            pl.select(pl.lit(_ANY_TIME).dt.truncate(every))
        except pl.exceptions.PolarsError:
            pass
        else:
            return every
    raise UsageError(f"every={every!r} is no duration such as '1d', '1w', '1mo', '1q', '1y', '6h'")


def tallied(frame: Frame, keys: Sequence[pl.Expr], **more: pl.Expr) -> Frame:
    """Give a row a group, in no order: the keys, the columns of `STATISTICS` and `more`."""
    names = frame.collect_schema().names()
    absent = [pl.lit(None, d).alias(name) for name, d in _NEEDED.items() if name not in names]
    named = {f"_key{number}": key for number, key in enumerate(keys)}
    return (
        frame.with_columns(absent)
        .with_columns(**named)
        .with_columns(_position())
        .group_by(*named)
        .agg(**_statistics(), **more)
        .rename({made: key.meta.output_name() for made, key in named.items()})
    )


def _position() -> list[pl.Expr]:
    """Latitude and longitude, both null where they are no position on earth."""
    latitude, longitude = pl.col("latitude").cast(pl.Float64), pl.col("longitude").cast(pl.Float64)
    on_earth = latitude.is_between(-90, 90) & longitude.is_between(-180, 180)
    return [pl.when(on_earth).then(latitude), pl.when(on_earth).then(longitude)]


def _statistics() -> dict[str, pl.Expr]:
    latitude, longitude = _centre()
    west, east = _west_east()
    return {
        "count": pl.len().cast(pl.Int64),
        "first": pl.col("acquired_at").min(),
        "last": pl.col("acquired_at").max(),
        "cameras": CAMERA.drop_nulls().unique().sort(),
        "with_gps": pl.col("latitude").is_not_null().sum().cast(pl.Int64),
        "latitude": latitude,
        "longitude": longitude,
        "west": west,
        "south": pl.col("latitude").min(),
        "east": east,
        "north": pl.col("latitude").max(),
        "cover": _cover(),
    }


def _centre() -> tuple[pl.Expr, pl.Expr]:
    """Give the mean of the unit vectors, null where they cancel out."""
    phi, lam = pl.col("latitude").radians(), pl.col("longitude").radians()
    x, y = (phi.cos() * lam.cos()).mean(), (phi.cos() * lam.sin()).mean()
    z = phi.sin().mean()
    across = (x**2 + y**2).sqrt()
    somewhere = (across**2 + z**2) > 1e-18
    latitude = pl.when(somewhere).then(pl.arctan2(z, across).degrees())
    longitude = pl.when(somewhere).then(pl.arctan2(y, x).degrees())
    return latitude, longitude


def _west_east() -> tuple[pl.Expr, pl.Expr]:
    """Give the ends of the shortest arc of longitude that holds all points."""
    longitude = pl.col("longitude").drop_nulls().sort()
    before = longitude.shift()
    gap = longitude - before
    around = longitude.first() + 360.0 - longitude.last()
    crosses = gap.max() > around
    widest = gap == gap.max()
    west = pl.when(crosses).then(longitude.filter(widest).first())
    east = pl.when(crosses).then(before.filter(widest).first())
    return west.otherwise(longitude.first()), east.otherwise(longitude.last())


def _cover() -> pl.Expr:
    pixels = pl.col("width").cast(pl.Int64) * pl.col("height")
    rating = pl.col("xmp:Rating").cast(pl.Float64, strict=False)
    order = [pl.col("error").is_null(), rating.fill_null(0), pixels.fill_null(0)]
    return pl.col("path").sort_by(
        *order, "acquired_at", "path", descending=[True] * 3 + [False] * 2, nulls_last=True
    ).first()  # fmt: skip
