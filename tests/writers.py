"""Small writers of TIFF structures and JPEG files, so that tests know every byte they read."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED = range(1, 8)
SSHORT, SLONG, SRATIONAL, FLOAT, DOUBLE = range(8, 13)
LONG8 = 16

CODES = {
    BYTE: "B", ASCII: "s", SHORT: "H", LONG: "L", RATIONAL: "LL", SBYTE: "b", UNDEFINED: "s",
    SSHORT: "h", SLONG: "l", SRATIONAL: "ll", FLOAT: "f", DOUBLE: "d", LONG8: "Q", 13: "L",
}  # fmt: skip

EXIF_POINTER, GPS_POINTER, INTEROP_POINTER = 0x8769, 0x8825, 0xA005


@dataclass
class Entry:
    """A tag to write; `raw` and `count` override what follows from the values."""

    tag: int
    kind: int
    values: Any = ()
    count: int | None = None
    raw: bytes | None = None
    offset: int | None = None

    def data(self, order: str) -> bytes:
        if self.raw is not None:
            return self.raw
        if isinstance(self.values, bytes):
            return self.values
        if isinstance(self.values, str):
            return self.values.encode() + b"\0"
        values = self.values if isinstance(self.values, Sequence) else (self.values,)
        flat = [x for v in values for x in (v if isinstance(v, tuple) else (v,))]
        code = CODES.get(self.kind, "B")
        return struct.pack(order + code * (len(flat) // len(code)), *flat)


@dataclass
class Tiff:
    """A TIFF structure: directories by name, written one after the other."""

    ifd0: list[Entry] = field(default_factory=list)
    exif: list[Entry] = field(default_factory=list)
    gps: list[Entry] = field(default_factory=list)
    interop: list[Entry] = field(default_factory=list)
    ifd1: list[Entry] = field(default_factory=list)
    big_endian: bool = False
    big_tiff: bool = False
    magic: int = 42
    padding: int = 0
    """Bytes between the header and the first directory."""

    def bytes(self) -> bytes:
        order = ">" if self.big_endian else "<"
        mark = b"MM" if self.big_endian else b"II"
        word = 8 if self.big_tiff else 4
        if self.big_tiff:
            header = mark + struct.pack(order + "HHHQ", 43, 8, 0, 16 + self.padding)
        else:
            header = mark + struct.pack(order + "HL", self.magic, 8 + self.padding)
        out = bytearray(header + bytes(self.padding))
        ifd0 = list(self.ifd0)
        for tag, entries in ((EXIF_POINTER, self.exif), (GPS_POINTER, self.gps)):
            if entries:
                ifd0.append(Entry(tag, LONG8 if self.big_tiff else LONG, 0))
        pointer = Entry(INTEROP_POINTER, LONG8 if self.big_tiff else LONG, 0)
        exif = [*self.exif, pointer] if self.interop else self.exif
        slots: dict[int, int] = {}
        self._directory(out, ifd0, order, word, slots)
        link = slots[-1]
        for tag, entries in (
            (EXIF_POINTER, exif),
            (GPS_POINTER, self.gps),
            (INTEROP_POINTER, self.interop),
        ):
            if entries:
                struct.pack_into(order + ("Q" if word == 8 else "L"), out, slots[tag], len(out))
                self._directory(out, entries, order, word, slots)
        if self.ifd1:
            struct.pack_into(order + ("Q" if word == 8 else "L"), out, link, len(out))
            self._directory(out, self.ifd1, order, word, slots)
        return bytes(out)

    def _directory(
        self, out: bytearray, entries: list[Entry], order: str, word: int, slots: dict[int, int]
    ) -> None:
        """Append a directory and its values; note where the values of pointers stand."""
        number = "Q" if word == 8 else "L"
        item = 4 + 2 * word
        start = len(out)
        heap = start + (8 if word == 8 else 2) + item * len(entries) + word
        body, values = bytearray(), bytearray()
        body += struct.pack(order + ("Q" if word == 8 else "H"), len(entries))
        for entry in entries:
            data = entry.data(order)
            size = struct.calcsize(order + CODES.get(entry.kind, "B"))
            count = len(data) // size if entry.count is None else entry.count
            body += struct.pack(order + "HH" + number, entry.tag, entry.kind, count)
            slots[entry.tag] = start + len(body)
            if entry.offset is not None:
                body += struct.pack(order + number, entry.offset)
            elif len(data) <= word:
                body += data.ljust(word, b"\0")
            else:
                body += struct.pack(order + number, heap + len(values))
                values += data + b"\0" * (len(data) % 2)
        slots[-1] = start + len(body)
        out += body + bytes(word) + values


def segment(marker: int, payload: bytes) -> bytes:
    """Write one marker segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def frame(width: int = 40, height: int = 30, marker: int = 0xC0) -> bytes:
    """Write a frame header."""
    return segment(marker, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")


SCAN = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\x34" + b"\xff\xd9"


def jpeg(*parts: bytes, size: tuple[int, int] = (40, 30)) -> bytes:
    """Write a JPEG: the segments given, a frame header, a scan."""
    return b"\xff\xd8" + b"".join(parts) + frame(*size) + SCAN


def exif(tiff: Tiff | bytes) -> bytes:
    """Write the APP1 segment of Exif."""
    return segment(0xE1, b"Exif\0\0" + (tiff if isinstance(tiff, bytes) else tiff.bytes()))


def write(folder: Path, **files: bytes) -> Path:
    """Write files, names with ``_`` for the dot before the extension, and return the folder."""
    for name, data in files.items():
        stem, _, extension = name.rpartition("_")
        (folder / f"{stem}.{extension}").write_bytes(data)
    return folder
