"""Exif: entries of TIFF directories in, Arrow columns out (Exif 3.0, 4.6; TIFF 6.0; DNG 1.7).

All entries that share a decoding rule are decoded at once, whatever their tag; what is left to do
for a column is to cut it out of a matrix.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imgframe.batch import NO_PROBLEMS, Flags, HeaderBatch, Ints, Problems, ints, problems
from imgframe.dates import BLANK, DAY_US, LENGTH, days, parse_places, parse_text
from imgframe.ifd import Entries, Keep, wanted
from imgframe.kernels import compact, spread, starts_with
from imgframe.schema import TAG_COLUMNS, TAGS_OF, UNNAMED, Directory, Rule, is_chosen, name_of
from imgframe.schema.rules import ARROW
from imgframe.texts import TextPool, decode, validity
from imgframe.values import (
    ASCII,
    IS_TEXT,
    TEXT_TYPES,
    TYPE_SIZE,
    UNDEFINED,
    UTF8,
    integers,
    reals,
)

MAY_BE_UNDEFINED: Final = ("LensSpecification", "LensInfo")
"""Lists in which the standard itself writes 0/0 for a value that is not known."""

MAX_WRITTEN: Final = 256
"""Numbers of a tag without a name that are written out."""

N_DIRECTORIES: Final = len(Directory)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which tags become which columns."""

    keep: Keep
    """The tags to look for in each directory."""
    column: npt.NDArray[np.int32]
    """Number of the column of each tag of each directory, -1 for none."""
    names: tuple[str, ...]
    rules: Ints
    """The `Rule` of each column."""


@lru_cache(maxsize=16)
def plan(tags: tuple[str, ...] | None) -> Plan:
    """Choose the columns.

    Parameters
    ----------
    tags : tuple of str or None
        Names and patterns of columns; None for all that have a name.

    Returns
    -------
    Plan
    """
    numbers: dict[str, int] = {}
    column = np.full((N_DIRECTORIES, 1 << 16), -1, dtype=np.int32)
    for directory, (prefix, known) in TAGS_OF.items():
        for tag in known:
            name = prefix + tag.name
            if is_chosen(name, tags):
                column[directory, tag.id] = numbers.setdefault(name, len(numbers))
    unnamed = tuple(pattern for pattern in tags or () if pattern.startswith("Exif:"))
    for number in range(1 << 16) if unnamed else ():
        name = f"{UNNAMED}{number:04X}"
        if is_chosen(name, unnamed):
            for directory in (Directory.IFD0, Directory.EXIF):
                if name_of(directory, number) == name:
                    column[directory, number] = numbers.setdefault(name, len(numbers))
    chosen = [(Directory(int(d)), int(t)) for d, t in np.argwhere(column >= 0)]
    rules = ints([TAG_COLUMNS.get(name, Rule.ANY) for name in numbers])
    return Plan(wanted(chosen), column, tuple(numbers), rules)


@dataclass(frozen=True, slots=True)
class _Values:
    """Entries that have a column, and what the decoders of each rule need of them."""

    batch: HeaderBatch
    entries: Entries
    column: Ints
    names: tuple[str, ...]
    n_rows: int

    def take(self, index: Ints | Flags) -> _Values:
        return _Values(
            self.batch, self.entries.take(index), self.column[index], self.names, self.n_rows
        )

    def raw(self, i: int) -> bytes:
        start = int(self.entries.position[i])
        return self.batch.buffer[start : start + self.n_bytes(i)].tobytes()

    def text(self, i: int) -> str:
        """Decode the bytes of a value up to the first NUL."""
        return decode(self.raw(i).split(b"\0")[0]).strip()

    def n_bytes(self, i: int) -> int:
        return int(self.entries.count[i] * TYPE_SIZE[self.entries.type[i]])


@dataclass(slots=True)
class _Output:
    """Columns and problems as they come."""

    arrays: dict[int, pa.Array]
    problems: list[Problems]
    pool: TextPool

    def complain(self, values: _Values, texts: list[str] | str) -> None:
        """Note a problem of each value, with the name of its column before it."""
        if not len(values.column):
            return
        if isinstance(texts, str):
            texts = [texts] * len(values.column)
        named = [
            f"{values.names[c]}: {t}" for c, t in zip(values.column.tolist(), texts, strict=True)
        ]
        self.problems.append(problems(values.entries.row, named))

    def fill(
        self, values: _Values, data: npt.NDArray[Any], valid: Flags, kind: pa.DataType
    ) -> None:
        """Make the columns of fixed-width values; of values for one cell the first valid wins."""
        columns, which = compact(values.column)
        n = values.n_rows
        matrix = np.zeros((len(columns), n), dtype=data.dtype)
        mask = np.zeros((len(columns), n), dtype=np.bool_)
        index = np.flatnonzero(valid)[::-1]
        where = which[index], values.entries.row[index]
        matrix[where] = data[index]
        mask[where] = True
        bits, buffer, width = validity(mask), pa.py_buffer(matrix), matrix.itemsize * n
        for i, column in enumerate(columns.tolist()):
            parts = [bits[i], buffer.slice(i * width, width)]
            self.arrays[column] = pa.Array.from_buffers(kind, n, parts)


def columns(
    batch: HeaderBatch, entries: Entries, n_rows: int, chosen: Plan
) -> tuple[dict[str, pa.Array], Problems]:
    """Decode entries to columns.

    Parameters
    ----------
    batch : HeaderBatch
    entries : Entries
        Entries of one file in the order in which a tag found twice is believed.
    n_rows : int
        Files of the batch.
    chosen : Plan

    Returns
    -------
    columns : dict of str to pyarrow.Array
        Columns that some file has, each of `n_rows` values.
    problems : Problems
        Values that could not be decoded.
    """
    column = chosen.column[entries.directory, entries.tag].astype(np.int64)
    has = column >= 0
    values = _Values(batch, entries.take(has), column[has], chosen.names, n_rows)
    out = _Output({}, [NO_PROBLEMS], TextPool())
    rule = chosen.rules[values.column] if len(values.column) else values.column
    for which, decoder in DECODERS.items():
        index = np.flatnonzero(rule == which)
        if len(index):
            decoder(values.take(index), out)
    out.arrays.update(out.pool.arrays(n_rows))
    for c in compact(values.column)[0].tolist():
        if c not in out.arrays:
            out.arrays[c] = pa.nulls(n_rows, ARROW[Rule(int(chosen.rules[c]))])
    names = {chosen.names[c]: array for c, array in out.arrays.items()}
    return names, Problems.join(out.problems)


def _text(values: _Values, out: _Output) -> None:
    entries = values.entries
    as_bytes = IS_TEXT[entries.type]
    plain = values.take(as_bytes) if not as_bytes.all() else values
    e = plain.entries
    out.pool.add_places(values.batch.buffer, plain.column, e.row, e.position, e.count)
    if plain is not values:
        _any(values.take(~as_bytes), out)


def _integer(values: _Values, out: _Output) -> None:
    numbers, written = _split_text(values)
    e = numbers.entries
    data, exact = integers(values.batch.buffer, e.position, e.type, e.big)
    bad = ~exact
    if bad.any():
        real, defined = reals(values.batch.buffer, e.position[bad], e.type[bad], e.big[bad])
        out.complain(
            numbers.take(bad),
            [
                f"{x:g} is no 64-bit integer" if ok else "denominator 0"
                for x, ok in zip(real.tolist(), defined.tolist(), strict=True)
            ],
        )
    if len(written.column):
        numbers, data, exact = _with_written(numbers, data, exact, written, int, out)
    out.fill(numbers, data, exact, pa.int64())


def _float(values: _Values, out: _Output) -> None:
    numbers, written = _split_text(values)
    e = numbers.entries
    data, defined = reals(values.batch.buffer, e.position, e.type, e.big)
    out.complain(numbers.take(~defined), "denominator 0")
    if len(written.column):
        numbers, data, defined = _with_written(numbers, data, defined, written, float, out)
    out.fill(numbers, data, defined, pa.float64())


def _split_text(values: _Values) -> tuple[_Values, _Values]:
    """Part numbers from numbers that a program wrote as text."""
    text = (values.entries.type == ASCII) | (values.entries.type == UTF8)
    if not text.any():
        return values, values.take(ints())
    return values.take(~text), values.take(text)


def _with_written(
    numbers: _Values,
    data: npt.NDArray[Any],
    valid: Flags,
    written: _Values,
    number: Callable[[str], float],
    out: _Output,
) -> tuple[_Values, npt.NDArray[Any], Flags]:
    """Add numbers written as text to those that are numbers."""
    parsed = np.zeros(len(written.column), dtype=data.dtype)
    read = np.zeros(len(written.column), dtype=np.bool_)
    for i in range(len(written.column)):
        text = written.text(i)
        try:
            parsed[i] = number(text)
            read[i] = True
        except (ValueError, OverflowError):
            if text:
                out.complain(written.take(ints([i])), f"{text[:40]!r} is no number")
    entries = Entries.join([numbers.entries, written.entries])
    joined = _Values(
        numbers.batch,
        entries,
        np.concatenate([numbers.column, written.column]),
        numbers.names,
        numbers.n_rows,
    )
    return (
        joined,
        np.concatenate([data, parsed]),
        np.concatenate([valid, read & np.isfinite(parsed)]),
    )


def _datetime(values: _Values, out: _Output) -> None:
    e, buffer = values.entries, values.batch.buffer
    regular = IS_TEXT[e.type] & (e.count >= LENGTH)
    place = np.where(regular, e.position, 0)
    data, read, blank = parse_places(buffer, place)
    after = buffer[np.where(regular & (e.count > LENGTH), place + LENGTH, 0)]
    ends = (e.count <= LENGTH) | (after == 0) | (after == 0x20)
    read &= regular & ends
    for i in np.flatnonzero(~read & ~(blank & regular & ends)).tolist():
        if e.type[i] not in TEXT_TYPES:
            out.complain(values.take(ints([i])), "a number is no date")
            continue
        value, problem = parse_text(values.text(i))
        if value is not None:
            data[i] = (value - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
            read[i] = True
        if problem:
            out.complain(values.take(ints([i])), problem)
    out.fill(values, data, read, pa.timestamp("us"))


def _date(values: _Values, out: _Output) -> None:
    data = np.zeros(len(values.column), dtype=np.int32)
    read = np.zeros(len(values.column), dtype=np.bool_)
    e, buffer = values.entries, values.batch.buffer
    regular = IS_TEXT[e.type] & (e.count >= 10) & (e.count <= 11)
    place = np.where(regular, e.position, 0)
    text = np.lib.stride_tricks.sliding_window_view(buffer, 10)[place]
    digit = (text[:, [0, 1, 2, 3, 5, 6, 8, 9]] - np.uint8(48)).astype(np.int64)
    regular &= (digit <= 9).all(axis=1) & np.isin(text[:, [4, 7]], (0x3A, 0x2D, 0x2F)).all(axis=1)
    year = ((digit[:, 0] * 10 + digit[:, 1]) * 10 + digit[:, 2]) * 10 + digit[:, 3]
    day, real = days(year, digit[:, 4] * 10 + digit[:, 5], digit[:, 6] * 10 + digit[:, 7])
    read = regular & real
    data[read] = day[read]
    for i in np.flatnonzero(~read).tolist():
        text_i = values.text(i) if e.type[i] in TEXT_TYPES else "a number"
        value, _ = parse_text(text_i)
        if value is not None:
            data[i] = (value.date() - dt.date(1970, 1, 1)).days
            read[i] = True
        elif not BLANK.fullmatch(text_i):
            out.complain(values.take(ints([i])), f"{text_i[:40]!r} is no date")
    out.fill(values, data, read, pa.date32())


def _triple(values: _Values, out: _Output) -> tuple[npt.NDArray[np.float64], Flags]:
    """Read up to three numbers each, as a (n, 3) array; missing ones are 0."""
    e, buffer = values.entries, values.batch.buffer
    part = np.zeros((len(values.column), 3))
    number = ~IS_TEXT[e.type]
    defined = number.copy()
    for k in range(3):
        index = np.flatnonzero(number & (e.count > k))
        at = e.position[index] + k * TYPE_SIZE[e.type[index]]
        part[index, k], good = reals(buffer, at, e.type[index], e.big[index])
        defined[index] &= good & np.isfinite(part[index, k])
    out.complain(values.take(number & ~defined), "denominator 0")
    part[~defined] = 0
    return part, defined


def _degrees(values: _Values, out: _Output) -> None:
    part, defined = _triple(values, out)
    out.complain(values.take(IS_TEXT[values.entries.type]), "value is no number")
    sign = np.where(np.signbit(part[:, 0]), -1.0, 1.0)
    total = part[:, 0] + sign * (part[:, 1] / 60 + part[:, 2] / 3600)
    out.fill(values, total, defined, pa.float64())


def _time(values: _Values, out: _Output) -> None:
    part, defined = _triple(values, out)
    micros = np.rint(part @ [3_600e6, 60e6, 1e6])
    good = defined & (micros >= 0) & (micros < DAY_US) & (values.entries.count >= 3)
    out.complain(values.take(defined & ~good), "no time of day")
    micros[~good] = 0
    for i in np.flatnonzero(IS_TEXT[values.entries.type]).tolist():
        text = values.text(i)
        try:
            value = dt.time.fromisoformat(text)
        except ValueError:
            if not BLANK.fullmatch(text):
                out.complain(values.take(ints([i])), f"{text[:40]!r} is no time of day")
            continue
        start = dt.datetime.combine(dt.date.min, value.replace(tzinfo=None))
        micros[i] = (start - dt.datetime.min) // dt.timedelta(microseconds=1)
        good[i] = True
    out.fill(values, micros.astype(np.int64), good, pa.time64("us"))


def _list(
    values: _Values,
    out: _Output,
    read: Callable[..., tuple[npt.NDArray[Any], Flags]],
    item: pa.DataType,
) -> None:
    """Decode all values of each entry; columns are cut from one flat array."""
    e = values.entries
    n = values.n_rows
    columns, which = compact(values.column)
    chosen = np.full(len(columns) * n, -1)
    index = np.arange(len(which))[::-1]
    chosen[which[index] * n + e.row[index]] = index
    valid = chosen >= 0
    e = e.take(chosen[valid])
    length = np.zeros(len(chosen), dtype=np.int64)
    length[valid] = e.count
    offsets = np.zeros(len(chosen) + 1, dtype=np.int32)
    np.cumsum(length, out=offsets[1:])
    step, _ = spread(np.zeros(len(e), dtype=np.int64), e.count)
    kind = np.repeat(e.type, e.count)
    at = np.repeat(e.position, e.count) + step * TYPE_SIZE[kind]
    data, good = read(values.batch.buffer, at, kind, np.repeat(e.big, e.count))
    _complain_of_items(values.take(chosen[valid]), good, out)
    items = pa.array(data, type=item, mask=None if good.all() else ~good)
    bits = validity(valid.reshape(len(columns), n))
    where, width = pa.py_buffer(offsets), offsets.itemsize * n
    for i, column in enumerate(columns.tolist()):
        parts = [bits[i], where.slice(i * width, width + offsets.itemsize)]
        out.arrays[column] = pa.Array.from_buffers(pa.list_(item), n, parts, children=[items])


def _complain_of_items(values: _Values, good: Flags, out: _Output) -> None:
    if good.all():
        return
    owner = np.repeat(np.arange(len(values.entries)), values.entries.count)
    bad = np.unique(owner[~good])
    names = np.array(values.names, dtype=object)[values.column[bad]]
    out.complain(values.take(bad[~np.isin(names, MAY_BE_UNDEFINED)]), "an item is no such number")


def _integers(values: _Values, out: _Output) -> None:
    _list(values, out, integers, pa.int64())


def _floats(values: _Values, out: _Output) -> None:
    _list(values, out, reals, pa.float64())


def _charset(values: _Values, out: _Output) -> None:
    """Decode text behind a character code of 8 bytes (Exif 3.0, table 9)."""
    e, buffer = values.entries, values.batch.buffer
    long = (e.count >= 8) & (TYPE_SIZE[e.type] == 1)
    place = np.where(long, e.position, 0)
    plain = long & (
        starts_with(buffer, place, b"ASCII\0\0\0")
        | starts_with(buffer, place, b"ASCII   ")
        | starts_with(buffer, place, bytes(8))
    )
    coded = values.take(plain)
    entries = coded.entries
    out.pool.add_places(buffer, coded.column, entries.row, entries.position + 8, entries.count - 8)
    rest = values.take(~plain)
    texts = []
    for i, big in enumerate(rest.entries.big.tolist()):
        text, problem = decode_charset(rest.raw(i), big=big)
        texts.append(text)
        if problem:
            out.complain(rest.take(ints([i])), problem)
    out.pool.add_texts(rest.column, rest.entries.row, texts)


def decode_charset(raw: bytes, *, big: bool) -> tuple[str, str | None]:
    """Decode the text of UserComment and its like.

    Parameters
    ----------
    raw : bytes
        The value, character code and all.
    big : bool
        Byte order of the file, which UTF-16 without a mark has.

    Returns
    -------
    text : str
    problem : str or None
    """
    code, body = raw[:8].rstrip(b"\0 ").upper(), raw[8:]
    if not raw.strip(b"\0 "):
        return "", None
    if code == b"UNICODE":
        return _utf16(body, big=big), None
    if code == b"JIS":
        try:
            return body.rstrip(b"\0").decode("iso2022_jp"), None
        except UnicodeDecodeError:
            return body.rstrip(b"\0").decode("shift_jis", "replace"), "text is no JIS"
    if code in (b"ASCII", b""):
        return decode(body.split(b"\0")[0]), None
    # Written without a character code, against the standard; the text is all there is.
    return decode(raw.split(b"\0")[0]), "no character code"


def _utf16(raw: bytes, *, big: bool) -> str:
    """Decode UTF-16 whose byte order the writer may have mistaken."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        big, raw = raw[0] == 0xFE, raw[2:]
    else:
        # Most text of any language has more zero or equal high bytes than low ones.
        even, odd = len(set(raw[0::2])), len(set(raw[1::2]))
        if even != odd:
            big = even < odd
    text = raw[: len(raw) & ~1].decode("utf-16-be" if big else "utf-16-le", "replace")
    return text.split("\0")[0]


def _windows(values: _Values, out: _Output) -> None:
    """Decode the XP tags: UTF-16LE, though some phones wrote ASCII."""
    texts = []
    for i in range(len(values.column)):
        raw = values.raw(i)
        narrow = raw.rstrip(b"\0")
        if (
            len(narrow) > 2
            and 0 not in narrow
            and narrow.isascii()
            and narrow.decode().isprintable()
        ):
            texts.append(narrow.decode())
        else:
            texts.append(raw[: len(raw) & ~1].decode("utf-16-le", "replace").split("\0")[0])
    out.pool.add_texts(values.column, values.entries.row, texts)


def _hex(values: _Values, out: _Output) -> None:
    texts = [values.raw(i).hex() for i in range(len(values.column))]
    out.pool.add_texts(values.column, values.entries.row, texts)


def _any(values: _Values, out: _Output) -> None:
    """Write out whatever there is: numbers with blanks between, text as text."""
    texts = []
    e = values.entries
    for i in range(len(values.column)):
        kind, count = int(e.type[i]), min(int(e.count[i]), MAX_WRITTEN)
        if kind in TEXT_TYPES and (kind != UNDEFINED or values.raw(i).rstrip(b"\0").isascii()):
            texts.append(values.text(i))
            continue
        at = int(e.position[i]) + np.arange(count) * TYPE_SIZE[kind]
        number, _ = reals(values.batch.buffer, at, np.full(count, kind), np.repeat(e.big[i], count))
        texts.append(" ".join(f"{x:.15g}" for x in number.tolist()))
    out.pool.add_texts(values.column, e.row, texts)


DECODERS: Final[dict[Rule, Callable[[_Values, _Output], None]]] = {
    Rule.TEXT: _text,
    Rule.INTEGER: _integer,
    Rule.FLOAT: _float,
    Rule.DATETIME: _datetime,
    Rule.INTEGERS: _integers,
    Rule.FLOATS: _floats,
    Rule.DEGREES: _degrees,
    Rule.TIME: _time,
    Rule.DATE: _date,
    Rule.CHARSET: _charset,
    Rule.UTF16: _windows,
    Rule.HEX: _hex,
    Rule.ANY: _any,
}
