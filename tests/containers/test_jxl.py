"""JPEG XL: the size header bit by bit, and the boxes around it."""

from __future__ import annotations

import random
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgframe.containers import jxl
from imgframe.schema import Family
from tests.containers.boxes import EXIF, TIFF, XMP, box
from tests.containers.finding import Found, find_in

SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")
RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
BITS = (9, 13, 18, 30)


def codestream(
    width: int, height: int, ratio: int = 0, small: bool = False, code: int = -1
) -> bytes:
    """Write a size header; `code` chooses how many bits a side has."""
    value, at = 0, 0

    def put(number: int, bits: int) -> None:
        nonlocal value, at
        value |= number << at
        at += bits

    def side(length: int) -> None:
        if small:
            put(length // 8 - 1, 5)
            return
        which = code if code >= 0 else next(i for i, n in enumerate(BITS) if length <= 1 << n)
        put(which, 2)
        put(length - 1, BITS[which])

    put(int(small), 1)
    side(height)
    put(ratio, 3)
    if not ratio:
        side(width)
    return b"\xff\x0a" + value.to_bytes(-(-at // 8), "little")


def one(folder: Path, data: bytes) -> Found:
    return find_in(jxl.find, folder, data)[0]


def boxed(*boxes: bytes) -> bytes:
    return SIGNATURE + b"".join(boxes)


IMAGE = box(b"jxlc", codestream(640, 480), bytes(50))


@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(width=st.integers(1, 1 << 30), height=st.integers(1, 1 << 30))
def test_any_size(tmp_path: Path, width: int, height: int) -> None:
    """The last bytes of the header are the last of the file."""
    assert one(tmp_path, codestream(width, height)).size == (width, height)


@pytest.mark.parametrize("code", range(4))
@pytest.mark.parametrize("ratio", range(1, 8))
def test_sizes_by_ratio(tmp_path: Path, code: int, ratio: int) -> None:
    height = 500
    over, under = RATIOS[ratio - 1]
    found = one(tmp_path, codestream(1, height, ratio, code=code))
    assert found.size == (height * over // under, height)


@pytest.mark.parametrize("ratio", [0, 1, 5])
def test_small_sizes(tmp_path: Path, ratio: int) -> None:
    found = one(tmp_path, codestream(256, 144, ratio, small=True) + bytes(9))
    assert found.size == ((256, 144) if ratio != 1 else (144, 144))


def test_a_size_header_that_is_cut(tmp_path: Path) -> None:
    whole = codestream(1 << 30, 1 << 30)
    found = find_in(jxl.find, tmp_path, *(whole[:n] for n in range(2, len(whole) + 1)))
    assert [f.size for f in found[:-1]] == [(-1, -1)] * (len(found) - 1)
    assert all(f.errors == ["JPEG XL: no image header"] for f in found[:-1])
    assert found[-1].size == (1 << 30, 1 << 30)


@pytest.mark.parametrize(
    "boxes",
    [
        (IMAGE, box(b"Exif", EXIF), box(b"xml ", XMP)),
        (box(b"Exif", EXIF), box(b"xml ", XMP), IMAGE),
        (box(b"jxll", b"\x0a"), box(b"jumb", b"what"), box(b"Exif", b"\0\0\0\0" + TIFF),
         box(b"jbrd", bytes(80_000)), box(b"xml ", b'<?xml version="1.0"?><a/>'),
         box(b"xml ", XMP), box(b"jxlp", bytes(4), codestream(640, 480)),
         box(b"jxlp", b"\x80\0\0\1", bytes(99))),
        (box(b"xml ", XMP, wide=True), box(b"Exif", EXIF),
         box(b"jxlc", codestream(640, 480), bytes(90_000), to_end=True)),
        (IMAGE, box(b"free", bytes(300_000)), box(b"Exif", EXIF), box(b"xml ", XMP, to_end=True)),
    ],
    ids=["behind", "before", "parts", "wide", "far"],
)  # fmt: skip
def test_metadata_in_boxes(tmp_path: Path, boxes: tuple[bytes, ...]) -> None:
    found = one(tmp_path, boxed(*boxes))
    assert (found.size, found.problems, found.errors) == ((640, 480), [], [])
    assert (found.of(Family.EXIF), found.of(Family.XMP)) == ([TIFF], [XMP])


def test_other_codestreams_do_not_count(tmp_path: Path) -> None:
    parts = [box(b"jxlp", struct.pack(">I", n), codestream(640 + n, 480)) for n in range(3)]
    assert one(tmp_path, boxed(*parts)).size == (640, 480)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (boxed(box(b"jxlc", b"no codestream")), ["JPEG XL: no image header"]),
        (boxed(), ["JPEG XL: no image header"]),
        (boxed(box(b"jxlc")), ["JPEG XL: no image header"]),
        (b"\xff\x0a", ["JPEG XL: no image header"]),
    ],
)
def test_no_image(tmp_path: Path, data: bytes, error: list[str]) -> None:
    found = one(tmp_path, data)
    assert (found.size, found.errors) == ((-1, -1), error)


def test_exif_that_is_none(tmp_path: Path) -> None:
    found = one(tmp_path, boxed(IMAGE, box(b"Exif", b"\0\1\0\0xx"), box(b"Exif")))
    assert (found.segments, found.size) == ([], (640, 480))
    assert found.problems == ["JPEG XL: Exif box has no TIFF header"]


@pytest.mark.parametrize("kind", [b"Exif", b"EXIF"])
def test_compressed_metadata(tmp_path: Path, kind: bytes) -> None:
    brotli = pytest.importorskip("brotli")
    boxes = (
        box(b"brob", kind, brotli.compress(EXIF)),
        box(b"brob", b"xml ", brotli.compress(XMP)),
        box(b"brob", b"xml ", brotli.compress(b"<a/>")),
        box(b"brob", b"jumb", b"not looked at"),
    )
    found = one(tmp_path, boxed(*boxes, IMAGE))
    assert (found.of(Family.EXIF), found.of(Family.XMP)) == ([TIFF], [XMP])
    assert (found.problems, found.size) == ([], (640, 480))


def test_compressed_metadata_that_is_damaged(tmp_path: Path) -> None:
    brotli = pytest.importorskip("brotli")
    whole = brotli.compress(EXIF)
    bodies = {
        b"Exif" + b"\xff" * 30: "Exif box is compressed, and damaged",
        b"Exif" + whole[:-5]: "Exif box is compressed, and cut short",
        b"xml " + brotli.compress(bytes(40 << 20)): "XMP box is longer than 16 MiB when inflated",
        b"Exif" + brotli.compress(b"x" * 30): "Exif box has no TIFF header",
        b"Exif" + bytes(5 << 20): "Exif box is left out: 5 MiB of compressed bytes",
    }
    found = find_in(jxl.find, tmp_path, *(boxed(box(b"brob", body), IMAGE) for body in bodies))
    assert [f.problems for f in found] == [[f"JPEG XL: {text}"] for text in bodies.values()]


def test_all_that_is_inflated_of_a_file_is_bounded(tmp_path: Path) -> None:
    brotli = pytest.importorskip("brotli")
    block = box(b"brob", b"Exif", brotli.compress(b"\0\0\0\0" + TIFF + bytes(6 << 20)))
    found = one(tmp_path, boxed(IMAGE, *[block] * 4))
    assert (len(found.segments), found.size) == (2, (640, 480))
    text = "JPEG XL: Exif box is left out: more than 16 MiB when inflated"
    assert found.problems == [text] * 2


def test_compressed_metadata_without_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    found = one(tmp_path, boxed(box(b"brob", b"Exif", b"whatever"), IMAGE))
    assert found.size == (640, 480)
    (problem,) = found.problems
    assert "pip install 'imgframe[brotli]'" in problem


SEED = boxed(
    box(b"jxll", b"\5"), box(b"Exif", EXIF), box(b"xml ", XMP), box(b"brob", b"Exif", bytes(9)),
    box(b"jxlp", bytes(4), codestream(640, 480), bytes(20)), box(b"jxlp", bytes(20)),
)  # fmt: skip


def test_every_truncation(tmp_path: Path) -> None:
    found = find_in(jxl.find, tmp_path, *(SEED[:n] for n in range(12, len(SEED) + 1)))
    assert (found[-1].size, len(found[-1].segments)) == ((640, 480), 2)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), tail=st.binary(max_size=200))
def test_damage(tmp_path: Path, seed: int, tail: bytes) -> None:
    rng = random.Random(seed)
    contents = [SIGNATURE + tail, b"\xff\x0a" + tail]
    for _ in range(10):
        data = bytearray(SEED)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(12, len(data))] = rng.choice([0, 1, 4, 0x7F, 0x80, 0xFF])
        contents.append(bytes(data))
    find_in(jxl.find, tmp_path, *contents)
