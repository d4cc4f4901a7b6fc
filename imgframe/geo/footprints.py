"""What a picture shows, on the map: the ground below a drone, the view of a camera on the ground.

Angles are from a pinhole camera without distortion.

- Field of view: `FocalLengthIn35mmFilm` is the focal length *f* of a camera for 35 mm film with
  the same view (Exif 3.0, CIPA DC-008-2023, 4.6.5). The diagonal is what is compared where the
  shape is not 3:2, so for w x h pixels a side spans ``43.27 mm * w / sqrt(w² + h²)`` on that film
  and ``2 atan(side / 2f)`` of view. Else the side of the sensor is the pixels over
  `FocalPlaneXResolution` (same source), and *f* is `FocalLength`.
- Ground footprint: the rays through the four corners are followed down to a plane `height` below
  (the collinearity equations; K. Kraus, Photogrammetry, 2nd ed. 2007, section 4.1). Straight down
  this is the rule of ground sampling, ``width = height * sensor width / focal length``.
- On the map: each corner is a distance and a bearing from the camera, on a sphere (E. Williams,
  Aviation Formulary, "Lat/lon given radial and distance").
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from imgframe.errors import UsageError
from imgframe.geo.nearest import Floats
from imgframe.geo.places import check_position
from imgframe.geo.points import to_points
from imgframe.geo.sketch import polygons

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_VIEW: Final = "view"
_GROUND, _CONE = "ground", "cone"

FILM_DIAGONAL_MM: Final = float(np.hypot(36.0, 24.0))

FARTHEST_HEIGHTS: Final = 20.0
"""A footprint reaches no farther from the point below the camera than so many times its height;
what would lie beyond, up to the horizon and above it, is cut off."""

FARTHEST_M: Final = 10_000.0
"""Nor is anything drawn farther off than this."""

POLAR: Final = 89.9
"""Nothing is drawn at higher latitudes (degrees)."""

_ARC: Final = 17
_MM_PER_UNIT: Final = {2: 25.4, 3: 10.0, 4: 1.0, 5: 0.001}
"""Millimetres of FocalPlaneResolutionUnit: inch, centimetre, millimetre, micrometre."""

_SOURCES: Final[dict[str, tuple[str, ...]]] = {
    "pitch": ("gimbal_pitch", "drone-dji:GimbalPitchDegree"),
    "yaw": ("gimbal_yaw", "drone-dji:GimbalYawDegree", "GPSImgDirection"),
    "roll": ("gimbal_roll", "drone-dji:GimbalRollDegree"),
    "height": ("relative_altitude", "drone-dji:RelativeAltitude"),
    "direction": ("GPSImgDirection",),
    "columns": ("width",),
    "lines": ("height",),
    "orientation": ("orientation", "Orientation"),
    "film_focal": ("FocalLengthIn35mmFilm",),
    "focal": ("FocalLength",),
    "per_unit": ("FocalPlaneXResolution",),
    "unit": ("FocalPlaneResolutionUnit",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
}
"""Where each figure is from, best first."""


def view_footprints(frame: pl.DataFrame | pl.LazyFrame, reach_m: float = 200.0) -> GeoDataFrame:
    """Draw what each picture shows: the ground below a drone, or the cone that a camera looks into.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `latitude` and `longitude`, and as many as there are of `gimbal_pitch`, `gimbal_yaw`,
        `gimbal_roll` (degrees) and `relative_altitude` (metres) or the tags of DJI they are from
        (``drone-dji:GimbalPitchDegree``, ...); `GPSImgDirection`, `FocalLengthIn35mmFilm`,
        `FocalLength`, `FocalPlaneXResolution`, `FocalPlaneResolutionUnit`, `width`, `height` and
        `orientation`.
    reach_m : float, default 200.0
        How long the cones are, up to `FARTHEST_M`: how far one saw is not in the file.

    Returns
    -------
    geopandas.GeoDataFrame
        Every row and column in EPSG:4326, with `view` and `geometry`:

        - ``"ground"``: the quadrilateral of the picture's corners on the ground, where position,
          height, pitch, yaw (else `GPSImgDirection`) and field of view are known;
        - ``"cone"``: else a sector from the camera, where position, `GPSImgDirection` and field
          of view are known;
        - null, and None as the geometry, where neither is.

        Polygons across the antimeridian are split in two, as GeoJSON (RFC 7946) asks.

    Raises
    ------
    UsageError
        `reach_m` is no such length, or the frame has no positions.

    Notes
    -----
    The ground is taken to be flat and level with the place of take-off, and the lens to be free
    of distortion. A footprint ends `FARTHEST_HEIGHTS` heights away; with two corners of the
    picture on the ground it is drawn, else the view is a cone. Directions that are magnetic are
    taken as they are.
    """
    if not (isinstance(reach_m, Real) and 0 < reach_m <= FARTHEST_M):
        raise UsageError(f"reach_m must be a length in metres up to {FARTHEST_M}, not {reach_m!r}")
    check_position(frame)
    table = frame.lazy().collect()
    shot = _figures(table)
    tangents = _half_tangents(shot)
    shapes = {_CONE: _sectors(shot, tangents[0], reach_m), _GROUND: _corners(shot, tangents)}
    geometry = np.full(table.height, None, dtype=object)
    view = np.full(table.height, None, dtype=object)
    latitude, longitude = shot["latitude"], shot["longitude"]
    somewhere = (np.abs(latitude) <= POLAR) & (np.abs(longitude) <= 180.0)
    for name, (east, north) in shapes.items():
        rows = np.flatnonzero(somewhere & np.isfinite(east + north).all(axis=1))
        geometry[rows] = polygons(latitude[rows], longitude[rows], east[rows], north[rows])
        view[rows] = name
    points = to_points(table.with_columns(pl.Series(_VIEW, view.tolist(), dtype=pl.String)))
    points.geometry = geometry
    return points


def _figures(table: pl.DataFrame) -> dict[str, Floats]:
    """Give every figure as numbers, NaN where it is not known; shape (n,) each."""
    figures = {}
    for name, sources in _SOURCES.items():
        there = [pl.col(source) for source in sources if source in table.columns]
        numbers = [_number(column, table.schema) for column in there]
        nothing = pl.repeat(None, table.height, dtype=pl.Float64)
        found = table.select(pl.coalesce(*numbers, nothing).fill_null(np.nan))
        figures[name] = found.to_series().to_numpy()
    return figures


def _number(column: pl.Expr, schema: pl.Schema) -> pl.Expr:
    """Read a number, also from text such as "+12.30"."""
    if schema[column.meta.output_name()] == pl.String:
        column = column.str.strip_chars().str.strip_prefix("+")
    number = column.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _half_tangents(shot: dict[str, Floats]) -> tuple[Floats, Floats]:
    """Tangents of half the horizontal and vertical field of view, as the picture is held."""
    sideways = np.isin(shot["orientation"], (5, 6, 7, 8))
    wide = np.where(sideways, shot["lines"], shot["columns"])
    high = np.where(sideways, shot["columns"], shot["lines"])
    with np.errstate(divide="ignore", invalid="ignore"):
        film = FILM_DIAGONAL_MM / (2.0 * shot["film_focal"] * np.hypot(wide, high))
        unit = np.select(
            [shot["unit"] == code for code in _MM_PER_UNIT], list(_MM_PER_UNIT.values()), 25.4
        )
        sensor = unit / shot["per_unit"] / (2.0 * shot["focal"])
    known = np.isfinite(film) & (film > 0)
    per_pixel = np.where(known, film, np.where(sensor > 0, sensor, np.nan))
    return wide * per_pixel, high * per_pixel


def _sectors(shot: dict[str, Floats], tangent: Floats, reach_m: float) -> tuple[Floats, Floats]:
    """Metres east and north of the apex and the arc of each cone; shape (n, points)."""
    direction, half = np.radians(shot["direction"]), np.arctan(tangent)
    bearing = direction[:, None] + half[:, None] * np.linspace(-1.0, 1.0, _ARC)
    apex = 0.0 * bearing[:, :1]
    return (
        np.hstack((apex, reach_m * np.sin(bearing))),
        np.hstack((apex, reach_m * np.cos(bearing))),
    )


def _corners(shot: dict[str, Floats], tangents: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Metres east and north of the four corners on the ground, NaN where there is no ground."""
    forward, right, up = _axes(shot)
    across, along = np.array([-1, 1, 1, -1]), np.array([1, 1, -1, -1])
    rays = (
        forward[:, None, :]
        + (tangents[0][:, None] * across)[:, :, None] * right[:, None, :]
        + (tangents[1][:, None] * along)[:, :, None] * up[:, None, :]
    )
    height = np.where(shot["height"] > 0, shot["height"], np.nan)
    level = np.hypot(rays[:, :, 0], rays[:, :, 1])
    farthest = np.minimum(FARTHEST_HEIGHTS * height, FARTHEST_M)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where(rays[:, :, 2] < 0, height[:, None] * level / -rays[:, :, 2], np.inf)
        seen = (away <= farthest).sum(axis=1) >= 2
        length = np.where(seen[:, None], np.minimum(away, farthest), np.nan)
        scale = np.where(level > 0, length / level, 0.0 * length)
    return scale * rays[:, :, 0], scale * rays[:, :, 1]


def _axes(shot: dict[str, Floats]) -> tuple[Floats, Floats, Floats]:
    """Forward, right and up of each camera as east, north, up; shape (n, 3) each."""
    pitch, yaw = np.radians(shot["pitch"]), np.radians(shot["yaw"])
    roll = np.radians(np.nan_to_num(shot["roll"]))[:, None]
    forward = np.column_stack(
        (np.cos(pitch) * np.sin(yaw), np.cos(pitch) * np.cos(yaw), np.sin(pitch))
    )
    right = np.column_stack((np.cos(yaw), -np.sin(yaw), 0.0 * pitch))
    up = np.cross(right, forward)
    cos, sin = np.cos(roll), np.sin(roll)
    return forward, cos * right - sin * up, sin * right + cos * up
