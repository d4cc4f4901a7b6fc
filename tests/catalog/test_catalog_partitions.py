"""Catalogues that are partitioned by something else than the year."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset
import pytest
from polars.testing import assert_frame_equal

import imgframe
from imgframe.catalog import Catalog, keys
from imgframe.errors import CatalogError, UsageError
from tests.catalog.library import Library, files, some_library

MAKERS = ["Canon", "Konica Minolta", "A/B=C 5%", "Würth", "A", "A-B", "unknown", "ends.", "C:\\x"]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "photos")
    for i, maker in enumerate([*MAKERS, None]):
        library.put(f"{i}.jpg", DateTimeOriginal=datetime(2020 + i % 3, 1, 1), Make=maker)
    return library


def rows_of(library: Library, catalog: Path) -> pl.DataFrame:
    """Return the table that there has to be, in the order of its columns."""
    rows = pl.concat(library.frames(), how="diagonal")
    return rows.select(c for c in Catalog(catalog).read().columns if c in rows.columns)


def test_column_of_the_table_is_as_without_partitions(library: Library, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    assert library.update(catalog, key="manufacturer").added == 10
    read = Catalog(catalog).read().sort("path")
    assert_frame_equal(read, rows_of(library, catalog))
    assert read["manufacturer"].null_count() == 1
    assert "manufacturer=A%2FB%3DC%205%25/" in " ".join(files(catalog))
    assert Catalog(catalog).verify().is_sound
    assert library.update(catalog).unchanged == 10


def test_readers_decode_the_values(library: Library, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    library.update(catalog, key="manufacturer")
    wanted = [(str(library.root / f"{i}.jpg"), m) for i, m in enumerate([*MAKERS, "unknown"])]
    wanted = [(path, "Würth" if maker == "Wurth" else maker) for path, maker in wanted]
    glob = (catalog / "**" / "*.parquet").as_posix()
    by_polars = pl.read_parquet(glob, hive_partitioning=True).select("path", "manufacturer")
    assert sorted(by_polars.rows()) == wanted
    by_pyarrow = pyarrow.dataset.dataset(catalog, partitioning="hive").to_table()
    assert sorted(zip(*by_pyarrow.select(["path", "manufacturer"]).to_pydict().values())) == wanted  # noqa: B905
    by_pandas = pd.read_parquet(catalog)[["path", "manufacturer"]].astype(str)
    assert sorted(by_pandas.itertuples(index=False, name=None)) == wanted
    query = f"SELECT path, manufacturer FROM read_parquet('{glob}', hive_partitioning=true)"
    with duckdb.connect() as connection:
        assert sorted(connection.sql(query).fetchall()) == wanted


@pytest.mark.parametrize("key", ["month", "camera", "format", "manufacturer", "year"])
def test_every_key_keeps_every_row(tmp_path: Path, key: str) -> None:
    library, catalog = some_library(tmp_path / "photos"), tmp_path / "catalog"
    library.update(catalog, key=key)
    library.put("a/north.jpg", "changed", DateTimeOriginal=datetime(2001, 1, 1), Make="Nikon")
    library.remove("b/old.jpg")
    counts = library.update(catalog)
    assert (counts.changed, counts.removed, counts.unchanged) == (1, 1, 3)
    assert counts.moved == (key != "format")
    read = Catalog(catalog).read().sort("path")
    assert_frame_equal(read.select(rows_of(library, catalog).columns), rows_of(library, catalog))
    assert all(name.startswith(f"{key}=") for name in files(catalog))
    assert Catalog(catalog).info().partition_by == key
    assert Catalog(catalog).verify().is_sound


def test_months(tmp_path: Path) -> None:
    library, catalog = some_library(tmp_path / "photos"), tmp_path / "catalog"
    library.update(catalog, key="month")
    months = Catalog(catalog).scan().select("month").collect()["month"].sort().to_list()
    assert months == ["1999-01", "2023-12", "2024-05", "unknown", "unknown"]


def test_places(photos: Path, tmp_path: Path) -> None:
    catalog = Catalog(
        tmp_path / "catalog", partition_by="country_code", places=imgframe.geo.add_places
    )
    catalog.update(photos)
    read = catalog.read()
    codes = read.drop("country_code").pipe(imgframe.geo.add_places)["country_code"]
    assert read["country_code"].to_list() == codes.fill_null("unknown").to_list()
    assert codes.n_unique() > 10
    assert catalog.verify().is_sound
    assert "country_code=ZA" in catalog.info().partitions
    with pytest.raises(UsageError, match="add_places"):
        Catalog(catalog.path).update(photos)


def test_key_is_fixed_when_the_catalogue_is_made(photos: Path, tmp_path: Path) -> None:
    source = photos / "2019"
    Catalog(tmp_path / "catalog", partition_by="format").update(source)
    again = Catalog(tmp_path / "catalog", partition_by="month")
    with pytest.raises(UsageError, match="partitioned by format"):
        again.update(source)
    assert Catalog(tmp_path / "catalog").update(source).unchanged > 0


@pytest.mark.parametrize("name", ["latitude", "path", "acquired_at", "nonsense", "Make"])
def test_what_is_no_key_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="month, camera") as refused:
        Catalog(tmp_path / "catalog", partition_by=name)
    assert str(refused.value).count(" time_zone,") == 1


def test_too_many_partitions_are_refused_with_advice(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "MOST_PARTITIONS", 9)
    catalog = tmp_path / "catalog"
    with pytest.raises(UsageError, match=r"10 partitions.*'country_code'"):
        library.update(catalog, key="manufacturer")
    assert Catalog(catalog).info().rows == 0
    library.remove("3.jpg")
    library.update(catalog, key="manufacturer")
    library.put("3.jpg", "new", Make="Too much")
    with pytest.raises(UsageError, match="partitions"):
        library.update(catalog)
    assert Catalog(catalog).info().rows == 9
    library.put("3.jpg", "new", Make="Canon")
    assert library.update(catalog).added == 1


def test_value_too_long_for_a_folder_is_refused(tmp_path: Path) -> None:
    library = Library(tmp_path / "photos")
    library.put("a.jpg", Make="ü" * 50)
    with pytest.raises(CatalogError, match="too long for the name of a folder"):
        library.update(tmp_path / "catalog", key="manufacturer")
