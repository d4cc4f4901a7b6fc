"""The parts of a catalogue as one lazy frame."""

from __future__ import annotations

from functools import partial

import polars as pl

from imgframe.catalog.columns import row_schema
from imgframe.catalog.keys import PartitionKey
from imgframe.catalog.parts import Part

__all__ = ["scan_parts"]


def scan_parts(parts: list[Part], key: PartitionKey) -> pl.LazyFrame:
    """Return parts as one lazy frame.

    Parameters
    ----------
    parts : list of Part
    key : PartitionKey
        What they are partitioned by.

    Returns
    -------
    polars.LazyFrame
        With all columns of all parts, and that of the key.
    """
    empty = pl.from_arrow(row_schema(set().union(*(part.tags for part in parts))).empty_table())
    assert isinstance(empty, pl.DataFrame)
    columns = list(dict.fromkeys([*empty.columns, key.name]))
    if not parts:
        return empty.with_columns(pl.lit(None, key.dtype).alias(key.name)).lazy()
    read = partial(
        pl.scan_parquet,
        schema=empty.drop(key.name, strict=False).schema,
        missing_columns="insert",
        extra_columns="ignore",
        glob=False,
    )
    # images without a value are in a folder, and have none in the table
    apart = [part for part in parts if key.is_column and part.partition == key.nowhere]
    if any(part.path.as_posix().count("=") > 1 for part in parts):
        # Polars takes folders above the catalogue for partitions, too
        apart = parts
    named = {part.name for part in apart}
    together = [part.path for part in parts if part.name not in named]
    frames = [
        read(part.path, hive_partitioning=False).with_columns(
            pl.lit(key.value(part.partition)).cast(key.dtype).alias(key.name)
        )
        for part in apart
    ]
    if together:
        frames.append(read(together, hive_partitioning=True, hive_schema={key.name: key.dtype}))
    return pl.concat([frame.select(columns) for frame in frames])
