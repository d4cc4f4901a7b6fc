"""JPEG: ITU-T T.81, Annex B; Exif 3.0, 4.7.2."""

from __future__ import annotations

import numpy as np

from imgframe.batch import (
    NO_PROBLEMS,
    HeaderBatch,
    Ints,
    Located,
    Needs,
    Segments,
    indices,
    ints,
    problems,
)
from imgframe.containers._markers import walk
from imgframe.kernels import flags, starts_with
from imgframe.schema import Family


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the markers of JPEG files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a JPEG's bytes.

    Returns
    -------
    Located
    """
    width, height, segments, needs = walk(batch, rows, np.full(len(rows), 2), batch.sizes[rows])
    segments, missing, pieces = _join_exif(batch, segments)
    needs = Needs.join([needs, missing])
    unsized = indices(width < 0)
    unsized = unsized[~flags(needs.space, len(batch.sizes))[rows[unsized]]]
    errors = problems(rows[unsized], "JPEG: the file ends before its image data")
    return Located(width, height, segments, needs, NO_PROBLEMS, errors, pieces)


def _join_exif(batch: HeaderBatch, segments: Segments) -> tuple[Segments, Needs, tuple[bytes, ...]]:
    """Join Exif that goes on in further segments, which then begin with no TIFF header.

    Exif of more than 64 KiB is written so by some programs, though Exif 3.0 has no such thing.
    """
    mine = indices(segments.family == Family.EXIF)
    again = np.bincount(segments.row[mine]) > 1
    mine = mine[again[segments.row[mine]]] if len(mine) else mine
    if not len(mine):
        return segments, Needs(ints(), ints(), ints()), ()
    parts = segments.take(mine)
    place = batch.locate(parts.space, parts.start, parts.length)
    absent = parts.take(place < 0)
    needs = Needs(absent.space, absent.start, absent.length)
    order = np.lexsort((parts.start, parts.row))
    order = order[place[order] >= 0]
    heads = starts_with(batch.buffer, place, b"II") | starts_with(batch.buffer, place, b"MM")
    runs: list[list[int]] = []
    for i in order.tolist():
        if heads[i] or not runs or parts.row[runs[-1][0]] != parts.row[i]:
            runs.append([i])
        else:
            runs[-1].append(i)
    runs = [run for run in runs if len(run) > 1 and heads[run[0]]]
    if not runs:
        return segments, needs, ()
    pieces = tuple(
        b"".join(batch.buffer[place[i] : place[i] + parts.length[i]].tobytes() for i in run)
        for run in runs
    )
    row = parts.row[[run[0] for run in runs]]
    space, family = -1 - np.arange(len(row)), np.full(len(row), Family.EXIF)
    length = ints([len(piece) for piece in pieces])
    whole = Segments(row, family, space, np.zeros_like(row), length)
    dropped = [i for run in runs for i in run]
    kept = np.delete(np.arange(len(segments)), mine[dropped])
    return Segments.join([whole, segments.take(kept)]), needs, pieces
