"""Photoshop image resources (Adobe Photoshop File Formats Specification, "Image Resource Blocks").

They hold segments of other families. In a JPEG a row of APP13 segments may hold one list of
resources; a resource that spans several of them comes out as several segments, in order.
"""

from __future__ import annotations

import struct
from itertools import accumulate, groupby, islice, pairwise
from operator import itemgetter
from typing import Final

import numpy as np

from imgframe.batch import HeaderBatch, Problems, Segments, ints, problems
from imgframe.families._cells import contents
from imgframe.schema import Family

RESOURCES: Final = {
    0x0404: Family.IPTC,
    0x040F: Family.ICC,
    0x0422: Family.EXIF,
    0x0423: Family.EXIF,
    0x0424: Family.XMP,
}
"""Resources that are segments of another family."""
MAY_SPAN: Final = (Family.IPTC,)
"""Families that take a segment as the continuation of the one before it."""

SIGNATURES: Final = (b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa")
"""First bytes of a resource: Photoshop, PhotoDeluxe, Elements, PhotoStudio, ImageReady."""
_START: Final = struct.Struct(">4sHB").unpack_from
"""Signature, number, length of the name."""
_LENGTH: Final = struct.Struct(">L").unpack_from
HEAD: Final = 12
"""Bytes of a resource without a name: signature, number, empty name, length."""
MAX_RESOURCES: Final = 1_000
"""Resources of a file that are looked at."""


def children(batch: HeaderBatch, segments: Segments) -> tuple[Segments, Problems]:
    """Find the segments inside image resources.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Of `Family.PHOTOSHOP`; their bytes are in the buffer. Those of a file in their order.

    Returns
    -------
    segments : Segments
        In the spaces of those they stand in.
    problems : Problems
    """
    there = batch.locate(segments.space, segments.start, segments.length) >= 0
    segments = segments.take(np.flatnonzero(there)[np.argsort(segments.row[there], kind="stable")])
    places = zip(segments.space.tolist(), segments.start.tolist(), strict=True)
    found: list[tuple[int, int, int, int, int]] = []
    notes: list[tuple[int, str]] = []
    for row, group in groupby(contents(batch, segments), key=itemgetter(0)):
        raw = [data for _, _, data in group]
        at = list(islice(places, len(raw)))
        bounds = [0, *accumulate(len(data) for data in raw)]
        blocks, problem = split(raw[0] if len(raw) == 1 else b"".join(raw), bounds)
        if problem:
            notes.append((row, f"Photoshop: {problem}"))
        for number, begin, length in blocks:
            family = RESOURCES[number]
            pieces = []
            for (space, start), (low, high) in zip(at, pairwise(bounds), strict=True):
                first, last = max(begin, low), min(begin + length, high)
                if first < last:
                    pieces.append((row, family, space, start + first - low, last - first))
            if len(pieces) > 1 and family not in MAY_SPAN:
                notes.append((row, f"Photoshop: {family.name} spans several segments"))
            else:
                found += pieces
    columns = zip(*found, strict=True) if found else [()] * 5
    rows = ints([row for row, _ in notes])
    return Segments(*(ints(c) for c in columns)), problems(rows, [text for _, text in notes])


def split(data: bytes, bounds: list[int]) -> tuple[list[tuple[int, int, int]], str | None]:
    """Find the resources that hold segments.

    Parameters
    ----------
    data : bytes
        Lists of resources, one behind the other.
    bounds : list of int
        Where each list begins, and the end. After bytes that are no resource the search goes on at
        the next.

    Returns
    -------
    resources : list of (int, int, int)
        Number, first byte, length.
    problem : str or None
    """
    found: list[tuple[int, int, int]] = []
    problem = None
    at, end = 0, len(data)
    for _ in range(MAX_RESOURCES):
        if at + HEAD > end:
            break
        signature, number, name = _START(data, at)
        if signature not in SIGNATURES:
            following = next((bound for bound in bounds if bound > at), end)
            if data[at:following].strip(b"\0 "):
                problem = f"no resource at byte {at}"
            at = following
            continue
        # The name is counted by its first byte and fills an even number of bytes with it.
        at += 6 + (name + 2) // 2 * 2
        if at + 4 > end:
            problem = f"resource 0x{number:04X} is cut off"
            break
        (length,) = _LENGTH(data, at)
        at += 4
        if at + length > end:
            if number in RESOURCES and at < end:
                found.append((number, at, end - at))
            problem = f"resource 0x{number:04X} is cut off"
            break
        if number in RESOURCES and length:
            found.append((number, at, length))
        at += length + length % 2
    else:
        problem = f"more than {MAX_RESOURCES} resources"
    return found, problem
