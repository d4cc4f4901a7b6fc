"""ICC profiles to columns."""

from __future__ import annotations

import datetime as dt
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageCms

from imgframe.families import icc
from imgframe.schema import Family
from tests.families.segments import decode, row

HEADER = (
    b"\0\0\0\0lcms\4\x30\0\0mntrRGB XYZ "
    + struct.pack(">6H", 2024, 5, 1, 12, 30, 15)
    + b"acspAPPL\0\0\0\0IEC sRGB"
    + bytes(8)
    + struct.pack(">I", 1)
    + bytes(12)
    + b"appl"
    + bytes(range(16))
    + bytes(28)
)


def profile(*elements: tuple[bytes, bytes]) -> bytes:
    """Write a profile of a fixed header and these elements."""
    table, body = struct.pack(">I", len(elements)), b""
    start = 128 + 4 + 12 * len(elements)
    for signature, data in elements:
        table += struct.pack(">4sII", signature, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    raw = HEADER + table + body
    return struct.pack(">I", len(raw)) + raw[4:]


def plain(text: bytes) -> bytes:
    return b"text\0\0\0\0" + text + b"\0"


def described(text: bytes, unicode: str = "") -> bytes:
    return (
        b"desc\0\0\0\0"
        + struct.pack(">I", len(text) + 1)
        + text
        + b"\0"
        + struct.pack(">II", 0, len(unicode))
        + unicode.encode("utf-16-be")
        + bytes(70)
    )


def translated(texts: dict[str, str]) -> bytes:
    records, body = b"", b""
    for language, text in texts.items():
        data = text.encode("utf-16-be")
        start = 16 + 12 * len(texts) + len(body)
        records += struct.pack(">4sII", language.encode(), len(data), start)
        body += data
    return b"mluc\0\0\0\0" + struct.pack(">II", len(texts), 12) + records + body


def read(raw: bytes) -> tuple[dict[str, Any], list[str]]:
    return row(icc, (Family.ICC, raw))


def text_of(element: bytes) -> Any:
    values, problems = read(profile((b"desc", element)))
    assert problems == []
    return values.get("ICC:ProfileDescription")


def test_known_answers() -> None:
    raw = profile(
        (b"desc", described(b"Display P3")),
        (b"cprt", plain(b"Copyright Apple Inc., 2017")),
        (b"dmnd", described(b"Maker")),
        (b"dmdd", described(b"Model")),
        (b"wtpt", b"XYZ " + bytes(16)),
    )
    values, problems = read(raw)
    assert problems == []
    assert values == {
        "ICC:ProfileDescription": "Display P3",
        "ICC:ProfileCopyright": "Copyright Apple Inc., 2017",
        "ICC:DeviceMfgDesc": "Maker",
        "ICC:DeviceModelDesc": "Model",
        "ICC:ProfileCMMType": "lcms",
        "ICC:ProfileClass": "mntr",
        "ICC:ColorSpace": "RGB",
        "ICC:ProfileConnectionSpace": "XYZ",
        "ICC:ProfileVersion": "4.3.0",
        "ICC:ProfileDateTime": dt.datetime(2024, 5, 1, 12, 30, 15),
        "ICC:RenderingIntent": 1,
        "ICC:PrimaryPlatform": "APPL",
        "ICC:DeviceManufacturer": "IEC",
        "ICC:DeviceModel": "sRGB",
        "ICC:ProfileCreator": "appl",
        "ICC:ProfileID": "000102030405060708090a0b0c0d0e0f",
    }


def test_texts_of_every_type() -> None:
    assert text_of(plain(b"plain")) == "plain"
    assert text_of(described(b"old")) == "old"
    assert text_of(described(b"", "Grün")) == "Grün"
    assert text_of(described(b"Gr\xfcn")) == "Grün"
    assert text_of(b"data\0\0\0\0\0\0\0\0bytes") == "bytes"
    assert text_of(described(b"")) is None


def test_american_english_is_taken_first_then_any_english_then_the_first() -> None:
    assert text_of(translated({"deDE": "Bunt", "enUS": "Colour"})) == "Colour"
    assert text_of(translated({"deDE": "Bunt", "enGB": "Colour"})) == "Colour"
    assert text_of(translated({"deDE": "Bunt", "frFR": "Couleur"})) == "Bunt"
    assert text_of(translated({"zhTW": "色彩"})) == "色彩"
    assert text_of(translated({})) is None


def test_a_profile_of_little_cms() -> None:
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    values, problems = read(made.tobytes())
    assert problems == []
    assert values["ICC:ProfileDescription"] == ImageCms.getProfileDescription(made).strip()
    assert values["ICC:ColorSpace"] == "RGB"


def chunked(raw: bytes, *numbers: tuple[int, int]) -> list[tuple[Family, bytes]]:
    """Cut a profile into as many chunks, of these numbers and counts."""
    size = -(-len(raw) // len(numbers))
    return [
        (Family.ICC_CHUNK, bytes(number) + raw[i * size : (i + 1) * size])
        for i, number in enumerate(numbers)
    ]


def test_chunks_are_put_together_whatever_their_order() -> None:
    raw = profile((b"desc", described(b"Whole")))
    parts = chunked(raw, (1, 3), (2, 3), (3, 3))
    for order in (parts, parts[::-1], [*parts, parts[1]]):
        values, problems = row(icc, *order)
        assert values["ICC:ProfileDescription"] == "Whole"
        assert problems == []


@pytest.mark.parametrize("number", [(1, 1), (0, 0), (0, 1)])
def test_a_lone_chunk_is_the_whole(number: tuple[int, int]) -> None:
    values, problems = row(icc, *chunked(profile((b"desc", plain(b"Lone"))), number))
    assert values["ICC:ProfileDescription"] == "Lone"
    assert problems == []


@pytest.mark.parametrize(
    ("numbers", "problem"),
    [
        ([(1, 3), (3, 3)], "ICC: 2 of 3 chunks"),
        ([(1, 2)], "ICC: 1 of 2 chunks"),
        ([(1, 2), (2, 3)], "ICC: chunks disagree on their count"),
        ([(1, 2), (3, 2)], "ICC: 2 of 2 chunks"),
    ],
)
def test_chunks_that_make_no_profile(numbers: list[tuple[int, int]], problem: str) -> None:
    assert row(icc, *chunked(profile(), *numbers)) == ({}, [problem])


def test_malformed_profiles() -> None:
    assert read(b"\0" * 40) == ({}, ["ICC: profile of 40 bytes"])
    _, problems = read(profile((b"desc", b"????12345678")))
    assert problems == ["ICC:ProfileDescription: text of no known type"]
    raw = bytearray(profile((b"desc", plain(b"x"))))
    raw[136:140] = b"\xff\xff\xff\xff"
    assert read(bytes(raw))[1] == ["ICC:ProfileDescription: lies outside the profile"]
    raw[128:132] = b"\xff\xff\xff\xff"
    assert read(bytes(raw))[1][0] == "ICC: 4294967295 elements declared, 2 read"
    raw = bytearray(profile())
    raw[26:28] = b"\0\x0d"
    assert read(bytes(raw))[1] == ["ICC:ProfileDateTime: 2024-13-1 12:30:15 is no date"]


def test_same_profiles_are_read_once_and_stand_in_every_row() -> None:
    raw = profile((b"desc", plain(b"Shared")))
    columns, _ = decode(icc, [(0, Family.ICC, raw), (2, Family.ICC, raw)])
    assert columns["ICC:ProfileDescription"] == ["Shared", None, "Shared"]


def test_truncation_at_every_length() -> None:
    raw = profile((b"desc", translated({"enUS": "Name"})), (b"cprt", plain(b"Free")))
    for length in range(1, len(raw)):
        values, problems = read(raw[:length])
        assert problems
        assert values.get("ICC:ProfileDescription") in (None, "Name")


@given(st.lists(st.tuples(st.sampled_from([b"desc", b"cprt"]), st.binary(max_size=60)), max_size=3))
def test_any_elements(elements: list[tuple[bytes, bytes]]) -> None:
    read(profile(*elements))


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_any_bytes(parts: list[bytes]) -> None:
    decode(icc, [(i % 2, Family.ICC_CHUNK, raw) for i, raw in enumerate(parts)])
    decode(icc, [(i % 2, Family.ICC, HEADER + raw) for i, raw in enumerate(parts)])
