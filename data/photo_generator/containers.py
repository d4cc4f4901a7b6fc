"""Puts a picture and its metadata into a file: JPEG, TIFF, PNG or WebP."""

import dataclasses
import io
import struct
import zlib

from PIL import Image
from PIL.ExifTags import IFD, Base

from photo_generator.tiff import ByteOrder, Fields, Ifds, write_tiff

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encoded_jpeg(picture: Image.Image, quality: int) -> bytes:
    """Return a JPEG with fixed tables, so that its headers do not depend on what it shows."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling=2, optimize=False)
    return buffer.getvalue()


def thumbnail_of(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((120, 120), Image.Resampling.LANCZOS)
    return encoded_jpeg(small, 70)


def thumbnail_in(data: bytes) -> bytes:
    """Return the thumbnail of a JPEG that begins with an EXIF segment; empty without one."""
    if data[6:12] != b"Exif\0\0" or len(data) < 4 + int.from_bytes(data[4:6]):
        return b""
    with Image.open(io.BytesIO(data)) as picture:
        small = picture.getexif().get_ifd(IFD.IFD1)
    start = 12 + small.get(Base.JpegIFOffset, 0)
    return data[start : start + small.get(Base.JpegIFByteCount, 0)]


def jpeg(
    picture: Image.Image,
    ifds: Ifds | None,
    order: ByteOrder,
    thumbnail: bytes,
    xmp: bytes,
    iptc: bytes,
) -> bytes:
    """Return a JPEG; the EXIF takes the place of the JFIF segment, as in files from cameras."""
    plain = encoded_jpeg(picture, 80)
    if ifds is None:
        return plain
    small = thumbnail if ifds.thumbnail else b""
    segments = [(0xE1, b"Exif\0\0" + write_tiff(order, ifds, thumbnail=small))]
    if xmp:
        segments.append((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp))
    if iptc:
        segments.append((0xED, iptc))
    head = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
        for marker, payload in segments
    )
    jfif_end = 4 + int.from_bytes(plain[4:6])
    return plain[:2] + head + plain[jfif_end:]


def tiff(picture: Image.Image, ifds: Ifds, order: ByteOrder, strip_rows: int = 32) -> bytes:
    """Return an uncompressed TIFF of several strips."""
    width, height = picture.size
    samples = len(picture.getbands())
    pixels, step = picture.tobytes(), width * samples * strip_rows
    layout: Fields = {
        "ImageWidth": width,
        "ImageLength": height,
        "BitsPerSample": [8] * samples,
        "Compression": 1,
        "PhotometricInterpretation": 2 if samples == 3 else 1,
        "SamplesPerPixel": samples,
        "RowsPerStrip": strip_rows,
        "PlanarConfiguration": 1,
        "XResolution": (300, 1),
        "YResolution": (300, 1),
    }
    whole = dataclasses.replace(ifds, main=ifds.main | layout)
    strips = [pixels[i : i + step] for i in range(0, len(pixels), step)]
    return write_tiff(order, whole, strips=strips)


def png(picture: Image.Image, ifds: Ifds, order: ByteOrder, title: str) -> bytes:
    """Return a PNG with an eXIf chunk and an iTXt title before its pixels."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    plain = buffer.getvalue()
    header_end = len(PNG_SIGNATURE) + 25
    extra = b""
    for kind, payload in (
        (b"eXIf", write_tiff(order, ifds)),
        (b"iTXt", b"Title\0\0\0\0\0" + title.encode()),
    ):
        extra += struct.pack(">I", len(payload)) + kind + payload
        extra += struct.pack(">I", zlib.crc32(kind + payload))
    return plain[:header_end] + extra + plain[header_end:]


def webp(picture: Image.Image, ifds: Ifds, order: ByteOrder) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=78, exif=write_tiff(order, ifds))
    return buffer.getvalue()


def lasting_part(data: bytes) -> bytes:
    """Return what does not depend on the version of an image encoder: all but the pixels.

    That is a JPEG up to its scan, a TIFF up to its first strip, a PNG or WebP without image data.
    """
    if data.startswith(b"\xff\xd8"):
        at = 2
        while data[at : at + 1] == b"\xff" and data[at + 1] != 0xDA:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
        return data[:at]
    if data.startswith(PNG_SIGNATURE):
        kept, at = PNG_SIGNATURE, len(PNG_SIGNATURE)
        while at < len(data):
            end = at + 12 + int.from_bytes(data[at : at + 4])
            kept += data[at:end] if data[at + 4 : at + 8] != b"IDAT" else b""
            at = end
        return kept
    if data.startswith(b"RIFF"):
        kept, at = b"", 12
        while at < len(data):
            length = int.from_bytes(data[at + 4 : at + 8], "little")
            end = at + 8 + length + length % 2
            kept += data[at:end] if data[at : at + 4] != b"VP8 " else b""
            at = end
        return kept
    with Image.open(io.BytesIO(data)) as picture:
        assert hasattr(picture, "tag_v2")
        return data[: min(picture.tag_v2[273])]
