"""Which place a point belongs to: the nearest by disc, exactly and for many points at once.

Each place is a disc on the globe whose area is its population over `DENSITY`. The *rank* of a
place for a point at distance *d* from its centre, with a disc of radius *r*, is

- *d / r* inside the disc (below 1): the deeper inside, the better; where discs overlap this draws
  the multiplicatively weighted Voronoi diagram, so that a town keeps its own ground in the disc
  of a metropolis;
- *1 + d - r* outside (1 and above): the kilometres to the edge of the disc, so that a village at
  hand wins over a far city however big.

The place of lowest rank within `REACH_KM` is chosen; of equals, the first row. Distances are great
circles on a sphere, found through chords between unit vectors, so poles and antimeridian are
nothing special.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

EARTH_KM: Final = 6371.0088
"""Mean radius of the earth (IUGG)."""

DENSITY: Final = 1500.0
"""Inhabitants per square kilometre of the disc of a place."""

FEWEST: Final = 500
"""A place counts as at least so many inhabitants (seats of a district often say 0)."""

REACH_KM: Final = 50.0
"""No place farther than this is chosen."""

NOWHERE: Final = -1
"""The row of a point that has no place within reach."""

_NEIGHBOURS: Final = 3
_GROWTH: Final = 6


def unit_vectors(latitude: Floats, longitude: Floats) -> Floats:
    """Points on the unit sphere.

    Parameters
    ----------
    latitude, longitude
        Degrees, shape (n,).

    Returns
    -------
    numpy.ndarray
        Float64, shape (n, 3).
    """
    phi, lam = np.radians(latitude), np.radians(longitude)
    return np.column_stack((np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)))


def disc_radius(population: npt.NDArray[np.int64], density: float = DENSITY) -> Floats:
    """Radius in km of a disc that holds the population at the density."""
    return np.sqrt(np.maximum(population, FEWEST) / (density * np.pi))


def rank(distance: Floats, radius: Floats | float) -> Floats:
    """Rank of places at a distance (km) whose discs have a radius (km); the lowest is chosen."""
    inside = distance < radius
    return np.where(inside, distance / radius, 1.0 + distance - radius)


def kilometres(chord: Floats) -> Floats:
    """Great-circle distance in km of a chord of the unit sphere; infinite stays infinite."""
    finite = np.isfinite(chord)
    arc = 2.0 * EARTH_KM * np.arcsin(np.minimum(np.where(finite, chord, 0.0) / 2.0, 1.0))
    return np.where(finite, arc, np.inf)


@dataclass(frozen=True, slots=True)
class _Tier:
    """Places whose radii are within a factor of two: near in the tree is near in rank."""

    tree: Any
    rows: Rows
    radii: Floats
    largest: float


class Discs:
    """Places as discs, ready to be asked.

    Parameters
    ----------
    units
        Unit vectors of the places, shape (n, 3).
    radii
        Radii of their discs in km, shape (n,).
    """

    def __init__(self, units: Floats, radii: Floats) -> None:
        from scipy.spatial import cKDTree

        self._radii = radii
        octaves = np.floor(np.log2(radii)).astype(np.int64)
        self._tiers: list[_Tier] = []
        for octave in np.unique(octaves):
            rows = np.flatnonzero(octaves == octave)
            sizes = radii[rows]
            self._tiers.append(_Tier(cKDTree(units[rows]), rows, sizes, float(sizes.max())))

    def choose(self, points: Floats) -> tuple[Rows, Floats]:
        """Choose a place for each point.

        Parameters
        ----------
        points
            Unit vectors, shape (m, 3).

        Returns
        -------
        tuple of numpy.ndarray
            Row of the chosen place (`NOWHERE` when none is within reach) and its distance in km
            (infinite then), both of shape (m,).
        """
        best = _Best(len(points))
        every = np.arange(len(points))
        open_questions = [(tier, self._ask(tier, points, every, best, _NEIGHBOURS))
                          for tier in self._tiers]  # fmt: skip
        for tier, bound in open_questions:
            asked, count = every, _NEIGHBOURS
            while True:
                asked = asked[np.isfinite(bound) & (bound <= best.ranks[asked])]
                if not len(asked):
                    break
                count *= _GROWTH
                bound = self._ask(tier, points, asked, best, count)
        return best.rows, best.distances

    def radius_of(self, rows: Rows) -> Floats:
        """Radius in km of chosen places; zero for `NOWHERE`."""
        if not len(self._radii):
            return np.zeros(len(rows))
        return np.where(rows == NOWHERE, 0.0, self._radii[rows])

    @staticmethod
    def _ask(tier: _Tier, points: Floats, asked: Rows, best: _Best, count: int) -> Floats:
        """Offer the nearest `count` places of a tier; give the least rank any other could have."""
        count = min(count, len(tier.rows))
        reach = 2.0 * np.sin(REACH_KM / EARTH_KM / 2.0)
        chords, near = tier.tree.query(
            points[asked], k=np.arange(1, count + 1), distance_upper_bound=reach
        )
        distances = kilometres(chords)
        near = np.minimum(near, len(tier.rows) - 1)
        ranks = rank(distances, tier.radii[near])
        for column in range(count):
            best.offer(asked, tier.rows[near[:, column]], distances[:, column], ranks[:, column])
        if count == len(tier.rows):
            return np.full(len(asked), np.inf)
        return np.where(np.isfinite(distances[:, -1]), rank(distances[:, -1], tier.largest), np.inf)


class _Best:
    """The best place so far of each point."""

    def __init__(self, size: int) -> None:
        self.rows: Rows = np.full(size, NOWHERE, np.int64)
        self.distances: Floats = np.full(size, np.inf)
        self.ranks: Floats = np.full(size, np.inf)

    def offer(self, asked: Rows, rows: Rows, distances: Floats, ranks: Floats) -> None:
        """Take a place for each asked point where it is better than the one so far."""
        held = self.ranks[asked]
        better = (ranks < held) | ((ranks == held) & (rows < self.rows[asked]))
        better &= np.isfinite(ranks)
        taken = asked[better]
        self.rows[taken] = rows[better]
        self.distances[taken] = distances[better]
        self.ranks[taken] = ranks[better]
