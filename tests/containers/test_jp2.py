"""JPEG 2000: headers, codestreams, and what stands in boxes "uuid"."""

from __future__ import annotations

import json
import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imgframe.containers import jp2
from imgframe.schema import Family
from tests.containers.boxes import PROFILE, TIFF, XMP, box, ftyp
from tests.containers.finding import Found, find_in, find_in_files

SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n" + ftyp(b"jp2 ", b"jp2 ")
ADOBE_EXIF = bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e")
GEO = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")
IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
ADOBE_IPTC = bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f")
PACKET = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
PHOTOSHOP = bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb")
EXIV2 = b"JpgTiffExif->JP2"


def codestream(width: int = 40, height: int = 30, left: int = 0, top: int = 0) -> bytes:
    size = struct.pack(">HHIIII", 47, 0, width + left, height + top, left, top)
    return b"\xff\x4f\xff\x51" + size + bytes(30)


def header(width: int = 40, height: int = 30, *more: bytes) -> bytes:
    ihdr = box(b"ihdr", struct.pack(">II", height, width), b"\0\3\7\7\0\0")
    return box(b"jp2h", ihdr, *more)


IMAGE = box(b"jp2c", codestream(), bytes(100))


def boxed(*boxes: bytes) -> bytes:
    return SIGNATURE + b"".join(boxes)


def one(folder: Path, data: bytes) -> Found:
    return find_in(jp2.find, folder, data)[0]


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (boxed(header(), IMAGE), (40, 30)),
        (boxed(header(70_000, 3), IMAGE), (70_000, 3)),
        (boxed(IMAGE, header(44, 33)), (44, 33)),
        (boxed(IMAGE), (40, 30)),
        (boxed(box(b"jp2c", codestream(50, 60, 7, 9), to_end=True)), (50, 60)),
        (boxed(header(0, 0), IMAGE), (40, 30)),
        (boxed(box(b"free", bytes(200_000)), header(44, 33), IMAGE), (44, 33)),
        (codestream(), (40, 30)),
        (codestream(50, 60, 100, 200), (50, 60)),
    ],
    ids=["box", "large", "late", "no header", "offset", "zero", "far", "bare", "bare offset"],
)
def test_size(tmp_path: Path, data: bytes, size: tuple[int, int]) -> None:
    found = one(tmp_path, data)
    assert (found.size, found.problems, found.errors) == (size, [], [])


@pytest.mark.parametrize(
    "data",
    [
        boxed(), boxed(box(b"jp2c", b"no codestream at all, but long enough")), codestream()[:23],
        boxed(header(1 << 31, 5)), codestream(-5 & 0xFFFFFFFF, 4, 0, 0),
    ],
    ids=["nothing", "no codestream", "cut", "too wide", "wrapped"],
)  # fmt: skip
def test_no_size(tmp_path: Path, data: bytes) -> None:
    found = one(tmp_path, data)
    assert (found.size, found.errors) == ((-1, -1), ["JPEG 2000: no image header"])


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize(
    ("identifier", "before", "family"),
    [
        (EXIV2, b"", Family.EXIF),
        (EXIV2, b"Exif\0\0", Family.EXIF),
        (ADOBE_EXIF, b"", Family.EXIF),
        (GEO, b"", Family.EXIF),
        (IPTC, b"", Family.IPTC),
        (ADOBE_IPTC, b"", Family.IPTC),
        (PACKET, b"", Family.XMP),
        (PHOTOSHOP, b"", Family.PHOTOSHOP),
    ],
)
def test_uuid(tmp_path: Path, identifier: bytes, before: bytes, family: Family, last: bool) -> None:
    block = box(b"uuid", identifier, before, TIFF)
    pixels = box(b"jp2c", codestream(), bytes(90_000))
    data = boxed(header(), pixels, block) if last else boxed(block, header(), pixels)
    found = one(tmp_path, data)
    assert (found.segments, found.problems) == ([(family, TIFF)], [])


def test_what_describes_the_image_comes_before_geotiff(tmp_path: Path) -> None:
    geo = TIFF.replace(b"Canon", b"Earth")
    data = boxed(header(), box(b"uuid", GEO, geo), box(b"uuid", EXIV2, TIFF), IMAGE)
    assert one(tmp_path, data).of(Family.EXIF) == [TIFF, geo]


def test_other_uuids(tmp_path: Path) -> None:
    data = boxed(header(), box(b"uuid", bytes(16), TIFF), box(b"uuid", PACKET), box(b"uuid", b"x"))
    found = one(tmp_path, data)
    assert (found.segments, found.problems, found.size) == ([], [], (40, 30))


@pytest.mark.parametrize(
    ("method", "is_profile"), [(1, False), (2, True), (3, True), (4, False), (5, False)]
)
def test_the_colour_profile(tmp_path: Path, method: int, is_profile: bool) -> None:
    colr = box(b"colr", bytes([method, 0, 0]), PROFILE)
    enumerated = box(b"colr", b"\1\0\0\0\0\0\x10")
    found = one(tmp_path, boxed(header(40, 30, enumerated, colr), IMAGE))
    assert found.of(Family.ICC) == [PROFILE] * is_profile
    layers = box(b"jplh", box(b"cgrp", colr))
    found = one(tmp_path, boxed(header(), layers, IMAGE))
    assert found.of(Family.ICC) == [PROFILE] * is_profile


@pytest.mark.parametrize("kind", [b"xml ", b"jp2i"])
def test_xml_is_read_if_it_is_xmp(tmp_path: Path, kind: bytes) -> None:
    gml = box(kind, b'<?xml version="1.0"?><gml:FeatureCollection/>')
    wide = XMP.decode().encode("utf-16-le")
    data = boxed(header(), gml, box(b"asoc", gml, box(kind, XMP)), box(kind, wide), IMAGE)
    assert sorted(one(tmp_path, data).of(Family.XMP)) == sorted([wide, XMP])


def test_boxes_in_boxes_in_boxes(tmp_path: Path) -> None:
    data = box(b"xml ", XMP)
    for _ in range(100):
        data = box(b"asoc", data)
    found = one(tmp_path, boxed(header(), data, IMAGE))
    assert (found.size, found.segments) == ((40, 30), [])


def test_a_box_shorter_than_its_header(tmp_path: Path) -> None:
    found = one(tmp_path, boxed(header(), b"\0\0\0\3free", IMAGE))
    assert (found.size, found.problems) == (
        (40, 30),
        ["JPEG 2000: a box is shorter than its own header"],
    )


def test_as_pillow_writes_it(tmp_path: Path) -> None:
    paths = [tmp_path / "a.jp2", tmp_path / "a.j2k"]
    for path in paths:
        Image.new("RGB", (50, 20)).save(path)
    paths[0].write_bytes(paths[0].read_bytes() + box(b"uuid", EXIV2, TIFF))
    boxes, bare = find_in_files(jp2.find, paths)
    assert (boxes.size, boxes.of(Family.EXIF)) == ((50, 20), [TIFF])
    assert (bare.size, bare.segments) == ((50, 20), [])


SEED = boxed(
    header(40, 30, box(b"colr", b"\2\0\0", PROFILE)), box(b"uuid", EXIV2, TIFF),
    box(b"asoc", box(b"xml ", XMP)), box(b"uuid", PACKET, XMP), IMAGE, box(b"uuid", IPTC, b"iptc"),
)  # fmt: skip


def test_every_truncation(tmp_path: Path) -> None:
    found = find_in(jp2.find, tmp_path, *(SEED[:n] for n in range(12, len(SEED) + 1)))
    assert (found[-1].size, len(found[-1].segments)) == ((40, 30), 5)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), tail=st.binary(max_size=200))
def test_damage(tmp_path: Path, seed: int, tail: bytes) -> None:
    rng = random.Random(seed)
    contents = [SIGNATURE + tail, b"\xff\x4f\xff\x51" + tail]
    for _ in range(10):
        data = bytearray(SEED)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(12, len(data))] = rng.choice([0, 1, 4, 0x7F, 0x80, 0xFF])
        contents.append(bytes(data))
    find_in(jp2.find, tmp_path, *contents)


def test_exiftool_writes_what_is_found(tmp_path: Path) -> None:
    exiftool = shutil.which("exiftool")
    if not exiftool:
        pytest.skip("ExifTool is not installed")
    path = tmp_path / "a.jp2"
    Image.new("RGB", (50, 20)).save(path)
    tags = ["-Make=Canon", "-IPTC:Keywords=one", "-XMP-dc:Title=two"]
    subprocess.run([exiftool, "-q", "-overwrite_original", *tags, str(path)], check=True)
    (found,) = find_in_files(jp2.find, [path])
    assert (found.size, found.problems) == ((50, 20), [])
    (exif,), (iptc,), (xmp,) = (
        found.of(family) for family in (Family.EXIF, Family.IPTC, Family.XMP)
    )
    assert exif.startswith((b"II", b"MM"))
    assert b"Canon\0" in exif
    assert b"one" in iptc
    assert b"two" in xmp
    command = [exiftool, "-j", "-n", "-ImageSize", str(path)]
    (row,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert row["ImageSize"] == "50 20"
