"""ICC profiles: header and texts in, Arrow columns out (ICC.1:2022; old texts: ICC.1:2001).

In a JPEG a profile comes in chunks (annex B.4 of ICC.1:2010). Most files of a library share a few
profiles, so what was decoded is remembered, with the bytes that it was decoded from.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from imgframe.batch import Bytes, HeaderBatch, Ints, Problems, Segments, indices, ints, problems
from imgframe.families._cells import present, views
from imgframe.kernels import stands_alone, starts_with
from imgframe.schema import Family, is_chosen
from imgframe.schema.icc import PREFIX, RULES, SIGNATURES, TEXTS
from imgframe.schema.rules import ARROW

CHUNK: Final = int(Family.ICC_CHUNK)
HEADER: Final = 128
MAX_REMEMBERED: Final = 256
"""Profiles that are remembered."""
MAX_SOURCE: Final = 8_192
"""Bytes that a remembered profile was decoded from."""
MAX_GAP: Final = 256
"""Bytes between two that are compared faster than left out."""
MAX_ELEMENTS: Final = 256
"""Tagged elements of a profile that are looked at."""
MAX_TEXT: Final = 65_536
"""Bytes of a text that are read."""
MAX_LANGUAGES: Final = 1_024
"""Languages of a text that are looked at."""

Piece = tuple[int, bytes]
"""Where bytes start, and they."""


class Profile(NamedTuple):
    """What a profile says."""

    values: dict[str, Any]
    """By name of the column; none is empty."""
    problems: tuple[str, ...]
    source: tuple[Piece, ...]
    """All bytes that this follows from, but for the length of the profile."""


_remembered: dict[tuple[int, bytes], Profile] = {}
"""Profiles of this batch and of those before, by length and header."""


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
    segments, place = present(batch, segments)
    which = np.full(n_rows, -1)
    index, number, profiles = _recognised(batch.buffer, segments, place)
    which[segments.row[index]] = number
    notes = [
        (row, text)
        for i, profile in enumerate(profiles)
        if profile.problems
        for row in segments.row[index[number == i]].tolist()
        for text in profile.problems
    ]
    others = np.ones(len(segments), dtype=np.bool_)
    others[index] = False
    for row, parts in groupby(views(batch, segments.take(others)), key=itemgetter(0)):
        profile, trouble = _of_file(parts)
        notes += [(row, text) for text in trouble]
        which[row] = len(profiles)
        profiles.append(profile)
    notes.sort(key=itemgetter(0))
    arrays = _spread(profiles, which, tags)
    return arrays, problems(ints([row for row, _ in notes]), [text for _, text in notes])


def _recognised(buffer: Bytes, segments: Segments, place: Ints) -> tuple[Ints, Ints, list[Profile]]:
    """Find the files whose profile is remembered, as that of nearly all is.

    Returns
    -------
    index : ndarray of int64, shape (k,)
        Where their segments stand.
    number : ndarray of int64, shape (k,)
        Of their profile, in `profiles`.
    profiles : list of Profile
    """
    lone = indices(stands_alone(segments.row))
    is_chunk = segments.family[lone] == CHUNK
    at = place[lone] + 2 * is_chunk
    length = segments.length[lone] - 2 * is_chunk
    usual = (length > 0) & ~(is_chunk & (buffer[place[lone] + 1] > 1))
    lone, at, length = lone[usual], at[usual], length[usual]
    sizes = _learn(buffer, at, length)
    number = np.full(len(lone), -1)
    profiles: list[Profile] = []
    for (size, _), profile in list(_remembered.items()):
        if size in sizes:
            same = indices((length == size) & (number < 0))
            for start, raw in profile.source:
                same = same[starts_with(buffer, at[same] + start, raw)]
            if len(same):
                number[same] = len(profiles)
                profiles.append(profile)
    found = number >= 0
    return lone[found], number[found], profiles


def _learn(buffer: Bytes, at: Ints, length: Ints) -> set[int]:
    """Decode a profile of each length that is new and more than one has; return the lengths."""
    lengths, first, counts = np.unique(length, return_index=True, return_counts=True)
    known = {size for size, _ in _remembered}
    view = memoryview(buffer.data)
    for size, i, count in zip(lengths.tolist(), first.tolist(), counts.tolist(), strict=True):
        if count > 1 and size not in known:
            _decoded([view[at[i] : at[i] + size]])
    return set(lengths.tolist())


def _of_file(parts: Iterable[tuple[int, int, memoryview]]) -> tuple[Profile, list[str]]:
    """Decode the profiles of a file, as one that has the first of their values; and problems."""
    chunks, profiles = [], []
    for _, family, raw in parts:
        if family == CHUNK:
            chunks.append(raw)
        elif len(raw):
            profiles.append([raw])
    troubles: list[str] = []
    if chunks:
        pieces, problem = join(chunks)
        if pieces:
            profiles.append(pieces)
        if problem:
            troubles.append(problem)
    found = [_decoded(pieces) for pieces in profiles]
    for profile in found:
        troubles += profile.problems
    if len(found) == 1:
        return found[0], troubles
    values: dict[str, Any] = {}
    for profile in found:
        values = profile.values | values
    return Profile(values, (), ()), troubles


def _decoded(pieces: list[memoryview]) -> Profile:
    """Decode a profile that comes in pieces, or remember it."""
    key = sum([len(piece) for piece in pieces]), bytes(pieces[0][: HEADER + 4])
    known = _remembered.get(key)
    if known and all(_cut(pieces, start, len(raw)) == raw for start, raw in known.source):
        return known
    profile = read(b"".join(pieces))
    if sum(len(raw) for _, raw in profile.source) <= MAX_SOURCE:
        if len(_remembered) >= MAX_REMEMBERED:
            _remembered.clear()
        _remembered[key] = profile
    return profile


def _cut(pieces: list[memoryview], start: int, length: int) -> bytes:
    """Cut bytes out of pieces that follow each other."""
    end = start + length
    if end <= len(pieces[0]):
        return bytes(pieces[0][start:end])
    found = b""
    for piece in pieces:
        if not length:
            break
        cut = bytes(piece[start : start + length]) if start < len(piece) else b""
        found += cut
        start, length = max(start - len(piece), 0), length - len(cut)
    return found


def _spread(
    profiles: list[Profile], which: Ints, tags: tuple[str, ...] | None
) -> dict[str, pa.Array]:
    """Make columns of the values of profiles, each of which is that of many rows."""
    index = pa.array(which, mask=which < 0)
    arrays = {}
    for name, rule in RULES.items():
        values = [profile.values.get(name) for profile in profiles]
        if any(value is not None for value in values) and is_chosen(name, tags):
            arrays[name] = pa.array(values, ARROW[rule]).take(index)
    return arrays


def join(chunks: list[memoryview]) -> tuple[list[memoryview], str | None]:
    """Put the chunks of a profile in order.

    Parameters
    ----------
    chunks : list of memoryview
        Number, count, and a part of the profile. A lone chunk is taken for the whole, whatever
        its number: some writers put zeros.

    Returns
    -------
    pieces : list of memoryview
        The parts of the profile; none if it is not whole.
    problem : str or None
    """
    if len(chunks) == 1 and len(chunks[0]) > 2 and chunks[0][1] <= 1:
        return [chunks[0][2:]], None
    parts: dict[int, memoryview] = {}
    counts = set()
    for chunk in chunks:
        if len(chunk) > 2:
            counts.add(chunk[1])
            parts.setdefault(chunk[0], chunk[2:])
    if len(counts) > 1:
        return [], "ICC: chunks disagree on their count"
    count = max(counts, default=0)
    if sorted(parts) != list(range(1, count + 1)):
        return [], f"ICC: {len(parts)} of {count} chunks"
    return [parts[number] for number in sorted(parts)], None


def read(raw: bytes) -> Profile:
    """Read a profile.

    Parameters
    ----------
    raw : bytes

    Returns
    -------
    Profile
    """
    if len(raw) < HEADER + 4:
        return Profile({}, (f"ICC: profile of {len(raw)} bytes",), ((0, raw),))
    problems: list[str] = []
    size = int.from_bytes(raw[:4], "big")
    if size > len(raw):
        problems.append(f"ICC: profile of {size} bytes is cut off at {len(raw)}")
    values = _header(raw, problems)
    count = int.from_bytes(raw[HEADER : HEADER + 4], "big")
    held = min(count, (len(raw) - HEADER - 4) // 12, MAX_ELEMENTS)
    if held < count:
        problems.append(f"ICC: {count} elements declared, {held} read")
    source = [(0, HEADER + 4 + 12 * held)]
    for i in range(held):
        signature, start, length = struct.unpack_from(">4sII", raw, HEADER + 4 + 12 * i)
        name = TEXTS.get(signature)
        if name is None or PREFIX + name in values:
            continue
        if start + length > len(raw) or start < HEADER:
            problems.append(f"{PREFIX}{name}: lies outside the profile")
            continue
        end = start + min(length, MAX_TEXT)
        if end > start:
            source.append((start, end))
        text = _text(raw[start:end])
        if text is None:
            problems.append(f"{PREFIX}{name}: text of no known type")
        elif text:
            values[PREFIX + name] = text
    values = {name: value for name, value in values.items() if value != ""}
    return Profile(values, tuple(problems), _joined(raw, source))


def _joined(raw: bytes, source: list[tuple[int, int]]) -> tuple[Piece, ...]:
    """Give the bytes of places, with those between places that are close together."""
    source.sort()
    merged = [source[0]]
    for start, end in source[1:]:
        first, last = merged[-1]
        if start <= last + MAX_GAP:
            merged[-1] = first, max(last, end)
        else:
            merged.append((start, end))
    return tuple((start, raw[start:end]) for start, end in merged)


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
