"""The `geometry` column: points as WKB, described by GeoParquet 1.1 metadata.

Sources: OGC 06-103r4, 8.2.6 (well-known binary) and the GeoParquet 1.1.0 specification. WKB is
what every reader takes: geopandas and DuckDB as geometry, all others as binary. The reference
system is written out, since metadata without one means OGC:CRS84, which is not EPSG:4326 to a
GIS. Coordinates are (longitude, latitude), as GeoParquet demands whatever the system's axes.
"""

from __future__ import annotations

import json
import math
from dataclasses import astuple, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

__all__ = ["GEOMETRY", "Bounds", "geo_metadata", "points"]

GEOMETRY: Final = "geometry"
"""Name of the column."""

_WKB_POINT: Final = np.dtype(
    [("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")], align=False
)

_EPSG_4326: Final[dict[str, Any]] = {
    "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
    "type": "GeographicCRS",
    "name": "WGS 84",
    "datum_ensemble": {
        "name": "World Geodetic System 1984 ensemble",
        "members": [
            {"name": "World Geodetic System 1984 (Transit)"},
            {"name": "World Geodetic System 1984 (G730)"},
            {"name": "World Geodetic System 1984 (G873)"},
            {"name": "World Geodetic System 1984 (G1150)"},
            {"name": "World Geodetic System 1984 (G1674)"},
            {"name": "World Geodetic System 1984 (G1762)"},
            {"name": "World Geodetic System 1984 (G2139)"},
            {"name": "World Geodetic System 1984 (G2296)"},
        ],
        "ellipsoid": {
            "name": "WGS 84",
            "semi_major_axis": 6378137,
            "inverse_flattening": 298.257223563,
        },
        "accuracy": "2.0",
        "id": {"authority": "EPSG", "code": 6326},
    },
    "coordinate_system": {
        "subtype": "ellipsoidal",
        "axis": [
            {
                "name": "Geodetic latitude",
                "abbreviation": "Lat",
                "direction": "north",
                "unit": "degree",
            },
            {
                "name": "Geodetic longitude",
                "abbreviation": "Lon",
                "direction": "east",
                "unit": "degree",
            },
        ],
    },
    "id": {"authority": "EPSG", "code": 4326},
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box around points, in degrees; empty while `west` exceeds `east`."""

    west: float = math.inf
    south: float = math.inf
    east: float = -math.inf
    north: float = -math.inf

    @classmethod
    def around(cls, latitude: pl.Series, longitude: pl.Series) -> Bounds:
        """Return the box around the points that are there."""
        y, x = _finite(latitude.to_numpy(), longitude.to_numpy())[1:]
        return cls(*map(float, (x.min(), y.min(), x.max(), y.max()))) if x.size else cls()

    @classmethod
    def of(cls, metadata: dict[bytes, bytes]) -> Bounds:
        """Return the box that the metadata of a file tells of."""
        return cls(*json.loads(metadata[b"geo"])["columns"][GEOMETRY].get("bbox", ()))

    def joined(self, other: Bounds) -> Bounds:
        """Return the box around both."""
        return Bounds(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )


def points(latitude: pa.ChunkedArray, longitude: pa.ChunkedArray) -> pa.Array:
    """Make WKB points; null where a coordinate is null or not finite.

    Parameters
    ----------
    latitude, longitude : pyarrow.ChunkedArray of float64
        Degrees, WGS 84.

    Returns
    -------
    pyarrow.Array of binary
        21 bytes a point, little-endian.
    """
    valid, y, x = _finite(latitude.to_numpy(), longitude.to_numpy())
    wkb = np.empty(x.size, _WKB_POINT)
    wkb["order"] = 1
    wkb["type"] = 1
    wkb["x"] = x
    wkb["y"] = y
    offsets = np.zeros(valid.size + 1, np.int32)
    np.cumsum(valid, out=offsets[1:])
    offsets *= _WKB_POINT.itemsize
    mask = np.packbits(valid, bitorder="little")
    return pa.Array.from_buffers(
        pa.binary(), valid.size, [pa.py_buffer(mask), pa.py_buffer(offsets), pa.py_buffer(wkb)]
    )


def geo_metadata(bounds: Bounds) -> str:
    """Return the text of the `geo` key of a Parquet file.

    Parameters
    ----------
    bounds : Bounds
        The box around the points of the file.

    Returns
    -------
    str
    """
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "crs": _EPSG_4326,
    }
    if bounds.west <= bounds.east:
        column["bbox"] = astuple(bounds)
    return json.dumps(
        {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    )


def _finite(
    latitude: npt.NDArray[np.float64], longitude: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return which points are there (null is NaN here), and their latitudes and longitudes."""
    valid = np.isfinite(latitude) & np.isfinite(longitude)
    return valid, latitude[valid], longitude[valid]
