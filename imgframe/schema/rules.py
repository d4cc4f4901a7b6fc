"""How the bytes of a tag become a value: one rule a tag, one dtype a rule."""

import enum

import pyarrow as pa


class Rule(enum.IntEnum):
    """The decoding rule of a tag; the dtype of its column follows from it alone."""

    TEXT = 0
    """Text up to the first NUL, trailing blanks off; numbers are written out."""
    INTEGER = 1
    """The first value, an integer."""
    FLOAT = 2
    """The first value, a real number; n/0 is infinity, 0/0 is null."""
    DATETIME = 3
    """``YYYY:MM:DD HH:MM:SS`` as written, without a zone."""
    INTEGERS = 4
    """All values, integers."""
    FLOATS = 5
    """All values, real numbers."""
    DEGREES = 6
    """Degrees, minutes and seconds as degrees, unsigned as in the file."""
    TIME = 7
    """Hours, minutes and seconds as a time of day."""
    DATE = 8
    """``YYYY:MM:DD``."""
    CHARSET = 9
    """Text behind an 8-byte character code (Exif 3.0, 4.6.6, UserComment)."""
    UTF16 = 10
    """Little-endian UTF-16 in bytes (the XP tags of Windows)."""
    HEX = 11
    """Bytes of a digest as hexadecimal text."""
    ANY = 12
    """Text of whatever there is: the rule of tags that have no name."""
    TEXTS = 13
    """All values, text."""
    BOOLEAN = 14
    """``True`` or ``False``, in any case of letters."""
    UTC = 15
    """Seconds since 1970 as a point in time."""
    BYTES = 16
    """Bytes as they are."""


ARROW: dict[Rule, pa.DataType] = {
    Rule.TEXT: pa.string(),
    Rule.INTEGER: pa.int64(),
    Rule.FLOAT: pa.float64(),
    Rule.DATETIME: pa.timestamp("us"),
    Rule.INTEGERS: pa.list_(pa.int64()),
    Rule.FLOATS: pa.list_(pa.float64()),
    Rule.DEGREES: pa.float64(),
    Rule.TIME: pa.time64("us"),
    Rule.DATE: pa.date32(),
    Rule.CHARSET: pa.string(),
    Rule.UTF16: pa.string(),
    Rule.HEX: pa.string(),
    Rule.ANY: pa.string(),
    Rule.TEXTS: pa.list_(pa.string()),
    Rule.BOOLEAN: pa.bool_(),
    Rule.UTC: pa.timestamp("us", "UTC"),
    Rule.BYTES: pa.binary(),
}
"""The Arrow type of the columns that a rule gives."""
