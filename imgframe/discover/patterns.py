"""Choosing files by shell patterns while the folders are gone through.

A pattern is cut at each ``/``. On the way down each folder gets what is left of the patterns that
led there, so a folder in which nothing can match is not listed. As in a shell, a leading dot is
matched by a leading dot only, and ``**`` stands for any number of folders, none among them.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = ["EVERYTHING", "NOTHING", "Choice"]

_Segments: TypeAlias = tuple[re.Pattern[str] | None, ...]
"""What is left of a pattern; None is ``**``. Never empty."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen in one folder."""

    tails: frozenset[_Segments]
    """What is left of each pattern that led here; empty where nothing is chosen."""

    @classmethod
    def of(cls, patterns: Iterable[str], case: re.RegexFlag) -> Choice:
        """Return what is chosen in the folder that patterns are relative to."""
        return cls._at(tuple(_segment(s, case) for s in p.split("/")) for p in patterns)

    @classmethod
    def _at(cls, tails: Iterable[_Segments]) -> Choice:
        reached = set()
        for tail in tails:
            reached.add(tail)
            while tail[0] is None and len(tail) > 1:
                tail = tail[1:]
                reached.add(tail)
        return cls(frozenset(reached))

    def enter(self, name: str) -> Choice:
        """Return what is chosen in the folder `name` of this one."""
        tails = {t for t in self.tails if t[0] is None and name[0] != "."}
        tails |= {t[1:] for t in self.tails if t[0] is not None and t[1:] and t[0].match(name)}
        return Choice._at(tails)

    def files(self) -> Callable[[str], bool]:
        """Return what says whether a file of this folder is chosen, by its name."""
        last = [t[0] for t in self.tails if len(t) == 1]
        if None in last:
            return _is_visible
        matches = [regex.match for regex in last if regex is not None]
        return lambda name: any(match(name) for match in matches)


def _segment(pattern: str, case: re.RegexFlag) -> re.Pattern[str] | None:
    if pattern == "**":
        return None
    visible = "" if pattern.startswith(".") else r"(?!\.)"
    return re.compile(visible + fnmatch.translate(pattern), case)


def _is_visible(name: str) -> bool:
    return name[0] != "."


EVERYTHING: Final = Choice.of(["**"], re.NOFLAG)
"""All files below a folder that are not hidden."""

NOTHING: Final = Choice(frozenset())
