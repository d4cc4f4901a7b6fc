"""The files of a catalogue as others see them: five readers, one table."""

from __future__ import annotations

import json
import struct
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import geopandas
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from pyproj import CRS

from imgframe.catalog import Catalog, merge, spill
from imgframe.catalog import parts as parts_module
from imgframe.catalog.geoparquet import points
from tests.catalog.library import Library, expected, files, some_library, table

PLAIN = {"string", "int32", "int64", "double", "bool", "date32[day]", "binary", "time64[us]"}
PLAIN |= {"timestamp[us]", "timestamp[us, tz=UTC]"}
LISTS = {"list<element: string>", "list<element: int64>", "list<element: double>"}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return some_library(tmp_path / "photos")


@pytest.fixture
def catalog(library: Library, tmp_path: Path) -> Path:
    """A catalogue of two updates, the second of which brings a column and two partitions.

    The first part in order lacks the new column, and so does the last.
    """
    catalog = tmp_path / "catalog"
    library.update(catalog)
    library.put("c/new.jpg", DateTimeOriginal=datetime(1990, 1, 1), LensModel="50mm f/1.8")
    library.put("c/plain.jpg", DateTimeOriginal=datetime(2001, 1, 1))
    library.update(catalog)
    return catalog


@pytest.fixture(params=["as updates leave it", "compact"])
def any_catalog(request: pytest.FixtureRequest, catalog: Path) -> Path:
    """The same, and with the columns of all in every part."""
    if request.param == "compact":
        Catalog(catalog).compact()
    return catalog


def ordered(frame: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """Bring what a reader gave to the order, and the integer and time types, of the table."""
    return frame.select(like.columns).cast(like.schema).sort("path")


def test_polars_reads_the_table(library: Library, any_catalog: Path) -> None:
    wanted = expected(library)
    glob = any_catalog / "**/*.parquet"
    read = pl.read_parquet(glob, hive_partitioning=True, missing_columns="insert")
    assert_frame_equal(ordered(read, wanted), wanted)
    read = pl.read_parquet(any_catalog, missing_columns="insert")
    assert_frame_equal(ordered(read, wanted), wanted)
    assert_frame_equal(table(any_catalog), wanted)


def test_readers_that_want_to_be_told_of_columns_say_so(catalog: Path) -> None:
    """Nothing is wrong in silence where the options are left out."""
    glob = (catalog / "**" / "*.parquet").as_posix()
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="missing_columns='insert'"):
        pl.read_parquet(glob, hive_partitioning=True)
    with duckdb.connect() as connection, pytest.raises(duckdb.Error, match="union_by_name"):
        connection.sql(f"SELECT * FROM read_parquet('{glob}')").fetchall()


def test_compact_catalogue_is_read_without_options(library: Library, catalog: Path) -> None:
    Catalog(catalog).compact()
    wanted = expected(library)
    glob = (catalog / "**" / "*.parquet").as_posix()
    read = pl.read_parquet(glob, hive_partitioning=True)
    assert_frame_equal(ordered(read, wanted), wanted)
    with duckdb.connect() as connection:
        rows = connection.sql(f"SELECT count(LensModel), count(*) FROM read_parquet('{glob}')")
        assert rows.fetchall() == [(1, 7)]


def test_pyarrow_reads_the_table(library: Library, any_catalog: Path) -> None:
    wanted = expected(library)
    read = pl.from_arrow(pyarrow.dataset.dataset(any_catalog, partitioning="hive").to_table())
    assert isinstance(read, pl.DataFrame)
    assert_frame_equal(ordered(read, wanted), wanted)


def test_duckdb_reads_the_table(library: Library, any_catalog: Path) -> None:
    wanted = expected(library)
    glob = (any_catalog / "**" / "*.parquet").as_posix()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        read_all = f"read_parquet('{glob}', hive_partitioning=true, union_by_name=true)"
        query = f"SELECT * EXCLUDE geometry FROM {read_all}"
        read = pl.from_arrow(connection.sql(query).to_arrow_table())
        assert isinstance(read, pl.DataFrame)
        assert_frame_equal(ordered(read, wanted), wanted)
        kinds = connection.sql(f"DESCRIBE SELECT * FROM {read_all}").fetchall()
        types = {name: kind for name, kind, *_ in kinds}
        assert types["geometry"].startswith("GEOMETRY")
        assert types["acquired_at"] == "TIMESTAMP"
        assert types["acquired_at_utc"] == "TIMESTAMP WITH TIME ZONE"
        assert types["GPSTimeStamp"] == "TIME"
        assert types["GPSDateStamp"] == "DATE"
        assert types["problems"] == "VARCHAR[]"


def test_pandas_reads_the_table(library: Library, any_catalog: Path) -> None:
    wanted = expected(library)
    read = pd.read_parquet(any_catalog).set_index("path").sort_index()
    assert set(wanted.columns) - {"path"} <= set(read.columns)
    for row in wanted.iter_rows(named=True):
        for name, value in row.items():
            if name == "path":
                continue
            found = read.loc[row["path"], name]
            if isinstance(value, list):
                assert list(found) == value
            elif value is None:
                assert found is None or pd.isna(found)
            else:
                assert found == value, name


def test_geopandas_reads_the_table(library: Library, any_catalog: Path) -> None:
    wanted = expected(library)
    read = geopandas.read_parquet(any_catalog).set_index("path").sort_index()
    assert read.crs == CRS.from_epsg(4326)
    assert list(read.index) == wanted["path"].to_list()
    for path, point in read.geometry.items():
        row = wanted.row(by_predicate=pl.col("path") == path, named=True)
        place = None if point is None else (point.y, point.x)
        assert place == (None if row["latitude"] is None else (row["latitude"], row["longitude"]))
    (file,) = (any_catalog / "year=2023").iterdir()
    single = geopandas.read_parquet(file)
    assert single.crs == CRS.from_epsg(4326)
    assert [(p.x, p.y) for p in single.geometry] == [(-70.5, -33.5)]


def test_new_columns_leave_old_parts_alone(library: Library, catalog: Path, tmp_path: Path) -> None:
    before = files(catalog)
    library.put("c/newer.jpg", DateTimeOriginal=datetime(1990, 1, 2), Software="1.0")
    library.update(catalog)
    added = set(files(catalog)) - set(before)
    removed = set(before) - set(files(catalog))
    assert sorted(name.split("-")[0] for name in added) == ["year=0/part", "year=1990/part"]
    (head,) = removed
    assert head.startswith("year=0/part-0-")
    assert pq.read_metadata(sorted(catalog.rglob("*.parquet"))[0]).num_rows == 0


def test_compact_parts_have_the_same_columns(catalog: Path) -> None:
    report = Catalog(catalog).compact()
    assert (report.parts_before, report.parts) == (7, 6)
    assert str(report).startswith("7 parts (")
    schemas = [pq.read_schema(path).remove_metadata() for path in catalog.rglob("*.parquet")]
    assert len(schemas) == 6
    assert all(schema.equals(schemas[0]) for schema in schemas)
    assert "year" not in schemas[0].names
    assert {str(kind) for kind in schemas[0].types} <= PLAIN | LISTS
    assert {"FNumber", "LensModel", "geometry"} <= set(schemas[0].names)


def test_types_on_disk_are_those_of_bi_tools(catalog: Path) -> None:
    (file,) = (catalog / "year=2024").iterdir()
    columns = {column.name: column for column in pq.ParquetFile(file).schema}
    kinds = {name: str(column.logical_type) for name, column in columns.items()}
    assert kinds["path"] == "String"
    for name, is_utc in {"acquired_at": "false", "acquired_at_utc": "true"}.items():
        assert kinds[name].startswith(f"Timestamp(isAdjustedToUTC={is_utc}, timeUnit=microseconds")
    assert "timeUnit=microseconds" in kinds["GPSTimeStamp"]
    assert columns["GPSTimeStamp"].physical_type == "INT64"
    assert columns["orientation"].physical_type == "INT32"


def test_nothing_but_parts_is_left(catalog: Path) -> None:
    assert all(
        name.startswith("year=") and "/part-" in name and name.endswith(".parquet")
        for name in files(catalog)
    )


def test_parts_are_compressed_and_have_statistics(catalog: Path) -> None:
    (file,) = (catalog / "year=2024").iterdir()
    group = pq.read_metadata(file).row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert columns["acquired_at"].statistics.min == datetime(2024, 5, 1, 12, 0, 1, 250000)
    assert columns["latitude"].statistics.max == 47.5
    assert columns["geometry"].statistics is None


def test_geo_metadata(catalog: Path) -> None:
    (with_point,) = (catalog / "year=2024").iterdir()
    geo = json.loads(pq.read_metadata(with_point).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    column = geo["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["Point"]
    assert column["bbox"] == [8.25, 47.5, 8.25, 47.5]
    assert CRS.from_json_dict(column["crs"]) == CRS.from_epsg(4326)
    (without,) = (catalog / "year=1999").iterdir()
    geo = json.loads(pq.read_metadata(without).metadata[b"geo"])
    assert "bbox" not in geo["columns"]["geometry"]


COORDINATES = st.lists(
    st.tuples(
        st.none() | st.floats(-90, 90) | st.just(float("nan")),
        st.none() | st.floats(-180, 180),
    )
)


@given(COORDINATES)
def test_points_are_wkb(coordinates: list[tuple[float | None, float | None]]) -> None:
    latitude = pa.chunked_array([[y for y, _ in coordinates]], pa.float64())
    longitude = pa.chunked_array([[x for _, x in coordinates]], pa.float64())
    made = points(latitude, longitude)
    made.validate(full=True)
    wanted = [
        None if y is None or x is None or np.isnan(y) else struct.pack("<BIdd", 1, 1, x, y)
        for y, x in coordinates
    ]
    assert made.to_pylist() == wanted


def test_rows_of_a_part_are_in_order_of_time(tmp_path: Path) -> None:
    library = Library(tmp_path / "photos")
    for i, day in enumerate([5, 1, 4, 2, 3]):
        library.put(f"{i}.jpg", DateTimeOriginal=datetime(2024, 1, day))
    library.update(tmp_path / "catalog")
    times = Catalog(tmp_path / "catalog").read()["acquired_at"]
    assert times.is_sorted()


@pytest.mark.parametrize("rows", [4, 1000])
def test_large_partitions_are_written_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(spill, "BUFFER_BYTES", 2000)
    monkeypatch.setattr(merge, "CHUNK_BYTES", 5000)
    monkeypatch.setattr(spill, "BATCH_BYTES", 500)
    monkeypatch.setattr(parts_module, "GROUP_ROWS", 3)
    monkeypatch.setattr(parts_module, "PART_ROWS", rows)
    library = Library(tmp_path / "photos")
    for i in range(60):
        tags: dict[str, Any] = {"Make": f"camera {i}", f"Exif:0x{i:04X}": "x"}
        library.put(f"{i:03}.jpg", DateTimeOriginal=datetime(2020 + i % 2, 1, 1), **tags)
    catalog = tmp_path / "catalog"
    library.update(catalog)
    assert_frame_equal(table(catalog), expected(library))
    infos = [pq.read_metadata(path) for path in catalog.rglob("*.parquet")]
    assert (len(infos) > 4) == (rows == 4)
    assert all(info.row_group(0).num_rows <= 3 for info in infos)
    library.remove("007.jpg")
    library.update(catalog)
    assert_frame_equal(table(catalog), expected(library))
    assert Catalog(catalog).verify().is_sound
