"""Which ISO base media files are images: by their brands (ISO/IEC 14496-12, 4.3; mp4ra.org).

No list of brands is complete. A file whose brands are not known is an image all the same when the
first box behind them describes pictures.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import Flags, HeaderBatch, Ints
from imgframe.kernels import spread, starts_with, u32

NAMES: Final = ("", "CR3", "AVIF", "HEIF", "HEIF")
NONE, CR3, AVIF, HEIF, ANY = range(5)
"""The formats, the most particular one first; the last is of images in whatever coding."""

BRANDS: Final[dict[int, tuple[bytes, ...]]] = {
    CR3: (b"crx ",),
    AVIF: (b"avif", b"avis", b"avio", b"MA1A", b"MA1B"),
    HEIF: (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"avci",
           b"avcs", b"jpeg", b"jpgs", b"j2ki", b"j2is", b"vvic", b"vvis", b"evbi", b"evbs"),
    ANY: (b"mif1", b"mif2", b"msf1", b"miaf"),
}  # fmt: skip

MAX_BRANDS: Final = 64
"""Brands of a file that are looked at."""
NEAR: Final = 8_192
"""First bytes, in which the coding is looked for where brands do not tell it."""

_CODES: Final = {
    int.from_bytes(brand, "big"): number for number, brands in BRANDS.items() for brand in brands
}
_KNOWN: Final = np.array(sorted(_CODES), dtype=np.int64)
_NUMBERS: Final = np.array([_CODES[code] for code in sorted(_CODES)], dtype=np.int64)

BEFORE: Final = 16
"""Bytes of the box "ftyp" before the compatible brands."""


def image_formats(batch: HeaderBatch, rows: Ints) -> npt.NDArray[np.object_]:
    """Tell the formats of ISO base media files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows of unknown format.

    Returns
    -------
    ndarray of object, shape (n,)
        "CR3", "AVIF", "HEIF"; "" for a video and for what is no such file at all.
    """
    formats = np.full(len(rows), NAMES[NONE], dtype=object)
    buffer = batch.buffer
    mine = np.flatnonzero(batch.head_length[rows] >= BEFORE)
    mine = mine[starts_with(buffer, batch.head_start[rows[mine]] + 4, b"ftyp")]
    head, start = batch.head_length[rows[mine]], batch.head_start[rows[mine]]
    length = u32(buffer, start, big=True)
    count = np.clip((np.minimum(length, head) - BEFORE) // 4, 0, MAX_BRANDS)
    owner = np.repeat(np.arange(len(mine)), count)
    nth, _ = spread(np.zeros(len(mine), dtype=np.int64), count)
    has = np.zeros((len(mine), len(NAMES)), dtype=np.bool_)
    has[owner, _numbers(u32(buffer, start[owner] + BEFORE + 4 * nth, big=True))] = True
    major = _numbers(u32(buffer, start + 8, big=True))
    has[np.arange(len(mine)), major] = True
    has[:, NONE] = False
    has[:, ANY] |= _describe_pictures(batch, start, head, length)
    particular = (major > NONE) & (major < ANY)
    number = np.where(particular, major, has.argmax(axis=1))
    for i in np.flatnonzero((number == ANY) | (number == CR3)).tolist():
        first = buffer[start[i] : start[i] + min(int(head[i]), NEAR)].tobytes()
        if number[i] == CR3:
            # Canon's raw movies have the same brand.
            number[i] = NONE if b"CanonCRM" in first[:256] else CR3
        elif b"av01" in first and b"hvc1" not in first:
            number[i] = AVIF
    formats[mine] = np.array(NAMES, dtype=object)[number]
    return formats


def _numbers(brands: Ints) -> Ints:
    at = np.minimum(np.searchsorted(_KNOWN, brands), len(_KNOWN) - 1)
    return np.where(_KNOWN[at] == brands, _NUMBERS[at], NONE)


def _describe_pictures(batch: HeaderBatch, start: Ints, head: Ints, length: Ints) -> Flags:
    """Say behind which boxes "ftyp" a box "meta" begins whose handler is that of pictures."""
    there = np.flatnonzero(length + 32 <= head)
    at = start[there] + length[there]
    pictures = starts_with(batch.buffer, at + 4, b"meta")
    pictures &= starts_with(batch.buffer, at + 28, b"pict")
    result = np.zeros(len(start), dtype=np.bool_)
    result[there] = pictures
    return result
