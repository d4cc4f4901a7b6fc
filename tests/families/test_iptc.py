"""IPTC-IIM datasets to columns."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgframe.families import iptc
from imgframe.schema import Family, Rule
from imgframe.schema.iptc import DATASETS, RULES
from tests.families.segments import decode, row

UTF8 = (1, 90, b"\x1b%G")


def dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def block(*datasets: tuple[int, int, bytes]) -> bytes:
    return b"".join(dataset(*d) for d in datasets)


def read(*datasets: tuple[int, int, bytes]) -> tuple[dict[str, Any], list[str]]:
    return row(iptc, (Family.IPTC, block(*datasets)))


def test_known_answers() -> None:
    values, problems = read(
        (1, 0, b"\0\4"),
        (2, 0, b"\0\2"),
        (2, 5, b"Blue Square"),
        (2, 10, b"5"),
        (2, 25, b"tram"),
        (2, 25, b"Lisbon"),
        (2, 55, b"20050102"),
        (2, 60, b"180434-0500"),
        (2, 63, b"135926.054+0100"),
        (2, 80, b"Ada"),
        (2, 120, b"first\nsecond"),
        (3, 20, b"\2\0"),
    )
    assert values == {
        "IPTC:EnvelopeRecordVersion": 4,
        "IPTC:ApplicationRecordVersion": 2,
        "IPTC:ObjectName": "Blue Square",
        "IPTC:Urgency": 5,
        "IPTC:Keywords": ["tram", "Lisbon"],
        "IPTC:DateCreated": dt.date(2005, 1, 2),
        "IPTC:TimeCreated": "18:04:34-05:00",
        "IPTC:DigitalCreationTime": "13:59:26.054+01:00",
        "IPTC:By-line": ["Ada"],
        "IPTC:Caption-Abstract": "first\nsecond",
        "IPTC:IPTCImageWidth": 512,
    }
    assert problems == []


def test_text_is_latin_unless_the_character_set_is_utf8() -> None:
    values, _ = read((2, 90, "Köln".encode("latin-1")), (2, 105, "„ok“".encode("cp1252")))
    assert values == {"IPTC:City": "Köln", "IPTC:Headline": "„ok“"}
    assert read(UTF8, (2, 90, "Köln".encode()))[0] == {"IPTC:City": "Köln"}
    assert read((2, 90, "Köln".encode()))[0] == {"IPTC:City": "KÃ¶ln"}
    assert read(UTF8, (2, 90, b"K\xf6ln"))[0] == {"IPTC:City": "Köln"}
    assert read((2, 90, b"\x81\x9d"))[0] == {"IPTC:City": "\x81\x9d"}


def test_a_byte_that_windows_leaves_undefined_spoils_no_other() -> None:
    values, _ = read((2, 120, b"\x93ok\x94 \x81 100 \x80"))
    assert values["IPTC:Caption-Abstract"] == "“ok” \x81 100 €"


def test_the_envelope_comes_before_any_character_set() -> None:
    assert read((1, 5, "Köln".encode()))[0] == {"IPTC:Destination": ["Köln"]}


def test_blanks_are_no_values() -> None:
    values, problems = read((2, 5, b"\0\0"), (2, 25, b" "), (2, 55, b"00000000"), (2, 10, b""))
    assert values == {}
    assert problems == []


def test_what_must_not_be_repeated_has_its_first_value() -> None:
    assert read((2, 105, b"one"), (2, 105, b"two"))[0] == {"IPTC:Headline": "one"}


@pytest.mark.parametrize(
    ("number", "value", "problem"),
    [
        (55, b"20050231", "IPTC:DateCreated: '20050231' is no date"),
        (55, b"soon", "IPTC:DateCreated: 'soon' is no date"),
        (10, b"high", "IPTC:Urgency: 'high' is no number"),
        (0, bytes(9), "IPTC:ApplicationRecordVersion: number of 9 bytes"),
    ],
)
def test_what_is_not_what_it_should_be(number: int, value: bytes, problem: str) -> None:
    assert read((2, number, value)) == ({}, [problem])


def test_dates_with_separators() -> None:
    assert read((2, 55, b"2005-01-02"))[0] == {"IPTC:DateCreated": dt.date(2005, 1, 2)}


def test_extended_length() -> None:
    caption = b"x" * 40_000
    raw = b"\x1c\x02\x78\x80\x04" + struct.pack(">I", len(caption)) + caption
    values, problems = row(iptc, (Family.IPTC, raw + dataset(2, 90, b"Rome")))
    assert values == {"IPTC:Caption-Abstract": caption.decode(), "IPTC:City": "Rome"}
    assert problems == []
    long = b"\x1c\x02\x78\x80\x03" + (70_000).to_bytes(3, "big") + bytes(70_000)
    values, problems = row(iptc, (Family.IPTC, long))
    assert (values, problems) == ({}, ["IPTC:Caption-Abstract: text of 70000 bytes left out"])
    _, problems = row(iptc, (Family.IPTC, b"\x1c\x02\x78\x80\x09" + bytes(20)))
    assert problems == ["IPTC: dataset 2:120 has a length of 9 bytes"]


def test_padding_is_no_problem_and_junk_is() -> None:
    good = dataset(2, 90, b"Rome")
    assert row(iptc, (Family.IPTC, good + bytes(9))) == ({"IPTC:City": "Rome"}, [])
    values, problems = row(iptc, (Family.IPTC, good + b"junk"))
    assert values == {"IPTC:City": "Rome"}
    assert problems == ["IPTC: byte 0x6A at 9 begins no dataset"]


def test_swapped_words_are_put_right() -> None:
    raw = block((2, 90, b"Rome"), (2, 101, b"Italy"))
    raw += bytes(-len(raw) % 4)
    words = struct.unpack(f">{len(raw) // 4}I", raw)
    values, problems = row(iptc, (Family.IPTC, struct.pack(f"<{len(words)}I", *words)))
    assert values == {"IPTC:City": "Rome", "IPTC:Country-PrimaryLocationName": "Italy"}
    assert problems == ["IPTC: bytes were swapped four by four, which was undone"]


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_segment_that_ends_within_a_dataset_is_continued_by_the_next(cut: int) -> None:
    raw = block((2, 90, b"Rome"), (2, 101, b"Italy"), (2, 105, b"News"))
    values, problems = row(iptc, (Family.IPTC, raw[:cut]), (Family.IPTC, raw[cut:]))
    assert problems == []
    assert values == {
        "IPTC:City": "Rome",
        "IPTC:Country-PrimaryLocationName": "Italy",
        "IPTC:Headline": "News",
    }


def test_a_cut_block_is_not_continued_by_another_block() -> None:
    first, second = dataset(2, 90, b"Rome")[:-1], dataset(2, 101, b"Italy")
    values, problems = row(iptc, (Family.IPTC, first), (Family.IPTC, second))
    assert values == {"IPTC:Country-PrimaryLocationName": "Italy"}
    assert problems == ["IPTC: last dataset is cut off"]


def test_truncation_at_every_length() -> None:
    raw = block(
        UTF8, (2, 90, "Zürich".encode()), (2, 25, b"a"), (2, 25, b"b"), (2, 55, b"20050102")
    )
    whole, _ = row(iptc, (Family.IPTC, raw))
    for length in range(len(raw)):
        values, problems = row(iptc, (Family.IPTC, raw[:length]))
        assert len(problems) <= 1
        for name, value in values.items():
            assert value == whole[name] or name == "IPTC:Keywords"


@given(st.lists(st.binary(max_size=80), max_size=4))
def test_any_bytes(parts: list[bytes]) -> None:
    decode(iptc, [(i % 2, Family.IPTC, b"\x1c\x02" + raw) for i, raw in enumerate(parts)])
    decode(iptc, [(i % 2, Family.IPTC, raw) for i, raw in enumerate(parts)])


@given(st.dictionaries(st.sampled_from(sorted(DATASETS)), st.binary(max_size=20)))
def test_any_values(values: dict[tuple[int, int], bytes]) -> None:
    read(*((record, number, value) for (record, number), value in values.items()))


def test_only_what_is_asked_for() -> None:
    raw = block((2, 90, b"Rome"), (2, 101, b"Italy"))
    columns, _ = decode(iptc, [(0, Family.IPTC, raw)], ("IPTC:C*y", "Make"))
    assert columns == {"IPTC:City": ["Rome"]}


def test_rules_are_those_of_their_datasets() -> None:
    assert len(RULES) == len(DATASETS)
    assert set(RULES.values()) == {Rule.TEXT, Rule.TEXTS, Rule.INTEGER, Rule.DATE}
    assert not any(d.clock and d.rule != Rule.TEXT for d in DATASETS.values())


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs ExifTool")
def test_what_exiftool_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path)
    written = [
        "-CodedCharacterSet=UTF8", "-Keywords=Zürich", "-Keywords=tram", "-City=Köln",
        "-DateCreated=2004:05:06", "-TimeCreated=11:22:33+01:00", "-Urgency=3",
        "-Caption-Abstract=two\nlines", "-SpecialInstructions=" + "long " * 40,
    ]  # fmt: skip
    subprocess.run(
        ["exiftool", "-q", "-overwrite_original", *(f"-IPTC:{w[1:]}" for w in written), path],
        check=True,
    )
    found = subprocess.run(
        ["exiftool", "-j", "-n", "-G0", "-IPTC:all", path], check=True, capture_output=True
    )
    raw = subprocess.run(["exiftool", "-b", "-IPTC", path], check=True, capture_output=True).stdout
    values, problems = row(iptc, (Family.IPTC, raw))
    assert problems == []
    expected = json.loads(found.stdout)[0]
    del expected["SourceFile"], expected["IPTC:CodedCharacterSet"]
    for name, value in values.items():
        shown = value.strftime("%Y:%m:%d") if isinstance(value, dt.date) else value
        theirs = expected.pop(name)
        assert shown == (theirs.strip() if isinstance(theirs, str) else theirs)
    assert expected == {}
