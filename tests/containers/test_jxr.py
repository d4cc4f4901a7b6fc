"""JPEG XR: a TIFF structure with a number and tags of its own (ITU-T T.832, annex A)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from tests.containers.exiftool import ask
from tests.reading import row, table
from tests.writers import (
    ASCII,
    BYTE,
    FLOAT,
    LONG,
    RATIONAL,
    SHORT,
    UNDEFINED,
    Entry,
    Tiff,
)

PIXEL_FORMAT, IMAGE_TYPE, WIDTH, HEIGHT, X_RESOLUTION, IMAGE_OFFSET, IMAGE_BYTES = (
    0xBC01, 0xBC04, 0xBC80, 0xBC81, 0xBC82, 0xBCC0, 0xBCC1,
)  # fmt: skip
BGR24 = bytes.fromhex("24c3dd6f034efe4bb1853d77768dc90c")
"""GUID of the pixel format 24bppBGR."""
XMP = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF>'
)
IPTC = b"\x1c\x02\x78\0\x06A view"


def jxr(size: tuple[int, int] = (640, 480), kind: int = LONG, **more: Any) -> Tiff:
    """Write what encoders write, and tags of a camera."""
    return Tiff(
        ifd0=[
            Entry(0x010F, ASCII, "Maker"),
            Entry(0x0132, ASCII, "2024:05:01 12:00:00"),
            Entry(0x02BC, BYTE, XMP),
            Entry(0x83BB, UNDEFINED, IPTC),
            Entry(PIXEL_FORMAT, BYTE, BGR24),
            Entry(IMAGE_TYPE, LONG, 0),
            Entry(WIDTH, kind, size[0]),
            Entry(HEIGHT, kind, size[1]),
            Entry(X_RESOLUTION, FLOAT, 96.0),
            Entry(IMAGE_OFFSET, LONG, 4),
            Entry(IMAGE_BYTES, LONG, 4),
        ],
        exif=[Entry(0x829A, RATIONAL, [(1, 50)]), Entry(0x8827, SHORT, 400)],
        gps=[Entry(1, ASCII, "S"), Entry(2, RATIONAL, [(33, 1), (30, 1), (0, 1)])],
        magic=0x01BC,
        **more,
    )


@pytest.mark.parametrize("padding", [0, 70_000, 2_000_000])
@pytest.mark.parametrize("kind", [SHORT, LONG])
def test_known_answers(tmp_path: Path, padding: int, kind: int) -> None:
    got = row(tmp_path, jxr(kind=kind, padding=padding).bytes(), "a.jxr")
    assert (got["format"], got["width"], got["height"]) == ("JPEG XR", 640, 480)
    assert (got["Make"], got["ExposureTime"], got["ISOSpeedRatings"]) == ("Maker", 0.02, 400)
    assert (got["GPSLatitude"], got["GPSLatitudeRef"]) == (33.5, "S")
    assert (got["xmp:Rating"], got["IPTC:Caption-Abstract"]) == (4.0, "A view")
    assert (got["error"], got["problems"]) == (None, None)
    assert [name for name in got if name.startswith(("Exif:", "Thumbnail:"))] == []


def test_as_exiftool_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.wdp"
    path.write_bytes(jxr((5_000, 70_000)).bytes())
    tags, got = ask(path), table(path).row(0, named=True)
    assert tags["ImageSize"] == f"{got['width']} {got['height']}"
    assert {name: tags[name] for name in ("Make", "ExposureTime", "GPSLatitude")} == {
        "Make": got["Make"],
        "ExposureTime": got["ExposureTime"],
        "GPSLatitude": -got["GPSLatitude"],
    }
    assert tags["ModifyDate"] == f"{got['DateTime']:%Y:%m:%d %H:%M:%S}"
    assert (tags["ISO"], tags["Rating"]) == (got["ISOSpeedRatings"], got["xmp:Rating"])
    assert tags["Caption-Abstract"] == got["IPTC:Caption-Abstract"]


def test_the_size_is_that_of_the_first_image(tmp_path: Path) -> None:
    """The other directories are further images."""
    tiff = jxr()
    tiff.ifd1 = [Entry(WIDTH, LONG, 6_400), Entry(HEIGHT, LONG, 4_800), Entry(0x010F, ASCII, "x")]
    got = row(tmp_path, tiff.bytes(), "a.jxr")
    assert (got["width"], got["height"], got.get("Thumbnail:Make")) == (640, 480, None)


def test_tags_of_jpeg_xr_size_no_other_format(tmp_path: Path) -> None:
    tiff = jxr()
    tiff.magic = 42
    got = row(tmp_path, tiff.bytes(), "a.tif")
    assert (got["format"], got["width"], got["height"]) == ("TIFF", None, None)
    tiff.ifd0 += [Entry(0x0100, SHORT, 7), Entry(0x0101, SHORT, 9)]
    got = row(tmp_path, tiff.bytes(), "b.tif")
    assert (got["format"], got["width"], got["height"]) == ("TIFF", 7, 9)


@pytest.mark.parametrize(
    "entry", [Entry(0xC612, BYTE, (1, 4, 0, 0)), Entry(0x0103, SHORT, 32767)], ids=["DNG", "ARW"]
)
def test_no_tag_makes_it_another_format(tmp_path: Path, entry: Entry) -> None:
    tiff = jxr()
    tiff.ifd0 = [Entry(0x010F, ASCII, "SONY"), entry, *tiff.ifd0[1:]]
    assert row(tmp_path, tiff.bytes(), "a.jxr")["format"] == "JPEG XR"


@pytest.mark.parametrize("number", [0, 1 << 31, (1 << 32) - 1])
def test_sizes_that_are_none(tmp_path: Path, number: int) -> None:
    got = row(tmp_path, jxr((number, number)).bytes(), "a.jxr")
    assert (got["width"], got["height"], got["Make"]) == (None, None, "Maker")


def test_no_directory(tmp_path: Path) -> None:
    got = row(tmp_path, b"II\xbc\x01" + struct.pack("<L", 4_000), "a.jxr")
    assert (got["format"], got["width"]) == ("JPEG XR", None)
    assert got["error"] is not None


def test_truncation_at_every_length_gives_a_row(tmp_path: Path) -> None:
    data = jxr().bytes()
    for length in range(len(data) + 1):
        (tmp_path / f"{length:04}.jxr").write_bytes(data[:length])
    frame = table(tmp_path)
    assert frame.height == len(data) + 1
    assert frame["problems"].to_list()[-1] is None
