"""JPEG 2000: ISO/IEC 15444-1, annexes A.5 (size of a codestream) and I (JP2); 15444-2, annex M.

Exif, IPTC and XMP stand in boxes "uuid"; their identifiers are those of Adobe, Exiv2 and GeoJP2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    HeaderBatch,
    Ints,
    Located,
    Needs,
    Problems,
    Segments,
    ints,
    problems,
)
from imgframe.containers._blocks import is_xmp, read_bytes
from imgframe.containers._boxes import (
    NO_BOXES,
    UUID,
    UUID_LENGTH,
    Boxes,
    code,
    match_uuids,
    sized,
    walk,
)
from imgframe.kernels import starts_with, u32
from imgframe.schema import Family

CODESTREAM: Final = b"\xff\x4f\xff\x51"
IHDR, COLR, STREAM = code(b"ihdr"), code(b"colr"), code(b"jp2c")
XML: Final = (code(b"xml "), code(b"jp2i"))
OUTER: Final = tuple(code(k) for k in (b"jp2h", b"asoc", b"jpch", b"jplh", b"cgrp"))
"""Boxes that hold boxes."""
MAX_DEPTH: Final = 4

UUIDS: Final = {
    b"JpgTiffExif->JP2".hex(): Family.EXIF,
    "0537cdab9d0c4431a72afa561f2a113e": Family.EXIF,
    "b14bf8bd083d4b43a5ae8cd7d5a6ce03": Family.EXIF,
    "33c7a4d2b81d4723a0baf1a3e097ad38": Family.IPTC,
    "09a14e97c0b442e0bebf36df6f0ce36f": Family.IPTC,
    "be7acfcb97a942e89c71999491e3afac": Family.XMP,
    "2c4c0100850440b9a03e562148d6dfeb": Family.PHOTOSHOP,
}
"""Identifiers to what the box holds behind them. The third is GeoJP2: a TIFF structure of an image
of one pixel, for its GeoTIFF keys; what describes the image itself comes before it."""

EXIF_MARK: Final = b"Exif\0\0"
PROFILES: Final = (2, 3)
"""Methods by which a colour space is told with an ICC profile."""
SIZE: Final = 24
"""Bytes of a codestream to the end of its size."""
MAX_DOCUMENTS: Final = 64
"""XML documents of a file that are looked at."""
LOOK: Final = 1_024
"""Bytes in which XMP shows itself."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Find metadata and size of JPEG 2000 files, bare codestreams or with boxes.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a JPEG 2000's bytes.

    Returns
    -------
    Located
    """
    bare = starts_with(batch.buffer, batch.head_start[rows], CODESTREAM)
    streams = np.where(bare, 0, -1)
    boxed = np.flatnonzero(~bare)
    boxes, needs, complaints = _walk(batch, rows, boxed)
    first = boxes.first(STREAM)
    streams[first.owner] = first.start

    width, height, missing = _headers(batch, rows, boxes)
    needs.append(missing)
    # A codestream tells its own size, less well hidden from damage than the boxes do.
    unsized = np.flatnonzero((width < 0) & (streams >= 0))
    across, down, missing = _codestreams(batch, rows[unsized], streams[unsized])
    needs.append(missing)
    width[unsized], height[unsized] = across, down

    segments = []
    for part in (_uuids, _profiles, _documents):
        found, missing = part(batch, rows, boxes)
        segments.append(found)
        needs.append(missing)
    wanted = Needs.join(needs)
    lost = (width < 0) & ~np.isin(rows, wanted.space)
    return Located(
        width,
        height,
        Segments.join(segments),
        wanted,
        complaints,
        problems(rows[lost], "JPEG 2000: no image header"),
    )


def _walk(batch: HeaderBatch, rows: Ints, boxed: Ints) -> tuple[Boxes, list[Needs], Problems]:
    """Walk boxes, and those inside them; owners are files."""
    found, needs, complaints = [NO_BOXES], [NO_NEEDS], [NO_PROBLEMS]
    owner, start = boxed, np.zeros_like(boxed)
    end = batch.sizes[rows[boxed]]
    for _ in range(MAX_DEPTH):
        level = walk(batch, rows[owner], start, end)
        needs.append(level.needs)
        complaints.append(level.problems(rows[owner], "JPEG 2000"))
        boxes = replace(level.boxes, owner=owner[level.boxes.owner])
        found.append(boxes)
        outer = boxes.take(np.isin(boxes.kind, OUTER))
        if not len(outer):
            break
        owner, start, end = outer.owner, outer.start, outer.end
    return Boxes.join(found), needs, Problems.join(complaints)


def _headers(batch: HeaderBatch, rows: Ints, boxes: Boxes) -> tuple[Ints, Ints, Needs]:
    """Read the size from image headers."""
    headers = boxes.first(IHDR)
    headers = headers.take(headers.end - headers.start >= 8)
    place = batch.locate(rows[headers.owner], headers.start, 8)
    absent = headers.take(place < 0)
    headers, place = headers.take(place >= 0), place[place >= 0]
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    height[headers.owner] = u32(batch.buffer, place, big=True)
    width[headers.owner] = u32(batch.buffer, place + 4, big=True)
    needs = Needs(rows[absent.owner], absent.start, np.full(len(absent), 8))
    return *sized(width, height), needs


def _codestreams(batch: HeaderBatch, rows: Ints, start: Ints) -> tuple[Ints, Ints, Needs]:
    """Read the size from codestreams: the reference grid but for what lies before the image."""
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    some = np.flatnonzero(batch.sizes[rows] - start >= SIZE)
    place = batch.locate(rows[some], start[some], SIZE)
    absent = some[place < 0]
    some, place = some[place >= 0], place[place >= 0]
    good = starts_with(batch.buffer, place, CODESTREAM)
    some, place = some[good], place[good]
    wide, high, left, top = (u32(batch.buffer, place + 8 + 4 * i, big=True) for i in range(4))
    width[some], height[some] = wide - left, high - top
    needs = Needs(rows[absent], start[absent], np.full(len(absent), SIZE))
    return *sized(width, height), needs


def _uuids(batch: HeaderBatch, rows: Ints, boxes: Boxes) -> tuple[Segments, Needs]:
    """Find what boxes "uuid" hold."""
    boxes = boxes.of(UUID)
    space = rows[boxes.owner]
    which, missing = match_uuids(batch, space, boxes, tuple(UUIDS))
    order = np.argsort(which, kind="stable")
    order = order[which[order] >= 0]
    boxes, space = boxes.take(order), space[order]
    family = np.array(list(UUIDS.values()))[which[order]]
    start = boxes.start + UUID_LENGTH
    room = boxes.end - start
    marked = np.flatnonzero((family == Family.EXIF) & (room > len(EXIF_MARK)))
    place = batch.locate(space[marked], start[marked], len(EXIF_MARK))
    absent = marked[place < 0]
    needs = Needs(space[absent], start[absent], np.full(len(absent), len(EXIF_MARK)))
    marked, place = marked[place >= 0], place[place >= 0]
    start[marked[starts_with(batch.buffer, place, EXIF_MARK)]] += len(EXIF_MARK)
    some = boxes.end > start
    found = Segments(space, family, space, start, boxes.end - start)
    return found.take(some), Needs.join([missing, needs])


def _profiles(batch: HeaderBatch, rows: Ints, boxes: Boxes) -> tuple[Segments, Needs]:
    """Find ICC profiles."""
    boxes = boxes.of(COLR)
    boxes = boxes.take(boxes.end - boxes.start > 3)
    space = rows[boxes.owner]
    place = batch.locate(space, boxes.start, 3)
    absent = place < 0
    needs = Needs(space[absent], boxes.start[absent], np.full(int(absent.sum()), 3))
    icc = np.flatnonzero(~absent)
    icc = icc[np.isin(batch.buffer[place[icc]], PROFILES)]
    start, end, space = boxes.start[icc] + 3, boxes.end[icc], space[icc]
    return Segments(space, np.full(len(icc), Family.ICC), space, start, end - start), needs


def _documents(batch: HeaderBatch, rows: Ints, boxes: Boxes) -> tuple[Segments, Needs]:
    """Find the XML documents that are XMP."""
    boxes = boxes.take(np.isin(boxes.kind, XML) & (boxes.end > boxes.start))
    found, needs = [NO_SEGMENTS], [NO_NEEDS]
    seen: dict[int, int] = {}
    for row, start, end in zip(
        rows[boxes.owner].tolist(), boxes.start.tolist(), boxes.end.tolist(), strict=True
    ):
        seen[row] = seen.get(row, 0) + 1
        if seen[row] > MAX_DOCUMENTS:
            continue
        space, look = ints([row]), min(end - start, LOOK)
        head = read_bytes(batch, row, start, look)
        if head is None:
            needs.append(Needs(space, ints([start]), ints([look])))
        elif is_xmp(head):
            length = ints([end - start])
            found.append(Segments(space, ints([Family.XMP]), space, ints([start]), length))
    return Segments.join(found), Needs.join(needs)
