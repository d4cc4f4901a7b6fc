"""XMP: packets in, Arrow columns out.

Values are text as they are written, but for the properties that `imgframe.schema.xmp` declares to
be numbers, truths or lists. A list of a property that is not declared one is joined with ``"; "``.
Of several packets in a file the first that has a property wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

import pyarrow as pa

from imgframe.batch import NO_PROBLEMS, HeaderBatch, Problems, Segments, ints, problems
from imgframe.families._cells import contents
from imgframe.families.xmp.cells import column, plain
from imgframe.families.xmp.mend import balance, repair
from imgframe.families.xmp.packets import join_extended, unwrap
from imgframe.families.xmp.rdf import MAX_NAME, Value, read
from imgframe.families.xmp.templates import Templates
from imgframe.schema import Family, Rule, is_chosen
from imgframe.schema.xmp import PIXELS, rule_of
from imgframe.texts import TextPool

__all__ = ["columns"]

EXTENDED: Final = "xmpNote:HasExtendedXMP"

MAX_REMEMBERED: Final = 16_384
"""Bytes of a packet that is remembered, for others that are the same."""

OPEN: Final = re.compile(r"[:*?\[]")
"""What a pattern has in it that can match the name of an XMP column."""

Notes = list[tuple[int, str]]


def columns(
    batch: HeaderBatch, segments: Segments, n_rows: int, tags: tuple[str, ...] | None
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode packets to columns.

    Parameters
    ----------
    batch : HeaderBatch
    segments : Segments
        Of `Family.XMP` and `Family.XMP_EXTENDED`; their bytes are in the buffer.
    n_rows : int
        Files of the batch.
    tags : tuple of str or None
        Names and patterns of columns; None for all.

    Returns
    -------
    columns : dict of str to pyarrow.Array
        Columns that some file has, each of `n_rows` values.
    problems : Problems
        Packets and values that could not be read.
    """
    if tags is not None and not any(OPEN.search(pattern) for pattern in tags):
        return {}, NO_PROBLEMS
    notes: Notes = []
    # Packets with the same properties go on together, column by column.
    alike: dict[tuple[str, ...], tuple[list[int], list[tuple[Value, ...]]]] = {}
    for row, values in _rows(batch, segments, notes):
        rows, cells = alike.setdefault(tuple(values), ([], []))
        rows.append(row)
        cells.append(tuple(values.values()))
    found: dict[str, tuple[list[int], list[Value]]] = {}
    for names, (rows, cells) in alike.items():
        for name, values_of_name in zip(names, zip(*cells, strict=True), strict=True):
            where, what = found.setdefault(name, ([], []))
            where += rows
            what += values_of_name
    arrays = {}
    pooled: list[str] = []
    columns_of_texts: list[int] = []
    rows_of_texts: list[int] = []
    texts: list[str] = []
    for name, (where, what) in found.items():
        if not (_has_column(name) and is_chosen(name, tags)):
            continue
        rule = rule_of(name)
        plain_texts = plain(what) if rule == Rule.TEXT else None
        if plain_texts is not None:
            columns_of_texts += [len(pooled)] * len(where)
            pooled.append(name)
            rows_of_texts += where
            texts += plain_texts
            continue
        array, trouble = column(rule, where, what, n_rows)
        notes += [(row, f"{name}: {text}") for row, text in trouble]
        if array is not None:
            arrays[name] = array
    pool = TextPool()
    pool.add_texts(ints(columns_of_texts), ints(rows_of_texts), texts)
    arrays |= {pooled[number]: array for number, array in pool.arrays(n_rows).items()}
    return arrays, problems(ints([row for row, _ in notes]), [text for _, text in notes])


def _has_column(name: str) -> bool:
    strange = ":" not in name or name.startswith(("rdf:", "xml:")) or len(name) > MAX_NAME
    return not strange and name not in PIXELS


def _rows(
    batch: HeaderBatch, segments: Segments, notes: Notes
) -> Iterator[tuple[int, dict[str, Value]]]:
    """Read the packets of each row."""
    reader = _Reader()
    for row, parts in groupby(contents(batch, segments), key=itemgetter(0)):
        main: list[bytes] = []
        chunks: list[bytes] = []
        for _, family, raw in parts:
            (chunks if family == Family.XMP_EXTENDED else main).append(raw)
        values: dict[str, Value] = {}
        for packet in main:
            more, trouble = reader.read(packet)
            values = _merge(values, more) if values else more
            notes += [(row, text) for text in trouble]
        if chunks:
            more, trouble = _read_extended(reader, values.get(EXTENDED), chunks)
            values = _merge(values, more)
            notes += [(row, text) for text in trouble]
        yield row, values


def _merge(first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    """Join what two packets say; of a property that both have, the first that is not blank."""
    return second | {name: v for name, v in first.items() if not isinstance(v, str) or v.strip()}


def _read_extended(
    reader: _Reader, guid: Value | None, chunks: list[bytes]
) -> tuple[dict[str, Value], list[str]]:
    if guid is None:
        return {}, ["XMP: extended packet that no main one names"]
    packet, problem = join_extended(guid if isinstance(guid, str) else "", chunks)
    if problem:
        return {}, [problem]
    return reader.read(packet)


_templates = Templates()
"""What was learned from the batches before: cameras and programs stay the same."""


class _Reader:
    """Reads packets; remembers those that are short, for others that are the same."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[dict[str, Value], list[str]]] = {}

    def read(self, raw: bytes) -> tuple[dict[str, Value], list[str]]:
        """Return the values of a packet and what is wrong with it."""
        xml = unwrap(raw)
        if not xml:
            return {}, []
        known = self._known.get(xml)
        if known is not None:
            return known
        values, notes, error = _templates.read(xml)
        if error:
            values, notes, still = _read_mended(xml, values, notes)
            how = "not read further" if still else "read as it may be meant"
            notes = [*notes, f"XMP: {error}; {how}"]
        if len(xml) <= MAX_REMEMBERED:
            self._known[xml] = values, notes
        return values, notes


def _read_mended(
    xml: bytes, values: dict[str, Value], notes: list[str]
) -> tuple[dict[str, Value], list[str], bool]:
    """Read a packet with its damage mended; say whether some is left."""
    for mend in (repair, balance):
        mended = mend(xml)
        if mended == xml:
            continue
        xml = mended
        again, more, error = read(xml)
        if not error or len(again) > len(values):
            values, notes = again, more
        if not error:
            return values, notes, False
    return values, notes, True
