"""What a query asks of the files: columns, the parts of its predicate, what to decode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

import polars as pl

from imgframe.decode import DecodeOptions
from imgframe.derive import derived_schema, sources_of
from imgframe.schema import (
    FAMILY_NAMES,
    FILE_COLUMNS,
    TAG_COLUMNS,
    THUMBNAIL,
    dtype_of,
    is_chosen,
    sidecars,
    sort_columns,
    xmp,
)

__all__ = ["COUNTED", "LISTED", "LOOKED", "NOTHING", "Query", "columns_of"]

COUNTED: Final = "_rows"
"""A column of nulls that only Polars sees. To count rows it takes a column of the smallest dtype,
which would be a tag otherwise."""

LISTED: Final = frozenset(("path", "size", "modified_at"))
"""Columns that are known before a file is opened."""

LOOKED: Final = LISTED | {"format", "width", "height", "error"}
"""Columns that are known before a tag is decoded."""

WHOLE: Final = frozenset(("problems", sidecars.COLUMN))
"""Columns that tell of all that was read."""

NOTHING: Final = DecodeOptions(tags=(), families=())
"""Enough to tell what a file is."""

MANY: Final = 100
"""Tags beyond which it takes longer to look for these than to decode all."""

FAMILY_OF: Final[dict[str, str | None]] = {
    **dict.fromkeys(xmp.PREFIXES, "xmp"),
    **dict.fromkeys(("Exif", "Thumbnail"), "exif"),
    **dict.fromkeys(("JFIF", "Adobe", "MPF"), "jpeg"),
    **{"IPTC": "iptc", "ICC": "icc", "PNG": "png"},
    **dict.fromkeys(("MakerNote", "Takeout", "user"), None),
}
"""The family that the names with a prefix come from; None for what flags ask for."""

_WITHOUT_PREFIX: Final = {"Comment": "comment", THUMBNAIL: None, sidecars.COLUMN: None}


def columns_of(options: DecodeOptions, tags: tuple[str, ...] | None) -> pl.Schema:
    """Return all columns that a query can name.

    Parameters
    ----------
    options : DecodeOptions
    tags : tuple of str or None
        Names and patterns of tag columns; None for all.

    Returns
    -------
    polars.Schema
    """
    own = {name: dtype_of(name) for name in FILE_COLUMNS} | derived_schema()
    known = {*TAG_COLUMNS, *sources_of()}
    found = {name for name in known if is_chosen(name, tags) and _can_be(name, options)}
    named = {tag for tag in tags or () if not set(tag).intersection("*?[")}
    others = sort_columns((found | named).difference(own))
    return pl.Schema(own | {name: dtype_of(name) for name in others})


def _can_be(name: str, options: DecodeOptions) -> bool:
    """Say whether any file can have a column."""
    if name == THUMBNAIL:
        return options.thumbnails
    if name in sidecars.RULES:
        return options.sidecars
    return options.families is None or bool(_families({name}, options.families))


@dataclass(frozen=True, slots=True)
class Query:
    """What to give, and what must be read for it."""

    columns: list[str]
    """What to give, in this order."""
    listed: pl.Expr | None
    """The part of the predicate that the list of files can answer."""
    looked: pl.Expr | None
    """The part that a look at the heads of files can answer."""
    rest: pl.Expr | None
    """The part that needs more."""
    options: DecodeOptions | None
    """What to decode; None where the list of files is enough."""

    @classmethod
    def of(
        cls,
        columns: list[str],
        predicate: pl.Expr | None,
        options: DecodeOptions,
        extra: Iterable[str] = (),
    ) -> Query:
        """Make a query of what Polars asks for.

        Parameters
        ----------
        columns : list of str
        predicate : polars.Expr or None
        options : DecodeOptions
            What to decode for all columns.
        extra : iterable of str
            Columns that are needed besides.

        Returns
        -------
        Query
        """
        listed: list[pl.Expr] = []
        looked: list[pl.Expr] = []
        rest: list[pl.Expr] = []
        needed = {*columns, *extra} - {COUNTED}
        for part in () if predicate is None else _conjuncts(predicate):
            roots = set(part.meta.root_names())
            if roots <= LISTED:
                listed.append(part)
                continue
            needed |= roots
            (looked if roots <= LOOKED else rest).append(part)
        return cls(columns, _all(listed), _all(looked), _all(rest), _options(needed, options))


def _conjuncts(predicate: pl.Expr) -> list[pl.Expr]:
    """Split a predicate where it is joined by ``&``: it is true where all parts are."""
    parts: list[pl.Expr] = []
    left = [predicate]
    while left:
        part = left.pop()
        inputs = part.meta.pop()
        if len(inputs) == 2 and (inputs[1] & inputs[0]).meta.eq(part):
            left += inputs
        else:
            parts.append(part)
    return parts


def _all(parts: list[pl.Expr]) -> pl.Expr | None:
    return reduce(pl.Expr.and_, parts) if parts else None


def _options(needed: set[str], options: DecodeOptions) -> DecodeOptions | None:
    """Choose what to decode for some columns."""
    derived = needed & derived_schema().keys()
    sources = (needed - derived).union(sources_of(derived))
    tags = sources.difference(FILE_COLUMNS)
    if sources & WHOLE or len(tags) > MANY:
        return options
    if sources <= LISTED:
        return None
    if not tags:
        return NOTHING
    return replace(
        options,
        tags=tuple(sort_columns(tags)),
        families=_families(
            tags, tuple(FAMILY_NAMES) if options.families is None else options.families
        ),
        makernotes=options.makernotes and any(tag.startswith("MakerNote:") for tag in tags),
        thumbnails=options.thumbnails and THUMBNAIL in tags,
    )


def _families(tags: set[str], chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the families chosen that tags may come from."""
    homes: set[str | None] = set()
    for tag in tags:
        prefix, colon, _ = tag.partition(":")
        if not colon:
            homes.add(_WITHOUT_PREFIX.get(tag, "exif"))
        elif prefix in FAMILY_OF:
            homes.add(FAMILY_OF[prefix])
        else:
            return chosen
    return tuple(family for family in chosen if family in homes)
