"""The format of a file by its first bytes, never by its name."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import Flags, HeaderBatch, Ints
from imgframe.containers._brands import image_formats
from imgframe.kernels import starts_with, unsigned

UNKNOWN: Final = ""

MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
    (0, b"MM\0+", "TIFF"),
    (0, b"IIRO", "ORF"),
    (0, b"IIRS", "ORF"),
    (0, b"MMOR", "ORF"),
    (0, b"IIU\0", "RW2"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\x8aMNG\r\n\x1a\n", "MNG"),
    (0, b"\x8bJNG\r\n\x1a\n", "JNG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (8, b"WEBP", "WEBP"),
    (4, b"JXL \r\n\x87\n", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"jP  \r\n\x87\n", "JPEG 2000"),
    (4, b"jP\x1a\x1a\r\n\x87\n", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"FUJIFILMCCD-RAW ", "RAF"),
    (6, b"HEAPCCDR", "CRW"),
    (0, b"\0MRM", "MRW"),
    (0, b"FOVb", "X3F"),
    (0, b"8BPS\0\x01", "PSD"),
    (0, b"8BPS\0\x02", "PSB"),
    (0, b"BM", "BMP"),
    (0, b"\0\0\x01\0", "ICO"),
    (0, b"\0\0\x02\0", "CUR"),
    (0, b"\xff\x01Exiv2", "EXV"),
    *(
        (0, bytes([10, version, 1, bits]), "PCX")
        for version in (5, 0, 2, 3)
        for bits in (8, 1, 2, 4)
    ),
    (0, b"\x76\x2f\x31\x01", "EXR"),
    (0, b"#?RADIANCE\n", "HDR"),
    (0, b"#?RGBE\n", "HDR"),
    (0, b"\x01\xda\0\x01\0", "SGI"),
    (0, b"\x01\xda\x01\x01\0", "SGI"),
    (0, b"\x01\xda\0\x02\0", "SGI"),
    (0, b"\x01\xda\x01\x02\0", "SGI"),
    (0, b"\x59\xa6\x6a\x95", "SUN"),
    (0, b"qoif", "QOI"),
    (0, b"DDS \x7c\0\0\0", "DDS"),
    (0, b"SDPX", "DPX"),
    (0, b"XPDS", "DPX"),
    (0, b"\x80\x2a\x5f\xd7", "CINEON"),
    (0, b"farbfeld", "FARBFELD"),
    (0, b"gimp xcf ", "XCF"),
    (0, b"PGF", "PGF"),
    (0, b"SIMPLE  =", "FITS"),
    (0, b"II\xbc\x01", "JPEG XR"),
    (128, b"DICM", "DICOM"),
)
"""Offset, bytes, format; the first that fits is right."""

FORMATS: Final = (UNKNOWN, *dict.fromkeys(name for _, _, name in MAGIC))
"""The formats of those bytes, by number."""

PLAUSIBLE: Final[dict[str, tuple[int, int, int, int]]] = {
    "BMP": (14, 4, 12, 1 << 20),
    "ICO": (4, 2, 1, 1_024),
    "CUR": (4, 2, 1, 1_024),
}
"""Of formats whose first bytes begin other files too: where a number stands, its bytes, the least
and the greatest that it can be. Plain TGA images begin like a cursor, but for the count of images.
"""

_NUMBER: Final = {name: number for number, name in enumerate(FORMATS)}


def sniff(batch: HeaderBatch, rows: Ints) -> npt.NDArray[np.object_]:
    """Tell the format of files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of object, shape (n,)
        Names of formats, "" where the content is that of no image.
    """
    number = np.zeros(len(rows), dtype=np.int64)
    left = np.arange(len(rows))
    for offset, magic, name in MAGIC:
        space = rows[left]
        fits = batch.head_length[space] >= offset + len(magic)
        at = np.where(fits, batch.head_start[space] + offset, 0)
        fits &= starts_with(batch.buffer, at, magic)
        number[left[fits]] = _NUMBER[name]
        left = left[~fits]
        if not len(left):
            break
    for name, limits in PLAUSIBLE.items():
        mine = np.flatnonzero(number == _NUMBER[name])
        number[mine[_implausible(batch, rows[mine], *limits)]] = _NUMBER[UNKNOWN]
    formats = np.array(FORMATS, dtype=object)[number]
    if len(left):
        formats[left] = image_formats(batch, rows[left])
    return formats


def _implausible(
    batch: HeaderBatch, rows: Ints, offset: int, width: int, least: int, most: int
) -> Flags:
    there = batch.head_length[rows] >= offset + width
    at = np.where(there, batch.head_start[rows] + offset, 0)
    value = unsigned(batch.buffer, at, False, width).astype(np.int64)
    return there & ((value < least) | (value > most))
