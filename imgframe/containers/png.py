"""PNG, APNG, JNG and MNG: PNG specification, third edition (W3C 2025); MNG 1.0.

Text profiles (``Raw profile type ...``) are those that ImageMagick writes; the place of XMP is
that of the XMP specification, part 3, 1.1.5. Pixels are never read: see `_chunks`.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final

import numpy as np

from imgframe.batch import (
    NO_SEGMENTS,
    Flags,
    HeaderBatch,
    Ints,
    Located,
    Needs,
    Segments,
    ints,
    problems,
)
from imgframe.containers._chunks import PNG, Chunks, behind_pixels, kind, walk
from imgframe.kernels import starts_with, u32
from imgframe.schema import Family

SIGNATURE: Final = 8
HEADERS: Final = tuple(kind(name) for name in (b"IHDR", b"JHDR", b"MHDR"))
"""Chunks that begin with width and height."""
PIXELS: Final = (b"IDAT", b"fdAT", b"JDAT")
TEXT, PACKED, UTF8, PROFILE, EXIF, OLD_XMP = (
    kind(name) for name in (b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"tXMP")
)
METADATA: Final = (TEXT, PACKED, UTF8, PROFILE, EXIF, OLD_XMP)

KEYWORD: Final = 79
"""Bytes of the longest keyword."""
XMP_KEYWORD: Final = b"XML:com.adobe.xmp"
XMP_TEXT: Final = XMP_KEYWORD + b"\0"
"""How a text that is XMP begins."""
XMP_PLAIN: Final = XMP_KEYWORD + bytes(5)
"""How an international text that is XMP usually begins: not compressed, without a language."""
RAW: Final = b"Raw profile type "

MAX_INFLATED: Final = 16 << 20
"""Bytes that a profile, and all that is inflated of one file, may have."""
MAX_BATCH: Final = 512 << 20
"""Bytes that all of a batch may inflate to."""
CACHED: Final = 16 << 10
"""Chunks no longer than this are inflated once: most profiles of a collection are the same few."""

RAW_FAMILIES: Final = {
    b"exif": Family.EXIF,
    b"app1": Family.EXIF,
    b"icc": Family.ICC,
    b"icm": Family.ICC,
    b"iptc": Family.IPTC,
    b"8bim": Family.PHOTOSHOP,
    b"xmp": Family.XMP,
}
"""What a raw profile of each type is, unless its first bytes say otherwise."""
RAW_PREFIXES: Final = (
    (b"Exif\0\0", 6, Family.EXIF),
    (b"http://ns.adobe.com/xap/1.0/\0", 29, Family.XMP),
    (b"Photoshop 3.0\0", 14, Family.PHOTOSHOP),
    (b"8BIM", 0, Family.PHOTOSHOP),
)
"""First bytes of a raw profile, how many to leave out, what it is."""


class _UnreadableError(Exception):
    """What a chunk holds cannot be had; the message says why."""


def find(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the chunks of PNG and JNG files.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows that start with a signature of PNG or JNG.

    Returns
    -------
    Located
    """
    return _find(batch, rows, b"IEND")


def find_mng(batch: HeaderBatch, rows: Ints) -> Located:
    """Walk the chunks of MNG files, as `find` does; the images in them end before the file does."""
    return _find(batch, rows, b"MEND")


def _find(batch: HeaderBatch, rows: Ints, closing: bytes) -> Located:
    walked = walk(batch, rows, SIGNATURE, PNG, kind(closing))
    behind, unread = behind_pixels(batch, rows, walked, PNG, PIXELS, closing)
    chunks = Chunks.join([walked[0], behind])
    width, height = _size(batch, rows, chunks)
    direct, packed, unseen = _segments(batch, rows, chunks)
    unpacking = _Unpacking(batch)
    unpacked, missing = unpacking.run(rows, packed)
    needs = Needs.join([unread, unseen, missing])
    unsized = rows[width < 0]
    unsized = unsized[~np.isin(unsized, needs.space)]
    said = unpacking.complaints
    return Located(
        width,
        height,
        Segments.join([direct, unpacked]),
        needs,
        problems(ints([row for row, _ in said]), [text for _, text in said]),
        problems(unsized, "PNG: no image header"),
        tuple(unpacking.pieces),
    )


def _size(batch: HeaderBatch, rows: Ints, chunks: Chunks) -> tuple[Ints, Ints]:
    """Take width and height of the first header of each file."""
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    header = chunks.take(np.isin(chunks.kind, HEADERS) & (chunks.length >= 8))
    index, first = np.unique(header.index, return_index=True)
    place = batch.locate(rows[index], header.start[first], 8)
    index, place = index[place >= 0], place[place >= 0]
    wide, high = (u32(batch.buffer, place + at, big=True) for at in (0, 4))
    valid = (wide < 1 << 31) & (high < 1 << 31)
    width[index[valid]], height[index[valid]] = wide[valid], high[valid]
    return width, height


def _segments(batch: HeaderBatch, rows: Ints, chunks: Chunks) -> tuple[Segments, Chunks, Needs]:
    """Find the chunks that are segments as they stand, and those to be unpacked first."""
    # Of a TIFF structure that was cut off some values are whole, of a text none.
    chunks = chunks.take(
        np.isin(chunks.kind, METADATA)
        & (chunks.length > 0)
        & (chunks.whole | (chunks.kind == EXIF))
    )
    space = rows[chunks.index]
    look = np.minimum(chunks.length, len(XMP_PLAIN))
    place = batch.locate(space, chunks.start, look)
    seen = place >= 0
    needs = Needs(space[~seen], chunks.start[~seen], look[~seen])

    def begins(name: int, prefix: bytes) -> Flags:
        fits: Flags = seen & (chunks.kind == name) & (chunks.length > len(prefix))
        fits[fits] = starts_with(batch.buffer, place[fits], prefix)
        return fits

    packed = seen & (np.isin(chunks.kind, (PACKED, UTF8, PROFILE)) | begins(TEXT, RAW))
    skip = np.zeros_like(chunks.start)
    family = np.full(len(chunks), Family.PNG_TEXT)
    family[chunks.kind == OLD_XMP] = Family.XMP
    family[chunks.kind == EXIF] = Family.EXIF
    for name, prefix, holds in (
        (EXIF, b"Exif\0\0", Family.EXIF),
        (TEXT, XMP_TEXT, Family.XMP),
        (UTF8, XMP_PLAIN, Family.XMP),
    ):
        marked = begins(name, prefix)
        skip[marked], family[marked], packed[marked] = len(prefix), holds, False
    direct = seen & ~packed
    segments = Segments(space, family, space, chunks.start + skip, chunks.length - skip)
    return segments.take(direct), chunks.take(packed), needs


class _Unpacking:
    """Makes pieces of the chunks that are no segments as they stand."""

    def __init__(self, batch: HeaderBatch) -> None:
        self.batch = batch
        self.pieces: list[bytes] = []
        self.complaints: list[tuple[int, str]] = []
        self._inflated: dict[int, int] = {}
        """Bytes inflated so far of each row."""
        self._total = 0

    def run(self, rows: Ints, chunks: Chunks) -> tuple[Segments, Needs]:
        """Unpack the chunks whose bytes are there, ask for the rest."""
        long = chunks.take(chunks.length > MAX_INFLATED)
        self.complaints += [
            (row, f"PNG: chunk {_name(name)}: longer than 16 MiB")
            for row, name in zip(rows[long.index].tolist(), long.kind.tolist(), strict=True)
        ]
        chunks = chunks.take(chunks.length <= MAX_INFLATED)
        space, want = rows[chunks.index], chunks.length
        place = self.batch.locate(space, chunks.start, want)
        absent = place < 0
        found: list[tuple[int, int, int]] = []
        for row, name, at, length in zip(
            space[~absent].tolist(),
            chunks.kind[~absent].tolist(),
            place[~absent].tolist(),
            want[~absent].tolist(),
            strict=True,
        ):
            try:
                family, piece = self._unpack(
                    row, name, self.batch.buffer[at : at + length].tobytes()
                )
            except _UnreadableError as error:
                self.complaints.append((row, f"PNG: chunk {_name(name)}: {error}"))
                continue
            if piece:
                found.append((row, family, len(piece)))
                self.pieces.append(piece)
        needs = Needs(space[absent], chunks.start[absent], want[absent])
        if not found:
            return NO_SEGMENTS, needs
        row_of, family_of, length_of = (ints(column) for column in zip(*found, strict=True))
        spaces = -1 - np.arange(len(found))
        return Segments(row_of, family_of, spaces, np.zeros_like(row_of), length_of), needs

    def _unpack(self, row: int, name: int, data: bytes) -> tuple[Family, bytes]:
        """Tell what a chunk holds, and the bytes of it."""
        keyword, found, rest = data.partition(b"\0")
        if not found or len(keyword) > KEYWORD:
            raise _UnreadableError("no keyword")
        if name == PROFILE:
            return Family.ICC, self._inflate(row, rest[:1], rest[1:], "profile")
        head = keyword
        if name == UTF8:
            flags, parts = rest[:2], rest[2:].split(b"\0", 2)
            if len(flags) < 2 or len(parts) < 3:
                raise _UnreadableError("no text")
            language, _, text = parts
            head += b"\0" + language
            if flags[0]:
                text = self._inflate(row, flags[1:], text, "text")
        else:
            text = self._inflate(row, rest[:1], rest[1:], "text") if name == PACKED else rest
        if keyword == XMP_KEYWORD:
            return Family.XMP, text
        if keyword.startswith(RAW):
            return _raw_profile(keyword, text)
        if not text:
            return Family.PNG_TEXT, b""
        family = Family.PNG_UTF8 if name == UTF8 else Family.PNG_TEXT
        return family, head + b"\0" + text

    def _inflate(self, row: int, method: bytes, data: bytes, what: str) -> bytes:
        if method != b"\0":
            raise _UnreadableError("unknown compression")
        spent = self._inflated.get(row, 0)
        room = max(min(MAX_INFLATED - spent, MAX_BATCH - self._total), 0)
        inflated = _inflate_known(data) if len(data) <= CACHED else None
        if inflated is None:
            inflated = _inflate(data, room)
        self._total += len(inflated)
        self._inflated[row] = spent + len(inflated)
        if len(inflated) > room:
            raise _UnreadableError(f"inflated {what} longer than 16 MiB")
        return inflated


def _name(number: int) -> str:
    return number.to_bytes(4, "big").decode("ascii")


def _inflate(data: bytes, most: int) -> bytes:
    """Inflate, up to one byte more than allowed."""
    stream = zlib.decompressobj()
    try:
        inflated = stream.decompress(data, most + 1)
    except zlib.error:
        raise _UnreadableError("does not inflate") from None
    if len(inflated) <= most and not stream.eof:
        raise _UnreadableError("cut off")
    return inflated


@lru_cache(maxsize=64)
def _inflate_known(data: bytes) -> bytes | None:
    """Inflate what becomes no longer than a few times the cached bytes."""
    inflated = _inflate(data, 4 * CACHED)
    return inflated if len(inflated) <= 4 * CACHED else None


def _raw_profile(keyword: bytes, text: bytes) -> tuple[Family, bytes]:
    r"""Read a profile as ImageMagick writes it: ``\n``, name, ``\n``, length, ``\n``, digits."""
    family = RAW_FAMILIES.get(keyword[len(RAW) :].lower())
    if family is None:
        return Family.PNG_TEXT, b""
    digits = text.split(b"\n", 3)[-1] if text.startswith(b"\n") else b""
    try:
        data = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        data = b""
    if not data:
        raise _UnreadableError(f"{keyword.decode('ascii', 'replace')}: no hexadecimal digits")
    for prefix, skip, kind_of in RAW_PREFIXES:
        if data.startswith(prefix):
            return kind_of, data[skip:]
    return family, data
