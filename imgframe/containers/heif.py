"""HEIF, HEIC and AVIF: ISO/IEC 23008-12; boxes and items of ISO/IEC 14496-12; AV1 image format 1.1.

The box "meta" tells all: which items there are, where they stand, which one is the image itself,
and how large that is. An image may be made of hundreds of tiles, each an item; lists of items are
followed in lockstep, the same entry of all files at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    Bytes,
    HeaderBatch,
    Ints,
    Located,
    Needs,
    Problems,
    Segments,
    ints,
    problems,
)
from imgframe.containers._blocks import (
    InflateError,
    inflate,
    tiff_headers,
    tiff_offset,
    unbrotli,
)
from imgframe.containers._boxes import Boxes, code, look_up, sized, track_sizes, walk
from imgframe.containers._items import (
    IN_FILE,
    IN_IDAT,
    MAX_ITEM,
    ItemMap,
    UnplacedError,
    place_items,
    read_locations,
)
from imgframe.containers._meta import (
    DEFLATED,
    DERIVED_FROM,
    IDAT,
    IINF,
    ILOC,
    IREF,
    LOCKED,
    MADE_OF,
    MAX_BLOCKS,
    PITM,
    PLAIN,
    UNREADABLE,
    Blocks,
    References,
    item_key,
    nth,
    rank_blocks,
    read_blocks,
    read_parts,
    read_primary,
    read_references,
)
from imgframe.containers._properties import COLR, IPRP, ISPE, Properties
from imgframe.kernels import SLACK, u32
from imgframe.schema import Family

META, MOOV = code(b"meta"), code(b"moov")
TOLD: Final = (PITM, IINF, ILOC, IREF, IPRP)
"""Boxes of "meta" that are looked into."""

UNREAD: Final = {LOCKED: "is protected", UNREADABLE: "is in an unknown encoding"}

TOO_LONG: Final = f"is left out: more than {MAX_ITEM >> 20} MiB would have to be joined"

MIN_META: Final = 12
MAX_META: Final = 4 << 20
"""Bytes of a box "meta" that is read whole: that of 65,000 tiles is shorter."""
MAX_JOINED: Final = 32
"""Items of metadata of a file that are joined or inflated."""


class _Findings:
    """Collects what is found of the files asked for."""

    def __init__(self, rows: Ints) -> None:
        self.rows = rows
        self.segments: list[Segments] = [NO_SEGMENTS]
        self.ranks: list[Ints] = [ints()]
        self.needs: list[Needs] = [NO_NEEDS]
        self.problems: list[Problems] = [NO_PROBLEMS]
        self.pieces: list[bytes] = []
        self.joined: dict[int, int] = {}
        """Bytes of the pieces of a file."""

    def complain(self, owner: Ints, texts: list[str] | str) -> None:
        if len(owner):
            if isinstance(texts, str):
                texts = [texts] * len(owner)
            self.problems.append(problems(self.rows[owner], [f"HEIF: {text}" for text in texts]))

    def complain_of(self, blocks: Blocks, text: str) -> None:
        names = [Family(f).name.replace("EXIF", "Exif") for f in blocks.family.tolist()]
        self.complain(blocks.owner, [f"{name} item {text}" for name in names])

    def add(self, blocks: Blocks, rank: Ints, space: Ints, start: Ints, length: Ints) -> None:
        self.segments.append(Segments(self.rows[blocks.owner], blocks.family, space, start, length))
        self.ranks.append(rank)


@dataclass(frozen=True, slots=True)
class _Metas:
    """The boxes "meta" of files, copied to stand close together.

    They are read at thousands of places each, and in the large buffer of a batch every one of
    those reads would miss the caches.
    """

    buffer: Bytes
    owner: Ints
    """Files that have one."""
    parts: Boxes
    """What they hold; owners are files."""
    begin: Ints
    """Places where the runs of bytes begin that were copied."""
    shift: Ints
    """What makes places in a run offsets in the file."""
    idat: Ints
    """Offsets of the beginning and the end of what "idat" holds, shape (2, n)."""
    primary: Ints
    """Which item is the image itself, of each file; -1 where that is not told."""
    references: References

    def offset(self, place: Ints) -> Ints:
        """Return the offsets in files of places in this buffer."""
        return place + self.shift[np.searchsorted(self.begin, place, side="right") - 1]


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Read the box "meta" of HEIF files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that are HEIF or AVIF by their brands.

    Returns
    -------
    Located
    """
    found = _Findings(rows)
    top = walk(batch, rows, np.zeros_like(rows), batch.sizes[rows], until=(META,))
    found.needs.append(top.needs)
    found.problems.append(top.problems(rows, "HEIF"))
    metas = _read_metas(batch, top.boxes.first(META), found)
    blocks, crowded = read_blocks(metas.buffer, metas.parts)
    found.complain(crowded, f"more than {MAX_BLOCKS} items of metadata")
    if len(blocks):
        _place(batch, metas, blocks, found)
    width, height = _describe(metas, found)

    movies = top.boxes.first(MOOV)
    movies = movies.take(~np.isin(movies.owner, top.boxes.of(META).owner))
    if len(movies):
        across, down, needs = track_sizes(batch, rows, movies)
        width, height = np.where(width < 0, across, width), np.where(width < 0, down, height)
        found.needs.append(needs)
    return _located(rows, width, height, np.union1d(metas.owner, movies.owner), found)


def _read_metas(batch: HeaderBatch, boxes: Boxes, found: _Findings) -> _Metas:
    """Bring the boxes "meta" together, as far as they are in the buffer."""
    n = len(found.rows)
    boxes = boxes.take(boxes.end - boxes.start >= MIN_META)
    long = boxes.end - boxes.start > MAX_META
    # A long one holds pixels; what tells of them is read without them.
    inner = walk(batch, found.rows[boxes.owner[long]], boxes.start[long] + 4, boxes.end[long])
    kept = inner.boxes.take(np.isin(inner.boxes.kind, (*TOLD, IDAT)))
    kept = replace(kept, owner=boxes.owner[long][kept.owner])
    runs = Boxes.join([boxes.take(~long), kept.take(kept.kind != IDAT)])
    space, length = found.rows[runs.owner], np.minimum(runs.end - runs.start, MAX_META)
    place = batch.locate(space, runs.start, length)
    absent = place < 0
    found.needs += [inner.needs, Needs(space[absent], runs.start[absent], length[absent])]
    runs, place, length = runs.take(~absent), place[~absent], length[~absent]

    view = memoryview(batch.buffer.data)
    ends = (place + length).tolist()
    pieces = [view[i:j] for i, j in zip(place.tolist(), ends, strict=True)]
    buffer = np.frombuffer(b"".join([*pieces, bytes(SLACK)]), dtype=np.uint8)
    end = np.cumsum(length)
    start = end - length
    whole = runs.kind == META
    parts = read_parts(buffer, runs.owner[whole], start[whole], end[whole])
    near, far = parts.first(IDAT), kept.first(IDAT)
    parts = Boxes.join([parts, replace(runs, start=start, end=end).take(~whole)])
    metas = _Metas(
        buffer,
        runs.owner,
        parts,
        start,
        runs.start - start,
        np.zeros((2, n), dtype=np.int64),
        read_primary(buffer, parts, n),
        read_references(buffer, parts),
    )
    first = metas.offset(near.start)
    metas.idat[:, near.owner] = first, first + near.end - near.start
    metas.idat[:, far.owner] = far.start, far.end
    return metas


def _located(rows: Ints, width: Ints, height: Ints, whole: Ints, found: _Findings) -> Located:
    """Put together what was found; `whole` are the files whose description was there."""
    needs = Needs.join(found.needs)
    settled = ~np.isin(rows, needs.space)
    silent = settled.copy()
    silent[whole] = False
    unsized = settled & ~silent & (width < 0)
    found.complain(np.flatnonzero(unsized), "the image has no size")
    segments, rank = Segments.join(found.segments), np.concatenate(found.ranks)
    exif = segments.family == Family.EXIF
    # What describes another image of the file is no description of this one.
    own = np.isin(segments.row, segments.row[exif & (rank == 0)])
    order = np.argsort(rank, kind="stable")
    order = order[~(exif & own & (rank > 0))[order]]
    return Located(
        width,
        height,
        segments.take(order),
        needs,
        Problems.join(found.problems),
        problems(rows[silent], "HEIF: no box tells what is in the file"),
        tuple(found.pieces),
    )


def _place(batch: HeaderBatch, metas: _Metas, blocks: Blocks, found: _Findings) -> None:
    """Find the bytes of items."""
    buffer, n, idat = metas.buffer, len(found.rows), metas.idat
    references = metas.references
    ranks = rank_blocks(blocks, references, metas.primary)
    lowest, highest = np.full(n, 1 << 32), np.full(n, -1)
    np.minimum.at(lowest, blocks.owner, blocks.id)
    np.maximum.at(highest, blocks.owner, blocks.id)
    composed = references.take(references.kind == MADE_OF)
    lowest[composed.owner], highest[composed.owner] = 0, 1 << 32
    locations, layouts = read_locations(buffer, metas.parts.first(ILOC), lowest, highest)
    locations = locations.take(np.argsort(item_key(locations.owner, locations.id), kind="stable"))
    known, wanted = item_key(locations.owner, locations.id), item_key(blocks.owner, blocks.id)
    entry, has = look_up(known, wanted)
    found.complain_of(blocks.take(~has), "has no place in the file")
    blocks, ranks, entry = blocks.take(has), ranks[has], entry[has]
    placed = place_items(buffer, locations.take(entry), layouts)

    within = placed.method == IN_IDAT
    base = np.where(within, idat[0, blocks.owner], 0)
    limit = np.where(within, idat[1, blocks.owner], batch.sizes[found.rows[blocks.owner]])
    simple = (placed.count == 1) & (placed.elsewhere == 0) & (blocks.encoding == PLAIN)
    simple &= within | (placed.method == IN_FILE)
    start = base + placed.start
    outside = simple & (start >= limit)
    found.complain_of(blocks.take(outside), "lies outside the file")
    length = np.where(placed.length == 0, limit - start, np.minimum(placed.length, limit - start))
    cut = simple & ~outside & (length < placed.length)
    found.complain_of(blocks.take(cut), "is cut short")
    good = simple & ~outside
    _add(batch, blocks.take(good), ranks[good], start[good], length[good], found)

    maps: dict[int, ItemMap] = {}
    rest = np.flatnonzero(~simple)
    few = nth(blocks.owner[rest]) < MAX_JOINED
    found.complain_of(blocks.take(rest[~few]), "is left out: too many are to be joined")
    for i in rest[few].tolist():
        owner = int(blocks.owner[i])
        if owner not in maps:
            mine = references.take((references.owner == owner) & (references.kind == MADE_OF))
            sources: dict[int, list[int]] = {}
            for item, source in zip(mine.source.tolist(), mine.target.tolist(), strict=True):
                sources.setdefault(item, []).append(source)
            maps[owner] = ItemMap(
                buffer,
                locations.take(locations.owner == owner),
                layouts,
                int(batch.sizes[found.rows[owner]]),
                (int(idat[0, owner]), int(idat[1, owner] - idat[0, owner])),
                sources,
            )
        _join(batch, blocks.take(ints([i])), ranks[i : i + 1], maps[owner], found)


def _add(
    batch: HeaderBatch, blocks: Blocks, ranks: Ints, start: Ints, length: Ints, found: _Findings
) -> None:
    """Add items that stand in files as one run of bytes."""
    space = found.rows[blocks.owner]
    exif = blocks.family == Family.EXIF
    header, needs = tiff_headers(batch, space[exif], start[exif], length[exif])
    found.needs.append(needs)
    end = start + length
    start = start.copy()
    start[exif] = header
    lost = start < 0
    lost &= ~np.isin(space, needs.space)
    found.complain_of(blocks.take(lost), "has no TIFF header")
    there = start >= 0
    found.add(blocks.take(there), ranks[there], space[there], start[there], (end - start)[there])


def _join(batch: HeaderBatch, block: Blocks, rank: Ints, items: ItemMap, found: _Findings) -> None:
    """Add an item whose bytes must be joined or inflated."""
    owner = int(block.owner[0])
    room = MAX_ITEM - found.joined.get(owner, 0)
    try:
        data = _read_item(batch, int(found.rows[owner]), block, items, room, found)
    except (UnplacedError, InflateError) as error:
        found.complain_of(block, str(error))
        return
    if data is None:
        return
    found.joined[owner] = MAX_ITEM - room + len(data)
    start = tiff_offset(data) if block.family[0] == Family.EXIF else 0
    if start < 0:
        found.complain_of(block, "has no TIFF header")
        return
    found.pieces.append(data)
    found.add(block, rank, ints([-len(found.pieces)]), ints([start]), ints([len(data) - start]))


def _read_item(
    batch: HeaderBatch, row: int, block: Blocks, items: ItemMap, room: int, found: _Findings
) -> bytes | None:
    """Join and inflate the bytes of an item, no more than there is room for; None if not there."""
    encoding = int(block.encoding[0])
    if encoding in UNREAD:
        raise UnplacedError(UNREAD[encoding])
    runs = items.runs(int(block.id[0]))
    if sum(length for _, length in runs) > room:
        raise UnplacedError(TOO_LONG)
    offset, length = ints([run[0] for run in runs]), ints([run[1] for run in runs])
    place = batch.locate(np.full(len(runs), row), offset, length)
    if (place < 0).any():
        absent = place < 0
        space = np.full(int(absent.sum()), row)
        found.needs.append(Needs(space, offset[absent], length[absent]))
        return None
    parts = [batch.buffer[i : i + n] for i, n in zip(place.tolist(), length.tolist(), strict=True)]
    data = b"".join(part.tobytes() for part in parts)
    if encoding != PLAIN:
        data = inflate(data) if encoding == DEFLATED else unbrotli(data)
    if not 0 < len(data) <= room:
        raise UnplacedError(TOO_LONG if data else "is empty")
    return data


def _describe(metas: _Metas, found: _Findings) -> tuple[Ints, Ints]:
    """Read the size and the colour profile of the image itself."""
    buffer, primary, references = metas.buffer, metas.primary, metas.references
    n = len(primary)
    made = references.take(
        (references.kind == DERIVED_FROM) & (references.source == primary[references.owner])
    )
    # An image made of tiles may have its profile in them.
    tile = np.full(n, -1)
    tile[made.owner[::-1]] = made.target[::-1]
    properties = Properties.read(buffer, metas.parts, primary, tile)
    mine = properties.of(primary)
    sizes = mine.first(ISPE)
    width, height = np.full(n, -1), np.full(n, -1)
    width[sizes.owner] = u32(buffer, sizes.start + 4, big=True)
    height[sizes.owner] = u32(buffer, sizes.start + 8, big=True)

    profiles = mine.first(COLR)
    tile[profiles.owner] = -1
    if (tile >= 0).any():
        profiles = Boxes.join([profiles, properties.of(tile).first(COLR)])
    row = found.rows[profiles.owner]
    start = profiles.start + 4
    blocks = Blocks(profiles.owner, row, np.full(len(row), Family.ICC), np.zeros_like(row))
    found.add(blocks, np.zeros_like(row), row, metas.offset(start), profiles.end - start)
    return sized(width, height)
