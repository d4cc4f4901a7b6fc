"""What cameras note in formats of their own."""

from __future__ import annotations

import json
import logging
import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgframe import read_images
from imgframe.decode import makernotes
from imgframe.decode.note_layouts import LAYOUTS
from tests.reading import row, table
from tests.writers import ASCII, FLOAT, LONG, RATIONAL, SHORT, SLONG, UNDEFINED, Entry, Tiff, exif
from tests.writers import jpeg as written

Tags = list[Entry]


def directory(tags: Tags, start: int, order: str = "<") -> bytes:
    """Write a directory and its values; `start`: where it stands, from what offsets count from."""
    head = start + 2 + 12 * len(tags) + 4
    out, values = struct.pack(order + "H", len(tags)), b""
    for tag in tags:
        data = tag.data(order)
        size = {ASCII: 1, UNDEFINED: 1, SHORT: 2, LONG: 4, SLONG: 4, FLOAT: 4, RATIONAL: 8}[
            tag.kind
        ]
        out += struct.pack(order + "HHI", tag.tag, tag.kind, _count(tag, len(data) // size))
        if tag.offset is not None:
            out += struct.pack(order + "I", tag.offset)
        elif len(data) <= 4:
            out += data.ljust(4, b"\0")
        else:
            out += struct.pack(order + "I", head + len(values))
            values += data
    return out + bytes(4) + values


def _count(tag: Entry, true: int) -> int:
    return true if tag.count is None else tag.count


def photo(make: str, note: bytes, big_endian: bool = False) -> bytes:
    tiff = Tiff(
        [Entry(0x010F, ASCII, make), Entry(0x0110, ASCII, "Model")],
        exif=[Entry(0x927C, UNDEFINED, note)],
        big_endian=big_endian,
    )
    return written(exif(tiff))


def offset_of_note(make: str, length: int) -> int:
    """Return where the writer puts a note, from the TIFF header on."""
    mark = b"\x01\x02\x03\x04" * (length // 4 + 1)
    data = photo(make, mark[:length])
    return data.index(mark[:length]) - data.index(b"II\x2a\0")


def absolute(make: str, tags: Tags, head: bytes = b"", moved: int = 0, order: str = "<") -> bytes:
    """Write a photo with a note whose offsets count from the TIFF header."""
    note = head + directory(tags, 0, order)
    at = offset_of_note(make, len(note)) + moved
    note = head + directory(tags, at + len(head), order)
    return photo(make, note, big_endian=order == ">")


def notes(folder: Path, data: bytes, **options: Any) -> tuple[dict[str, str], list[str]]:
    one = row(folder, data, makernotes=True, **options)
    found = {n[10:]: v for n, v in one.items() if n.startswith("MakerNote:") and v is not None}
    return found, one["problems"] or []


CANON = [
    Entry(0x0001, SHORT, [12, 2, 0, 2, 0, 0, 0, 1]),
    Entry(0x0006, ASCII, "IMG:PowerShot S40 JPEG"),
    Entry(0x0008, LONG, 1171771),
    Entry(0x0009, ASCII, "Ana"),
    Entry(0x1234, SHORT, 7),
]


def test_canon(tmp_path: Path) -> None:
    found, problems = notes(tmp_path, absolute("Canon", CANON))
    assert found == {
        "Macromode": "Normal",
        "SelfTimer": "0",
        "Quality": "Normal",
        "FlashMode": "Flash Not Fired",
        "ContinuousDriveMode": "Single Or Timer",
        "ImageType": "IMG:PowerShot S40 JPEG",
        "ImageNumber": "1171771",
        "OwnerName": "Ana",
    }
    assert problems == []


@pytest.mark.parametrize("make", ["Canon", "SONY", "CASIO", "NIKON", "OLYMPUS", "DJI"])
@pytest.mark.parametrize("moved", [-60, -5, 1, 8, 58, 10_000])
def test_of_a_note_that_was_moved_only_what_has_no_offset_is_read(
    tmp_path: Path, make: str, moved: int
) -> None:
    head = {"SONY": b"SONY DSC \0\0\0", "OLYMPUS": b"OLYMP\0\1\0"}.get(make, b"")
    tags = [Entry(9_999, ASCII, "text of a value"), Entry(9_998, SHORT, 7)]
    data = absolute(make, tags, head, moved)
    found, problems = notes(tmp_path, data, tags=("MakerNote:*",))
    assert found == {f"Tag 0x{9_998:04X}": "7"}
    assert problems == ["MakerNote: left out 1 values that do not lie where they should"]
    found, problems = notes(tmp_path, absolute(make, tags, head), tags=("MakerNote:*",))
    assert found == {f"Tag 0x{9_998:04X}": "7", f"Tag 0x{9_999:04X}": "text of a value"}
    assert problems == []


def test_a_note_in_the_other_byte_order(tmp_path: Path) -> None:
    """As programs leave it that turn the order of the rest round."""
    note = directory([Entry(0x0008, LONG, 1171771), Entry(0x00B4, SHORT, 2)], 0, "<")
    found, problems = notes(tmp_path, photo("Canon", note, big_endian=True))
    assert found == {"ImageNumber": "1171771", "ColorSpace": "Adobe RGB"}
    assert problems == []


@pytest.mark.parametrize(
    ("order", "mark"), [("<", b"II\x2a\0\x08\0\0\0"), (">", b"MM\0\x2a\0\0\0\x08")]
)
@pytest.mark.parametrize("big_endian", [False, True])
def test_nikon(tmp_path: Path, order: str, mark: bytes, big_endian: bool) -> None:
    tags = [
        Entry(0x0004, ASCII, "FINE   "),
        Entry(0x001E, SHORT, 1),
        Entry(0x000D, UNDEFINED, bytes([2, 1, 6, 0])),
        Entry(0x000E, UNDEFINED, bytes([1, 1, 6, 0])),
        Entry(0x0084, RATIONAL, [(17, 1), (35, 1), (14, 5), (14, 5)]),
        Entry(0x0091, UNDEFINED, bytes(100)),
        Entry(0x0088, UNDEFINED, bytes(4)),
        Entry(0x008D, ASCII, "MODE1a"),
        Entry(0x0011, LONG, 4_000),
    ]
    note = b"Nikon\0\x02\x10\0\0" + mark + directory(tags, 8, order)
    found, problems = notes(tmp_path, photo("NIKON CORPORATION", note, big_endian))
    assert found == {
        "Quality": "FINE",
        "ColorSpace": "sRGB",
        "ProgramShift": "+1/3 EV",
        "LensMinMaxFocalMaxAperture": "[17, 35, 14/5, 14/5]",
    }
    assert problems == []


def test_fujifilm(tmp_path: Path) -> None:
    tags = [Entry(0x1000, ASCII, "NORMAL "), Entry(0x1021, SHORT, 1), Entry(0x1022, SHORT, 0)]
    note = b"FUJIFILM\x0c\0\0\0" + directory(tags, 12)
    for big_endian in (False, True):
        found, problems = notes(tmp_path, photo("FUJIFILM", note, big_endian))
        assert found == {"Quality": "NORMAL", "FocusMode": "Manual"}
        assert problems == []


def test_apple(tmp_path: Path) -> None:
    tags = [Entry(0x0001, SLONG, 12), Entry(0x0015, ASCII, "4F5E-11"), Entry(0x0014, SLONG, 10)]
    note = b"Apple iOS\0\0\x01MM" + directory(tags, 14, ">")
    for big_endian in (False, True):
        found, problems = notes(tmp_path, photo("Apple", note, big_endian))
        assert found == {
            "MakerNoteVersion": "12",
            "ImageUniqueID": "4F5E-11",
            "ImageCaptureType": "Photo",
        }
        assert problems == []


def test_dji(tmp_path: Path) -> None:
    tags = [Entry(1, ASCII, "DJI"), Entry(6, FLOAT, -2.3), Entry(10, FLOAT, 45.3)]
    found, problems = notes(tmp_path, absolute("DJI", tags))
    assert found == {"Make": "DJI", "Pitch": "-2.3", "CameraYaw": "45.3"}
    assert problems == []


def test_sony_behind_its_name(tmp_path: Path) -> None:
    tags = [Entry(0x0102, LONG, 2), Entry(0xB020, ASCII, "Standard"), Entry(0x2002, LONG, 5)]
    found, problems = notes(tmp_path, absolute("SONY", tags, b"SONY DSC \0\0\0"))
    assert found == {"Quality": "Fine", "CreativeStyle": "Standard", "Rating": "5"}
    assert problems == []


@pytest.mark.parametrize(
    ("make", "head"),
    [
        ("Canon Inc", b""),
        ("CASIO COMPUTER CO.,LTD", b"QVC\0\0\0"),
        ("OLYMPUS IMAGING CORP.", b"OLYMPUS\0II\x03\0"),
        ("Panasonic", b"Panasonic\0\0\0"),
        ("DJI", b"[ae_dbg_info:"),
        ("NIKON", b"Nikon\0\x02\x10\0\0II\x2a\0\x10\0\0\0"),
    ],
)
def test_what_exifread_cannot_read_is_left_alone(tmp_path: Path, make: str, head: bytes) -> None:
    note = head + directory(CANON, 0)
    assert notes(tmp_path, photo(make, note)) == ({}, [])


def test_unnamed_tags_and_patterns(tmp_path: Path) -> None:
    data = absolute("Canon", CANON)
    assert notes(tmp_path, data, tags=("MakerNote:Owner*",))[0] == {"OwnerName": "Ana"}
    assert notes(tmp_path, data, tags=("MakerNote:Tag*",))[0] == {"Tag 0x1234": "7"}
    assert notes(tmp_path, data, tags=("Make",))[0] == {}


@pytest.mark.parametrize(
    ("tag", "lost"),
    [
        (Entry(0x0006, ASCII, "x" * 9, count=1_006_641_184), 0),
        (Entry(0x0006, ASCII, "x" * 9, offset=0xFFFF_FFFF), 1),
        (Entry(0x0001, SHORT, [1], count=0x7FFF_FFFF), 1),
        (Entry(0x000D, UNDEFINED, b"x", count=0xFFFF_FFFF), 1),
        (Entry(0x0098, SHORT, [1], count=0), 0),
    ],
)
def test_counts_and_offsets_that_lie(tmp_path: Path, tag: Entry, lost: int) -> None:
    found, problems = notes(tmp_path, absolute("Canon", [Entry(0x0008, LONG, 5), tag]))
    assert found == {"ImageNumber": "5"}
    what = f"MakerNote: left out {lost} values that do not lie where they should"
    assert problems == ([what] if lost else [])


@pytest.mark.parametrize(
    "note", [b"\xff" * 200, bytes(200), struct.pack("<H", 3) + b"\xff" * 36, b"\1\0" + bytes(9)]
)
def test_a_note_that_is_none(tmp_path: Path, note: bytes) -> None:
    found, problems = notes(tmp_path, photo("Canon", note))
    assert found == {}
    assert problems in ([], ["MakerNote: no directory where it should be"])


def test_every_truncation_gives_a_row(tmp_path: Path) -> None:
    whole = absolute("Canon", CANON)
    for length in range(0, len(whole), 3):
        (tmp_path / f"{length:04}.jpg").write_bytes(whole[:length])
    frame = table(tmp_path, makernotes=True)
    assert frame.height == len(range(0, len(whole), 3))
    assert set(frame["MakerNote:OwnerName"].to_list()) == {None, "Ana"}


HEADS = (
    *(b"", b"Nikon\0\x01\0", b"Nikon\0\x02\x10\0\0II\x2a\0\x08\0\0\0", b"OLYMP\0\1\0"),
    *(b"SONY DSC \0\0\0", b"FUJIFILM\x0c\0\0\0", b"Apple iOS\0\0\x01MM"),
)


@given(
    st.sampled_from([layout.make.pattern.strip("^$").split("|")[0] for layout in LAYOUTS]),
    st.sampled_from(HEADS),
    st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 20), st.integers(0, 2_000),
                       st.integers(0, 2_000)), max_size=30),
    st.binary(max_size=400),
)  # fmt: skip
def test_no_note_breaks_it(
    make: str, head: bytes, tags: list[tuple[int, int, int, int]], tail: bytes
) -> None:
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    for order in "IM":
        note = makernotes._Note(make, "EOS 5D", order, head + body + tail, 100)
        try:
            values, _ = makernotes._read(note)
        except makernotes._UnreadableError:
            continue
        assert all(text and isinstance(text, str) for text in values.values())


def test_nothing_is_logged_and_the_logger_stays_as_it_was(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "exifread"):
        notes(tmp_path, absolute("Canon", CANON))
    assert not logging.getLogger("exifread").disabled
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_the_columns_are_text_and_come_with_the_flag_only(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(absolute("Canon", CANON))
    frame = read_images(tmp_path, makernotes=True)
    columns = [name for name in frame.columns if name.startswith("MakerNote:")]
    assert len(columns) == 8
    assert {frame.schema[name] for name in columns} == {pl.String()}
    assert not [n for n in read_images(tmp_path).columns if n.startswith("MakerNote:")]


# Real files --------------------------------------------------------------------------------------

IN_OTHER_WORDS = {
    *("ImageCaptureType", "MeteringMode", "Sharpness", "Saturation", "FocusWarning"),
    *("BlurWarning", "ExposureWarning", "RetouchHistory"),
}
"""Tags for whose codes exifread has other words than ExifTool, of the same meaning."""
AS_WRITTEN = {"LensFStops", "ExposureTuning", "ManualFocusDistance", "PowerUpTime"}
"""Tags that exifread gives as the numbers that are written."""


def plain(value: Any) -> str:
    return re.sub(r"[^a-z0-9.+-]", "", str(value).lower())


def numbers(value: Any) -> list[float]:
    found = [text.split("/") for text in re.findall(r"-?\d+(?:\.\d+)?(?:/[1-9]\d*)?", str(value))]
    return [float(x[0]) / float(x[1]) if len(x) == 2 else float(x[0]) for x in found]


def asked(path: str, *options: str) -> dict[str, Any]:
    program = shutil.which("exiftool")
    if program is None:
        pytest.skip("no exiftool to compare with")
    command = [program, "-j", "-a", "-G1", "-u", "-MakerNotes:all", *options, path]
    (tags,) = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    return {name.split(":")[-1]: value for name, value in tags.items()}


@pytest.mark.slow
def test_real_notes_are_read_as_exiftool_reads_them(corpus: Path) -> None:
    frame = table(corpus, makernotes=True)
    columns = [name for name in frame.columns if name.startswith("MakerNote:")]
    some = frame.filter(pl.any_horizontal(pl.col(columns).is_not_null()))
    assert {"Canon", "Apple", "FUJIFILM", "DJI", "NIKON"} <= set(some["Make"])
    different, n_same = [], 0
    for one in some.rows(named=True):
        words, codes = asked(one["path"]), asked(one["path"], "-n")
        for column in columns:
            name, ours = column.removeprefix("MakerNote:"), one[column]
            if ours is None or name not in words or name in IN_OTHER_WORDS | AS_WRITTEN:
                continue
            theirs = words[name], codes[name]
            same = plain(ours) in map(plain, theirs) or (
                numbers(ours) != [] and numbers(ours) in map(numbers, theirs)
            )
            n_same += same
            if not same:
                different.append((one["path"], name, ours, *theirs))
    assert different == []
    assert n_same > 300
