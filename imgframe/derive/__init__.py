"""The derived columns: what several tags say together, each one Polars expression.

`DERIVED` is the whole of it, with the few steps that it builds upon. A tag that is not in a frame
counts as null, so that every frame gets every derived column.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Final, TypeVar

import polars as pl

from imgframe.derive.choice import FirstOf
from imgframe.derive.table import DERIVED, STEPS, Derived
from imgframe.errors import UsageError
from imgframe.schema import FILE_COLUMNS, dtype_of

__all__ = ["DERIVED", "Derived", "add_derived", "derived_schema", "sources_of"]

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_EXPRESSIONS: Final = {name: expression for name, (_, expression) in STEPS.items()} | {
    column.name: column.expression for column in DERIVED
}


def _uses(expression: pl.Expr | FirstOf) -> set[str]:
    if isinstance(expression, FirstOf):
        return expression.columns()
    return set(expression.meta.root_names())


_USES: Final = {name: _uses(expression) for name, expression in _EXPRESSIONS.items()}
_IN_ORDER: Final = tuple(TopologicalSorter(_USES).static_order())


def derived_schema() -> dict[str, pl.DataType]:
    """Give the names and dtypes of the derived columns.

    Returns
    -------
    dict of str to polars.DataType
        In the order of the table.
    """
    return {column.name: column.dtype for column in DERIVED}


def sources_of(names: Iterable[str] | None = None) -> list[str]:
    """Say which tag and file columns derived columns are made of.

    Parameters
    ----------
    names : iterable of str, optional
        Derived columns; all of them when left out.

    Returns
    -------
    list of str
        Without repetition, in order of first use.

    Raises
    ------
    UsageError
        A name is not that of a derived column.
    """
    by_name = {column.name: column for column in DERIVED}
    wanted = list(by_name) if names is None else list(names)
    if unknown := [name for name in wanted if name not in by_name]:
        raise UsageError(f"not a derived column: {', '.join(unknown)}")
    return list(dict.fromkeys(source for name in wanted for source in by_name[name].sources))


def add_derived(frame: Frame) -> Frame:
    """Add every derived column to a frame of tag columns.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        Tag columns in the dtypes of `imgframe.schema.dtype_of`; those that are not there count
        as null.

    Returns
    -------
    polars.DataFrame or polars.LazyFrame
        The same kind of frame and the same rows: file columns, then the derived columns of
        `DERIVED`, then all others. Derived columns that were there are made anew.

    Examples
    --------
    >>> tags = pl.DataFrame({"Make": ["NIKON CORPORATION"], "Model": ["NIKON D70s"]})
    >>> add_derived(tags).select("manufacturer", "model").row(0)
    ('Nikon', 'D70s')
    """
    names = frame.collect_schema().names()
    ours = list(derived_schema())
    file_columns = [name for name in names if name in FILE_COLUMNS]
    others = [name for name in names if name not in FILE_COLUMNS and name not in ours]
    if isinstance(frame, pl.LazyFrame) or not names:
        return _with_all(frame).select(*file_columns, *ours, *others)
    return _beside(frame, file_columns, ours, others)


def _beside(
    frame: pl.DataFrame, file_columns: list[str], ours: list[str], others: list[str]
) -> pl.DataFrame:
    """Make the derived columns from their sources alone, and put them among the others.

    A frame of hundreds of columns is slow to go through many times.
    """
    # With no source at all, some column must still tell how many rows there are.
    sources = [name for name in frame.columns if name in _SOURCES] or frame.columns[:1]
    made = _with_all(frame[sources])
    # To select hundreds of columns by name takes ten times as long.
    column = {series.name: series for series in (*frame.get_columns(), *made.get_columns())}
    return pl.DataFrame([column[name] for name in (*file_columns, *ours, *others)])


_SOURCES: Final = frozenset(sources_of()) | FILE_COLUMNS.keys()
"""What derived columns are made of."""


def _with_all(frame: Frame) -> Frame:
    """Add derived columns, and the steps to them, stage by stage."""
    names = frame.collect_schema().names()
    for expressions in _stages(frozenset(sources_of()).difference(names)):
        frame = frame.with_columns(expressions)
    return frame


@lru_cache(maxsize=256)
def _stages(absent: frozenset[str]) -> list[list[pl.Expr]]:
    """Sort the expressions so that each stands in a later stage than those it uses.

    Absent tags are nulls, and so is what is made of nulls only.
    """
    null = set(absent)
    chosen: dict[str, pl.Expr] = {}
    stage: dict[str, int] = {}
    for name in _IN_ORDER:
        if name not in _EXPRESSIONS:
            continue
        expression = _among(_EXPRESSIONS[name], null)
        if expression is None:
            null.add(name)
        else:
            chosen[name] = expression
            stage[name] = 1 + max(stage.get(used, 0) for used in expression.meta.root_names())
    used = {column.name for column in DERIVED}
    used.update(name for expression in chosen.values() for name in expression.meta.root_names())
    dtypes = derived_schema() | {name: dtype for name, (dtype, _) in STEPS.items()}
    stages = [[pl.lit(None, dtypes.get(n) or dtype_of(n)).alias(n) for n in sorted(null & used)]]
    stages += [
        [chosen[n].alias(n) for n, at in stage.items() if at == number]
        for number in range(1, max(stage.values(), default=0) + 1)
    ]
    return stages


def _among(expression: pl.Expr | FirstOf, null: AbstractSet[str]) -> pl.Expr | None:
    """Give the expression for a frame without some columns; None if it is null for all rows."""
    if isinstance(expression, FirstOf):
        return expression.among(null)
    return None if all(name in null for name in expression.meta.root_names()) else expression
