"""Which tags become which columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import Ints, ints
from imgframe.ifd import Keep, wanted
from imgframe.schema import TAG_COLUMNS, TAGS_OF, UNNAMED, Directory, Rule, is_chosen, name_of

N_DIRECTORIES: Final = len(Directory)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which tags become which columns."""

    keep: Keep
    """The tags to look for in each directory."""
    column: npt.NDArray[np.int32]
    """Number of the column of each tag of each directory, -1 for none."""
    names: tuple[str, ...]
    rules: Ints
    """The `Rule` of each column."""


@lru_cache(maxsize=16)
def plan(tags: tuple[str, ...] | None) -> Plan:
    """Choose the columns.

    Parameters
    ----------
    tags : tuple of str or None
        Names and patterns of columns; None for all that have a name.

    Returns
    -------
    Plan
    """
    numbers: dict[str, int] = {}
    column = np.full((N_DIRECTORIES, 1 << 16), -1, dtype=np.int32)
    for directory, (prefix, known) in TAGS_OF.items():
        for tag in known:
            name = prefix + tag.name
            if is_chosen(name, tags):
                column[directory, tag.id] = numbers.setdefault(name, len(numbers))
    unnamed = tuple(pattern for pattern in tags or () if pattern.startswith("Exif:"))
    for number in range(1 << 16) if unnamed else ():
        name = f"{UNNAMED}{number:04X}"
        if is_chosen(name, unnamed):
            for directory in (Directory.IFD0, Directory.EXIF):
                if name_of(directory, number) == name:
                    column[directory, number] = numbers.setdefault(name, len(numbers))
    chosen = [(Directory(int(d)), int(t)) for d, t in np.argwhere(column >= 0)]
    rules = ints([TAG_COLUMNS.get(name, Rule.ANY) for name in numbers])
    return Plan(wanted(chosen), column, tuple(numbers), rules)
