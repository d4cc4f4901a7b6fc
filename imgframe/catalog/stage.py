"""The parts of the next table, written beside the present one.

Parts are written anew when they lose rows, and then take up the rows that come to their partition.
Otherwise they stay as they are, whatever columns others have: a tag that no file had before makes
no part be written anew. Readers that take the columns from the first file they meet find all of
them there: where the first part has not, a part without rows is put in front of it.

Small parts do not pile up: where a change would leave more than `MOST_SMALL` parts of less than a
row group in a partition, they become one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa

from imgframe.catalog import parts as files
from imgframe.catalog.columns import table_schema
from imgframe.catalog.geoparquet import Bounds
from imgframe.catalog.journal import Journal
from imgframe.catalog.keys import PartitionKey
from imgframe.catalog.merge import Piece, merged
from imgframe.catalog.parts import Origin, Part, PartWriter
from imgframe.catalog.spill import Spill

__all__ = ["MOST_SMALL", "Present", "small_or_narrow", "stage", "too_many_small", "way_of"]

MOST_SMALL: Final = 8
"""Parts of less than a row group that a partition may have, of one way of reading."""


@dataclass(frozen=True, slots=True)
class Present:
    """A part of the present table, and what stays of it."""

    part: Part
    lost: int = 0
    """How many rows leave it."""
    staying: Callable[[pa.Table], pa.Table] | None = None
    """Takes rows of it and returns those that stay; None for all."""

    @property
    def rows(self) -> int:
        """How many rows stay."""
        return self.part.rows - self.lost

    @property
    def is_small(self) -> bool:
        """Whether they are less than a row group."""
        return self.rows < files.GROUP_ROWS


Choice: TypeAlias = Callable[[list[Present], int, set[str]], list[Present]]
"""Says which parts of a partition, of one way of reading, are to be written anew together; takes
them, how many rows come to them, and the tag columns of the next table."""


def too_many_small(present: list[Present], coming: int, _: set[str]) -> list[Present]:
    """Choose the parts that lose rows; and all small ones, if something is written anyway."""
    losing = [one for one in present if one.lost]
    small = [one for one in present if not one.lost and one.is_small]
    written = coming + sum(one.rows for one in losing)
    is_small = 0 < written < files.GROUP_ROWS
    if written and len(small) + is_small > MOST_SMALL:
        return [*losing, *small]
    return losing


def small_or_narrow(present: list[Present], _: int, tags: set[str]) -> list[Present]:
    """Choose the parts that lack columns, and the small ones if they are several."""
    several = sum(one.is_small for one in present) > 1
    return [one for one in present if one.part.tags != tags or (one.is_small and several)]


def way_of(origin: Origin) -> str:
    """Return how rows were read; those read in the same way may share a part."""
    return json.dumps({**origin.decoder, "imgframe": None}, sort_keys=True)


def stage(
    root: Path, folder: Path, table: list[Present], origin: Origin, choice: Choice, spill: Spill
) -> Journal | None:
    """Write the parts that come, and say which parts go.

    Parameters
    ----------
    root : pathlib.Path
        The catalogue.
    folder : pathlib.Path
        Where the parts wait to be committed, below it.
    table : list of Present
        The present table.
    origin : Origin
        Of the rows that come.
    choice : callable
        See `Choice`.
    spill : Spill
        The rows that come.

    Returns
    -------
    Journal or None
        None where the next table is the present one.
    """
    groups: dict[tuple[str, str], list[Present]] = defaultdict(list)
    for one in table:
        if one.part.rows:
            groups[one.part.partition, way_of(one.part.origin)].append(one)
    for partition in spill.rows:
        groups.setdefault((partition, way_of(origin)), [])
    tags = spill.tags.union(*(one.part.tags for one in table if one.rows))
    writer = _Writer(root, folder, origin, tags)
    for (partition, way), present in sorted(groups.items(), key=lambda group: group[0]):
        is_own = way == way_of(origin)
        coming = spill.rows[partition] if is_own else 0
        chosen = choice(present, coming, writer.tags)
        renewed = {one.part.name for one in chosen}
        writer.keep(one.part for one in present if one.part.name not in renewed)
        writer.renew(partition, chosen, spill if coming else None)
    writer.put_head([one.part for one in table if not one.part.rows])
    return writer.journal


class _Writer:
    """Writes parts, and keeps account of what comes, stays and goes."""

    def __init__(self, root: Path, folder: Path, origin: Origin, tags: set[str]) -> None:
        self.tags = tags
        """The tag columns of the next table."""
        self._root = root
        self._folder = folder
        self._origin = origin
        self._schema = table_schema(tags, origin.key)
        self._numbers = count()
        self._stays: dict[str, set[str]] = {}
        self._comes: dict[str, str] = {}
        self._goes: list[str] = []

    @property
    def journal(self) -> Journal | None:
        """What changes."""
        return Journal(self._comes, self._goes) if self._comes or self._goes else None

    def keep(self, parts: Iterable[Part]) -> None:
        """Let parts stay as they are."""
        self._stays |= {part.name: part.tags for part in parts}

    def renew(self, partition: str, chosen: list[Present], spill: Spill | None) -> None:
        """Write the rows that stay of some parts, and those that come, together."""
        self._goes += [one.part.name for one in chosen]
        chosen = [one for one in chosen if one.rows]
        pieces: list[Piece] = spill.pieces(partition) if spill else []
        box = spill.bounds[partition] if spill else Bounds()
        origin = self._origin
        if chosen:
            parts = [one.part for one in chosen]
            origins = [part.origin for part in parts] + ([origin] if spill else [])
            latest = max(origins, key=lambda one: one.update)
            known = {root: device for part in parts for root, device in part.origin.sources.items()}
            own = origin.sources if spill else {}
            origin = replace(origin, decoder=latest.decoder, sources=known | own)
            for one in chosen:
                box = box.joined(one.part.bounds)
                pieces = [*pieces, *one.part.pieces(one.staying)]
        if pieces:
            self._write(partition, merged(pieces), origin, box)

    def put_head(self, heads: list[Part]) -> None:
        """See to it that the first part has all columns; a table without rows is such a part."""
        names = [*self._stays, *self._comes]
        # readers sort whole paths, or folder by folder
        first = {min(names), min(names, key=lambda name: name.split("/"))} if names else set()
        narrow = [name for name in first if self._stays.get(name, self.tags) != self.tags]
        wanted = {name.rpartition("/")[0] for name in narrow}
        if not names:
            wanted = {PartitionKey(self._origin.key).nowhere}
        for head in heads:
            if head.partition in wanted and head.tags == self.tags:
                wanted.remove(head.partition)
            else:
                self._goes.append(head.name)
        for partition in sorted(wanted):
            empty = self._schema.empty_table()
            self._write(partition, [empty], self._origin, Bounds(), "part-0")

    def _write(
        self,
        partition: str,
        tables: Iterable[pa.Table],
        origin: Origin,
        box: Bounds,
        prefix: str = "part",
    ) -> None:
        names = (f"{prefix}-{origin.update}-{number:04}" for number in self._numbers)
        with PartWriter(self._folder, partition, self._schema, origin, box, names) as writer:
            for table in tables:
                writer.write(table)
        for name, path in writer.staged.items():
            self._comes[name] = path.relative_to(self._root).as_posix()
