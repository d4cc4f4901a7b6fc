"""Dates as cameras and programs write them, many at once.

``YYYY:MM:DD HH:MM:SS`` (Exif 3.0, 4.6.5) goes through arrays; what is written otherwise is
matched against a few strict patterns, one by one.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import numpy as np

from imgframe.batch import Bytes, Flags, Ints
from imgframe.kernels import sliding

LENGTH: Final = 19
"""Characters of the form that the standard prescribes."""

DAY_US: Final = 86_400_000_000
BLANK: Final = re.compile(r"[\s0:./\-T]*")


def _among(characters: bytes) -> Flags:
    return np.isin(np.arange(256), list(characters))


_EMPTY: Final = _among(b" 0:-/.\0")
_BETWEEN_DATE: Final = _among(b":-/. ")
_BEFORE_TIME: Final = _among(b" T:")
_DIGITS: Final = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]
_ZONE: Final = r"\s*(?:Z|[+-]\d\d:?\d\d)?"
_TIME: Final = (
    r"(?P<h>\d\d?):(?P<mi>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?(?:\s*(?P<ap>[AaPp])\.?[Mm]\.?)?"
    + _ZONE
)
_MONTHS: Final = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())  # noqa: SIM905
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<y>\d{{4}})[:\-/. ](?P<m>\d\d?)[:\-/. ](?P<d>\d\d?)(?:[ T:]\s*{_TIME})?",
        rf"(?P<y>\d{{4}})(?P<m>\d\d)(?P<d>\d\d)"
        rf"(?:[ T]?(?P<h>\d\d)(?P<mi>\d\d)(?P<s>\d\d){_ZONE})?",
        rf"(?:[A-Za-z]{{3}},? )?(?P<mn>[A-Za-z]{{3}}) +(?P<d>\d\d?) {_TIME} (?P<y>\d{{4}})",
        rf"(?:[A-Za-z]{{3}},? )?(?P<d>\d\d?) (?P<mn>[A-Za-z]{{3}}) (?P<y>\d{{4}}) {_TIME}",
    )
)


def days(year: Ints, month: Ints, day: Ints) -> tuple[Ints, Flags]:
    """Count days from 1970-01-01 in the Gregorian calendar.

    Parameters
    ----------
    year, month, day : ndarray of int64, shape (n,)

    Returns
    -------
    days : ndarray of int64, shape (n,)
    real : ndarray of bool, shape (n,)
        Whether there is such a day, in the years 1 to 9999.
    """
    real = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12)
    months = np.where(real, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    after = (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64)
    real &= (day >= 1) & (day <= after - first)
    return first + day - 1, real


def parse_places(buffer: Bytes, position: Ints) -> tuple[Ints, Flags, Flags]:
    """Read dates of the standard's form.

    Parameters
    ----------
    buffer : ndarray of uint8
    position : ndarray of int64, shape (n,)
        Where 19 characters stand.

    Returns
    -------
    microseconds : ndarray of int64, shape (n,)
        Since 1970-01-01 00:00, without a zone.
    read : ndarray of bool, shape (n,)
        Where a date was read.
    blank : ndarray of bool, shape (n,)
        Where blanks or zeros say that there is none.
    """
    text = sliding(buffer, f"V{LENGTH}")[position].view(np.uint8).reshape(-1, LENGTH)
    digit = text[:, _DIGITS] - np.uint8(48)
    separators = text[:, [4, 7, 10, 13, 16]]
    blank = np.asarray(_EMPTY[text].all(axis=1))
    read = (digit <= 9).all(axis=1) & ~blank
    read &= _BETWEEN_DATE[separators[:, :2]].all(axis=1) & _BEFORE_TIME[separators[:, 2]]
    read &= (separators[:, 3:] == ord(":")).all(axis=1)
    d = digit.astype(np.int64)
    year = ((d[:, 0] * 10 + d[:, 1]) * 10 + d[:, 2]) * 10 + d[:, 3]
    day, real = days(year, d[:, 4] * 10 + d[:, 5], d[:, 6] * 10 + d[:, 7])
    hour, minute, second = (d[:, i] * 10 + d[:, i + 1] for i in (8, 10, 12))
    read &= real & (hour < 24) & (minute < 60) & (second < 60)
    return day * DAY_US + ((hour * 60 + minute) * 60 + second) * 1_000_000, read, blank


def parse_text(text: str) -> tuple[dt.datetime | None, str | None]:
    """Read a date that may be written otherwise.

    Parameters
    ----------
    text : str

    Returns
    -------
    value : datetime.datetime or None
        As written, without a zone. None for blanks and zeros, and for what is no date.
    problem : str or None
        What is wrong with it.
    """
    text = text.strip()
    if BLANK.fullmatch(text):
        return None, None
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match:
            return _value(match, text)
    return None, f"{text[:40]!r} is no date"


def _value(match: re.Match[str], text: str) -> tuple[dt.datetime | None, str | None]:
    part = match.groupdict()
    name, half = part.get("mn"), part.get("ap")
    if name is not None and name.lower() not in _MONTHS:
        return None, f"{text[:40]!r} is no date"
    month = _MONTHS.index(name.lower()) + 1 if name else int(part["m"])
    hour = int(part["h"] or 0)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in "pP" else 0)
    fraction = int(((part.get("f") or "") + "000000")[:6])
    try:
        value = dt.datetime(
            int(part["y"]),
            month,
            int(part["d"]),
            hour,
            int(part["mi"] or 0),
            int(part["s"] or 0),
            fraction,
        )
    except ValueError:
        return None, f"{text[:40]!r} is no date"
    return value, None if part["h"] else "no time of day, taken as midnight"
