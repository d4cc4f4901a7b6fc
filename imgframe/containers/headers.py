"""Formats of which no more is read than the size in their header.

PCX (ZSoft, 1991), SGI (Haeberli, 1995), Sun raster (rasterfile(5)), QOI 1.0, farbfeld(5), DDS
(Microsoft), DPX (SMPTE 268M), Cineon 4.5, PGF (libpgf), XCF (GIMP), OpenEXR 2.0, Radiance
(rgbe, Ward), FITS 4.0.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    Flags,
    HeaderBatch,
    Ints,
    Located,
    problems,
)
from imgframe.kernels import unsigned

FIELDS: Final[dict[str, tuple[int, int, int, str]]] = {
    "CINEON": (200, 204, 4, ">"),
    "DDS": (16, 12, 4, "<"),
    "DPX": (772, 776, 4, "SX"),
    "FARBFELD": (8, 12, 4, ">"),
    "PGF": (8, 12, 4, "<"),
    "QOI": (4, 8, 4, ">"),
    "SGI": (6, 8, 2, ">"),
    "SUN": (4, 8, 4, ">"),
    "XCF": (14, 18, 4, ">"),
}
"""Where width and height stand, their bytes, their order: that of the format, or as the first
byte of the file says."""

TEXT: Final[dict[str, tuple[re.Pattern[bytes], re.Pattern[bytes]]]] = {
    "HDR": (
        re.compile(rb"\n[-+]Y \d+ [-+]X (\d{1,9})\r?\n|\n[-+]X (\d{1,9}) [-+]Y \d+\r?\n"),
        re.compile(rb"\n[-+]Y (\d{1,9}) [-+]X \d+\r?\n|\n[-+]X \d+ [-+]Y (\d{1,9})\r?\n"),
    ),
    "FITS": (re.compile(rb"NAXIS1  = +(\d{1,9})"), re.compile(rb"NAXIS2  = +(\d{1,9})")),
}
"""How width and height are written in headers that are text."""
EXR_WINDOW: Final = re.compile(rb"\0(?:data|(display))Window\0box2i\0\x10\0\0\0(.{16})", re.DOTALL)

LOOK: Final = 16 << 10
"""Bytes of a header that are searched."""
LARGEST: Final = (1 << 31) - 1


def _fields(
    name: str, fields: tuple[int, int, int, str], batch: HeaderBatch, rows: Ints
) -> Located:
    """Read width and height at their places in the headers of files."""
    wide, high, width_of, order = fields
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    full = batch.head_length[rows] >= max(wide, high) + width_of
    at = batch.head_start[rows[full]]
    big: Flags | bool = order == ">" if len(order) == 1 else batch.buffer[at] == ord(order[0])
    for column, offset in ((width, wide), (height, high)):
        column[full] = unsigned(batch.buffer, at + offset, big, width_of)
    return _located(name, rows, width, height)


def _pcx(batch: HeaderBatch, rows: Ints) -> Located:
    """Take the size from the corners of the image, both of which belong to it."""
    full = batch.head_length[rows] >= 12
    at = batch.head_start[rows[full]]
    left, top, right, bottom = (
        unsigned(batch.buffer, at + offset, False, 2).astype(np.int64) for offset in (4, 6, 8, 10)
    )
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    width[full], height[full] = right - left + 1, bottom - top + 1
    return _located("PCX", rows, width, height)


def _text(
    name: str, patterns: tuple[re.Pattern[bytes], re.Pattern[bytes]], batch: HeaderBatch, rows: Ints
) -> Located:
    """Search the headers of files for width and height."""
    sizes = []
    for row in rows.tolist():
        found = [pattern.search(_head(batch, row)) for pattern in patterns]
        sizes.append([int(next(filter(None, hit.groups()), 0)) if hit else -1 for hit in found])
    return _located(name, rows, *np.array(sizes, dtype=np.int64).reshape(-1, 2).T)


def _exr(batch: HeaderBatch, rows: Ints) -> Located:
    """Take the size of the data window, or of the display window where there is none."""
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    for i, row in enumerate(rows.tolist()):
        windows = sorted(EXR_WINDOW.findall(_head(batch, row)), key=lambda found: bool(found[0]))
        if windows:
            left, top, right, bottom = struct.unpack("<4i", windows[0][1])
            width[i], height[i] = right - left + 1, bottom - top + 1
    return _located("EXR", rows, width, height)


def _head(batch: HeaderBatch, row: int) -> bytes:
    start = int(batch.head_start[row])
    return batch.buffer[start : start + min(int(batch.head_length[row]), LOOK)].tobytes()


def _located(name: str, rows: Ints, width: Ints, height: Ints) -> Located:
    wrong = (width < 1) | (height < 1) | (width > LARGEST) | (height > LARGEST)
    width, height = np.where(wrong, -1, width), np.where(wrong, -1, height)
    errors = problems(rows[wrong], f"{name}: no size in the header")
    return Located(width, height, NO_SEGMENTS, NO_NEEDS, NO_PROBLEMS, errors)


FINDERS: Final[dict[str, Callable[[HeaderBatch, Ints], Located]]] = {
    "PCX": _pcx,
    "EXR": _exr,
    **{name: partial(_fields, name, fields) for name, fields in FIELDS.items()},
    **{name: partial(_text, name, patterns) for name, patterns in TEXT.items()},
}
"""What finds the size of each of these formats."""
