"""Where an image was taken: signed WGS 84 degrees, metres, and what is wrong with them.

Source: Exif 3.0 (CIPA DC-008-2023), 4.6.7 "GPS attribute information".
"""

from typing import Final

import polars as pl

__all__ = ["ALTITUDE", "EAST", "GPS_PROBLEM", "LATITUDE", "LONGITUDE", "NORTH", "UNUSABLE"]

_WGS84: Final = [
    "",
    "WGS-84",
    "WGS84",
    "WGS 84",
    "WGS_84",
    "WGS-1984",
    "WGS1984",
    "WGS 1984",
    "WGS_1984",
    "EPSG:4326",
]
"""What cameras and editors write for WGS 84, in capitals."""


def _word(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().str.to_uppercase()


def _signed(value: str, ref: str, positive: list[str], negative: list[str]) -> pl.Expr:
    """Give a coordinate its sign; null without an intelligible ref.

    A value below zero has its sign already, whatever the ref says.
    """
    return (
        pl.when((pl.col(value) < 0) | _word(ref).is_in(positive))
        .then(value)
        .when(_word(ref).is_in(negative))
        .then(-pl.col(value))
    )


NORTH: Final = _signed("GPSLatitude", "GPSLatitudeRef", ["N", "NORTH"], ["S", "SOUTH"])
EAST: Final = _signed("GPSLongitude", "GPSLongitudeRef", ["E", "EAST"], ["W", "WEST"])

_LAT: Final = pl.col("GPSLatitude")
_LON: Final = pl.col("GPSLongitude")
_ZERO: Final = (_LAT == 0) & (_LON == 0)  # what is written without a fix
_VOID: Final = _word("GPSStatus") == "V"

UNUSABLE: Final = (
    pl.when(_LAT.is_null() & _LON.is_null())
    .then(None)
    .when(_LAT.is_null() | _LON.is_null())
    .then(pl.lit("incomplete"))
    .when(_ZERO)
    .then(pl.lit("zero"))
    .when(~(_LAT.is_between(-90, 90) & _LON.is_between(-180, 180)))
    .then(pl.lit("out of range"))
    .when(pl.col("_north").is_null() | pl.col("_east").is_null())
    .then(pl.lit("no ref"))
    .when(_VOID)
    .then(pl.lit("void status"))
)

_USABLE: Final = pl.col("_unusable").is_null()

LATITUDE: Final = pl.when(_USABLE).then("_north")
LONGITUDE: Final = pl.when(_USABLE).then("_east")

_OTHER_DATUM: Final = pl.col("_north").is_not_null() & ~_word("GPSMapDatum").is_in(_WGS84)

GPS_PROBLEM: Final = (
    pl.when(~_USABLE)
    .then("_unusable")
    .when(_OTHER_DATUM)
    .then("datum " + pl.col("GPSMapDatum").str.strip_chars())
)

_HEIGHT: Final = pl.col("GPSAltitude")
_HEIGHT_REF: Final = pl.col("GPSAltitudeRef").fill_null(0)  # the default that Exif gives it

ALTITUDE: Final = (
    pl.when(_VOID | _ZERO | ~_HEIGHT.is_finite())
    .then(None)
    .when(_HEIGHT_REF.is_in([0, 2]) | (_HEIGHT_REF.is_in([1, 3]) & (_HEIGHT < 0)))
    .then(_HEIGHT)
    .when(_HEIGHT_REF.is_in([1, 3]))
    .then(-_HEIGHT)
)
