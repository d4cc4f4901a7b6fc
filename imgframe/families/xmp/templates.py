"""Packets that differ in nothing but their values, as those of one camera or program do.

The XML parser is run over a packet with a mark in the place of every value. What it makes of the
marks tells where in such a packet each value stands, and so the values of the next packet of the
same build are cut out of it without parsing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from imgframe.families.xmp.rdf import Value, read

MARK: Final = "\ue000"
"""A character for private use; a packet that has it makes no template."""

UNFIT: Final = (b"<!", b"<?", MARK.encode())
"""What a packet that makes a template must not have: tags that are none."""

CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r"))
CUT: Final = bytes.maketrans(b"<>" + CONTROLS, b'""' + b'"' * len(CONTROLS))
"""Makes all that parts a packet into pieces one character. XML allows no control characters: with
one in it a packet is like no other."""
NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""What else XML does not allow."""
NO_DELIMITERS: Final = bytes(set(range(256)) - set(b'<>"') - set(CONTROLS))


MAX_TEMPLATES: Final = 8
"""Templates of the same delimiters that are kept."""
MAX_FAILURES: Final = 8
"""Packets of the same delimiters that are tried for a template and make none."""
MAX_KEPT: Final = 2_048
"""Rows of delimiters that are remembered; after more of them learning begins anew."""
MAX_LENGTH: Final = 65_536
"""Bytes of a packet from which anything is learned."""

LITERAL: Final = ("xmlns", "rdf:about", "rdf:parseType", "rdf:type", "rdf:datatype", "xml:")
"""Beginnings of the names of attributes whose value tells what others are."""

SINGLE: Final = re.compile(rb"='([^'\"<>]*)'")
"""A value in single quotes. (In a text it may be something else, but then no template fits.)"""

REFERENCE: Final = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w+));|&")
ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
CONTENT: Final = ("rdf:resource", "rdf:value")
"""Attributes that are the text of their element."""

Pieces = list[str]


@dataclass(frozen=True, slots=True)
class Template:
    """How packets of one build become values."""

    fixed: Callable[[Pieces], tuple[str, ...]]
    """Takes the pieces that are the same in all of them."""
    expected: tuple[str, ...]
    """Those pieces."""
    quoted: Callable[[Pieces], tuple[str, ...]]
    """Takes the values of attributes."""
    texts: Callable[[Pieces], tuple[str, ...]]
    """Takes the texts of elements, and the attributes that stand for one."""
    names: tuple[str, ...]
    """Names of the values that are one piece each."""
    values: Callable[[Pieces], tuple[str, ...]]
    """Takes those pieces."""
    lists: tuple[tuple[str, Callable[[Pieces], tuple[str | None, ...]]], ...]
    """Names of lists, and what takes their items."""

    def apply(self, pieces: Pieces, *, references: bool) -> dict[str, Value] | None:
        """Return the values of a packet, or None if it is of another build.

        `references` says whether there are references to characters to replace.
        """
        if self.fixed(pieces) != self.expected:
            return None
        # XML turns line ends within attributes to blanks.
        quoted = "".join(self.quoted(pieces))
        if "\n" in quoted or "\t" in quoted:
            return None
        if references:
            try:
                pieces = [REFERENCE.sub(_character, p) if "&" in p else p for p in pieces]
            except ValueError:
                return None
        # A text of nothing but blanks is no value, and may leave its place to another.
        if not all(map(str.strip, self.texts(pieces))):
            return None
        values: dict[str, Value] = dict(zip(self.names, self.values(pieces), strict=True))
        for name, items in self.lists:
            values[name] = list(items(pieces))
        return values


class Templates:
    """Reads packets, and learns from them; what it has learned does not change what it returns."""

    def __init__(self) -> None:
        self._known: dict[bytes, list[Template]] = {}
        """By the delimiters of a packet; an empty list where one packet has been seen."""
        self._failures: dict[bytes, int] = {}

    def read(self, xml: bytes) -> tuple[dict[str, Value], list[str], str | None]:
        """Read the properties of a packet; see `rdf.read`."""
        if len(xml) > MAX_LENGTH or any(sequence in xml for sequence in NO_CHARACTERS):
            return read(xml)
        plain = xml.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in xml else xml
        if b"'" in plain:
            plain = SINGLE.sub(rb'="\1"', plain)
        delimiters = plain.translate(None, NO_DELIMITERS)
        known = self._known.get(delimiters)
        if known is None:
            if len(self._known) >= MAX_KEPT:
                self._known.clear()
                self._failures.clear()
            self._known[delimiters] = []
            return read(xml)
        try:
            pieces = plain.translate(CUT).decode().split('"')
        except UnicodeDecodeError:
            return read(xml)
        references = b"&" in plain
        for template in known:
            values = template.apply(pieces, references=references)
            if values is not None:
                return values, [], None
        failures = self._failures.get(delimiters, 0)
        if len(known) < MAX_TEMPLATES and failures < MAX_FAILURES:
            made = make(plain, pieces, delimiters.decode())
            values = made.apply(pieces, references=references) if made else None
            if made and values is not None:
                known.append(made)
                return values, [], None
            self._failures[delimiters] = failures + 1
        return read(xml)


def make(xml: bytes, pieces: Pieces, delimiters: str) -> Template | None:
    """Make the template of a packet.

    Parameters
    ----------
    xml : bytes
        UTF-8, of nothing but tags and texts.
    pieces : list of str
        The packet, cut at every delimiter.
    delimiters : str
        What it was cut at.

    Returns
    -------
    Template or None
        None for a packet in which a delimiter is part of a value, and for one that cannot be read
        to its end.
    """
    if any(sequence in xml for sequence in UNFIT):
        return None
    parted = _part(pieces, delimiters)
    if parted is None:
        return None
    quoted, texts = parted
    marked = pieces.copy()
    for i in (*quoted, *texts):
        marked[i] = f"{MARK}{i}{MARK}"
    joined = "".join(p + d for p, d in zip(marked, delimiters + "\n", strict=True))
    values, notes, error = read(joined.encode())
    if notes or error:
        return None
    singles: list[tuple[str, int]] = []
    lists: list[tuple[str, Callable[[Pieces], tuple[str | None, ...]]]] = []
    for name, value in values.items():
        try:
            if isinstance(value, str):
                singles.append((name, _number(value)))
            else:
                lists.append((name, _items([None if v is None else _number(v) for v in value])))
        except ValueError:
            return None
    fixed = sorted(set(range(len(pieces))) - set(quoted) - set(texts))
    names = tuple(name for name, _ in singles)
    return Template(
        _taker(fixed),
        tuple(pieces[i] for i in fixed),
        _taker(quoted),
        _taker(texts),
        names,
        _taker([i for _, i in singles]),
        tuple(lists),
    )


def _character(reference: re.Match[str]) -> str:
    """Return the character that is meant; raise ValueError where XML does not know it."""
    decimal, hexadecimal, name = reference.groups()
    if name:
        if name not in ENTITIES:
            raise ValueError(name)
        return ENTITIES[name]
    code = int(decimal) if decimal else int(hexadecimal or "0", 16)
    if not (code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0x110000):
        raise ValueError(code)
    return chr(code)


def _part(pieces: Pieces, delimiters: str) -> tuple[list[int], list[int]] | None:
    """Tell which pieces are values of attributes, and which are texts of elements."""
    quoted: list[int] = []
    texts: list[int] = []
    state = "text"
    for i, (piece, delimiter) in enumerate(zip(pieces, delimiters, strict=False)):
        if state == "text" and delimiter == "<":
            if piece.strip():
                texts.append(i)
            state = "tag"
        elif state == "tag" and delimiter == '"':
            words = piece.rstrip().removesuffix("=").split()
            if not words or piece.rstrip()[-1] != "=":
                return None
            if not words[-1].startswith(LITERAL):
                quoted.append(i + 1)
            if words[-1].startswith(CONTENT):
                texts.append(i + 1)
            state = "value"
        elif state == "tag" and delimiter == ">":
            state = "text"
        elif state == "value" and delimiter == '"':
            state = "tag"
        else:
            return None
    return (quoted, texts) if state == "text" else None


def _number(mark: str) -> int:
    """Return the number of the piece that a value is."""
    if mark[:1] != MARK or mark[-1:] != MARK:
        raise ValueError(mark)
    return int(mark[1:-1])


def _taker(index: list[int]) -> Callable[[Pieces], tuple[str, ...]]:
    """Make what takes the pieces at some places as a tuple, however many these are."""
    if len(index) > 1:
        taker: Callable[[Pieces], tuple[str, ...]] = itemgetter(*index)
        return taker
    if not index:
        return lambda _: ()
    only = index[0]
    return lambda pieces: (pieces[only],)


def _items(index: list[int | None]) -> Callable[[Pieces], tuple[str | None, ...]]:
    """Make what takes the items of a list, of which some may be missing."""
    whole = [i for i in index if i is not None]
    if len(whole) == len(index):
        return _taker(whole)
    return lambda pieces: tuple(None if i is None else pieces[i] for i in index)
