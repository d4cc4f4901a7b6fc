"""Trips: the episodes away from home in a library of images.

The rule:

1. Homes are found as `imgframe.geo.homes` says, unless they are told. A library of nothing but
   travels has none.
2. An image is *away* when it is farther than `distance_km` from every home.
3. A *trip* is a run, in order of time, of images that are away, with no image at home in between
   and no silence longer than `pause`.
4. An image without a position is where the image nearest in time was taken, if that is no farther
   off than `gap`.

Images are put in order by UTC; where that is not known it is told from the longitude.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Final, TypeVar

import numpy as np
import polars as pl

from imgframe.errors import UsageError
from imgframe.geo.homes import WHEN, Position, distance_to, find_homes
from imgframe.geo.nearest import Floats
from imgframe.geo.places import add_places, check_position
from imgframe.group import STATISTICS, TRIP, tallied

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_ROW, _NUMBER, _FAR, _LABEL = "_row", "_number", "_far", "_label"
_UNITS: Final = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000,
                 "d": 86_400_000_000, "w": 604_800_000_000}  # fmt: skip
_DURATION: Final = re.compile(r"(?:[0-9]+(?:us|ms|s|m|h|d|w))+")

_NAMING: Final = 1 / 3
"""Places with this share of the images of a trip give it its name."""

_TABLE: Final[dict[str, pl.DataType]] = {
    TRIP: pl.String(),
    "cities": pl.List(pl.String()),
    "countries": pl.List(pl.String()),
    "days": pl.Int32(),
    **STATISTICS,
    "home_distance_km": pl.Float64(),
}


def trips(
    frame: Frame,
    gap: str = "6h",
    distance_km: float = 50.0,
    *,
    pause: str = "4d",
    home: Position | Sequence[Position] | None = None,
) -> Frame:
    """Find the trips in a library of images, and tell of each.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `acquired_at`, `latitude` and `longitude`; places are found where `city` and
        `country` are not there, and `acquired_at_utc` is used where it is.
    gap : str, default "6h"
        An image without a position counts as taken where the one nearest in time was, up to this
        far from it (a Polars duration of fixed length, such as ``"90m"``, ``"6h"``, ``"1d"``).
    distance_km : float, default 50.0
        Images farther than this from home are away.
    pause : str, default "4d"
        A longer time without an image ends a trip; so does an image at home. With ``"6h"`` every
        day of a trip is a trip of its own.
    home : tuple of float or sequence of tuples, optional
        Latitude and longitude of home, or of several; found when left out. An empty sequence
        means that there is none.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, a row a trip in order of time: `trip`, its name by place and
        dates, such as "Lisbon, May 2019" (String, no two alike); `cities` and `countries`, most
        images first (List[String]); `days`, from the first day to the last (Int32); `count`,
        `first`, `last`, `cameras`, `with_gps`, `latitude`, `longitude`, `west`, `south`, `east`,
        `north` and `cover` as in `imgframe.group_by`; and `home_distance_km`, how far from home
        the farthest image was taken (Float64, null without a home). `imgframe.geo.to_points`
        makes points of it.

    Raises
    ------
    UsageError
        `gap`, `pause`, `distance_km` or `home` make no sense, or a column is missing.
    """
    rule = _rule(frame, gap, pause, distance_km, home)
    if isinstance(frame, pl.LazyFrame):
        return frame.map_batches(
            lambda whole: _trips_of(whole, rule), schema=_TABLE, streamable=False
        )
    return _trips_of(frame, rule)


def add_trips(
    frame: Frame,
    gap: str = "6h",
    distance_km: float = 50.0,
    *,
    pause: str = "4d",
    home: Position | Sequence[Position] | None = None,
) -> Frame:
    """Say to which trip each image belongs.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        As in `trips`.
    gap, distance_km, pause, home
        As in `trips`.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame and rows with `trip` (String): the name that `trips` gives it, null
        for images at home, and for those of which time or place is not known.

    Raises
    ------
    UsageError
        As from `trips`.
    """
    rule = _rule(frame, gap, pause, distance_km, home)
    if isinstance(frame, pl.LazyFrame):
        schema = {**frame.collect_schema(), TRIP: pl.String()}
        return frame.map_batches(
            lambda whole: _add_trips_to(whole, rule), schema=schema, streamable=False
        )
    return _add_trips_to(frame, rule)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What makes a trip."""

    gap: int
    """Microseconds."""
    pause: int
    """Microseconds."""
    distance_km: float
    homes: list[Position] | None
    """None where they are to be found."""


def _rule(
    frame: pl.DataFrame | pl.LazyFrame,
    gap: str,
    pause: str,
    distance_km: float,
    home: Position | Sequence[Position] | None,
) -> _Rule:
    """Check the arguments."""
    check_position(frame)
    schema = frame.collect_schema()
    if "acquired_at" not in schema:
        raise UsageError("no column 'acquired_at' in the frame: read_images makes it")
    if not schema["acquired_at"].is_temporal():
        raise UsageError(f"acquired_at must be dates, not {schema['acquired_at']}")
    if not (isinstance(distance_km, Real) and distance_km > 0):
        raise UsageError(f"distance_km must be above 0, not {distance_km!r}")
    return _Rule(_microseconds("gap", gap), _microseconds("pause", pause), distance_km, _told(home))


def _microseconds(name: str, duration: str) -> int:
    if not (isinstance(duration, str) and _DURATION.fullmatch(duration)):
        raise UsageError(f"{name}={duration!r} is no duration such as '90m', '6h', '4d', '1w'")
    parts = re.findall(r"([0-9]+)([a-z]+)", duration)
    return sum(int(count) * _UNITS[unit] for count, unit in parts)


def _told(home: Position | Sequence[Position] | None) -> list[Position] | None:
    if home is None:
        return None
    try:
        pairs = np.array(home, np.float64).reshape(-1, 2)
    except (TypeError, ValueError):  # one number, names, ...
        pairs = np.array([[np.nan, np.nan]])
    if not ((np.abs(pairs[:, 0]) <= 90) & (np.abs(pairs[:, 1]) <= 180)).all():
        raise UsageError(f"home must be latitude and longitude in degrees, not {home!r}")
    return [(north, east) for north, east in pairs.tolist()]


def _trips_of(frame: pl.DataFrame, rule: _Rule) -> pl.DataFrame:
    numbered = _numbered(_placed(frame), rule).filter(pl.col(_NUMBER).is_not_null())
    named = _names(numbered)
    days = (pl.col("last").dt.date() - pl.col("first").dt.date()).dt.total_days() + 1
    return (
        tallied(numbered, [pl.col(_NUMBER)], home_distance_km=pl.col(_FAR).max())
        .join(named, on=_NUMBER)
        .join(_listed(numbered, "city", "cities"), on=_NUMBER, how="left")
        .join(_listed(numbered, "country", "countries"), on=_NUMBER, how="left")
        .sort(_NUMBER)
        .with_columns(days=days)
        .select(pl.col(name).cast(dtype) for name, dtype in _TABLE.items())
    )


def _add_trips_to(frame: pl.DataFrame, rule: _Rule) -> pl.DataFrame:
    numbered = _numbered(_placed(frame), rule)
    names = _names(numbered.filter(pl.col(_NUMBER).is_not_null()))
    trip = numbered.select(_NUMBER).join(names, on=_NUMBER, how="left", maintain_order="left")
    return frame.with_columns(trip[TRIP])


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if {"city", "country"} <= set(frame.columns) else add_places(frame)


def _numbered(frame: pl.DataFrame, rule: _Rule) -> pl.DataFrame:
    """Add the number of the trip, null where an image is on none, and the distance from home."""
    table = _times_and_positions(frame)
    timed = table.filter(pl.col("acquired_at").is_not_null())
    located = timed.filter(pl.col("latitude").is_not_null()).sort(WHEN, _ROW)
    homes = find_homes(located, rule.distance_km, rule.pause) if rule.homes is None else rule.homes
    distance = _from_home(located, homes)
    away = pl.Series(distance > rule.distance_km)
    silence = located[WHEN].diff().dt.total_microseconds().fill_null(0) > rule.pause
    starts = away & (~away.shift(1, fill_value=False) | silence)
    located = located.with_columns(
        pl.Series(_FAR, np.where(np.isfinite(distance), distance, np.nan)).fill_nan(None),
        pl.Series(_NUMBER, starts.cast(pl.Int64).cum_sum().set(~away, None)),
    )
    elsewhere = (
        timed.filter(pl.col("latitude").is_null())
        .sort("acquired_at")
        .join_asof(
            located.select("acquired_at", _NUMBER).sort("acquired_at"),
            on="acquired_at",
            strategy="nearest",
            tolerance=f"{rule.gap}us",
        )
    )
    found = pl.concat(
        [located.select(_ROW, _NUMBER, _FAR), elsewhere.select(_ROW, _NUMBER)], how="diagonal"
    )
    rows = table.select(_ROW).join(found, on=_ROW, how="left", maintain_order="left")
    return frame.with_columns(rows[_NUMBER], rows[_FAR])


def _times_and_positions(frame: pl.DataFrame) -> pl.DataFrame:
    """Give row, local time, UTC (told from the longitude if need be) and position of each image."""
    latitude, longitude = (pl.col(name).cast(pl.Float64) for name in ("latitude", "longitude"))
    valid = latitude.is_between(-90, 90) & longitude.is_between(-180, 180)
    sun = (pl.col("longitude") * (_UNITS["d"] / 360)).cast(pl.Int64).cast(pl.Duration("us"))
    utc = pl.lit(None, pl.Datetime("us"))
    if "acquired_at_utc" in frame.columns:
        utc = pl.col("acquired_at_utc").dt.replace_time_zone(None)
    return (
        frame.select(
            pl.col("acquired_at").cast(pl.Datetime("us")),
            utc.alias(WHEN),
            latitude=pl.when(valid).then(latitude),
            longitude=pl.when(valid).then(longitude),
        )
        .with_row_index(_ROW)
        .with_columns(pl.coalesce(WHEN, pl.col("acquired_at") - sun))
    )


def _from_home(located: pl.DataFrame, homes: list[Position]) -> Floats:
    """Kilometres to the nearest home, infinite where there is none."""
    nearest = np.full(located.height, np.inf)
    for home in homes:
        nearest = np.minimum(nearest, distance_to(located, home))
    return nearest


def _names(numbered: pl.DataFrame) -> pl.DataFrame:
    """Name each trip: by its places, and the months from first to last."""
    first, last = pl.col("acquired_at").min(), pl.col("acquired_at").max()
    names = (
        numbered.group_by(_NUMBER)
        .agg(first=first, last=last)
        .join(_labels(numbered), on=_NUMBER, how="left")
        .sort(_NUMBER)
        .with_columns(pl.concat_str(_LABEL, _months(), separator=", ").alias(TRIP))
    )
    again = pl.int_range(1, pl.len() + 1).over(TRIP)
    numbers = pl.when(again > 1).then(" (" + again.cast(pl.String) + ")").otherwise(pl.lit(""))
    return names.select(_NUMBER, (pl.col(TRIP) + numbers).alias(TRIP))


def _months() -> pl.Expr:
    first, last = pl.col("first"), pl.col("last")
    till = last.dt.strftime("%b %Y")
    same_year = first.dt.year() == last.dt.year()
    return (
        pl.when(first.dt.month_start().dt.date() == last.dt.month_start().dt.date())
        .then(till)
        .when(same_year)
        .then(first.dt.strftime("%b") + " – " + till)
        .otherwise(first.dt.strftime("%b %Y") + " – " + till)
    )


def _labels(numbered: pl.DataFrame) -> pl.DataFrame:
    """Say in words where each trip went.

    Its cities, if they have their share of the images; else its countries that have, else that
    of most images; and the open sea where there is no country.
    """
    here = numbered.filter(pl.col("latitude").is_not_null())
    country = pl.coalesce("country", pl.lit("Open sea"))
    places = (_counted(here, words) for words in (pl.coalesce("city", country), country))
    cities, countries = places
    return (
        countries.group_by(_NUMBER)
        .agg(pl.col(_LABEL).first().alias("_most"))
        .join(_frequent(countries), on=_NUMBER, how="left")
        .join(_frequent(cities), on=_NUMBER, how="left", suffix="_city")
        .select(_NUMBER, pl.coalesce(_LABEL + "_city", _LABEL, "_most").alias(_LABEL))
    )


def _counted(rows: pl.DataFrame, words: pl.Expr) -> pl.DataFrame:
    """Count words by trip: the most frequent first, then the one that came first."""
    return (
        rows.select(_NUMBER, "acquired_at", words.alias(_LABEL))
        .drop_nulls(_LABEL)
        .group_by(_NUMBER, _LABEL)
        .agg(pl.len().alias("count"), pl.col("acquired_at").min().alias("first"))
        .sort(_NUMBER, "count", "first", _LABEL, descending=[False, True, False, False])
    )


def _frequent(counted: pl.DataFrame) -> pl.DataFrame:
    """Join the words that have their share of the rows of a trip."""
    share = pl.col("count") / pl.col("count").sum().over(_NUMBER)
    return (
        counted.filter(share >= _NAMING - 1e-9)
        .group_by(_NUMBER, maintain_order=True)
        .agg(pl.col(_LABEL).str.join(" and "))
    )


def _listed(numbered: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """List the values of a column by trip, as they are counted."""
    rows = _counted(numbered, pl.col(column)).group_by(_NUMBER, maintain_order=True)
    return (
        numbered.select(_NUMBER)
        .unique()
        .join(rows.agg(pl.col(_LABEL).alias(name)), on=_NUMBER, how="left")
        .with_columns(pl.col(name).fill_null([]))
    )
