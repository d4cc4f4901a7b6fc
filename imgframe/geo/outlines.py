"""Polygons that points are looked up in, whatever system they are drawn in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imgframe.errors import UsageError
from imgframe.geo.nearest import NOWHERE, Floats, Rows

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_WGS84: Final = "EPSG:4326"
_POLYGONS: Final = ("Polygon", "MultiPolygon")
_MARGIN: Final = 0.1
"""Degrees around the areas within which points are taken into their system."""

_DENSE: Final = 51
"""Points along each side of the box of the areas, to know its extent in degrees."""

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Polygons in their own system, ready to be asked."""

    geometries: Geometries
    """None where there is none, or an empty one."""

    order: Rows
    """Place of each polygon among all by size, the smallest first; of equal ones the first."""

    crs: Any
    """The system of pyproj that they are drawn in."""

    @classmethod
    def of(cls, table: GeoDataFrame) -> Outlines:
        """Take the geometries of a table.

        Raises
        ------
        UsageError
            They are no polygons, or their system is not known.
        """
        import shapely

        geometries = np.asarray(table.geometry.values, dtype=object).copy()
        other = sorted({g.geom_type for g in geometries if g is not None} - set(_POLYGONS))
        if other:
            raise UsageError(f"areas must be polygons, not {', '.join(other)}")
        crs = _system(table)
        if crs.is_geographic:
            wide = shapely.bounds(geometries)
            for row in np.flatnonzero(wide[:, 2] - wide[:, 0] > 180.0):
                geometries[row] = _unwrapped(geometries[row])
        broken = ~shapely.is_valid(geometries) & ~shapely.is_missing(geometries)
        geometries[broken] = shapely.make_valid(geometries[broken])
        geometries[shapely.is_empty(geometries)] = None
        size = np.nan_to_num(shapely.area(_equal_area(geometries, crs)))
        order = np.empty(len(geometries), np.int64)
        order[np.argsort(size, kind="stable")] = np.arange(len(geometries))
        return cls(geometries, order, crs)

    def around(self, latitude: Floats, longitude: Floats) -> Rows:
        """Find the polygon around each point.

        Parameters
        ----------
        latitude, longitude
            Degrees of WGS 84, on earth, shape (n,).

        Returns
        -------
        numpy.ndarray
            Int64, shape (n,): the row of the smallest polygon that holds the point, or `NOWHERE`.
        """
        import shapely

        points, x, y = self._drawn(latitude, longitude)
        tree = shapely.STRtree(shapely.points(x, y))
        # Polygons are asked for points, since GEOS prepares what asks.
        polygons, found = tree.query(self.geometries, predicate="covers")
        first = np.full(len(latitude), len(self.geometries), np.int64)
        np.minimum.at(first, points[found], self.order[polygons])
        by_order = np.append(np.argsort(self.order), NOWHERE)
        rows: Rows = by_order[first]
        return rows

    def _drawn(self, latitude: Floats, longitude: Floats) -> tuple[Rows, Floats, Floats]:
        """Take points into the system of the polygons: number and coordinates of each.

        Far points are left out, for which a projection may give anything; with degrees, a point
        is there once for each turn round the earth on which there are polygons.
        """
        import shapely
        from pyproj import Transformer

        known = self.geometries[~shapely.is_missing(self.geometries)]
        if not len(known):
            return np.empty(0, np.int64), np.empty(0), np.empty(0)
        bounds = shapely.total_bounds(known)
        into = Transformer.from_crs(_WGS84, self.crs, always_xy=True)
        if self.crs.is_geographic:
            x, y = into.transform(longitude, latitude)
            turns = np.arange(
                np.floor((bounds[0] - 180) / 360), np.ceil((bounds[2] + 180) / 360) + 1
            )
            points = np.tile(np.arange(len(x)), len(turns))
            x, y = (np.asarray(x)[points] + np.repeat(turns * 360.0, len(x)), np.asarray(y)[points])
            near = (x >= bounds[0] - _MARGIN) & (x <= bounds[2] + _MARGIN)
            return points[near], x[near], y[near]
        points = np.flatnonzero(_near(latitude, longitude, into, bounds))
        x, y = into.transform(longitude[points], latitude[points])
        sound = np.isfinite(x) & np.isfinite(y)
        return points[sound], np.asarray(x)[sound], np.asarray(y)[sound]


def _near(latitude: Floats, longitude: Floats, into: Any, bounds: Floats) -> npt.NDArray[np.bool_]:
    """Tell which points lie in the box, in degrees, of the bounds of a plane system."""
    west, south, east, north = into.transform_bounds(
        *bounds, densify_pts=_DENSE, direction="INVERSE"
    )
    if not np.isfinite([west, south, east, north]).all():
        return np.ones(len(latitude), np.bool_)
    width = east - west if east >= west else east - west + 360.0
    near: npt.NDArray[np.bool_] = (longitude - west + _MARGIN) % 360.0 <= width + 2 * _MARGIN
    near &= (latitude >= south - _MARGIN) & (latitude <= north + _MARGIN)
    return near


def _system(table: GeoDataFrame) -> Any:
    """Give the system of a table; degrees of WGS 84 where none is told and they can be."""
    from pyproj import CRS

    if table.crs is not None:
        return CRS(table.crs).to_2d()
    west, south, east, north = table.total_bounds
    if len(table) and (west < -360 or east > 360 or south < -90 or north > 90):
        raise UsageError(
            "the areas do not say in which coordinate reference system they are, and are not in "
            "degrees: set it with GeoDataFrame.set_crs"
        )
    return CRS(_WGS84)


def _equal_area(geometries: Geometries, crs: Any) -> Geometries:
    """Draw degrees on a cylinder that keeps areas (Lambert, 1772); plane systems stay."""
    import shapely

    if not crs.is_geographic:
        return geometries

    def cylinder(degrees: Floats) -> Floats:
        return np.column_stack((np.radians(degrees[:, 0]), np.sin(np.radians(degrees[:, 1]))))

    drawn: Geometries = shapely.transform(geometries, cylinder)
    return drawn


def _unwrapped(geometry: Any) -> Any:
    """Let rings that jump across the antimeridian go on beyond it."""
    import shapely

    parts = []
    for part in shapely.get_parts(geometry):
        shell = _ring(shapely.get_coordinates(part.exterior))
        holes = [_ring(shapely.get_coordinates(hole)) for hole in part.interiors]
        middle = shell[:, 0].mean()
        for hole in holes:
            hole[:, 0] += 360.0 * np.round((middle - hole[:, 0].mean()) / 360.0)
        parts.append(shapely.Polygon(shell, holes))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring(coordinates: Floats) -> Floats:
    """Take steps of more than 180 degrees the short way, but for those of a whole turn."""
    steps = np.diff(coordinates[:, 0])
    jumps = (np.abs(steps) > 180.0) & (np.abs(steps) < 360.0)
    short = np.where(jumps, steps - 360.0 * np.sign(steps), steps)
    longitude = coordinates[0, 0] + np.concatenate(([0.0], np.cumsum(short)))
    if abs(longitude[-1] - longitude[0]) > 1e-6:
        return coordinates  # it goes round a pole
    return np.column_stack((longitude, coordinates[:, 1]))
