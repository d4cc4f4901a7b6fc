"""Datasets of many files at once, as long as they are as they should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import compress, pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa

from imgframe.batch import Bytes, Columns, Flags, Ints, indices
from imgframe.families._cells import Cells
from imgframe.families._chains import Heads, is_blank, walk
from imgframe.families.iptc.single import EXTENDED, HEAD, MARKER, MAX_DATASETS
from imgframe.families.iptc.values import (
    LONGEST_NUMBER,
    UTF8,
    clock_of,
    date_of,
    decode_latin,
    decode_utf8,
    integer_of,
    text_of,
)
from imgframe.kernels import compact, flags, spread, starts_run, starts_with, unsigned
from imgframe.schema.iptc import CHARACTER_SET, DATASETS, ENVELOPE, PREFIX, Dataset
from imgframe.schema.rules import ARROW, Rule
from imgframe.texts import encoded, validity

FEW: Final = 24
"""Files that are decoded faster one by one."""
LEFT: Final = 6
"""Files that are when others have been walked already."""

_HEADS: Final = np.dtype([("marker", "u1"), ("number", ">u2"), ("length", ">u2")])
"""Marker, record and number in one, length."""
_BLANKS: Final = b"\0\t\n\v\f\r\x1c\x1d\x1e\x1f "
"""What `text_of` takes from both ends."""
_IS_BLANK: Final = flags(_BLANKS, 256)
_UTF8_SIGN: Final = b"\x1b%G"

_SETS: Final = tuple(DATASETS.values())
_NAMES: Final = [PREFIX + dataset.name for dataset in _SETS]
_NONE, _CHARACTER_SET = -1, len(_SETS)


def _codes() -> Ints:
    """Give the number in `_SETS` of each record and number."""
    codes = np.full(1 << 16, _NONE)
    codes[[record << 8 | number for record, number in DATASETS]] = np.arange(len(_SETS))
    codes[CHARACTER_SET[0] << 8 | CHARACTER_SET[1]] = _CHARACTER_SET
    return codes


def _parser(dataset: Dataset) -> Callable[[str], tuple[Any, str | None]] | None:
    """Return what makes a value of the first text of a dataset, None where the text is it."""
    if dataset.clock:
        return lambda text: (clock_of(text), None)
    return {Rule.DATE: date_of, Rule.INTEGER: integer_of}.get(dataset.rule)


_CODE: Final = _codes()
_IS_BINARY: Final = np.array([dataset.binary for dataset in _SETS])
_IS_LIST: Final = np.array([dataset.rule == Rule.TEXTS for dataset in _SETS])
_IS_ENVELOPE: Final = np.array([record == ENVELOPE for record, _ in DATASETS])
_PARSERS: Final = {
    code: parser
    for code, dataset in enumerate(_SETS)
    if not dataset.binary and (parser := _parser(dataset))
}
_IS_PARSED: Final = flags(_PARSERS, len(_SETS))


@dataclass(frozen=True, slots=True)
class Places(Columns):
    """Values of datasets, those of a dataset together, then those of a file."""

    code: Ints
    """The number of the dataset in `_SETS`."""
    file: Ints
    start: Ints
    length: Ints

    def first(self) -> Flags:
        """Say which are the first of their dataset in a file."""
        return starts_run(self.code << 32 | self.file)


def columns(
    buffer: Bytes, row: Ints, start: Ints, length: Ints, cells: Cells
) -> tuple[dict[str, pa.Array], Flags]:
    """Decode the datasets of files.

    Parameters
    ----------
    buffer : ndarray of uint8
    row : ndarray of int64, shape (n,)
        Of the files: sorted, none twice.
    start, length : ndarray of int64, shape (n,)
        Where in the buffer the datasets of each stand.
    cells : Cells
        Takes the values that are no text.

    Returns
    -------
    columns : dict of str to pyarrow.Array
        Those of texts.
    odd : ndarray of bool, shape (n,)
        The files of which nothing was decoded: there is something wrong or unusual about them.
    """
    if len(row) <= FEW:
        return {}, np.ones(len(row), dtype=np.bool_)
    places, utf8, odd = _places(buffer, start, start + length)
    binary = _IS_BINARY[places.code]
    numbers, texts = places.take(binary), places.take(~binary)
    texts, chars = _decoded(buffer, texts, utf8)
    direct = ~_IS_PARSED[texts.code]
    found = [
        _numbers(buffer, numbers.take(numbers.first())),
        _parsed(texts.take(~direct), chars),
    ]
    for read, _, wrong in found:
        odd[read.file[wrong]] = True
    for read, values, _ in found:
        _put(cells, read, values, row, odd)
    texts = texts.take(direct & ~odd[texts.file])
    present, _ = compact(texts.code)
    wanted = flags([i for i in present.tolist() if cells.wants(_NAMES[i])], len(_SETS))
    texts = texts.take(wanted[texts.code])
    return _arrays(texts, chars, row, cells.n_rows), odd


def _put(cells: Cells, places: Places, values: list[Any], row: Ints, odd: Flags) -> None:
    """Note values, column by column, but for those of odd files."""
    keep = ~odd[places.file]
    places, values = places.take(keep), list(compress(values, keep.tolist()))
    rows = row[places.file].tolist()
    edges = [*indices(starts_run(places.code)).tolist(), len(places)]
    for low, high in pairwise(edges):
        code = places.code[low]
        cells.put_many(_NAMES[code], rows[low:high], values[low:high], _SETS[code].rule)


def _places(buffer: Bytes, start: Ints, end: Ints) -> tuple[Places, Flags, Flags]:
    """Find the values of files; say which of them have texts in UTF-8, and which are odd."""
    blocks, stop = walk(buffer, start, end, _HEADS, _measure, 1, MAX_DATASETS, LEFT)
    odd = ~is_blank(buffer, stop, end, b"\0")
    code = _CODE[blocks.head["number"]]
    utf8 = np.zeros(len(start), dtype=np.bool_)
    signs = blocks.take(code == _CHARACTER_SET)
    utf8[signs.chain[_says_utf8(buffer, signs.start, signs.length)]] = True
    keep = indices((code >= 0) & (code != _CHARACTER_SET) & ~odd[blocks.chain])
    keep = keep[np.argsort(code[keep] << 32 | blocks.chain[keep], kind="stable")]
    blocks = blocks.take(keep)
    return Places(code[keep], blocks.chain, blocks.start, blocks.length), utf8, odd


def _measure(heads: Heads, at: Ints) -> tuple[Flags, Ints, Ints, Ints]:
    """Measure datasets for `walk`."""
    start, length = at + HEAD.size, heads["length"].astype(np.int64)
    sound = (heads["marker"] == MARKER) & (length < EXTENDED)
    return sound, start, length, start + length


def _says_utf8(buffer: Bytes, start: Ints, length: Ints) -> Flags:
    """Say which character sets are UTF-8."""
    plain: Flags = (length == len(_UTF8_SIGN)) & starts_with(buffer, start, _UTF8_SIGN)
    for i in indices(~plain).tolist():
        raw = buffer[start[i] : start[i] + length[i]].tobytes()
        plain[i] = UTF8.fullmatch(raw.strip()) is not None
    return plain


def _numbers(buffer: Bytes, places: Places) -> tuple[Places, list[int | None], Flags]:
    """Read big-endian numbers as `number_of` does; say which are none."""
    places = places.take(places.length > 0)
    values = unsigned(buffer, places.start, True, LONGEST_NUMBER)
    wrong = places.length > LONGEST_NUMBER
    wrong |= (places.length == LONGEST_NUMBER) & (values.view(np.int64) < 0)
    unused = 8 * (LONGEST_NUMBER - np.minimum(places.length, LONGEST_NUMBER))
    return places, (values >> unused.astype(np.uint64)).tolist(), wrong


def _decoded(buffer: Bytes, places: Places, utf8: Flags) -> tuple[Places, Bytes]:
    """Decode texts as `text_of` does, and keep those that have a say.

    Returns
    -------
    places : Places
        Of texts that are not empty, in `chars`; but the first of a dataset that has one value.
    chars : ndarray of uint8
        Texts in UTF-8.
    """
    places = _stripped(buffer, places)
    index, first = spread(places.start, places.length)
    chars = buffer[index]
    start, length = first[:-1], places.length
    special = np.unique(np.searchsorted(start, indices(chars >= 0x80), side="right") - 1)
    chars[chars == 0] = ord("\n")
    if len(special):
        is_utf8 = utf8[places.file[special]] | _IS_ENVELOPE[places.code[special]]
        start[special], length[special], more = _decoded_one_by_one(
            buffer, places.take(special), is_utf8
        )
        start[special] += len(chars)
        chars = np.concatenate([chars, more])
    places = replace(places, start=start, length=length).take(length > 0)
    return places.take(_IS_LIST[places.code] | places.first()), chars


def _decoded_one_by_one(buffer: Bytes, places: Places, utf8: Flags) -> tuple[Ints, Ints, Bytes]:
    """Decode texts that are not ASCII; return where they start, how long they are, and them."""
    view = memoryview(buffer.data)
    texts = [
        text_of(bytes(view[start : start + length]), decode_utf8 if is_utf8 else decode_latin)
        for start, length, is_utf8 in zip(
            places.start.tolist(), places.length.tolist(), utf8.tolist(), strict=True
        )
    ]
    data, length = encoded(texts)
    return np.cumsum(length) - length, length, data


def _stripped(buffer: Bytes, places: Places) -> Places:
    """Leave out the blanks at both ends of texts."""
    places = places.take(places.length > 0)
    start, length = places.start, places.length
    view = memoryview(buffer.data)
    edged = _IS_BLANK[buffer[start]] | _IS_BLANK[buffer[start + length - 1]]
    for i in indices(edged).tolist():
        raw = bytes(view[start[i] : start[i] + length[i]])
        left = raw.lstrip(_BLANKS)
        start[i] += len(raw) - len(left)
        length[i] = len(left.rstrip(_BLANKS))
    return places


def _parsed(places: Places, chars: Bytes) -> tuple[Places, list[Any], Flags]:
    """Make values of texts; say of which there is something to complain."""
    data = chars.tobytes()
    known: dict[tuple[int, bytes], tuple[Any, str | None]] = {}
    values, wrong = [], np.zeros(len(places), dtype=np.bool_)
    for i, (code, start, length) in enumerate(
        zip(places.code.tolist(), places.start.tolist(), places.length.tolist(), strict=True)
    ):
        key = code, data[start : start + length]
        if key not in known:
            known[key] = _PARSERS[code](key[1].decode())
        value, trouble = known[key]
        values.append(value)
        wrong[i] = trouble is not None
    return places, values, wrong


def _arrays(places: Places, chars: Bytes, row: Ints, n_rows: int) -> dict[str, pa.Array]:
    """Make columns of texts and of lists of texts."""
    if not len(places):
        return {}
    index, begin = spread(places.start, places.length)
    where, data = begin.astype(np.int32), pa.py_buffer(chars[index])
    codes, which = compact(places.code)
    cell = which * n_rows + row[places.file]
    first = indices(starts_run(cell))
    # Most cells of most columns are empty: a place stands until the next text.
    until = np.diff(cell[first], prepend=-1, append=len(codes) * n_rows)
    item = np.repeat(np.append(first, len(cell)).astype(np.int32), until)
    valid = np.zeros(len(codes) * n_rows, dtype=np.bool_)
    valid[cell] = True
    masks = validity(valid.reshape(len(codes), n_rows))
    arrays = {}
    for i, code in enumerate(codes.tolist()):
        own = item[i * n_rows : (i + 1) * n_rows + 1]
        if _IS_LIST[code]:
            texts = where[own[0] : own[-1] + 1]
            child = pa.Array.from_buffers(
                pa.string(), len(texts) - 1, [None, pa.py_buffer(texts), data]
            )
            parts, children = [masks[i], pa.py_buffer(own - own[0])], [child]
        else:
            parts, children = [masks[i], pa.py_buffer(where[own]), data], None
        arrays[_NAMES[code]] = pa.Array.from_buffers(
            ARROW[_SETS[code].rule], n_rows, parts, children=children
        )
    return arrays
