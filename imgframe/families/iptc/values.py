"""Values of datasets: bytes to text, text to dates and numbers.

Texts are UTF-8 where the coded character set says so (``ESC % G``), else Latin-1 as Windows has it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

LONGEST_NUMBER: Final = 8
"""Bytes of the longest number."""

UTF8: Final = re.compile(rb"\x1b%(?:/[GHI]|G)|UTF-?8", re.IGNORECASE)
DATE: Final = re.compile(r"(\d{4})\D?(\d\d)\D?(\d\d)\D*")
CLOCK: Final = re.compile(r"(\d\d)[: ]?(\d\d)[: ]?(\d\d(?:[.,]\d+)?)(?:([+-]\d\d):?(\d\d))?")
NO_DATE: Final = re.compile(r"[\s0:./-]*")

_WINDOWS: Final = {
    code: character
    for code in range(0x80, 0xA0)
    if (character := bytes([code]).decode("cp1252", "ignore"))
}
"""What Windows has where Latin-1 has control characters; five of them it leaves as they are."""


def text_of(raw: bytes, coding: Callable[[bytes], str]) -> str:
    """Decode a text, without the blanks around it; NUL stands for the end of a line."""
    raw = raw.strip(b"\0 ")
    text = raw.decode("ascii") if raw.isascii() else coding(raw)
    return text.replace("\0", "\n").strip()


def decode_latin(raw: bytes) -> str:
    """Decode Latin-1 as Windows has it."""
    return raw.decode("latin-1").translate(_WINDOWS)


def decode_utf8(raw: bytes) -> str:
    """Decode UTF-8, or Latin-1 where it is none."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode_latin(raw)


def number_of(raw: bytes) -> tuple[int | None, str | None]:
    """Read a big-endian number; say what is wrong with it."""
    if not raw:
        return None, None
    if len(raw) > LONGEST_NUMBER or (raw[0] >= 0x80 and len(raw) == LONGEST_NUMBER):
        return None, f"number of {len(raw)} bytes"
    return int.from_bytes(raw, "big"), None


def integer_of(text: str) -> tuple[int | None, str | None]:
    """Read an integer in digits; say what is wrong with it."""
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text), None
    return None, f"{text[:40]!r} is no number"


def date_of(text: str) -> tuple[dt.date | None, str | None]:
    """Read a date, None for blanks and zeros; say what is wrong with it."""
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


def clock_of(text: str) -> str:
    """Write a time of day as ISO 8601 has it; return any other text as it is."""
    match = CLOCK.fullmatch(text)
    if not match:
        return text
    hour, minute, second, zone, zone_minute = match.groups()
    return f"{hour}:{minute}:{second}" + (f"{zone}:{zone_minute}" if zone else "")
