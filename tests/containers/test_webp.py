"""WebP: sizes of all three codings, and the chunks around the image."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PIL import Image

from imgframe.containers import webp
from imgframe.schema import Family
from tests.containers.finding import Found, find_in, find_in_files

TIFF = b"II*\0\x08\0\0\0\0\0\0\0\0\0"
XMP = b"<x:xmpmeta/>"
PROFILE = bytes(range(131))


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def riff(*chunks: bytes, size: int | None = None) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def vp8(width: int, height: int, length: int = 10) -> bytes:
    frame = b"\x50\xe5\0\x9d\x01\x2a" + struct.pack("<HH", width | 0x4000, height | 0x8000)
    return chunk(b"VP8 ", frame + bytes(length - 10))


def vp8l(width: int, height: int) -> bytes:
    return chunk(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14 | 1 << 28))


def vp8x(width: int, height: int) -> bytes:
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return chunk(b"VP8X", b"\x2c\0\0\0" + size)


def one(folder: Path, data: bytes) -> Found:
    return find_in(webp.find, folder, data)[0]


@pytest.mark.parametrize("size", [(1, 1), (320, 240), (16_383, 16_383)])
@pytest.mark.parametrize("image", [vp8, vp8l, vp8x])
def test_size(tmp_path: Path, image, size: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    found = one(tmp_path, riff(image(*size)))
    assert (found.size, found.errors, found.problems) == (size, [], [])


def test_the_canvas_counts_not_the_frame(tmp_path: Path) -> None:
    assert one(tmp_path, riff(vp8x(1 << 24, 70_000), vp8(3, 4))).size == (1 << 24, 70_000)


@pytest.mark.parametrize(
    "data",
    [
        riff(),
        riff(chunk(b"VP8 ", bytes(10))),
        riff(chunk(b"VP8L", bytes(5))),
        riff(chunk(b"VP8X", bytes(9))),
        riff(chunk(b"EXIF", TIFF)),
    ],
    ids=["nothing", "no key frame", "no mark", "short", "no image"],
)
def test_no_size(tmp_path: Path, data: bytes) -> None:
    found = one(tmp_path, data)
    assert (found.size, found.errors) == ((-1, -1), ["WebP: no image"])


@pytest.mark.parametrize("mark", [b"", b"Exif\0\0"])
@pytest.mark.parametrize("xmp", [b"XMP ", b"XMP\0"])
def test_metadata(tmp_path: Path, mark: bytes, xmp: bytes) -> None:
    data = riff(
        vp8x(5, 5),
        chunk(b"ICCP", PROFILE),
        vp8(5, 5, length=301),
        chunk(b"EXIF", mark + TIFF),
        chunk(xmp, XMP),
    )
    assert one(tmp_path, data).segments == [
        (Family.ICC, PROFILE), (Family.EXIF, TIFF), (Family.XMP, XMP),
    ]  # fmt: skip


def test_metadata_behind_a_large_image(tmp_path: Path) -> None:
    data = riff(vp8x(5, 5), vp8(5, 5, 900_000), chunk(b"EXIF", TIFF), chunk(b"XMP ", XMP))
    found = one(tmp_path, data)
    assert found.segments == [(Family.EXIF, TIFF), (Family.XMP, XMP)]
    assert (found.rounds, found.bytes_read < 140_000) == (1, True)


def test_nothing_is_read_behind_an_image_that_ends_the_file(tmp_path: Path) -> None:
    found = one(tmp_path, riff(vp8(5, 5, 900_001)))
    assert (found.size, found.rounds) == ((5, 5), 0)


def test_metadata_behind_many_frames(tmp_path: Path) -> None:
    frames = b"".join(chunk(b"ANMF", bytes(9_000 + 17 * i)) for i in range(400))
    data = riff(
        vp8x(5, 5), chunk(b"ANIM", bytes(6)), frames, chunk(b"EXIF", TIFF), chunk(b"XMP ", XMP)
    )
    found = one(tmp_path, data)
    assert found.segments == [(Family.EXIF, TIFF), (Family.XMP, XMP)]
    assert (found.rounds, found.unfinished) == (1, False)
    assert found.bytes_read < 150_000


@pytest.mark.parametrize("size", [0, 12, 1 << 31])
def test_the_length_in_the_header_may_lie(tmp_path: Path, size: int) -> None:
    found = one(tmp_path, riff(vp8x(5, 5), vp8(5, 5), chunk(b"EXIF", TIFF), size=size))
    assert (found.size, found.segments) == ((5, 5), [(Family.EXIF, TIFF)])


def test_what_pillow_writes(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    path = tmp_path / "pillow.webp"
    Image.new("RGB", (31, 17)).save(path, exif=exif, xmp=XMP, icc_profile=PROFILE, lossless=True)
    (found,) = find_in_files(webp.find, [path])
    assert (found.size, found.problems) == ((31, 17), [])
    assert found.of(Family.XMP) == [XMP]
    assert found.of(Family.ICC) == [PROFILE]
    assert found.of(Family.EXIF) == [exif.tobytes()[6:]]


def test_truncated_at_every_length(tmp_path: Path) -> None:
    whole = riff(vp8x(5, 5), chunk(b"ICCP", PROFILE), vp8(5, 5, 40), chunk(b"EXIF", TIFF))
    found = find_in(webp.find, tmp_path, *(whole[:n] for n in range(12, len(whole))))
    assert [f.size for f in found] == [
        (5, 5) if n >= 30 else (-1, -1) for n in range(12, len(whole))
    ]
