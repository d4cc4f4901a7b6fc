"""What a table of images holds, at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from unicodedata import category

import polars as pl

from imgframe.errors import UsageError
from imgframe.group import KEYS

__all__ = ["Summary", "summary"]

_NEEDED: Final = ("size", "format", "error", "problems", "acquired_at", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over a table; `str` makes a page of it."""

    files: int
    bytes: int
    """Their size together."""
    formats: dict[str, int]
    """Files of each format, the commonest first; "unknown" for those of none."""
    cameras: dict[str, int]
    """Files of each camera, the commonest first; "unknown" for those that do not say."""
    first: datetime | None
    """When the earliest was taken, local time."""
    last: datetime | None
    years: dict[str, int]
    """Files of each year, in order; "no date" for those without."""
    with_gps: int
    """Files that have a position to be believed."""
    gps_problems: dict[str, int]
    """Why positions are not to be believed, or only with care."""
    failed: int
    """Files that could not be read as a whole."""
    errors: dict[str, int]
    """Why, the commonest first."""
    with_problems: int
    """Files that have values which could not be decoded."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as what JSON can hold."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}

    def __str__(self) -> str:
        ends = self.first and self.last and (self.first.date(), self.last.date())
        taken = f"{ends[0]} to {ends[1]}" if ends else "no dates"
        lines = [
            f"files      {self.files:,} ({_human(self.bytes)})",
            f"formats    {_listing(self.formats)}",
            f"taken      {taken}",
            f"years      {_listing(self.years, most=100)}",
            f"cameras    {_listing(self.cameras)}",
            f"with GPS   {self.with_gps:,}{_share(self.with_gps, self.files)}",
        ]
        if self.gps_problems:
            lines.append(f"GPS doubts {_listing(self.gps_problems)}")
        lines.append(
            f"failed     {self.failed:,}" + (f": {_listing(self.errors)}" if self.failed else "")
        )
        lines.append(
            f"problems   {self.with_problems:,} files with a value that could not be decoded"
        )
        return "\n".join(lines)


def summary(frame: pl.DataFrame | pl.LazyFrame) -> Summary:
    """Count what a table of images holds.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With file and derived columns; a lazy frame is read once.

    Returns
    -------
    Summary

    Raises
    ------
    UsageError
        A column is not there.
    """
    lazy = frame.lazy()
    missing = [name for name in _NEEDED if name not in lazy.collect_schema()]
    if missing:
        raise UsageError(f"no column {', '.join(missing)}: summary takes what read_images gives")
    has_gps = pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null()
    year = pl.col("acquired_at").dt.year().cast(pl.String).fill_null("no date")
    totals, formats, cameras, years, doubts, errors = pl.collect_all(
        [
            lazy.select(
                files=pl.len(),
                bytes=pl.col("size").sum(),
                first=pl.col("acquired_at").min(),
                last=pl.col("acquired_at").max(),
                with_gps=has_gps.sum(),
                failed=pl.col("error").is_not_null().sum(),
                with_problems=pl.col("problems").is_not_null().sum(),
            ),
            _count(lazy, pl.col("format").fill_null("unknown")),
            _count(lazy, KEYS["camera"].fill_null("unknown")),
            _count(lazy, year).sort("value"),
            _count(lazy, pl.col("gps_problem")).drop_nulls(),
            _count(lazy, pl.col("error")).drop_nulls(),
        ]
    )
    one = totals.row(0, named=True)
    return Summary(
        **one,
        formats=_dict(formats),
        cameras=_dict(cameras),
        years=_dict(years),
        gps_problems=_dict(doubts),
        errors=_dict(errors),
    )


def _count(lazy: pl.LazyFrame, key: pl.Expr) -> pl.LazyFrame:
    counted = lazy.group_by(value=key).agg(count=pl.len())
    return counted.sort(["count", "value"], descending=[True, False])


def _dict(counted: pl.DataFrame) -> dict[str, int]:
    return dict(counted.iter_rows())


def _listing(counts: dict[str, int], most: int = 8) -> str:
    shown = [f"{_line(name)} {count:,}" for name, count in list(counts.items())[:most]]
    rest = len(counts) - most
    return ", ".join([*shown, f"{rest:,} more"] if rest > 0 else shown) or "none"


def _line(name: str) -> str:
    """Take out what would break the line or move the cursor: what files say is of strangers."""
    return "".join("\N{REPLACEMENT CHARACTER}" if category(c) == "Cc" else c for c in name)


def _share(part: int, whole: int) -> str:
    return f" ({100 * part / whole:.0f} %)" if whole else ""


def _human(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
