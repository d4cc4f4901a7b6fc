"""The parts of the next table, written beside the present one.

Since all parts have the same columns, a tag that no file had before makes the older parts be
written anew, with an empty column. That goes at about a hundred thousand rows a second, faster
than images are read, and happens once in the life of a tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa

from imgframe.catalog.columns import YEAR, table_schema, tags_among
from imgframe.catalog.geoparquet import Bounds
from imgframe.catalog.index import COMPARED, KnownRows
from imgframe.catalog.journal import Journal
from imgframe.catalog.parts import Origin, Part, PartWriter
from imgframe.catalog.spill import Spill

__all__ = ["stage"]

_NO_YEAR: Final = f"{YEAR}=0"


def stage(
    root: Path, folder: Path, parts: list[Part], known: KnownRows, spill: Spill, origin: Origin
) -> Journal | None:
    """Write the parts that come, and say which parts go.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue.
    folder : pathlib.Path
        Where the parts wait to be committed, below it.
    parts : list of Part
        The present table.
    known : KnownRows
        Tells which of its rows go.
    spill : Spill
        The rows that come.
    origin : Origin
        Of the rows that come.

    Returns
    -------
    Journal or None
        None where the next table is the present one.
    """
    losses = known.losses()
    staying = [part for part, lost in zip(parts, losses, strict=True) if part.rows > lost]
    tags = spill.tags.union(*(tags_among(part.schema.names) for part in staying))
    schema = table_schema(tags)
    names = (f"part-{origin.update}-{number:04}" for number in count())
    comes: dict[str, str] = {}
    goes: list[str] = []

    def write(partition: str, tables: Iterable[pa.Table], of: Origin, box: Bounds) -> None:
        with PartWriter(folder, partition, schema, of, box, names) as writer:
            for table in tables:
                writer.write(table)
        for name, path in writer.staged.items():
            comes[name] = path.relative_to(root).as_posix()

    for year in spill.years:
        write(f"{YEAR}={year}", spill.chunks(year), origin, spill.bounds[year])
    if not staying and not spill.years:
        if parts and not any(part.rows for part in parts):
            return None
        # a table without rows is a part without rows: readers find its columns there
        write(_NO_YEAR, [schema.empty_table()], origin, Bounds())
    for number, (part, lost) in enumerate(zip(parts, losses, strict=True)):
        if part.rows and not lost and part.schema.equals(schema):
            continue
        goes.append(part.name)
        if part.rows > lost:
            renewed = replace(part.origin, update=origin.update)
            rows = _remaining(part, number, known) if lost else part.tables()
            write(part.partition, rows, renewed, part.bounds)
    return Journal(comes, goes) if comes or goes else None


def _remaining(part: Part, number: int, known: KnownRows) -> Iterator[pa.Table]:
    """Read the rows of a part that stay in the table."""
    for table in part.tables():
        frame = pl.from_arrow(table.select(COMPARED))
        assert isinstance(frame, pl.DataFrame)
        rows = table.filter(pa.array(known.stay(number, frame)))
        if rows.num_rows:
            yield rows
