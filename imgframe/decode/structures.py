"""The TIFF structures of files, for what is read on request besides their tags."""

from __future__ import annotations

import numpy as np

from imgframe import containers, families, fetch
from imgframe.batch import NO_SEGMENTS, HeaderBatch, Ints, Segments, indices
from imgframe.ifd import START
from imgframe.kernels import flags
from imgframe.schema import Family

IS_TIFF = flags(START, len(Family))


def locate(batch: HeaderBatch, rows: Ints) -> tuple[HeaderBatch, Segments, Segments]:
    """Find TIFF structures and Photoshop resources once more, where all their bytes are there.

    Parameters
    ----------
    batch : HeaderBatch
        As the examination of the files left it.
    rows : ndarray of int64, shape (n,)
        Rows that hold images.

    Returns
    -------
    batch : HeaderBatch
    structures : Segments
        Those of a file in the order in which they are believed.
    resources : Segments
        Of `Family.PHOTOSHOP`.
    """
    formats = containers.sniff(batch, rows)
    found = [NO_SEGMENTS]
    for name, find in containers.FINDERS.items():
        index = indices(formats == name)
        if len(index):
            located = find(batch, rows[index])
            segments = located.segments
            if located.pieces:
                space = len(batch.sizes) - 1 - segments.space
                space = np.where(segments.space < 0, space, segments.space)
                segments = Segments(
                    segments.row, segments.family, space, segments.start, segments.length
                )
                batch = fetch.add_bytes(batch, located.pieces)
            found.append(segments)
    direct = Segments.join(found)
    resources = direct.take(direct.family == Family.PHOTOSHOP)
    nested = NO_SEGMENTS
    if len(resources) and Family.PHOTOSHOP in families.CHILDREN:
        nested, _ = families.CHILDREN[Family.PHOTOSHOP](batch, resources)
    every = Segments.join([direct, nested])
    return batch, every.take(IS_TIFF[every.family]), resources


def bounds_of(structures: Segments) -> dict[int, list[tuple[int, int]]]:
    """Give start and end of the TIFF structures in each space."""
    bounds: dict[int, list[tuple[int, int]]] = {}
    for space, start, length in zip(
        structures.space.tolist(), structures.start.tolist(), structures.length.tolist(),
        strict=True,
    ):  # fmt: skip
        bounds.setdefault(space, []).append((start, start + length))
    return bounds
