"""Words for the numbers that tags hold.

Sources: Exif 3.0 (CIPA DC-008-2023), TIFF 6.0 with the compressions that Adobe and libtiff
registered later, DNG 1.7. Where cameras agreed on a value that Exif never had (ColorSpace 2), it is
here too.
"""

from __future__ import annotations

from typing import Final, TypeVar

import polars as pl

from imgframe.schema import TAGS_OF, Directory

__all__ = ["WORDS", "labels"]

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_THUMBNAIL: Final = TAGS_OF[Directory.IFD1][0]

_RESOLUTION_UNIT: Final = {1: "none", 2: "inch", 3: "centimetre"}
_LOW_HIGH: Final = {0: "normal", 1: "low", 2: "high"}

_LIGHT_SOURCE: Final = {
    0: "unknown",
    1: "daylight",
    2: "fluorescent",
    3: "tungsten",
    4: "flash",
    9: "fine weather",
    10: "cloudy weather",
    11: "shade",
    12: "daylight fluorescent (5700-7100 K)",
    13: "day white fluorescent (4600-5500 K)",
    14: "cool white fluorescent (3800-4500 K)",
    15: "white fluorescent (3250-3800 K)",
    16: "warm white fluorescent (2600-3250 K)",
    17: "standard light A",
    18: "standard light B",
    19: "standard light C",
    20: "D55",
    21: "D65",
    22: "D75",
    23: "D50",
    24: "ISO studio tungsten",
    255: "other",
}

_FLASH_RETURN: Final = {0: "", 2: ", return light not detected", 3: ", return light detected"}
_FLASH_MODE: Final = {
    0: "",
    1: ", compulsory firing",
    2: ", compulsory suppression",
    3: ", auto mode",
}


def _flash() -> dict[int, str]:
    """Spell out the bits of Flash: fired, return light, mode, function present, red eye."""
    words = {}
    for back, back_words in _FLASH_RETURN.items():
        for mode, mode_words in _FLASH_MODE.items():
            for fired, fired_words in enumerate(("did not fire", "fired")):
                code = fired | back << 1 | mode << 3
                words[code] = fired_words + mode_words + back_words
                words[code | 0x40] = words[code] + ", red-eye reduction"
                words[code | 0x20] = words[code | 0x60] = "no flash function"
    return words


WORDS: Final[dict[str, dict[int, str]]] = {
    # TIFF 6.0, sections 8 and following
    "NewSubfileType": {
        0: "full-resolution image",
        1: "reduced-resolution image",
        2: "page of several",
        3: "reduced-resolution page of several",
        4: "transparency mask",
        5: "reduced-resolution transparency mask",
        6: "transparency mask of a page",
        7: "reduced-resolution transparency mask of a page",
        8: "depth map",
        9: "reduced-resolution depth map",
        16: "enhanced image",
        65537: "alternative preview",
        65540: "semantic mask",
    },
    "SubfileType": {
        1: "full-resolution image",
        2: "reduced-resolution image",
        3: "page of several",
    },
    "Compression": {
        1: "uncompressed",
        2: "CCITT modified Huffman",
        3: "CCITT T.4 (group 3 fax)",
        4: "CCITT T.6 (group 4 fax)",
        5: "LZW",
        6: "JPEG (old style)",
        7: "JPEG",
        8: "Deflate",
        9: "JBIG, black and white",
        10: "JBIG, colour",
        32766: "NeXT 2-bit",
        32767: "Sony ARW",
        32769: "packed raw",
        32770: "Samsung SRW",
        32771: "CCITT modified Huffman, word-aligned",
        32772: "Samsung SRW 2",
        32773: "PackBits",
        32809: "ThunderScan",
        32867: "Kodak KDC",
        32895: "IT8 CT, padded",
        32896: "IT8 linework",
        32897: "IT8 monochrome picture",
        32898: "IT8 binary line art",
        32908: "Pixar film",
        32909: "Pixar log",
        32946: "Deflate (old code)",
        32947: "Kodak DCS",
        33003: "Aperio JPEG 2000, YCbCr",
        33005: "Aperio JPEG 2000, RGB",
        34661: "JBIG",
        34676: "SGI log luminance",
        34677: "SGI log 24-bit",
        34712: "JPEG 2000",
        34713: "Nikon NEF",
        34715: "JBIG2 (TIFF-FX)",
        34887: "LERC",
        34892: "lossy JPEG",
        34925: "LZMA2",
        34926: "Zstandard",
        34927: "WebP",
        34933: "PNG",
        34934: "JPEG XR",
        50000: "Zstandard",
        50001: "WebP",
        50002: "JPEG XL",
        52546: "JPEG XL",
        65000: "Kodak DCR",
        65535: "Pentax PEF",
    },
    "PhotometricInterpretation": {
        0: "white is zero",
        1: "black is zero",
        2: "RGB",
        3: "palette",
        4: "transparency mask",
        5: "CMYK",
        6: "YCbCr",
        8: "CIE L*a*b*",
        9: "ICC L*a*b*",
        10: "ITU L*a*b*",
        32803: "colour filter array",
        32844: "log luminance",
        32845: "log luminance and chroma",
        34892: "linear raw",
        51177: "depth map",
        52527: "semantic mask",
    },
    "Thresholding": {1: "none", 2: "ordered dither", 3: "randomised"},
    "FillOrder": {1: "high bit first", 2: "low bit first"},
    "Orientation": {  # what shows the stored picture upright
        1: "normal",
        2: "mirror horizontally",
        3: "rotate 180°",
        4: "mirror vertically",
        5: "mirror horizontally, rotate 270° clockwise",
        6: "rotate 90° clockwise",
        7: "mirror horizontally, rotate 90° clockwise",
        8: "rotate 270° clockwise",
    },
    "PlanarConfiguration": {1: "chunky", 2: "planar"},
    "GrayResponseUnit": {n: f"{10**n}th of a unit" for n in range(1, 6)},
    "ResolutionUnit": _RESOLUTION_UNIT,
    "Predictor": {
        1: "none",
        2: "horizontal differencing",
        3: "floating point",
        34892: "horizontal differencing, 2 samples",
        34893: "horizontal differencing, 4 samples",
        34894: "floating point, 2 samples",
        34895: "floating point, 4 samples",
    },
    "InkSet": {1: "CMYK", 2: "not CMYK"},
    "Indexed": {0: "not indexed", 1: "indexed"},
    "OPIProxy": {0: "no higher-resolution image", 1: "higher-resolution image exists"},
    "JPEGProc": {1: "baseline", 14: "lossless"},
    "YCbCrPositioning": {1: "centred", 2: "co-sited"},
    # Exif 3.0, 4.6.6
    "ExposureProgram": {
        0: "not defined",
        1: "manual",
        2: "normal program",
        3: "aperture priority",
        4: "shutter priority",
        5: "creative program",
        6: "action program",
        7: "portrait mode",
        8: "landscape mode",
        9: "bulb",
    },
    "SensitivityType": {
        0: "unknown",
        1: "standard output sensitivity",
        2: "recommended exposure index",
        3: "ISO speed",
        4: "standard output sensitivity and recommended exposure index",
        5: "standard output sensitivity and ISO speed",
        6: "recommended exposure index and ISO speed",
        7: "standard output sensitivity, recommended exposure index and ISO speed",
    },
    "MeteringMode": {
        0: "unknown",
        1: "average",
        2: "centre-weighted average",
        3: "spot",
        4: "multi-spot",
        5: "pattern",
        6: "partial",
        255: "other",
    },
    "LightSource": _LIGHT_SOURCE,
    "Flash": _flash(),
    "ColorSpace": {
        1: "sRGB",
        2: "Adobe RGB",
        65533: "wide-gamut RGB",
        65534: "ICC profile",
        65535: "uncalibrated",
    },
    "FocalPlaneResolutionUnit": _RESOLUTION_UNIT | {4: "millimetre", 5: "micrometre"},
    "SensingMethod": {
        1: "not defined",
        2: "one-chip colour area sensor",
        3: "two-chip colour area sensor",
        4: "three-chip colour area sensor",
        5: "colour sequential area sensor",
        7: "trilinear sensor",
        8: "colour sequential linear sensor",
    },
    "FileSource": {
        0: "other",
        1: "transparency scanner",
        2: "reflective scanner",
        3: "digital camera",
    },
    "SceneType": {1: "directly photographed"},
    "CustomRendered": {
        0: "normal process",
        1: "custom process",
        2: "HDR, original not kept",
        3: "HDR, original kept",
        4: "original of an HDR",
        6: "panorama",
        7: "portrait HDR",
        8: "portrait",
    },
    "ExposureMode": {0: "auto", 1: "manual", 2: "auto bracket"},
    "WhiteBalance": {0: "auto", 1: "manual"},
    "SceneCaptureType": {0: "standard", 1: "landscape", 2: "portrait", 3: "night", 4: "other"},
    "GainControl": {
        0: "none",
        1: "low gain up",
        2: "high gain up",
        3: "low gain down",
        4: "high gain down",
    },
    "Contrast": {0: "normal", 1: "soft", 2: "hard"},
    "Saturation": _LOW_HIGH,
    "Sharpness": {0: "normal", 1: "soft", 2: "hard"},
    "SubjectDistanceRange": {0: "unknown", 1: "macro", 2: "close view", 3: "distant view"},
    "CompositeImage": {
        0: "unknown",
        1: "not composite",
        2: "composite",
        3: "composite made while shooting",
    },
    # Exif 3.0, 4.6.7. Before 3.0, codes 0 and 1 meant sea level.
    "GPSAltitudeRef": {
        0: "above the ellipsoid or sea level",
        1: "below the ellipsoid or sea level",
        2: "above sea level",
        3: "below sea level",
    },
    "GPSDifferential": {0: "no correction", 1: "differential correction"},
    # DNG 1.7
    "CFALayout": {
        1: "rectangular",
        2: "even columns half a row down",
        3: "even columns half a row up",
        4: "even rows half a column right",
        5: "even rows half a column left",
        6: "even rows half a row up, even columns half a column left",
        7: "even rows half a row up, even columns half a column right",
        8: "even rows half a row down, even columns half a column left",
        9: "even rows half a row down, even columns half a column right",
    },
    "MakerNoteSafety": {0: "unsafe", 1: "safe"},
    "CalibrationIlluminant1": _LIGHT_SOURCE,
    "CalibrationIlluminant2": _LIGHT_SOURCE,
    "ColorimetricReference": {0: "scene-referred", 1: "output-referred (ICC)"},
    "ProfileEmbedPolicy": {
        0: "allow copying",
        1: "embed if used",
        2: "embed never",
        3: "no restrictions",
    },
    "PreviewColorSpace": {
        0: "unknown",
        1: "grey gamma 2.2",
        2: "sRGB",
        3: "Adobe RGB",
        4: "ProPhoto RGB",
    },
}
"""The words of every enumeration, by tag and code."""


def labels(frame: Frame) -> Frame:
    """Turn the enumerations of a frame into words.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        Tag columns, those of the thumbnail (``Thumbnail:``) included. Columns that are no
        enumeration, or are words already, stay as they are.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame and the same rows. Enumerations are String, in their places; a
        code that no specification has is ``unknown (17)``, null stays null.

    Examples
    --------
    >>> labels(pl.DataFrame({"MeteringMode": [5, 17]}))["MeteringMode"].to_list()
    ['pattern', 'unknown (17)']
    """
    return frame.with_columns(
        pl.col(name).replace_strict(
            words, default=pl.format("unknown ({})", name), return_dtype=pl.String
        )
        for name, dtype in frame.collect_schema().items()
        if (words := WORDS.get(name.removeprefix(_THUMBNAIL))) and dtype.is_integer()
    )
