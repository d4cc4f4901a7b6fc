"""How far images are from a point."""

from __future__ import annotations

from numbers import Real
from typing import Final, TypeVar

import polars as pl

from imgframe.errors import UsageError
from imgframe.geo.nearest import EARTH_KM
from imgframe.geo.places import check_position

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_DISTANCE: Final = "distance_km"


def near(frame: Frame, latitude: float, longitude: float, km: float = 10.0) -> Frame:
    """Keep the images near a point, the nearest first.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `latitude` and `longitude` in degrees (WGS 84, north and east positive).
    latitude, longitude : float
        The point, in degrees.
    km : float, default 10.0
        How far images may be from it.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame: the rows within `km`, sorted by distance and otherwise in their
        order, with `distance_km` (Float64), the great-circle distance on a sphere, which is
        within 0.6 % of that on the ellipsoid. Images without a position are left out.

    Raises
    ------
    UsageError
        The point is none on earth, `km` is no number above or equal to zero, or the frame has no
        positions.

    Notes
    -----
    The haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
    """
    numbers = isinstance(latitude, Real) and isinstance(longitude, Real)
    if not (numbers and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise UsageError(
            f"no point on earth: latitude {latitude!r} (-90 to 90), "
            f"longitude {longitude!r} (-180 to 180)"
        )
    if not (isinstance(km, Real) and km >= 0):
        raise UsageError(f"km must be a number from 0 on, not {km!r}")
    check_position(frame)
    within = pl.col(_DISTANCE) <= km
    found = frame.with_columns(_distance_km(latitude, longitude).alias(_DISTANCE))
    return found.filter(within).sort(_DISTANCE, maintain_order=True)


def _distance_km(latitude: float, longitude: float) -> pl.Expr:
    """Give the distance of the position of a row, null where that is no position on earth."""
    north, east = (pl.col(name).cast(pl.Float64) for name in ("latitude", "longitude"))
    on_earth = north.is_between(-90, 90) & east.is_between(-180, 180)
    phi, other = north.radians(), pl.lit(latitude, pl.Float64).radians()
    half_north = ((north - latitude) / 2).radians().sin()
    half_east = ((east - longitude) / 2).radians().sin()
    haversine = half_north**2 + phi.cos() * other.cos() * half_east**2
    arc = 2 * EARTH_KM * pl.min_horizontal(haversine.sqrt(), 1.0).arcsin()
    return pl.when(on_earth).then(arc)
