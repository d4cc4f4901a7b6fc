"""Small writers of boxes, and of HEIF files made of them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.writers import ASCII, LONG, Entry, Tiff

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF/></x:xmpmeta>'
TIFF = Tiff(ifd0=[Entry(0x010F, ASCII, "Canon"), Entry(0x0100, LONG, 7)], big_endian=True).bytes()
EXIF = b"\0\0\0\6Exif\0\0" + TIFF
PROFILE = b"\0\0\0\x88test" + bytes(range(128))


def box(kind: bytes, *parts: bytes, wide: bool = False, to_end: bool = False) -> bytes:
    """Write a box with a length of 32 bits, of 64, or none."""
    body = b"".join(parts)
    if wide:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", 0 if to_end else len(body) + 8, kind) + body


def full(kind: bytes, version: int, *parts: bytes, flags: int = 0) -> bytes:
    """Write a box with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def ftyp(major: bytes = b"heic", *compatible: bytes) -> bytes:
    return box(b"ftyp", major, bytes(4), *compatible)


def number(value: int, width: int) -> bytes:
    return value.to_bytes(width, "big")


def track(width: int, height: int, version: int = 0) -> bytes:
    """Write a track of this size, with an edit list before its header."""
    times = bytes(32 if version else 20)
    size = struct.pack(">II", width << 16, height << 16)
    header = full(b"tkhd", version, times, bytes(16), bytes(36), size)
    return box(b"trak", box(b"edts", bytes(4)), header)


@dataclass
class Item:
    """An item of a HEIF file."""

    id: int
    kind: bytes = b"hvc1"
    data: bytes | None = None
    """None for an item that has no location."""
    content: bytes = b""
    encoding: bytes = b""
    method: int = 0
    pieces: int = 1
    """Extents that the data stands in, with other bytes between them."""
    protection: int = 0
    elsewhere: int = 0
    extents: list[tuple[int, int, int]] | None = None
    """Index, offset and length of extents, instead of those that follow from the data."""
    properties: Sequence[int] = ()
    name: bytes = b""


def exif(id: int = 90, data: bytes | None = EXIF, **more: object) -> Item:
    return Item(id, b"Exif", data, **more)  # type: ignore[arg-type]


def xmp(id: int = 91, data: bytes = XMP, **more: object) -> Item:
    return Item(id, b"mime", data, content=b"application/rdf+xml", **more)  # type: ignore[arg-type]


def ispe(width: int, height: int) -> bytes:
    return full(b"ispe", 0, struct.pack(">II", width, height))


@dataclass
class Heif:
    """A HEIF file; `write` writes it."""

    items: list[Item] = field(default_factory=lambda: [Item(1, data=b"pixels", properties=[1])])
    primary: int | None = 1
    properties: list[bytes] = field(default_factory=lambda: [ispe(40, 30)])
    references: list[tuple[bytes, int, list[int]]] = field(default_factory=list)
    brands: tuple[bytes, ...] = (b"heic", b"mif1", b"heic")
    iloc: int = 1
    widths: tuple[int, int, int, int] = (4, 4, 0, 0)
    """Bytes of offsets, lengths, base offsets and extent indices in "iloc"."""
    infe: int = 2
    iref: int = 0
    ipma: int = 0
    wide_ipma: bool = False
    late: bool = False
    """Whether "meta" stands behind "mdat"."""
    wide: bool = False
    """Whether lengths of the outermost boxes have 64 bits."""
    open_end: bool = False
    """Whether the last box says that it reaches to the end."""
    before: bytes = b""
    """Boxes before the first item's data and "meta"."""
    bare_meta: bool = False

    def write(self) -> bytes:
        head = ftyp(*self.brands) + self.before
        data, places = self._data()
        room = len(self._meta(places))
        if self.late:
            places_at = len(head) + (16 if self.wide else 8)
        else:
            places_at = len(head) + room + (16 if self.wide else 8)
        at = {item: [(p + places_at, n) for p, n in runs] for item, runs in places.items()}
        meta = self._meta(at, to_end=self.open_end and self.late)
        mdat = box(b"mdat", data, wide=self.wide, to_end=self.open_end and not self.late)
        return head + (mdat + meta if self.late else meta + mdat)

    def _data(self) -> tuple[bytes, dict[int, list[tuple[int, int]]]]:
        """Put the data of items together; say where each stands."""
        out = bytearray()
        places: dict[int, list[tuple[int, int]]] = {}
        for item in self.items:
            if item.data is None or item.method:
                continue
            step = -(-len(item.data) // item.pieces)
            runs = []
            for i in range(item.pieces):
                part = item.data[i * step : (i + 1) * step]
                runs.append((len(out), len(part)))
                out += part + (b"between" if item.pieces > 1 else b"")
            places[item.id] = runs
        return bytes(out), places

    def _meta(self, places: dict[int, list[tuple[int, int]]], *, to_end: bool = False) -> bytes:
        idat = b""
        for item in self.items:
            if item.method == 1 and item.data is not None:
                places = {**places, item.id: [(len(idat), len(item.data))]}
                idat += item.data
        parts = [full(b"hdlr", 0, bytes(4), b"pict", bytes(13))]
        if self.primary is not None:
            late = self.primary > 0xFFFF
            parts.append(full(b"pitm", late, number(self.primary, 4 if late else 2)))
        parts += [self._iloc(places), self._iinf()]
        if self.references:
            parts.append(self._iref())
        if self.properties:
            ipco = box(b"ipco", *self.properties)
            parts.append(box(b"iprp", ipco, self._ipma()))
        if idat:
            parts.append(box(b"idat", idat))
        body = b"".join(parts)
        if not self.bare_meta:
            body = bytes(4) + body
        return box(b"meta", body, wide=self.wide, to_end=to_end)

    def _iloc(self, places: dict[int, list[tuple[int, int]]]) -> bytes:
        offset, length, base, index = self.widths
        index = index if self.iloc else 0
        wide = 4 if self.iloc == 2 else 2
        out = number(offset << 4 | length, 1) + number(base << 4 | index, 1)
        entries = [item for item in self.items if item.data is not None or item.extents]
        out += number(len(entries), wide)
        for item in entries:
            runs = item.extents or [(1, p, n) for p, n in places.get(item.id, [(0, 0)])]
            # With neither field there is nothing that could tell where an item stands.
            from_base = min(p for _, p, _ in runs) if base else 0
            out += number(item.id, wide)
            if self.iloc:
                out += number(item.method, 2)
            out += number(item.elsewhere, 2) + number(from_base, base) + number(len(runs), 2)
            for which, place, n in runs:
                out += number(which if index else 0, index) + number(place - from_base, offset)
                out += number(n if length else 0, length)
        return full(b"iloc", self.iloc, out)

    def _iinf(self) -> bytes:
        out = []
        for item in self.items:
            head = number(item.id, 4 if self.infe == 3 else 2) + number(item.protection, 2)
            if self.infe < 2:
                out.append(
                    full(b"infe", self.infe, head, item.name + b"\0", item.content + b"\0",
                         item.encoding + b"\0")
                )  # fmt: skip
                continue
            text = item.name + b"\0"
            if item.kind == b"mime":
                text += item.content + b"\0" + (item.encoding + b"\0" if item.encoding else b"")
            out.append(full(b"infe", self.infe, head, item.kind, text))
        late = len(out) > 0xFFFF
        return full(b"iinf", late, number(len(out), 4 if late else 2), *out)

    def _iref(self) -> bytes:
        width = 4 if self.iref else 2
        parts = [
            box(kind, number(source, width), number(len(targets), 2),
                *(number(target, width) for target in targets))
            for kind, source, targets in self.references
        ]  # fmt: skip
        return full(b"iref", self.iref, *parts)

    def _ipma(self) -> bytes:
        out = number(sum(1 for item in self.items if item.properties), 4)
        for item in self.items:
            if item.properties:
                out += number(item.id, 4 if self.ipma else 2) + number(len(item.properties), 1)
                for n, index in enumerate(item.properties):
                    essential = n % 2
                    if self.wide_ipma:
                        out += number(essential << 15 | index, 2)
                    else:
                        out += number(essential << 7 | index, 1)
        return full(b"ipma", self.ipma, out, flags=int(self.wide_ipma))
