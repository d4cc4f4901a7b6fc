"""Small shapes around points on the globe, as polygons in degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imgframe.geo.nearest import EARTH_KM, Floats

if TYPE_CHECKING:
    from shapely import Geometry

_DEGREES: Final = 360.0


def polygons(
    latitude: Floats, longitude: Floats, east: Floats, north: Floats
) -> npt.NDArray[np.object_]:
    """Draw a polygon around each point.

    Parameters
    ----------
    latitude, longitude
        Degrees, shape (n,); a pole must be farther off than the corners.
    east, north
        Metres from the point to its corners, shape (n, corners): how far, and in which direction,
        the way to a corner starts out.

    Returns
    -------
    numpy.ndarray
        Polygons, shape (n,); a MultiPolygon of two where one crosses the antimeridian.
    """
    import shapely

    if not len(latitude):
        return np.empty(0, dtype=object)
    corners = np.stack(_reached(latitude, longitude, east, north), axis=-1)
    drawn: npt.NDArray[np.object_] = np.asarray(shapely.polygons(corners), dtype=object)
    for row in np.flatnonzero((np.abs(corners[:, :, 0]) > _DEGREES / 2).any(axis=1)):
        drawn[row] = _split(drawn[row])
    return drawn


def _reached(
    latitude: Floats, longitude: Floats, east: Floats, north: Floats
) -> tuple[Floats, Floats]:
    """Longitude and latitude of the corners; longitudes go on beyond 180."""
    arc = np.hypot(east, north) / (EARTH_KM * 1000.0)
    bearing = np.arctan2(east, north)
    phi = np.radians(latitude)[:, None]
    there = np.arcsin(np.sin(phi) * np.cos(arc) + np.cos(phi) * np.sin(arc) * np.cos(bearing))
    turned = np.arctan2(
        np.sin(bearing) * np.sin(arc) * np.cos(phi), np.cos(arc) - np.sin(phi) * np.sin(there)
    )
    return longitude[:, None] + np.degrees(turned), np.degrees(there)


def _split(polygon: Geometry) -> Geometry:
    """Cut a polygon that goes on beyond 180 degrees at the antimeridian."""
    import shapely

    parts: list[Any] = []
    for turn in (-_DEGREES, 0.0, _DEGREES):
        shifted = shapely.transform(polygon, lambda xy, turn=turn: xy + np.array([turn, 0.0]))
        part = shapely.clip_by_rect(shifted, -180.0, -90.0, 180.0, 90.0)
        parts += [piece for piece in shapely.get_parts(part) if piece.area > 0]
    return shapely.MultiPolygon(parts)
