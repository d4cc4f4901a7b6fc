"""The JPEG images that files carry of themselves."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgframe import read_images
from imgframe.batch import NO_SEGMENTS, HeaderBatch, ints
from imgframe.decode import thumbnails
from imgframe.kernels import SLACK
from tests.reading import row, table
from tests.writers import ASCII, LONG, SHORT, Entry, Tiff, exif, jpeg, segment

SUB_POINTER = 0x014A
SMALL = jpeg(size=(16, 12))
OTHER = jpeg(size=(8, 6))
LOSSLESS = SMALL.replace(b"\xff\xc0", b"\xff\xc3")


def stream(offset: int, length: int) -> list[Entry]:
    return [Entry(0x0103, SHORT, 6), Entry(0x0201, LONG, offset), Entry(0x0202, LONG, length)]


def with_ifd1(data: bytes, ifd1: list[Entry] | None = None, big_endian: bool = False) -> bytes:
    """Write a TIFF structure with an image behind its directories."""
    make = [Entry(0x010F, ASCII, "Maker")]
    if ifd1 is None:
        at = len(Tiff(make, ifd1=stream(0, 0), big_endian=big_endian).bytes())
        ifd1 = stream(at, len(data))
    return Tiff(make, ifd1=ifd1, big_endian=big_endian).bytes() + data


def thumbnail(folder: Path, data: bytes, name: str = "image.jpg") -> tuple[bytes | None, list[str]]:
    one = row(folder, data, name, thumbnails=True)
    return one["thumbnail"], one["problems"] or []


@pytest.mark.parametrize("big_endian", [False, True])
def test_of_ifd1(tmp_path: Path, big_endian: bool) -> None:
    data = jpeg(exif(with_ifd1(SMALL, big_endian=big_endian)))
    assert thumbnail(tmp_path, data) == (SMALL, [])


def test_of_a_strip(tmp_path: Path) -> None:
    def strip(at: int) -> list[Entry]:
        return [Entry(0x0103, SHORT, 6), Entry(0x0111, LONG, at), Entry(0x0117, LONG, len(SMALL))]

    at = len(with_ifd1(b"", strip(0)))
    assert thumbnail(tmp_path, jpeg(exif(with_ifd1(SMALL, strip(at))))) == (SMALL, [])


def test_a_picture_that_is_not_packed_is_none(tmp_path: Path) -> None:
    pixels = [Entry(0x0103, SHORT, 1), Entry(0x0111, LONG, 8), Entry(0x0117, LONG, 30)]
    assert thumbnail(tmp_path, jpeg(exif(with_ifd1(SMALL, pixels)))) == (None, [])


def test_behind_the_segment(tmp_path: Path) -> None:
    """As some video cameras write it."""
    first = jpeg(exif(with_ifd1(b"", stream(0, len(SMALL)))))
    start = len(first) - (first.index(b"II\x2a\0"))
    data = jpeg(exif(with_ifd1(b"", stream(start, len(SMALL))))) + SMALL
    assert thumbnail(tmp_path, data) == (SMALL, [])


def resource(data: bytes, number: int = 0x040C) -> bytes:
    block = bytes(28) + data
    block = b"8BIM" + struct.pack(">HHI", number, 0, len(block)) + block + bytes(len(block) % 2)
    return segment(0xED, b"Photoshop 3.0\0" + block)


def test_of_photoshop(tmp_path: Path) -> None:
    assert thumbnail(tmp_path, jpeg(resource(SMALL))) == (SMALL, [])
    assert thumbnail(tmp_path, jpeg(resource(SMALL, 0x0409))) == (None, [])


def test_of_jfif(tmp_path: Path) -> None:
    jfif = segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\0\0")
    data = jpeg(jfif, segment(0xE0, b"JFXX\0\x10" + SMALL))
    assert thumbnail(tmp_path, data) == (SMALL, [])


def test_ifd1_goes_before_photoshop(tmp_path: Path) -> None:
    both = jpeg(resource(OTHER), exif(with_ifd1(SMALL)))
    assert thumbnail(tmp_path, both) == (SMALL, [])
    broken = jpeg(resource(OTHER), exif(with_ifd1(b"no image at all")))
    assert thumbnail(tmp_path, broken) == (OTHER, [])


def preview(data: bytes, subfile: int, kind: int = 7) -> bytes:
    """Write a TIFF file whose sub-directory has one strip."""

    def write(at: int, sub: int) -> bytes:
        entries = [
            Entry(0x00FE, LONG, 0), Entry(0x0100, SHORT, 400), Entry(0x0101, SHORT, 300),
            Entry(SUB_POINTER, LONG, sub),
        ]  # fmt: skip
        head = Tiff(entries).bytes()
        sub_entries = [
            Entry(0x00FE, LONG, subfile), Entry(0x0103, SHORT, kind),
            Entry(0x0111, LONG, at), Entry(0x0117, LONG, len(data)),
        ]  # fmt: skip
        body = Tiff(sub_entries).bytes()[8:]
        return head + body + data

    sub = len(write(0, 0)) - len(data) - len(Tiff([Entry(0, LONG, 0)] * 4).bytes()[8:])
    return write(len(write(0, 0)) - len(data), sub)


def test_the_preview_of_a_raw_file(tmp_path: Path) -> None:
    assert thumbnail(tmp_path, preview(SMALL, 1), "image.tif") == (SMALL, [])


@pytest.mark.parametrize(("data", "subfile"), [(SMALL, 0), (LOSSLESS, 1), (b"\xff\xd8\xff", 1)])
def test_the_image_itself_is_no_preview(tmp_path: Path, data: bytes, subfile: int) -> None:
    assert thumbnail(tmp_path, preview(data, subfile), "image.tif") == (None, [])


def test_cr3(tmp_path: Path) -> None:
    box = struct.pack(">I4sIHHIHH", 24 + len(SMALL), b"THMB", 0, 160, 120, len(SMALL), 1, 0) + SMALL
    data = bytes(40) + box + bytes(SLACK)
    buffer = np.frombuffer(data, dtype=np.uint8)
    batch, _ = _batch_of(buffer)
    found = list(thumbnails._in_cr3(batch, ints([0])))
    assert [(c.start, c.length) for _, c in found] == [(64, len(SMALL))]
    columns, problems = thumbnails.columns(
        batch, NO_SEGMENTS, NO_SEGMENTS, ints([0]), np.array(["CR3"], dtype=object)
    )
    assert columns["thumbnail"].to_pylist() == [SMALL]
    assert not len(problems)


def _batch_of(buffer: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> tuple[HeaderBatch, int]:
    from imgframe.batch import NO_EXTENTS

    size = len(buffer) - SLACK
    start, length = ints([0]), ints([size])
    return HeaderBatch(buffer, size, length, start, length, NO_EXTENTS, ["x.cr3"]), size


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        (stream(60_000, 2_000), "thumbnail: lies outside the data"),
        (stream(0xFFFF_FFFF, 0xFFFF_FFFF), "thumbnail: 4194303 KiB left out"),
        (stream(8, 20), "thumbnail: no JPEG"),
        (stream(8, 0), None),
        ([Entry(0x0201, LONG, 8)], None),
        ([Entry(0x0201, ASCII, "abc"), Entry(0x0202, LONG, 9)], None),
    ],
)
def test_what_is_none(tmp_path: Path, entries: list[Entry], problem: str | None) -> None:
    data = jpeg(exif(with_ifd1(SMALL, entries)))
    assert thumbnail(tmp_path, data) == (None, [problem] if problem else [])


def test_every_truncation_gives_a_row(tmp_path: Path) -> None:
    whole = jpeg(exif(with_ifd1(SMALL)), resource(OTHER))
    for length in range(len(whole)):
        (tmp_path / f"{length:04}.jpg").write_bytes(whole[:length])
    frame = table(tmp_path, thumbnails=True)
    assert frame.height == len(whole)
    assert set(frame["thumbnail"].to_list()) <= {None, SMALL, OTHER}


@given(st.lists(st.tuples(st.sampled_from([0xFE, 0x103, 0x111, 0x117, 0x201, 0x202]),
                          st.integers(1, 13), st.integers(0, 1 << 32), st.binary(max_size=8)),
                max_size=8))  # fmt: skip
def test_no_directory_breaks_it(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[int, int, int, bytes]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    ifd1 = [Entry(tag, kind, raw=raw, count=count % (1 << 32)) for tag, kind, count, raw in entries]
    one = row(folder, jpeg(exif(with_ifd1(SMALL, ifd1))), thumbnails=True)
    assert one["thumbnail"] is None or one["thumbnail"].startswith(b"\xff\xd8\xff")


def test_the_column_is_there_with_the_flag_only(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg())
    assert "thumbnail" not in read_images(tmp_path).columns
    frame = read_images(tmp_path, thumbnails=True)
    assert frame.schema["thumbnail"] == pl.Binary
    assert frame["thumbnail"].to_list() == [None]
    assert read_images(tmp_path, tags="Make", thumbnails=True).columns[-2:] == ["Make", "thumbnail"]


@pytest.mark.slow
def test_thumbnails_of_real_files_are_those_of_exiftool(corpus: Path) -> None:
    program = shutil.which("exiftool")
    if program is None:
        pytest.skip("no exiftool to compare with")
    frame = table(corpus, thumbnails=True).filter(pl.col("format").is_in(["JPEG", "TIFF", "WEBP"]))
    different = []
    n_found = 0
    for path, ours in frame.select("path", "thumbnail").rows():
        command = [program, "-b", "-ThumbnailImage", path]
        theirs = subprocess.run(command, capture_output=True, check=False).stdout
        if theirs and theirs != ours:
            different.append(path)
        n_found += bool(theirs)
    assert different == []
    assert n_found > 70
