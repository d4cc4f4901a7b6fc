"""Texts of PNG to columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgframe.families import pngtext
from imgframe.families.pngtext import MAX_TEXT, MAX_TEXTS
from imgframe.schema import Family
from tests.families.segments import decode, row


def test_known_answers() -> None:
    values, problems = row(
        pngtext,
        (Family.PNG_TEXT, "Title\0Zürich ".encode("latin-1")),
        (Family.PNG_UTF8, "Author\0\0名前".encode()),
        (Family.PNG_TEXT, b"Thumb::Image::Width\x001366"),
        (Family.PNG_TEXT, b"Comment\0"),
        (Family.PNG_TEXT, b"Title\0again"),
    )
    assert values == {
        "PNG:Title": "Zürich",
        "PNG:Author": "名前",
        "PNG:Thumb::Image::Width": "1366",
    }
    assert problems == []


FRENCH, BRAZILIAN = ("fr-fr", "Rue"), ("pt-BR", "Rua")


@pytest.mark.parametrize(
    ("texts", "columns"),
    [
        ([("", "Street"), FRENCH], {"": "Street", "-fr-FR": "Rue"}),
        ([FRENCH, ("X-Default", "Street")], {"": "Street", "-fr-FR": "Rue"}),
        ([FRENCH, BRAZILIAN], {"": "Rue", "-fr-FR": "Rue", "-pt-BR": "Rua"}),
        ([("DE", "Weg"), ("de", "Pfad")], {"": "Weg", "-de": "Weg"}),
        ([("zh-hant-tw", "街")], {"": "街", "-zh-hant-tw": "街"}),
        ([("", " "), FRENCH], {"": "Rue", "-fr-FR": "Rue"}),
        ([("", "Street"), ("no tag", "Gate")], {"": "Street"}),
        ([("", "Street"), ("", "again")], {"": "Street"}),
    ],
)
def test_languages(texts: list[tuple[str, str]], columns: dict[str, str]) -> None:
    parts = [(Family.PNG_UTF8, f"Title\0{tag}\0{text}".encode()) for tag, text in texts]
    expected = {f"PNG:Title{language}": text for language, text in columns.items()}
    assert row(pngtext, *parts) == (expected, [])


def test_a_text_without_a_language_is_the_default() -> None:
    plain, french = (Family.PNG_TEXT, b"TITLE\0Street"), (Family.PNG_UTF8, b"Title\0fr\0Rue")
    expected = {"PNG:Title": "Street", "PNG:Title-fr": "Rue"}
    assert row(pngtext, plain, french) == row(pngtext, french, plain) == (expected, [])


def test_the_column_that_was_asked_for_has_the_first_language() -> None:
    values, _ = decode(pngtext, [(0, Family.PNG_UTF8, b"Title\0fr\0Rue")], ("PNG:Title",))
    assert values == {"PNG:Title": ["Rue"]}


def test_each_file_has_its_own_languages() -> None:
    found = [
        (0, Family.PNG_UTF8, b"Title\0fr\0Rue"),
        (1, Family.PNG_UTF8, b"Title\0\0Street"),
        (2, Family.PNG_UTF8, b"Title\0de\0Weg"),
    ]
    assert decode(pngtext, found)[0] == {
        "PNG:Title": ["Rue", "Street", "Weg"],
        "PNG:Title-fr": ["Rue", None, None],
        "PNG:Title-de": [None, None, "Weg"],
    }


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Wed 5 Apr 2006 13:33:39 -0000", "2006-04-05T13:33:39-00:00"),
        ("Mon, 26 Dec 2005 08:05:06 +0130", "2005-12-26T08:05:06+01:30"),
        ("7 January 1999 08:05 GMT", "1999-01-07T08:05:00Z"),
        ("7 Jan 1999 08:05:01", "1999-01-07T08:05:01"),
        ("7 Foo 1999 08:05:01", "7 Foo 1999 08:05:01"),
        ("Wed,5 Feb 2020 10:11 ut", "2020-02-05T10:11:00Z"),
        ("05  Feb  2020  10:11:12  -0500", "2020-02-05T10:11:12-05:00"),
        ("5 Feb 49 10:11:12 GMT", "2049-02-05T10:11:12Z"),
        ("5 Feb 50 10:11:12", "1950-02-05T10:11:12"),
        ("Wed, 05 Feb 2020 10:11:12 PDT", "2020-02-05T10:11:12-07:00"),
        ("Wed, 05 Feb 2020 10:11:12 CET", "Wed, 05 Feb 2020 10:11:12 CET"),
        ("Wed, 05 Feb 2020 10:11:12 A", "Wed, 05 Feb 2020 10:11:12 A"),
        ("5 Feb 200 10:11:12", "5 Feb 200 10:11:12"),
        ("06/05/08", "06/05/08"),
        ("2008-05-06T07:08:09Z", "2008-05-06T07:08:09Z"),
    ],
)
def test_creation_time(written: str, shown: str) -> None:
    text = written.encode()
    values, _ = row(
        pngtext, (Family.PNG_TEXT, b"Creation Time\0" + text), (Family.PNG_TEXT, b"Date\0" + text)
    )
    assert values == {"PNG:Creation Time": shown, "PNG:Date": written}


def test_profiles_are_no_texts() -> None:
    values, problems = row(
        pngtext,
        (Family.PNG_TEXT, b"Raw profile type exif\0\nexif\n   4\n00"),
        (Family.PNG_UTF8, b"XML:com.adobe.xmp\0\0<x/>"),
    )
    assert (values, problems) == ({}, [])


def test_limits() -> None:
    _, problems = row(pngtext, (Family.PNG_TEXT, b"Long\0" + bytes(MAX_TEXT + 1)))
    assert problems == ["PNG:Long: text of 65537 bytes left out"]
    for keyword in (b"", b"x" * 80, b"line\nbreak"):
        values, problems = row(pngtext, (Family.PNG_TEXT, keyword + b"\0text"))
        assert values == {}
        assert len(problems) == 1
        assert problems[0].endswith("is no keyword")
    many = [(Family.PNG_TEXT, b"K%d\0v" % i) for i in range(MAX_TEXTS + 5)]
    values, problems = row(pngtext, *many)
    assert len(values) == MAX_TEXTS
    assert problems == ["PNG: more than 256 texts, the rest left out"]


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=60)), max_size=6))
def test_any_bytes(parts: list[tuple[bool, bytes]]) -> None:
    decode(
        pngtext,
        [
            (i % 2, Family.PNG_UTF8 if u else Family.PNG_TEXT, raw)
            for i, (u, raw) in enumerate(parts)
        ],
    )


def test_registered_keywords_are_one_column_in_any_case() -> None:
    for text, column in (
        (b"comment\0a", "PNG:Comment"),
        (b"COMMENT\0a", "PNG:Comment"),
        (b"my own\0a", "PNG:my own"),
    ):
        assert row(pngtext, (Family.PNG_TEXT, text)) == ({column: "a"}, [])
