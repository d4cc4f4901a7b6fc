"""JPEG markers: what stands between the start of a file and its image data."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.families.packets import packet
from tests.reading import row, table
from tests.writers import ASCII, SCAN, Entry, Tiff, exif, frame, jpeg, segment

MAKE = Tiff(ifd0=[Entry(0x010F, ASCII, "Canon")])


@pytest.mark.parametrize("marker", sorted(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}))
def test_size_in_every_frame_header(tmp_path: Path, marker: int) -> None:
    data = b"\xff\xd8" + frame(640, 480, marker) + SCAN
    got = row(tmp_path, data)
    assert (got["format"], got["width"], got["height"]) == ("JPEG", 640, 480)
    assert (got["error"], got["problems"]) == (None, None)


@pytest.mark.parametrize(
    "parts",
    [
        (segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), exif(MAKE)),
        (b"\xff\xff\xff", exif(MAKE)),
        (b"\xff\xd0", exif(MAKE)),
        (b"junk between", exif(MAKE)),
        (b"\xff\0\xff\0", exif(MAKE)),
        (b"x" * 9_000, exif(MAKE)),
        (segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"), exif(MAKE)),
        (segment(0xE1, b""), exif(MAKE)),
        (segment(0xFE, b"a comment"), segment(0xE1, b"Exi"), exif(MAKE)),
        (segment(0xC4, b"\0" * 20), exif(MAKE)),
    ],
    ids=["jfif", "fill", "restart", "junk", "stuffing", "long junk", "xmp", "empty", "odd", "dht"],
)
def test_what_may_stand_before_exif(tmp_path: Path, parts: tuple[bytes, ...]) -> None:
    got = row(tmp_path, jpeg(segment(0xE0, b"JFIF\0"), *parts))
    assert (got["Make"], got["width"], got["height"]) == ("Canon", 40, 30)
    assert got["problems"] is None


def test_the_first_exif_wins(tmp_path: Path) -> None:
    second = Tiff(ifd0=[Entry(0x010F, ASCII, "Nikon"), Entry(0x0110, ASCII, "D750")])
    got = row(tmp_path, jpeg(exif(MAKE), exif(second)))
    assert (got["Make"], got["Model"]) == ("Canon", "D750")


@pytest.mark.parametrize("name", [b"", b"XMP\0://ns.adobe.com/xap/1.0/\0"])
def test_xmp_by_another_name(tmp_path: Path, name: bytes) -> None:
    got = row(tmp_path, jpeg(segment(0xE1, name + packet("<dc:source>x</dc:source>"))))
    assert (got["dc:source"], got["problems"]) == ("x", None)


def test_resources_of_photoshop_2(tmp_path: Path) -> None:
    dataset = b"\x1c\x02\x5a\0\x04Rome"
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(dataset)) + dataset + b"\0"
    data = b"Adobe_Photoshop2.5:" + bytes(8) + resource
    assert row(tmp_path, jpeg(segment(0xED, data)))["IPTC:City"] == "Rome"


def test_exif_that_goes_on_in_the_next_segment(tmp_path: Path) -> None:
    tiff = Tiff(ifd0=[Entry(0x010F, ASCII, "Canon"), Entry(0x010E, ASCII, "long " * 20_000)])
    data = tiff.bytes()
    parts = [exif(data[:65_000]), exif(data[65_000:])]
    got = row(tmp_path, jpeg(*parts, exif(Tiff(ifd0=[Entry(0x0110, ASCII, "R5")]))))
    assert (got["Make"], got["Model"], got["problems"]) == ("Canon", "R5", None)
    assert got["ImageDescription"] == ("long " * 20_000).strip()


def test_nothing_is_read_behind_the_scan(tmp_path: Path) -> None:
    got = row(tmp_path, jpeg() + exif(MAKE))
    assert "Make" not in got


def test_a_late_frame_header_is_read_on(tmp_path: Path) -> None:
    filler = [segment(0xE5, bytes(60_000))] * 40
    got = row(tmp_path, jpeg(exif(MAKE), *filler))
    assert (got["Make"], got["width"], got["height"]) == ("Canon", 40, 30)
    assert got["problems"] is None


def test_exif_behind_the_first_window(tmp_path: Path) -> None:
    got = row(tmp_path, jpeg(*[segment(0xE5, bytes(60_000))] * 3, exif(MAKE)))
    assert got["Make"] == "Canon"


def test_no_frame_header(tmp_path: Path) -> None:
    got = row(tmp_path, b"\xff\xd8" + exif(MAKE) + b"\xff\xd9")
    assert (got["Make"], got["width"]) == ("Canon", None)
    assert got["error"] == "JPEG: the file ends before its image data"


def test_a_segment_that_claims_more_than_there_is(tmp_path: Path) -> None:
    whole = exif(MAKE)
    lying = whole[:2] + struct.pack(">H", 50_000) + whole[4:]
    got = row(tmp_path, b"\xff\xd8" + lying)
    assert got["Make"] == "Canon"


def test_no_tiff_header(tmp_path: Path) -> None:
    got = row(tmp_path, jpeg(segment(0xE1, b"Exif\0\0nonsense")))
    assert got["problems"] == ["Exif: no TIFF header"]
    assert got["width"] == 40


def test_truncation_at_every_length_gives_a_row(tmp_path: Path) -> None:
    data = jpeg(segment(0xFE, b"hi"), exif(MAKE))
    for length in range(len(data)):
        (tmp_path / f"{length:04}.jpg").write_bytes(data[:length])
    frame_ = table(tmp_path)
    assert frame_.height == len(data)
    assert frame_["path"].is_sorted()
    assert frame_["error"][0] == "empty file"
    makes = frame_["Make"].to_list()
    first = makes.index("Canon")
    assert makes[first:] == ["Canon"] * (len(data) - first)
