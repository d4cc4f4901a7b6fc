"""JFIF, Adobe, MPF and comments to columns."""

from __future__ import annotations

import struct
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgframe.families import comment, jpegfacts
from imgframe.schema import Family
from tests.families.segments import decode, row


def jfif(unit: int, x: int, y: int) -> bytes:
    return b"\1\2" + struct.pack(">BHHBB", unit, x, y, 0, 0)


def adobe(transform: int) -> bytes:
    return struct.pack(">HHHB", 100, 0x8000, 0, transform)


def mpf(images: int, *, big: bool, first: int = 0xB000) -> bytes:
    order = ">" if big else "<"
    return (
        (b"MM\0*" if big else b"II*\0")
        + struct.pack(order + "LH", 8, 2)
        + struct.pack(order + "HHL4s", first, 7, 4, b"0100")
        + struct.pack(order + "HHLL", 0xB001, 4, 1, images)
    )


def test_known_answers() -> None:
    values, problems = row(
        jpegfacts,
        (Family.JFIF, jfif(1, 72, 96)),
        (Family.ADOBE, adobe(2)),
        (Family.MPF, mpf(3, big=False)),
    )
    assert problems == []
    assert values == {
        "JFIF:ResolutionUnit": 1,
        "JFIF:XResolution": 72,
        "JFIF:YResolution": 96,
        "Adobe:ColorTransform": 2,
        "MPF:NumberOfImages": 3,
    }


def test_rows_without_and_the_first_of_several() -> None:
    columns, problems = decode(
        jpegfacts,
        [
            (0, Family.MPF, mpf(2, big=True)),
            (2, Family.JFIF, jfif(0, 1, 1)),
            (2, Family.JFIF, jfif(2, 300, 0)),
            (3, Family.JFIF, jfif(0, 0, 0)),
        ],
    )
    assert problems == []
    assert columns == {
        "JFIF:ResolutionUnit": [None, None, 0, 0],
        "JFIF:XResolution": [None, None, 1, None],
        "JFIF:YResolution": [None, None, 1, None],
        "MPF:NumberOfImages": [2, None, None, None],
    }


@pytest.mark.parametrize("family", [Family.JFIF, Family.ADOBE, Family.MPF])
def test_segments_of_too_few_bytes(family: Family) -> None:
    values, problems = row(jpegfacts, (family, b"\1"))
    assert values == {}
    assert problems == ["JPEG: application segment of too few bytes"]


def test_truncated_index() -> None:
    whole = mpf(3, big=True)
    for length in range(10, len(whole)):
        assert row(jpegfacts, (Family.MPF, whole[:length]))[0] == {}
    assert row(jpegfacts, (Family.MPF, whole))[0] == {"MPF:NumberOfImages": 3}


def test_only_what_is_asked_for() -> None:
    columns, _ = decode(jpegfacts, [(0, Family.JFIF, jfif(1, 72, 96))], ("JFIF:X*",))
    assert columns == {"JFIF:XResolution": [72]}


def test_comments() -> None:
    columns, problems = decode(
        comment,
        [
            (0, Family.COMMENT, b" \0"),
            (0, Family.COMMENT, "Grüße".encode()),
            (1, Family.COMMENT, b"caf\xe9 \0junk"),
            (3, Family.COMMENT, bytes(70_000)),
        ],
    )
    assert columns == {"Comment": ["Grüße", "café", None, None]}
    assert problems == [(3, "Comment: text of 70000 bytes left out")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([Family.JFIF, Family.ADOBE, Family.MPF]),
            st.sampled_from([b"", b"MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0"]),
            st.binary(max_size=60),
        ),
        max_size=6,
    )
)
def test_any_bytes(parts: list[tuple[Family, bytes, bytes]]) -> None:
    decode(jpegfacts, [(i % 2, f, head + raw) for i, (f, head, raw) in enumerate(parts)])


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_comments(parts: list[bytes]) -> None:
    module: ModuleType = comment
    decode(module, [(i % 2, Family.COMMENT, raw) for i, raw in enumerate(parts)])
