"""CR3: the TIFF structures in Canon's box, XMP, and the size."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgframe.containers import cr3
from imgframe.schema import Family
from tests.containers.boxes import XMP, box, ftyp, track
from tests.containers.finding import Found, find_in
from tests.writers import ASCII, LONG, RATIONAL, SHORT, Entry, Tiff

CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
PACKET = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
PREVIEW = bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16")

IFD0 = Tiff(
    ifd0=[Entry(0x0100, SHORT, 6000), Entry(0x0101, LONG, 4000), Entry(0x010F, ASCII, "Canon")]
).bytes()
EXIF = Tiff(ifd0=[Entry(0x829D, RATIONAL, (28, 10)), Entry(0x8827, SHORT, 800)]).bytes()
NOTE = Tiff(ifd0=[Entry(0x0006, ASCII, "Canon EOS R")]).bytes()
GPS = Tiff(ifd0=[Entry(1, ASCII, "N"), Entry(2, RATIONAL, [(48, 1), (30, 1), (0, 1)])]).bytes()


@dataclass
class Raw:
    """A CR3 file; `write` writes it."""

    ifd0: bytes = IFD0
    tracks: bytes = track(1620, 1080) + track(6000, 4000)
    maker: bytes = CANON
    before_moov: bytes = b""
    in_moov: bytes = b""
    behind_moov: bytes = b""
    xmp: bytes = box(b"uuid", PACKET, XMP)
    note: bytes = NOTE
    tail: bytes = b""
    movie: bytes = b"CanonCR3_001/00.09.00/00.00.00"

    def write(self) -> bytes:
        case = box(
            b"uuid", self.maker, box(b"CNCV", self.movie), box(b"CCTP", bytes(60)),
            box(b"CMT1", self.ifd0), box(b"CMT2", EXIF), box(b"CMT3", self.note),
            box(b"CMT4", GPS), box(b"THMB", bytes(40)),
        )  # fmt: skip
        moov = box(b"moov", self.in_moov, case, box(b"mvhd", bytes(100)), self.tracks)
        data = box(b"uuid", PREVIEW, bytes(90_000)) + box(b"mdat", bytes(200_000))
        head = ftyp(b"crx ", b"crx ", b"isom") + self.before_moov + moov
        return head + self.behind_moov + self.xmp + data + self.tail


def one(folder: Path, data: bytes | Raw) -> Found:
    return find_in(cr3.find, folder, data.write() if isinstance(data, Raw) else data)[0]


WHOLE = [(Family.EXIF, IFD0), (Family.EXIF_SUB, EXIF), (Family.GPS_SUB, GPS), (Family.XMP, XMP)]


def test_the_directories_and_xmp(tmp_path: Path) -> None:
    found = one(tmp_path, Raw())
    assert found.segments == WHOLE
    assert (found.size, found.problems, found.errors) == ((6000, 4000), [], [])
    assert found.rounds == 0, "XMP stands near the start: nothing more need be read"


@pytest.mark.parametrize(
    "raw",
    [
        Raw(behind_moov=box(b"free", bytes(100))),
        Raw(behind_moov=box(b"uuid", bytes(range(16)), b"what is this")),
        Raw(behind_moov=box(b"free", bytes(99_000))),
        Raw(before_moov=box(b"uuid", PREVIEW, bytes(50))),
        Raw(before_moov=Raw().xmp, xmp=b""),
        Raw(xmp=b"", tail=Raw().xmp),
        Raw(in_moov=box(b"uuid", PREVIEW, b"x") + box(b"free")),
        Raw(note=bytes(150_000)),
    ],
    ids=["free", "unknown", "far", "preview first", "XMP first", "XMP last", "two", "long note"],
)
def test_boxes_in_other_places(tmp_path: Path, raw: Raw) -> None:
    found = one(tmp_path, raw)
    assert [kind for kind, _ in found.segments] == [kind for kind, _ in WHOLE]
    assert found.segments[:3] == WHOLE[:3]
    assert (found.size, found.problems, found.errors) == ((6000, 4000), [], [])


def test_no_xmp(tmp_path: Path) -> None:
    found = one(tmp_path, Raw(xmp=b""))
    assert found.segments == WHOLE[:3]
    assert found.problems == []


@pytest.mark.parametrize("ifd0", [Tiff(ifd0=[Entry(0x010F, ASCII, "Canon")]).bytes(), b"", b"II*"])
def test_the_size_of_a_track_where_ifd0_has_none(tmp_path: Path, ifd0: bytes) -> None:
    found = one(tmp_path, Raw(ifd0=ifd0))
    assert found.size == (1620, 1080)
    assert found.of(Family.EXIF_SUB) == [EXIF]


def test_another_makers_box(tmp_path: Path) -> None:
    found = one(tmp_path, Raw(maker=bytes(16)))
    assert (found.size, found.segments) == ((1620, 1080), WHOLE[3:])


def test_a_file_that_tells_nothing(tmp_path: Path) -> None:
    found = one(tmp_path, ftyp(b"crx ") + box(b"mdat", bytes(70_000)))
    assert (found.size, found.segments) == ((-1, -1), [])
    assert found.errors == ["CR3: no box tells what is in the file"]


def test_many_files_are_read_as_each_alone(tmp_path: Path) -> None:
    raws = [Raw(), Raw(xmp=b""), Raw(before_moov=Raw().xmp, xmp=b""), Raw(ifd0=b""), Raw()]
    contents = [raw.write() for raw in raws]
    together = find_in(cr3.find, tmp_path, *contents)
    for data, found in zip(contents, together, strict=True):
        alone = one(tmp_path, data)
        assert (found.size, found.segments) == (alone.size, alone.segments)


SEED = Raw(tracks=track(1620, 1080, 1)).write()[:3_000]


def test_every_truncation(tmp_path: Path) -> None:
    ends = range(16, SEED.index(XMP) + len(XMP) + 20)
    found = find_in(cr3.find, tmp_path, *(SEED[:n] for n in ends))
    assert found[-1].segments == WHOLE
    assert {len(f.segments) for f in found} == {0, 1, 2, 3, 4}


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_damage(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    contents = []
    for _ in range(10):
        data = bytearray(SEED)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(8, len(data))] = rng.choice([0, 1, 4, 0x7F, 0x80, 0xFF])
        contents.append(bytes(data))
    find_in(cr3.find, tmp_path, *contents)


def test_exiftool_reads_the_same(tmp_path: Path) -> None:
    exiftool = shutil.which("exiftool")
    if not exiftool:
        pytest.skip("ExifTool is not installed")
    path = tmp_path / "a.cr3"
    path.write_bytes(Raw().write())
    command = [exiftool, "-j", "-n", "-FileType", "-Make", "-ISO", "-GPSLatitude", "-ImageSize"]
    done = subprocess.run([*command, str(path)], capture_output=True, check=True)
    (row,) = json.loads(done.stdout)
    del row["SourceFile"]
    assert row == {
        "FileType": "CR3", "Make": "Canon", "ISO": 800, "GPSLatitude": 48.5,
        "ImageSize": "6000 4000",
    }  # fmt: skip
