"""The populated places that imgframe ships, in memory once somebody asks.

The data are from GeoNames (https://www.geonames.org, CC BY 4.0); `data/build_gazetteer.py` makes
the file. Nothing is fetched from the network.
"""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imgframe.geo.nearest import NOWHERE, Discs, Floats, Rows, disc_radius, kilometres, unit_vectors

if TYPE_CHECKING:
    import polars as pl

DISTRICT_DENSITY: Final = 10_000.0
"""Inhabitants per square kilometre of the disc of a section of a city."""

ANTARCTIC_LATITUDE: Final = -60.0
"""Land south of it is Antarctica (AQ), as in ISO 3166 and the Antarctic Treaty."""

Countries = tuple[str, ...]
"""Codes of the countries a point may lie in; empty when nothing is known of it."""


class Gazetteer:
    """Places, countries and time zones.

    Parameters
    ----------
    places
        One row a place: `name`, `latitude_e5` and `longitude_e5` (Int32, 1e-5 degrees),
        `population`, `country_code`, `region_code`, `region`, `time_zone`, `section` (is a section
        of a city) and `part_of` (row of the city that a section or a ward belongs to).
    countries
        Name of each ISO 3166 code.
    zones
        Countries of each IANA time zone.
    """

    def __init__(
        self, places: pl.DataFrame, countries: dict[str, str], zones: dict[str, Countries]
    ) -> None:
        self.places = places
        self.countries = countries
        self.zones = zones
        latitude = places["latitude_e5"].to_numpy() / 1e5
        longitude = places["longitude_e5"].to_numpy() / 1e5
        self.units: Floats = unit_vectors(latitude, longitude)
        self.section: npt.NDArray[np.bool_] = places["section"].to_numpy()
        self.part_of: Rows = places["part_of"].fill_null(NOWHERE).cast(int).to_numpy()
        self._population: Rows = places["population"].cast(int).to_numpy()
        self._discs: dict[tuple[Countries, bool], tuple[Rows, Discs]] = {}
        self._trees: dict[Countries, tuple[Rows, Any]] = {}

    @cached_property
    def rows_of(self) -> dict[str, Rows]:
        """Rows of each country."""
        import polars as pl

        groups = (
            self.places.with_row_index("row").group_by("country_code").agg(pl.col("row").sort())
        )
        return {code: np.array(rows, np.int64) for code, rows in groups.iter_rows()}

    def within(self, countries: Countries) -> Rows:
        """Rows of the places of some countries, in order; of all countries when none is named."""
        if not countries:
            return np.arange(len(self.units))
        nothing = np.empty(0, np.int64)
        return np.sort(np.concatenate([self.rows_of.get(code, nothing) for code in countries]))

    def discs(self, countries: Countries, *, sections: bool) -> tuple[Rows, Discs]:
        """Give the cities, or the sections of cities, of some countries: rows and discs."""
        key = countries, sections
        if key not in self._discs:
            rows = self.within(countries)
            rows = rows[self.section[rows] == sections]
            radii = (
                disc_radius(self._population[rows], DISTRICT_DENSITY)
                if sections
                else disc_radius(self._population[rows])
            )
            self._discs[key] = rows, Discs(self.units[rows], radii)
        return self._discs[key]

    def nearest(self, units: Floats, countries: Countries) -> tuple[Rows, Floats]:
        """Find the place of some countries, or a section, that is nearest to each unit vector.

        Parameters
        ----------
        units
            Shape (n, 3).
        countries
            Codes; all countries when empty.

        Returns
        -------
        tuple of numpy.ndarray
            Row of the place and kilometres to it, however far, both of shape (n,).
        """
        from scipy.spatial import cKDTree

        if countries not in self._trees:
            rows = self.within(countries)
            self._trees[countries] = rows, cKDTree(self.units[rows])
        rows, tree = self._trees[countries]
        if not len(rows):
            return np.full(len(units), NOWHERE), np.full(len(units), np.inf)
        chords, near = tree.query(units)
        return rows[near], kilometres(chords)


@lru_cache(maxsize=1)
def load() -> Gazetteer:
    """Read the gazetteer that comes with imgframe."""
    import polars as pl
    import pyarrow.parquet as pq

    with as_file(files("imgframe.geo") / "gazetteer.parquet") as path:
        table = pq.read_table(path)
    facts = {key: json.loads(table.schema.metadata[key]) for key in (b"countries", b"zones")}
    places = pl.from_arrow(table)
    if not isinstance(places, pl.DataFrame):
        raise TypeError("a table makes a frame")
    zones = {zone: tuple(codes) for zone, codes in facts[b"zones"].items()}
    return Gazetteer(places, facts[b"countries"], zones)
