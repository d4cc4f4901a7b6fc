"""Where a photo was taken, in words: city, district, region, country and time zone of a point.

How a point gets its place:

1. Its time zone is looked up in the polygons of tzfpy; the zone tells the country (two zones are
   shared by two countries). On the high seas there is no country, and no place.
2. Its city is that of lowest rank (`imgframe.geo.nearest`) among the cities of the country; no
   section of a city is a candidate. Beyond 50 km there is none.
3. Where that is a ward, in the municipality and the disc of a much bigger place (Arashiyama of
   Kyoto), its city is that bigger place.
4. Its district is the section of lowest rank, if that is part of the city and no farther than its
   disc and `DISTRICT_KM`; else the ward, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.errors import UsageError
from imgframe.geo.gazetteer import ANTARCTIC_LATITUDE, Countries, Gazetteer, load
from imgframe.geo.geocoding import ADDRESS_COLUMNS, Asking, asking
from imgframe.geo.nearest import NOWHERE, REACH_KM, Floats, Rows, unit_vectors
from imgframe.geo.services import service_named
from imgframe.zones import time_zones

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

PLACE_COLUMNS: Final[dict[str, pl.DataType]] = {
    "place": pl.String(),
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
_ANSWER: Final = "_answer"


def add_places(
    frame: Frame,
    geocoder: Any = None,
    *,
    cache: Path | str | None = None,
    decimals: int = 4,
    per_second: float = 1.0,
    tries: int = 4,
    timeout: float = 10.0,
    language: str | None = "en",
) -> Frame:
    """Say where each image was taken.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `latitude` and `longitude` in degrees (WGS 84, north and east positive).
    geocoder : geopy.geocoders.base.Geocoder or str, optional
        A service on the network that is asked for addresses; a name such as ``"nominatim"`` or
        ``"here"`` takes its key from the environment (``HERE_API_KEY``). Nothing is asked of
        anybody when left out, and all that follows is for services only.
    cache : path, optional
        The SQLite file in which answers are kept; in the user's folder for caches when left out.
        What stands in it is not asked again, and a run that was broken off goes on where it was.
    decimals : int, default 4
        Positions are rounded to so many decimals of a degree (4 are 11 m) and asked for once.
    per_second : float, default 1.0
        Questions a second, at most; one is what Nominatim allows.
    tries : int, default 4
        How often one position is asked for when the service is in trouble, with pauses that
        double, or are as long as it says.
    timeout : float, default 10.0
        Seconds to wait for an answer.
    language : str, optional, default "en"
        Language of the answers, where a service knows several.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, its rows in their order, with these columns added, or replaced
        where they were: `place` (the nearest that has a name, be it a village or a section of a
        city, String), `city` (the one a person would say, String), `district` (a section of the
        city, where one is known, String), `region` (first-order division, String),
        `country_code` (ISO 3166 alpha-2, XK for Kosovo, String), `country` (its English name,
        String), `time_zone` (IANA, String) and `place_distance_km` (to the point that stands for
        `place`, Float64).

        With a geocoder also `address` (in one line, String) and `postcode` (String); and where it
        knows an address, `city`, `district`, `region`, `country_code` and `country` are its own,
        null if it gave none. Where `address` is null they are as without it.

        A position that is null, NaN or no position on earth gives nulls. On the high seas only
        `time_zone` is filled in, and far from any place only `time_zone` and the country.

    Raises
    ------
    UsageError
        There is no `latitude` or `longitude`, or they are no numbers; or how to ask a service
        makes no sense.
    SourceError
        A service refuses the key, or gave no answer for several positions in a row; or `cache`
        cannot be used. What was answered before is kept.
    MissingExtraError
        There is no geopy.

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
    placed = frame.with_columns(places.struct.unnest())
    if geocoder is None:
        return placed
    how = asking(
        service_named(geocoder) if isinstance(geocoder, str) else geocoder,
        cache=cache,
        decimals=decimals,
        per_second=per_second,
        tries=tries,
        timeout=timeout,
        language=language,
    )
    addresses = position.map_batches(
        lambda positions: _addresses_of(positions, how), return_dtype=pl.Struct(ADDRESS_COLUMNS)
    )
    return _with_addresses(placed, addresses)


def _with_addresses(frame: Frame, addresses: pl.Expr) -> Frame:
    """Let an address, where it is known, take the place of what the gazetteer says."""
    answered = pl.col(_ANSWER).struct.field("address")
    merged = [
        pl.col(_ANSWER).struct.field(name) if name not in PLACE_COLUMNS
        else pl.when(answered.is_null()).then(name).otherwise(pl.col(_ANSWER).struct.field(name))
        for name in ADDRESS_COLUMNS
    ]  # fmt: skip
    named = [value.alias(name) for name, value in zip(ADDRESS_COLUMNS, merged, strict=True)]
    return frame.with_columns(addresses.alias(_ANSWER)).with_columns(named).drop(_ANSWER)


def _addresses_of(positions: pl.Series, how: Asking) -> pl.Series:
    """Make the struct of the address columns from that of the positions."""
    columns = positions.struct.unnest()
    latitude, longitude = columns["latitude"].to_numpy(), columns["longitude"].to_numpy()
    valid = np.flatnonzero(on_earth(latitude, longitude))
    of_row = np.full(len(latitude), NOWHERE, np.int64)
    of_row[valid] = np.arange(len(valid))
    found = how.addresses(latitude[valid], longitude[valid], load().countries)
    return _gathered(found, of_row).to_struct(positions.name)


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

    place: Rows
    """Row of the nearest place, be it a city or a section, or `NOWHERE`; shape (n,)."""

    distance: Floats
    """Kilometres to the place, infinite where there is none; shape (n,)."""

    district: Rows
    """Row of the section or ward of the city, or `NOWHERE`; shape (n,)."""

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
    city, place, district = (np.full(size, NOWHERE, np.int64) for _ in range(3))
    distance = np.full(size, np.inf)
    country: list[str | None] = [None] * size
    for countries, points in _by_countries(latitude, zone, gazetteer):
        for start in range(0, len(points), _CHUNK):
            some = points[start : start + _CHUNK]
            chosen = _cities(units[some], countries, gazetteer)
            city[some] = _whole(chosen, gazetteer)
            place[some], distance[some] = gazetteer.nearest(units[some], countries)
            section = _districts(units[some], city[some], countries, gazetteer)
            ward = np.where(chosen == city[some], NOWHERE, chosen)
            district[some] = np.where(section == NOWHERE, ward, section)
        codes = _countries(units[points], city[points], countries, gazetteer)
        for point, code in zip(points.tolist(), codes, strict=True):
            country[point] = code
    near = distance <= REACH_KM
    return Found(
        city,
        np.where(near, place, NOWHERE),
        np.where(near, distance, np.inf),
        district,
        country,
        zone,
    )


def _zones(latitude: Floats, longitude: Floats) -> list[str | None]:
    return time_zones(latitude, longitude).to_list()


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


def _cities(units: Floats, countries: Countries, gazetteer: Gazetteer) -> Rows:
    rows, discs = gazetteer.discs(countries, sections=False)
    return _row_or_nowhere(rows, discs.choose(units)[0])


def _whole(chosen: Rows, gazetteer: Gazetteer) -> Rows:
    """Give the city that a chosen place is a ward of, or the place itself."""
    host = np.where(chosen == NOWHERE, NOWHERE, gazetteer.part_of[chosen])
    return np.where(host == NOWHERE, chosen, host)


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
        nearest[far], _ = gazetteer.nearest(units[far], countries)
    return _gathered(gazetteer.places.select("country_code"), nearest).to_series().to_list()


def _row_or_nowhere(rows: Rows, chosen: Rows) -> Rows:
    if not len(rows):
        return np.full(len(chosen), NOWHERE, np.int64)
    return np.where(chosen == NOWHERE, NOWHERE, rows[chosen])


def _table(found: Found, gazetteer: Gazetteer) -> pl.DataFrame:
    """Make the place columns, a row a point."""
    city = _gathered(gazetteer.places.select("name", "region"), found.city)
    country = pl.Series("country_code", found.country, dtype=pl.String)
    distance = np.where(found.place == NOWHERE, np.nan, found.distance)
    return pl.DataFrame(
        {
            "place": _gathered(gazetteer.places.select("name"), found.place)["name"],
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
