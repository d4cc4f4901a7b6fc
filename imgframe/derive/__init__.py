"""The derived columns: what several tags say together, each one Polars expression.

`DERIVED` is the whole of it, with the few steps that it builds upon. A tag that is not in a frame
counts as null, so that every frame gets every derived column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Final, TypeVar

import polars as pl

from imgframe.derive import clock, origin, picture, position
from imgframe.errors import UsageError
from imgframe.schema import FILE_COLUMNS, dtype_of

__all__ = ["DERIVED", "Derived", "add_derived", "derived_schema", "sources_of"]

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived column."""

    name: str
    dtype: pl.DataType
    expression: pl.Expr
    """Over tag columns, `format`, other derived columns and steps (names that begin with _)."""
    unit: str
    """Empty for text, enumerations and dates."""
    sources: tuple[str, ...]
    """The tag and file columns it is made of in the end; those that give the value come first, in
    order of preference."""
    doc: str


_LOCAL: Final = pl.Datetime("us")
_UTC: Final = pl.Datetime("us", "UTC")
_REAL, _INT, _TEXT = pl.Float64(), pl.Int32(), pl.String()

_DATES: Final = ("DateTimeOriginal", "DateTimeDigitized", "DateTime")
_SUBSECONDS: Final = ("SubsecTimeOriginal", "SubsecTimeDigitized", "SubsecTime")
_OFFSETS: Final = ("OffsetTimeOriginal", "OffsetTimeDigitized", "OffsetTime")
_GPS_TIME: Final = ("GPSDateStamp", "GPSTimeStamp")
_PLACE: Final = ("GPSLatitude", "GPSLongitude")
_PLACE_REFS: Final = ("GPSLatitudeRef", "GPSLongitudeRef")

# fmt: off
DERIVED: Final = (
    Derived("acquired_at", _LOCAL, clock.ACQUIRED_AT, "local time", (*_DATES, *_SUBSECONDS),
            "When the image was taken, by the clock on the wall, sub-seconds included. DateTime, "
            "the time of the last change, comes last."),
    Derived("utc_offset", _INT, clock.UTC_OFFSET, "min", (*_OFFSETS, *_GPS_TIME, *_DATES),
            "Local time minus UTC: the offset tag of the date tag chosen, else from GPS time when "
            "that is within 5 min of a zone's time."),
    Derived("acquired_at_utc", _UTC, clock.ACQUIRED_AT_UTC, "UTC",
            (*_DATES, *_SUBSECONDS, *_OFFSETS, *_GPS_TIME), "acquired_at minus utc_offset."),
    Derived("time_source", _TEXT, clock.TIME_SOURCE, "", (*_OFFSETS, *_GPS_TIME, *_DATES),
            "What gave utc_offset: OffsetTimeOriginal, OffsetTimeDigitized, OffsetTime or GPS."),
    Derived("latitude", _REAL, position.LATITUDE, "°", (*_PLACE, *_PLACE_REFS, "GPSStatus"),
            "WGS 84, north positive; null for every gps_problem but another datum."),
    Derived("longitude", _REAL, position.LONGITUDE, "°", (*_PLACE, *_PLACE_REFS, "GPSStatus"),
            "WGS 84, east positive; null for every gps_problem but another datum."),
    Derived("altitude", _REAL, position.ALTITUDE, "m",
            ("GPSAltitude", "GPSAltitudeRef", "GPSStatus", *_PLACE),
            "Above the reference, below it negative; null for a reference Exif 3.0 does not know, "
            "a void fix and one at 0, 0."),
    Derived("gps_problem", _TEXT, position.GPS_PROBLEM, "",
            (*_PLACE, *_PLACE_REFS, "GPSStatus", "GPSMapDatum"),
            "incomplete, zero, out of range, no ref, void status; or datum and its name, where the "
            "position is kept as it is; null for a good position and for none."),
    Derived("acquired_by", _TEXT, origin.ACQUIRED_BY, "", ("Artist", "CameraOwnerName", "XPAuthor"),
            "Who took the image."),
    Derived("manufacturer", _TEXT, origin.MANUFACTURER, "", ("Make",),
            "Maker of the camera under its common name; as in the file where none is known."),
    Derived("model", _TEXT, origin.MODEL, "", ("Model", "Make"),
            "Camera model, without the maker's name in front."),
    Derived("lens", _TEXT, origin.LENS, "", ("LensModel", "LensSpecification", "LensInfo"),
            "Name of the lens, else its focal lengths and apertures: 24-70mm f/2.8."),
    Derived("software", _TEXT, origin.SOFTWARE, "", ("Software",),
            "Firmware or program that wrote the file."),
    Derived("orientation", _INT, picture.ORIENTATION, "", ("Orientation",),
            "1 to 8 as in Exif; null for any other value."),
    Derived("resolution_x", _REAL, picture.RESOLUTION_X, "px per resolution_unit", ("XResolution",),
            "Null unless above zero and finite."),
    Derived("resolution_y", _REAL, picture.RESOLUTION_Y, "px per resolution_unit", ("YResolution",),
            "Null unless above zero and finite."),
    Derived("resolution_unit", _TEXT, picture.RESOLUTION_UNIT, "",
            ("ResolutionUnit", "XResolution", "YResolution"),
            "in or cm; in, TIFF's default, where there is a resolution and no unit is given."),
    Derived("compression", _TEXT, picture.COMPRESSION, "",
            ("format", "Compression", "NewSubfileType"),
            "How the pixels of a JPEG or a TIFF are packed; null where the first directory of a "
            "TIFF holds a preview."),
    Derived("color_space", _TEXT, picture.COLOR_SPACE, "", ("ColorSpace", "InteropIndex"),
            "sRGB, Adobe RGB or Uncalibrated, as Exif and DCF tell."),
    Derived("weather", _TEXT, picture.WEATHER, "", ("AmbientTemperature", "Humidity", "Pressure"),
            "What the camera measured: 21.5 °C, 45 %, 1013 hPa."),
    Derived("custom_id", _TEXT, origin.CUSTOM_ID, "", ("ImageUniqueID",),
            "Identifier that the camera or an archive gave the image."),
    Derived("reference", _TEXT, origin.REFERENCE, "", ("DocumentName",),
            "Document that the image is of."),
)
"""Every derived column, in the order of the table."""
# fmt: on


_STEPS: Final = {
    "_written_offset": (_INT, clock.WRITTEN_OFFSET),
    "_north": (_REAL, position.NORTH),
    "_east": (_REAL, position.EAST),
    "_unusable": (_TEXT, position.UNUSABLE),
    "_full_model": (_TEXT, origin.FULL_MODEL),
    "_lens_name": (_TEXT, origin.LENS_NAME),
    "_lens_numbers": (pl.List(_REAL), origin.LENS_NUMBERS),
    "_focal": (_TEXT, origin.FOCAL),
    "_aperture": (_TEXT, origin.APERTURE),
    "_measured": (_TEXT, picture.MEASURED),
}
"""What stands between tags and derived columns; left out of the table. Named, since Polars works
out an expression with a literal in it anew wherever it is repeated."""

_EXPRESSIONS: Final = {name: expression for name, (_, expression) in _STEPS.items()} | {
    column.name: column.expression for column in DERIVED
}
_USES: Final = {name: set(e.meta.root_names()) for name, e in _EXPRESSIONS.items()}
_IN_ORDER: Final = tuple(TopologicalSorter(_USES).static_order())


def derived_schema() -> dict[str, pl.DataType]:
    """Give the names and dtypes of the derived columns.

    Returns
    -------
    dict of str to polars.DataType
        In the order of the table.
    """
    return {column.name: column.dtype for column in DERIVED}


def sources_of(names: Iterable[str] | None = None) -> list[str]:
    """Say which tag and file columns derived columns are made of.

    Parameters
    ----------
    names : iterable of str, optional
        Derived columns; all of them when left out.

    Returns
    -------
    list of str
        Without repetition, in order of first use.

    Raises
    ------
    UsageError
        A name is not that of a derived column.
    """
    by_name = {column.name: column for column in DERIVED}
    wanted = list(by_name) if names is None else list(names)
    if unknown := [name for name in wanted if name not in by_name]:
        raise UsageError(f"not a derived column: {', '.join(unknown)}")
    return list(dict.fromkeys(source for name in wanted for source in by_name[name].sources))


def add_derived(frame: Frame) -> Frame:
    """Add every derived column to a frame of tag columns.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        Tag columns in the dtypes of `imgframe.schema.dtype_of`; those that are not there count
        as null.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame and the same rows: file columns, then the derived columns of
        `DERIVED`, then all others. Derived columns that were there are made anew.

    Examples
    --------
    >>> tags = pl.DataFrame({"Make": ["NIKON CORPORATION"], "Model": ["NIKON D70s"]})
    >>> add_derived(tags).select("manufacturer", "model").row(0)
    ('Nikon', 'D70s')
    """
    names = frame.collect_schema().names()
    for expressions in _stages(frozenset(sources_of()).difference(names)):
        frame = frame.with_columns(expressions)
    ours = derived_schema()
    file_columns = [name for name in names if name in FILE_COLUMNS]
    others = [name for name in names if name not in FILE_COLUMNS and name not in ours]
    return frame.select(*file_columns, *ours, *others)


@lru_cache(maxsize=256)
def _stages(absent: frozenset[str]) -> list[list[pl.Expr]]:
    """Sort the expressions so that each stands in a later stage than those it uses.

    Absent tags are nulls, and so is what is made of nulls only.
    """
    null = set(absent)
    stage: dict[str, int] = {}
    for name in _IN_ORDER:
        if name in _USES and _USES[name] <= null:
            null.add(name)
        elif name in _USES:
            stage[name] = 1 + max(stage.get(used, 0) for used in _USES[name])
    used = {column.name for column in DERIVED}.union(*(_USES[name] for name in stage))
    dtypes = derived_schema() | {name: dtype for name, (dtype, _) in _STEPS.items()}
    stages = [[pl.lit(None, dtypes.get(n) or dtype_of(n)).alias(n) for n in sorted(null & used)]]
    stages += [
        [_EXPRESSIONS[n].alias(n) for n, at in stage.items() if at == number]
        for number in range(1, max(stage.values(), default=0) + 1)
    ]
    return stages
