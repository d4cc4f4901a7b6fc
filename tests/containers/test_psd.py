"""PSD and PSB: the size, and the image resources as one segment."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from imgframe.containers import psd
from imgframe.schema import Family
from tests.containers.exiftool import ask
from tests.containers.finding import find_in, find_in_files

RESOURCES = b"8BIM\x04\x04\0\0\0\0\0\x08\x1c\x02\x78\0\x03abc"


def file(width: int, height: int, resources: bytes = RESOURCES, *, version: int = 1,
         colours: bytes = b"", length: int | None = None) -> bytes:  # fmt: skip
    head = b"8BPS" + struct.pack(">H6xHIIHH", version, 3, height, width, 8, 3)
    size = len(resources) if length is None else length
    return (
        head + struct.pack(">I", len(colours)) + colours
        + struct.pack(">I", size) + resources + bytes(4)
    )  # fmt: skip


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("colours", [b"", bytes(768), bytes(300_000)])
def test_size_and_resources(tmp_path: Path, version: int, colours: bytes) -> None:
    (found,) = find_in(psd.find, tmp_path, file(64, 48, version=version, colours=colours))
    assert (found.size, found.segments, found.errors) == (
        (64, 48), [(Family.PHOTOSHOP, RESOURCES)], [],
    )  # fmt: skip


def test_size_as_exiftool_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.psd"
    path.write_bytes(file(64, 48))
    (found,) = find_in_files(psd.find, [path])
    assert ask(path)["ImageSize"] == "{} {}".format(*found.size)


def test_resources_are_cut_at_the_end_of_the_file(tmp_path: Path) -> None:
    (found,) = find_in(psd.find, tmp_path, file(64, 48, length=1 << 31))
    assert found.segments == [(Family.PHOTOSHOP, RESOURCES + bytes(4))]


@pytest.mark.parametrize("data", [b"8BPS\0\1", file(300_001, 1)], ids=["nothing", "too wide"])
def test_no_size(tmp_path: Path, data: bytes) -> None:
    (found,) = find_in(psd.find, tmp_path, data)
    assert (found.size, found.errors) == ((-1, -1), ["PSD: no size in the header"])


def test_truncated_at_every_length(tmp_path: Path) -> None:
    whole = file(64, 48)
    found = find_in(psd.find, tmp_path, *(whole[:n] for n in range(6, len(whole))))
    assert [f.size for f in found] == [
        (64, 48) if n >= 30 else (-1, -1) for n in range(6, len(whole))
    ]
