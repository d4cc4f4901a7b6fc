"""The columns that all parts of a catalogue share.

Readers that glob the files take the columns from the first file they meet: pandas, pyarrow and
geopandas then leave out what only later files have, and DuckDB refuses the files or leaves it
out. So every part of a catalogue has the same columns, in the same order, with the same types.
Types are those that BI tools take: text, integers, doubles, booleans, dates and timestamps in
microseconds. The few lists and times of day have the plainest Parquet type there is for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

import polars as pl
import pyarrow as pa

from imgframe import schema
from imgframe.catalog.geoparquet import GEOMETRY
from imgframe.derive import derived_schema

__all__ = ["YEAR", "base_columns", "conform", "row_schema", "table_schema", "tags_among"]

YEAR: Final = "year"
"""The key of the partitions: of `acquired_at`, 0 where there is none. Not inside the files."""


@cache
def base_columns() -> dict[str, pa.DataType]:
    """Return file columns and derived columns with their types, in order."""
    derived = pl.DataFrame(schema=derived_schema()).to_arrow().schema
    return schema.FILE_COLUMNS | {field.name: _plain(field.type) for field in derived}


def row_schema(tags: Iterable[str]) -> pa.Schema:
    """Return the schema of rows: file columns, derived columns, tags.

    Parameters
    ----------
    tags : iterable of str
        Names of the tag columns, in any order.

    Returns
    -------
    pyarrow.Schema
    """
    ordered = schema.sort_columns(set(tags))
    fields = [*base_columns().items(), *((name, schema.arrow_type_of(name)) for name in ordered)]
    return pa.schema(fields)


def table_schema(tags: Iterable[str]) -> pa.Schema:
    """Return the schema of parts: that of rows, with the geometry behind the derived columns."""
    return row_schema(tags).insert(len(base_columns()), pa.field(GEOMETRY, pa.binary()))


def tags_among(names: Iterable[str]) -> set[str]:
    """Return those names that are tag columns."""
    return set(names) - base_columns().keys() - {GEOMETRY}


def conform(table: pa.Table, wanted: pa.Schema) -> pa.Table:
    """Give a table the columns of a schema: null where it has none, cast where need be.

    Parameters
    ----------
    table : pyarrow.Table
    wanted : pyarrow.Schema

    Returns
    -------
    pyarrow.Table
    """
    have = set(table.column_names)
    columns = [
        table.column(field.name).cast(field.type)
        if field.name in have
        else pa.nulls(table.num_rows, field.type)
        for field in wanted
    ]
    return pa.Table.from_arrays(columns, schema=wanted)


def _plain(dtype: pa.DataType) -> pa.DataType:
    """Return the type of text that all readers know; Arrow has others for the same values."""
    is_text = pa.types.is_large_string(dtype) or pa.types.is_string_view(dtype)
    return pa.string() if is_text else dtype
