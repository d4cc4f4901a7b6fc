"""The difference between a source and what is known of it: the files that have to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.catalog.index import facts_of_files
from imgframe.catalog.known import KnownRows
from imgframe.catalog.leftover import Leftover
from imgframe.catalog.passed import PassedOver
from imgframe.discover import FileBatch

__all__ = ["unread"]

_FULL: Final = 1024
"""Files of a batch: what is left of several is put together."""


def unread(
    batches: Iterable[FileBatch], known: KnownRows, leftover: Leftover, passed: PassedOver
) -> Iterator[FileBatch]:
    """Leave out the files whose rows are there, and those known to be no images, unopened.

    Parameters
    ----------
    batches : iterable of FileBatch
        All files of a source.
    known : KnownRows
        The table.
    leftover : Leftover
        What an earlier update has read.
    passed : PassedOver
        The files that are no images; takes those that may turn out to be none.

    Yields
    ------
    FileBatch
        In the order of the paths, and never empty.
    """
    waiting: list[FileBatch] = []
    size = 0
    for files in batches:
        facts = facts_of_files(files)
        needed = known.compare(facts)
        needed[needed] = ~leftover.take(facts[needed])
        unsure = needed & ~files.expected
        needed[unsure] = ~passed.knows(facts[unsure])
        passed.expect(facts[unsure & needed])
        if needed.any():
            waiting.append(files if needed.all() else _some(files, needed))
            size += len(waiting[-1])
        if size >= _FULL:
            yield _joined(waiting)
            waiting, size = [], 0
    if waiting:
        yield _joined(waiting)


def _some(files: FileBatch, chosen: npt.NDArray[np.bool_]) -> FileBatch:
    rows = np.flatnonzero(chosen)
    places = {int(row): place for place, row in enumerate(rows)}
    os_paths = [files.os_paths[row] for row in rows]
    return FileBatch(
        paths=os_paths if files.paths is files.os_paths else [files.paths[row] for row in rows],
        os_paths=os_paths,
        sizes=files.sizes[rows],
        modified_us=files.modified_us[rows],
        errors={places[i]: why for i, why in files.errors.items() if i in places},
        expected=files.expected[rows],
    )


def _joined(parts: list[FileBatch]) -> FileBatch:
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part) for part in parts)]).tolist()
    os_paths = list(chain.from_iterable(part.os_paths for part in parts))
    plain = all(part.paths is part.os_paths for part in parts)
    return FileBatch(
        paths=os_paths if plain else list(chain.from_iterable(part.paths for part in parts)),
        os_paths=os_paths,
        sizes=np.concatenate([part.sizes for part in parts]),
        modified_us=np.concatenate([part.modified_us for part in parts]),
        errors={
            start + i: why
            for start, part in zip(starts, parts, strict=False)
            for i, why in part.errors.items()
        },
        expected=np.concatenate([part.expected for part in parts]),
    )
