"""Who took an image, with what: names, tidied only where makers write one name in many ways.

Sources: Exif 3.0 (CIPA DC-008-2023), 4.6.5 and 4.6.6, and Exif 2.32 metadata for XMP (CIPA
DC-010); the makers' spellings are those found in files.
"""

from typing import Final

import polars as pl

from imgframe.derive.choice import Branch, FirstOf, first_of, joined, text

__all__ = [
    "ACQUIRED_BY",
    "CUSTOM_ID",
    "LENS",
    "MANUFACTURER",
    "MODEL",
    "REFERENCE",
    "SOFTWARE",
    "STEPS",
]

_MAKERS: Final = {
    "ACER": "Acer",
    "AGFA": "Agfa",
    "AGFAPHOTO": "AgfaPhoto",
    "APPLE": "Apple",
    "ARASHI VISION": "Insta360",
    "ASAHI OPTICAL CO.,LTD": "Pentax",
    "ASAHI OPTICAL CO.,LTD.": "Pentax",
    "ASUS": "Asus",
    "CANON": "Canon",
    "CANON INC.": "Canon",
    "CASIO": "Casio",
    "CASIO COMPUTER": "Casio",
    "CASIO COMPUTER CO.,LTD": "Casio",
    "CASIO COMPUTER CO.,LTD.": "Casio",
    "EASTMAN KODAK": "Kodak",
    "EASTMAN KODAK COMPANY": "Kodak",
    "FLIR SYSTEMS": "FLIR",
    "FLIR SYSTEMS AB": "FLIR",
    "FUJI PHOTO FILM CO., LTD.": "Fujifilm",
    "FUJIFILM": "Fujifilm",
    "FUJIFILM CORPORATION": "Fujifilm",
    "GENERAL IMAGING CO.": "GE",
    "GOOGLE": "Google",
    "GOPRO": "GoPro",
    "HASSELBLAD": "Hasselblad",
    "HEWLETT-PACKARD": "HP",
    "HEWLETT-PACKARD COMPANY": "HP",
    "HUAWEI": "Huawei",
    "JK IMAGING, LTD.": "Kodak",
    "KODAK": "Kodak",
    "KONICA": "Konica",
    "KONICA CORPORATION": "Konica",
    "KONICA MINOLTA": "Konica Minolta",
    "KONICA MINOLTA CAMERA, INC.": "Konica Minolta",
    "KYOCERA": "Kyocera",
    "LEICA": "Leica",
    "LEICA CAMERA AG": "Leica",
    "LENOVO": "Lenovo",
    "LG ELECTRONICS": "LG",
    "LG ELECTRONICS INC.": "LG",
    "LGE": "LG",
    "MAMIYA": "Mamiya",
    "MAMIYA-OP CO.,LTD.": "Mamiya",
    "MICASENSE": "MicaSense",
    "MICROSOFT": "Microsoft",
    "MINOLTA": "Minolta",
    "MINOLTA CO., LTD.": "Minolta",
    "MOTOROLA": "Motorola",
    "NIKON": "Nikon",
    "NIKON CORPORATION": "Nikon",
    "NOKIA": "Nokia",
    "OLYMPUS": "Olympus",
    "OLYMPUS CORPORATION": "Olympus",
    "OLYMPUS IMAGING CORP.": "Olympus",
    "OLYMPUS OPTICAL CO.,LTD": "Olympus",
    "OLYMPUS OPTICAL CO.,LTD.": "Olympus",
    "OM DIGITAL SOLUTIONS": "OM System",
    "ONEPLUS": "OnePlus",
    "PANASONIC": "Panasonic",
    "PARROT": "Parrot",
    "PENTAX": "Pentax",
    "PENTAX CORPORATION": "Pentax",
    "PHASE ONE": "Phase One",
    "PHASE ONE A/S": "Phase One",
    "POLAROID": "Polaroid",
    "REALME": "realme",
    "RESEARCH IN MOTION": "BlackBerry",
    "RICOH": "Ricoh",
    "RICOH IMAGING COMPANY, LTD.": "Ricoh",
    "SAMSUNG": "Samsung",
    "SAMSUNG ELECTRONICS": "Samsung",
    "SAMSUNG TECHWIN": "Samsung",
    "SAMSUNG TECHWIN CO., LTD.": "Samsung",
    "SANYO": "Sanyo",
    "SANYO ELECTRIC CO.,LTD.": "Sanyo",
    "SEIKO EPSON CORP.": "Epson",
    "SIGMA": "Sigma",
    "SONY": "Sony",
    "SONY ERICSSON": "Sony Ericsson",
    "SONYERICSSON": "Sony Ericsson",
    "TOSHIBA": "Toshiba",
    "VIVO": "vivo",
    "XIAOMI": "Xiaomi",
}
"""The common name of a maker by what stands in Make, in capitals."""

_NO_LENS: Final = ["", "-", "--", "---", "----", "0.0 mm f/0.0"]
"""What cameras write into LensModel when they cannot know the lens."""


ACQUIRED_BY: Final = first_of(
    pl.col("_artist"),
    pl.col("_dc_creator"),
    pl.col("_by_line"),
    text("CameraOwnerName"),
    text("exifEX:CameraOwnerName"),
    text("aux:OwnerName"),
    text("XPAuthor"),
)

_MAKE: Final = pl.col("_make")

MANUFACTURER: Final = _MAKE.str.to_uppercase().replace_strict(
    _MAKERS, default=_MAKE, return_dtype=pl.String
)

_MAKER: Final = pl.col("manufacturer")
_FULL_MODEL: Final = pl.col("_full_model")

# "NIKON D70s": the maker has a column of its own.
_REPEATS_MAKER: Final = _FULL_MODEL.str.to_lowercase().str.starts_with(
    _MAKER.str.to_lowercase() + " "
)

MODEL: Final = (
    pl.when(_REPEATS_MAKER)
    .then(_FULL_MODEL.str.slice(_MAKER.str.len_chars()).str.strip_chars_start())
    .otherwise(_FULL_MODEL)
)


def _lens_name(name: str) -> pl.Expr:
    lens = pl.col(name).str.strip_chars()
    return pl.when(~lens.is_in(_NO_LENS)).then(lens)


_NAMELESS: Final = pl.col("_lens_name").is_null()
_LENS_NUMBERS: Final = first_of(
    *(
        Branch(pl.when(_NAMELESS).then(name), (name,))
        for name in ("LensSpecification", "LensInfo", "exifEX:LensSpecification")
    )
)


def _lens_number(index: int) -> pl.Expr:
    number = pl.col("_lens_numbers").list.get(index, null_on_oob=True).round(2)
    return pl.when((number > 0) & number.is_finite()).then(number)


def _range(first: int, last: int) -> pl.Expr:
    """Write [24, 70] as "24-70", [50, 50] and [50, null] as "50"; "" where none is known."""
    low, high = _lens_number(first), _lens_number(last)
    high = pl.when(high.ne_missing(low)).then(high)
    texts = [number.cast(pl.String).str.strip_suffix(".0") for number in (low, high)]
    return pl.concat_str(*texts, separator="-", ignore_nulls=True)


_HAS_FOCAL: Final = pl.col("_focal") != ""
_HAS_APERTURE: Final = pl.col("_aperture") != ""

LENS: Final = (
    pl.when(pl.col("_lens_name").is_not_null())
    .then("_lens_name")
    .when(_HAS_FOCAL & _HAS_APERTURE)
    .then(pl.col("_focal") + "mm f/" + pl.col("_aperture"))
    .when(_HAS_FOCAL)
    .then(pl.col("_focal") + "mm")
)

SOFTWARE: Final = first_of(
    *(text(name) for name in ("Software", "tiff:Software", "xmp:CreatorTool", "PNG:Software"))
)
CUSTOM_ID: Final = first_of(text("ImageUniqueID"), text("exif:ImageUniqueID"))
REFERENCE: Final = first_of(
    text("DocumentName"),
    text("photoshop:TransmissionReference"),
    text("IPTC:OriginalTransmissionReference"),
)

_NAME: Final = pl.String()
STEPS: Final[dict[str, tuple[pl.DataType, pl.Expr | FirstOf]]] = {
    "_artist": (_NAME, text("Artist")),
    "_dc_creator": (_NAME, joined("dc:creator")),
    "_by_line": (_NAME, joined("IPTC:By-line")),
    "_make": (_NAME, first_of(text("Make"), text("tiff:Make"))),
    "_full_model": (_NAME, first_of(text("Model"), text("tiff:Model"))),
    "_lens_name": (
        _NAME,
        first_of(*(_lens_name(name) for name in ("LensModel", "exifEX:LensModel", "aux:Lens"))),
    ),
    "_lens_numbers": (pl.List(pl.Float64()), _LENS_NUMBERS),
    "_focal": (_NAME, _range(0, 1)),
    "_aperture": (_NAME, _range(2, 3)),
}
"""What stands between tags and the columns of who and with what."""
