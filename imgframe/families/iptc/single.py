"""Datasets of one file after the other, whatever they are like."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from imgframe.batch import HeaderBatch, Segments
from imgframe.families._cells import Cells, contents
from imgframe.families.iptc.values import (
    UTF8,
    clock_of,
    date_of,
    decode_latin,
    decode_utf8,
    integer_of,
    number_of,
    text_of,
)
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

Datasets = dict[tuple[int, int], list[bytes]]


def put_all(cells: Cells, batch: HeaderBatch, segments: Segments) -> None:
    """Decode the datasets of segments.

    Parameters
    ----------
    cells : Cells
        Takes the values and the problems.
    batch : HeaderBatch
    segments : Segments
        Those of a file in their order: one that ends within a dataset is continued by the next.
    """
    for row, blocks in groupby(contents(batch, segments), key=itemgetter(0)):
        parts = [raw for _, _, raw in blocks]
        rest = b""
        for i, part in enumerate(parts):
            found, rest, problem = split(rest + part)
            utf8 = any(UTF8.fullmatch(value.strip()) for value in found.pop(CHARACTER_SET, ()))
            for key, values in found.items():
                # The character set is that of the records behind the one that tells it.
                coding = decode_utf8 if utf8 or key[0] == ENVELOPE else decode_latin
                _put(cells, row, DATASETS[key], values, coding)
            if problem:
                cells.complain(row, f"IPTC: {problem}")
            if rest and (i + 1 == len(parts) or parts[i + 1][:1] == bytes([MARKER])):
                cells.complain(row, "IPTC: last dataset is cut off")
                rest = b""


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
        value, trouble = number_of(values[0])
    else:
        short = [raw for raw in values if len(raw) <= MAX_TEXT]
        if len(short) < len(values):
            cells.complain(row, f"{name}: text of {max(map(len, values))} bytes left out")
        texts = [text for raw in short if (text := text_of(raw, coding))]
        if not texts:
            return
        if dataset.rule == Rule.TEXTS:
            value = texts
        elif dataset.rule == Rule.DATE:
            value, trouble = date_of(texts[0])
        elif dataset.rule == Rule.INTEGER:
            value, trouble = integer_of(texts[0])
        else:
            value = clock_of(texts[0]) if dataset.clock else texts[0]
    if trouble:
        cells.complain(row, f"{name}: {trouble}")
    cells.put(name, row, value, dataset.rule)
