"""CR3, Canon's raw files: an ISO base media file with TIFF structures in a box of the maker.

There is no public specification; see the descriptions kept by L. Clévy (canon_cr3) and by ExifTool.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from imgframe import ifd
from imgframe.batch import (
    NO_SEGMENTS,
    HeaderBatch,
    Ints,
    Located,
    Needs,
    Problems,
    Segments,
    problems,
)
from imgframe.containers._boxes import (
    TRAK,
    UUID,
    UUID_LENGTH,
    Boxes,
    Walk,
    code,
    match_uuids,
    sized,
    track_sizes,
    walk,
)
from imgframe.schema import Directory, Family
from imgframe.values import integers

MOOV = code(b"moov")

CANON: Final = "85c0b687820f11e08111f4ce462b6a48"
XMP: Final = "be7acfcb97a942e89c71999491e3afac"

TIFFS: Final = {
    code(b"CMT1"): Family.EXIF,
    code(b"CMT2"): Family.EXIF_SUB,
    code(b"CMT4"): Family.GPS_SUB,
}
"""Boxes that hold a TIFF structure, and what its first directory is."""
LAST: Final = code(b"CMT4")

WIDTH, LENGTH = 0x0100, 0x0101


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Find the boxes of Canon's metadata.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that are CR3 by their brand.

    Returns
    -------
    Located
    """
    top, packets, needs = _walk_files(batch, rows)
    movies = top.boxes.first(MOOV)
    space = rows[movies.owner]
    inner = walk(batch, space, movies.start, movies.end, until=(TRAK,))
    cases = inner.boxes.of(UUID)
    space = space[cases.owner]
    which, missing = match_uuids(batch, space, cases, (CANON,))
    space, cases = space[which == 0], cases.take(which == 0)
    boxes = walk(batch, space, cases.start + UUID_LENGTH, cases.end, until=(LAST,))
    needs += [inner.needs, missing, boxes.needs]

    segments = [NO_SEGMENTS]
    for kind, family in TIFFS.items():
        found = boxes.boxes.first(kind)
        segments.append(_segments(space[found.owner], family, found))
    width, height = _sizes(batch, rows, segments[1])
    unsized = movies.take(width[movies.owner] < 0)
    if len(unsized):
        across, down, missing = track_sizes(batch, rows, unsized)
        width, height = np.where(width < 0, across, width), np.where(width < 0, down, height)
        needs.append(missing)
    segments.append(_segments(rows[packets.owner], Family.XMP, packets))
    wanted = Needs.join(needs)
    bare = np.ones(len(rows), dtype=np.bool_)
    bare[movies.owner] = False
    bare &= ~np.isin(rows, wanted.space)
    return Located(
        width,
        height,
        Segments.join(segments),
        wanted,
        Problems.join([top.problems(rows, "CR3"), boxes.problems(space, "CR3")]),
        problems(rows[bare], "CR3: no box tells what is in the file"),
    )


def _walk_files(batch: HeaderBatch, rows: Ints) -> tuple[Walk, Boxes, list[Needs]]:
    """Walk the outermost boxes, and find the XMP packets among them.

    XMP stands right behind "moov"; where it does nothing more of the file need be read.
    """
    top = walk(batch, rows, np.zeros_like(rows), batch.sizes[rows], until=(UUID,))
    first = top.boxes.of(UUID)
    which, missing = match_uuids(batch, rows[first.owner], first, (XMP,))
    needs = [top.needs, missing]
    packets = [first.take(which == 0)]
    usual = np.isin(first.owner, top.boxes.of(MOOV).owner) & (which == 0)
    odd = first.take(~usual)
    if len(odd):
        space = rows[odd.owner]
        rest = walk(batch, space, odd.end, batch.sizes[space])
        boxes = replace(rest.boxes, owner=odd.owner[rest.boxes.owner])
        top = Walk(Boxes.join([top.boxes, boxes]), rest.needs, top.broken)
        others = boxes.of(UUID)
        which, missing = match_uuids(batch, rows[others.owner], others, (XMP,))
        needs += [rest.needs, missing]
        packets.append(others.take(which == 0))
    found = Boxes.join(packets)
    start = np.minimum(found.start + UUID_LENGTH, found.end)
    return top, replace(found, start=start), needs


def _segments(space: Ints, family: Family, boxes: Boxes) -> Segments:
    some = boxes.end > boxes.start
    space, boxes = space[some], boxes.take(some)
    length = boxes.end - boxes.start
    return Segments(space, np.full(len(space), family), space, boxes.start, length)


def _sizes(batch: HeaderBatch, rows: Ints, segments: Segments) -> tuple[Ints, Ints]:
    """Read the size of the image from its IFD0."""
    keep = np.zeros((len(Directory), 1 << 16), dtype=np.bool_)
    keep[Directory.IFD0, [WIDTH, LENGTH]] = True
    entries = ifd.walk(batch, segments, keep).entries
    value, exact = integers(batch.buffer, entries.position, entries.type, entries.big)
    index = np.zeros(int(rows.max(initial=0)) + 1, dtype=np.int64)
    index[rows] = np.arange(len(rows))
    sides = np.full((2, len(rows)), -1)
    sides[(entries.tag == LENGTH).astype(np.int64), index[entries.row]] = np.where(exact, value, -1)
    return sized(sides[0], sides[1])
