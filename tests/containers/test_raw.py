"""Raw formats with a structure of their own: RAF, MRW, X3F, CRW; and EXV."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from imgframe.containers import crw, exv, mrw, raf, x3f
from imgframe.schema import Family
from tests.containers.exiftool import ask
from tests.containers.finding import find_in, find_in_files
from tests.writers import ASCII, Entry, Tiff, exif, jpeg, segment

TIFF = Tiff(ifd0=[Entry(0x010F, ASCII, "Maker"), Entry(0x0110, ASCII, "Model 1")]).bytes()
XMP = b"<x:xmpmeta/>"
IMAGE = jpeg(
    segment(0xE1, b"Exif\0\0" + TIFF), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
)


def raf_file(tags: dict[int, tuple[int, int]], image: bytes = IMAGE, gap: int = 0) -> bytes:
    directory = struct.pack(">I", len(tags)) + b"".join(
        struct.pack(">HHHH", tag, 4, *value) for tag, value in tags.items()
    )
    start = 148 + gap
    head = b"FUJIFILMCCD-RAW 0201FF383501X-T1".ljust(84, b"\0")
    head += struct.pack(">IIII", start, len(image), start + len(image), len(directory))
    return head.ljust(start, b"\0") + image + directory + bytes(900)


@pytest.mark.parametrize(
    ("tags", "size"),
    [
        ({0x100: (3296, 4992), 0x111: (3264, 4896), 0x121: (3265, 4897)}, (4896, 3264)),
        ({0x100: (3296, 4992), 0x121: (3265, 4897)}, (4897, 3265)),
        ({0x100: (3296, 4992)}, (4992, 3296)),
    ],
)
def test_raf(tmp_path: Path, tags: dict[int, tuple[int, int]], size: tuple[int, int]) -> None:
    for gap in (0, 200_000):
        (found,) = find_in(raf.find, tmp_path, raf_file(tags, gap=gap))
        assert (found.size, found.problems) == (size, [])
        assert found.segments == [(Family.EXIF, TIFF), (Family.XMP, XMP)]


def test_raf_as_exiftool_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.raf"
    path.write_bytes(raf_file({0x100: (3296, 4992), 0x111: (3264, 4896)}))
    tags = ask(path)
    assert (tags["ImageSize"], tags["Make"]) == ("4896 3264", "Maker")


def test_raf_without_a_directory(tmp_path: Path) -> None:
    (found,) = find_in(raf.find, tmp_path, raf_file({}))
    assert (found.size, found.problems) == ((-1, -1), ["RAF: no size in the directory"])
    assert found.of(Family.EXIF) == [TIFF]


def mrw_file(size: tuple[int, int] = (2568, 1928), tiff: bytes = TIFF) -> bytes:
    width, height = size
    sizes = b"21810002" + struct.pack(">HHHHBB6x", height + 8, width + 8, height, width, 12, 12)
    chunks = b"".join(
        name + struct.pack(">I", len(data)) + data
        for name, data in ((b"\0PRD", sizes), (b"\0TTW", tiff), (b"\0PAD", bytes(50)))
    )
    return b"\0MRM" + struct.pack(">I", len(chunks)) + chunks + b"\0TTW\0\0\0\x20raw" * 500


@pytest.mark.parametrize("tiff", [TIFF, TIFF + bytes(100_000)])
def test_mrw(tmp_path: Path, tiff: bytes) -> None:
    (found,) = find_in(mrw.find, tmp_path, mrw_file(tiff=tiff))
    assert (found.size, found.errors, found.problems) == ((2568, 1928), [], [])
    assert found.of(Family.EXIF)[0][: len(TIFF)] in (TIFF, b"")
    assert len(found.segments) == 1


def test_mrw_as_exiftool_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mrw"
    path.write_bytes(mrw_file())
    tags = ask(path)
    assert (tags["ImageSize"], tags["Make"]) == ("2568 1928", "Maker")


def x3f_file(version: int = 2, image: bytes = IMAGE, gap: int = 0) -> bytes:
    head = bytearray(b"FOVb" + struct.pack("<HH", 0, version).ljust(300, b"\0"))
    struct.pack_into("<II", head, 28 if version < 4 else 40, 2640, 1760)
    head = head.ljust(0x300, b"\0") + bytes(gap)
    section = b"SECi\0\0\x02\0\x02\0\0\0\x12\0\0\0".ljust(28, b"\0") + image
    entries = struct.pack("<II4s", len(head), len(section), b"IMA2") * 2
    directory = b"SECd\0\0\x02\0" + struct.pack("<I", 2) + entries
    return bytes(head) + section + directory + struct.pack("<I", len(head) + len(section))


@pytest.mark.parametrize("version", [2, 4])
@pytest.mark.parametrize("gap", [0, 500_000])
def test_x3f(tmp_path: Path, version: int, gap: int) -> None:
    (found,) = find_in(x3f.find, tmp_path, x3f_file(version, gap=gap))
    assert (found.size, found.errors, found.problems) == ((2640, 1760), [], [])
    assert found.of(Family.EXIF)[0] == TIFF
    assert found.rounds <= 3


@pytest.mark.parametrize("version", [2, 4])
def test_x3f_as_exiftool_reads_it(tmp_path: Path, version: int) -> None:
    path = tmp_path / "a.x3f"
    path.write_bytes(x3f_file(version))
    assert ask(path)["Make"] == "Maker"


class Heap:
    """Writes a heap of CIFF: its values, then its directory."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.data = b""
        self.entries = b""
        self.count = 0

    def add(self, tag: int, value: bytes) -> None:
        self.entries += struct.pack(self.order + "HII", tag, len(value), len(self.data))
        self.data += value + bytes(len(value) % 2)
        self.count += 1

    def bytes(self) -> bytes:
        directory = struct.pack(self.order + "H", self.count) + self.entries
        return self.data + directory + struct.pack(self.order + "I", len(self.data))


def crw_file(order: str = "<", raw: int = 0) -> bytes:
    exposure = struct.pack(order + "fff", -0.5, 8.0, 5.0)
    properties, camera = Heap(order), Heap(order)
    properties.add(0x1810, struct.pack(order + "IIfiIII", 3072, 2048, 1.0, 0, 8, 24, 1))
    properties.add(0x180E, struct.pack(order + "III", 1_105_457_696, 0, 0))
    properties.add(0x1818, exposure)
    camera.add(0x080A, b"Canon\0Canon EOS 10D\0")
    camera.add(0x0810, b"Jane Doe".ljust(32, b"\0"))
    properties.add(0x2807, camera.bytes())
    root = Heap(order)
    root.add(0x2005, bytes(raw))
    root.add(0x300A, properties.bytes())
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(order + "I", 26) + b"HEAPCCDR" + bytes(12) + root.bytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("raw", [0, 400_000])
def test_crw(tmp_path: Path, order: str, raw: int) -> None:
    (found,) = find_in(crw.find, tmp_path, crw_file(order, raw))
    assert (found.size, found.problems, found.unfinished) == ((3072, 2048), [], False)
    ((family, data),) = found.segments
    assert family == Family.EXIF
    path = tmp_path / "values.tif"
    path.write_bytes(data)
    tags = ask(path)
    assert {name: tags[name] for name in (
        "Make", "Model", "DateTimeOriginal", "ShutterSpeedValue", "ApertureValue",
        "ExposureCompensation", "OwnerName",
    )} == {
        "Make": "Canon", "Model": "Canon EOS 10D", "DateTimeOriginal": "2005:01:11 15:34:56",
        "ShutterSpeedValue": 0.00390625, "ApertureValue": pytest.approx(5.656854),
        "ExposureCompensation": -0.5, "OwnerName": "Jane Doe",
    }  # fmt: skip


def test_crw_as_exiftool_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.crw"
    path.write_bytes(crw_file())
    (found,) = find_in_files(crw.find, [path])
    tags = ask(path)
    assert tags["ImageSize"] == "{} {}".format(*found.size)
    assert (tags["Model"], tags["DateTimeOriginal"]) == ("Canon EOS 10D", "2005:01:11 15:34:56")


def test_heaps_that_hold_themselves(tmp_path: Path) -> None:
    data = bytearray(crw_file())
    at = data.index(struct.pack("<H", 0x2807))
    struct.pack_into("<II", data, at + 2, len(data) - 26, 0)
    (found,) = find_in(crw.find, tmp_path, bytes(data))
    assert found.size == (3072, 2048)


def test_exv(tmp_path: Path) -> None:
    data = b"\xff\x01Exiv2" + exif(Tiff(ifd0=[Entry(0x010F, ASCII, "Maker")]))
    data += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP) + b"\xff\xd9"
    (found,) = find_in(exv.find, tmp_path, data)
    assert [family for family, _ in found.segments] == [Family.EXIF, Family.XMP]
    assert (found.size, found.errors, found.problems) == ((-1, -1), [], [])
