"""Short application segments of JPEG that say how to take the image.

JFIF (ITU-T T.871, 10.1): the density; Adobe (Technical Note 5116): the colour transform;
multi-picture format (CIPA DC-007, 5.2.3): the number of images.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imgframe.batch import Flags, HeaderBatch, Ints, Problems, Segments, problems
from imgframe.kernels import u16, u32
from imgframe.schema import Family, is_chosen
from imgframe.texts import validity

JFIF_LENGTH: Final = 7
"""Bytes of version, unit and densities."""
ADOBE_LENGTH: Final = 7
"""Bytes of version, two words of flags, and the colour transform."""
MPF_HEAD: Final = 10
"""Bytes of the TIFF header and the number of entries of the directory, which nearly always
follows it."""
ENTRY: Final = 12
NUMBER_OF_IMAGES: Final = 0xB001
MAX_ENTRIES: Final = 16
LITTLE, BIG = 0x4949, 0x4D4D


def columns(
    batch: HeaderBatch, segments: Segments, n_rows: int, tags: tuple[str, ...] | None
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode the segments to columns.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Of `Family.JFIF`, `Family.ADOBE` and `Family.MPF`; their bytes are in the buffer.
    n_rows : int
        Files of the batch.
    tags : tuple of str or None
        Names and patterns of columns; None for all.

    Returns
    -------
    columns : dict of str to pyarrow.Array
        Columns that some file has, each of `n_rows` values.
    problems : Problems
        Segments that are too short.
    """
    place = batch.locate(segments.space, segments.start, segments.length)
    there = place >= 0
    segments, place = segments.take(there), place[there]
    found: dict[str, tuple[Ints, Ints]] = {}
    buffer = batch.buffer

    jfif = (segments.family == Family.JFIF) & (segments.length >= JFIF_LENGTH)
    row, at = segments.row[jfif], place[jfif]
    found["JFIF:ResolutionUnit"] = row, buffer[at + 2].astype(np.int64)
    for name, offset in (("JFIF:XResolution", 3), ("JFIF:YResolution", 5)):
        density = u16(buffer, at + offset, big=True)
        found[name] = row[density > 0], density[density > 0]

    adobe = (segments.family == Family.ADOBE) & (segments.length >= ADOBE_LENGTH)
    row, at = segments.row[adobe], place[adobe]
    found["Adobe:ColorTransform"] = row, buffer[at + 6].astype(np.int64)

    mpf = (segments.family == Family.MPF) & (segments.length >= MPF_HEAD)
    found["MPF:NumberOfImages"] = _images(batch, segments.take(mpf), place[mpf])

    short = segments.row[~(jfif | adobe | mpf)]
    arrays = {
        name: _array(row, value, n_rows)
        for name, (row, value) in found.items()
        if len(row) and is_chosen(name, tags)
    }
    return arrays, problems(short, "JPEG: application segment of too few bytes")


def _images(batch: HeaderBatch, segments: Segments, place: Ints) -> tuple[Ints, Ints]:
    """Find the number of images in the index directories of multi-picture files."""
    buffer = batch.buffer
    mark = u16(buffer, place, big=False)
    big = mark == BIG
    start = u32(buffer, place + 4, big)
    fits = ((mark == LITTLE) | big) & (start >= 8) & (start + 2 <= segments.length)
    segments, place, big, start = segments.take(fits), place[fits], big[fits], start[fits]
    held = np.minimum(u16(buffer, place + start, big), (segments.length - start - 2) // ENTRY)
    row, number = [segments.row[:0]], [segments.row[:0]]
    for i in range(min(int(held.max(initial=0)), MAX_ENTRIES)):
        has = np.flatnonzero(held > i)
        at = place[has] + start[has] + 2 + ENTRY * i
        is_it = u16(buffer, at, big[has]) == NUMBER_OF_IMAGES
        row.append(segments.row[has[is_it]])
        number.append(u32(buffer, at[is_it] + 8, big[has[is_it]]))
    return np.concatenate(row), np.concatenate(number)


def _array(row: Ints, value: Ints, n_rows: int) -> pa.Array:
    """Make a column; of several values for a row the first wins."""
    data: npt.NDArray[np.int64] = np.zeros(n_rows, dtype=np.int64)
    valid: Flags = np.zeros(n_rows, dtype=np.bool_)
    data[row[::-1]] = value[::-1]
    valid[row] = True
    bits = validity(valid.reshape(1, n_rows))[0]
    return pa.Array.from_buffers(pa.int64(), n_rows, [bits, pa.py_buffer(data)])
