"""ICO and CUR: the largest of the images."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PIL import Image

from imgframe.containers import ico
from tests.containers.finding import find_in, find_in_files


def icons(*sizes: tuple[int, int], kind: int = 1, count: int | None = None) -> bytes:
    entries = b"".join(struct.pack("<BB14x", w & 255, h & 255) for w, h in sizes)
    return struct.pack("<HHH", 0, kind, len(sizes) if count is None else count) + entries


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize(
    ("sizes", "largest"),
    [
        ([(16, 16)], (16, 16)),
        ([(16, 16), (48, 48), (32, 32)], (48, 48)),
        ([(16, 16), (256, 256), (128, 128)], (256, 256)),
        ([(16, 64), (32, 20)], (16, 64)),
    ],
)
def test_size(
    tmp_path: Path, sizes: list[tuple[int, int]], largest: tuple[int, int], kind: int
) -> None:
    found = find_in(ico.find, tmp_path, icons(*sizes, kind=kind), icons((1, 1)))
    assert [f.size for f in found] == [largest, (1, 1)]


def test_more_images_are_promised_than_there_are(tmp_path: Path) -> None:
    (found,) = find_in(ico.find, tmp_path, icons((16, 16), (8, 8), count=65_535))
    assert found.size == (16, 16)


@pytest.mark.parametrize("data", [icons(), icons((5, 5), count=0), icons((5, 5))[:21]])
def test_no_image(tmp_path: Path, data: bytes) -> None:
    (found,) = find_in(ico.find, tmp_path, data)
    assert (found.size, found.errors) == ((-1, -1), ["ICO: no image"])


def test_what_pillow_writes(tmp_path: Path) -> None:
    path = tmp_path / "pillow.ico"
    Image.new("RGBA", (256, 256)).save(path, sizes=[(16, 16), (256, 256), (64, 64)])
    assert find_in_files(ico.find, [path])[0].size == (256, 256)
