"""Images as points for geopandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa

from imgframe.geo.places import check_position, on_earth

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_CRS = "EPSG:4326"
_GEOMETRY = "geometry"


def to_points(frame: pl.DataFrame | pl.LazyFrame) -> GeoDataFrame:
    """Turn a table of images into points.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `latitude` and `longitude` in degrees (WGS 84, north and east positive).

    Returns
    -------
    geopandas.GeoDataFrame
        Every row and column, and `geometry`: a point (x is the longitude), or None where the
        position is null, NaN or no position on earth. A column `geometry` that was there is
        replaced. The crs is EPSG:4326. Integers and booleans are pandas' nullable Int64, Int32,
        ..., boolean; lists are Python lists; dates with time stay datetimes of microseconds.
        GeoParquet takes all of it; GeoPackage and Shapefile take names that differ in nothing but
        case (`model`, `Model`) for one, so select columns before `to_file`.

    Raises
    ------
    UsageError
        There is no `latitude` or `longitude`, or they are no numbers.
    """
    import geopandas as gpd
    import shapely

    check_position(frame)
    table = frame.lazy().collect()
    latitude = table["latitude"].cast(pl.Float64).to_numpy()
    longitude = table["longitude"].cast(pl.Float64).to_numpy()
    valid = on_earth(latitude, longitude)
    geometry = np.full(len(valid), None, dtype=object)
    geometry[valid] = shapely.points(longitude[valid], latitude[valid])
    columns = _pandas(table.drop(_GEOMETRY, strict=False))
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(geometry, crs=_CRS), crs=_CRS)


def _pandas(table: pl.DataFrame) -> Any:
    """Convert to pandas so that no integer becomes a float and no list an array."""
    import pandas as pd

    nullable = {
        pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype(),
        pa.int64(): pd.Int64Dtype(), pa.uint8(): pd.UInt8Dtype(), pa.uint16(): pd.UInt16Dtype(),
        pa.uint32(): pd.UInt32Dtype(), pa.uint64(): pd.UInt64Dtype(), pa.bool_(): pd.BooleanDtype(),
    }  # fmt: skip
    arrow = table.to_arrow(compat_level=pl.CompatLevel.oldest())
    pandas = arrow.to_pandas(types_mapper=nullable.get)
    for name, dtype in table.schema.items():
        if isinstance(dtype, pl.List | pl.Array):
            pandas[name] = pd.Series(table[name].to_list(), dtype=object, index=pandas.index)
    return pandas
