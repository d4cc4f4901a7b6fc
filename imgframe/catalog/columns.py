"""The columns of parts: one order, and one type for each name.

Types are those that BI tools take: text, integers, doubles, booleans, dates and timestamps in
microseconds. The few lists and times of day have the plainest Parquet type there is for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial

import polars as pl
import pyarrow as pa

from imgframe import schema
from imgframe.catalog.geoparquet import GEOMETRY
from imgframe.derive import derived_schema

__all__ = ["base_columns", "conform", "row_schema", "table_schema", "tags_among"]


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


def table_schema(tags: Iterable[str], key: str) -> pa.Schema:
    """Return the schema of parts: that of rows, with the geometry behind the derived columns.

    Parameters
    ----------
    tags : iterable of str
        Names of the tag columns, in any order.
    key : str
        Name of the partitions' key, which is not in the files.

    Returns
    -------
    pyarrow.Schema
    """
    schema = row_schema(tags).insert(len(base_columns()), pa.field(GEOMETRY, pa.binary()))
    return schema.remove(schema.get_field_index(key)) if key in base_columns() else schema


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
    # most columns of most tables are null: those of one type are one array
    nulls = cache(partial(pa.nulls, table.num_rows))
    columns = [
        _cast(table.column(field.name), field.type) if field.name in have else nulls(field.type)
        for field in wanted
    ]
    return pa.Table.from_arrays(columns, schema=wanted)


def _plain(dtype: pa.DataType) -> pa.DataType:
    """Return the type that all readers know; Arrow has others for the same values."""
    if pa.types.is_large_list(dtype):
        return pa.list_(_plain(dtype.value_type))
    is_text = pa.types.is_large_string(dtype) or pa.types.is_string_view(dtype)
    return pa.string() if is_text else dtype


def _cast(column: pa.ChunkedArray, dtype: pa.DataType) -> pa.ChunkedArray:
    return column if column.type == dtype else column.cast(dtype)
