"""From the texts of properties to Arrow columns, one function a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa

from imgframe.families.xmp.rdf import Value
from imgframe.schema import Rule
from imgframe.schema.rules import ARROW

MAX_TEXT: Final = 65_536
"""Characters of a value; a longer one is no text for people."""

NUMBER: Final = re.compile(r"[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d{1,3})?")
WHOLE: Final = re.compile(r"[+-]?\d{1,19}")
RATIO: Final = re.compile(r"([+-]?\d{1,18})\s*/\s*(\d{1,18})")
UNKNOWN: Final = re.compile(r"0+\s*/\s*0+")
BETWEEN: Final = re.compile(r"[\s,;]+")
TRUTHS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class UnreadableError(ValueError):
    """A value is not what its property is declared to be; says what is wrong."""


def column(rule: Rule, rows: Sequence[int], cells: Sequence[Value], n_rows: int) -> Decoded:
    """Decode the values of a property.

    Parameters
    ----------
    rule : Rule
    rows : sequence of int
        No row stands there twice.
    cells : sequence of str or list
        The value of each of these rows.
    n_rows : int

    Returns
    -------
    array : pyarrow.Array or None
        None where no row has any text.
    problems : list of (int, str)
        Rows, and what is wrong with their values.
    """
    decode = _DECODERS[rule]
    full: list[Any] = [None] * n_rows
    problems: list[tuple[int, str]] = []
    some = False
    known: dict[str, Any] = {}
    for row, cell in zip(rows, cells, strict=True):
        try:
            if not isinstance(cell, str):
                value = decode(cell)
            elif cell in known:
                value = known[cell]
            else:
                value = known[cell] = decode(cell)
        except UnreadableError as trouble:
            problems.append((row, str(trouble)))
            some = True
            continue
        if value is not None:
            full[row] = value
            some = True
    return (pa.array(full, ARROW[rule]) if some else None), problems


Decoded = tuple[pa.Array | None, list[tuple[int, str]]]


def plain(cells: Sequence[Value | None]) -> list[str] | None:
    """Give texts of which none is a list, too long, or empty, as nearly all are; else None."""
    try:
        texts = [cell.strip() for cell in cells]  # type: ignore[union-attr]
    except AttributeError:
        return None
    return texts if all(texts) and max(map(len, texts)) <= MAX_TEXT else None


def _text(cell: Value) -> str | None:
    if not isinstance(cell, str):
        cell = "; ".join(filter(None, (_short(item) for item in cell)))
    if len(cell) > MAX_TEXT:
        raise UnreadableError(f"text of {len(cell)} characters left out")
    return cell.strip() or None


def _short(item: str | None) -> str | None:
    return item.strip() or None if item and len(item) <= MAX_TEXT else None


def _texts(cell: Value) -> Sequence[str | None] | None:
    """Keep the place of what is missing in a list of structures, but not a list of nothing."""
    items = [cell] if isinstance(cell, str) else cell
    sound = plain(items)
    if sound:
        return sound
    texts = [_short(item) for item in items]
    return texts if any(texts) else None


def _first(cell: Value) -> str:
    """Return the text of a property that has one value."""
    texts = [cell] if isinstance(cell, str) else cell
    return next((text.strip() for text in texts if text and text.strip()), "")


def _parts(cell: Value) -> list[str]:
    """Return the texts of a property that has several values, which may stand in one text."""
    if isinstance(cell, str):
        if len(cell) > MAX_TEXT:
            raise UnreadableError(f"text of {len(cell)} characters left out")
        return BETWEEN.split(cell.strip()) if cell.strip() else []
    return [text.strip() for text in cell if text and text.strip()]


def _real(text: str) -> float:
    if NUMBER.fullmatch(text):
        return float(text)
    ratio = RATIO.fullmatch(text)
    if ratio is None:
        raise UnreadableError(f"{text[:40]!r} is no number")
    above, below = int(ratio[1]), int(ratio[2])
    if below:
        return above / below
    if above:
        return float("inf") if above > 0 else float("-inf")
    raise UnreadableError("denominator 0")


def _whole(text: str) -> int:
    real = _real(text)
    digits = WHOLE.fullmatch(text)
    if not digits and not real.is_integer():
        raise UnreadableError(f"{text[:40]!r} is no 64-bit integer")
    whole = int(text) if digits else int(real)
    if not -(1 << 63) <= whole < 1 << 63:
        raise UnreadableError(f"{text[:40]!r} is no 64-bit integer")
    return whole


def _integer(cell: Value) -> int | None:
    text = _first(cell)
    return _whole(text) if text else None


def _float(cell: Value) -> float | None:
    text = _first(cell)
    return _real(text) if text else None


def _integers(cell: Value) -> list[int] | None:
    return [_whole(text) for text in _parts(cell)] or None


def _floats(cell: Value) -> list[float | None] | None:
    """Take 0/0, which the standard has for what is not known, as a missing item.

    What is missing in a list of structures keeps its place, as it does with texts.
    """
    parts = _parts(cell) if isinstance(cell, str) else [(text or "").strip() for text in cell]
    if not any(parts):
        return None
    return [None if not text or UNKNOWN.fullmatch(text) else _real(text) for text in parts]


def _boolean(cell: Value) -> bool | None:
    text = _first(cell)
    if not text:
        return None
    if text.lower() not in TRUTHS:
        raise UnreadableError(f"{text[:40]!r} is neither True nor False")
    return TRUTHS[text.lower()]


_DECODERS: Final[dict[Rule, Callable[[Value], Any]]] = {
    Rule.TEXT: _text,
    Rule.TEXTS: _texts,
    Rule.INTEGER: _integer,
    Rule.FLOAT: _float,
    Rule.INTEGERS: _integers,
    Rule.FLOATS: _floats,
    Rule.BOOLEAN: _boolean,
}
