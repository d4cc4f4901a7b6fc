"""Dates, times of day, and the degrees that are written like them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imgframe.batch import Flags, indices, ints
from imgframe.dates import BLANK, DAY_US, LENGTH, days, parse_places, parse_text
from imgframe.families.exif.output import Output, Values
from imgframe.values import IS_TEXT, TYPE_SIZE, reals


def datetime(values: Values, out: Output) -> None:
    """Decode dates with the time of day."""
    e, buffer = values.entries, values.batch.buffer
    regular = IS_TEXT[e.type] & (e.count >= LENGTH)
    place = np.where(regular, e.position, 0)
    data, read, blank = parse_places(buffer, place)
    after = buffer[np.where(regular & (e.count > LENGTH), place + LENGTH, 0)]
    ends = (e.count <= LENGTH) | (after == 0) | (after == 0x20)
    read &= regular & ends
    for i in indices(~read & ~(blank & regular & ends)).tolist():
        if not IS_TEXT[e.type[i]]:
            out.complain(values.take(ints([i])), "a number is no date")
            continue
        value, problem = parse_text(values.text(i))
        if value is not None:
            data[i] = (value - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
            read[i] = True
        if problem:
            out.complain(values.take(ints([i])), problem)
    out.fill(values, data, read, pa.timestamp("us"))


def date(values: Values, out: Output) -> None:
    """Decode dates."""
    data = np.zeros(len(values.column), dtype=np.int32)
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
    for i in indices(~read).tolist():
        text_i = values.text(i) if IS_TEXT[e.type[i]] else "a number"
        value, _ = parse_text(text_i)
        if value is not None:
            data[i] = (value.date() - dt.date(1970, 1, 1)).days
            read[i] = True
        elif not BLANK.fullmatch(text_i):
            out.complain(values.take(ints([i])), f"{text_i[:40]!r} is no date")
    out.fill(values, data, read, pa.date32())


def _triple(values: Values, out: Output) -> tuple[npt.NDArray[np.float64], Flags]:
    """Read up to three numbers each, as a (n, 3) array; missing ones are 0."""
    e, buffer = values.entries, values.batch.buffer
    part = np.zeros((len(values.column), 3))
    number = ~IS_TEXT[e.type]
    defined = number.copy()
    for k in range(3):
        index = indices(number & (e.count > k))
        at = e.position[index] + k * TYPE_SIZE[e.type[index]]
        part[index, k], good = reals(buffer, at, e.type[index], e.big[index])
        defined[index] &= good & np.isfinite(part[index, k])
    out.complain(values.take(number & ~defined), "denominator 0")
    part[~defined] = 0
    return part, defined


def degrees(values: Values, out: Output) -> None:
    """Decode degrees, minutes and seconds to degrees."""
    part, defined = _triple(values, out)
    out.complain(values.take(IS_TEXT[values.entries.type]), "value is no number")
    sign = np.where(np.signbit(part[:, 0]), -1.0, 1.0)
    total = part[:, 0] + sign * (part[:, 1] / 60 + part[:, 2] / 3600)
    out.fill(values, total, defined, pa.float64())


def time_of_day(values: Values, out: Output) -> None:
    """Decode hours, minutes and seconds."""
    part, defined = _triple(values, out)
    micros = np.rint(part @ [3_600e6, 60e6, 1e6])
    good = defined & (micros >= 0) & (micros < DAY_US) & (values.entries.count >= 3)
    out.complain(values.take(defined & ~good), "no time of day")
    micros[~good] = 0
    for i in indices(IS_TEXT[values.entries.type]).tolist():
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
