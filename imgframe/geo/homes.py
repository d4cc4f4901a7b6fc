"""Home: the place that one comes back to.

Stays at a place (a circle) are counted: a run of images there, in order of time, with none from
elsewhere in between and no long silence; a stay counts anew for each month it lasts into. Home is
the place with most stays, if these are at least `FEWEST`, or two with more than half of all days
that have images; and at least `SHARE` of all stays anywhere, since whoever lives somewhere comes
back between travels. Other places with at least half as many stays, and `FEWEST_AGAIN`, are homes
too: one may have moved.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.geo.nearest import EARTH_KM, Floats, kilometres, unit_vectors

Position = tuple[float, float]
"""Latitude and longitude in degrees."""

FEWEST: Final = 3
FEWEST_AGAIN: Final = 6
SHARE: Final = 0.25

WHEN: Final = "_when"
"""The column of UTC."""

_CELL_KM: Final = 5.0
_CANDIDATES: Final = 20


def find_homes(located: pl.DataFrame, distance_km: float, pause: int) -> list[Position]:
    """Find the homes in a library.

    Parameters
    ----------
    located
        Images with `latitude`, `longitude` (degrees), `acquired_at` and `WHEN` (Datetime[us]), in
        order of `WHEN`, no nulls.
    distance_km
        Radius of a home.
    pause
        Microseconds of silence that end a stay.

    Returns
    -------
    list of tuple of float
        Latitude and longitude of each, most stays first.
    """
    stays = _Stays(located, pause)
    centres = _candidates(located)
    counted = []
    for centre in centres:
        inside = distance_to(located, centre) <= distance_km
        counted.append((stays.count(inside), stays.days(inside), centre))
    counted.sort(key=lambda found: found[:2], reverse=True)
    homes: list[Position] = []
    for number, days, centre in counted:
        if not homes:
            often = number >= FEWEST or (number == 2 and days > stays.all_days / 2)
            if not often or number < SHARE * stays.everywhere(distance_km):
                return []
            most = number
        elif number < max(FEWEST_AGAIN, most / 2):
            break
        if all(_apart(centre, home) > distance_km for home in homes):
            homes.append(centre)
    return homes


def distance_to(located: pl.DataFrame, point: Position) -> Floats:
    """Kilometres from each row to a point."""
    units = unit_vectors(located["latitude"].to_numpy(), located["longitude"].to_numpy())
    chord: Floats = np.linalg.norm(units - _unit(point), axis=1)
    return kilometres(chord)


def _unit(point: Position) -> Floats:
    unit: Floats = unit_vectors(np.array([point[0]]), np.array([point[1]]))[0]
    return unit


def _apart(one: Position, other: Position) -> float:
    return float(kilometres(np.array([np.linalg.norm(_unit(one) - _unit(other))]))[0])


class _Stays:
    """Stays of images that are in order of time."""

    def __init__(self, located: pl.DataFrame, pause: int) -> None:
        self._located = located
        silence = located[WHEN].diff().dt.total_microseconds().fill_null(0)
        self._new = (silence > pause).to_numpy()
        local = located["acquired_at"]
        self._month = (local.dt.year().cast(pl.Int64) * 12 + local.dt.month()).to_numpy()
        self._day = local.dt.date().to_physical().to_numpy()
        self.all_days = len(np.unique(self._day))

    def count(self, inside: npt.NDArray[np.bool_]) -> int:
        """Count the stays at a place."""
        before = np.concatenate(([False], inside[:-1]))
        stay = np.cumsum(inside & (~before | self._new))
        return len(np.unique(np.column_stack((stay, self._month))[inside], axis=0))

    def days(self, inside: npt.NDArray[np.bool_]) -> int:
        """Count the days with images at a place."""
        return len(np.unique(self._day[inside]))

    def everywhere(self, distance_km: float) -> int:
        """Count the stays anywhere: a step farther than the distance begins another."""
        units = unit_vectors(
            self._located["latitude"].to_numpy(), self._located["longitude"].to_numpy()
        )
        step = kilometres(np.linalg.norm(np.diff(units, axis=0), axis=1))
        stay = np.cumsum(np.concatenate(([False], step > distance_km)) | self._new)
        return len(np.unique(np.column_stack((stay, self._month)), axis=0))


def _candidates(located: pl.DataFrame) -> list[Position]:
    """Give the middle of the images of each cell of a grid that has most days."""
    units = unit_vectors(located["latitude"].to_numpy(), located["longitude"].to_numpy())
    cells = np.floor(units * (EARTH_KM / _CELL_KM)).astype(np.int64)
    best = (
        pl.DataFrame(
            {
                "x": cells[:, 0], "y": cells[:, 1], "z": cells[:, 2],
                "day": located["acquired_at"].dt.date(),
                "ux": units[:, 0], "uy": units[:, 1], "uz": units[:, 2],
            }
        )
        .group_by("x", "y", "z", maintain_order=True)
        .agg(pl.col("day").n_unique(), pl.col("ux", "uy", "uz").mean())
        .sort("day", descending=True, maintain_order=True)
        .head(_CANDIDATES)
    )  # fmt: skip
    return [
        (float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x))))
        for x, y, z in best.select("ux", "uy", "uz").iter_rows()
    ]
