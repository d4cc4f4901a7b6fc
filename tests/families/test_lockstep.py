"""What is decoded for many files at once is what is decoded file by file."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgframe.batch import Segments
from imgframe.families import icc, iptc, photoshop
from imgframe.families._cells import Cells
from imgframe.families.iptc import lockstep
from imgframe.schema import Family
from imgframe.schema.iptc import CHARACTER_SET, DATASETS
from tests.families.segments import Found, batch_of, decode, listed
from tests.families.test_icc import described, plain, profile
from tests.families.test_photoshop import resource

NEVER = 1 << 40

USUAL = ((1, 5), (1, 90), (2, 0), (2, 10), (2, 25), (2, 55), (2, 60), (2, 105))
KEYS = (*DATASETS, CHARACTER_SET, (2, 202), (8, 10))
VALUES = (
    b"", b"Rome", b"\0Rome\0\n", b"two\0lines", b"\x1c\x1fa\0b ", b"K\xc3\xb6ln", b"K\xf6ln",
    b"\xa0", b"\xa0 x ", b"\xc2\x85", b"\xff\x81", b"20050102", b"2005-01-02", b"00000000",
    b"180434", b"180434-0500", b"7", b"\0\2", b"\x7f" * 8, b"text " * 30,
)  # fmt: skip
WRONG = (b"20050231", b"soon", b"1" * 20, b"\x80" + bytes(7), bytes(9))
CHARACTER_SETS = (b"\x1b%G", b" \x1b%G", b"UTF-8", b"\x1b%/G", b"\x1b%", b"latin")


def block(random: Random) -> bytes:
    """Write a block of datasets, most often a sound one."""
    raw = b""
    for _ in range(random.randrange(12)):
        key = random.choice(random.choice((USUAL, KEYS)))
        sets = CHARACTER_SETS if key == CHARACTER_SET else VALUES
        value = random.choice(WRONG) if random.random() < 0.02 else random.choice(sets)
        raw += struct.pack(">BBBH", 0x1C, *key, len(value)) + value
    kind = random.choice(["sound"] * 5 + ["padded", "damaged", "long", "swapped"])
    if kind == "padded":
        raw += bytes(random.randrange(9))
    elif kind == "long":
        raw += b"\x1c\x02\x78\x80\x04" + struct.pack(">I", 40_000) + b"Long".ljust(40_000, b"\0")
    elif kind == "swapped":
        words = len(raw) // 4
        raw = struct.pack(f"<{words}I", *struct.unpack_from(f">{words}I", raw))
    return damaged(random, raw) if kind == "damaged" else raw


def resources(random: Random) -> bytes:
    """Write a list of image resources, most often a sound one."""
    raw = b""
    for _ in range(random.randrange(9)):
        number = random.choice([*photoshop.RESOURCES, 0x03ED, 0x0400])
        name = random.choice([b"", b"", b"odd", b"even", b"n" * 255])
        signature = random.choice([b"8BIM"] * 9 + [*photoshop.SIGNATURES, b"JUNK"])
        raw += resource(number, random.randbytes(random.randrange(9)), name, signature)
    raw += random.choice([b"", b"", b"\0", bytes(20), b" " * 13, b"\0junk" * 4])
    return damaged(random, raw) if random.random() < 0.2 else raw


def damaged(random: Random, raw: bytes) -> bytes:
    """Cut bytes off, or change one."""
    place = random.randrange(len(raw) + 1)
    return raw[:place] + random.choice([b"", random.randbytes(1) + raw[place + 1 :]])


def library(seed: int, family: Family, write: Callable[[Random], bytes]) -> Found:
    """Make segments of files; a few files have several."""
    random = Random(seed)
    return [(random.randrange(200), family, write(random)) for _ in range(random.randrange(60))]


SEEDS = st.integers(0, 1 << 32)


def both_ways(found: Found, tags: tuple[str, ...] | None) -> tuple[Any, Any]:
    """Decode datasets at once as far as can be, and one by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lockstep, "LEFT", 0)
        patch.setattr(lockstep, "FEW", 0)
        together = decode(iptc, found, tags)
        patch.setattr(lockstep, "FEW", NEVER)
        return together, decode(iptc, found, tags)


@given(SEEDS, st.sampled_from([None, None, ("IPTC:Ke*", "IPTC:Urgency")]))
def test_datasets(seed: int, tags: tuple[str, ...] | None) -> None:
    together, alone = both_ways(library(seed, Family.IPTC, block), tags)
    assert together == alone


def test_sound_datasets_are_not_decoded_one_by_one() -> None:
    sound = struct.pack(">BBBH", 0x1C, 2, 25, 7) + b" caf\xe9 \0"
    batch, segments, n = batch_of([(i, Family.IPTC, sound + bytes(i)) for i in range(30)])
    cells = Cells(n, None)
    columns, odd = lockstep.columns(
        batch.buffer, segments.row, batch.head_start, segments.length, cells
    )
    assert not odd.any()
    assert columns["IPTC:Keywords"].to_pylist() == [["café"]] * 30


@pytest.mark.parametrize("n", [iptc.single.MAX_DATASETS - 1, iptc.single.MAX_DATASETS])
def test_many_datasets(n: int) -> None:
    many = struct.pack(">BBBH", 0x1C, 2, 25, 1) + b"a"
    together, alone = both_ways([(0, Family.IPTC, many * n)], None)
    assert together == alone


def inside(found: Found, few: int) -> tuple[Any, Any]:
    """Find segments in image resources, one by one if there are no more than `few`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(photoshop, "LEFT", 0)
        patch.setattr(photoshop, "FEW", few)
        batch, segments, _ = batch_of(found)
        inner, problems = photoshop.children(batch, segments)
        return [getattr(inner, name).tolist() for name in Segments.__slots__], listed(problems)


@given(SEEDS)
def test_image_resources(seed: int) -> None:
    found = library(seed, Family.PHOTOSHOP, resources)
    assert inside(found, 0) == inside(found, NEVER)


@pytest.mark.parametrize("n", [photoshop.MAX_RESOURCES - 1, photoshop.MAX_RESOURCES])
def test_many_image_resources(n: int) -> None:
    found = [(0, Family.PHOTOSHOP, resource(0x0404, b"one!") * n)]
    assert inside(found, 0) == inside(found, NEVER)


def test_sound_image_resources_are_not_taken_apart_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(photoshop, "split")
    raw = resource(0x03ED, b"odd", b"name") + resource(0x0404, b"one", signature=b"MeSa")
    found = [(i, Family.PHOTOSHOP, raw + bytes(i)) for i in range(30)]
    (rows, _, _, _, lengths), _ = inside(found, 0)
    assert (rows, lengths) == ([*range(30)], [3] * 30)


TEXTS = st.sampled_from([b"one", b"two", b"three"])


@given(
    st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 300), st.integers(1, 3)), max_size=6),
    st.binary(min_size=1, max_size=1),
    st.integers(0, 600),
)
def test_profiles_that_are_remembered(
    drawn: list[tuple[bytes, bytes, int, int]], byte: bytes, place: int
) -> None:
    """Whatever differs of profiles that have the same header, and however they are cut."""
    found: Found = []
    for row, (name, rights, space, count) in enumerate(drawn):
        filler = (b"wtpt", bytes(space))
        raw = profile((b"desc", described(name)), filler, (b"cprt", plain(rights)))
        if row % 2 and place < len(raw):
            raw = raw[:place] + byte + raw[place + 1 :]
        size = -(-len(raw) // count)
        found += [
            (row, Family.ICC_CHUNK, bytes([i + 1, count]) + raw[i * size : (i + 1) * size])
            for i in range(count)
        ]
    remembered = decode(icc, found), decode(icc, found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(icc, "_remembered", {})
        patch.setattr(icc, "MAX_SOURCE", -1)
        afresh = decode(icc, found)
    assert remembered == (afresh, afresh)


def test_a_profile_is_remembered_however_it_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    filler = (b"wtpt", bytes(2_000))
    raw = profile((b"desc", described(b"Far")), filler, (b"cprt", plain(b"away" * 300)))
    whole = decode(icc, [(0, Family.ICC, raw)])
    monkeypatch.delattr(icc, "read")
    size = len(raw) // 5 + 1
    cut = [
        (0, Family.ICC_CHUNK, bytes([i + 1, 5]) + raw[i * size : (i + 1) * size]) for i in range(5)
    ]
    assert decode(icc, cut) == whole
    assert whole[0]["ICC:ProfileCopyright"] == ["away" * 300]
