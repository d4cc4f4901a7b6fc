"""ICC profiles: header and texts in, Arrow columns out (ICC.1:2022; old texts: ICC.1:2001).

In a JPEG a profile comes in chunks (annex B.4 of ICC.1:2010). Most files of a library share a few
profiles, so each is decoded once a batch.
"""

from __future__ import annotations

import datetime as dt
import struct
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import pyarrow as pa

from imgframe.batch import HeaderBatch, Problems, Segments
from imgframe.families._cells import Cells, contents
from imgframe.schema import Family
from imgframe.schema.icc import PREFIX, RULES, SIGNATURES, TEXTS

HEADER: Final = 128
MAX_REMEMBERED: Final = 65_536
"""Bytes of a profile that is remembered."""
MAX_ELEMENTS: Final = 256
"""Tagged elements of a profile that are looked at."""
MAX_TEXT: Final = 65_536
"""Bytes of a text that are read."""
MAX_LANGUAGES: Final = 1_024
"""Languages of a text that are looked at."""

Profile = tuple[dict[str, Any], tuple[str, ...]]
"""Values by name of the column; what is wrong."""


def columns(
    batch: HeaderBatch, segments: Segments, n_rows: int, tags: tuple[str, ...] | None
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode profiles to columns.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Of `Family.ICC` and `Family.ICC_CHUNK`; their bytes are in the buffer.
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
    known: dict[bytes, Profile] = {b"": ({}, ())}
    for row, parts in groupby(contents(batch, segments), key=itemgetter(0)):
        chunks: list[bytes] = []
        profiles: list[bytes] = []
        for _, family, raw in parts:
            (chunks if family == Family.ICC_CHUNK else profiles).append(raw)
        if chunks:
            whole, problem = join(chunks)
            if problem:
                cells.complain(row, problem)
            profiles.append(whole)
        for raw in profiles:
            profile = known.get(raw) or read(raw)
            if len(raw) <= MAX_REMEMBERED:
                known[raw] = profile
            values, troubles = profile
            for name, value in values.items():
                cells.put(name, row, value, RULES[name])
            for trouble in troubles:
                cells.complain(row, trouble)
    return cells.columns()


def join(chunks: list[bytes]) -> tuple[bytes, str | None]:
    """Put the chunks of a profile together.

    Parameters
    ----------
    chunks : list of bytes
        Number, count, and a part of the profile. A lone chunk is taken for the whole, whatever
        its number: some writers put zeros.

    Returns
    -------
    profile : bytes
        Empty if it is not whole.
    problem : str or None
    """
    if len(chunks) == 1 and len(chunks[0]) > 2 and chunks[0][1] <= 1:
        return chunks[0][2:], None
    parts: dict[int, bytes] = {}
    counts = set()
    for chunk in chunks:
        if len(chunk) > 2:
            counts.add(chunk[1])
            parts.setdefault(chunk[0], chunk[2:])
    if len(counts) > 1:
        return b"", "ICC: chunks disagree on their count"
    count = max(counts, default=0)
    if sorted(parts) != list(range(1, count + 1)):
        return b"", f"ICC: {len(parts)} of {count} chunks"
    return b"".join(parts[number] for number in sorted(parts)), None


def read(raw: bytes) -> Profile:
    """Read a profile.

    Parameters
    ----------
    raw : bytes

    Returns
    -------
    values : dict of str to object
        By name of the column.
    problems : tuple of str
    """
    if len(raw) < HEADER + 4:
        return {}, (f"ICC: profile of {len(raw)} bytes",)
    problems: list[str] = []
    size = int.from_bytes(raw[:4], "big")
    if size > len(raw):
        problems.append(f"ICC: profile of {size} bytes is cut off at {len(raw)}")
    values = _header(raw, problems)
    count = int.from_bytes(raw[HEADER : HEADER + 4], "big")
    held = min(count, (len(raw) - HEADER - 4) // 12, MAX_ELEMENTS)
    if held < count:
        problems.append(f"ICC: {count} elements declared, {held} read")
    for i in range(held):
        signature, start, length = struct.unpack_from(">4sII", raw, HEADER + 4 + 12 * i)
        name = TEXTS.get(signature)
        if name is None or PREFIX + name in values:
            continue
        if start + length > len(raw) or start < HEADER:
            problems.append(f"{PREFIX}{name}: lies outside the profile")
            continue
        text = _text(raw[start : start + min(length, MAX_TEXT)])
        if text is None:
            problems.append(f"{PREFIX}{name}: text of no known type")
        elif text:
            values[PREFIX + name] = text
    return values, tuple(problems)


def _header(raw: bytes, problems: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for offset, name in SIGNATURES.items():
        text = raw[offset : offset + 4].decode("latin-1").strip("\0 ")
        if text.isprintable():
            values[PREFIX + name] = text
    major, minor = raw[8], raw[9]
    values[PREFIX + "ProfileVersion"] = f"{major}.{minor >> 4}.{minor & 15}"
    values[PREFIX + "RenderingIntent"] = int.from_bytes(raw[64:68], "big")
    if any(raw[84:100]):
        values[PREFIX + "ProfileID"] = raw[84:100].hex()
    year, month, day, hour, minute, second = struct.unpack_from(">6H", raw, 24)
    if year or month or day:
        try:
            made = dt.datetime(year, month, day, hour, minute, second)
            values[PREFIX + "ProfileDateTime"] = made
        except ValueError:
            written = f"{year}-{month}-{day} {hour}:{minute}:{second}"
            problems.append(f"{PREFIX}ProfileDateTime: {written} is no date")
    return values


def _text(raw: bytes) -> str | None:
    """Decode a text of any of the types that texts have had."""
    kind = raw[:4]
    if kind == b"text":
        return _clean(raw[8:])
    if kind == b"desc" and len(raw) >= 12:
        length = int.from_bytes(raw[8:12], "big")
        return _clean(raw[12 : 12 + length]) or _unicode(raw[12 + length :])
    if kind == b"mluc" and len(raw) >= 16:
        return _translated(raw)
    if kind == b"data" and len(raw) >= 12:
        return _clean(raw[12:])
    return None


def _clean(raw: bytes) -> str:
    raw = raw.split(b"\0", 1)[0]
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def _unicode(raw: bytes) -> str:
    """Decode the second form of an old description: language, number of characters, UTF-16."""
    if len(raw) < 8:
        return ""
    length = 2 * int.from_bytes(raw[4:8], "big")
    return raw[8 : 8 + length].decode("utf-16-be", "replace").split("\0")[0].strip()


def _translated(raw: bytes) -> str:
    """Take the text in American English, else in any English, else the first."""
    count, width = struct.unpack_from(">II", raw, 8)
    if width < 12:
        return ""
    texts: dict[bytes, str] = {}
    for i in range(min(count, MAX_LANGUAGES, (len(raw) - 16) // width)):
        language, length, start = struct.unpack_from(">4sII", raw, 16 + width * i)
        if start + length <= len(raw) and language not in texts:
            text = raw[start : start + length].decode("utf-16-be", "replace")
            texts[language] = text.split("\0")[0].strip()
    english = [texts[language] for language in texts if language[:2].lower() == b"en"]
    return texts.get(b"enUS") or next(iter([*english, *texts.values()]), "")
