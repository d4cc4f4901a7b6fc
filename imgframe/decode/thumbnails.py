"""The JPEG image that a file carries of itself.

Sources: Exif 3.0, 4.5.5 and 4.6.5 (IFD1); JFIF 1.02, "JFIF Extension"; TIFF 6.0, section 8, and
DNG 1.7 for reduced images; Adobe Photoshop File Formats Specification, "Thumbnail Resource
Format"; for CR3, which has no public specification, the description kept by L. Clévy (canon_cr3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy.typing as npt
import pyarrow as pa

from imgframe import fetch, ifd
from imgframe.batch import KEY_SHIFT, HeaderBatch, Ints, Problems, Segments, ints, problems
from imgframe.decode.cells import arrays
from imgframe.decode.structures import bounds_of
from imgframe.schema import THUMBNAIL, Directory
from imgframe.values import integers

__all__ = ["columns"]

MAX_LENGTH: Final = 1 << 20
"""Bytes of an image that is taken for a thumbnail."""

SUBFILE, COMPRESSION, STRIP, STRIP_LENGTH, STREAM, STREAM_LENGTH = (
    0x00FE, 0x0103, 0x0111, 0x0117, 0x0201, 0x0202,
)  # fmt: skip
TAGS: Final = (SUBFILE, COMPRESSION, STRIP, STRIP_LENGTH, STREAM, STREAM_LENGTH)
DIRECTORIES: Final = (Directory.IFD0, Directory.IFD1, Directory.SUB)
KEEP: Final = ifd.wanted((directory, tag) for directory in DIRECTORIES for tag in TAGS)
JPEG_COMPRESSION: Final = (6, 7)

SOI: Final = b"\xff\xd8\xff"
VIEWABLE: Final = (0xC0, 0xC1, 0xC2)
"""Frames of the JPEGs that everything can show: baseline, extended, progressive. Raw formats keep
the sensor's data in lossless ones."""

RESOURCE: Final = b"8BIM\x04\x0c"
RESOURCE_HEAD: Final = 28
"""Bytes before the JPEG in Photoshop's resource."""

JFXX: Final = b"JFXX\0\x10"
JFXX_WITHIN: Final = 64
"""Bytes within which the JFIF extension with a JPEG begins: right behind the JFIF header."""

CR3_BOX: Final = b"THMB"
CR3_HEAD: Final = 32
"""Bytes from the name of the box within which the JPEG begins; versions differ."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Where a thumbnail may stand."""

    space: int
    start: int
    length: int
    end: int
    """Where the bytes end that it must lie in."""
    sure: bool
    """Declared as the thumbnail; what is not may be the image itself."""


def columns(
    batch: HeaderBatch,
    structures: Segments,
    resources: Segments,
    rows: Ints,
    formats: npt.NDArray[Any],
) -> tuple[dict[str, pa.Array], Problems]:
    """Read thumbnails.

    Parameters
    ----------
    batch : HeaderBatch
    structures, resources : Segments
        TIFF structures and Photoshop resources.
    rows : ndarray of int64, shape (n,)
    formats : ndarray of object, shape (n,)
        Of each of these rows.

    Returns
    -------
    columns : dict of str to pyarrow.Array
        `thumbnail` alone: from IFD1, else from Photoshop's resource, else the smallest preview.
    problems : Problems
    """
    candidates: dict[int, list[_Candidate]] = {}
    for row, candidate in [
        *_in_directories(batch, structures),
        *_in_resources(batch, resources),
        *_in_jfif(batch, rows[formats == "JPEG"]),
        *_in_cr3(batch, rows[formats == "CR3"]),
    ]:
        candidates.setdefault(row, []).append(candidate)
    found: dict[int, bytes] = {}
    notes: list[tuple[int, str]] = []
    for row, several in candidates.items():
        several.sort(key=lambda c: (not c.sure, 0 if c.sure else c.length))
        trouble = None
        for candidate in several:
            data, problem = _read(batch, candidate)
            if data:
                found[row] = data
                break
            trouble = trouble or (problem if candidate.sure else None)
        else:
            if trouble:
                notes.append((row, f"{THUMBNAIL}: {trouble}"))
    texts = [text for _, text in notes]
    return (
        arrays({THUMBNAIL: found}, len(batch.paths)),
        problems(ints([row for row, _ in notes]), texts),
    )


def _in_directories(batch: HeaderBatch, structures: Segments) -> Iterator[tuple[int, _Candidate]]:
    """Find what the directories of TIFF structures point to."""
    entries = ifd.walk(batch, structures, KEEP).entries
    entries = entries.take(entries.count == 1)
    values, exact = integers(batch.buffer, entries.position, entries.type, entries.big)
    facts: dict[int, dict[int, int]] = {}
    owner: dict[int, tuple[int, int]] = {}
    for row, directory, block, tag, value, good in zip(
        entries.row.tolist(),
        entries.directory.tolist(),
        entries.block.tolist(),
        entries.tag.tolist(),
        values.tolist(),
        exact.tolist(),
        strict=True,
    ):
        if good and tag in TAGS:
            facts.setdefault(block, {}).setdefault(tag, value)
            owner[block] = row, directory
    bounds = bounds_of(structures)
    for block, of in facts.items():
        row, directory = owner[block]
        place = _pointed_at(of, directory)
        if place is None:
            continue
        space, at = block >> KEY_SHIFT, block & ((1 << KEY_SHIFT) - 1)
        start, end = next((s, e) for s, e in bounds[space] if s <= at < e)
        if space == row:
            # Some cameras write it behind the segment, which holds no more than 64 KiB.
            end = int(batch.sizes[row])
        sure = directory == Directory.IFD1
        yield row, _Candidate(space, start + place[0], place[1], end, sure)


def _pointed_at(facts: dict[int, int], directory: int) -> tuple[int, int] | None:
    """Return offset and length of the JPEG of a directory that describes a reduced image."""
    if directory != Directory.IFD1 and not facts.get(SUBFILE, 0) & 1:
        return None
    if STREAM in facts and facts.get(STREAM_LENGTH):
        return facts[STREAM], facts[STREAM_LENGTH]
    if facts.get(COMPRESSION) in JPEG_COMPRESSION and STRIP in facts and facts.get(STRIP_LENGTH):
        return facts[STRIP], facts[STRIP_LENGTH]
    return None


def _in_resources(batch: HeaderBatch, resources: Segments) -> Iterator[tuple[int, _Candidate]]:
    """Find Photoshop's thumbnails."""
    place = batch.locate(resources.space, resources.start, resources.length)
    for row, space, start, length, at in zip(
        resources.row.tolist(),
        resources.space.tolist(),
        resources.start.tolist(),
        resources.length.tolist(),
        place.tolist(),
        strict=True,
    ):
        data = batch.buffer[at : at + length].tobytes() if at >= 0 else b""
        head = data.find(RESOURCE)
        if head < 0 or head + 12 > len(data):
            continue
        behind_name = head + 6 + (data[head + 6] + 2) // 2 * 2
        (size,) = struct.unpack_from(">I", data.ljust(behind_name + 4, b"\0"), behind_name)
        begin = behind_name + 4 + RESOURCE_HEAD
        yield row, _Candidate(space, start + begin, size - RESOURCE_HEAD, start + length, sure=True)


def _in_jfif(batch: HeaderBatch, rows: Ints) -> Iterator[tuple[int, _Candidate]]:
    """Find the thumbnails in extensions of the JFIF header."""
    starts = batch.head_start[rows].tolist()
    for row, start in zip(rows.tolist(), starts, strict=True):
        head = batch.buffer[start : start + JFXX_WITHIN].tobytes()
        at = head.find(JFXX)
        if at >= 4:
            end = at - 2 + int.from_bytes(head[at - 2 : at], "big")
            begin = at + len(JFXX)
            yield row, _Candidate(row, begin, end - begin, end, sure=True)


def _in_cr3(batch: HeaderBatch, rows: Ints) -> Iterator[tuple[int, _Candidate]]:
    """Find the thumbnails in the boxes of Canon, which stand at the beginning of the file."""
    for row in rows.tolist():
        start, length = int(batch.head_start[row]), int(batch.head_length[row])
        data = batch.buffer[start : start + length].tobytes()
        box = data.find(CR3_BOX)
        image = data.find(SOI, box, box + CR3_HEAD)
        if box >= 4 and image >= 0:
            (size,) = struct.unpack_from(">I", data, box - 4)
            end = box - 4 + size
            (long,) = struct.unpack_from(">I", data, box + 12)
            yield row, _Candidate(row, image, min(long, end - image), end, sure=True)


def _read(batch: HeaderBatch, candidate: _Candidate) -> tuple[bytes, str | None]:
    """Return the bytes of a thumbnail, or what is wrong with it."""
    space, start, length = candidate.space, candidate.start, candidate.length
    if length > MAX_LENGTH:
        return b"", f"{length >> 10} KiB left out"
    if length <= 0 or start + length > min(candidate.end, int(batch.sizes[space])):
        return b"", "lies outside the data"
    at = int(batch.locate(ints([space]), ints([start]), length)[0])
    if at >= 0:
        data = batch.buffer[at : at + length].tobytes()
    elif space < len(batch.paths):
        target = bytearray(length)
        try:
            got = fetch.read_at(batch.paths[space], memoryview(target), start)
        except OSError as error:
            return b"", fetch.reason(error)
        data = bytes(target[:got])
    else:
        return b"", "lies outside the data"
    if not data.startswith(SOI):
        return b"", "no JPEG"
    return (
        (data, None) if candidate.sure or _is_viewable(data) else (b"", "no JPEG that can be shown")
    )


def _is_viewable(data: bytes) -> bool:
    """Say whether the first frame of a JPEG is one that everything can show."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        mark = data[at + 1]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return mark in VIEWABLE
        at += 1 if mark == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False
