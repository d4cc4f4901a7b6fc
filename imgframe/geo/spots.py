"""Spots where images were taken, whether they have a name or not.

Two images are of one spot when a chain of images leads from one to the other in which none is
farther than a radius from the next: single linkage, or DBSCAN (M. Ester et al., KDD 1996) where
one image is enough for a core. The answer is exact, and time and memory do not grow with the
square of the images at one spot:

1. Space is cut into cubes whose diagonal is the radius (as a chord of the unit sphere, so that
   poles and antimeridian are nothing special): all points of a cube are of one spot.
2. Cubes whose points may be within the radius are paired by a KD-tree of their centres.
3. A pair is joined when one of a few points of each are within the radius; where that fails and
   the spots are still apart, all points of both are asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Real
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from imgframe.errors import UsageError
from imgframe.geo.nearest import EARTH_KM, Floats, Rows, unit_vectors
from imgframe.geo.places import check_position, on_earth
from imgframe.group import tallied

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

CLUSTER: Final = "cluster"

_SLAB: Final = 100_000
"""Cubes whose pairs are held in memory at a time."""

_SAMPLE: Final = 4
"""Points of a cube that are asked first."""

_LONGEST: Final = EARTH_KM * np.pi * 1000.0
"""Half the way round the earth, in metres."""


def clusters(frame: Frame, radius_m: float = 100.0) -> Frame:
    """Find the spots where images were taken, and tell of each.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `latitude` and `longitude` in degrees (WGS 84, north and east positive).
    radius_m : float, default 100.0
        Images this near to each other (metres on a sphere, inclusive) are of one spot, and so
        are those that a chain of such images joins: a walk with a photo every 50 m is one spot.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, a row a spot, most images first: `cluster` (Int64, from 1 on, as
        `add_clusters` numbers them), then `count`, `first`, `last`, `cameras`, `with_gps`,
        `latitude`, `longitude`, `west`, `south`, `east`, `north` and `cover` as in
        `imgframe.group_by`. Images without a position are in the last row, whose `cluster` is
        null. `imgframe.geo.to_points` makes points of it.

    Raises
    ------
    UsageError
        `radius_m` is no length, or the frame has no positions.
    """
    numbered = add_clusters(frame, radius_m)
    return tallied(numbered, [pl.col(CLUSTER)]).sort(CLUSTER, nulls_last=True)


def add_clusters(frame: Frame, radius_m: float = 100.0) -> Frame:
    """Say of which spot each image is.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With `latitude` and `longitude` in degrees (WGS 84, north and east positive).
    radius_m : float, default 100.0
        As in `clusters`.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame and rows with `cluster` (Int64): 1 for the spot with most images,
        and so on; of spots with as many, that of the earlier row comes first. Null where there is
        no position on earth. A column `cluster` that was there is replaced.

    Raises
    ------
    UsageError
        `radius_m` is no length, or the frame has no positions.
    """
    if not (isinstance(radius_m, Real) and 0 < radius_m < _LONGEST):
        raise UsageError(f"radius_m must be a length in metres above 0, not {radius_m!r}")
    check_position(frame)
    position = pl.struct(pl.col("latitude", "longitude").cast(pl.Float64))
    numbers = position.map_batches(
        lambda positions: _clusters_of(positions, radius_m), return_dtype=pl.Int64
    )
    return frame.with_columns(numbers.alias(CLUSTER))


def _clusters_of(positions: pl.Series, radius_m: float) -> pl.Series:
    columns = positions.struct.unnest()
    latitude, longitude = columns["latitude"].to_numpy(), columns["longitude"].to_numpy()
    valid = np.flatnonzero(on_earth(latitude, longitude))
    pairs = np.column_stack((latitude[valid], longitude[valid])) + 0.0  # -0.0 is 0.0
    points, again = np.unique(pairs, axis=0, return_inverse=True)
    units = unit_vectors(points[:, 0], points[:, 1])
    chord = 2.0 * np.sin(min(radius_m / (2000.0 * EARTH_KM), np.pi / 2))
    spot = _by_size(linked(units, float(chord))[again.ravel()])
    return (
        pl.Series(positions.name, [None], pl.Int64)
        .new_from_index(0, len(latitude))
        .scatter(valid, spot)
    )


def _by_size(labels: Rows) -> Rows:
    """Give groups numbers from 1 on: most members first, then by first member."""
    if not len(labels):
        return labels
    _, first, group, count = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    place = np.empty(len(first), np.int64)
    place[np.lexsort((first, -count))] = np.arange(1, len(first) + 1)
    return place[group]


@dataclass(frozen=True, slots=True)
class _Cubes:
    """The cubes that hold points."""

    units: Floats
    """All points, those of a cube side by side; shape (n, 3)."""
    starts: Rows
    """Where the points of each cube begin; shape (cubes + 1,)."""
    low: Floats
    """Least coordinates of the points of each cube; shape (cubes, 3)."""
    high: Floats
    """Largest coordinates of the points of each cube; shape (cubes, 3)."""

    def of(self, cube: int) -> Floats:
        """Points of a cube."""
        return self.units[self.starts[cube] : self.starts[cube + 1]]


def linked(units: Floats, chord: float) -> Rows:
    """Label points so that those which chains of short steps join have the same label.

    Parameters
    ----------
    units
        Unit vectors, shape (n, 3).
    chord
        The longest step, as a chord of the unit sphere.

    Returns
    -------
    numpy.ndarray
        Int64, shape (n,), labels from 0 on.
    """
    if not len(units):
        return np.empty(0, np.int64)
    side = chord / np.sqrt(3.0) * (1 - 1e-9)
    keys = np.floor(units / side).astype(np.int64)
    order = np.lexsort(keys.T)
    keys, points = keys[order], units[order]
    new = np.any(keys[1:] != keys[:-1], axis=1)
    starts = np.concatenate(([0], np.flatnonzero(new) + 1))
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    cubes = _Cubes(points, np.append(starts, len(points)), low, high)
    labels = np.empty(len(points), np.int64)
    labels[order] = np.repeat(_joined(cubes, chord), np.diff(cubes.starts))
    return labels


def _joined(cubes: _Cubes, chord: float) -> Rows:
    """Label the cubes whose points chains of short steps join."""
    size = len(cubes.low)
    sure, doubtful = [np.empty((0, 2), np.int64)], [np.empty((0, 2), np.int64)]
    for pairs in _neighbours(cubes, chord):
        known = _sampled(cubes, pairs, chord)
        sure.append(pairs[known])
        few = np.diff(cubes.starts)[pairs].max(axis=1) <= _SAMPLE
        doubtful.append(pairs[~known & ~few])
    edges = np.concatenate(sure)
    labels = _components(edges, size)
    rest = np.concatenate(doubtful)
    rest = rest[labels[rest[:, 0]] != labels[rest[:, 1]]]
    near = np.array([_touch(cubes, one, other, chord) for one, other in rest.tolist()], np.bool_)
    return _components(np.concatenate((edges, rest[near])), size) if near.any() else labels


def _neighbours(cubes: _Cubes, chord: float) -> Iterator[Rows]:
    """Give the pairs of cubes whose points lie in boxes no farther apart than the chord."""
    from scipy.spatial import cKDTree

    centres = (cubes.low + cubes.high) / 2
    order = np.argsort(centres[:, 0], kind="stable")
    along = centres[order, 0]
    for start in range(0, len(order), _SLAB):
        stop = min(start + _SLAB, len(order))
        reach = np.searchsorted(along, along[stop - 1] + 2 * chord, side="right")
        some = order[start:reach]
        pairs = cKDTree(centres[some]).query_pairs(2 * chord, output_type="ndarray")
        pairs = pairs[pairs.min(axis=1) < stop - start]  # the rest belongs to a later slab
        pairs = some[pairs]
        one, other = pairs[:, 0], pairs[:, 1]
        apart = np.maximum(cubes.low[one] - cubes.high[other], cubes.low[other] - cubes.high[one])
        gap = (np.maximum(apart, 0.0) ** 2).sum(axis=1)
        yield pairs[gap <= chord**2]


def _sampled(cubes: _Cubes, pairs: Rows, chord: float) -> npt.NDArray[np.bool_]:
    """Tell of which pairs a few points are within the chord."""
    found = np.zeros(len(pairs), np.bool_)
    first, count = cubes.starts[pairs], np.diff(cubes.starts)[pairs]
    for one in range(_SAMPLE):
        for other in range(_SAMPLE):
            asked = np.flatnonzero(~found & (one < count[:, 0]) & (other < count[:, 1]))
            steps = np.array([one, other]) * np.maximum(count[asked] // _SAMPLE, 1)
            ends = cubes.units[first[asked] + steps]
            square = ((ends[:, 0] - ends[:, 1]) ** 2).sum(axis=1)
            found[asked] = square <= chord**2
    return found


def _touch(cubes: _Cubes, one: int, other: int, chord: float) -> bool:
    """Tell whether any points of two cubes are within the chord."""
    from scipy.spatial import cKDTree

    small, large = sorted((cubes.of(one), cubes.of(other)), key=len)
    distances, _ = cKDTree(small).query(large, distance_upper_bound=chord * (1 + 1e-12))
    return bool((distances <= chord).any())


def _components(edges: Rows, size: int) -> Rows:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(edges), np.int8)
    graph = coo_array((ones, (edges[:, 0], edges[:, 1])), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    of_cube: Rows = labels.astype(np.int64)
    return of_cube
