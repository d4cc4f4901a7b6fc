"""Photoshop image resources (Adobe Photoshop File Formats Specification, "Image Resource Blocks").

They hold segments of other families. In a JPEG a row of APP13 segments may hold one list of
resources; a resource that spans several of them comes out as several segments, in order.
"""

from __future__ import annotations

import struct
from functools import partial
from itertools import accumulate, groupby, islice, pairwise
from operator import itemgetter
from typing import Final

import numpy as np

from imgframe.batch import (
    NO_PROBLEMS,
    Bytes,
    Flags,
    HeaderBatch,
    Ints,
    Problems,
    Segments,
    indices,
    ints,
    problems,
)
from imgframe.families._cells import contents, present
from imgframe.families._chains import Heads, is_blank, walk
from imgframe.kernels import stands_alone, u32
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
BLANKS: Final = b"\0 "
"""Padding behind a list of resources."""
_START: Final = struct.Struct(">4sHBxL").unpack_from
"""Signature, number, length of the name, and of the contents if there is no name."""
_LENGTH: Final = struct.Struct(">L").unpack_from
HEAD: Final = 12
"""Bytes of a resource without a name: signature, number, empty name, length."""
MAX_RESOURCES: Final = 1_000
"""Resources of a file that are looked at."""
FEW: Final = 24
"""Lists of resources that are taken apart faster one by one."""
LEFT: Final = 10
"""Lists that are when others have been walked already."""

_HEADS: Final = np.dtype(
    [("signature", "<u4"), ("number", ">u2"), ("name", "u1"), ("pad", "u1"), ("length", ">u4")]
)
_SIGNATURES: Final = np.frombuffer(b"".join(SIGNATURES), dtype="<u4")
_FAMILY: Final = np.full(1 << 16, -1)
_FAMILY[list(RESOURCES)] = list(RESOURCES.values())


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
    if len(segments) <= FEW:
        return _one_by_one(batch, segments)
    segments, place = present(batch, segments)
    # A list that goes on in the next segment is put together before it is taken apart.
    lone = stands_alone(segments.row)
    inside, whole = _in_lockstep(batch.buffer, segments.take(lone), place[lone])
    odd = np.ones(len(segments), dtype=np.bool_)
    odd[lone] = ~whole
    if not odd.any():
        return inside, NO_PROBLEMS
    more, trouble = _one_by_one(batch, segments.take(odd))
    inside = Segments.join([inside, more])
    return inside.take(np.argsort(inside.row, kind="stable")), trouble


def _in_lockstep(buffer: Bytes, segments: Segments, place: Ints) -> tuple[Segments, Flags]:
    """Find what is inside lists of resources; say which lists are whole."""
    end = place + segments.length
    measure = partial(_measure, buffer)
    blocks, stop = walk(buffer, place, end, _HEADS, measure, HEAD, MAX_RESOURCES, LEFT)
    whole = (stop + HEAD > end) | is_blank(buffer, stop, end, BLANKS)
    family = _FAMILY[blocks.head["number"]]
    keep = (family >= 0) & (blocks.length > 0) & whole[blocks.chain]
    blocks, family = blocks.take(keep), family[keep]
    order = np.argsort(blocks.chain, kind="stable")
    blocks, family = blocks.take(order), family[order]
    outer = segments.take(blocks.chain)
    start = blocks.start - place[blocks.chain] + outer.start
    return Segments(outer.row, family, outer.space, start, blocks.length), whole


def _measure(buffer: Bytes, heads: Heads, at: Ints) -> tuple[Flags, Ints, Ints, Ints]:
    """Measure resources for `walk`."""
    sound = heads["signature"] == _SIGNATURES[0]
    if not sound.all():
        sound = np.isin(heads["signature"], _SIGNATURES)
    start, length = at + HEAD, heads["length"].astype(np.int64)
    named = indices(heads["name"])
    if len(named):
        start[named] += (heads["name"][named].astype(np.int64) + 2) // 2 * 2 - 2
        # A name may reach beyond its segment, and the last segment ends near that of the buffer.
        length[named] = u32(buffer, np.minimum(start[named], len(buffer)) - 4, big=True)
    return sound, start, length, start + length + length % 2


def _one_by_one(batch: HeaderBatch, segments: Segments) -> tuple[Segments, Problems]:
    """Find what is inside any segments, file by file."""
    segments, _ = present(batch, segments)
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
        signature, number, name, length = _START(data, at)
        if signature not in SIGNATURES:
            following = next((bound for bound in bounds if bound > at), end)
            if data[at:following].strip(BLANKS):
                problem = f"no resource at byte {at}"
            at = following
            continue
        at += HEAD
        if name:
            # The name is counted by its first byte and fills an even number of bytes with it.
            at += (name + 2) // 2 * 2 - 2
            if at > end:
                problem = f"resource 0x{number:04X} is cut off"
                break
            (length,) = _LENGTH(data, at - 4)
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
