"""WebP: RFC 9649; key frames of VP8 are those of RFC 6386, 9.1."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Ints, Located, Needs, Segments, problems
from imgframe.containers._chunks import RIFF, Chunks, behind_pixels, kind, walk
from imgframe.kernels import starts_with, u16, u32
from imgframe.schema import Family

HEADER: Final = 12
EXTENDED, LOSSY, LOSSLESS = (kind(name) for name in (b"VP8X", b"VP8 ", b"VP8L"))
FAMILIES: Final = {
    kind(b"EXIF"): Family.EXIF,
    kind(b"XMP "): Family.XMP,
    # Some writers end the name with a NUL.
    kind(b"XMP\0"): Family.XMP,
    kind(b"ICCP"): Family.ICC,
}
FRAMES: Final = (b"ANMF",)

SIZE: Final = 10
"""Bytes of a payload up to the end of the size in it, of the kind that has it last."""
EXIF_MARK: Final = b"Exif\0\0"
"""Found before the TIFF header in files of some writers, against the specification."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the chunks of WebP files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with the header of a RIFF file of type WEBP.

    Returns
    -------
    Located
        The size is that of the canvas where there is one, else that of the frame.
    """
    walked = walk(batch, rows, HEADER, RIFF)
    behind, unread = behind_pixels(batch, rows, walked, RIFF, FRAMES, b"")
    chunks = Chunks.join([walked[0], behind])
    width, height = _size(batch, rows, walked[0])
    segments, unseen = _segments(batch, rows, chunks)
    needs = Needs.join([unread, unseen])
    unsized = rows[width < 0]
    unsized = unsized[~np.isin(unsized, needs.space)]
    errors = problems(unsized, "WebP: no image")
    return Located(width, height, segments, needs, NO_PROBLEMS, errors)


def _size(batch: HeaderBatch, rows: Ints, chunks: Chunks) -> tuple[Ints, Ints]:
    """Take the size from the first chunk that has one."""
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    sized = chunks.take(
        ((chunks.kind == EXTENDED) & (chunks.length >= SIZE))
        | ((chunks.kind == LOSSY) & (chunks.length >= SIZE))
        | ((chunks.kind == LOSSLESS) & (chunks.length >= 5))
    )
    index, first = np.unique(sized.index, return_index=True)
    chunk = sized.take(first)
    place = batch.locate(rows[index], chunk.start, np.minimum(chunk.length, SIZE))
    chunk, index, place = chunk.take(place >= 0), index[place >= 0], place[place >= 0]
    buffer = batch.buffer
    for name in (EXTENDED, LOSSY, LOSSLESS):
        mine = chunk.kind == name
        at, row = place[mine], index[mine]
        if name == EXTENDED:
            width[row] = (u32(buffer, at + 4, big=False) & 0xFFFFFF) + 1
            height[row] = (u32(buffer, at + 6, big=False) >> 8) + 1
        elif name == LOSSY:
            key = starts_with(buffer, at + 3, b"\x9d\x01\x2a")
            width[row[key]] = u16(buffer, at[key] + 6, big=False) & 0x3FFF
            height[row[key]] = u16(buffer, at[key] + 8, big=False) & 0x3FFF
        else:
            bits = u32(buffer, at + 1, big=False)
            marked = buffer[at] == 0x2F
            width[row[marked]] = ((bits & 0x3FFF) + 1)[marked]
            height[row[marked]] = (((bits >> 14) & 0x3FFF) + 1)[marked]
    return width, height


def _segments(batch: HeaderBatch, rows: Ints, chunks: Chunks) -> tuple[Segments, Needs]:
    chunks = chunks.take(np.isin(chunks.kind, list(FAMILIES)) & (chunks.length > 0))
    space, start, length = rows[chunks.index], chunks.start, chunks.length
    family = np.array([FAMILIES[name] for name in chunks.kind.tolist()], dtype=np.int64)
    exif = np.flatnonzero((family == Family.EXIF) & (length > len(EXIF_MARK)))
    place = batch.locate(space[exif], start[exif], len(EXIF_MARK))
    absent = exif[place < 0]
    marked = exif[place >= 0][starts_with(batch.buffer, place[place >= 0], EXIF_MARK)]
    skip = np.zeros_like(start)
    skip[marked] = len(EXIF_MARK)
    segments = Segments(space, family, space, start + skip, length - skip)
    return segments, Needs(space[absent], start[absent], np.full(len(absent), len(EXIF_MARK)))
