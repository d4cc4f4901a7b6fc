"""Image resource blocks to the segments in them."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgframe.batch import Segments
from imgframe.families import iptc, photoshop
from imgframe.schema import Family
from tests.families.segments import batch_of, listed

IPTC = b"\x1c\x02\x5a\x00\x04Rome\x1c\x02\x65\x00\x05Italy"


def resource(number: int, data: bytes, name: bytes = b"", signature: bytes = b"8BIM") -> bytes:
    label = bytes([len(name)]) + name
    label += bytes(len(label) % 2)
    return (
        signature
        + struct.pack(">H", number)
        + label
        + struct.pack(">I", len(data))
        + data
        + bytes(len(data) % 2)
    )


Inside = list[tuple[int, int, bytes]]


def inside(*parts: bytes, rows: tuple[int, ...] = ()) -> tuple[Inside, list[str]]:
    """Return row, family and bytes of what is found, and the problems."""
    numbers = rows or (0,) * len(parts)
    batch, segments, _ = batch_of(
        [(row, Family.PHOTOSHOP, part) for row, part in zip(numbers, parts, strict=True)]
    )
    found, problems = photoshop.children(batch, segments)
    place = batch.locate(found.space, found.start, found.length)
    assert (place >= 0).all()
    assert (found.start + found.length <= batch.sizes[found.space]).all()
    raw = [
        batch.buffer[p : p + n].tobytes()
        for p, n in zip(place.tolist(), found.length.tolist(), strict=True)
    ]
    each = list(zip(found.row.tolist(), found.family.tolist(), raw, strict=True))
    return each, [text for _, text in listed(problems)]


def test_known_answers() -> None:
    found, problems = inside(
        resource(0x03ED, bytes(16))
        + resource(0x0404, IPTC)
        + resource(0x040F, b"profile", b"odd")
        + resource(0x0422, b"MM\0*exif", b"even")
        + resource(0x0400, b"other", signature=b"MeSa")
        + resource(0x0424, b"<x/>")
    )
    assert problems == []
    assert found == [
        (0, Family.IPTC, IPTC),
        (0, Family.ICC, b"profile"),
        (0, Family.EXIF, b"MM\0*exif"),
        (0, Family.XMP, b"<x/>"),
    ]


def test_rows_are_kept_apart() -> None:
    found, _ = inside(resource(0x0404, b"one"), resource(0x0404, b"two"), rows=(3, 5))
    assert found == [(3, Family.IPTC, b"one"), (5, Family.IPTC, b"two")]


@pytest.mark.parametrize("cut", range(1, 60))
def test_segments_of_a_file_continue_each_other(cut: int) -> None:
    whole = resource(0x03ED, bytes(10)) + resource(0x0404, IPTC)
    parts = whole[:cut], whole[cut:]
    found, problems = inside(*(part for part in parts if part))
    assert problems == []
    assert b"".join(raw for _, _, raw in found) == IPTC
    # The family puts them together again.
    batch, segments, n = batch_of([(0, Family(f), raw) for _, f, raw in found])
    columns, _ = iptc.columns(batch, segments, n, None)
    assert columns["IPTC:City"].to_pylist() == ["Rome"]
    assert columns["IPTC:Country-PrimaryLocationName"].to_pylist() == ["Italy"]


def test_what_cannot_be_continued() -> None:
    whole = resource(0x0424, b"<x>text</x>")
    found, problems = inside(whole[:15], whole[15:])
    assert found == []
    assert problems == ["Photoshop: XMP spans several segments"]


def test_lists_that_are_whole_may_end_in_padding_or_junk() -> None:
    first, second = resource(0x0404, b"one!"), resource(0x040F, b"two!")
    found, problems = inside(first + bytes(20), second)
    assert [raw for _, _, raw in found] == [b"one!", b"two!"]
    assert problems == []
    found, problems = inside(first + b"junk" * 5, second)
    assert [raw for _, _, raw in found] == [b"one!", b"two!"]
    assert problems == ["Photoshop: no resource at byte 16"]


def test_cut_off() -> None:
    found, problems = inside(resource(0x0404, IPTC)[:-5])
    assert found == [(0, Family.IPTC, IPTC[:-4])]
    assert problems == ["Photoshop: resource 0x0404 is cut off"]
    lies = b"8BIM\x04\x04\0\0\xff\xff\xff\xff" + IPTC
    found, problems = inside(lies)
    assert found == [(0, Family.IPTC, IPTC)]
    assert problems == ["Photoshop: resource 0x0404 is cut off"]


def test_many_resources() -> None:
    _, problems = inside(resource(1, b"") * (photoshop.MAX_RESOURCES + 2))
    assert problems == [f"Photoshop: more than {photoshop.MAX_RESOURCES} resources"]


def test_nothing() -> None:
    batch, _, _ = batch_of([])
    found, problems = photoshop.children(batch, Segments(*[batch.sizes[:0]] * 5))
    assert (len(found), len(problems)) == (0, 0)


def test_truncation_at_every_length() -> None:
    whole = resource(0x0404, IPTC, b"name") + resource(0x0424, b"<x/>")
    for length in range(len(whole)):
        found, problems = inside(whole[:length])
        assert all(IPTC.startswith(raw) or b"<x/>".startswith(raw) for _, _, raw in found)
        assert len(problems) <= 1


@given(st.lists(st.binary(max_size=80), max_size=5))
def test_any_bytes(parts: list[bytes]) -> None:
    inside(*parts)
    inside(*(b"8BIM\x04\x04" + part for part in parts))
