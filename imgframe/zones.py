"""Time zones: which one a place lies in, and how far its clocks are from UTC at a time.

Zones are the polygons of tzfpy; their rules are the IANA time zone database that Polars brings
along. Clocks that are put forward leave a gap in local time, clocks that are put back say every
time of an hour twice (PEP 495).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

__all__ = ["AMBIGUOUS", "GAP", "OFFSET", "local_times", "offsets", "time_zones"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

AMBIGUOUS: Final = "ambiguous"
GAP: Final = "gap"

OFFSET: Final[dict[str, pl.DataType]] = {"minutes": pl.Int32(), "trouble": pl.String()}
"""The columns of `offsets`, and their dtypes."""

_UNKNOWN: Final = np.iinfo(np.int64).max
_MINUTE: Final = 60_000_000
"""Microseconds."""
_FARTHEST: Final = 14 * 60
_DAY: Final = timedelta(days=1)


def time_zones(latitude: Floats, longitude: Floats) -> pl.Series:
    """Look up the time zones of places.

    Parameters
    ----------
    latitude, longitude : ndarray of float64, shape (n,)
        Degrees, WGS 84. A pair that is no position on earth has no zone.

    Returns
    -------
    polars.Series
        IANA names (String), ``Etc/GMT+3`` and the like on the high seas.
    """
    rows = np.flatnonzero((np.abs(latitude) <= 90.0) & (np.abs(longitude) <= 180.0))
    zones: npt.NDArray[np.object_] = np.full(len(latitude), None, dtype=object)
    if len(rows):
        from tzfpy import get_tz

        pairs = longitude[rows] + 1j * latitude[rows] + 0.0  # -0.0 is 0.0
        points, again = np.unique(pairs, return_inverse=True)
        found = [
            get_tz(east, north) or None
            for east, north in zip(points.real.tolist(), points.imag.tolist(), strict=True)
        ]
        zones[rows] = np.array(found, dtype=object)[again]
    return pl.Series(zones.tolist(), dtype=pl.String)


def offsets(local: pl.Series, zone: pl.Series) -> pl.DataFrame:
    """Tell how far local time is from UTC.

    Parameters
    ----------
    local : polars.Series
        Datetime[us] by the clock on the wall.
    zone : polars.Series
        IANA names (String).

    Returns
    -------
    polars.DataFrame
        `minutes` (Int32), local time minus UTC, and `trouble` (String): "ambiguous" where the
        clock says that time twice, and the first is meant; "gap" where it never does, and the
        clock is taken as not yet put forward. Null without a time or a zone, and where the
        distance is not in whole minutes, as before zones came into use.
    """
    ahead = np.full(len(local), _UNKNOWN)
    trouble = np.full(len(local), None, dtype=object)
    odd: list[_Group] = []
    groups = _by_zone(local, zone)
    for (rows, times, name), plain in zip(groups, _ahead(groups, "null"), strict=True):
        ahead[rows] = plain
        never = np.flatnonzero(plain == _UNKNOWN)
        if len(never):
            odd.append((rows[never], times[never], name))
    if odd:
        day_before = [(rows, times - _DAY, name) for rows, times, name in odd]
        both = _ahead(odd, "earliest"), _ahead(day_before, "earliest")
        for (rows, _, _), first, before in zip(odd, *both, strict=True):
            twice = first != _UNKNOWN
            ahead[rows] = np.where(twice, first, before)
            trouble[rows] = np.where(twice, AMBIGUOUS, GAP)
    unknown = ~_is_whole(ahead)
    trouble[unknown] = None
    minutes = np.where(unknown, 0, ahead // _MINUTE).astype(np.int32)
    return pl.DataFrame(
        {
            "minutes": pl.Series(pa.array(minutes, mask=unknown)),
            "trouble": pl.Series(pa.array(trouble, pa.string())),
        }
    )


def local_times(utc: pl.Series, zone: pl.Series) -> pl.Series:
    """Tell what the clock on the wall says.

    Parameters
    ----------
    utc : polars.Series
        Datetime[us, UTC].
    zone : polars.Series
        IANA names (String).

    Returns
    -------
    polars.Series
        Datetime[us]; null where `offsets` would have none.
    """
    ahead = np.full(len(utc), _UNKNOWN)
    for rows, times, name in _by_zone(utc, zone):
        there = times.dt.convert_time_zone(name).dt.replace_time_zone(None)
        ahead[rows] = (there.to_physical() - times.to_physical()).to_numpy()
    distance = pl.Series(ahead).set(pl.Series(~_is_whole(ahead)), None).cast(pl.Duration("us"))
    return utc.dt.replace_time_zone(None) + distance


_Group: TypeAlias = tuple[Ints, pl.Series, str]
"""Rows, their times, and their zone."""


def _by_zone(times: pl.Series, zone: pl.Series) -> list[_Group]:
    """Sort rows by their zone; rows that lack a time or a zone are left out."""
    some = pl.DataFrame({"time": times, "zone": zone}).with_row_index("row").drop_nulls()
    return [
        (part["row"].to_numpy().astype(np.int64), part["time"], str(part["zone"][0]))
        for part in some.partition_by("zone")
    ]


def _ahead(groups: list[_Group], twice: Literal["earliest", "null"]) -> list[Ints]:
    """Give the microseconds that zones are ahead of UTC; `_UNKNOWN` for times they never have."""
    there = pl.select(
        pl.lit(times)
        .dt.replace_time_zone(name, ambiguous=twice, non_existent="null")
        .to_physical()
        .sub(pl.lit(times).to_physical())
        .neg()
        .fill_null(_UNKNOWN)
        .implode()
        .alias(str(number))
        for number, (_, times, name) in enumerate(groups)
    )
    return [column[0].to_numpy() for column in there.get_columns()]


def _is_whole(ahead: Ints) -> npt.NDArray[np.bool_]:
    """Tell whether a distance from UTC is such as zones have now."""
    whole: npt.NDArray[np.bool_] = ahead % _MINUTE == 0
    return whole & (np.abs(ahead) <= _FARTHEST * _MINUTE)
