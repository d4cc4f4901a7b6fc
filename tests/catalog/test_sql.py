"""SQL over a catalogue: the table as it is, and no way out of it."""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from imgframe import Catalog, CatalogError, MissingExtraError, UsageError
from imgframe.catalog import sql
from tests.catalog.library import some_library

pytest.importorskip("duckdb")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """A catalogue in a folder whose name needs quoting, and looks like a partition."""
    folder = tmp_path / "it's" / "a=b"
    folder.parent.mkdir()
    some_library(tmp_path / "library").update(folder)
    return Catalog(folder)


# What it gives -----------------------------------------------------------------------------------


def test_the_table_is_that_of_scan(photos: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    catalog.update(photos)
    wanted = catalog.read().sort("path")
    have = catalog.sql("select * from images order by path")
    seen: set[str] = set()
    for name in wanted.columns:
        known_as = f"{name}_1" if name.lower() in seen else name
        seen.add(name.lower())
        assert_frame_equal(have.select(pl.col(known_as).alias(name)), wanted.select(name))
    assert have.width == wanted.width + 1
    assert {"Model_1", "Software_1"} < set(have.columns)


def test_the_key_of_the_partitions_is_a_column(catalog: Catalog) -> None:
    years = catalog.sql("select year, count(*) as n from images group by year order by year")
    assert years.rows() == [(0, 2), (1999, 1), (2023, 1), (2024, 1)]
    assert years.schema["year"] == pl.Int32
    assert "a" not in catalog.sql("select * from images").columns
    assert catalog.sql("select path from images where year = 1999").height == 1


def test_parts_with_other_columns_are_one_table(catalog: Catalog, tmp_path: Path) -> None:
    library = some_library(tmp_path / "more")
    library.put("new.jpg", LensModel="50mm", FNumber=1.8)
    library.update(catalog.path)
    have = catalog.sql('select path, "LensModel", "FNumber" from images order by path')
    assert_frame_equal(have, catalog.read().sort("path").select("path", "LensModel", "FNumber"))


def test_geometry_can_be_used(catalog: Catalog) -> None:
    query = "select path, geometry, ST_AsText(geometry) as text from images order by path"
    have = catalog.sql(query)
    assert have.schema["geometry"] == pl.Binary
    points = geopandas.GeoSeries.from_wkb(have["geometry"].to_list())
    wanted = catalog.read().sort("path")
    assert points.x.dropna().tolist() == wanted["longitude"].drop_nulls().to_list()
    assert points.y.dropna().tolist() == wanted["latitude"].drop_nulls().to_list()
    assert have["text"].to_list()[0] == "POINT (8.25 47.5)"
    assert have["geometry"].null_count() == wanted["latitude"].null_count()


def test_one_query_of_any_shape(catalog: Catalog) -> None:
    assert catalog.sql("describe images").height == len(catalog.info().columns) + 1
    assert catalog.sql("from images select count(*)").item() == 5
    assert catalog.sql("with big as (from images) select count(*) from big;").item() == 5
    assert catalog.sql("-- how many\nselect count(*) from images").item() == 5
    assert catalog.sql("select 1 as a, 2 as a, 3 as A").columns == ["a", "a_1", "A"]
    assert catalog.sql("select path from images where false").schema == {"path": pl.String}
    moment = catalog.sql("select modified_at from images").schema["modified_at"]
    assert moment == pl.Datetime("us", "UTC")


def test_an_empty_catalogue(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    with pytest.raises(CatalogError, match="no catalogue"):
        catalog.sql("select 1")
    schema = {"path": pl.String, "year": pl.Int32, "geometry": pl.Binary}
    catalog.path.mkdir()
    assert catalog.sql("select path, year, geometry from images").schema == schema
    library = some_library(tmp_path / "library")
    library.update(catalog.path)
    for name in ("a/north.jpg", "a/south.jpg", "b/plain.jpg", "b/broken.jpg", "b/old.jpg"):
        library.remove(name)
    library.update(catalog.path)
    assert catalog.sql("select path, year, geometry from images").schema == schema


# What it refuses ---------------------------------------------------------------------------------

OUTSIDE = (
    "select * from read_text('{secret}')",
    "select * from read_csv('{secret}', header = false)",
    "select * from read_blob('{secret}')",
    "select * from '{secret}'",
    "select * from read_parquet('{folder}/**/*.parquet')",
    "select * from glob('{folder}/*')",
    "select * from read_text('https://example.org')",
    "select content from read_text('{part}') union all select content from read_text('{secret}')",
    "select getenv('HOME')",
    "select * from frame",
    "copy images to '{target}'",
    "copy (select 1) to '{target}' (format csv)",
    "copy (select 1) to '{part}' (format parquet, use_tmp_file false)",
    "explain analyze copy (select 1) to '{part}' (format parquet, use_tmp_file false)",
    "export database '{target}'",
    "attach '{target}'",
    "install httpfs",
    "load httpfs",
    "load spatial",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "reset enable_external_access",
    "pragma enable_profiling",
    "create table more as select 1",
    "drop view images",
    "delete from images",
    "select 1; copy (select 1) to '{target}'",
    "select 1; select 2",
    "select nothing from images",
    "selec 1",
    "",
    ";",
    "select interval 1 day",
)


@pytest.mark.parametrize("query", OUTSIDE)
def test_nothing_but_the_table_is_in_reach(catalog: Catalog, tmp_path: Path, query: str) -> None:
    secret, target = tmp_path / "secret.txt", tmp_path / "target"
    secret.write_text("password")
    frame = pl.DataFrame({"secret": ["password"]})
    parts = sorted(catalog.path.rglob("*.parquet"))
    before = [part.read_bytes() for part in parts]
    names = {
        "secret": secret,
        "target": target,
        "folder": catalog.path,
        "part": parts[0],
    }
    quoted = {name: str(path).replace("'", "''") for name, path in names.items()}
    with pytest.raises(UsageError):
        catalog.sql(query.format(**quoted))
    assert not target.exists()
    assert [part.read_bytes() for part in sorted(catalog.path.rglob("*.parquet"))] == before
    assert frame.height == 1


def test_settings_are_locked_even_for_what_gets_through(catalog: Catalog) -> None:
    """The second line of defence, should a statement be taken for a SELECT."""
    import duckdb

    parts = catalog._parts()
    with duckdb.connect(":memory:") as connection:
        sql._make_table(connection, parts, catalog._key_of(parts))
        sql._lock(connection, [str(part.path) for part in parts], str(catalog.path / "spill"))
        for statement in ("set enable_external_access = true", "install httpfs", "load spatial"):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
        with pytest.raises(duckdb.PermissionException):
            connection.execute("copy (select 1) to 'out.csv'")


def test_work_goes_to_the_disk_and_ends_at_its_room(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "MEMORY", "150MB")
    numbers = "(select range as n, hash(range) as h, repeat('x', 20) as x from range(5000000))"
    middle = catalog.sql(f"select n from (from {numbers} order by h) limit 3 offset 2500000")
    assert middle.height == 3
    monkeypatch.setattr(sql, "MEMORY", "20MB")
    with pytest.raises(CatalogError, match="Memory"):
        catalog.sql("select list(range order by hash(range)) from range(5000000)")


def test_a_part_that_is_gone(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = catalog._parts()
    parts[0].path.unlink()
    with pytest.raises(CatalogError, match="could not be answered"):
        sql.answer("select * from images", parts, catalog._key_of(parts))


def test_a_query_that_is_no_text(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="a query is text"):
        catalog.sql(3)  # type: ignore[arg-type]


def test_without_duckdb(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingExtraError, match=r"imgframe\[sql\]"):
        catalog.sql("select 1")
