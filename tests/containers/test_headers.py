"""Formats of which the header tells the size."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgframe import fetch
from imgframe.containers import headers, sniff
from tests.containers.exiftool import ask
from tests.containers.finding import Found, find_in, find_in_files

WIDE = struct.pack(">II", 640, 480)
LITTLE = struct.pack("<II", 640, 480)


def exr(**windows: tuple[int, int, int, int]) -> bytes:
    attributes = b"".join(
        name.encode() + b"\0box2i\0" + struct.pack("<I4i", 16, *box)
        for name, box in windows.items()
    )
    kind = b"compression\0compression\0\1\0\0\0\0"
    return b"\x76\x2f\x31\x01\2\0\0\0" + kind + attributes + b"\0" + bytes(50)


FILES = {
    "SUN": b"\x59\xa6\x6a\x95" + WIDE + bytes(20),
    "QOI": b"qoif" + WIDE + b"\3\0",
    "FARBFELD": b"farbfeld" + WIDE,
    "DDS": b"DDS \x7c\0\0\0" + bytes(4) + struct.pack("<II", 480, 640) + bytes(104),
    "SGI": b"\x01\xda\1\1\0\3" + struct.pack(">HH", 640, 480) + bytes(500),
    "DPX": b"SDPX".ljust(772, b"\0") + WIDE + bytes(1_000),
    "CINEON": b"\x80\x2a\x5f\xd7".ljust(200, b"\0") + WIDE + bytes(1_000),
    "PGF": b"PGF6" + bytes(4) + LITTLE + bytes(20),
    "XCF": b"gimp xcf v011\0" + WIDE + bytes(20),
    "PCX": b"\x0a\x05\x01\x02" + struct.pack("<4H", 10, 20, 649, 499) + bytes(116),
    "HDR": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 480 +X 640\n" + bytes(20),
    "FITS": b"".join(
        card.ljust(80)
        for card in (b"SIMPLE  =   T", b"NAXIS1  =   640", b"NAXIS2  =   480 / rows", b"END")
    ),
    "EXR": exr(dataWindow=(10, 20, 649, 499), displayWindow=(0, 0, 9, 9)),
}  # fmt: skip


def one(folder: Path, name: str, data: bytes) -> Found:
    return find_in(headers.FINDERS[name], folder, data)[0]


@pytest.mark.parametrize("name", FILES)
def test_size(tmp_path: Path, name: str) -> None:
    found = one(tmp_path, name, FILES[name])
    assert (found.size, found.errors) == ((640, 480), [])


@pytest.mark.parametrize("name", FILES)
def test_the_first_bytes_tell_the_format(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(FILES[name])
    batch, _ = fetch.read_heads([str(path)], np.array([len(FILES[name])]), ())
    assert sniff(batch, np.arange(1)).tolist() == [name]


def test_every_finder_is_tested() -> None:
    assert set(headers.FINDERS) == set(FILES)


@pytest.mark.parametrize(
    ("name", "ending"), [("PCX", "pcx"), ("HDR", "hdr"), ("EXR", "exr"), ("DPX", "dpx")]
)
def test_size_as_exiftool_reads_it(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(FILES[name].ljust(3_000, b"\0"))
    assert ask(path)["ImageSize"] == "640 480"


def test_the_other_byte_order_of_dpx(tmp_path: Path) -> None:
    data = b"XPDS".ljust(772, b"\0") + LITTLE + bytes(1_000)
    assert [f.size for f in find_in(headers.FINDERS["DPX"], tmp_path, data, FILES["DPX"])] == [
        (640, 480)
    ] * 2


def test_columns_first_in_radiance(tmp_path: Path) -> None:
    data = b"#?RGBE\n\n+X 640 -Y 480\n"
    assert one(tmp_path, "HDR", data).size == (640, 480)


def test_the_display_window_where_there_is_no_other(tmp_path: Path) -> None:
    assert one(tmp_path, "EXR", exr(displayWindow=(0, 0, 639, 479))).size == (640, 480)


@pytest.mark.parametrize("name", FILES)
def test_truncated_at_every_length(tmp_path: Path, name: str) -> None:
    whole = FILES[name][:800]
    found = find_in(headers.FINDERS[name], tmp_path, *(whole[:n] for n in range(4, len(whole))))
    assert found[0].errors == [f"{name}: no size in the header"]
    assert all((f.size == (-1, -1)) == bool(f.errors) for f in found)


@pytest.mark.parametrize(("name", "ending"), [("PCX", "pcx"), ("SGI", "sgi"), ("DDS", "dds")])
def test_what_pillow_writes(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"pillow.{ending}"
    Image.new("RGB", (31, 17)).save(path)
    assert find_in_files(headers.FINDERS[name], [path])[0].size == (31, 17)
