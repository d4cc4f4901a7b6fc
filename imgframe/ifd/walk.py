"""The walk through the directories of many files, level by level."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imgframe.batch import (
    KEY_SHIFT,
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    Columns,
    Flags,
    HeaderBatch,
    Ints,
    Needs,
    Problems,
    Segments,
    indices,
    ints,
    problems,
)
from imgframe.ifd.entries import (
    CHILDREN,
    NO_ENTRIES,
    POINTERS,
    START,
    Entries,
    Keep,
    Walk,
)
from imgframe.kernels import flags, spread, starts_run, u16, u32, u64
from imgframe.schema.exif import Directory, name_of
from imgframe.schema.families import Family
from imgframe.values import TYPE_SIZE, integers

MAX_VALUE: Final = 4 << 20
"""Bytes of a value that is read; a longer one is no metadata."""
MAX_ENTRIES: Final = 4_096
"""Entries of a directory that are looked at."""
MAX_DEPTH: Final = 4
"""IFD0, Exif, Interop; one more for directories in odd places."""
MAX_SUB: Final = 16
"""Directories that one pointer of a TIFF may lead to."""

MAGIC: Final = (42, 0x4F52, 0x5352, 0x55, 0x01BC)
"""Classic TIFF and the formats that are TIFF but for this number (ORF twice, RW2, JPEG XR)."""
BIG_MAGIC: Final = 43

_FIRST: Final = np.array([START.get(family, Directory.IFD0) for family in Family])
_IS_MAGIC: Final = flags(MAGIC, 1 << 16)
_IS_CHILD: Final = flags(CHILDREN, 1 << 16)
_IS_POINTER: Final = flags(POINTERS, 1 << 16)

FAR: Final = 1 << 43
"""Greater than any offset or count in a file; sums and products with it stay within int64."""


@dataclass(frozen=True, slots=True)
class _Directories(Columns):
    row: Ints
    space: Ints
    base: Ints
    """Where the TIFF header stands, which offsets count from."""
    end: Ints
    """Where the bytes of the segment end."""
    at: Ints
    """Where the directory starts."""
    directory: Ints
    big: Flags
    wide: Flags
    """BigTIFF: 8-byte counts and offsets."""


class _Findings:
    """Collects what the steps of a walk say."""

    def __init__(self) -> None:
        self.rows = [ints()]
        self.entries: list[Entries] = []
        self.segments: list[Segments] = []
        self.needs: list[Needs] = []
        self.problems: list[Problems] = []

    def need(self, space: Ints, offset: Ints, length: Ints) -> None:
        self.needs.append(Needs(space, offset, length))

    def complain(self, rows: Ints, texts: list[str] | str) -> None:
        if len(rows):
            self.problems.append(problems(rows, texts))

    def walk(self) -> Walk:
        return Walk(
            np.unique(np.concatenate(self.rows)),
            Entries.join([NO_ENTRIES, *self.entries]),
            Segments.join([NO_SEGMENTS, *self.segments]),
            Needs.join([NO_NEEDS, *self.needs]),
            Problems.join([NO_PROBLEMS, *self.problems]),
        )


def walk(batch: HeaderBatch, segments: Segments, keep: Keep) -> Walk:
    """Find the entries of the directories of TIFF structures.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Each starts with a TIFF header.
    keep : ndarray of bool, shape (len(Directory), 65536)
        The tags of each directory that are wanted, as `wanted` makes it.

    Returns
    -------
    Walk
        Entries of a file in the order of directories, IFD0 first; bytes that were needed and are
        not in the buffer; what was wrong.
    """
    found = _Findings()
    level = _headers(batch, segments, found)
    seen = ints()
    for _ in range(MAX_DEPTH):
        level, seen = _unseen(level, seen, found)
        if not len(level):
            break
        children = []
        for wide in (False, True):
            part = level.take(level.wide == wide)
            if len(part):
                children.append(_step(batch, part, keep, found, wide=wide))
        level = _Directories.join(children)
    return found.walk()


def _headers(batch: HeaderBatch, segments: Segments, found: _Findings) -> _Directories:
    """Read the TIFF headers: byte order, kind, where IFD0 is."""
    base, end = segments.start, segments.start + segments.length
    at = batch.locate(segments.space, base, np.minimum(segments.length, 16))
    missing = at < 0
    found.need(segments.space[missing], base[missing], np.minimum(segments.length, 16)[missing])
    buffer = batch.buffer
    at = np.maximum(at, 0)
    mark = u16(buffer, at, big=False)
    big = mark == 0x4D4D
    magic = u16(buffer, at + 2, big)
    wide = magic == BIG_MAGIC
    first = np.where(wide, u64(buffer, at + 8, big), u32(buffer, at + 4, big))
    good = (segments.length >= 8) & ((mark == 0x4949) | big) & (_IS_MAGIC[magic] | wide)
    found.complain(segments.row[~good & ~missing], "Exif: no TIFF header")
    level = _Directories(
        segments.row, segments.space, base, end, base + np.minimum(first, FAR),
        _FIRST[segments.family], big, wide,
    )  # fmt: skip
    return level.take(good & ~missing)


def _unseen(level: _Directories, seen: Ints, found: _Findings) -> tuple[_Directories, Ints]:
    """Leave out directories that lie outside, and those that have been walked: files hold loops."""
    inside = (level.at >= level.base + 8) & (level.at + 2 <= level.end)
    outside = level.take(~inside)
    found.complain(
        outside.row,
        [
            f"{Directory(d).label}: directory lies outside the data"
            for d in outside.directory.tolist()
        ],
    )
    level = level.take(inside)
    key = (level.space << KEY_SHIFT) + level.at
    order = np.argsort(np.concatenate([seen, key]), kind="stable")
    every = np.concatenate([seen, key])[order]
    fresh = np.empty(len(order), dtype=np.bool_)
    fresh[order] = starts_run(every)
    fresh = fresh[len(seen) :]
    again = level.take(~fresh)
    found.complain(
        again.row,
        [
            f"{Directory(d).label}: directory points back to one already read"
            for d in again.directory.tolist()
        ],
    )
    return level.take(fresh), np.concatenate([seen, key[fresh]])


def _step(
    batch: HeaderBatch, level: _Directories, keep: Keep, found: _Findings, *, wide: bool
) -> _Directories:
    """Read directories of one width; return those that they point to."""
    buffer = batch.buffer
    head, item = (8, 20) if wide else (2, 12)
    at = batch.locate(level.space, level.at, head)
    missing = at < 0
    found.need(level.space[missing], level.at[missing], np.full(int(missing.sum()), head))
    level, at = level.take(~missing), at[~missing]
    declared = u64(buffer, at, level.big) if wide else u16(buffer, at, level.big)
    room = (level.end - level.at - head) // item
    number = np.minimum(np.minimum(declared, room), MAX_ENTRIES)
    short = number < declared
    found.complain(
        level.row[short],
        [
            f"{Directory(d).label}: {n} entries declared, {m} read"
            for d, n, m in zip(
                level.directory[short].tolist(),
                declared[short].tolist(),
                number[short].tolist(),
                strict=True,
            )
        ],
    )
    at = batch.locate(level.space, level.at + head, number * item)
    missing = at < 0
    found.need(level.space[missing], (level.at + head)[missing], (number * item)[missing])
    level, at, number = level.take(~missing), at[~missing], number[~missing]
    short = short[~missing]

    found.rows.append(level.row)
    link = level.at + head + number * item
    entries, owner = _entries(batch, level, at, number, keep, found, wide=wide)
    found.entries.append(entries)
    return _Directories.join(
        [
            _children(batch, level, entries, owner),
            _following(batch, level.take(~short), link[~short], wide=wide),
        ]
    )


def _entries(
    batch: HeaderBatch,
    level: _Directories,
    at: Ints,
    number: Ints,
    keep: Keep,
    found: _Findings,
    *,
    wide: bool,
) -> tuple[Entries, Ints]:
    """Take directories apart into entries with values in the buffer; say whose each one is."""
    buffer = batch.buffer
    item, inline = (20, 8) if wide else (12, 4)
    owner = np.repeat(np.arange(len(number)), number)
    index, _ = spread(np.zeros(len(number), dtype=np.int64), number)
    position = at[owner] + item * index
    big = level.big[owner]
    tag = u16(buffer, position, big)
    chosen = indices(keep[level.directory[owner], tag])
    owner, position, big, tag = owner[chosen], position[chosen], big[chosen], tag[chosen]
    kind = np.minimum(u16(buffer, position + 2, big), len(TYPE_SIZE) - 1)
    number_at = u64 if wide else u32
    count = np.minimum(number_at(buffer, position + 4, big), FAR)

    unit = TYPE_SIZE[kind]
    length = count * unit
    slot = position + (item - inline)
    apart = length > inline
    start = level.base[owner] + np.minimum(number_at(buffer, slot, big), FAR)
    beyond = apart & (start + length > level.end[owner])
    child = apart & ~beyond & _IS_CHILD[tag] & (level.directory[owner] == Directory.IFD0)
    if child.any():
        family = ints([CHILDREN[t] for t in tag[child].tolist()])
        whose = owner[child]
        found.segments.append(
            Segments(level.row[whose], family, level.space[whose], start[child], length[child])
        )
    apart &= ~child
    bad = (count > 0) & ~child & ((unit == 0) | beyond | (length > MAX_VALUE))
    if bad.any():
        _complain_of_values(level.take(owner[bad]), tag[bad], kind[bad], beyond[bad], found)
    fetch = indices(apart & ~bad)
    slot[fetch] = batch.locate(level.space[owner[fetch]], start[fetch], length[fetch])
    absent = fetch[slot[fetch] < 0]
    found.need(level.space[owner[absent]], start[absent], length[absent])
    good = indices(~bad & ~child & (slot >= 0) & (count > 0))
    owner = owner[good]
    directory = level.directory[owner]
    block = (level.space << KEY_SHIFT) + level.at
    entries = Entries(
        level.row[owner],
        directory,
        tag[good],
        kind[good],
        count[good],
        slot[good],
        big[good],
        block[owner],
    )
    return entries, owner


def _complain_of_values(
    level: _Directories, tag: Ints, kind: Ints, beyond: Flags, found: _Findings
) -> None:
    texts = []
    for d, t, k, outside in zip(
        level.directory.tolist(), tag.tolist(), kind.tolist(), beyond.tolist(), strict=True
    ):
        what = (
            "value lies outside the data"
            if outside
            else f"value longer than {MAX_VALUE >> 20} MiB left out"
            if TYPE_SIZE[k]
            else "unknown type of value"
        )
        texts.append(f"{name_of(Directory(d), t)}: {what}")
    found.complain(level.row, texts)


def _children(
    batch: HeaderBatch, level: _Directories, entries: Entries, owner: Ints
) -> _Directories:
    """Follow the pointers to sub-directories."""
    pointers = indices(_IS_POINTER[entries.tag])
    entries, owner = entries.take(pointers), owner[pointers]
    parts = []
    for tag, (target, sources) in POINTERS.items():
        index = indices((entries.tag == tag) & _believed(entries.directory, sources))
        if not len(index):
            continue
        number = np.minimum(entries.count[index], MAX_SUB if target == Directory.SUB else 1)
        step, _ = spread(np.zeros(len(index), dtype=np.int64), number)
        index = np.repeat(index, number)
        kind, big = entries.type[index], entries.big[index]
        offset, exact = integers(
            batch.buffer, entries.position[index] + step * TYPE_SIZE[kind], kind, big
        )
        parent = level.take(owner[index])
        at = np.where(exact & (offset > 0), parent.base + np.minimum(offset, FAR), -1)
        parts.append(replace(parent, at=at, directory=np.full(len(at), target)))
    return _Directories.join(parts) if parts else level.take(ints())


def _believed(directory: Ints, sources: tuple[Directory, ...]) -> Flags:
    """Say which directories are among a few."""
    among: Flags = directory == int(sources[0])
    for source in sources[1:]:
        among |= directory == int(source)
    return among


def _following(batch: HeaderBatch, level: _Directories, link: Ints, *, wide: bool) -> _Directories:
    """Go from IFD0 to IFD1, where there is one; `link` is where the offset of IFD1 stands."""
    width = 8 if wide else 4
    has = (level.directory == Directory.IFD0) & (link + width <= level.end)
    level, link = level.take(has), link[has]
    at = batch.locate(level.space, link, width)
    there = at >= 0
    level, at = level.take(there), at[there]
    offset = (u64 if wide else u32)(batch.buffer, at, level.big)
    level = replace(
        level,
        at=level.base + np.minimum(offset, FAR),
        directory=np.full(len(level), Directory.IFD1),
    )
    return level.take(offset > 0)
