"""BMP: every header there has been."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PIL import Image

from imgframe.containers import bmp
from imgframe.schema import Family
from tests.containers.exiftool import ask
from tests.containers.finding import Found, find_in, find_in_files


def header(size: int, width: int, height: int, **at: bytes) -> bytes:
    """Write a BMP up to its pixels; `at` overrides bytes of the second header by offset."""
    form = "<IHHHH" if size == 12 else "<IiiHH"
    info = bytearray(struct.pack(form, size, width, height, 1, 24).ljust(size, b"\0"))
    for offset, data in at.items():
        info[int(offset[1:]) : int(offset[1:]) + len(data)] = data
    return b"BM" + struct.pack("<IHHI", 14 + size, 0, 0, 14 + size) + info


def one(folder: Path, data: bytes) -> Found:
    return find_in(bmp.find, folder, data)[0]


@pytest.mark.parametrize("size", [12, 16, 40, 52, 56, 64, 108, 124])
def test_size(tmp_path: Path, size: int) -> None:
    found = one(tmp_path, header(size, 640, 480))
    assert (found.size, found.errors, found.segments) == ((640, 480), [], [])


@pytest.mark.parametrize("size", [12, 40, 108, 124])
def test_size_as_exiftool_reads_it(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.bmp"
    path.write_bytes(header(size, 40, 30) + bytes(3_600))
    (found,) = find_in_files(bmp.find, [path])
    assert ask(path)["ImageSize"] == "{} {}".format(*found.size)


def test_rows_from_the_top_down(tmp_path: Path) -> None:
    assert one(tmp_path, header(40, 640, -480)).size == (640, 480)


def test_large_old_sizes_are_not_negative(tmp_path: Path) -> None:
    assert one(tmp_path, header(12, 65_000, 40_000)).size == (65_000, 40_000)


@pytest.mark.parametrize(
    "data",
    [b"BM", b"BM, he said, and went away", header(40, -3, 5), header(40, 5, -(1 << 31)),
     b"BM" + bytes(100)],
    ids=["nothing", "text", "negative", "too high", "zeros"],
)  # fmt: skip
def test_no_size(tmp_path: Path, data: bytes) -> None:
    found = one(tmp_path, data)
    assert (found.size, found.errors) == ((-1, -1), ["BMP: no size in the header"])


def test_embedded_profile(tmp_path: Path) -> None:
    profile = bytes(range(256)) * 2
    where = struct.pack("<II", 124 + 50, len(profile))
    data = header(124, 5, 5, _56=b"DEBM", _112=where) + bytes(50) + profile
    assert one(tmp_path, data).segments == [(Family.ICC, profile)]
    assert one(tmp_path, data[:-100]).segments == [(Family.ICC, profile[:-100])]


@pytest.mark.parametrize(("mark", "at"), [(b"KNIL", 174), (b"BGRs", 174), (b"DEBM", 1 << 31)])
def test_no_embedded_profile(tmp_path: Path, mark: bytes, at: int) -> None:
    data = header(124, 5, 5, _56=mark, _112=struct.pack("<II", at, 512)) + bytes(900)
    assert one(tmp_path, data).segments == []


def test_what_pillow_writes(tmp_path: Path) -> None:
    path = tmp_path / "pillow.bmp"
    Image.new("RGB", (31, 17)).save(path)
    assert find_in_files(bmp.find, [path])[0].size == (31, 17)
