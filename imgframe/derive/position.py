"""Where an image was taken: signed WGS 84 degrees, metres, and what is wrong with them.

Sources: Exif 3.0 (CIPA DC-008-2023), 4.6.7 "GPS attribute information"; Exif 2.32 metadata for
XMP (CIPA DC-010), where a coordinate is ``36,7.877N`` or ``36,7,52.62N``.
"""

from typing import Final

import polars as pl

from imgframe.derive.choice import Branch, FirstOf, beside, first_of

__all__ = ["ALTITUDE", "DOP", "GPS_ERROR", "GPS_PROBLEM", "LATITUDE", "LONGITUDE", "STEPS"]

_REAL, _TEXT = pl.Float64(), pl.String()
_LATITUDES, _LONGITUDES = (["N", "NORTH"], ["S", "SOUTH"]), (["E", "EAST"], ["W", "WEST"])

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


def _signed(value: str, ref: str, words: tuple[list[str], list[str]]) -> pl.Expr:
    """Give a coordinate its sign; null without an intelligible ref.

    A value below zero has its sign already, whatever the ref says.
    """
    return (
        pl.when((pl.col(value) < 0) | _word(ref).is_in(words[0]))
        .then(value)
        .when(_word(ref).is_in(words[1]))
        .then(-pl.col(value))
    )


def _at_zero(latitude: str, longitude: str) -> pl.Expr:
    """Tell whether a position is what is written without a fix."""
    return (pl.col(latitude) == 0) & (pl.col(longitude) == 0)


def _off_earth(latitude: str, longitude: str) -> pl.Expr:
    return ~(pl.col(latitude).is_between(-90, 90) & pl.col(longitude).is_between(-180, 180))


_LAT, _LON = pl.col("GPSLatitude"), pl.col("GPSLongitude")
_ZERO: Final = _at_zero("GPSLatitude", "GPSLongitude")
_VOID: Final = _word("GPSStatus") == "V"


def _blank(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().fill_null("") == ""


# A blank ref is none; E for a latitude is one that cannot be understood.
_MISSING_REF: Final = (pl.col("_north").is_null() & _blank("GPSLatitudeRef")) | (
    pl.col("_east").is_null() & _blank("GPSLongitudeRef")
)

_UNUSABLE: Final = (
    pl.when(_LAT.is_null() & _LON.is_null())
    .then(None)
    .when(_LAT.is_null() | _LON.is_null())
    .then(pl.lit("incomplete"))
    .when(_ZERO)
    .then(pl.lit("zero"))
    .when(_off_earth("GPSLatitude", "GPSLongitude"))
    .then(pl.lit("out of range"))
    .when(pl.col("_north").is_null() | pl.col("_east").is_null())
    .then(pl.when(_MISSING_REF).then(pl.lit("no ref")).otherwise(pl.lit("unreadable ref")))
    .when(_VOID)
    .then(pl.lit("void status"))
)

_USABLE: Final = pl.col("_unusable").is_null()


def _complained(text: str) -> pl.Expr:
    """Tell whether decoding said that of a coordinate."""
    return pl.any_horizontal(
        pl.col("problems").list.contains(f"{name}: {text}")
        for name in ("GPSLatitude", "GPSLongitude")
    )


_UNDECODED: Final = pl.when(
    (_LAT.is_null() | _LON.is_null()) & pl.col("problems").is_not_null()
).then(
    pl.when(_complained("denominator 0"))
    .then(pl.lit("denominator zero"))
    .when(_complained("value is no number"))
    .then(pl.lit("unreadable"))
)

_OTHER_DATUM: Final = pl.col("_north").is_not_null() & ~_word("GPSMapDatum").is_in(_WGS84)

_DOUBT: Final = (
    pl.when(~_USABLE)
    .then("_unusable")
    .when(_OTHER_DATUM)
    .then("datum " + pl.col("GPSMapDatum").str.strip_chars())
)

# XMP, where Exif has no position to be believed --------------------------------------------------

_XMP_LAT, _XMP_LON = "exif:GPSLatitude", "exif:GPSLongitude"
_COORDINATE: Final = (
    r"^\s*(?<degrees>-?[0-9]{1,3}(?:\.[0-9]+)?)"
    r"(?:\s*[,°\s]\s*(?<minutes>[0-5]?[0-9](?:\.[0-9]+)?))?"
    r"(?:\s*[,'′\s]\s*(?<seconds>[0-5]?[0-9](?:\.[0-9]+)?))?"
    r"\s*[\"″']?\s*(?<ref>[A-Za-z]?)\s*$"
)
_PARTS: Final = pl.Struct(dict.fromkeys(("degrees", "minutes", "seconds", "ref"), pl.String()))


def _part(name: str, part: str) -> pl.Expr:
    return pl.col(f"_parts {name}").struct.field(part)


def _number(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Float64, strict=False)


def _degrees(name: str) -> pl.Expr:
    """Give degrees, minutes and seconds as degrees, unsigned where a letter has the sign."""
    minutes, seconds = (_number(_part(name, p)).fill_null(0) for p in ("minutes", "seconds"))
    degrees = _number(_part(name, "degrees"))
    rest = minutes / 60 + seconds / 3600
    return (
        pl.when(_part(name, "degrees").str.starts_with("-"))
        .then(degrees - rest)
        .otherwise(degrees + rest)
    )


def _lettered(name: str, positive: str, negative: str) -> pl.Expr:
    """Give a coordinate its sign; one below zero has it already."""
    value, letter = pl.col(f"_degrees {name}"), _part(name, "ref").str.to_uppercase()
    return (
        pl.when((value < 0) | (letter == positive))
        .then(value)
        .when(letter == negative)
        .then(-value)
    )


_XMP_DEGREES: Final = (f"_degrees {_XMP_LAT}", f"_degrees {_XMP_LON}")
_HAS_LAT, _HAS_LON = (pl.col(name).is_not_null() for name in (_XMP_LAT, _XMP_LON))
_NO_LETTER: Final = (_part(_XMP_LAT, "ref") == "") | (_part(_XMP_LON, "ref") == "")
_SAME_PLACE: Final = 0.001
"""Degrees. A void position that XMP repeats is void there too."""
_REPEATS_VOID: Final = (
    (pl.col("_unusable") == "void status")
    & ((pl.col("_xmp_north") - pl.col("_north")).abs() < _SAME_PLACE)
    & ((pl.col("_xmp_east") - pl.col("_east")).abs() < _SAME_PLACE)
)

_XMP_UNUSABLE: Final = (
    pl.when(~_HAS_LAT & ~_HAS_LON)
    .then(None)
    .when(~(_HAS_LAT & _HAS_LON))
    .then(pl.lit("incomplete"))
    .when(pl.any_horizontal(pl.col(_XMP_DEGREES).is_null()))
    .then(pl.lit("unreadable"))
    .when(_at_zero(*_XMP_DEGREES))
    .then(pl.lit("zero"))
    .when(_off_earth(*_XMP_DEGREES))
    .then(pl.lit("out of range"))
    .when(pl.col("_xmp_north").is_null() | pl.col("_xmp_east").is_null())
    .then(pl.when(_NO_LETTER).then(pl.lit("no ref")).otherwise(pl.lit("unreadable ref")))
    .when((_word("exif:GPSStatus") == "V") | _REPEATS_VOID)
    .then(pl.lit("void status"))
)


def _if_usable(name: str) -> FirstOf:
    usable = pl.when(pl.col("_xmp_unusable").is_null()).then(name)
    return first_of(Branch(usable, (name,)))


# Google Takeout, whose degrees are signed --------------------------------------------------------

_GOOGLE: Final = ("Takeout:latitude", "Takeout:longitude")
_ON_EARTH: Final = ~_off_earth(*_GOOGLE) & ~_at_zero(*_GOOGLE)


def _of_google(name: str) -> FirstOf:
    return first_of(Branch(pl.when(_ON_EARTH).then(name), _GOOGLE))


LATITUDE: Final = first_of(
    Branch(pl.when(_USABLE).then("_north"), ("_north",)),
    pl.col("_xmp_latitude"),
    pl.col("_google_latitude"),
)
LONGITUDE: Final = first_of(
    Branch(pl.when(_USABLE).then("_east"), ("_east",)),
    pl.col("_xmp_longitude"),
    pl.col("_google_longitude"),
)

_ELSEWHERE: Final = first_of(pl.col("_xmp_latitude"), pl.col("_google_latitude"))
_INSTEAD: Final = first_of(
    Branch(
        pl.when(pl.col("_north").is_null() | ~_USABLE).then("_elsewhere"),
        ("_elsewhere",),
    )
)

GPS_PROBLEM: Final = beside(
    ("_instead", None),
    ("_undecoded", pl.col("_undecoded")),
    ("_doubt", pl.col("_doubt")),
    ("_xmp_unusable", pl.col("_xmp_unusable")),
)

# Metres ------------------------------------------------------------------------------------------

_HEIGHT: Final = pl.col("GPSAltitude")
_HEIGHT_REF: Final = pl.col("GPSAltitudeRef").fill_null(0)  # the default that Exif gives it


def _ratio(name: str) -> pl.Expr:
    """Read a number that is written as ``51200/100``, or plainly."""
    above = _number(pl.col(name).str.extract(r"^\s*(-?[0-9]+(?:\.[0-9]+)?)\s*(?:/.*)?$"))
    below = _number(pl.col(name).str.extract(r"/\s*([0-9]+)\s*$"))
    return above / below.fill_null(1.0)


_XMP_HEIGHT: Final = _ratio("exif:GPSAltitude")
_XMP_BELOW: Final = pl.col("exif:GPSAltitudeRef").str.strip_chars().is_in(["1", "3"])

ALTITUDE: Final = first_of(
    Branch(
        pl.when(_VOID | _ZERO | ~_HEIGHT.is_finite())
        .then(None)
        .when(_HEIGHT_REF.is_in([0, 2]) | (_HEIGHT_REF.is_in([1, 3]) & (_HEIGHT < 0)))
        .then(_HEIGHT)
        .when(_HEIGHT_REF.is_in([1, 3]))
        .then(-_HEIGHT),
        ("GPSAltitude",),
    ),
    Branch(
        pl.when(pl.col("_xmp_latitude").is_not_null() & _XMP_HEIGHT.is_finite()).then(
            pl.when(_XMP_BELOW & (_XMP_HEIGHT > 0)).then(-_XMP_HEIGHT).otherwise(_XMP_HEIGHT)
        ),
        ("exif:GPSAltitude", "_xmp_latitude"),
    ),
    Branch(
        pl.when(
            pl.col("_google_latitude").is_not_null()
            & (pl.col("Takeout:altitude") != 0)
            & pl.col("Takeout:altitude").is_finite()
        ).then("Takeout:altitude"),
        ("Takeout:altitude", "_google_latitude"),
    ),
)


def _measured(value: pl.Expr) -> pl.Expr:
    return pl.when((value > 0) & value.is_finite()).then(value)


DOP: Final = first_of(_measured(pl.col("GPSDOP")), _measured(_ratio("exif:GPSDOP")))
GPS_ERROR: Final = first_of(
    _measured(pl.col("GPSHPositioningError")), _measured(_ratio("exif:GPSHPositioningError"))
)

STEPS: Final[dict[str, tuple[pl.DataType, pl.Expr | FirstOf]]] = {
    "_north": (_REAL, _signed("GPSLatitude", "GPSLatitudeRef", _LATITUDES)),
    "_east": (_REAL, _signed("GPSLongitude", "GPSLongitudeRef", _LONGITUDES)),
    "_unusable": (_TEXT, _UNUSABLE),
    "_undecoded": (_TEXT, _UNDECODED),
    "_doubt": (_TEXT, _DOUBT),
    **{
        f"_parts {name}": (_PARTS, pl.col(name).str.extract_groups(_COORDINATE))
        for name in (_XMP_LAT, _XMP_LON)
    },
    **{f"_degrees {name}": (_REAL, _degrees(name)) for name in (_XMP_LAT, _XMP_LON)},
    "_xmp_north": (_REAL, _lettered(_XMP_LAT, "N", "S")),
    "_xmp_east": (_REAL, _lettered(_XMP_LON, "E", "W")),
    "_xmp_unusable": (
        _TEXT,
        first_of(Branch(_XMP_UNUSABLE, (_XMP_LAT,)), Branch(_XMP_UNUSABLE, (_XMP_LON,))),
    ),
    "_xmp_latitude": (_REAL, _if_usable("_xmp_north")),
    "_xmp_longitude": (_REAL, _if_usable("_xmp_east")),
    "_google_latitude": (_REAL, _of_google(_GOOGLE[0])),
    "_google_longitude": (_REAL, _of_google(_GOOGLE[1])),
    "_elsewhere": (_REAL, _ELSEWHERE),
    "_instead": (_REAL, _INSTEAD),
}
"""What stands between tags and the columns of places."""
