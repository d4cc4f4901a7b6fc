"""Formats found out by trying, with no more than the first bytes."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imgframe import fetch
from imgframe.containers import lastresort, sniff


def identify(folder: Path, name: str, data: bytes | None = None) -> tuple[str, int, int]:
    path = folder / name
    if data is not None:
        path.write_bytes(data)
    sizes = np.array([path.stat().st_size])
    batch, _ = fetch.read_heads([str(path)], sizes, ())
    rows = np.arange(1)
    for window in (16 << 10, 256 << 10, 1 << 20):
        located, formats = lastresort.find(batch, rows)
        if not len(located.needs):
            break
        batch, _ = fetch.read_more(batch, located.needs, window)
    return formats[0], int(located.width[0]), int(located.height[0])


def icns(*kinds: bytes, length: int = 100) -> bytes:
    return b"icns\0\0\0\0" + b"".join(
        kind + struct.pack(">I", 8 + length) + bytes(length) for kind in kinds
    )


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (b"P1\n640 480\n0 1", ("PBM", 640, 480)),
        (b"P4 640 480\n\0", ("PBM", 640, 480)),
        (b"P2\n# a comment 9 9\n640\n480\n255\n", ("PGM", 640, 480)),
        (b"P5\n640 480 255\n", ("PGM", 640, 480)),
        (b"P3\r\n640 480\r\n255\r\n", ("PPM", 640, 480)),
        (b"P6#x\n640#y\n 480 65535 ", ("PPM", 640, 480)),
        (b"PF\n640 480\n-1.0\n", ("PFM", 640, 480)),
        (b"Pf\n640 480\n1.0\n", ("PFM", 640, 480)),
        (b"P7\nWIDTH 640\nHEIGHT 480\nDEPTH 4\nMAXVAL 255\nENDHDR\n", ("PAM", 640, 480)),
        (b"#define a_width 640\n#define a_height 480\nstatic char", ("XBM", 640, 480)),
        (b'/* XPM */\nstatic char *x[] = {\n/* c */\n"640 480 2 1 XPMEXT",', ("XPM", 640, 480)),
        (icns(b"TOC ", b"ic07", b"ic09", b"is32"), ("ICNS", 512, 512)),
        (icns(b"ic08", b"ic10", length=90_000), ("ICNS", 1024, 1024)),
    ],
)
def test_size(tmp_path: Path, data: bytes, want: tuple[str, int, int]) -> None:
    assert identify(tmp_path, "a", data) == want


@pytest.mark.parametrize(
    "data",
    [
        b"", b"P", b"P6 is a text", b"P9 5 5 ", b"P6 5 \n", b"PK\3\4 640 480 ", b"\0" * 300,
        b"#define PI 3.14\n", b"P6 12345678901 5 255 ", b"hello", b"%PDF-1.4",
        b"BLP1", b"DanM" + bytes(40), b"\xb1\x68\xde\x3a" + bytes(9),
    ],
)  # fmt: skip
def test_what_is_no_image(tmp_path: Path, data: bytes) -> None:
    assert identify(tmp_path, "a", data) == ("", -1, -1)


def test_a_known_format_without_a_size(tmp_path: Path) -> None:
    assert identify(tmp_path, "a", b"/* XPM */ and no more") == ("XPM", -1, -1)
    assert identify(tmp_path, "a", icns(b"name")) == ("ICNS", -1, -1)
    assert identify(tmp_path, "a", b"P6 0 5 255 ") == ("PPM", -1, -1)


@pytest.mark.parametrize("name", ["a.tga", "B.TGA", "c.vda"])
def test_targa_by_its_name(tmp_path: Path, name: str) -> None:
    image = Image.new("RGB", (31, 17))
    image.save(tmp_path / "x.tga", rle=True)
    (tmp_path / "x.tga").rename(tmp_path / name)
    assert identify(tmp_path, name) == ("TGA", 31, 17)
    (tmp_path / name).rename(tmp_path / "other")
    assert identify(tmp_path, "other") == ("", -1, -1)


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (b"\0\0\2\0\0\0\0\0" + bytes(30), ""),
        (b"\0\0\2\0\1\0" + bytes(30), "CUR"),
        (b"\0\0\1\0\3\0" + bytes(30), "ICO"),
        (b"BM and other words of a text", ""),
        (b"BM" + bytes(12) + b"\x28\0\0\0" + bytes(40), "BMP"),
        (b"BM", "BMP"),
    ],
)
def test_what_begins_like_a_format_is_not_always_of_it(
    tmp_path: Path, data: bytes, want: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    batch, _ = fetch.read_heads([str(path)], np.array([len(data)]), ())
    assert sniff(batch, np.arange(1)).tolist() == [want]


@pytest.mark.parametrize(("ending", "mode"), [("msp", "1"), ("blp", "P")])
def test_what_pillow_writes(tmp_path: Path, ending: str, mode: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.new(mode, (32, 16)).save(path)
    assert identify(tmp_path, path.name) == (ending.upper(), 32, 16)


def test_every_pillow_class_is_there() -> None:
    from importlib import import_module

    for name, (module, plugin) in lastresort.PILLOW_CLASSES.items():
        assert getattr(import_module(f"PIL.{module}"), plugin).format == name
    asked = {*lastresort.PILLOW_NAMES.values(), *(name for _, name in lastresort.PILLOW_MARKS)}
    assert asked == set(lastresort.PILLOW_CLASSES)


MARKS = [mark for mark, _ in lastresort.OWN] + [mark for mark, _ in lastresort.PILLOW_MARKS]


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mark=st.sampled_from([*MARKS, b"P6 ", b""]), tail=st.binary(max_size=300))
def test_any_bytes(tmp_path: Path, mark: bytes, tail: bytes) -> None:
    name, width, height = identify(tmp_path, "a.tga", mark + tail)
    assert isinstance(name, str)
    assert (width > 0) == (height > 0)
    assert name or width == -1
