"""Where a photo was taken, in words: city, district, region, country and time zone of a point.

How a point gets its place:

1. Its time zone is looked up in the polygons of tzfpy; the zone tells the country (two zones are
   shared by two countries). On the high seas there is no country, and no place.
2. Its city is that of lowest rank (`imgframe.geo.nearest`) among the cities of the country; no
   section of a city is a candidate. Beyond 50 km there is none.
3. Its district is the section of lowest rank, if that is part of the chosen city and no farther
   than its disc and `DISTRICT_KM`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.errors import UsageError
from imgframe.geo.gazetteer import ANTARCTIC_LATITUDE, Countries, Gazetteer, load
from imgframe.geo.nearest import NOWHERE, Floats, Rows, unit_vectors

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

PLACE_COLUMNS: Final[dict[str, pl.DataType]] = {
    "city": pl.String(),
    "district": pl.String(),
    "region": pl.String(),
    "country_code": pl.String(),
    "country": pl.String(),
    "time_zone": pl.String(),
    "place_distance_km": pl.Float64(),
}
"""The columns that `add_places` adds, and their dtypes."""

DISTRICT_KM: Final = 1.5
"""A section of a city reaches so far beyond its disc."""

_CHUNK: Final = 100_000
_AT_SEA: Final = "Etc/"


def add_places(frame: Frame) -> Frame:
    """Say where each image was taken.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `latitude` and `longitude` in degrees (WGS 84, north and east positive).

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, its rows in their order, with these columns added, or replaced
        where they were: `city` (the one a person would say, String), `district` (a section of the
        city, where one is known, String), `region` (first-order division, String),
        `country_code` (ISO 3166 alpha-2, XK for Kosovo, String), `country` (its English name,
        String), `time_zone` (IANA, String) and `place_distance_km` (to the point that stands for
        the city, Float64).

        A position that is null, NaN or no position on earth gives nulls. On the high seas only
        `time_zone` is filled in, and far from any place only `time_zone` and the country.

    Raises
    ------
    UsageError
        There is no `latitude` or `longitude`, or they are no numbers.

    Notes
    -----
    Places are those of GeoNames (https://www.geonames.org, CC BY 4.0) with 500 inhabitants or
    more; they come with imgframe, and no network is used. Borders are those of time zones, which
    tzfpy simplifies: within a few hundred metres of a border the country may be the other one.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"latitude": [48.8584], "longitude": [2.2945]})
    >>> add_places(frame).select("city", "region", "country").row(0)
    ('Paris', 'Île-de-France', 'France')
    """
    check_position(frame)
    position = pl.struct(pl.col("latitude", "longitude").cast(pl.Float64))
    places = position.map_batches(
        _places_of, return_dtype=pl.Struct(PLACE_COLUMNS), is_elementwise=True
    )
    return frame.with_columns(places.struct.unnest())


def check_position(frame: pl.DataFrame | pl.LazyFrame) -> None:
    """Raise `UsageError` unless the frame has numeric `latitude` and `longitude`."""
    schema = frame.collect_schema()
    for name in ("latitude", "longitude"):
        if name not in schema:
            raise UsageError(
                "a frame with the columns latitude and longitude (degrees, WGS 84) is needed, "
                f"such as read_images gives; there is no {name}"
            )
        if not (schema[name].is_numeric() or schema[name] == pl.Null):
            raise UsageError(f"{name} must be numbers (degrees, WGS 84), not {schema[name]}")


def on_earth(latitude: Floats, longitude: Floats) -> npt.NDArray[np.bool_]:
    """Tell which positions are on earth: finite, within 90 and 180 degrees."""
    return (np.abs(latitude) <= 90.0) & (np.abs(longitude) <= 180.0)


def _places_of(positions: pl.Series) -> pl.Series:
    """Make the struct of the place columns from that of the positions."""
    columns = positions.struct.unnest()
    latitude = columns["latitude"].to_numpy()
    longitude = columns["longitude"].to_numpy()
    valid = np.flatnonzero(on_earth(latitude, longitude))
    pairs = np.column_stack((latitude[valid], longitude[valid])) + 0.0  # -0.0 is 0.0
    points, again = np.unique(pairs, axis=0, return_inverse=True)
    found = locate(points[:, 0], points[:, 1], load())
    of_row = np.full(len(latitude), NOWHERE, np.int64)
    of_row[valid] = again.ravel()
    return _gathered(_table(found, load()), of_row).to_struct(positions.name)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of points."""

    city: Rows
    """Row of the city in the gazetteer, or `NOWHERE`; shape (n,)."""

    distance: Floats
    """Kilometres to the city, infinite where there is none; shape (n,)."""

    district: Rows
    """Row of the section of the city, or `NOWHERE`; shape (n,)."""

    country: list[str | None]
    """Code of the country."""

    zone: list[str | None]
    """Time zone."""


def locate(latitude: Floats, longitude: Floats, gazetteer: Gazetteer) -> Found:
    """Find the place of each point.

    Parameters
    ----------
    latitude, longitude
        Degrees, on earth, shape (n,).
    gazetteer
        Where places are looked up.

    Returns
    -------
    Found
    """
    size = len(latitude)
    zone = _zones(latitude, longitude)
    units = unit_vectors(latitude, longitude)
    city, district = (np.full(size, NOWHERE, np.int64) for _ in range(2))
    distance = np.full(size, np.inf)
    country: list[str | None] = [None] * size
    for countries, points in _by_countries(latitude, zone, gazetteer):
        for start in range(0, len(points), _CHUNK):
            some = points[start : start + _CHUNK]
            city[some], distance[some] = _cities(units[some], countries, gazetteer)
            district[some] = _districts(units[some], city[some], countries, gazetteer)
        codes = _countries(units[points], city[points], countries, gazetteer)
        for point, code in zip(points.tolist(), codes, strict=True):
            country[point] = code
    return Found(city, distance, district, country, zone)


def _zones(latitude: Floats, longitude: Floats) -> list[str | None]:
    from tzfpy import get_tz

    return [
        get_tz(east, north) or None
        for north, east in zip(latitude.tolist(), longitude.tolist(), strict=True)
    ]


def _by_countries(
    latitude: Floats, zone: list[str | None], gazetteer: Gazetteer
) -> Iterator[tuple[Countries, Rows]]:
    """Give the points by the countries they may lie in; those at sea are left out."""
    groups: dict[Countries, list[int]] = {}
    for point, (north, name) in enumerate(zip(latitude.tolist(), zone, strict=True)):
        if name is None or name.startswith(_AT_SEA):
            continue
        countries = ("AQ",) if north <= ANTARCTIC_LATITUDE else gazetteer.zones.get(name, ())
        groups.setdefault(countries, []).append(point)
    for countries, points in groups.items():
        yield countries, np.array(points, np.int64)


def _cities(units: Floats, countries: Countries, gazetteer: Gazetteer) -> tuple[Rows, Floats]:
    rows, discs = gazetteer.discs(countries, sections=False)
    chosen, distance = discs.choose(units)
    return _row_or_nowhere(rows, chosen), distance


def _districts(units: Floats, city: Rows, countries: Countries, gazetteer: Gazetteer) -> Rows:
    rows, discs = gazetteer.discs(countries, sections=True)
    chosen, distance = discs.choose(units)
    section = _row_or_nowhere(rows, chosen)
    near = distance <= discs.radius_of(chosen) + DISTRICT_KM
    own = (section != NOWHERE) & (city != NOWHERE) & (gazetteer.part_of[section] == city)
    return np.where(near & own, section, NOWHERE)


def _countries(
    units: Floats, city: Rows, countries: Countries, gazetteer: Gazetteer
) -> list[str | None]:
    """Code of the country: the zone's if it has but one, else that of the city or nearest place."""
    if len(countries) == 1:
        return [countries[0]] * len(city)
    nearest = city.copy()
    far = np.flatnonzero(city == NOWHERE)
    if countries:
        nearest[far] = gazetteer.nearest(units[far], countries)
    return _gathered(gazetteer.places.select("country_code"), nearest).to_series().to_list()


def _row_or_nowhere(rows: Rows, chosen: Rows) -> Rows:
    if not len(rows):
        return np.full(len(chosen), NOWHERE, np.int64)
    return np.where(chosen == NOWHERE, NOWHERE, rows[chosen])


def _table(found: Found, gazetteer: Gazetteer) -> pl.DataFrame:
    """Make the place columns, a row a point."""
    city = _gathered(gazetteer.places.select("name", "region"), found.city)
    country = pl.Series("country_code", found.country, dtype=pl.String)
    distance = np.where(found.city == NOWHERE, np.nan, found.distance)
    return pl.DataFrame(
        {
            "city": city["name"],
            "district": _gathered(gazetteer.places.select("name"), found.district)["name"],
            "region": city["region"],
            "country_code": country,
            "country": country.replace_strict(
                gazetteer.countries, default=None, return_dtype=pl.String
            ),
            "time_zone": pl.Series(found.zone, dtype=pl.String),
            "place_distance_km": pl.Series(distance).fill_nan(None),
        }
    ).select(pl.col(name).cast(dtype) for name, dtype in PLACE_COLUMNS.items())


def _gathered(table: pl.DataFrame, rows: Rows) -> pl.DataFrame:
    """Rows of a table by number; a row of nulls for `NOWHERE`."""
    numbers = pl.Series(rows).replace(NOWHERE, None)
    return table.select(pl.all().gather(numbers))
