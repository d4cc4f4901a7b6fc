"""A small writer of TIFF structures, which is what an EXIF block is.

Follows TIFF 6.0 and Exif 2.32. It exists so that byte order, field types and the place of every IFD
are ours to choose: cameras differ in all three. Fields go by their names in ``PIL.ExifTags``.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from PIL.ExifTags import GPS, Base, Interop

ByteOrder = Literal["<", ">"]
Rational = tuple[int, int]
Value = str | bytes | int | Rational | list[int] | list[Rational]
Fields = dict[str, Value]

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10

TAG_IDS = {tag.name: tag.value for enum in (Interop, GPS, Base) for tag in enum}

# The Python value tells the type of most fields; these are the others.
TYPES = {
    **dict.fromkeys(("GPSVersionID", "GPSAltitudeRef", "XPTitle", "XPKeywords"), BYTE),
    **dict.fromkeys(("ExifImageWidth", "ExifImageHeight", "ImageWidth", "ImageLength"), LONG),
    **dict.fromkeys(("StripOffsets", "StripByteCounts", "JpegIFOffset", "JpegIFByteCount"), LONG),
    **dict.fromkeys(("ExifOffset", "GPSInfo", "ExifInteroperabilityOffset"), LONG),
    **dict.fromkeys(("ShutterSpeedValue", "BrightnessValue", "ExposureBiasValue"), SRATIONAL),
}


@dataclass(frozen=True)
class Ifds:
    """The fields of each IFD; an empty one is not written."""

    main: Fields
    exif: Fields = field(default_factory=dict)
    interop: Fields = field(default_factory=dict)
    gps: Fields = field(default_factory=dict)
    thumbnail: Fields = field(default_factory=dict)


def encode_value(name: str, value: Value, order: ByteOrder) -> tuple[int, int, bytes]:
    """Return type, count and bytes of a field."""
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return ASCII, len(text), text
    if isinstance(value, bytes):
        return TYPES.get(name, UNDEFINED), len(value), value
    values = value if isinstance(value, list) else [value]
    if isinstance(values[0], tuple):
        kind, code = TYPES.get(name, RATIONAL), "2I"
        if kind == SRATIONAL:
            code = "2i"
        parts = [struct.pack(order + code, *pair) for pair in values if isinstance(pair, tuple)]
    else:
        kind = TYPES.get(name, SHORT)
        code = {BYTE: "B", SHORT: "H", LONG: "I"}[kind]
        parts = [struct.pack(order + code, number) for number in values]
    return kind, len(values), b"".join(parts)


def size_of(fields: Fields, order: ByteOrder) -> int:
    """Return how many bytes an IFD takes, with the values that do not fit in their entries."""
    outside = (len(encode_value(name, value, order)[2]) for name, value in fields.items())
    return 2 + 12 * len(fields) + 4 + sum(n + n % 2 for n in outside if n > 4)


def pack_ifd(fields: Fields, order: ByteOrder, start: int, following: int) -> bytes:
    """Return an IFD that begins at byte `start`; `following` is where the next one begins, or 0."""
    entries, values = [], b""
    data_start = start + 2 + 12 * len(fields) + 4
    for name in sorted(fields, key=TAG_IDS.__getitem__):
        kind, count, data = encode_value(name, fields[name], order)
        if len(data) > 4:
            inline = struct.pack(order + "I", data_start + len(values))
            values += data + b"\0" * (len(data) % 2)
        else:
            inline = data.ljust(4, b"\0")
        entries.append(struct.pack(order + "HHI", TAG_IDS[name], kind, count) + inline)
    head, tail = struct.pack(order + "H", len(entries)), struct.pack(order + "I", following)
    return head + b"".join(entries) + tail + values


def write_tiff(
    order: ByteOrder, ifds: Ifds, *, thumbnail: bytes = b"", strips: Sequence[bytes] = ()
) -> bytes:
    """Return a whole TIFF structure: header, IFDs, then the thumbnail or the strips of pixels."""
    blocks = [ifds.main, ifds.exif, ifds.interop, ifds.gps, ifds.thumbnail]
    main, exif, interop, gps, small = blocks = [dict(block) for block in blocks]
    # Placeholders first, because a pointer takes room too; the right offsets below.
    if exif:
        main["ExifOffset"] = 0
    if interop:
        exif["ExifInteroperabilityOffset"] = 0
    if gps:
        main["GPSInfo"] = 0
    if thumbnail:
        small |= {"JpegIFOffset": 0, "JpegIFByteCount": len(thumbnail)}
    else:
        small.clear()
    if strips:
        main |= {"StripOffsets": [0] * len(strips), "StripByteCounts": [*map(len, strips)]}

    starts, end = [], 8
    for block in blocks:
        starts.append(end)
        end += size_of(block, order) if block else 0

    if exif:
        main["ExifOffset"] = starts[1]
    if interop:
        exif["ExifInteroperabilityOffset"] = starts[2]
    if gps:
        main["GPSInfo"] = starts[3]
    if thumbnail:
        small["JpegIFOffset"] = end
    if strips:
        main["StripOffsets"] = [end + sum(map(len, strips[:i])) for i in range(len(strips))]

    result = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    for block, start in zip(blocks, starts, strict=True):
        following = starts[4] if small and block is main else 0
        result += pack_ifd(block, order, start, following) if block else b""
    return result + thumbnail + b"".join(strips)
