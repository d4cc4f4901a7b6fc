"""Questions in SQL, which DuckDB answers from the parts of a catalogue and from nothing else.

DuckDB is told which files it may open, that it may load no extension, look at no variable of
Python, and change none of this; and it is given a single SELECT only, since the files that may be
read could be written by others. Sources: DuckDB's documentation, "Securing DuckDB".
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import polars as pl
import pyarrow as pa

from imgframe.catalog.columns import row_schema
from imgframe.catalog.geoparquet import GEOMETRY
from imgframe.catalog.keys import PartitionKey
from imgframe.catalog.parts import Part
from imgframe.errors import CatalogError, MissingExtraError, UsageError

if TYPE_CHECKING:
    import duckdb

__all__ = ["answer"]

MEMORY: Final = "2GB"
"""What DuckDB may take before it uses the disk."""

TABLE: Final = "images"

_TYPES: Final = {pl.Int32(): "INTEGER", pl.String(): "VARCHAR"}


def answer(query: str, parts: list[Part], key: PartitionKey) -> pl.DataFrame:
    """Ask the table of a catalogue.

    Parameters
    ----------
    query : str
        A SELECT on `images`.
    parts : list of Part
    key : PartitionKey

    Returns
    -------
    polars.DataFrame
        Geometry as WKB.

    Raises
    ------
    UsageError
        It is no single SELECT, it is wrong, or it wants more than the catalogue.
    CatalogError
        A part could not be read, or there was no room for the work.
    MissingExtraError
        DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError as error:
        raise MissingExtraError(
            "SQL is answered by DuckDB: pip install 'imgframe[sql]' or pip install duckdb"
        ) from error
    with (
        tempfile.TemporaryDirectory(prefix="imgframe-sql-", ignore_cleanup_errors=True) as spill,
        duckdb.connect(":memory:") as connection,
    ):
        try:
            _make_table(connection, parts, key)
            _lock(connection, [str(part.path) for part in parts], spill)
            _check(connection, query)
            return _plain(connection.sql(query).to_arrow_table())
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise CatalogError(f"the query could not be answered: {error}") from error
        except (duckdb.Error, pl.exceptions.PolarsError) as error:
            raise UsageError(f"{query.strip()!r}: {error}") from error
        except RuntimeError as error:
            if "interrupted" not in str(error):
                raise
            # DuckDB makes this of Ctrl-C
            raise KeyboardInterrupt("the query was interrupted") from error


def _make_table(
    connection: duckdb.DuckDBPyConnection, parts: list[Part], key: PartitionKey
) -> None:
    """Make the view of all parts, with the key that is in none of the files."""
    dtype = _TYPES[key.dtype]
    if not parts:
        empty = row_schema(()).append(pa.field(GEOMETRY, pa.binary())).empty_table()
        connection.register("nothing", empty)
        columns = f"SELECT * EXCLUDE ({_name(GEOMETRY)}), NULL::GEOMETRY AS {GEOMETRY}"
        connection.execute(
            f"CREATE VIEW {TABLE} AS {columns}, NULL::{dtype} AS {_name(key.name)} FROM nothing"
        )
        return
    partitions: dict[str, list[str]] = {}
    for part in parts:
        partitions.setdefault(part.partition, []).append(str(part.path))
    selects = [
        f"SELECT *, {_value(key, partition)}::{dtype} AS {_name(key.name)} "
        f"FROM read_parquet({_list(paths)}, union_by_name = true, hive_partitioning = false)"
        for partition, paths in partitions.items()
    ]
    connection.execute(f"CREATE VIEW {TABLE} AS {' UNION ALL BY NAME '.join(selects)}")


def _lock(connection: duckdb.DuckDBPyConnection, paths: list[str], spill: str) -> None:
    """Leave the parts and room to work, and nothing else, for good."""
    for setting in (
        "TimeZone = 'UTC'",
        f"memory_limit = '{MEMORY}'",
        f"temp_directory = {_text(spill)}",
        "python_enable_replacements = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        f"allowed_paths = {_list(paths)}",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")


def _check(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse what is not one SELECT: other statements can write to the files that may be read."""
    import duckdb

    if not isinstance(query, str):
        raise UsageError(f"a query is text, not {query!r}")
    kinds = [statement.type for statement in connection.extract_statements(query)]
    if kinds != [duckdb.StatementType.SELECT]:
        raise UsageError(f"{query.strip()!r} is not one SELECT, and nothing else can be asked")


def _plain(table: pa.Table) -> pl.DataFrame:
    """Give a table without Arrow's extension types, which stand for geometry among others."""
    columns: dict[str, pa.ChunkedArray] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        number, unique = 0, name
        while unique in columns:
            number += 1
            unique = f"{name}_{number}"
        columns[unique] = column.cast(getattr(column.type, "storage_type", column.type))
    frame = pl.from_arrow(pa.table(columns))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _value(key: PartitionKey, partition: str) -> str:
    if key.is_column and partition == key.nowhere:
        return "NULL"
    return _text(unquote(partition.partition("=")[2]))


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
