"""Images by place."""

from __future__ import annotations

from typing import Final, TypeVar

import polars as pl

from imgframe.errors import UsageError
from imgframe.geo.places import PLACE_COLUMNS, add_places

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

LEVELS: Final = {
    "country": ("country_code", "country"),
    "region": ("region", "country_code", "country"),
    "city": ("city", "region", "country_code", "country"),
    "district": ("district", "city", "region", "country_code", "country"),
}
"""The columns that tell the places of a level apart."""

_OPTIONAL: Final[dict[str, pl.DataType]] = {
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "acquired_at": pl.Datetime("us"),
    "manufacturer": pl.String(),
    "model": pl.String(),
}


def group_by_place(frame: Frame, level: str = "city") -> Frame:
    """Count images by place.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With the columns that `add_places` adds, or with `latitude` and `longitude`, from which
        they are made.
    level : {"city", "district", "region", "country"}, default "city"
        How far places are told apart. Places of one name in different regions or countries are
        different places.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, a row a place, most images first, then by name:

        - the columns of the place from the level up to `country` (String), null where images
          have none: these rows are kept, so that `count` adds up to the rows of the frame;
        - `count`: the images (Int64);
        - `first`, `last`: when they were taken (Datetime[us], local);
        - `cameras`: makers and models (List[String], sorted);
        - `latitude`, `longitude`: the centre, the mean of the points as vectors (Float64), null
          where there is none;
        - `west`, `south`, `east`, `north`: the smallest box around them, in degrees (Float64);
          `west` is more than `east` where the box crosses the antimeridian, as in GeoJSON.

    Raises
    ------
    UsageError
        `level` is none of the four, or the frame has neither places nor positions.
    """
    if level not in LEVELS:
        raise UsageError(f"level must be one of {', '.join(LEVELS)}, not {level!r}")
    keys = LEVELS[level]
    if not set(keys) <= set(frame.collect_schema().names()):
        frame = add_places(frame)
    names = frame.collect_schema().names()
    absent = {name: dtype for name, dtype in _OPTIONAL.items() if name not in names}
    return (
        frame.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in absent.items())
        .with_columns(_position())
        .group_by([pl.col(key).cast(PLACE_COLUMNS[key]) for key in keys])
        .agg(**_statistics())
        .sort("count", *keys, descending=[True] + [False] * len(keys), nulls_last=True)
    )


def _position() -> list[pl.Expr]:
    """Latitude and longitude, both null where they are no position on earth."""
    latitude, longitude = pl.col("latitude").cast(pl.Float64), pl.col("longitude").cast(pl.Float64)
    on_earth = latitude.is_between(-90, 90) & longitude.is_between(-180, 180)
    return [pl.when(on_earth).then(latitude), pl.when(on_earth).then(longitude)]


def _statistics() -> dict[str, pl.Expr]:
    camera = pl.concat_str("manufacturer", "model", separator=" ", ignore_nulls=True)
    latitude, longitude = _centre()
    west, east = _west_east()
    return {
        "count": pl.len().cast(pl.Int64),
        "first": pl.col("acquired_at").min(),
        "last": pl.col("acquired_at").max(),
        "cameras": camera.filter(camera != "").unique().sort(),
        "latitude": latitude,
        "longitude": longitude,
        "west": west,
        "south": pl.col("latitude").min(),
        "east": east,
        "north": pl.col("latitude").max(),
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
