"""The names of the columns, and the dtype that follows from each name alone.

A dtype never depends on data, so tables made years apart, on two machines, from different
cameras always concatenate.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from imgframe.schema import icc, iptc, jpeg, sidecars, xmp
from imgframe.schema.exif import TAGS_OF, UNNAMED, Directory, Tag, name_of
from imgframe.schema.families import FAMILY_NAMES, Family
from imgframe.schema.rules import ARROW, Rule

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "FAMILY_NAMES",
    "FILE_COLUMNS",
    "TAGS_OF",
    "TAG_COLUMNS",
    "THUMBNAIL",
    "UNNAMED",
    "Directory",
    "Family",
    "Rule",
    "Tag",
    "arrow_type_of",
    "dtype_of",
    "is_chosen",
    "name_of",
    "sort_columns",
]


FILE_COLUMNS: Final[dict[str, pa.DataType]] = {
    "path": pa.string(),
    "size": pa.int64(),
    "modified_at": pa.timestamp("us", "UTC"),
    "format": pa.string(),
    "width": pa.int32(),
    "height": pa.int32(),
    "error": pa.string(),
    "problems": pa.list_(pa.string()),
}
"""The columns that every table begins with, and their types."""

THUMBNAIL: Final = "thumbnail"
"""The JPEG image that a file carries of itself, on request."""


def _tag_columns() -> dict[str, Rule]:
    columns: dict[str, Rule] = {}
    for prefix, tags in TAGS_OF.values():
        for tag in tags:
            columns.setdefault(prefix + tag.name, tag.rule)
    columns |= iptc.RULES | xmp.RULES | icc.RULES | jpeg.RULES | sidecars.RULES
    return columns | {THUMBNAIL: Rule.BYTES}


TAG_COLUMNS: Final[dict[str, Rule]] = _tag_columns()
"""The rule of every tag column that has a name, in the order of the table."""

_POSITION: Final = {name: i for i, name in enumerate((*FILE_COLUMNS, *TAG_COLUMNS))}


def arrow_type_of(name: str) -> pa.DataType:
    """Return the Arrow type of a file or tag column.

    Parameters
    ----------
    name : str
        Any name. One that imgframe does not know is text.

    Returns
    -------
    pyarrow.DataType
    """
    file_type = FILE_COLUMNS.get(name)
    if file_type is not None:
        return file_type
    rule = TAG_COLUMNS.get(name)
    return ARROW[xmp.rule_of(name) if rule is None else rule]


@cache
def dtype_of(name: str) -> pl.DataType:
    """Return the Polars dtype of a file or tag column.

    The answer depends on nothing but the name.

    Parameters
    ----------
    name : str
        Any name. One that imgframe does not know is text.

    Returns
    -------
    polars.DataType

    Examples
    --------
    >>> dtype_of("FNumber"), dtype_of("BitsPerSample")
    (Float64, List(Int64))
    """
    import polars as pl

    series = pl.from_arrow(pa.array([], arrow_type_of(name)))
    assert isinstance(series, pl.Series)
    return series.dtype


def is_chosen(name: str, patterns: Iterable[str] | None) -> bool:
    """Say whether a column is among those asked for.

    Parameters
    ----------
    name : str
        Name of a column.
    patterns : iterable of str or None
        Names and shell patterns (``GPS*``), in the case of the field; None asks for all
        columns that have a name of their own.

    Returns
    -------
    bool
    """
    if patterns is None:
        return not name.startswith(UNNAMED)
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def sort_columns(names: Iterable[str]) -> list[str]:
    """Put column names in the order of the table: file columns, then tags, then all others.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    list of str
    """
    last = len(_POSITION)
    return sorted(names, key=lambda name: (_POSITION.get(name, last), name))
