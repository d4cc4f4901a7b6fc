"""How the picture is stored and shown, and the weather it was taken in.

Sources: TIFF 6.0 sections 8, 9 and 18 with its later registered compressions, DNG 1.7, and
Exif 3.0 (CIPA DC-008-2023), 4.6.6.
"""

from typing import Final

import polars as pl

__all__ = [
    "COLOR_SPACE",
    "COMPRESSION",
    "ORIENTATION",
    "RESOLUTION_UNIT",
    "RESOLUTION_X",
    "RESOLUTION_Y",
    "STEPS",
    "WEATHER",
]

_METHODS: Final = {
    1: "uncompressed",
    2: "CCITT G3 1D",
    3: "CCITT G3",
    4: "CCITT G4",
    5: "LZW",
    6: "JPEG",
    7: "JPEG",
    8: "Deflate",
    9: "JBIG",
    10: "JBIG",
    32766: "NeXT",
    32771: "CCITT G3 1D",
    32773: "PackBits",
    32809: "ThunderScan",
    32946: "Deflate",
    33003: "JPEG 2000",
    33005: "JPEG 2000",
    34661: "JBIG",
    34676: "SGI log",
    34677: "SGI log",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "JPEG",
    34925: "LZMA",
    34926: "Zstandard",
    34927: "WebP",
    34933: "PNG",
    34934: "JPEG XR",
    50000: "Zstandard",
    50001: "WebP",
    50002: "JPEG XL",
    52546: "JPEG XL",
}
"""The method by its code in TIFF: several codes are one method."""

_INSIDE_TIFF: Final = ["TIFF", "DNG"]
"""Formats whose first directory describes the pixels."""

ORIENTATION: Final = (
    pl.when(pl.col("Orientation").is_between(1, 8)).then("Orientation").cast(pl.Int32)
)


def _resolution(name: str) -> pl.Expr:
    return pl.when((pl.col(name) > 0) & pl.col(name).is_finite()).then(name)


RESOLUTION_X: Final = _resolution("XResolution")
RESOLUTION_Y: Final = _resolution("YResolution")

_UNIT: Final = pl.col("ResolutionUnit").fill_null(2)  # the default that TIFF gives it

RESOLUTION_UNIT: Final = (
    pl.when(pl.col("resolution_x").is_null() & pl.col("resolution_y").is_null())
    .then(None)
    .when(_UNIT == 2)
    .then(pl.lit("in"))
    .when(_UNIT == 3)
    .then(pl.lit("cm"))
)

_REDUCED: Final = pl.col("NewSubfileType").fill_null(0) % 2 == 1
_CODE: Final = pl.when(pl.col("format").is_in(_INSIDE_TIFF) & ~_REDUCED).then("Compression")

COMPRESSION: Final = (
    pl.when(pl.col("format") == "JPEG")
    .then(pl.lit("JPEG"))
    .otherwise(
        _CODE.replace_strict(
            _METHODS, default=pl.format("unknown ({})", _CODE), return_dtype=pl.String
        )
    )
)

_SPACE: Final = pl.col("ColorSpace")
_ADOBE_RGB: Final = pl.col("InteropIndex").str.strip_chars() == "R03"  # DCF 2.0, optional files

COLOR_SPACE: Final = (
    pl.when(_SPACE == 1)
    .then(pl.lit("sRGB"))
    .when((_SPACE == 2) | ((_SPACE == 65535) & _ADOBE_RGB))
    .then(pl.lit("Adobe RGB"))
    .when(_SPACE == 65535)
    .then(pl.lit("Uncalibrated"))
)


def _measure(name: str, unit: str) -> pl.Expr:
    """Write a measured value with at most one decimal, and its unit."""
    value = pl.when(pl.col(name).is_finite()).then(name).round(1)
    text = value.cast(pl.String).str.strip_suffix(".0")
    return text.str.replace("^-0$", "0") + unit


_MEASURED: Final = pl.concat_str(
    _measure("AmbientTemperature", " °C"),
    _measure("Humidity", " %"),
    _measure("Pressure", " hPa"),
    separator=", ",
    ignore_nulls=True,
)

WEATHER: Final = pl.when(pl.col("_measured_weather") != "").then("_measured_weather")

STEPS: Final[dict[str, tuple[pl.DataType, pl.Expr]]] = {
    "_measured_weather": (pl.String(), _MEASURED)
}
"""What stands between tags and the columns of the picture."""
