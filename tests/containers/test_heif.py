"""HEIF and AVIF: items wherever they stand, and the size of the image itself."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imgframe.containers import heif
from imgframe.schema import Family
from tests.containers.boxes import (
    EXIF,
    PROFILE,
    TIFF,
    XMP,
    Heif,
    Item,
    box,
    exif,
    ftyp,
    ispe,
    track,
    xmp,
)
from tests.containers.finding import Found, find_in, find_in_files

WIDTHS = [
    (offset, length, base, index)
    for offset, length, base, index in itertools.product((0, 4, 8), (4, 8), (0, 4, 8), (0, 4, 8))
    if offset or base
]
"""Bytes of the fields of item locations that tell where an item stands."""

IMAGE = Item(1, data=b"pixels", properties=[1])


def one(folder: Path, data: bytes | Heif) -> Found:
    return find_in(heif.find, folder, data.write() if isinstance(data, Heif) else data)[0]


@pytest.mark.parametrize("version", [0, 1, 2])
@pytest.mark.parametrize("widths", WIDTHS)
def test_every_layout_of_item_locations(
    tmp_path: Path, version: int, widths: tuple[int, int, int, int]
) -> None:
    file = Heif([IMAGE, exif(), xmp()], iloc=version, widths=widths)
    found = one(tmp_path, file)
    assert (found.size, found.problems, found.errors) == ((40, 30), [], [])
    assert found.of(Family.EXIF) == [TIFF]
    assert found.of(Family.XMP) == [XMP]


def test_an_item_without_a_length_reaches_to_the_end(tmp_path: Path) -> None:
    file = Heif([IMAGE, exif()], widths=(4, 0, 0, 0))
    assert one(tmp_path, file).of(Family.EXIF) == [TIFF]


def test_fields_of_impossible_width(tmp_path: Path) -> None:
    data = Heif([IMAGE, exif()]).write().replace(b"iloc\1\0\0\0\x44", b"iloc\1\0\0\0\x94")
    found = one(tmp_path, data)
    assert (found.size, found.segments) == ((40, 30), [])
    assert found.problems == ["HEIF: Exif item has no place in the file"]


@pytest.mark.parametrize("infe", [2, 3])
def test_versions_of_item_entries(tmp_path: Path, infe: int) -> None:
    number = 70_000 if infe == 3 else 9
    file = Heif([IMAGE, exif(number), xmp(number + 1)], infe=infe, iloc=2, ipma=infe == 3)
    found = one(tmp_path, file)
    assert found.of(Family.EXIF) == [TIFF]
    assert found.of(Family.XMP) == [XMP]


@pytest.mark.parametrize("infe", [0, 1])
def test_old_item_entries_have_a_content_type_only(tmp_path: Path, infe: int) -> None:
    items = [IMAGE, xmp(name=b"packet"), Item(92, data=EXIF, content=b"Exif")]
    found = one(tmp_path, Heif(items, infe=infe))
    assert found.of(Family.XMP) == [XMP]
    assert found.of(Family.EXIF) == [TIFF]


def test_items_in_idat(tmp_path: Path) -> None:
    file = Heif([IMAGE, Item(5, data=b"before", method=1), exif(method=1), xmp(method=1)])
    found = one(tmp_path, file)
    assert found.of(Family.EXIF) == [TIFF]
    assert found.of(Family.XMP) == [XMP]
    assert found.problems == []


@pytest.mark.parametrize("late", [False, True])
def test_pixels_in_idat(tmp_path: Path, late: bool) -> None:
    """A box "meta" of many megabytes is not read for the few bytes that tell of them."""
    pixels = Item(1, data=bytes(6 << 20), method=1, properties=[1, 2])
    file = Heif([pixels, exif(method=1), xmp()], late=late, wide=True)
    file.properties.append(colr(b"prof", PROFILE))
    found = one(tmp_path, file)
    assert (found.size, found.problems) == ((40, 30), [])
    assert (found.of(Family.EXIF), found.of(Family.ICC)) == ([TIFF], [PROFILE])
    assert len(found.of(Family.XMP)) == 1
    assert found.bytes_read < 1 << 20


@pytest.mark.parametrize("pieces", [2, 3, 7])
def test_items_in_several_extents(tmp_path: Path, pieces: int) -> None:
    found = one(tmp_path, Heif([IMAGE, exif(pieces=pieces), xmp(pieces=pieces)]))
    assert found.of(Family.EXIF) == [TIFF]
    assert found.of(Family.XMP) == [XMP]
    assert found.problems == []


@pytest.mark.parametrize("index", [0, 4, 8])
@pytest.mark.parametrize("iref", [0, 1])
def test_items_made_of_items(tmp_path: Path, index: int, iref: int) -> None:
    half = len(EXIF) // 2
    items = [
        IMAGE,
        Item(3, data=b"xx" + EXIF[:half], pieces=2),
        Item(4, data=EXIF[half:]),
        Item(80, b"Exif", extents=[(1, 2, half)], method=2),
    ]
    references = [(b"iloc", 80, [3])]
    if index:
        items[3].extents = [(1, 2, half), (2, 0, len(EXIF) - half)]
        references = [(b"iloc", 80, [3, 4])]
    file = Heif(items, references=references, iref=iref, widths=(4, 4, 0, index))
    found = one(tmp_path, file)
    assert found.of(Family.EXIF) == [TIFF if index else TIFF[: half - 10]]
    assert found.problems == []


def test_items_made_of_themselves(tmp_path: Path) -> None:
    items = [IMAGE, Item(3, b"Exif", extents=[(1, 0, 50)], method=2)]
    file = Heif(items, references=[(b"iloc", 3, [3])], widths=(4, 4, 0, 4))
    assert one(tmp_path, file).problems == ["HEIF: Exif item is made of items of items, too deep"]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("open_end", [False, True])
def test_the_order_and_lengths_of_boxes(
    tmp_path: Path, late: bool, wide: bool, open_end: bool
) -> None:
    pixels = Item(1, data=bytes(200_000), properties=[1])
    file = Heif([pixels, exif(), xmp()], late=late, wide=wide, open_end=open_end and not wide)
    found = one(tmp_path, file)
    assert (found.size, found.problems) == ((40, 30), [])
    assert [kind for kind, _ in found.segments] == [Family.EXIF, Family.XMP]
    assert found.of(Family.EXIF) == [TIFF]


def test_a_meta_box_as_quicktime_writes_it(tmp_path: Path) -> None:
    found = one(tmp_path, Heif([IMAGE, exif()], bare_meta=True))
    assert (found.size, found.of(Family.EXIF)) == ((40, 30), [TIFF])


@pytest.mark.parametrize(("ipma", "number"), [(0, 1), (0, 300), (1, 1), (1, 300), (1, 70_000)])
@pytest.mark.parametrize("wide", [False, True])
def test_associations(tmp_path: Path, ipma: int, wide: bool, number: int) -> None:
    last = 200 if wide else 100
    properties = [*(ispe(1, 1) for _ in range(last - 1)), ispe(4_000, 3_000)]
    items = [Item(2, properties=[1, 2]), Item(number, properties=[last, 1])]
    file = Heif(items, primary=number, properties=properties, ipma=ipma, wide_ipma=wide, infe=3)
    assert one(tmp_path, file).size == (4_000, 3_000)


def test_the_size_of_a_grid_is_its_own(tmp_path: Path) -> None:
    tiles = [Item(n, data=b"tile", properties=[1]) for n in range(2, 4_000)]
    grid = Item(1, b"grid", b"\0\0\7\7\1\2\3\4", method=1, properties=[2])
    references = [(b"dimg", 1, [tile.id for tile in tiles])]
    items = [*tiles, grid, exif(5_000), xmp(5_001)]
    file = Heif(items, properties=[ispe(512, 512), ispe(8_064, 6_048)], references=references)
    assert len(file.write()) > 150_000
    found = one(tmp_path, file)
    assert (found.size, found.problems) == ((8_064, 6_048), [])
    assert (found.of(Family.EXIF), found.of(Family.XMP)) == ([TIFF], [XMP])


@pytest.mark.parametrize("primary", [None, 7])
def test_no_primary_item(tmp_path: Path, primary: int | None) -> None:
    found = one(tmp_path, Heif([IMAGE, exif()], primary=primary))
    assert (found.size, found.of(Family.EXIF)) == ((-1, -1), [TIFF])
    assert (found.problems, found.errors) == (["HEIF: the image has no size"], [])


@pytest.mark.parametrize("size", [(0, 30), (1 << 31, 30), (0xFFFFFFFF, 0xFFFFFFFF)])
def test_a_size_that_no_image_has(tmp_path: Path, size: tuple[int, int]) -> None:
    found = one(tmp_path, Heif(properties=[ispe(*size)]))
    assert (found.size, found.problems) == ((-1, -1), ["HEIF: the image has no size"])


@pytest.mark.parametrize(
    "block",
    [
        b"\0\0\0\0" + TIFF,
        b"\0\0\0\6Exif\0\0" + TIFF,
        b"\0\0\0\x10" + bytes(16) + TIFF,
        TIFF,
        b"Exif\0\0" + TIFF,
        b"\0\0\0\0Exif\0\0" + TIFF,
        b"\0\0\0\6" + TIFF,
        b"\xff\xff\xff\xff" + TIFF,
        b"\0\0\xea\x60" + bytes(60_000) + TIFF,
    ],
    ids=["none", "usual", "16", "no count", "no count but Exif", "0 but Exif", "6 but no Exif",
         "beyond", "far"],
)  # fmt: skip
@pytest.mark.parametrize("pieces", [1, 2])
def test_where_the_tiff_header_is(tmp_path: Path, block: bytes, pieces: int) -> None:
    pixels = Item(1, data=bytes(90_000), properties=[1])
    found = one(tmp_path, Heif([pixels, exif(data=block, pieces=pieces)]))
    assert (found.of(Family.EXIF), found.problems) == ([TIFF], [])


@pytest.mark.parametrize("block", [b"\xff\xff\xff\xffnothing of the kind", b"II", b"\0\0\0\6Exif"])
@pytest.mark.parametrize("pieces", [1, 2])
def test_an_exif_item_that_is_none(tmp_path: Path, block: bytes, pieces: int) -> None:
    found = one(tmp_path, Heif([IMAGE, exif(data=block, pieces=pieces)]))
    assert (found.segments, found.problems) == ([], ["HEIF: Exif item has no TIFF header"])


def bare_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        (b"deflate", zlib.compress(XMP)),
        (b"deflate", bare_deflate(XMP)),
        (b"gzip", gzip.compress(XMP)),
        (b"compress_zlib", zlib.compress(XMP)),
    ],
    ids=["zlib", "bare", "gzip", "libheif"],
)
def test_an_encoded_item(tmp_path: Path, encoding: bytes, data: bytes) -> None:
    found = one(tmp_path, Heif([IMAGE, xmp(data=data, encoding=encoding)]))
    assert (found.of(Family.XMP), found.problems) == ([XMP], [])


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (xmp(data=b"x" * 30, encoding=b"deflate"),
         "XMP item is compressed, and damaged"),
        (xmp(data=zlib.compress(XMP)[:-8], encoding=b"deflate"),
         "XMP item is compressed, and cut short"),
        (xmp(data=zlib.compress(bytes(17 << 20)), encoding=b"deflate"),
         "XMP item is longer than 16 MiB when inflated"),
        (xmp(encoding=b"lzma"), "XMP item is in an unknown encoding"),
        (exif(protection=1), "Exif item is protected"),
        (exif(elsewhere=1), "Exif item lies in another file"),
        (exif(method=3), "Exif item has no place in the file"),
        (exif(data=None), "Exif item has no place in the file"),
        (exif(extents=[(1, 1 << 31, 100)]), "Exif item lies outside the file"),
        (exif(extents=[(1, 0, 1)] * 300), "Exif item is made of 300 extents"),
        (xmp(extents=[(1, 20, 1 << 30)]), "XMP item is cut short"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_items_that_cannot_be_read(tmp_path: Path, item: Item, problem: str) -> None:
    found = one(tmp_path, Heif([IMAGE, item]))
    assert (found.size, found.problems) == ((40, 30), [f"HEIF: {problem}"])


def test_all_that_is_joined_of_a_file_is_bounded(tmp_path: Path) -> None:
    block = b"\0\0\0\0" + TIFF + bytes(6 << 20)
    items = [IMAGE, *(exif(n, block, pieces=2) for n in range(2, 6))]
    found = one(tmp_path, Heif(items))
    assert len(found.segments) == 2
    text = "HEIF: Exif item is left out: more than 16 MiB would have to be joined"
    assert found.problems == [text] * 2


def test_other_items_are_no_metadata(tmp_path: Path) -> None:
    items = [IMAGE, Item(7, b"mime", XMP, content=b"text/plain"), Item(8, b"uri ", XMP)]
    found = one(tmp_path, Heif(items))
    assert (found.segments, found.problems) == ([], [])


def test_exif_of_another_image_of_the_file(tmp_path: Path) -> None:
    other = TIFF.replace(b"Canon", b"Other")
    items = [IMAGE, Item(2, data=b"thumb"), exif(3, b"\0\0\0\0" + other), exif(4)]
    file = Heif(items, references=[(b"cdsc", 3, [2]), (b"cdsc", 4, [2, 1])])
    assert one(tmp_path, file).of(Family.EXIF) == [TIFF]
    file.references.pop()
    assert one(tmp_path, file).of(Family.EXIF) == [TIFF], "it describes no image in particular"
    file.items.pop()
    assert one(tmp_path, file).of(Family.EXIF) == [other], "better than none"


@pytest.mark.parametrize("iref", [0, 1])
def test_xmp_of_the_image_itself_comes_first(tmp_path: Path, iref: int) -> None:
    gain = XMP.replace(b"adobe", b"gains")
    items = [IMAGE, Item(2, data=b"gain map"), xmp(3, gain), xmp(4)]
    file = Heif(items, references=[(b"cdsc", 3, [2]), (b"cdsc", 4, [1])], iref=iref)
    assert one(tmp_path, file).of(Family.XMP) == [XMP, gain]


def colr(kind: bytes, data: bytes) -> bytes:
    return box(b"colr", kind, data)


@pytest.mark.parametrize("kind", [b"prof", b"rICC"])
def test_the_colour_profile(tmp_path: Path, kind: bytes) -> None:
    properties = [ispe(40, 30), colr(b"nclx", bytes(7)), colr(kind, PROFILE), colr(kind, b"no")]
    items = [Item(1, data=b"pixels", properties=[1, 2, 3]), Item(2, properties=[4])]
    found = one(tmp_path, Heif(items, properties=properties))
    assert (found.of(Family.ICC), found.size) == ([PROFILE], (40, 30))


def test_the_colour_profile_of_tiles(tmp_path: Path) -> None:
    properties = [ispe(40, 30), ispe(20, 30), colr(b"prof", b"not this"), colr(b"prof", PROFILE)]
    items = [
        Item(1, b"grid", b"grid", properties=[1]),
        Item(2, properties=[2, 3]),
        *(Item(n, properties=[2, 4]) for n in (3, 4)),
    ]
    references = [(b"dimg", 1, [3, 4])]
    found = one(tmp_path, Heif(items, properties=properties, references=references))
    assert (found.of(Family.ICC), found.size) == ([PROFILE], (40, 30))


@pytest.mark.parametrize("version", [0, 1])
def test_a_sequence_has_the_size_of_its_track(tmp_path: Path, version: int) -> None:
    sound = track(0, 0, version)
    movie = box(b"moov", box(b"mvhd", bytes(100)), sound, track(640, 480, version))
    found = one(tmp_path, ftyp(b"msf1", b"hevc") + box(b"mdat", bytes(99_000)) + movie)
    assert (found.size, found.problems, found.errors) == ((640, 480), [], [])


def test_a_file_that_tells_nothing(tmp_path: Path) -> None:
    found = one(tmp_path, ftyp(b"heic") + box(b"mdat", bytes(9)))
    assert (found.size, found.problems) == ((-1, -1), [])
    assert found.errors == ["HEIF: no box tells what is in the file"]


def test_a_box_shorter_than_its_header(tmp_path: Path) -> None:
    found = one(tmp_path, ftyp(b"heic") + struct.pack(">I4s", 5, b"free") + Heif().write())
    assert found.problems == ["HEIF: a box is shorter than its own header"]


def test_many_files_are_read_as_each_alone(tmp_path: Path) -> None:
    files = [
        Heif([IMAGE, exif(method=m, pieces=p), xmp()], iloc=v, late=late)
        for m, p, v, late in itertools.product((0, 1), (1, 2), (1, 2), (False, True))
    ]
    contents = [file.write() for file in files]
    together = find_in(heif.find, tmp_path, *contents)
    alone = [one(tmp_path, data) for data in contents]
    assert [f.segments for f in together] == [f.segments for f in alone]


SEED = Heif(
    [
        Item(1, b"grid", b"grid", method=1, properties=[1, 3]),
        Item(2, data=b"tile", properties=[2]),
        exif(3),
        xmp(4, zlib.compress(XMP), encoding=b"deflate"),
        exif(5, pieces=2),
        Item(6, b"Exif", extents=[(1, 0, 30)], method=2),
    ],
    properties=[ispe(40, 30), ispe(20, 15), colr(b"prof", PROFILE)],
    references=[(b"dimg", 1, [2, 2]), (b"cdsc", 3, [1]), (b"iloc", 6, [3])],
    widths=(4, 4, 4, 4),
).write()


def test_every_truncation(tmp_path: Path) -> None:
    found = find_in(heif.find, tmp_path, *(SEED[:n] for n in range(12, len(SEED) + 1)))
    assert found[-1].size == (40, 30)
    assert found[-1].of(Family.EXIF)[0] == TIFF
    assert any(f.size == (40, 30) and not f.segments for f in found)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_damage(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    contents = []
    for _ in range(20):
        data = bytearray(SEED)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(8, len(data))] = rng.choice([0, 1, 4, 0x7F, 0x80, 0xFF])
        contents.append(bytes(data))
    find_in(heif.find, tmp_path, *contents)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tails=st.lists(st.binary(max_size=400), min_size=1, max_size=6))
def test_any_bytes(tmp_path: Path, tails: list[bytes]) -> None:
    heads = [ftyp(b"heic"), ftyp(b"heic") + b"\0\0\1\0meta\0\0\0\0", SEED[:60]]
    find_in(heif.find, tmp_path, *(head + tail for head in heads for tail in tails))


def test_avif_as_pillow_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    Image.new("RGB", (50, 20)).save(path, exif=TIFF, xmp=XMP, icc_profile=PROFILE)
    (found,) = find_in_files(heif.find, [path])
    assert (found.size, found.problems) == ((50, 20), [])
    assert found.of(Family.EXIF)[0].startswith(TIFF[:8])
    assert (found.of(Family.XMP), found.of(Family.ICC)) == ([XMP], [PROFILE])


def test_exiftool_reads_the_same(tmp_path: Path) -> None:
    exiftool = shutil.which("exiftool")
    if not exiftool:
        pytest.skip("ExifTool is not installed")
    path = tmp_path / "a.heic"
    path.write_bytes(Heif([IMAGE, exif()], widths=(4, 4, 4, 0)).write())
    command = [exiftool, "-j", "-n", "-Make", "-ImageSize", str(path)]
    (row,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert (row["Make"], row["ImageSize"]) == ("Canon", "40 30")
    assert one(tmp_path, path.read_bytes()).size == (40, 30)


def test_real_files(corpus: Path) -> None:
    rows = json.loads(gzip.decompress((corpus / "exiftool.json.gz").read_bytes()))
    wanted = {}
    for row in rows:
        name = row["SourceFile"]
        path = corpus / (name["val"] if isinstance(name, dict) else name)
        if path.suffix.lower() in {".heic", ".heif", ".avif"} and path.exists():
            size = row.get("Composite:ImageSize", {}).get("val", "-1 -1")
            has = {key.split(":")[0] for key in row}
            wanted[path] = (
                tuple(int(side) for side in size.split()),
                "IFD0" in has,
                any(key.startswith("XMP-") for key in has),
                "ICC_Profile" in has,
            )
    assert len(wanted) > 5
    got = {
        path: (
            found.size,
            bool(found.of(Family.EXIF)),
            bool(found.of(Family.XMP)),
            bool(found.of(Family.ICC)),
        )
        for path, found in zip(wanted, find_in_files(heif.find, list(wanted)), strict=True)
    }
    assert got == wanted
