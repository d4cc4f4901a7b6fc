"""Text, in all the ways that Exif knows to write it."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import ints
from imgframe.families.exif.output import Output, Values
from imgframe.kernels import starts_with
from imgframe.texts import decode
from imgframe.values import IS_TEXT, TEXT_TYPES, TYPE_SIZE, UNDEFINED, reals

MAX_WRITTEN: Final = 256
"""Numbers of a tag without a name that are written out."""


def plain(values: Values, out: Output) -> None:
    """Decode text without a declared character set."""
    entries = values.entries
    as_bytes = IS_TEXT[entries.type]
    plain = values.take(as_bytes) if not as_bytes.all() else values
    e = plain.entries
    out.pool.add_places(values.batch.buffer, plain.column, e.row, e.position, e.count)
    if plain is not values:
        anything(values.take(~as_bytes), out)


def charset(values: Values, out: Output) -> None:
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


def windows(values: Values, out: Output) -> None:
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


def hexadecimal(values: Values, out: Output) -> None:
    """Write bytes as hexadecimal digits."""
    texts = [values.raw(i).hex() for i in range(len(values.column))]
    out.pool.add_texts(values.column, values.entries.row, texts)


def anything(values: Values, out: Output) -> None:
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
