"""Packets read by what was learned from others: the same values, however they are read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgframe.families.xmp import templates
from imgframe.families.xmp.packets import unwrap
from imgframe.families.xmp.rdf import read
from imgframe.families.xmp.templates import Templates, make
from tests.families.packets import LIGHTROOM, listed, packet

SLOTS = packet(
    f"""
   <dc:source>{{}}</dc:source>
   <dc:source>second</dc:source>
   <dc:subject>{listed("Bag", "{}", "{}")}</dc:subject>
   <dc:title><rdf:Alt><rdf:li xml:lang="de">{{}}</rdf:li>
     <rdf:li xml:lang="x-default">{{}}</rdf:li></rdf:Alt></dc:title>
   <xmpMM:History><rdf:Seq><rdf:li stEvt:action="{{}}"/><rdf:li stEvt:when="{{}}"/></rdf:Seq>
   </xmpMM:History>
   <xmpMM:DocumentID rdf:resource='{{}}'/>
   <xmpMM:DerivedFrom stRef:documentID="{{}}"/>
""",
    """dc:format="{}" xmp:Rating='{}' """,
)
NUMBER = SLOTS.count(b"{}")

WRITTEN = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", " ", "a&amp;b", "&#65;", "&#xA;", "&unknown;", "&", "it's", "='x'", '"', ">", "x > y", "<",
     "<b/>", "a\nb", "a\tb", "a\r\nb", "<!-- c -->", "<![CDATA[x]]>", "<?p i?>", "\x01", "\uffff",
     "\ue000", "\ue0001\ue000", "]]>", "&#0;", "&#55296;", "0", "\u00a0", "\u2028"]
)  # fmt: skip
"""Pieces of XML, good and bad."""


def filled(values: list[str]) -> bytes:
    rest = iter(values)
    return unwrap(re.sub(rb"\{\}", lambda _: next(rest).encode(), SLOTS))


@settings(max_examples=10000)
@given(st.lists(st.lists(WRITTEN, min_size=NUMBER, max_size=NUMBER), min_size=1, max_size=4))
def test_learning_changes_nothing(packets: list[list[str]]) -> None:
    learned = Templates()
    plain = ["value"] * NUMBER
    for values in (plain, plain, *packets, plain, *packets):
        xml = filled(values)
        assert learned.read(xml) == read(xml)


PLAIN = filled(["value"] * NUMBER)


@settings(max_examples=10000)
@given(
    st.lists(
        st.tuples(st.integers(0, len(PLAIN) - 1), st.sampled_from(b"<>\"'=/: \0ax&")), max_size=4
    )
)
def test_learning_from_damage_changes_nothing(flips: list[tuple[int, int]]) -> None:
    raw = bytearray(PLAIN)
    for at, byte in flips:
        raw[at] = byte
    learned = Templates()
    for xml in (bytes(raw), bytes(raw), PLAIN, PLAIN, bytes(raw)):
        assert learned.read(xml) == read(xml)


def test_what_is_like_another_is_read_without_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = Templates()
    for number in range(2):
        learned.read(filled([str(number)] * NUMBER))
    third = filled([f"{i} & more".replace("&", "&amp;") for i in range(NUMBER)])
    expected = read(third)

    def refuse(_: bytes) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(templates, "read", refuse)
    assert learned.read(third) == expected
    with pytest.raises(AssertionError, match="parsed"):
        learned.read(filled(["a > b"] * NUMBER))


def test_packets_of_other_names_and_the_same_shape() -> None:
    learned = Templates()
    for name in ("format", "source", "format", "coverage", "source") * 3:
        xml = unwrap(packet(attributes=f'dc:{name}="{name}"'))
        assert learned.read(xml) == ({f"dc:{name}": name}, [], None)


def test_what_makes_no_template() -> None:
    def made(raw: bytes) -> bool:
        xml = unwrap(raw)
        pieces = xml.translate(templates.CUT).decode().split('"')
        delimiters = xml.translate(None, templates.NO_DELIMITERS).decode()
        return make(xml, pieces, delimiters) is not None

    assert made(packet(attributes='dc:format="x"'))
    assert not made(LIGHTROOM)  # its title has quotation marks
    assert not made(packet("<dc:source>a > b</dc:source>"))
    assert not made(packet("<!-- remark --><dc:source>a</dc:source>"))
    assert not made(packet(attributes="dc:format='x'"))
    assert not made(packet("<dc:source>a</dc:format>"))
    assert not made(packet("<dc:source>\ue000</dc:source>"))


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MAX_KEPT", 3)
    learned = Templates()
    for count in (1, 2, 3, 4, 5, 1, 2):
        attributes = " ".join(f'my:a{i}="{i}"' for i in range(count))
        xml = unwrap(packet(attributes=attributes))
        for _ in range(3):
            assert learned.read(xml) == read(xml)
        assert len(learned._known) <= 3
