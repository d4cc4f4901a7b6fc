"""TIFF and what is TIFF inside: byte orders, widths, places of directories, sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.reading import row, table
from tests.writers import ASCII, BYTE, LONG, RATIONAL, SHORT, Entry, Tiff

WIDTH, LENGTH, MAKE, SUBFILE, SUB_IFDS, PHOTOMETRIC = 0x100, 0x101, 0x10F, 0xFE, 0x14A, 0x106


def image(**more: object) -> Tiff:
    entries = [Entry(WIDTH, SHORT, 640), Entry(LENGTH, LONG, 480), Entry(MAKE, ASCII, "Epson scan")]
    return Tiff(ifd0=entries, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("big_tiff", [False, True])
@pytest.mark.parametrize("padding", [0, 70_000, 2_000_000])
def test_every_kind_of_tiff(tmp_path: Path, big_endian: bool, big_tiff: bool, padding: int) -> None:
    tiff = image(big_endian=big_endian, big_tiff=big_tiff, padding=padding)
    tiff.exif = [Entry(0x829A, RATIONAL, [(1, 50)])]
    got = row(tmp_path, tiff.bytes(), "scan.tif")
    assert (got["format"], got["width"], got["height"]) == ("TIFF", 640, 480)
    assert (got["Make"], got["ExposureTime"]) == ("Epson scan", 0.02)
    assert got["problems"] is None


@pytest.mark.parametrize(
    ("magic", "big_endian", "format_"),
    [(0x4F52, False, "ORF"), (0x5352, False, "ORF"), (0x4F52, True, "ORF"), (0x55, False, "RW2")],
)
def test_odd_magic_numbers(tmp_path: Path, magic: int, big_endian: bool, format_: str) -> None:
    got = row(tmp_path, image(magic=magic, big_endian=big_endian).bytes(), "a.bin")
    assert (got["format"], got["Make"]) == (format_, "Epson scan")


def test_values_far_before_and_behind_the_directory(tmp_path: Path) -> None:
    """Values may lie anywhere in a large file; each is fetched for itself."""
    data = bytearray(image(padding=1_000_000).bytes())
    data += bytes(3_000_000) + b"far away\0"
    at = data.index(b"Epson scan")
    pointer = at.to_bytes(4, "little")
    where = data.index(pointer, 1_000_000)
    data[where : where + 4] = (len(data) - 9).to_bytes(4, "little")
    data[where - 4 : where] = (9).to_bytes(4, "little")
    assert row(tmp_path, bytes(data), "far.tif")["Make"] == "far away"


@pytest.mark.parametrize(
    ("make", "entry", "format_"),
    [
        ("NIKON CORPORATION", Entry(PHOTOMETRIC, SHORT, 32803), "NEF"),
        ("NIKON CORPORATION", Entry(PHOTOMETRIC, SHORT, 2), "TIFF"),
        ("SONY", Entry(0x103, SHORT, 32767), "ARW"),
        ("PENTAX Corporation", Entry(0x103, SHORT, 65535), "PEF"),
        ("SAMSUNG", Entry(0x103, SHORT, 32770), "SRW"),
        ("Canon", Entry(0xC612, BYTE, (1, 4, 0, 0)), "DNG"),
    ],
)
def test_raw_formats(tmp_path: Path, make: str, entry: Entry, format_: str) -> None:
    tiff = Tiff(ifd0=[Entry(WIDTH, SHORT, 10), Entry(LENGTH, SHORT, 10), entry])
    tiff.ifd0.append(Entry(MAKE, ASCII, make))
    assert row(tmp_path, tiff.bytes(), "raw.tif")["format"] == format_


def test_the_size_is_that_of_the_image_not_of_its_preview(tmp_path: Path) -> None:
    def sub(at: int) -> bytes:
        return Tiff(
            ifd0=[Entry(SUBFILE, LONG, 0), Entry(WIDTH, SHORT, 6000), Entry(LENGTH, SHORT, 4000)],
            padding=at - 8,
        ).bytes()[at:]

    preview = Tiff(
        ifd0=[
            Entry(SUBFILE, LONG, 1),
            Entry(WIDTH, SHORT, 160),
            Entry(LENGTH, SHORT, 120),
            Entry(SUB_IFDS, LONG, 4096),
        ]
    ).bytes()
    data = preview.ljust(4096, b"\0") + sub(4096)
    got = row(tmp_path, data, "a.nef")
    assert (got["width"], got["height"]) == (6000, 4000)


@pytest.mark.parametrize("side", [1 << 31, 3_000_000_000, (1 << 32) - 1])
def test_sizes_that_do_not_fit_the_column_are_none(tmp_path: Path, side: int) -> None:
    for number, tags in ((42, (WIDTH, LENGTH)), (0x55, (7, 6))):
        tiff = Tiff(ifd0=[Entry(4, LONG, 0), Entry(5, LONG, 0)], magic=number)
        tiff.ifd0 += [Entry(tags[0], LONG, side), Entry(tags[1], LONG, 10)]
        got = row(tmp_path, tiff.bytes(), "a.tif")
        assert (got["width"], got["height"]) == (None, None)


def test_pages_are_no_thumbnails(tmp_path: Path) -> None:
    tiff = image()
    tiff.ifd1 = [Entry(WIDTH, SHORT, 11), Entry(LENGTH, SHORT, 12)]
    assert "Thumbnail:ImageWidth" not in row(tmp_path, tiff.bytes(), "pages.tif")
    tiff.ifd1.insert(0, Entry(SUBFILE, LONG, 1))
    assert row(tmp_path, tiff.bytes(), "reduced.tif")["Thumbnail:ImageWidth"] == 11


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg", "group4"])
def test_against_pillow(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "pillow.tif"
    picture = Image.new("1" if compression == "group4" else "RGB", (123, 77))
    picture.save(path, compression=compression, description="Größe", dpi=(300, 150))
    got = table(path).row(0, named=True)
    assert (got["width"], got["height"]) == (123, 77)
    assert (got["XResolution"], got["YResolution"], got["ResolutionUnit"]) == (300.0, 150.0, 2)
    assert got["ImageDescription"] in ("Größe", "Gr??e")


def test_truncation_at_every_length_gives_a_row(tmp_path: Path) -> None:
    tiff = image(big_endian=True)
    tiff.gps = [Entry(1, ASCII, "N"), Entry(2, RATIONAL, [(1, 1), (2, 1), (3, 1)])]
    data = tiff.bytes()
    for length in range(len(data) + 1):
        (tmp_path / f"{length:04}.tif").write_bytes(data[:length])
    frame = table(tmp_path)
    assert frame.height == len(data) + 1
    assert frame["Make"].to_list()[-1] == "Epson scan"
    assert frame["problems"].to_list()[-1] is None


def test_a_tiff_whose_tags_were_not_asked_for_is_no_broken_one(tmp_path: Path) -> None:
    got = row(tmp_path, Tiff(ifd0=[Entry(0x0131, ASCII, "GIMP")]).bytes(), "a.tif", tags=("Make",))
    assert got["error"] is None
