"""IPTC-IIM: datasets in, Arrow columns out (Information Interchange Model 4.2, chapter 3).

Texts are UTF-8 where the coded character set says so (``ESC % G``), else Latin-1 as Windows has it.
A dataset that must not be repeated has its first value.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import pyarrow as pa

from imgframe.batch import HeaderBatch, Problems, Segments
from imgframe.families._cells import Cells, contents
from imgframe.schema.iptc import CHARACTER_SET, DATASETS, ENVELOPE, PREFIX, Dataset
from imgframe.schema.rules import Rule

MARKER: Final = 0x1C
HEAD: Final = struct.Struct(">BBBH")
"""Marker, record, number, length of a dataset."""
EXTENDED: Final = 0x8000
"""Set in a length that says how many bytes the true length has."""
LONGEST_LENGTH: Final = 8

MAX_TEXT: Final = 65_536
"""Bytes of a value; a longer one is no text for people."""
MAX_DATASETS: Final = 10_000
"""Datasets of a file that are read."""

UTF8: Final = re.compile(rb"\x1b%(?:/[GHI]|G)|UTF-?8", re.IGNORECASE)
DATE: Final = re.compile(r"(\d{4})\D?(\d\d)\D?(\d\d)\D*")
CLOCK: Final = re.compile(r"(\d\d)[: ]?(\d\d)[: ]?(\d\d(?:[.,]\d+)?)(?:([+-]\d\d):?(\d\d))?")
NO_DATE: Final = re.compile(r"[\s0:./-]*")

Datasets = dict[tuple[int, int], list[bytes]]


def columns(
    batch: HeaderBatch, segments: Segments, n_rows: int, tags: tuple[str, ...] | None
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode datasets to columns.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Of `Family.IPTC`; their bytes are in the buffer. Those of a file in their order: one that
        ends within a dataset is continued by the next.
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
    for row, blocks in groupby(contents(batch, segments), key=itemgetter(0)):
        parts = [raw for _, _, raw in blocks]
        rest = b""
        for i, part in enumerate(parts):
            found, rest, problem = split(rest + part)
            utf8 = any(UTF8.fullmatch(value.strip()) for value in found.pop(CHARACTER_SET, ()))
            for key, values in found.items():
                # The character set is that of the records behind the one that tells it.
                coding = _utf8 if utf8 or key[0] == ENVELOPE else _latin
                _put(cells, row, DATASETS[key], values, coding)
            if problem:
                cells.complain(row, f"IPTC: {problem}")
            if rest and (i + 1 == len(parts) or parts[i + 1][:1] == bytes([MARKER])):
                cells.complain(row, "IPTC: last dataset is cut off")
                rest = b""
    return cells.columns()


def split(data: bytes) -> tuple[Datasets, bytes, str | None]:
    """Take a block of datasets apart.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    datasets : dict of (record, number) to list of bytes
        Those that have a column, and the character set.
    rest : bytes
        A last dataset that is not whole.
    problem : str or None
    """
    problem = None
    if len(data) >= 4 and data[0] != MARKER and data[3] == MARKER:
        words = len(data) // 4
        data = struct.pack(f">{words}I", *struct.unpack_from(f"<{words}I", data))
        problem = "bytes were swapped four by four, which was undone"
    found: Datasets = {}
    at = 0
    for _ in range(MAX_DATASETS):
        if at >= len(data):
            break
        if data[at] != MARKER:
            if data[at:].strip(b"\0"):
                problem = f"byte 0x{data[at]:02X} at {at} begins no dataset"
            break
        if at + HEAD.size > len(data):
            return found, data[at:], problem
        _, record, number, length = HEAD.unpack_from(data, at)
        start = at + HEAD.size
        if length & EXTENDED:
            width = length & ~EXTENDED
            if width > LONGEST_LENGTH:
                problem = f"dataset {record}:{number} has a length of {width} bytes"
                break
            length = int.from_bytes(data[start : start + width], "big")
            start += width
        if start + length > len(data):
            return found, data[at:], problem
        at = start + length
        key = record, number
        if key in DATASETS or key == CHARACTER_SET:
            found.setdefault(key, []).append(data[start:at])
    else:
        problem = f"more than {MAX_DATASETS} datasets"
    return found, b"", problem


def _put(
    cells: Cells,
    row: int,
    dataset: Dataset,
    values: list[bytes],
    coding: Callable[[bytes], str],
) -> None:
    """Decode the values of one dataset."""
    name = PREFIX + dataset.name
    value: Any = None
    trouble = None
    if dataset.binary:
        value, trouble = _number(values[0])
    else:
        short = [raw for raw in values if len(raw) <= MAX_TEXT]
        if len(short) < len(values):
            cells.complain(row, f"{name}: text of {max(map(len, values))} bytes left out")
        texts = [text for raw in short if (text := _text(raw, coding))]
        if not texts:
            return
        if dataset.rule == Rule.TEXTS:
            value = texts
        elif dataset.rule == Rule.DATE:
            value, trouble = _date(texts[0])
        elif dataset.rule == Rule.INTEGER:
            value, trouble = _digits(texts[0])
        else:
            value = _clock(texts[0]) if dataset.clock else texts[0]
    if trouble:
        cells.complain(row, f"{name}: {trouble}")
    cells.put(name, row, value, dataset.rule)


def _text(raw: bytes, coding: Callable[[bytes], str]) -> str:
    raw = raw.strip(b"\0 ")
    text = raw.decode("ascii") if raw.isascii() else coding(raw)
    return text.replace("\0", "\n").strip()


def _latin(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _latin(raw)


def _number(raw: bytes) -> tuple[int | None, str | None]:
    if not raw:
        return None, None
    if len(raw) > LONGEST_LENGTH or (raw[0] >= 0x80 and len(raw) == LONGEST_LENGTH):
        return None, f"number of {len(raw)} bytes"
    return int.from_bytes(raw, "big"), None


def _digits(text: str) -> tuple[int | None, str | None]:
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text), None
    return None, f"{text[:40]!r} is no number"


def _date(text: str) -> tuple[dt.date | None, str | None]:
    if NO_DATE.fullmatch(text):
        return None, None
    match = DATE.fullmatch(text)
    if match:
        year, month, day = (int(part) for part in match.groups())
        try:
            return dt.date(year, month, day), None
        except ValueError:
            pass
    return None, f"{text[:40]!r} is no date"


def _clock(text: str) -> str:
    match = CLOCK.fullmatch(text)
    if not match:
        return text
    hour, minute, second, zone, zone_minute = match.groups()
    return f"{hour}:{minute}:{second}" + (f"{zone}:{zone_minute}" if zone else "")
