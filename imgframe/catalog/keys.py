"""The key of the partitions: which column it is, and how its values become names of folders.

A value stands in the name of a folder, percent-encoded as Hive's readers decode it, and not in the
files: readers refuse a column that is in both. A null key breaks some readers, so images without
the value have a partition of their own: ``year=0``, and ``unknown`` for text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import quote, unquote

import polars as pl

from imgframe import schema
from imgframe.derive import derived_schema
from imgframe.errors import CatalogError, UsageError
from imgframe.group import KEYS

__all__ = ["MOST_PARTITIONS", "YEAR", "PartitionKey", "Places"]

Places: TypeAlias = Callable[[pl.DataFrame], pl.DataFrame]
"""Adds the columns of places to a frame, such as `imgframe.geo.add_places`."""

YEAR: Final = "year"
"""The key unless another is asked for: of `acquired_at`."""

MOST_PARTITIONS: Final = 1000
"""More are refused: every one is at least a file, and readers open them all."""

_UNKNOWN: Final = "unknown"
_LONGEST: Final = 240

_ACQUIRED: Final = pl.col("acquired_at")
_MADE: Final = {
    YEAR: _ACQUIRED.dt.year().cast(pl.String),
    "month": _ACQUIRED.dt.strftime("%Y-%m"),
    "camera": KEYS["camera"],
}
"""Keys that are no column of the table."""

_PLACES: Final = ("city", "district", "region", "country_code", "country", "time_zone")

_UNFIT: Final = ("path", "error")


@dataclass(frozen=True, slots=True)
class PartitionKey:
    """The column that a catalogue is partitioned by."""

    name: str

    @classmethod
    def of(cls, name: str) -> PartitionKey:
        """Take the name of a column.

        Parameters
        ----------
        name : str
            ``"year"``, ``"month"``, ``"camera"``, or a file, derived or place column of text.

        Raises
        ------
        UsageError
            It is none of these.
        """
        if name not in (*_MADE, *_PLACES, *_columns()):
            raise UsageError(
                f"cannot partition by {name!r}; columns to partition by are "
                f"{', '.join(dict.fromkeys((*_MADE, *_PLACES, *_columns())))}"
            )
        return cls(name)

    @property
    def is_column(self) -> bool:
        """Whether the table would have this column without partitions."""
        return self.name in _columns()

    @property
    def needs_places(self) -> bool:
        """Whether it takes the columns of places to work it out."""
        return self.name in _PLACES

    @property
    def dtype(self) -> pl.DataType:
        """Of the column in the table."""
        return pl.Int32() if self.name == YEAR else pl.String()

    @property
    def nowhere(self) -> str:
        """The folder of the images without a value."""
        return f"{self.name}={0 if self.name == YEAR else _UNKNOWN}"

    def folders(self, frame: pl.DataFrame, places: Places | None = None) -> pl.Series:
        """Return the folder of each row, relative to the catalogue.

        Parameters
        ----------
        frame : polars.DataFrame
            With the columns of `read_images`; of places, if `places` is not given.
        places : callable, optional
            Adds the columns of places.

        Returns
        -------
        polars.Series of String

        Raises
        ------
        CatalogError
            A value is too long for the name of a folder.
        """
        if self.needs_places and places:
            frame = places(frame)
        values = frame.select(_MADE.get(self.name, pl.col(self.name)).alias("value")).to_series()
        unique = values.unique()
        folders = [self.folder(value) for value in unique]
        return values.replace_strict(unique, folders, return_dtype=pl.String)

    def folder(self, value: str | None) -> str:
        """Return the folder of a value."""
        if not value:
            return self.nowhere
        name = f"{self.name}={_encoded(value)}"
        if len(name) > _LONGEST:
            raise CatalogError(
                f"{self.name} {value[:60]!r}... is too long for the name of a folder; "
                "partition by another column"
            )
        return name

    def value(self, folder: str) -> str | None:
        """Return the value that rows of a folder have in the table.

        Images without a value have none in a column of the table, as without partitions; else
        they have what readers find in the name of the folder.
        """
        if self.is_column and folder == self.nowhere:
            return None
        return unquote(folder.partition("=")[2])

    def check_number(self, number: int) -> None:
        """Refuse more partitions than readers can bear.

        Raises
        ------
        UsageError
            There are too many.
        """
        if number > MOST_PARTITIONS:
            raise UsageError(
                f"partition_by={self.name!r} makes {number:,} partitions, and {MOST_PARTITIONS:,} "
                "are the most that can be read quickly; take a column of fewer values, such as "
                "'year', 'country_code' or 'manufacturer', and filter by the other"
            )


def _columns() -> list[str]:
    """Return the text columns of the table that can be keys."""
    derived = [name for name, dtype in derived_schema().items() if dtype == pl.String]
    texts = [name for name in schema.FILE_COLUMNS if schema.dtype_of(name) == pl.String]
    return [name for name in (*texts, *derived) if name not in _UNFIT]


def _encoded(value: str) -> str:
    """Percent-encode a value; it never is the name for none, nor ends in a dot (Windows)."""
    if value == _UNKNOWN:
        return f"%{ord(value[0]):02X}{value[1:]}"
    encoded = quote(value, safe="")
    return f"{encoded[:-1]}%2E" if encoded.endswith(".") else encoded
