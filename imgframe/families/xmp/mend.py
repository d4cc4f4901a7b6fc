"""XML that cannot be parsed: what its writer forgot, and what happened to it since, is mended.

Each function mends one sort of damage, and returns the same if there is nothing of the kind.
"""

from __future__ import annotations

import re
from typing import Final

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
REFERENCE: Final = re.compile(r"&#(?:(\d{1,7})|x([0-9A-Fa-f]{1,6}));")

NAME: Final = r"[A-Za-z_][A-Za-z0-9_.:-]*+"
"""A name as packets have them; one with other letters in it is taken for damaged."""
TAG: Final = re.compile(
    rf"""<(?:(?P<other>[!?][^<>]*>)|(?P<end>/?)(?P<name>{NAME})
    (?P<rest>(?:"[^"<]*+"|'[^'<]*+'|[^<>"'])*+|[^<>]*)(?:>|(?=<)))""",
    re.VERBOSE | re.ASCII,
)
"""A tag, maybe without its end; a comment or the like."""
ATTRIBUTE: Final = re.compile(rf"""(?<!\s)\s++({NAME})\s*+=\s*+(?:"[^"]*+"|'[^']*+')""", re.ASCII)

MAX_BALANCED: Final = 1 << 19
"""Bytes of a packet whose tags are made to match."""
MAX_OPEN: Final = 64
"""Elements inside each other."""


def repair(xml: bytes) -> bytes:
    """Mend characters: bytes that are no UTF-8, control characters, bare ``&``.

    Parameters
    ----------
    xml : bytes
        XML that could not be parsed.

    Returns
    -------
    bytes
    """
    # Bytes that are no UTF-8 are taken as Latin-1, one by one.
    text = re.sub(
        r"[\udc80-\udcff]",
        lambda byte: chr(ord(byte[0]) - 0xDC00),
        xml.decode("utf-8", "surrogateescape"),
    )
    text = CONTROL.sub("", text)
    text = AMPERSAND.sub("&amp;", text)
    return REFERENCE.sub(_valid, text).encode("utf-8", "replace")


def _valid(reference: re.Match[str]) -> str:
    """Leave out a reference to a character that XML does not allow."""
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    allowed = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return reference[0] if allowed or 0x10000 <= code < 0x110000 else ""


def balance(xml: bytes) -> bytes:
    """Mend tags: damaged ones, those that are never closed, attributes given twice.

    What is no attribute is left out of a tag, and so is a text that nothing ends: it may be cut.

    Parameters
    ----------
    xml : bytes
        XML that could not be parsed, of sound characters.

    Returns
    -------
    bytes
    """
    if len(xml) > MAX_BALANCED:
        return xml
    text = xml.decode("utf-8", "replace")
    # What is left may begin with a text, or be several elements.
    mended = ["<x:xmpmeta>"]
    names: list[str] = []
    at, is_leaf = 0, False
    for tag in TAG.finditer(text):
        mended.append(text[at : tag.start()].replace("<", "&lt;").replace("]]>", "]]&gt;"))
        at = tag.end()
        if tag["other"]:
            mended.append(tag[0])
        elif tag["end"]:
            mended.append(_end(tag["name"], len(tag[0]), names, is_leaf=is_leaf))
            is_leaf = False
        else:
            mended.append(_start(tag["name"], tag["rest"], names))
            is_leaf = not mended[-1].endswith("/>")
        if len(names) > MAX_OPEN:
            return xml
    mended += [f"</{name}>" for name in reversed(["x:xmpmeta", *names])]
    return "".join(mended).encode()


def _start(name: str, rest: str, names: list[str]) -> str:
    """Write a start tag again; of an attribute given twice the first counts."""
    attributes: dict[str, str] = {}
    for attribute in ATTRIBUTE.finditer(rest):
        attributes.setdefault(attribute[1], attribute[0])
    is_empty = rest.rstrip().endswith("/")
    if not is_empty:
        names.append(name)
    return f"<{name}{''.join(attributes.values())}{'/' * is_empty}>"


def _end(name: str, length: int, names: list[str], *, is_leaf: bool) -> str:
    """Close an element and all that is open within it; nothing if there is no such element."""
    if name not in names:
        # Where only the name of a tag was damaged, it belongs to what was opened last.
        if not names or not (is_leaf or length == len(f"</{names[-1]}>")):
            return ""
        name = names[-1]
    closed = ""
    while not closed.endswith(f"</{name}>"):
        closed += f"</{names.pop()}>"
    return closed
