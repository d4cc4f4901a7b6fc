"""XMP packets to columns."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgframe.families import xmp
from imgframe.schema import Family
from tests.families.packets import HEAD, LIGHTROOM, RDF, TAIL, listed, packet, xml
from tests.families.segments import decode, row


def read(*packets: bytes) -> dict[str, Any]:
    values, problems = row(xmp, *((Family.XMP, raw) for raw in packets))
    assert problems == []
    return values


def test_what_lightroom_writes() -> None:
    assert read(LIGHTROOM) == {
        "xmp:ModifyDate": "2019-05-12T13:53:01+01:00",
        "xmp:Rating": 3.0,
        "crs:HasCrop": False,
        "crs:Exposure2012": "+0.50",
        "xmpMM:History/stEvt:action": ["saved", "derived"],
        "xmpMM:History/stEvt:when": ["2019-05-12T13:53:01+01:00", None],
        "xmpMM:History/stEvt:changed": ["/", None],
        "xmpMM:History/stEvt:parameters": [None, "converted"],
        "xmpMM:DerivedFrom/stRef:documentID": "xmp.did:1",
        "xmpMM:DerivedFrom/stRef:originalDocumentID": "F2",
        "dc:subject": ["Lisbon", "tram", "R&D"],
        "dc:creator": ["João Pereira"],
        "dc:title": 'A "tram"',
        "crs:ToneCurve": ["0, 0", "255, 255"],
    }


def test_attributes_and_elements_mean_the_same() -> None:
    as_attributes = packet(attributes='dc:format="image/jpeg" xmp:Rating="2"')
    as_elements = packet("<dc:format>image/jpeg</dc:format><xmp:Rating>2</xmp:Rating>")
    assert read(as_attributes) == read(as_elements) == {"dc:format": "image/jpeg", "xmp:Rating": 2}


# Packets


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("start", [HEAD, "\ufeff", "", "\ufeff" + HEAD])
def test_encodings(encoding: str, start: str) -> None:
    text = start + xml("<dc:source>Zürich 東京</dc:source>") + TAIL
    assert read(text.encode(encoding)) == {"dc:source": "Zürich 東京"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"\0", b"\0\0\0"),
        (b"\n\n", b"\n"),
        (b"<?xml version='1.0' encoding='UTF-8'?>", b""),
        (b"<?xpacket begin='' id='x'?><?adobe-xap-filters esc=\"CRLF\"?>", b"<?xpacket end='r'?>"),
        (HEAD.encode(), TAIL.encode() + b"\0\0garbage"),
    ],
)
def test_the_wrapper_is_optional(before: bytes, after: bytes) -> None:
    assert read(before + xml("<dc:source>x</dc:source>").encode() + after) == {"dc:source": "x"}


def test_nothing_in_a_packet() -> None:
    for raw in (b"\0\0", b" ", HEAD.encode() + TAIL.encode(), packet(), b"<x:xmpmeta/>"):
        assert read(raw) == {}


def test_of_several_packets_the_first_that_has_a_property_wins() -> None:
    first = packet("<dc:source>one</dc:source><dc:subject><rdf:Bag/></dc:subject>")
    second = packet(f"<dc:source>two</dc:source><dc:subject>{listed('Bag', 'a')}</dc:subject>")
    assert read(first, second) == {"dc:source": "one", "dc:subject": ["a"]}


def test_rows_are_kept_apart() -> None:
    columns, problems = decode(
        xmp,
        [
            (3, Family.XMP, packet("<dc:source>d</dc:source>")),
            (0, Family.XMP, packet("<dc:source>a</dc:source>")),
            (1, Family.XMP, packet("<dc:source>a</dc:source>")),
            (3, Family.XMP, packet("<dc:format>f</dc:format>")),
        ],
    )
    assert problems == []
    assert columns == {"dc:source": ["a", "a", None, "d"], "dc:format": [None, None, None, "f"]}


# Names


def test_known_namespaces_have_their_customary_prefix() -> None:
    raw = packet(
        "<pre:title>x</pre:title><xap:Rating>1</xap:Rating><ms:Rating>50</ms:Rating>",
        pre="http://purl.org/dc/elements/1.1/",
        xap="http://ns.adobe.com/xap/1.0/",
        ms="http://ns.microsoft.com/photo/1.0/",
    )
    assert read(raw) == {"dc:title": "x", "xmp:Rating": 1, "MicrosoftPhoto:Rating": 50}


def test_unknown_namespaces_keep_the_prefix_of_the_file() -> None:
    assert read(packet("<my:thing>x</my:thing>")) == {"my:thing": "x"}


def test_a_namespace_has_its_prefix_in_any_version() -> None:
    newer = "http://ns.google.com/photos/1.1/panorama/"
    raw = packet(attributes='pano:UsePanoramaViewer="True" ph:Rating="x"', pano=newer,
                 ph="http://ns.microsoft.com/photo/1.9/")  # fmt: skip
    # Microsoft's have other prefixes in other versions.
    assert read(raw) == {"GPano:UsePanoramaViewer": True, "ph:Rating": "x"}


def test_an_unknown_namespace_cannot_pass_for_a_known_one() -> None:
    raw = packet(attributes='xmp:Rating="high"', xmp="http://example.org/other/")
    assert read(raw) == {"xmp_:Rating": "high"}


def test_prefixes_are_those_of_their_scope() -> None:
    raw = f"""<rdf:RDF xmlns:rdf="{RDF}" xmlns:a="http://purl.org/dc/elements/1.1/">
      <rdf:Description a:format="dc">
       <a:source xmlns:a="http://ns.adobe.com/xap/1.0/">in xmp</a:source>
       <a:type>in dc</a:type>
      </rdf:Description>
      <rdf:Description xmlns:a="http://ns.adobe.com/tiff/1.0/" a:Make="tiff"/>
      <rdf:Description a:identifier="dc again"/>
    </rdf:RDF>"""
    assert read(raw.encode()) == {
        "dc:format": "dc",
        "xmp:source": "in xmp",
        "dc:type": ["in dc"],
        "tiff:Make": "tiff",
        "dc:identifier": "dc again",
    }


def test_rdf_by_another_prefix_and_names_without_one() -> None:
    raw = f"""<R:RDF xmlns:R="{RDF}" xmlns="http://purl.org/dc/elements/1.1/">
      <R:Description about="old" R:about=""><source>x</source>
        <title><R:Alt><R:li xml:lang="x-default">t</R:li></R:Alt></title></R:Description></R:RDF>"""
    assert read(raw.encode()) == {"dc:source": "x", "dc:title": "t"}


def test_a_prefix_that_is_bound_to_nothing() -> None:
    raw = f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description foo:bar="x"/></rdf:RDF>'
    assert read(raw.encode()) == {"foo:bar": "x"}


# Values


def test_texts_in_several_languages() -> None:
    def title(*items: tuple[str, str]) -> dict[str, Any]:
        inner = "".join(f'<rdf:li xml:lang="{lang}">{text}</rdf:li>' for lang, text in items)
        return read(packet(f"<dc:title><rdf:Alt>{inner}</rdf:Alt></dc:title>"))

    assert title(("x-default", "Hi")) == {"dc:title": "Hi"}
    assert title(("de", "Tag"), ("x-default", "Hi"), ("fr-fr", "Salut")) == {
        "dc:title": "Hi",
        "dc:title-de": "Tag",
        "dc:title-fr-FR": "Salut",
    }
    assert title(("en-us", "Hi")) == {"dc:title": "Hi", "dc:title-en-US": "Hi"}
    assert title(("no language", "Hi")) == {"dc:title": "Hi"}
    assert read(packet("<dc:title>plain</dc:title>")) == {"dc:title": "plain"}


def test_lists() -> None:
    assert read(packet("<dc:subject>one</dc:subject>")) == {"dc:subject": ["one"]}
    raw = packet(f"<dc:subject>{listed('Bag', 'a', ' ', 'b')}</dc:subject>")
    assert read(raw) == {"dc:subject": ["a", "b"]}
    raw = packet(f"<my:list>{listed('Seq', 'a', 'b')}</my:list>")
    assert read(raw) == {"my:list": "a; b"}
    raw = packet(f"<my:choice>{listed('Alt', 'a', 'b')}</my:choice>")
    assert read(raw) == {"my:choice": "a"}
    raw = packet(f"<dc:subject>{listed('Alt', 'a', 'b')}</dc:subject>")
    assert read(raw) == {"dc:subject": ["a", "b"]}
    raw = packet(f"<tiff:BitsPerSample>{listed('Seq', '8', '8', '8')}</tiff:BitsPerSample>")
    assert read(raw) == {"tiff:BitsPerSample": [8, 8, 8]}
    raw = packet(f"<exifEX:LensSpecification>{listed('Seq', '24/1', '70', '0/0', '28/10')}"
                 "</exifEX:LensSpecification>")  # fmt: skip
    assert read(raw) == {"exifEX:LensSpecification": [24, 70, None, 2.8]}
    raw = packet(attributes='aux:LensInfo="18/1 55/1 0/0 0/0"')
    assert read(raw) == {"aux:LensInfo": [18, 55, None, None]}


def test_lists_of_texts_in_several_languages() -> None:
    german = '<rdf:li xml:lang="de">Eins</rdf:li>'
    default = '<rdf:li xml:lang="x-default">One</rdf:li>'
    one = f"<rdf:Alt>{german}{default}</rdf:Alt>"
    two = '<rdf:Alt><rdf:li xml:lang="x-default">Two</rdf:li></rdf:Alt>'
    raw = packet(f"<plus:Custom1>{listed('Bag', one, two)}</plus:Custom1>")
    assert read(raw) == {"plus:Custom1": ["One", "Two"]}


def test_qualified_values_and_resources() -> None:
    raw = packet("""
      <dc:source><rdf:Description><rdf:value>v</rdf:value><my:q>why</my:q></rdf:Description></dc:source>
      <dc:identifier rdf:parseType="Resource"><rdf:value>i</rdf:value></dc:identifier>
      <dc:relation rdf:resource="http://example.org/"/>
      <dc:coverage rdf:value="c" my:q="q"/>
      <xmp:Identifier><rdf:Bag><rdf:li rdf:parseType="Resource">
        <rdf:value>1</rdf:value><my:s>x</my:s></rdf:li><rdf:li>2</rdf:li></rdf:Bag>
      </xmp:Identifier>""")
    assert read(raw) == {
        "dc:source": "v",
        "dc:source/my:q": "why",
        "dc:identifier": "i",
        "dc:relation": ["http://example.org/"],
        "dc:coverage": "c",
        "xmp:Identifier": ["1", "2"],
    }


@pytest.mark.parametrize(
    "structure",
    [
        '<my:s my:a="1" my:b="2"/>',
        '<my:s rdf:parseType="Resource"><my:a>1</my:a><my:b>2</my:b></my:s>',
        "<my:s><rdf:Description><my:a>1</my:a><my:b>2</my:b></rdf:Description></my:s>",
        '<my:s><rdf:Description my:a="1"><my:b>2</my:b></rdf:Description></my:s>',
        '<my:s rdf:parseType="Resource" my:a="1"><my:b>2</my:b></my:s>',
    ],
)
def test_structures_are_flattened_one_level(structure: str) -> None:
    assert read(packet(structure)) == {"my:s/my:a": "1", "my:s/my:b": "2"}


def test_what_is_deeper_is_left_out() -> None:
    raw = packet("""<my:s rdf:parseType="Resource"><my:t rdf:parseType="Resource"><my:u>1</my:u>
      </my:t><my:a>2</my:a></my:s>""")
    assert read(raw) == {"my:s/my:a": "2"}


def test_lists_of_structures_that_are_not_declared_are_left_out() -> None:
    raw = packet("""<my:l><rdf:Seq><rdf:li my:a="1"/><rdf:li rdf:parseType="Resource">
      <my:a>2</my:a></rdf:li></rdf:Seq></my:l><my:other>x</my:other>""")
    assert read(raw) == {"my:other": "x"}


def test_regions() -> None:
    def region(name: str, x: str) -> str:
        return (
            f'<rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="Face">'
            f'<mwg-rs:Area stArea:x="{x}" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2"/>'
            "</rdf:Description>"
        )

    raw = packet(f"""<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList>
      {listed("Bag", region("Ada", "0.25"), region("Bob", "0.75"))}
      </mwg-rs:RegionList></mwg-rs:Regions>""")
    at = "mwg-rs:Regions/mwg-rs:RegionList/"
    assert read(raw) == {
        at + "mwg-rs:Name": ["Ada", "Bob"],
        at + "mwg-rs:Type": ["Face", "Face"],
        at + "mwg-rs:Area/stArea:x": [0.25, 0.75],
        at + "mwg-rs:Area/stArea:y": [0.5, 0.5],
        at + "mwg-rs:Area/stArea:w": [0.1, 0.1],
        at + "mwg-rs:Area/stArea:h": [0.2, 0.2],
    }


def test_what_a_region_lacks_keeps_its_place() -> None:
    named = '<rdf:Description mwg-rs:Name="Ada"/>'
    placed = '<rdf:Description><mwg-rs:Area stArea:x="0.5"/></rdf:Description>'
    raw = packet(f"""<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList>
      {listed("Bag", named, placed, named)}</mwg-rs:RegionList></mwg-rs:Regions>""")
    at = "mwg-rs:Regions/mwg-rs:RegionList/"
    assert read(raw) == {
        at + "mwg-rs:Name": ["Ada", None, "Ada"],
        at + "mwg-rs:Area/stArea:x": [None, 0.5, None],
    }


def test_numbers_and_truths() -> None:
    raw = packet(
        attributes="""drone-dji:GimbalYawDegree="+45.30" drone-dji:RelativeAltitude="-1.5e1"
        tiff:Orientation=" 6 " xmp:Rating="7/2" GPano:FullPanoWidthPixels="4000.0"
        GPano:UsePanoramaViewer="true" xmpRights:Marked="False" exif:FNumber="28/10"
        exif:GPSLatitude="36,7.877N" tiff:ImageWidth="9223372036854775807" """
    )
    assert read(raw) == {
        "drone-dji:GimbalYawDegree": 45.3,
        "drone-dji:RelativeAltitude": -15.0,
        "tiff:Orientation": 6,
        "xmp:Rating": 3.5,
        "GPano:FullPanoWidthPixels": 4000,
        "GPano:UsePanoramaViewer": True,
        "xmpRights:Marked": False,
        "exif:FNumber": "28/10",
        "exif:GPSLatitude": "36,7.877N",
        "tiff:ImageWidth": 2**63 - 1,
    }


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('xmp:Rating="good"', "xmp:Rating: 'good' is no number"),
        ('xmp:Rating="0/0"', "xmp:Rating: denominator 0"),
        ('xmp:Rating="nan"', "xmp:Rating: 'nan' is no number"),
        ('xmp:Rating="1_0"', "xmp:Rating: '1_0' is no number"),
        ('tiff:Orientation="Top-left"', "tiff:Orientation: 'Top-left' is no number"),
        ('tiff:Orientation="1.5"', "tiff:Orientation: '1.5' is no 64-bit integer"),
        ('tiff:Orientation="1e99"', "tiff:Orientation: '1e99' is no 64-bit integer"),
        ('tiff:ImageWidth="1e400"', "tiff:ImageWidth: '1e400' is no 64-bit integer"),
        ('crs:HasCrop="maybe"', "crs:HasCrop: 'maybe' is neither True nor False"),
        ('tiff:BitsPerSample="8 x"', "tiff:BitsPerSample: 'x' is no number"),
    ],
)
def test_what_is_not_what_it_is_declared_to_be(written: str, problem: str) -> None:
    values, problems = row(xmp, (Family.XMP, packet(attributes=written)))
    assert problems == [problem]
    assert list(values.values()) == [None]


def test_blanks_are_no_values() -> None:
    assert read(packet("<dc:source> \n </dc:source>", 'dc:format="" xmp:Rating=" "')) == {}


def test_bulk_is_left_out() -> None:
    values, problems = row(
        xmp, (Family.XMP, packet(attributes=f'GDepth:Data="{"A" * 70_000}" dc:format="x"'))
    )
    assert (values, problems) == ({"dc:format": "x"}, [])
    values, problems = row(xmp, (Family.XMP, packet(attributes=f'my:bulk="{"A" * 70_000}"')))
    assert values == {"my:bulk": None}
    assert problems == ["my:bulk: text of 70000 characters left out"]


def test_only_what_is_asked_for() -> None:
    found = [(0, Family.XMP, LIGHTROOM)]
    assert decode(xmp, found, ("xmp:Rating", "Make"))[0] == {"xmp:Rating": [3.0]}
    assert decode(xmp, found, ("dc:*",))[0].keys() == {"dc:subject", "dc:creator", "dc:title"}
    assert decode(xmp, found, ("Make", "Model"))[0] == {}


# Damage


@pytest.mark.parametrize(
    ("sound", "damaged", "lost"),
    [
        ("<dc:source>", "<dc:soXrce>", "dc:source"),
        ("</dc:source>", "</dc:sourXe>", ""),
        ("</dc:source>", "</dc:source", ""),
        ("<dc:source>", "<dc:source", "dc:source"),
        ("<dc:source>", ".dc:source>", "dc:source"),
        ('dc:format="f"', 'dc:for%at="f"', "dc:format"),
        ('dc:format="f"', 'dc:format="f', "dc:format dc:type"),
        ('dc:format="f"', "dc:format=f", "dc:format"),
        ("</rdf:Bag>", "</rdf:Bog>", ""),
        ("</dc:subject>", "</dc:subXect>", ""),
        ("</dc:subject>", "</dc:sub%ect>", ""),
        ("</dc:subject>", "</dc:subject><rdf:li/></dc:title>", ""),
        ("</rdf:Description>", "</rdf:Xescription>", ""),
        ("</rdf:RDF>", "", ""),
    ],
)
def test_of_a_damaged_packet_the_rest_is_read(sound: str, damaged: str, lost: str) -> None:
    raw = packet(
        f"<dc:subject>{listed('Bag', 'a', 'b')}</dc:subject><dc:source>x</dc:source>"
        "<dc:identifier>last</dc:identifier>",
        'dc:format="f" dc:type="t" dc:language="l"',
    )
    whole = read(raw)
    values, problems = row(xmp, (Family.XMP, raw.replace(sound.encode(), damaged.encode(), 1)))
    assert {
        name: whole[name] for name in whole if name not in lost.split()
    }.items() <= values.items()
    assert len(problems) == 1
    assert problems[0].endswith("read as it may be meant")


def test_a_text_that_may_be_cut_is_left_out() -> None:
    raw = xml("<dc:format>f</dc:format><dc:source>half")
    values, _ = row(xmp, (Family.XMP, raw[: raw.index("half") + 4].encode()))
    assert values == {"dc:format": "f"}


def test_of_an_attribute_given_twice_the_first_counts() -> None:
    raw = packet(attributes="""dc:source="a" dc:source = 'b' dc:format='dc:source="c"'""")
    values, problems = row(xmp, (Family.XMP, raw))
    assert values == {"dc:source": "a", "dc:format": 'dc:source="c"'}
    assert problems == ["XMP: duplicate attribute in line 3; read as it may be meant"]


def test_what_stands_before_an_error_is_read() -> None:
    raw = xml(f"<dc:source>x</dc:source><dc:subject>{listed('Bag', 'a', 'b')}")
    values, problems = row(xmp, (Family.XMP, raw.encode()))
    assert values == {"dc:source": "x", "dc:subject": ["a", "b"]}
    assert problems == ["XMP: mismatched tag in line 5; read as it may be meant"]
    cut = raw[: raw.index("<rdf:li>b")]
    values, problems = row(xmp, (Family.XMP, cut.encode()))
    assert values == {"dc:source": "x", "dc:subject": ["a"]}
    assert problems == ["XMP: no element found in line 4; read as it may be meant"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"R&D", "R&D"),
        (b"a\x01b", "ab"),
        (b"caf\xe9", "café"),
        (b"a&#0;b&#x1F;c", "abc"),
        (b"&nbsp;x", "&nbsp;x"),
    ],
)
def test_what_writers_forget_is_mended(written: bytes, meant: str) -> None:
    raw = packet("<dc:source>HERE</dc:source><dc:format>é</dc:format>").replace(b"HERE", written)
    values, problems = row(xmp, (Family.XMP, raw))
    assert values == {"dc:source": meant, "dc:format": "é"}
    assert len(problems) == 1
    assert problems[0].endswith("read as it may be meant")


def test_entities_are_not_declared() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + xml(
        "<dc:source>&b;</dc:source>"
    )
    values, problems = row(xmp, (Family.XMP, bomb.encode()))
    assert values == {}
    assert problems == [
        "XMP: document type declaration, which is not read; not read further",
    ]


def test_a_declaration_inside_a_text_is_text() -> None:
    raw = packet(
        "<dc:source><![CDATA[<!DOCTYPE x>]]></dc:source><!-- <dc:format>no</dc:format> -->"
    )
    assert read(raw) == {"dc:source": "<!DOCTYPE x>"}


def test_limits() -> None:
    deep = "<my:a>" * 100 + "</my:a>" * 100
    values, problems = row(xmp, (Family.XMP, packet("<dc:source>x</dc:source>" + deep)))
    assert values == {"dc:source": "x"}
    assert problems == ["XMP: nested deeper than 48; not read further"]
    many = "".join(f"<my:p{i}>x</my:p{i}>" for i in range(5_000))
    values, problems = row(xmp, (Family.XMP, packet(many)))
    assert len(values) == 4_096
    assert problems == ["XMP: more than 4096 values; not read further"]
    long = packet(f"<dc:subject>{listed('Bag', *'x' * 10_010)}</dc:subject>")
    values, problems = row(xmp, (Family.XMP, long))
    assert len(values["dc:subject"]) == 10_000
    assert problems == ["dc:subject: more than 10000 items, the rest left out"]


def test_truncation_at_every_length() -> None:
    whole = read(LIGHTROOM)
    for length in range(0, len(LIGHTROOM) - len(TAIL), 3):
        values, _ = row(xmp, (Family.XMP, LIGHTROOM[:length]))
        for name, value in values.items():
            if isinstance(value, list):
                assert value == whole[name][: len(value)] or "/" in name
            else:
                assert value == whole[name]


@given(st.binary(max_size=300))
def test_any_bytes(raw: bytes) -> None:
    decode(xmp, [(0, Family.XMP, raw), (0, Family.XMP_EXTENDED, raw)])


@given(
    st.lists(st.tuples(st.integers(0, len(LIGHTROOM) - len(TAIL)), st.integers(0, 255)), max_size=4)
)
@settings(max_examples=200)
def test_flipped_bytes(flips: list[tuple[int, int]]) -> None:
    raw = bytearray(LIGHTROOM)
    for at, byte in flips:
        raw[at] = byte
    decode(xmp, [(0, Family.XMP, bytes(raw)), (1, Family.XMP, LIGHTROOM)])


# Extended XMP

GUID = "0123456789ABCDEF0123456789ABCDEF"
MAIN = packet(attributes=f'xmpNote:HasExtendedXMP="{GUID}" dc:format="main"')
EXTENSION = packet(attributes='dc:format="extended" dc:source="s"')


def chunk(data: bytes, offset: int, length: int = len(EXTENSION), guid: str = GUID) -> bytes:
    return struct.pack(">32sII", guid.encode(), length, offset) + data


def extended(*chunks: bytes, main: bytes = MAIN) -> tuple[dict[str, Any], list[str]]:
    values, problems = row(
        xmp, (Family.XMP, main), *((Family.XMP_EXTENDED, data) for data in chunks)
    )
    values.pop("xmpNote:HasExtendedXMP", None)
    return values, problems


def test_extended_packets() -> None:
    whole = {"dc:format": "main", "dc:source": "s"}
    first, second = chunk(EXTENSION[:100], 0), chunk(EXTENSION[100:], 100)
    foreign = chunk(b"other", 0, 5, "F" * 32)
    assert extended(chunk(EXTENSION, 0)) == (whole, [])
    assert extended(first, second) == (whole, [])
    assert extended(second, foreign, first, first) == (whole, [])


@pytest.mark.parametrize(
    ("chunks", "problem"),
    [
        ([chunk(EXTENSION[100:], 100)], "XMP: extended packet has no bytes from 0 on"),
        ([chunk(EXTENSION[:50], 0), chunk(EXTENSION[100:], 100)],
         "XMP: extended packet has no bytes from 50 on"),
        ([chunk(EXTENSION[:50], 0)],
         f"XMP: extended packet has 50 of {len(EXTENSION)} bytes"),
        ([chunk(EXTENSION[:50], 0), chunk(EXTENSION[50:], 50, 99)],
         "XMP: extended packet of no one length, or longer than 64 MiB"),
        ([chunk(EXTENSION, 0, 1 << 31)],
         "XMP: extended packet of no one length, or longer than 64 MiB"),
        ([chunk(EXTENSION, 0, guid="F" * 32)],
         "XMP: extended packet that no main one names"),
        ([b"short"], "XMP: extended packet that no main one names"),
    ],
)  # fmt: skip
def test_extended_packets_that_are_not_whole(chunks: list[bytes], problem: str) -> None:
    assert extended(*chunks) == ({"dc:format": "main"}, [problem])


def test_extended_packets_without_a_main_one() -> None:
    values, problems = row(xmp, (Family.XMP_EXTENDED, chunk(EXTENSION, 0)))
    assert (values, problems) == ({}, ["XMP: extended packet that no main one names"])


# Others


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs ExifTool")
def test_what_exiftool_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    written = [
        "dc:Title=Default & <tag>", "dc:Title-fr=Titre", "dc:Subject=Zürich", "dc:Subject=it's",
        "dc:Creator=Ada", "dc:Description-de-DE=Nur deutsch", "xmp:Rating=4", "xmp:Label=red",
        "xmp:CreateDate=2019:05:11 17:53:01+02:00", "tiff:Orientation#=6", "exif:FNumber=2.8",
        "exif:ISO=200", "exif:ExposureTime=1/500", "exif:UserComment=one\ntwo", "aux:Lens=24-70mm",
        "xmpRights:Marked=True", "photoshop:City=Köln", "crs:HasCrop=False", "crs:Sharpness=+25",
        "crs:ToneCurve=0, 0", "crs:ToneCurve=255, 255", "Iptc4xmpCore:CountryCode=CH",
        "xmpMM:DocumentID=xmp.did:1", "drone-dji:GimbalYawDegree=-12.5",
        "lr:HierarchicalSubject=a|b",
        "MicrosoftPhoto:RatingPercent=75", "digiKam:TagsList=a/b", "GPano:PoseHeadingDegrees=1.5",
    ]  # fmt: skip
    group = {"Iptc4xmpCore": "iptcCore", "MicrosoftPhoto": "microsoft"}
    arguments = []
    for tag in written:
        prefix, _, rest = tag.partition(":")
        arguments.append(f"-XMP-{group.get(prefix, prefix)}:{rest}")
    subprocess.run(["exiftool", "-q", *arguments, str(path)], check=True)
    answer = subprocess.run(
        ["exiftool", "-j", "-H", "-n", "-struct", "-G1", "-XMP:all", str(path)],
        check=True,
        capture_output=True,
    )
    values = read(path.read_bytes())
    prefixes = {ours: theirs for theirs, ours in group.items()}
    compared = 0
    for key, cell in json.loads(answer.stdout)[0].items():
        if not key.startswith("XMP-") or key.startswith("XMP-x:"):
            continue
        prefix = key[4:].partition(":")[0]
        name = f"{prefixes.get(prefix, prefix)}:{cell['id']}"
        assert plain(values.pop(name)) == plain(cell["val"]), name
        compared += 1
    assert compared == 26
    assert values == {"dc:description": "Nur deutsch"}


def plain(value: Any) -> Any:
    """Write values in one way: numbers as such, dates without what parts them."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    text = str(value)
    ratio = re.fullmatch(r"(\d+)/(\d+)", text)
    if ratio:
        return int(ratio[1]) / int(ratio[2])
    try:
        return float(text)
    except ValueError:
        return re.sub(r"[-:T ]", "", text) if re.match(r"\d{4}[-:]", text) else text


def test_a_packet_cannot_take_the_columns_of_another_family() -> None:
    for prefix in ("IPTC", "ICC", "Takeout", "Thumbnail"):
        body = f'<rdf:Description xmlns:{prefix}="urn:own" {prefix}:Keywords="x"/>'
        xml = (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f"{body}</rdf:RDF></x:xmpmeta>"
        )
        found, _ = row(xmp, (Family.XMP, xml.encode()))
        assert found == {f"{prefix}_:Keywords": "x"}
