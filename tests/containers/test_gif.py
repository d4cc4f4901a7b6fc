"""GIF: the logical screen, and the extensions between images."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PIL import Image

from imgframe.containers import gif
from imgframe.schema import Family
from tests.containers.finding import Found, find_in, find_in_files

XMP = b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta/><?xpacket end='w'?>"
MAGIC = bytes([1, *range(255, -1, -1)])
PROFILE = bytes(range(256)) * 3


def blocks(data: bytes, size: int = 255) -> bytes:
    parts = [data[i : i + size] for i in range(0, len(data), size)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def image(length: int = 50, size: int = 255, *, table: bool = False) -> bytes:
    colours = b"\x81" + bytes(12) if table else b"\0"
    return b"," + bytes(8) + colours + b"\x02" + blocks(b"p" * length, size)


def comment(text: bytes) -> bytes:
    return b"!\xfe" + blocks(text)


def application(name: bytes, data: bytes) -> bytes:
    return b"!\xff\x0b" + name + data


def xmp(packet: bytes = XMP) -> bytes:
    return application(b"XMP DataXMP", packet + MAGIC + b"\0")


def whole(*parts: bytes, size: tuple[int, int] = (30, 20), colours: int = 0) -> bytes:
    flags = 0x80 | colours - 1 if colours else 0
    screen = struct.pack("<HHBBB", *size, flags, 0, 0) + bytes(3 << colours if colours else 0)
    return b"GIF89a" + screen + b"".join(parts) + b";"


def one(folder: Path, data: bytes) -> Found:
    return find_in(gif.find, folder, data)[0]


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (640, 480), (65_535, 65_535)])
def test_size(tmp_path: Path, size: tuple[int, int]) -> None:
    found = one(tmp_path, whole(image(), size=size))
    assert (found.size, found.segments, found.errors) == (size, [], [])


def test_no_size(tmp_path: Path) -> None:
    found = one(tmp_path, b"GIF89a\1\0\1")
    assert (found.size, found.errors) == ((-1, -1), ["GIF: no logical screen"])


@pytest.mark.parametrize("colours", [0, 1, 8])
def test_extensions(tmp_path: Path, colours: int) -> None:
    data = whole(
        application(b"NETSCAPE2.0", blocks(b"\1\0\0")),
        comment(b"one"),
        application(b"ICCRGBG1012", blocks(PROFILE)),
        b"!\xf9\x04\0\0\0\0\0",
        image(table=True),
        xmp(),
        image(3_000),
        comment(b"two " * 100),
        colours=colours,
    )
    found = one(tmp_path, data)
    assert found.segments == [
        (Family.COMMENT, b"one"),
        (Family.ICC, PROFILE),
        (Family.XMP, XMP),
        (Family.COMMENT, b"two " * 100),
    ]


@pytest.mark.parametrize("step", [255, 254, 100, 1])
def test_extensions_behind_long_images(tmp_path: Path, step: int) -> None:
    data = whole(image(120_000, step), xmp(), image(700_000, 255), comment(b"late"))
    found = one(tmp_path, data)
    assert found.segments == [(Family.XMP, XMP), (Family.COMMENT, b"late")]
    assert not found.unfinished


def test_a_profile_across_the_end_of_what_was_read(tmp_path: Path) -> None:
    for length in range(64_000, 66_000, 97):
        found = one(tmp_path, whole(image(length), application(b"ICCRGBG1012", blocks(PROFILE))))
        assert found.segments == [(Family.ICC, PROFILE)]


def test_xmp_in_blocks(tmp_path: Path) -> None:
    """Against the specification, but found."""
    found = one(tmp_path, whole(application(b"XMP DataXMP", blocks(XMP))))
    assert found.segments == [(Family.XMP, XMP)]


@pytest.mark.parametrize("packet", [b"\0", blocks(b" " * 128)])
def test_blank_xmp(tmp_path: Path, packet: bytes) -> None:
    assert one(tmp_path, whole(application(b"XMP DataXMP", packet))).segments == []


def test_nothing_is_taken_behind_the_trailer(tmp_path: Path) -> None:
    assert one(tmp_path, whole(image()) + comment(b"no")).segments == []


def test_no_end(tmp_path: Path) -> None:
    """A walk ends however long the file claims to be."""
    found = one(tmp_path, whole(b"!\xfe" + b"\1x" * 500_000))
    assert (found.size, found.segments) == ((30, 20), [])


def test_what_pillow_writes(tmp_path: Path) -> None:
    path = tmp_path / "pillow.gif"
    frames = [Image.new("L", (31, 17), value) for value in (0, 99, 200)]
    frames[0].save(path, save_all=True, append_images=frames[1:], comment=b"hello")
    (found,) = find_in_files(gif.find, [path])
    assert found.size == (31, 17)
    assert (Family.COMMENT, b"hello") in found.segments


def test_truncated_at_every_length(tmp_path: Path) -> None:
    data = whole(comment(b"one"), image(), xmp(), application(b"ICCRGBG1012", blocks(PROFILE)))
    found = find_in(gif.find, tmp_path, *(data[:n] for n in range(6, len(data))))
    assert all(f.size == ((30, 20) if n >= 13 else (-1, -1)) for n, f in enumerate(found, 6))
    for f in found:
        assert f.of(Family.COMMENT) in ([], [b"one"])
        assert f.of(Family.XMP) in ([], [XMP])
