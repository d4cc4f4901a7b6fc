"""What people write about an image: titles, keywords, names, rights and places.

Sources: the Metadata Working Group's guidelines 2.0, chapter 5, for which fields mean the same;
IPTC Photo Metadata Standard 2023; Microsoft's "Photo Metadata Policies" for the XP tags and
ratings in percent. XMP comes before IPTC-IIM, which cuts texts off at a length, and both before
Exif, which has no character set but ASCII.
"""

from typing import Final

import polars as pl

from imgframe.derive.choice import FirstOf, first_of, first_text, text

__all__ = [
    "CITY_TAGGED",
    "COPYRIGHT",
    "COUNTRY_CODE_TAGGED",
    "COUNTRY_TAGGED",
    "CREATOR",
    "DESCRIPTION",
    "KEYWORDS",
    "LOCATION_TAGGED",
    "RATING",
    "REGION_TAGGED",
    "TITLE",
]

_BY_CAMERAS: Final = [
    "",
    "Created with GIMP",
    "DIGITAL CAMERA",
    "Digital Camera",
    "Exif_JPEG_PICTURE",
    "KONICA MINOLTA DIGITAL CAMERA",
    "MINOLTA DIGITAL CAMERA",
    "My beautiful picture",
    "OLYMPUS DIGITAL CAMERA",
    "PENTAX DIGITAL CAMERA",
    "SAMSUNG",
    "SAMSUNG DIGITAL CAMERA",
    "SANYO DIGITAL CAMERA",
    "SONY DSC",
    "cof",
    "dav",
    "default",
    "edf",
    "hdrpl",
    "mde",
    "nor",
    "oznor",
    "oznorWO",
    "ptr",
    "rbt",
    "rhdr",
    "rptfb",
    "sdr",
    "untitled",
]
"""What cameras and programs write as the description of every image."""

_DRONE_PATH: Final = "DCIM\\"


def _said(name: str) -> pl.Expr:
    """Give a text that a person may have written."""
    stripped = pl.col(name).str.strip_chars()
    by_camera = stripped.is_in(_BY_CAMERAS)
    return pl.when(~by_camera & ~stripped.str.starts_with(_DRONE_PATH)).then(stripped)


TITLE: Final = first_of(
    *(text(name) for name in ("dc:title", "IPTC:ObjectName", "XPTitle", "PNG:Title"))
)

DESCRIPTION: Final = first_of(
    *(
        _said(name)
        for name in (
            "dc:description",
            "IPTC:Caption-Abstract",
            "ImageDescription",
            "XPComment",
            "PNG:Description",
            "Takeout:description",
        )
    )
)


def _words(words: pl.Expr) -> pl.Expr:
    """Give words without blanks around them, each once; null where none is left."""
    word = pl.element().str.strip_chars()
    clean = words.list.eval(word.filter(word != "").unique(maintain_order=True))
    return pl.when(clean.list.len() > 0).then(clean)


def _split(name: str) -> pl.Expr:
    """Give the words of a text with semicolons between them, as `_words` does."""
    clean = pl.col(name).str.replace_all(r"\s*;[\s;]*", ";").str.strip_chars().str.strip_chars(";")
    return pl.when(clean != "").then(clean.str.split(";").list.unique(maintain_order=True))


KEYWORDS: Final = first_of(
    _words(pl.col("dc:subject")), _words(pl.col("IPTC:Keywords")), _split("XPKeywords")
)


def _stars(value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_between(-1, 5)).then(value.cast(pl.Float64))


# 1, 25, 50, 75 and 99 per cent are one to five stars.
_PERCENT: Final = pl.col("MicrosoftPhoto:Rating")
_STARS_OF_PERCENT: Final = (
    pl.when(_PERCENT == 0)
    .then(0.0)
    .when(_PERCENT.is_between(1, 100))
    .then(((_PERCENT + 12) // 25 + 1).clip(1, 5).cast(pl.Float64))
)

RATING: Final = first_of(_stars(pl.col("xmp:Rating")), _stars(pl.col("Rating")), _STARS_OF_PERCENT)

CREATOR: Final = first_of(
    pl.col("_dc_creator"),
    pl.col("_by_line"),
    pl.col("_artist"),
    text("XPAuthor"),
    text("PNG:Author"),
)

COPYRIGHT: Final = first_of(
    *(text(name) for name in ("dc:rights", "IPTC:CopyrightNotice", "Copyright", "PNG:Copyright"))
)


def _place(xmp: str, iptc: str, created: str) -> FirstOf:
    """Prefer the field that all programs write to that of the newer schema."""
    field = f"Iptc4xmpExt:LocationCreated/Iptc4xmpExt:{created}"
    return first_of(text(xmp), text(iptc), first_text(field))


CITY_TAGGED: Final = _place("photoshop:City", "IPTC:City", "City")
REGION_TAGGED: Final = _place("photoshop:State", "IPTC:Province-State", "ProvinceState")
COUNTRY_TAGGED: Final = _place(
    "photoshop:Country", "IPTC:Country-PrimaryLocationName", "CountryName"
)
COUNTRY_CODE_TAGGED: Final = _place(
    "Iptc4xmpCore:CountryCode", "IPTC:Country-PrimaryLocationCode", "CountryCode"
)
LOCATION_TAGGED: Final = _place("Iptc4xmpCore:Location", "IPTC:Sub-location", "Sublocation")
