"""What the box "meta" of HEIF files says of their items: ISO/IEC 14496-12, 8.11; 23008-12, 6.

Lists are followed in lockstep, the same entry of all files at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imgframe.batch import Bytes, Columns, Ints
from imgframe.containers._boxes import Boxes, box_places, boxes_at, code, inside
from imgframe.kernels import sliding, spread, u16, u32
from imgframe.schema import Family

HDLR = code(b"hdlr")
PITM, IINF, ILOC, IREF, IDAT = (code(k) for k in (b"pitm", b"iinf", b"iloc", b"iref", b"idat"))
EXIF, MIME = code(b"Exif"), code(b"mime")
EXIF_BYTES, MIME_BYTES = (int.from_bytes(kind, "little") for kind in (b"Exif", b"mime"))
DESCRIBES, DERIVED_FROM, MADE_OF = (code(k) for k in (b"cdsc", b"dimg", b"iloc"))

XMP_TYPE: Final = b"application/rdf+xml"

MAX_BLOCKS: Final = 256
"""Items of Exif and XMP of a file that are looked for."""
PLAIN, DEFLATED, BROTLI, UNREADABLE, LOCKED = range(5)
ENCODINGS: Final = {
    b"": PLAIN,
    b"deflate": DEFLATED,
    b"gzip": DEFLATED,
    b"zlib": DEFLATED,
    b"compress_zlib": DEFLATED,
    b"br": BROTLI,
}
"""How the bytes of an item are encoded: as in HTTP, and as libheif names it."""


@dataclass(frozen=True, slots=True)
class Blocks(Columns):
    """Items of metadata."""

    owner: Ints
    """Which of the files asked for it is of."""
    id: Ints
    """Number of the item."""
    family: Ints
    encoding: Ints


@dataclass(frozen=True, slots=True)
class References(Columns):
    """References from items to items."""

    owner: Ints
    kind: Ints
    source: Ints
    target: Ints


def read_parts(buffer: Bytes, owner: Ints, start: Ints, end: Ints) -> Boxes:
    """Walk what boxes "meta" hold; owners become numbers of files."""
    # QuickTime has no version and flags here.
    bare = u32(buffer, start + 4, big=True) == HDLR
    parts = inside(buffer, np.where(bare, start, start + 4), end)
    return replace(parts, owner=owner[parts.owner])


def read_primary(buffer: Bytes, parts: Boxes, n: int) -> Ints:
    """Read which item is the image itself; -1 where that is not told."""
    boxes = parts.first(PITM)
    boxes = boxes.take(boxes.end - boxes.start >= 6)
    late = (buffer[boxes.start] > 0) & (boxes.end - boxes.start >= 8)
    at = boxes.start + 4
    primary = np.full(n, -1)
    primary[boxes.owner] = np.where(late, u32(buffer, at, big=True), u16(buffer, at, big=True))
    return primary


def read_references(buffer: Bytes, parts: Boxes) -> References:
    """Read which items others describe, and what they are made of."""
    outer = parts.first(IREF)
    wide = buffer[outer.start] > 0
    boxes = inside(buffer, outer.start + 4, outer.end)
    boxes = boxes.take(np.isin(boxes.kind, (DESCRIBES, DERIVED_FROM, MADE_OF)))
    width = np.where(wide[boxes.owner], 4, 2)
    some = boxes.end - boxes.start >= width + 2
    boxes, width = boxes.take(some), width[some]
    room = (boxes.end - boxes.start - width - 2) // width
    count = np.minimum(u16(buffer, boxes.start + width, big=True), room)
    # Of the hundreds of tiles of an image one is enough.
    count = np.where(boxes.kind == DERIVED_FROM, np.minimum(count, 1), count)
    which, _ = spread(np.zeros(len(boxes), dtype=np.int64), count)
    box = np.repeat(np.arange(len(boxes)), count)

    def item(place: Ints) -> Ints:
        return np.where(width[box] == 4, u32(buffer, place, big=True), u16(buffer, place, big=True))

    start = boxes.start[box]
    target = item(start + width[box] + 2 + which * width[box])
    return References(outer.owner[boxes.owner[box]], boxes.kind[box], item(start), target)


def read_blocks(buffer: Bytes, parts: Boxes) -> tuple[Blocks, Ints]:
    """Find the items of Exif and XMP (8.11.6), and the files that have too many of them."""
    outer = parts.first(IINF)
    start = outer.start + np.where(buffer[outer.start] > 0, 8, 6)
    owner, index, at = box_places(buffer, start, outer.end)
    # Nearly all are tiles: leave them out by the bytes where an entry of version 2 has its type.
    kind = sliding(buffer, "<u4")[at + 16]
    some = (kind == EXIF_BYTES) | (kind == MIME_BYTES) | (buffer[at + 8] != 2)
    boxes = boxes_at(buffer, owner[some], index[some], at[some], outer.end)
    version, start, long = buffer[boxes.start], boxes.start, buffer[boxes.start] >= 3
    at = start + np.where(long, 10, 8)
    kind = u32(buffer, at, big=True)
    exif = (kind == EXIF) & (version >= 2)
    some = (exif | (kind == MIME) | (version < 2)) & (boxes.end - start >= 12)
    boxes, version, start, long, at, exif = (
        boxes.take(some), version[some], start[some], long[some], at[some], exif[some]
    )  # fmt: skip
    number = np.where(long, u32(buffer, start + 4, big=True), u16(buffer, start + 4, big=True))
    locked = u16(buffer, np.where(version >= 2, at - 2, start + 6), big=True) > 0
    family = np.full(len(boxes), -1)
    encoding = np.zeros(len(boxes), dtype=np.int64)
    family[exif] = Family.EXIF
    for i in np.flatnonzero(~exif).tolist():
        text = at[i] + 4 if version[i] >= 2 else start[i] + 8
        family[i], encoding[i] = _described(buffer[text : boxes.end[i]].tobytes())
    blocks = Blocks(outer.owner[boxes.owner], number, family, np.where(locked, LOCKED, encoding))
    blocks = blocks.take(family >= 0)
    blocks = blocks.take(np.argsort(blocks.owner, kind="stable"))
    order = nth(blocks.owner)
    return blocks.take(order < MAX_BLOCKS), np.unique(blocks.owner[order >= MAX_BLOCKS])


def _described(texts: bytes) -> tuple[int, int]:
    """Tell what an item is by its name, content type and content encoding."""
    _, content, encoding, *_ = [*texts.split(b"\0"), b"", b""]
    content = content.split(b";")[0].strip().lower()
    family = {XMP_TYPE: Family.XMP, b"exif": Family.EXIF}.get(content, -1)
    return family, ENCODINGS.get(encoding.strip().lower(), UNREADABLE)


def rank_blocks(blocks: Blocks, references: References, primary: Ints) -> Ints:
    """Tell what describes the image itself, or no image in particular, from what does not."""
    tells = references.take(references.kind == DESCRIBES)
    mine = tells.take(tells.target == primary[tells.owner])
    key = item_key(blocks.owner, blocks.id)
    other = np.isin(key, item_key(tells.owner, tells.source))
    return (other & ~np.isin(key, item_key(mine.owner, mine.source))).astype(np.int64)


def item_key(owner: Ints, item: Ints) -> Ints:
    return (owner << 32) + item


def nth(owner: Ints) -> Ints:
    """Count the elements of an owner before each one; those of an owner stand together."""
    return np.arange(len(owner)) - np.searchsorted(owner, owner)
