"""The marker segments of JPEG: ITU-T T.81, Annex B; APP1 of Exif 3.0, 4.7.2.

They begin JPEG files, and stand in the JPEG images that other files embed. The markers of all
files of a batch are walked in lockstep: each step reads one marker of every file that has not
reached its image data.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import (
    NO_NEEDS,
    NO_SEGMENTS,
    HeaderBatch,
    Ints,
    Needs,
    Segments,
    indices,
    ints,
)
from imgframe.containers._kinds import (
    END,
    HEADER,
    HOLDS,
    KIND,
    LONGEST,
    LOST,
    MAX_STEPS,
    SEGMENT,
    SIGNATURES,
    SOF,
    STEP,
)
from imgframe.containers._onward import follow
from imgframe.kernels import starts_with, u32

SKIP: Final = (4_096, 256, 16)
"""Bytes searched at once for a marker behind junk; as many as the buffer holds."""


def walk(
    batch: HeaderBatch, rows: Ints, start: Ints, end: Ints
) -> tuple[Ints, Ints, Segments, Needs]:
    """Walk marker segments up to the image data.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
    start, end : ndarray of int64, shape (n,)
        Where the first marker stands in each file, and where the bytes that hold markers end.

    Returns
    -------
    width, height : ndarray of int64, shape (n,)
        As the first frame header says, -1 where there is none.
    segments : Segments
        Those that hold a family, in the order of each file.
    needs : Needs
    """
    n = len(rows)
    width, height = np.full(n, -1), np.full(n, -1)
    at = start.copy()
    active = ints(np.arange(n))
    marks: list[tuple[Ints, Ints, Ints, Ints]] = []
    beyond = [ints()]
    for _ in range(MAX_STEPS):
        if not len(active):
            break
        space, here = rows[active], at[active]
        left = end[active] - here
        place = batch.locate(space, here, np.minimum(np.maximum(left, 0), HEADER))
        there = place >= 0
        if not there.all():
            beyond.append(active[~there & (left >= 2)])
        # Behind the end of a file stand the bytes of the next one: `left` says what is its own.
        go = indices(there & (left >= 2))
        active, space, here, place, left = active[go], space[go], here[go], place[go], left[go]
        word = u32(batch.buffer, place, big=True)
        mark, size = word >> 16 & 0xFF, word & 0xFFFF
        kind = KIND[mark]
        segment = kind == SEGMENT
        kind[segment & (left < 4)] = END
        kind[(word >> 24 != 0xFF) | (segment & (size < 2) & (left >= 4))] = LOST
        segment = kind == SEGMENT
        frame = indices(segment & SOF[mark] & (left >= HEADER))
        if len(frame):
            frame = frame[width[active[frame]] < 0]
            sides = u32(batch.buffer, place[frame] + 5, big=True)
            height[active[frame]], width[active[frame]] = sides >> 16, sides & 0xFFFF
        app = indices(segment & HOLDS[mark])
        if len(app):
            marks.append((active[app], mark[app], here[app] + 4, size[app] - 2))
        at[active] = here + np.where(segment, size + 2, STEP[kind])
        for i in indices(kind == LOST).tolist():
            at[active[i]] = _next_marker(batch, int(space[i]), int(here[i]) + 1, int(left[i]) - 1)
        active = active[kind != END]
    segments, missing = _segments(batch, rows, end, marks)
    rest = np.concatenate(beyond)
    found, wide, high, at[rest] = follow(batch.paths, rows[rest], at[rest], end[rest])
    fresh = (width[rest] < 0) & (wide >= 0)
    width[rest[fresh]], height[rest[fresh]] = wide[fresh], high[fresh]
    rest = rest[at[rest] >= 0]
    needs = Needs(rows[rest], at[rest], np.minimum(end[rest] - at[rest], HEADER))
    return width, height, Segments.join([segments, found]), Needs.join([missing, needs])


def _next_marker(batch: HeaderBatch, space: int, offset: int, left: int) -> int:
    """Find the next marker behind bytes that belong to no segment, as decoders do."""
    for most in SKIP:
        length = min(left, most)
        place = int(batch.locate(ints([space]), ints([offset]), max(length, 0))[0])
        if place >= 0:
            junk = batch.buffer[place : place + max(length, 0)]
            lead = indices(junk[:-1] == 0xFF)
            lead = lead[(KIND[junk[lead + 1]] != LOST) & (junk[lead + 1] != 0xFF)]
            return offset + (int(lead[0]) if len(lead) else max(length - 1, 1))
    return offset


def _segments(
    batch: HeaderBatch, rows: Ints, end: Ints, marks: list[tuple[Ints, Ints, Ints, Ints]]
) -> tuple[Segments, Needs]:
    """Keep the application segments that hold a family, in the order of each file."""
    if not marks:
        return NO_SEGMENTS, NO_NEEDS
    index, mark, start, length = (np.concatenate(column) for column in zip(*marks, strict=True))
    space = rows[index]
    length = np.minimum(length, end[index] - start)
    some = length > 0
    space, mark, start, length = space[some], mark[some], start[some], length[some]
    look = np.minimum(length, LONGEST)
    place = batch.locate(space, start, look)
    absent = place < 0
    needs = Needs(space[absent], start[absent], look[absent])
    found = []
    for marker, signature, skip, family in SIGNATURES:
        fits = indices((mark == marker) & ~absent & (length > skip))
        if signature:
            fits = fits[starts_with(batch.buffer, place[fits], signature)]
        row = space[fits]
        found.append(
            Segments(row, np.full(len(row), family), row, start[fits] + skip, length[fits] - skip)
        )
    return Segments.join(found), needs
