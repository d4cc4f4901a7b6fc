"""Images by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import polars as pl

from imgframe import group
from imgframe.errors import UsageError
from imgframe.geo.journeys import add_trips
from imgframe.geo.places import PLACE_COLUMNS, add_places

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

LEVELS: Final = {
    "country": ("country_code", "country"),
    "region": ("region", "country_code", "country"),
    "city": ("city", "region", "country_code", "country"),
    "district": ("district", "city", "region", "country_code", "country"),
}
"""The columns that tell the places of a level apart."""


def group_by_place(frame: Frame, level: str = "city") -> Frame:
    """Count images by place.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With the columns that `add_places` adds, or with `latitude` and `longitude`, from which
        they are made.
    level : {"city", "district", "region", "country"}, default "city"
        How far places are told apart. Places of one name in different regions or countries are
        different places.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame, a row a place, most images first, then by name:

        - the columns of the place from the level up to `country` (String), null where images
          have none: these rows are kept, so that `count` adds up to the rows of the frame;
        - the columns that `imgframe.group_by` gives: `count`, `first`, `last`, `cameras`,
          `with_gps`, `latitude`, `longitude`, `west`, `south`, `east`, `north` and `cover`.

    Raises
    ------
    UsageError
        `level` is none of the four, or the frame has neither places nor positions.
    """
    if level not in LEVELS:
        raise UsageError(f"level must be one of {', '.join(LEVELS)}, not {level!r}")
    keys = LEVELS[level]
    if not set(keys) <= set(frame.collect_schema().names()):
        frame = add_places(frame)
    places = [pl.col(key).cast(PLACE_COLUMNS[key]) for key in keys]
    return group.tallied(frame, places).sort(
        "count", *keys, descending=[True] + [False] * len(keys), nulls_last=True
    )


def group_by(frame: Frame, by: str | Sequence[str]) -> Frame:
    """Count images by one key or several, such as ``["city", "month"]``.

    As `imgframe.group_by`, but places and trips that the frame does not have are found first.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With the derived columns.
    by : str or sequence of str
        As in `imgframe.group_by`.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        As from `imgframe.group_by`.

    Raises
    ------
    UsageError
        As from `imgframe.group_by`.
    """
    absent = set(group.key_names(by)) - set(frame.collect_schema().names())
    if absent & group.PLACE_KEYS:
        frame = add_places(frame)
    if group.TRIP in absent:
        frame = add_trips(frame)
    return group.group_by(frame, by)
