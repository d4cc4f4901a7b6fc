"""Containers: where in a file the segments stand, and how large its image is.

One module a container, each with ``find(batch, rows) -> Located``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import Flags, HeaderBatch, Ints, Located
from imgframe.containers import (
    bmp,
    cr3,
    crw,
    exv,
    gif,
    headers,
    heif,
    ico,
    jp2,
    jpeg,
    jxl,
    lastresort,
    mrw,
    png,
    psd,
    raf,
    tiff,
    webp,
    x3f,
)
from imgframe.containers.sniff import sniff

__all__ = ["FAMILIES", "FINDERS", "is_tiff", "lastresort", "sniff", "tiff"]

FINDERS: Final[dict[str, Callable[[HeaderBatch, Ints], Located]]] = {
    "JPEG": jpeg.find,
    "TIFF": tiff.find,
    "ORF": tiff.find,
    "RW2": tiff.find,
    "JPEG XR": tiff.find,
    "HEIF": heif.find,
    "AVIF": heif.find,
    "CR3": cr3.find,
    "JPEG XL": jxl.find,
    "JPEG 2000": jp2.find,
    "PNG": png.find,
    "JNG": png.find,
    "MNG": png.find_mng,
    "WEBP": webp.find,
    "GIF": gif.find,
    "BMP": bmp.find,
    "ICO": ico.find,
    "CUR": ico.find,
    "PSD": psd.find,
    "PSB": psd.find,
    "RAF": raf.find,
    "MRW": mrw.find,
    "CRW": crw.find,
    "X3F": x3f.find,
    "EXV": exv.find,
    **headers.FINDERS,
}
"""Format, as its first bytes tell it, to what finds its segments. What none of these knows is
left to `lastresort`."""

_LIKE_JPEG: Final = ("exif", "xmp", "iptc", "icc", "comment", "jpeg")
_LIKE_TIFF: Final = ("exif", "xmp", "iptc", "icc")

FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "JPEG": _LIKE_JPEG,
    "TIFF": _LIKE_TIFF,
    "DNG": _LIKE_TIFF,
    "NEF": _LIKE_TIFF,
    "ARW": _LIKE_TIFF,
    "CR2": _LIKE_TIFF,
    "PEF": _LIKE_TIFF,
    "SRW": _LIKE_TIFF,
    "ORF": _LIKE_TIFF,
    "RW2": _LIKE_TIFF,
    "JPEG XR": _LIKE_TIFF,
    "HEIF": ("exif", "xmp", "icc"),
    "AVIF": ("exif", "xmp", "icc"),
    "CR3": ("exif", "xmp"),
    "JPEG XL": ("exif", "xmp"),
    "JPEG 2000": ("exif", "xmp", "iptc", "icc"),
    "PNG": ("exif", "xmp", "iptc", "icc", "png"),
    "WEBP": ("exif", "xmp", "icc"),
    "GIF": ("xmp", "icc", "comment"),
    "PSD": ("exif", "xmp", "iptc", "icc"),
    "PSB": ("exif", "xmp", "iptc", "icc"),
    "RAF": _LIKE_JPEG,
    "EXV": _LIKE_JPEG,
    "MRW": _LIKE_TIFF,
    "X3F": _LIKE_JPEG,
    "CRW": ("exif",),
    "BMP": ("icc",),
}
"""The families that each format can hold, by the names of `schema.FAMILY_NAMES`. Of every other
format imgframe tells no more than the size."""

TIFF_LIKE: Final = ("TIFF", "ORF", "RW2", "JPEG XR")
"""Formats whose directories are those of the file itself."""


def is_tiff(formats: npt.NDArray[np.object_]) -> Flags:
    """Say which formats are those of files that are one TIFF structure."""
    return np.array([name in TIFF_LIKE for name in formats], dtype=np.bool_)
