"""TIFF 6.0 and BigTIFF, and the formats that are TIFF inside: raw ones and JPEG XR.

DNG 1.7; TIFF/EP (ISO 12234-2); ITU-T T.832, annex A, for JPEG XR; for the marks of NEF, ARW, PEF,
SRW, CR2, ORF and RW2, which have no public specification, the descriptions kept by ExifTool and by
libopenraw.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    Flags,
    HeaderBatch,
    Ints,
    Located,
    Segments,
    indices,
)
from imgframe.ifd import Entries
from imgframe.kernels import starts_with
from imgframe.schema import Directory, Family
from imgframe.values import integers

SUBFILE, WIDTH, LENGTH, COMPRESSION, PHOTOMETRIC, MAKE, THUMBNAIL, DNG_VERSION = (
    0x00FE, 0x0100, 0x0101, 0x0103, 0x0106, 0x010F, 0x0201, 0xC612,
)  # fmt: skip

RAW_PHOTOMETRIC: Final = (32803, 34892)
"""Colour filter array; linear raw."""
RAW_COMPRESSION: Final = (32767, 32769, 32770, 34713, 65535)
"""Sony ARW, packed raw, Samsung SRW, Nikon NEF, Pentax PEF."""
RAW_MAKES: Final = (
    (b"NIKON", "NEF"),
    (b"Nikon", "NEF"),
    (b"SONY", "ARW"),
    (b"PENTAX", "PEF"),
    (b"RICOH", "PEF"),
    (b"SAMSUNG", "SRW"),
    (b"Samsung", "SRW"),
)
"""How the maker's name begins, and the format that its raw files have."""

RW2_TOP, RW2_LEFT, RW2_BOTTOM, RW2_RIGHT = range(4, 8)
JXR_WIDTH, JXR_HEIGHT = 0xBC80, 0xBC81

LARGEST: Final = (1 << 31) - 1
"""Pixels that a side may have."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Take a whole file as one TIFF structure.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a TIFF header.

    Returns
    -------
    Located
        Sizes are told by the directories: see `describe`.
    """
    unknown = np.full(len(rows), -1)
    segments = Segments(
        rows, np.full(len(rows), Family.EXIF), rows, np.zeros_like(rows), batch.sizes[rows]
    )
    return Located(unknown, unknown, segments, NO_NEEDS, NO_PROBLEMS)


def describe(
    batch: HeaderBatch, entries: Entries, formats: npt.NDArray[np.object_]
) -> tuple[Ints, Ints, npt.NDArray[np.object_]]:
    """Tell size and format of TIFF files from their directories.

    The size is that of the image itself: the largest that is not declared a reduced one, in IFD0
    or in the directories IFD0 points to.

    Parameters
    ----------
    batch : HeaderBatch
    entries : Entries
        Entries of the TIFF files of the batch.
    formats : ndarray of object, shape (n_rows,)
        Formats as far as the first bytes tell, of all rows.

    Returns
    -------
    width, height : ndarray of int64, shape (n_rows,)
        -1 where not known.
    formats : ndarray of object, shape (n_rows,)
    """
    n = len(formats)
    width, height = np.full(n, -1), np.full(n, -1)
    chosen = np.isin(entries.tag, (SUBFILE, WIDTH, LENGTH, COMPRESSION, PHOTOMETRIC))
    chosen &= np.isin(entries.directory, (Directory.IFD0, Directory.SUB))
    facts = entries.take(chosen)
    value, exact = integers(batch.buffer, facts.position, facts.type, facts.big)
    value[~exact] = -1
    _, first, block = np.unique(facts.block, return_index=True, return_inverse=True)
    row = facts.row[first]

    def of(tag: int, default: int) -> Ints:
        column = np.full(len(row), default)
        where = facts.tag == tag
        column[block[where]] = value[where]
        return column

    wide, high = of(WIDTH, -1), of(LENGTH, -1)
    sized = (wide > 0) & (high > 0)
    score = np.where(of(SUBFILE, 0) & 1, 0, 1 << 60) + np.minimum(wide, 1 << 29) * np.minimum(
        high, 1 << 29
    )
    order = np.lexsort((score, row))
    order = order[sized[order]]
    width[row[order]], height[row[order]] = wide[order], high[order]

    raw = np.isin(of(PHOTOMETRIC, -1), RAW_PHOTOMETRIC) | np.isin(
        of(COMPRESSION, -1), RAW_COMPRESSION
    )
    formats = formats.copy()
    _name_raw(batch, entries, np.unique(row[raw]), formats)
    _crop_rw2(batch, entries, formats, width, height)
    _size_jxr(batch, entries, formats, width, height)
    too_large = np.maximum(width, height) > LARGEST
    width[too_large], height[too_large] = -1, -1
    return width, height, formats


def is_metadata(batch: HeaderBatch, entries: Entries) -> Flags:
    """Say which entries tell of the image itself or of its thumbnail.

    The second directory of a TIFF file is its second page, unless it is declared a reduced image
    or points to a JPEG stream as Exif thumbnails do.

    Parameters
    ----------
    batch : HeaderBatch
    entries : Entries
        Entries of TIFF files.

    Returns
    -------
    ndarray of bool, shape (len(entries),)
    """
    page = entries.directory == Directory.IFD1
    second = entries.take(page)
    value, _ = integers(batch.buffer, second.position, second.type, second.big)
    reduced = ((second.tag == SUBFILE) & (value & 1 == 1)) | (second.tag == THUMBNAIL)
    metadata: Flags = ~page | np.isin(entries.row, second.row[reduced])
    return metadata


def _name_raw(
    batch: HeaderBatch, entries: Entries, raw: Ints, formats: npt.NDArray[np.object_]
) -> None:
    """Tell raw formats apart: by their own mark, else by who made the camera."""
    in_ifd0 = entries.take(entries.directory == Directory.IFD0)
    make = in_ifd0.take((in_ifd0.tag == MAKE) & np.isin(in_ifd0.row, raw))
    make = make.take(formats[make.row] == "TIFF")
    for prefix, name in RAW_MAKES:
        fits = (make.count >= len(prefix)) & starts_with(batch.buffer, make.position, prefix)
        formats[make.row[fits]] = name
    tiff = indices(formats == "TIFF")
    tiff = tiff[batch.head_length[tiff] >= 10]
    formats[tiff[starts_with(batch.buffer, batch.head_start[tiff] + 8, b"CR")]] = "CR2"
    dng = in_ifd0.row[in_ifd0.tag == DNG_VERSION]
    formats[dng[(formats[dng] != "JPEG") & (formats[dng] != "JPEG XR")]] = "DNG"


def _crop_rw2(
    batch: HeaderBatch,
    entries: Entries,
    formats: npt.NDArray[np.object_],
    width: Ints,
    height: Ints,
) -> None:
    """Size an RW2 by the borders of its sensor."""
    borders = entries.take(
        (entries.directory == Directory.IFD0)
        & (formats[entries.row] == "RW2")
        & (entries.tag <= RW2_RIGHT)
    )
    if not len(borders):
        return
    value, _ = integers(batch.buffer, borders.position, borders.type, borders.big)
    edge = np.full((RW2_RIGHT + 1, len(formats)), -1)
    edge[borders.tag, borders.row] = value
    known = indices(
        (edge[[RW2_TOP, RW2_LEFT]] >= 0).all(axis=0)
        & (edge[RW2_RIGHT] > edge[RW2_LEFT])
        & (edge[RW2_BOTTOM] > edge[RW2_TOP])
    )
    width[known] = (edge[RW2_RIGHT] - edge[RW2_LEFT])[known]
    height[known] = (edge[RW2_BOTTOM] - edge[RW2_TOP])[known]


def _size_jxr(
    batch: HeaderBatch,
    entries: Entries,
    formats: npt.NDArray[np.object_],
    width: Ints,
    height: Ints,
) -> None:
    """Size a JPEG XR by its own tags."""
    sizes = entries.take(
        (entries.directory == Directory.IFD0)
        & ((entries.tag == JXR_WIDTH) | (entries.tag == JXR_HEIGHT))
    )
    sizes = sizes.take(formats[sizes.row] == "JPEG XR")
    value, exact = integers(batch.buffer, sizes.position, sizes.type, sizes.big)
    good = exact & (value > 0)
    for tag, column in ((JXR_WIDTH, width), (JXR_HEIGHT, height)):
        mine = good & (sizes.tag == tag)
        column[sizes.row[mine]] = value[mine]
