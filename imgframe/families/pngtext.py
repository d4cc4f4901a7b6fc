"""Texts of PNG: keyword and text in, Arrow columns out (PNG, third edition, 11.3.3).

A column bears the keyword, a registered one in the case of the standard. Of a text in several
languages the one without a language has that name, the others have theirs behind it,
``PNG:Title-fr``; where all have one, the first stands under the keyword alone as well. Values are
text as it is written, but that a Creation Time of the older form that the standard recommends,
"5 Apr 2006 13:33:39 +0000" (RFC 1123, 5.2.14), becomes one of the newer,
"2006-04-05T13:33:39+00:00". Profiles that ImageMagick writes as text are no text: the container
finds what is in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from imgframe.batch import HeaderBatch, Problems, Segments
from imgframe.families._cells import Cells, contents
from imgframe.families._languages import by_language
from imgframe.schema import Family

PREFIX: Final = "PNG:"
MAX_KEYWORD: Final = 79
MAX_TEXT: Final = 65_536
"""Characters of a text; a longer one is no text for people."""
MAX_TEXTS: Final = 256
"""Texts of a file that are read."""
CREATION_TIME: Final = "Creation Time"
MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
OLD_DATE: Final = re.compile(
    r"(?:[a-z]{3}(?:, *| +))?(\d\d?) +([a-z]{3})[a-z]* +(\d{4}|\d\d) +(\d\d:\d\d)(:\d\d)?"
    r" *(?:([+-]\d\d):?(\d\d)|([a-z]{1,3}))?",
    re.IGNORECASE | re.ASCII,
)
CENTURY: Final = 50
"""The first of the years of two digits that lie in the 20th century (RFC 5322, 4.3)."""
ZONES: Final = {
    "": "",
    **dict.fromkeys(("gmt", "ut", "utc", "z"), "Z"),
    **{"est": "-05:00", "cst": "-06:00", "mst": "-07:00", "pst": "-08:00"},
    **{"edt": "-04:00", "cdt": "-05:00", "mdt": "-06:00", "pdt": "-07:00"},
}
"""Offsets by the names that RFC 822, 5.1, has for zones. The letters it has for others were used
with either sign and say nothing (RFC 1123, 5.2.14)."""
KEYWORDS: Final = {
    keyword.lower(): keyword
    for keyword in (
        "Title", "Author", "Description", "Copyright", CREATION_TIME, "Software", "Disclaimer",
        "Warning", "Source", "Comment", "Collection",
    )
}  # fmt: skip
"""The keywords that the standard registers; programs write them in any case."""
NO_TEXTS: Final = ("Raw profile type ", "XML:com.adobe.xmp")


def columns(
    batch: HeaderBatch, segments: Segments, n_rows: int, tags: tuple[str, ...] | None
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode texts to columns.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Of `Family.PNG_TEXT` and `Family.PNG_UTF8`; their bytes are in the buffer.
    n_rows : int
        Files of the batch.
    tags : tuple of str or None
        Names and patterns of columns; None for all.

    Returns
    -------
    columns : dict of str to pyarrow.Array
        Columns that some file has, each of `n_rows` values.
    problems : Problems
    """
    cells = Cells(n_rows, tags)
    found: dict[tuple[int, str], tuple[list[str], list[str]]] = {}
    for row, keyword, language, text in _texts(batch, segments, cells):
        languages, texts = found.setdefault((row, keyword), ([], []))
        languages.append(language)
        texts.append(text)
    for (row, keyword), alternatives in found.items():
        for name, text in by_language(PREFIX + keyword, *alternatives).items():
            cells.put(name, row, text)
    return cells.columns()


def _texts(
    batch: HeaderBatch, segments: Segments, cells: Cells
) -> Iterator[tuple[int, str, str, str]]:
    """Yield row, keyword, language and text of what is not blank, row by row."""
    seen: dict[int, int] = {}
    for row, family, raw in contents(batch, segments):
        seen[row] = seen.get(row, 0) + 1
        if seen[row] > MAX_TEXTS:
            if seen[row] == MAX_TEXTS + 1:
                cells.complain(row, f"PNG: more than {MAX_TEXTS} texts, the rest left out")
            continue
        start, _, rest = raw.partition(b"\0")
        keyword = start.decode("latin-1").strip()
        keyword = KEYWORDS.get(keyword.lower(), keyword)
        if not keyword or len(start) > MAX_KEYWORD or not keyword.isprintable():
            cells.complain(row, f"PNG: {keyword[:MAX_KEYWORD]!r} is no keyword")
            continue
        if keyword.startswith(NO_TEXTS):
            continue
        language, rest = _language(rest) if family == Family.PNG_UTF8 else ("", rest)
        if len(rest) > MAX_TEXT:
            cells.complain(row, f"{PREFIX}{keyword}: text of {len(rest)} bytes left out")
            continue
        text = _text(rest, family)
        if text:
            yield row, keyword, language, _date(text) if keyword == CREATION_TIME else text


def _language(raw: bytes) -> tuple[str, bytes]:
    language, _, text = raw.partition(b"\0")
    return language.decode("latin-1").strip(), text


def _text(raw: bytes, family: int) -> str:
    text = raw.decode("utf-8" if family == Family.PNG_UTF8 else "latin-1", "replace")
    return text.replace("\0", "\n").strip()


def _date(text: str) -> str:
    """Write a date of RFC 1123 as ISO 8601 has it; return any other text as it is."""
    match = OLD_DATE.fullmatch(text)
    if match is None:
        return text
    day, name, year, time, second, hours, minutes, zone = match.groups()
    month = MONTHS.find(name.lower())
    offset = f"{hours}:{minutes}" if hours else ZONES.get((zone or "").lower())
    if month < 0 or offset is None:
        return text
    if len(year) == 2:
        year = f"{19 if int(year) >= CENTURY else 20}{year}"
    return f"{year}-{month // 4 + 1:02}-{int(day):02}T{time}{second or ':00'}{offset}"
