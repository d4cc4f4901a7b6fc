"""The user's own areas: which park, district or plot an image was taken in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import polars as pl

from imgframe.errors import SourceError, UsageError
from imgframe.geo.nearest import NOWHERE
from imgframe.geo.outlines import Outlines
from imgframe.geo.places import check_position, on_earth

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_PARQUET: Final = (".parquet", ".geoparquet", ".pq")


def join_areas(
    frame: Frame,
    polygons: GeoDataFrame | str | os.PathLike[str],
    columns: Sequence[str] | None = None,
    *,
    prefix: str = "",
    layer: str | None = None,
) -> Frame:
    """Say in which area each image was taken: parks, districts, survey plots, whatever is drawn.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `latitude` and `longitude` in degrees (WGS 84, north and east positive).
    polygons : geopandas.GeoDataFrame, str or path
        The areas, in any coordinate reference system, or a file of them that geopandas opens
        (GeoPackage, Shapefile, GeoJSON, FlatGeobuf, GeoParquet, ...). Without a reference
        system they are taken as degrees of WGS 84, if they can be.
    columns : sequence of str, optional
        Columns of the areas to add; all but the geometry when left out.
    prefix : str, default ""
        Put in front of their names.
    layer : str, optional
        Which layer of a file that has several.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame and rows, one for one and in their order, with the columns of the
        area; null for images in no area and those without a position.

    Raises
    ------
    UsageError
        The areas are no polygons or their system is not known; a column is not there, or is in
        the frame already (give a `prefix`); or the frame has no positions.
    SourceError
        The file cannot be opened.

    Notes
    -----
    - A point on the boundary of an area is in it; one in a hole is not, one on the rim of a hole
      is.
    - Where areas overlap, the smallest holds: the plot, not the park around it. Of equal ones,
      and where neighbours share a boundary and are of one size, the first.
    - Points are taken into the system of the areas, so that edges are straight as they were
      drawn. Where they are drawn in degrees, an edge that spans more than 180° of longitude is
      taken to cross the antimeridian the short way, but not one along a whole parallel (from
      -180 to 180); areas split at the antimeridian, and those that go on beyond 180°, are
      understood as well.
    - Polygons that cross themselves are mended as `shapely.make_valid` does it.
    """
    check_position(frame)
    table = _opened(polygons, layer)
    chosen = _columns(table, columns)
    outlines = Outlines.of(table)
    attributes = pl.DataFrame({prefix + name: _series(table[name]) for name in chosen})
    there = frame.collect_schema().names()
    if taken := [name for name in attributes.columns if name in there]:
        raise UsageError(f"the frame has {', '.join(taken)} already: give the areas a prefix")
    if not chosen:
        return frame
    position = pl.struct(pl.col("latitude", "longitude").cast(pl.Float64))
    found = position.map_batches(
        lambda positions: _areas_of(positions, outlines, attributes),
        return_dtype=pl.Struct(attributes.schema),
        is_elementwise=True,
    )
    return frame.with_columns(found.struct.unnest())


def _opened(areas: GeoDataFrame | str | os.PathLike[str], layer: str | None) -> GeoDataFrame:
    import geopandas as gpd

    if isinstance(areas, gpd.GeoDataFrame):
        return areas
    if not isinstance(areas, str | os.PathLike):
        raise UsageError(f"polygons must be a GeoDataFrame or a file, not {type(areas).__name__}")
    name = os.fspath(areas)
    if "://" not in name and not name.startswith("/vsi") and not Path(name).exists():
        raise SourceError(f"no such file: {name}")
    try:
        if name.lower().endswith(_PARQUET):
            return gpd.read_parquet(name)
        return gpd.read_file(name) if layer is None else gpd.read_file(name, layer=layer)
    except Exception as error:  # drivers raise what they like
        raise SourceError(f"{name} cannot be opened as areas: {error}") from error


def _columns(table: GeoDataFrame, columns: Sequence[str] | None) -> list[str]:
    there = [str(name) for name in table.columns if name != table.geometry.name]
    if columns is None:
        return there
    wanted = [columns] if isinstance(columns, str) else list(columns)
    if unknown := [name for name in wanted if name not in there]:
        raise UsageError(
            f"the areas have no column {', '.join(map(repr, unknown))}; "
            f"they have {', '.join(there) or 'none'}"
        )
    return wanted


def _series(column: Any) -> pl.Series:
    """Give a column of attributes the dtype it has, text where it is a mixture."""
    try:
        series = pl.Series(pl.from_pandas(column.reset_index(drop=True)))
    except (pl.exceptions.PolarsError, ValueError, TypeError):
        return pl.Series(
            [None if value is None else str(value) for value in column], dtype=pl.String
        )
    return series.cast(pl.String) if series.dtype == pl.Null else series


def _areas_of(positions: pl.Series, outlines: Outlines, attributes: pl.DataFrame) -> pl.Series:
    """Make the struct of the attributes from that of the positions."""
    columns = positions.struct.unnest()
    latitude, longitude = columns["latitude"].to_numpy(), columns["longitude"].to_numpy()
    rows = np.full(len(latitude), NOWHERE, np.int64)
    valid = np.flatnonzero(on_earth(latitude, longitude))
    rows[valid] = outlines.around(latitude[valid], longitude[valid])
    numbers = pl.Series(rows).replace(NOWHERE, None)
    return attributes.select(pl.all().gather(numbers)).to_struct(positions.name)
