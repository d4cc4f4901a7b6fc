"""MakerNotes: what cameras write in formats of their own, through exifread.

exifread knows the names of tags and the meaning of codes. It believes offsets and counts, though,
and knows one layout a maker. So notes are taken apart here first, within their own bytes, by the
layouts that ExifTool documents; what is sound is laid out anew, as exifread expects it, and only
that is given to it.
"""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from imgframe import fetch, ifd
from imgframe.batch import KEY_SHIFT, HeaderBatch, Problems, Segments, ints, problems
from imgframe.decode.cells import arrays, valid_text
from imgframe.decode.note_layouts import IN_STEPS, LAYOUTS, MEANINGLESS, MISREAD, Layout
from imgframe.decode.structures import bounds_of
from imgframe.schema import Directory, is_chosen
from imgframe.texts import decode
from imgframe.values import TYPE_SIZE

__all__ = ["columns"]

PREFIX: Final = "MakerNote:"
UNNAMED: Final = "Tag 0x"
NOTE, MAKE, MODEL = 0x927C, 0x010F, 0x0110
EXIF_POINTER: Final = 0x8769
KEEP: Final = ifd.wanted([(Directory.EXIF, NOTE), (Directory.IFD0, MAKE), (Directory.IFD0, MODEL)])

MAX_NOTE: Final = 4 << 20
"""Bytes of a note that is looked at."""
MIN_NOTE: Final = 18
"""Bytes of a directory of one tag and a link."""
MAX_TAGS: Final = 400
MAX_VALUES: Final = 50
"""Values of a tag; exifread cuts the text of more."""
MAX_COMPOSITE: Final = 4_096
"""Bytes of a tag that exifread takes apart."""
MAX_TEXT: Final = 1_000
MAX_BLOB: Final = 4
"""Bytes without a type that may be a version, or steps of exposure; more are structures."""
ROUNDS: Final = 2

ASCII, UNDEFINED, KNOWN_TYPES = 2, 7, range(1, 14)
SIGN: Final = {"I": "<", "M": ">"}
MOST: Final = {ASCII: MAX_TEXT, UNDEFINED: MAX_BLOB}
GAPS: Final = (0, 2, 4)
"""Bytes between a directory and the first value."""


class _UnreadableError(ValueError):
    """Says what is wrong with a note."""


@dataclass(frozen=True, slots=True)
class _Note:
    make: str
    model: str
    order: str
    data: bytes
    offset: int
    """Where it stands, from the TIFF header on."""


def columns(
    batch: HeaderBatch,
    structures: Segments,
    tags: tuple[str, ...] | None,
) -> tuple[HeaderBatch, dict[str, pa.Array], Problems]:
    """Read notes to columns of text.

    Parameters
    ----------
    batch : HeaderBatch
    structures : Segments
        TIFF structures.
    tags : tuple of str or None
        Names and patterns of columns; None for all that have a name.

    Returns
    -------
    batch : HeaderBatch
        With the bytes of the notes.
    columns : dict of str to pyarrow.Array
        ``MakerNote:`` and exifread's name.
    problems : Problems
        Notes and tags that could not be read.
    """
    cells: dict[str, dict[int, Any]] = {}
    notes: list[tuple[int, str]] = []
    batch, walk = _walk(batch, structures)
    for row, note in _notes(batch, structures, walk.entries):
        try:
            values, trouble = _read(note)
        except _UnreadableError as error:
            notes.append((row, f"MakerNote: {error}"))
            continue
        if trouble:
            notes.append((row, f"MakerNote: {trouble}"))
        for name, text in values.items():
            name = PREFIX + name
            if is_chosen(name, tags) and (tags is not None or UNNAMED not in name):
                cells.setdefault(name, {}).setdefault(row, text)
    texts = [text for _, text in notes]
    return batch, arrays(cells, len(batch.paths)), problems(ints([row for row, _ in notes]), texts)


# Where the notes are -----------------------------------------------------------------------------


def _walk(batch: HeaderBatch, structures: Segments) -> tuple[HeaderBatch, ifd.Walk]:
    """Walk the directories; read on where a note is not in the buffer."""
    walk = ifd.walk(batch, structures, KEEP)
    for _ in range(ROUNDS):
        needs = walk.needs.take(walk.needs.space < len(batch.paths))
        if not len(needs):
            break
        batch, _ = fetch.read_more(batch, needs, 0)
        walk = ifd.walk(batch, structures, KEEP)
    return batch, walk


def _notes(
    batch: HeaderBatch, structures: Segments, entries: ifd.Entries
) -> Iterator[tuple[int, _Note]]:
    """Yield the first note of each file that tells its maker."""
    texts: dict[tuple[int, int], str] = {}
    buffer = batch.buffer
    for i in (entries.directory == Directory.IFD0).nonzero()[0].tolist():
        at = int(entries.position[i])
        raw = buffer[at : at + min(int(entries.count[i]), MAX_TEXT)].tobytes()
        key = int(entries.row[i]), int(entries.tag[i])
        texts.setdefault(key, decode(raw.split(b"\0")[0]).strip())
    bounds = bounds_of(structures)
    seen = set()
    for i in (entries.tag == NOTE).nonzero()[0].tolist():
        row, block = int(entries.row[i]), int(entries.block[i])
        make, model = texts.get((row, MAKE), ""), texts.get((row, MODEL), "")
        count, place = int(entries.count[i]), int(entries.position[i])
        if row in seen or not make or count < MIN_NOTE:
            continue
        space, at = block >> KEY_SHIFT, block & ((1 << KEY_SHIFT) - 1)
        base = next(start for start, end in bounds[space] if start <= at < end)
        order = "M" if entries.big[i] else "I"
        offset = _pointer(batch, space, base, at, order, place)
        if offset is not None:
            seen.add(row)
            data = buffer[place : place + min(count, MAX_NOTE)].tobytes()
            yield row, _Note(make, model, order, data, offset)


def _pointer(
    batch: HeaderBatch, space: int, base: int, at: int, order: str, place: int
) -> int | None:
    """Return the offset that an Exif directory has for the note at a place in the buffer."""
    head = int(batch.locate(ints([space]), ints([at]), 2)[0])
    n = int.from_bytes(batch.buffer[head : head + 2].tobytes(), "big" if order == "M" else "little")
    for i in range(n):
        entry = int(batch.locate(ints([space]), ints([at + 2 + 12 * i]), 12)[0])
        if entry < 0:
            break
        tag, _, count, offset = struct.unpack_from(SIGN[order] + "HHII", batch.buffer.data, entry)
        if tag == NOTE and batch.locate(ints([space]), ints([base + offset]), count)[0] == place:
            return int(offset)
    return None


# Taking a note apart -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tag:
    id: int
    type: int
    count: int
    data: bytes


def _read(note: _Note) -> tuple[dict[str, str], str | None]:
    """Read a note; none of a maker that exifread does not know."""
    layout = next(
        (x for x in LAYOUTS if x.make.search(note.make) and x.signature.match(note.data)), None
    )
    if layout is None:
        return {}, None
    order = layout.order or note.order
    if order.startswith("@"):
        order = chr(note.data[int(order[1:])])
    elif not _end(note.data, layout.start, order):
        # Programs that turn a file's byte order round leave the note as it was.
        order = "I" if order == "M" else "M"
    tags, trouble = _take_apart(note, layout, order)
    return _name(note, layout, order, tags), trouble


def _take_apart(note: _Note, layout: Layout, order: str) -> tuple[list[_Tag], str | None]:
    """Return the tags of a note whose values lie in it, and what is wrong with the others."""
    data, sign = note.data, SIGN[order]
    begin, end = layout.start + 2, _end(data, layout.start, order)
    if not end:
        raise _UnreadableError("no directory where it should be")
    shift = note.offset if layout.base is None else -layout.base
    tags: list[_Tag] = []
    apart: list[_Tag] = []
    outside: list[_Tag] = []
    first = len(data)
    unknown = 0
    for at in range(begin, end, 12):
        tag, kind, count, offset = struct.unpack_from(sign + "HHII", data, at)
        if kind not in KNOWN_TYPES:
            unknown += 1
            continue
        length = count * int(TYPE_SIZE[kind])
        if not count:
            continue
        if length <= 4:
            tags.append(_Tag(tag, kind, count, data[at + 8 : at + 8 + length]))
            continue
        start = offset - shift
        first = min(first, start)
        if not end <= start <= len(data) - length:
            outside.append(_Tag(tag, kind, count, b""))
            continue
        apart.append(_Tag(tag, kind, count, data[start : start + length]))
    if 12 * unknown > (end - begin) // 2:
        raise _UnreadableError("no directory where it should be")
    # Who moves a note without its offsets leaves a gap: cameras write the first value right behind
    # the directory and the (often missing) link to a next one.
    if apart and layout.base is None and first - end not in GAPS:
        outside, apart = outside + apart, []
    lost = sum(_is_wanted(tag, layout) for tag in outside)
    if not lost:
        return tags + apart, None
    return tags + apart, f"left out {lost} values that do not lie where they should"


def _end(data: bytes, start: int, order: str) -> int:
    """Return where a directory ends; 0 where there can be none."""
    count = data[start : start + 2]
    n = int.from_bytes(count, "big" if order == "M" else "little")
    end = start + 2 + 12 * n
    return end if 0 < n <= MAX_TAGS and end <= len(data) else 0


# Through exifread --------------------------------------------------------------------------------


def _name(note: _Note, layout: Layout, order: str, tags: list[_Tag]) -> dict[str, str]:
    """Have exifread name tags and translate their values."""
    import exifread

    kept = [_cut(tag, layout) for tag in tags if _is_wanted(tag, layout)]
    log = logging.getLogger("exifread")
    was_disabled, log.disabled = log.disabled, True
    try:
        found = exifread.process_file(io.BytesIO(_image(note, layout, order, kept)), details=True)
    except Exception as error:
        raise _UnreadableError(f"exifread: {type(error).__name__}: {error}") from error
    finally:
        log.disabled = was_disabled
    misread = MISREAD.get(note.make, frozenset())
    values = {}
    for key, tag in found.items():
        if key.startswith("MakerNote "):
            name, text = key.removeprefix("MakerNote ").strip(), _text(tag)
            twice = name in IN_STEPS and "." in text
            if text not in MEANINGLESS and name != "Unknown" and name not in misread and not twice:
                values[name] = text
    return values


def _text(tag: Any) -> str:
    """Return the text of a value; exifread wraps real numbers in tuples."""
    values = tag.values
    if isinstance(values, list) and values and all(isinstance(v, tuple) for v in values):
        numbers = [f"{v[0]:.7g}" for v in values if v]
        return numbers[0] if len(numbers) == 1 else f"[{', '.join(numbers)}]"
    text = decode(values) if isinstance(values, bytes) else valid_text(str(tag))
    return text.split("\0")[0].strip()


def _cut(tag: _Tag, layout: Layout) -> _Tag:
    count = min(tag.count, layout.composite.get(tag.id, tag.count))
    return _Tag(tag.id, tag.type, count, tag.data[: count * len(tag.data) // tag.count])


def _is_wanted(tag: _Tag, layout: Layout) -> bool:
    """Say whether a tag is for people, and for exifread."""
    if tag.id in layout.withheld:
        return False
    if tag.id in layout.composite:
        return len(tag.data) <= MAX_COMPOSITE
    return tag.count <= MOST.get(tag.type, MAX_VALUES)


def _image(note: _Note, layout: Layout, order: str, tags: list[_Tag]) -> bytes:
    """Write a TIFF structure with a note that exifread reads as it is meant."""
    sign = SIGN[order]
    head = (b"MM\0\x2a" if order == "M" else b"II\x2a\0") + struct.pack(sign + "I", 8)
    make, model = note.make.encode() + b"\0", note.model.encode() + b"\0"
    at = len(head) + 2 + 3 * 12 + 4
    exif = at + len(make) + len(model)
    start = exif + 2 + 12 + 4
    fields = (
        (MAKE, ASCII, len(make), at),
        (MODEL, ASCII, len(model), at + len(make)),
        (EXIF_POINTER, 4, 1, exif),
    )
    ifd0 = struct.pack(sign + "H", 3)
    for (tag, kind, count, offset), text in zip(fields, (make, model, b""), strict=True):
        value = struct.pack(sign + "I", offset) if count > 4 or not text else text.ljust(4, b"\0")
        ifd0 += struct.pack(sign + "HHI", tag, kind, count) + value
    pointer = struct.pack(sign + "HHHIII", 1, NOTE, UNDEFINED, 16, start, 0)

    heap = start + len(layout.prefix) + 2 + 12 * len(tags) + 4
    base = 0 if layout.relative is None else start + layout.relative
    directory, values = struct.pack(sign + "H", len(tags)), b""
    for one in tags:
        directory += struct.pack(sign + "HHI", one.id, one.type, one.count)
        if len(one.data) <= 4:
            directory += one.data.ljust(4, b"\0")
        else:
            directory += struct.pack(sign + "I", heap + len(values) - base)
            values += one.data
    written = layout.prefix + directory + bytes(4) + values
    return head + ifd0 + bytes(4) + make + model + pointer + written.ljust(16, b"\0")
