"""What a catalogue says of itself, and of what was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

__all__ = ["CatalogCheck", "CatalogInfo", "CompactReport", "UpdateReport"]


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did, in files of the source."""

    added: int
    """They have a row now and had none."""
    changed: int
    """Size or time of modification differ, or they could be read now and not before, or the
    other way round."""
    moved: int
    """Their row was read again, and is in another partition now."""
    removed: int
    """They are gone, and so is their row."""
    unchanged: int
    """They are as they were."""
    outdated: int
    """They are as they were, and their row was read by an older version of the decoder;
    `refresh` reads them again."""
    failed: int
    """Of all those that are there: their row has an `error`."""
    seconds: float
    """How long it took."""

    def __str__(self) -> str:
        names = ("added", "changed", "removed", "unchanged", "failed")
        words = {name: f"{getattr(self, name):,} {name}" for name in names}
        if self.moved:
            words["changed"] += f" ({self.moved:,} moved to another partition)"
        if self.outdated:
            words["unchanged"] += f" ({self.outdated:,} read by an older decoder: refresh them)"
        return f"{', '.join(words.values())} in {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """What a catalogue holds."""

    path: str
    rows: int
    parts: int
    """Number of Parquet files."""
    bytes: int
    """Size of the Parquet files."""
    partition_by: str
    """The column whose values are the partitions."""
    partitions: dict[str, int]
    """Rows of each partition, such as ``year=2024``."""
    sources: list[str]
    """Files and folders that the rows come from."""
    columns: dict[str, pl.DataType]
    """Names and dtypes, as `Catalog.scan` gives them."""
    updated_at: datetime | None
    """When the last change to the parts began; None where there was none."""
    versions: list[str]
    """The versions of imgframe that the rows were read with."""

    def __str__(self) -> str:
        updated = f"{self.updated_at:%Y-%m-%d %H:%M:%S} UTC" if self.updated_at else "never"
        return "\n".join(
            [
                f"catalogue   {self.path}",
                f"rows        {self.rows:,}",
                f"columns     {len(self.columns)}",
                f"parts       {self.parts:,} ({self.bytes:,} bytes)",
                f"partitions  {', '.join(self.partitions) or 'none'}",
                f"sources     {', '.join(self.sources) or 'none'}",
                f"updated     {updated}",
                f"read with   imgframe {', '.join(self.versions) or 'none'}",
            ]
        )


@dataclass(frozen=True, slots=True)
class CompactReport:
    """What compacting did."""

    parts_before: int
    parts: int
    bytes_before: int
    bytes: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.parts_before:,} parts ({self.bytes_before:,} bytes) became {self.parts:,} "
            f"({self.bytes:,} bytes) in {self.seconds:.1f} s"
        )


@dataclass(frozen=True, slots=True)
class CatalogCheck:
    """Whether a catalogue is sound."""

    path: str
    rows: int
    parts: int
    problems: list[str]
    """What is wrong, with the file where it is; empty if nothing is."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def __str__(self) -> str:
        what = f"{self.path}: {self.rows:,} rows in {self.parts:,} parts"
        if self.is_sound:
            return f"{what}, all sound"
        more = f" (and {len(self.problems) - 1:,} more)" if len(self.problems) > 1 else ""
        return f"{what}, {len(self.problems):,} problems: {self.problems[0]}{more}"
