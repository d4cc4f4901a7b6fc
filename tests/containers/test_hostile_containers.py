"""Whatever the bytes, a container does not raise, points to no others, and comes to an end."""

from __future__ import annotations

import random
import struct
import tarfile
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgframe.containers import bmp, crw, exv, gif, headers, ico, mrw, png, psd, raf, webp, x3f
from tests.containers.finding import Finder, find_in, find_in_files
from tests.containers.test_bmp import header
from tests.containers.test_gif import comment, whole, xmp
from tests.containers.test_gif import image as gif_image
from tests.containers.test_headers import FILES
from tests.containers.test_ico import icons
from tests.containers.test_png import chunk, itxt, raw, ztxt
from tests.containers.test_png import image as png_image
from tests.containers.test_psd import file as psd_file
from tests.containers.test_raw import XMP, crw_file, mrw_file, raf_file, x3f_file
from tests.containers.test_webp import chunk as riff_chunk
from tests.containers.test_webp import riff, vp8, vp8x

PNG = png_image(
    chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(200))),
    chunk(b"eXIf", b"II*\0\x08\0\0\0"),
    raw(b"iptc", b"\x1c\x02\x78\0\x02hi"),
    itxt(b"XML:com.adobe.xmp", XMP),
    after=ztxt(b"Comment", b"x"),
)
SEEDS: dict[str, tuple[Finder, bytes]] = {
    "png": (png.find, PNG),
    "mng": (png.find_mng, b"\x8aMNG\r\n\x1a\n" + PNG[8:] + chunk(b"MEND")),
    "webp": (webp.find, riff(vp8x(5, 5), vp8(5, 5, 40), riff_chunk(b"EXIF", b"II*\0\x08\0\0\0"))),
    "gif": (gif.find, whole(comment(b"one"), gif_image(), xmp(), colours=2)),
    "bmp": (bmp.find, header(124, 5, 5, _56=b"DEBM", _112=struct.pack("<II", 124, 9)) + bytes(9)),
    "ico": (ico.find, icons((16, 16), (32, 32))),
    "psd": (psd.find, psd_file(64, 48)),
    "raf": (raf.find, raf_file({0x100: (30, 40)})[:700]),
    "mrw": (mrw.find, mrw_file()[:300]),
    "x3f": (x3f.find, x3f_file()),
    "crw": (crw.find, crw_file()),
    "exv": (exv.find, b"\xff\x01Exiv2\xff\xe1\0\x10Exif\0\0II*\0\x08\0\0\0\xff\xd9"),
} | {name: (headers.FINDERS[name], FILES[name][:400]) for name in ("EXR", "HDR", "PCX", "SUN")}

CALM = settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def fuzzed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("fuzzed")
    with tarfile.open(corpus / "fuzzed.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


@pytest.mark.parametrize("name", SEEDS)
def test_cut_off_at_every_length(tmp_path: Path, name: str) -> None:
    finder, data = SEEDS[name]
    step = max(1, len(data) // 400)
    find_in(finder, tmp_path, *(data[:n] for n in range(0, len(data) + 1, step)))


@pytest.mark.parametrize("name", SEEDS)
@CALM
@given(seed=st.integers(0, 2**32))
def test_damage(tmp_path: Path, name: str, seed: int) -> None:
    finder, data = SEEDS[name]
    rng = random.Random(seed)
    contents = []
    for _ in range(10):
        broken = bytearray(data)
        for _ in range(rng.randint(1, 12)):
            value = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])
            broken[rng.randrange(len(broken))] = value
        contents.append(bytes(broken))
    find_in(finder, tmp_path, *contents)


@pytest.mark.parametrize("name", SEEDS)
@CALM
@given(keep=st.integers(0, 40), tail=st.binary(max_size=400), filler=st.integers(0, 90_000))
def test_any_bytes(tmp_path: Path, name: str, keep: int, tail: bytes, filler: int) -> None:
    finder, data = SEEDS[name]
    find_in(finder, tmp_path, data[:keep] + tail, data[:keep] + tail * (1 + filler // 400))


@pytest.mark.parametrize("name", SEEDS)
def test_files_that_crashed_readers(fuzzed: list[Path], name: str) -> None:
    """All of them, taken for a file of each format."""
    find_in_files(SEEDS[name][0], fuzzed)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("png", chunk(b"tEXt")),
        ("png", bytes(12)),
        ("png", chunk(b"IDAT", b"x")),
        ("png", chunk(b"zTXt", b"k\0\0" + zlib.compress(b"x" * 50_000))),
        ("webp", riff_chunk(b"ANMF", b"")),
        ("webp", riff_chunk(b"EXIF", b"II*\0")),
        ("gif", b"!\xfe\0"),
        ("gif", b"\1x"),
        ("gif", b",\0\0\0\0\0\0\0\0\0\2\0"),
        ("exv", b"\xff\xe1\0\x02"),
        ("exv", b"\xff\xff"),
    ],
)
def test_endless_small_parts(tmp_path: Path, name: str, unit: bytes) -> None:
    """Megabytes of the shortest parts there are take seconds at most."""
    finder, data = SEEDS[name]
    start = {"png": 33, "webp": 30, "gif": 25, "exv": 7}[name]
    began = time.perf_counter()
    find_in(finder, tmp_path, data[:start] + unit * (3_000_000 // len(unit)))
    assert time.perf_counter() - began < 15
