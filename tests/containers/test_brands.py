"""ISO base media files: which are images, and of what format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgframe.containers import sniff
from imgframe.fetch import read_heads, release
from tests.containers.boxes import Heif, Item, box, ftyp, track


def formats(folder: Path, *contents: bytes) -> list[str]:
    paths = [folder / f"{i}.bin" for i in range(len(contents))]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
    sizes = np.array([len(data) for data in contents], dtype=np.int64)
    batch, errors = read_heads([str(path) for path in paths], sizes, ())
    assert not errors
    names = sniff(batch, np.arange(len(paths))).tolist()
    release(batch)
    return [str(name) for name in names]


@pytest.mark.parametrize(
    ("brands", "name"),
    [
        ((b"heic", b"mif1", b"heic"), "HEIF"),
        ((b"heix", b"mif1"), "HEIF"),
        ((b"hevc", b"msf1"), "HEIF"),
        ((b"mif1", b"heic"), "HEIF"),
        ((b"mif1",), "HEIF"),
        ((b"avci", b"mif1"), "HEIF"),
        ((b"isom", b"mp42", b"heic"), "HEIF"),
        ((b"avif", b"mif1", b"miaf"), "AVIF"),
        ((b"avis", b"msf1"), "AVIF"),
        ((b"mif1", b"miaf", b"avif"), "AVIF"),
        ((b"heic", b"mif1", b"avif"), "HEIF"),
        ((b"crx ", b"crx ", b"isom"), "CR3"),
        ((b"mp42", b"isom", b"mp42"), ""),
        ((b"qt  ", b"qt  "), ""),
        ((b"isom", b"iso2", b"avc1", b"mp41"), ""),
        ((b"3gp5",), ""),
    ],
    ids=lambda value: b"+".join(value).decode() if isinstance(value, tuple) else value or "none",
)
def test_brands(tmp_path: Path, brands: tuple[bytes, ...], name: str) -> None:
    movie = ftyp(*brands) + box(b"moov", track(640, 480)) + box(b"mdat", bytes(100))
    assert formats(tmp_path, movie) == [name]


def test_a_brand_nobody_knows(tmp_path: Path) -> None:
    assert formats(tmp_path, Heif(brands=(b"new1", b"new2")).write()) == ["HEIF"]


def test_the_coding_decides_where_brands_do_not(tmp_path: Path) -> None:
    av1 = Heif([Item(1, b"av01", b"pixels", properties=[1])], brands=(b"mif1", b"miaf"))
    other = Heif([Item(1, b"unci", b"pixels", properties=[1])], brands=(b"mif1", b"miaf"))
    assert formats(tmp_path, av1.write(), other.write()) == ["AVIF", "HEIF"]


def test_a_cut_brand_box(tmp_path: Path) -> None:
    data = ftyp(b"heic", b"mif1")
    names = formats(tmp_path, *(data[:n] for n in range(len(data) + 1)))
    assert set(names) == {"", "HEIF"}
    assert names[-1] == "HEIF"


def test_a_raw_movie_is_no_image(tmp_path: Path) -> None:
    case = box(b"uuid", bytes(16), box(b"CNCV", b"CanonCRM0001/02.09.00/00.00.00"))
    assert formats(tmp_path, ftyp(b"crx ", b"crx ", b"isom") + box(b"moov", case)) == [""]


def test_avif_as_pillow_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    Image.new("RGB", (50, 20)).save(path)
    assert formats(tmp_path, path.read_bytes()) == ["AVIF"]


def test_many_brands(tmp_path: Path) -> None:
    assert formats(tmp_path, ftyp(b"new1", *[b"new2"] * 60, b"heic")) == ["HEIF"]
    assert formats(tmp_path, ftyp(b"new1", *[b"new2"] * 50_000)) == [""]


def test_jpeg_2000_and_jpeg_xl(tmp_path: Path) -> None:
    heads = [
        b"\0\0\0\x0cjP  \r\n\x87\n", b"\0\0\0\x0cjP\x1a\x1a\r\n\x87\n", b"\xff\x4f\xff\x51\0",
        b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\x0a\x7f",
    ]  # fmt: skip
    assert formats(tmp_path, *heads) == ["JPEG 2000"] * 3 + ["JPEG XL"] * 2
