"""The format of a file by its first bytes, never by its name."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import HeaderBatch, Ints
from imgframe.kernels import starts_with

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
    (4, b"ftypcrx ", "CR3"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (4, b"ftypheic", "HEIF"),
    (4, b"ftypheix", "HEIF"),
    (4, b"ftyphevc", "HEIF"),
    (4, b"ftyphevx", "HEIF"),
    (4, b"ftypheim", "HEIF"),
    (4, b"ftypheis", "HEIF"),
    (4, b"ftypmif1", "HEIF"),
    (4, b"ftypmif2", "HEIF"),
    (4, b"ftypmsf1", "HEIF"),
    (4, b"JXL \r\n\x87\n", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"jP  \r\n\x87\n", "JPEG 2000"),
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
    (0, b"\x0a\x05\x01\x08", "PCX"),
    (0, b"\x0a\x05\x01\x01", "PCX"),
    (0, b"\x76\x2f\x31\x01", "EXR"),
    (0, b"#?RADIANCE\n", "HDR"),
    (0, b"SIMPLE  =", "FITS"),
    (0, b"II\xbc\x01", "JPEG XR"),
    (128, b"DICM", "DICOM"),
)
"""Offset, bytes, format; the first that fits is right."""

FORMATS: Final = (UNKNOWN, *dict.fromkeys(name for _, _, name in MAGIC))
"""The formats by number."""

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
    return np.array(FORMATS, dtype=object)[number]
