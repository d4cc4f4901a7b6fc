"""What boxes and items hold: Exif behind a few bytes, XMP among other XML, compressed bytes."""

from __future__ import annotations

import zlib
from importlib import import_module
from typing import Final

import numpy as np

from imgframe.batch import Bytes, Flags, HeaderBatch, Ints, Needs, ints
from imgframe.kernels import u32

MAX_INFLATED: Final = 16 << 20
"""Bytes that compressed metadata may have when inflated."""

FIRST_READ: Final = 65_536
"""Bytes of an Exif block to ask for at once."""

TIFF_HEADER: Final = 8
LITTLE, BIG = (int.from_bytes(mark, "big") for mark in (b"II*\0", b"MM\0*"))


def tiff_headers(batch: HeaderBatch, space: Ints, start: Ints, length: Ints) -> tuple[Ints, Needs]:
    """Find the TIFF headers of Exif blocks as HEIF and JPEG XL have them.

    A block begins with four bytes that tell how many others stand before the header (ISO/IEC
    23008-12, A.2.1). Writers leave them out or mistake them; the header is where it is.

    Parameters
    ----------
    batch : HeaderBatch
    space, start, length : ndarray of int64, shape (n,)

    Returns
    -------
    headers : ndarray of int64, shape (n,)
        Offsets in the space; -1 where there is none, or where it is not yet known.
    needs : Needs
    """
    look = np.minimum(length, 32)
    place = batch.locate(space, start, look)
    absent = place < 0
    ask = np.minimum(length, FIRST_READ)
    needs = [Needs(space[absent], start[absent], ask[absent])]
    place = np.maximum(place, 0)
    before = 4 + u32(batch.buffer, place, big=True)
    told = ~absent & (before + TIFF_HEADER <= length)
    at = batch.locate(space, np.where(told, start + before, start), np.where(told, TIFF_HEADER, 0))
    beyond = told & (at < 0)
    needs.append(
        Needs(space[beyond], (start + before)[beyond], np.minimum(length - before, ask)[beyond])
    )
    header = np.where(told & ~beyond & _is_tiff(batch.buffer, np.maximum(at, 0)), before, -1)
    if (header < 0).any():
        # Behind "Exif\0\0" or not, behind the four bytes or without them.
        for offset in (4, 10, 0, 6):
            fits = (header < 0) & (offset + TIFF_HEADER <= length)
            header = np.where(fits & _is_tiff(batch.buffer, place + offset), offset, header)
        header = np.where((header < 0) & told, before, header)
        header[absent | beyond] = -1
    return np.where(header < 0, -1, start + header), Needs.join(needs)


def tiff_offset(block: bytes) -> int:
    """Find the TIFF header of one Exif block; -1 where there is none."""
    before = 4 + int.from_bytes(block[:4], "big")
    for offset in (before, 4, 10, 0, 6):
        if block[offset : offset + 4] in (b"II*\0", b"MM\0*"):
            return offset
    return before if before + TIFF_HEADER <= len(block) else -1


def _is_tiff(buffer: Bytes, place: Ints) -> Flags:
    mark = u32(buffer, place, big=True)
    fits: Flags = (mark == LITTLE) | (mark == BIG)
    return fits


def is_xmp(raw: bytes) -> bool:
    """Tell XMP from other XML by how it begins, in whatever encoding."""
    head = raw.replace(b"\0", b"")
    return any(mark in head for mark in (b"xmpmeta", b"xapmeta", b"rdf:RDF", b"<?xpacket"))


def read_bytes(batch: HeaderBatch, space: int, start: int, length: int) -> bytes | None:
    """Return bytes of a space, None where they are not all in the buffer."""
    place = int(batch.locate(ints([space]), ints([start]), length)[0])
    return None if place < 0 else batch.buffer[place : place + length].tobytes()


class InflateError(ValueError):
    """Compressed bytes cannot be inflated; says what is wrong with them."""


def inflate(raw: bytes) -> bytes:
    """Inflate bytes of zlib, gzip or bare deflate.

    Raises
    ------
    InflateError
        The bytes are damaged, or longer than `MAX_INFLATED` when inflated.
    """
    for window in (zlib.MAX_WBITS + 32, -zlib.MAX_WBITS):
        stream = zlib.decompressobj(window)
        try:
            data = stream.decompress(raw, MAX_INFLATED)
        except zlib.error:
            continue
        if not stream.eof:
            raise InflateError(_too_long(len(data)))
        return data
    raise InflateError("is compressed, and damaged")


def unbrotli(raw: bytes) -> bytes:
    """Inflate bytes of Brotli (RFC 7932).

    Raises
    ------
    InflateError
        As for `inflate`, or the package that can do it is not there.
    """
    try:
        brotli = import_module("brotli")
        stream = brotli.Decompressor()
        data: bytes = stream.process(raw, output_buffer_limit=MAX_INFLATED)
    except (ImportError, TypeError):  # Before 1.2 there was no such limit.
        raise InflateError("is compressed: pip install 'imgframe[brotli]' to read it") from None
    except brotli.error:
        raise InflateError("is compressed, and damaged") from None
    if not stream.is_finished():
        raise InflateError(_too_long(len(data)))
    return data


def _too_long(length: int) -> str:
    if length < MAX_INFLATED:
        return "is compressed, and cut short"
    return f"is longer than {MAX_INFLATED >> 20} MiB when inflated"
