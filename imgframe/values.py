"""Values of the TIFF types as numbers, many at once (TIFF 6.0, section 2; Exif 3.0, 4.6.2)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import Bytes, Flags, Ints, indices
from imgframe.kernels import unsigned

BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED = range(1, 8)
SSHORT, SLONG, SRATIONAL, FLOAT, DOUBLE, IFD = range(8, 14)
LONG8, SLONG8, IFD8 = range(16, 19)
UTF8 = 129

_SIZES: Final = {
    1: (BYTE, ASCII, SBYTE, UNDEFINED, UTF8),
    2: (SHORT, SSHORT),
    4: (LONG, SLONG, FLOAT, IFD),
    8: (RATIONAL, SRATIONAL, DOUBLE, LONG8, SLONG8, IFD8),
}


def _table() -> Ints:
    table = np.zeros(UTF8 + 2, dtype=np.int64)
    for size, types in _SIZES.items():
        table[list(types)] = size
    return table


TYPE_SIZE: Final = _table()
"""Bytes of one value of each type; 0 for a number that is no type, the last entry among them."""

TEXT_TYPES: Final = (BYTE, ASCII, SBYTE, UNDEFINED, UTF8)
"""Types whose values are bytes, which may be text."""

IS_TEXT: Final = np.isin(np.arange(len(TYPE_SIZE)), TEXT_TYPES)
"""Whether values of a type are bytes, which may be text."""

_INTEGERS: Final = {
    BYTE: "u1", ASCII: "u1", SHORT: "u2", LONG: "u4", SBYTE: "i1", UNDEFINED: "u1", SSHORT: "i2",
    SLONG: "i4", IFD: "u4", LONG8: "u8", SLONG8: "i8", IFD8: "u8", UTF8: "u1",
}  # fmt: skip
_RATIONALS: Final = {RATIONAL: "u4", SRATIONAL: "i4"}
_REALS: Final = {FLOAT: "f4", DOUBLE: "f8"}


def integers(buffer: Bytes, position: Ints, kind: Ints, big: Flags) -> tuple[Ints, Flags]:
    """Read one integer at each place.

    Parameters
    ----------
    buffer : ndarray of uint8
    position : ndarray of int64, shape (n,)
    kind : ndarray of int64, shape (n,)
        TIFF types.
    big : ndarray of bool, shape (n,)
        Where the most significant byte comes first.

    Returns
    -------
    values : ndarray of int64, shape (n,)
    exact : ndarray of bool, shape (n,)
        False where the value is no integer, or none that 64 bits hold.
    """
    values = np.zeros(len(position), dtype=np.int64)
    exact = np.ones(len(position), dtype=np.bool_)
    for code, index in _by_type(kind):
        if code in _INTEGERS:
            item = _INTEGERS[code]
            raw = unsigned(buffer, position[index], big[index], int(item[1])).view(item)
            values[index] = raw.astype(np.int64)
            if item == "u8":
                exact[index] = values[index] >= 0
        else:
            real, _ = reals(buffer, position[index], kind[index], big[index])
            whole = np.isfinite(real) & (np.abs(real) < 1 << 53)
            real = np.where(whole, real, 0.5)
            values[index] = real.astype(np.int64)
            exact[index] = values[index] == real
    return values, exact


def reals(
    buffer: Bytes, position: Ints, kind: Ints, big: Flags
) -> tuple[npt.NDArray[np.float64], Flags]:
    """Read one real number at each place.

    Parameters
    ----------
    buffer, position, kind, big
        As for `integers`.

    Returns
    -------
    values : ndarray of float64, shape (n,)
        n/0 is infinity with the sign of n.
    defined : ndarray of bool, shape (n,)
        False for 0/0 and for a floating-point number that is none.
    """
    values = np.zeros(len(position), dtype=np.float64)
    for code, index in _by_type(kind):
        if code in _RATIONALS:
            place, order = position[index], big[index]
            over = unsigned(buffer, place, order, 4).view(_RATIONALS[code])
            under = unsigned(buffer, place + 4, order, 4).view(_RATIONALS[code])
            with np.errstate(divide="ignore", invalid="ignore"):
                values[index] = over.astype(np.float64) / under
        elif code in _REALS:
            item = _REALS[code]
            with np.errstate(invalid="ignore"):
                values[index] = unsigned(buffer, position[index], big[index], int(item[1])).view(
                    item
                )
        else:
            values[index] = integers(buffer, position[index], kind[index], big[index])[0]
    return values, ~np.isnan(values)


def _by_type(kind: Ints) -> list[tuple[int, Ints]]:
    """Split places by their type."""
    present = indices(np.bincount(kind, minlength=1))
    if len(present) == 1:
        return [(int(present[0]), np.arange(len(kind)))]
    return [(int(code), indices(kind == code)) for code in present]
