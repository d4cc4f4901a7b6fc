"""Before any value is decoded: which bytes of each file hold what, and are they all there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe import containers, families, fetch, ifd
from imgframe.batch import (
    NO_NEEDS,
    NO_PROBLEMS,
    NO_SEGMENTS,
    Flags,
    HeaderBatch,
    Ints,
    Located,
    Needs,
    Problems,
    Segments,
    indices,
    problems,
)
from imgframe.kernels import flags
from imgframe.schema import FAMILY_NAMES, Family

MAX_SEGMENT: Final = 16 << 20
"""Bytes of a segment that are read; a longer one is no metadata of an image."""

ROUNDS: Final = (64 << 10, 1 << 20, 8 << 20, 16 << 20, 16 << 20)
"""Bytes to read at least around a place that is needed, round by round."""

IS_TIFF: Final = flags(ifd.START, len(Family))
"""Of each `Family`, whether its segments are TIFF structures, which are read piece by piece."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was asked for, in the terms of containers and families."""

    tags: tuple[str, ...] | None
    plan: families.exif.Plan
    families: frozenset[str]
    """Names of the families to decode."""
    codes: Flags
    """Of each `Family`, whether they need its segments."""

    def wants(self, segments: Segments) -> Flags:
        """Say which segments are to be decoded."""
        return self.codes[segments.family]


@lru_cache(maxsize=16)
def choose(tags: tuple[str, ...] | None, names: tuple[str, ...] | None) -> Chosen:
    """Put what was asked for in the terms of containers and families.

    Parameters
    ----------
    tags : tuple of str or None
        Names and patterns of columns; None for all.
    names : tuple of str or None
        Names of families; None for all.

    Returns
    -------
    Chosen
    """
    wanted = frozenset(FAMILY_NAMES if names is None else names)
    codes = [code for name in families.DECODERS if name in wanted for code in FAMILY_NAMES[name]]
    plan = families.exif.plan(tags if "exif" in wanted else ())
    return Chosen(tags, plan, wanted, flags(codes, len(Family)))


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of some rows before any value is decoded."""

    rows: Ints
    formats: npt.NDArray[np.object_]
    width: Ints
    height: Ints
    entries: ifd.Entries
    segments: Segments
    errors: Problems
    """Why a file as a whole cannot be read."""
    problems: Problems

    @classmethod
    def join(cls, parts: list[Examined]) -> Examined:
        """Put the rows of parts together."""
        return cls(
            np.concatenate([p.rows for p in parts]),
            np.concatenate([p.formats for p in parts]),
            np.concatenate([p.width for p in parts]),
            np.concatenate([p.height for p in parts]),
            ifd.Entries.join([p.entries for p in parts]),
            Segments.join([p.segments for p in parts]),
            Problems.join([p.errors for p in parts]),
            Problems.join([p.problems for p in parts]),
        )

    def without(self, rows: Ints) -> Examined:
        """Leave out rows that are to be examined again."""
        if not len(rows):
            return self
        stays = ~flags(rows, int(self.rows.max()) + 1)
        keep = stays[self.rows]
        return Examined(
            self.rows[keep],
            self.formats[keep],
            self.width[keep],
            self.height[keep],
            self.entries.take(stays[self.entries.row]),
            self.segments.take(stays[self.segments.row]),
            self.errors.take(stays[self.errors.row]),
            self.problems.take(stays[self.problems.row]),
        )


def examine(
    batch: HeaderBatch, rows: Ints, chosen: Chosen
) -> tuple[HeaderBatch, Examined, dict[int, str]]:
    """Find out what files hold, reading on in those where the first bytes do not tell.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        The rows whose first bytes are there.
    chosen : Chosen

    Returns
    -------
    batch : HeaderBatch
        With the bytes of all that was found.
    examined : Examined
        In no order of rows.
    errors : dict of int to str
        Row to the reason why it could not be read on.
    """
    done: list[Examined] = []
    errors: dict[int, str] = {}
    for window in ROUNDS:
        batch, examined, needs, absent = _look(batch, rows, chosen)
        again = flags(needs.space, len(batch.sizes))
        needs = Needs.join([needs, absent.take(again[absent.space])])
        absent = absent.take(~again[absent.space])
        for missing, around in ((needs, window), (absent, 0)):
            if len(missing):
                batch, failed = fetch.read_more(batch, missing, around)
                errors |= failed
        # Where nothing else was missing there is no more to find out, if the bytes are there now.
        again[absent.space[batch.locate(absent.space, absent.offset, absent.length) < 0]] = True
        rows = indices(again)
        done.append(examined.without(rows))
        if not len(rows):
            break
    else:
        batch, examined, needs, absent = _look(batch, rows, chosen)
        rows = indices(flags(Needs.join([needs, absent]).space, len(batch.sizes)))
        given_up = problems(rows, "metadata lies too far apart to be read whole")
        done.append(replace(examined, problems=Problems.join([examined.problems, given_up])))
    whole = Examined.join(done)
    there = batch.locate(whole.segments.space, whole.segments.start, whole.segments.length) >= 0
    return batch, replace(whole, segments=whole.segments.take(there)), errors


class _Findings:
    """Collects what the steps of a look say."""

    def __init__(self, batch: HeaderBatch) -> None:
        self.batch = batch
        self.segments = [NO_SEGMENTS]
        self.needs = [NO_NEEDS]
        self.problems = [NO_PROBLEMS]
        self.errors = [NO_PROBLEMS]

    def add(self, located: Located) -> None:
        """Take what a container found; give the bytes it made a place in the buffer."""
        segments = located.segments
        if located.pieces:
            first = len(self.batch.sizes)
            space = np.where(segments.space < 0, first - 1 - segments.space, segments.space)
            segments = replace(segments, space=space)
            self.batch = fetch.add_bytes(self.batch, located.pieces)
        self.segments.append(segments)
        self.needs.append(located.needs)
        self.problems.append(located.problems)
        self.errors.append(located.errors)

    def nested(self, segments: Segments) -> None:
        """Find the segments that stand inside others."""
        for family, children in families.CHILDREN.items():
            outer = self.present(segments.take(segments.family == family))
            if len(outer):
                inside, trouble = children(self.batch, outer)
                self.segments.append(inside)
                self.problems.append(trouble)

    def present(self, segments: Segments) -> Segments:
        """Keep segments whose bytes are there; the others are needed, or far too long."""
        segments = self.short(segments)
        absent, missing = self.absent(segments)
        self.needs.append(absent)
        return segments.take(~missing)

    def absent(self, segments: Segments) -> tuple[Needs, Flags]:
        """Say which segments have bytes that are not there, and what is needed for these."""
        missing = self.batch.locate(segments.space, segments.start, segments.length) < 0
        far = segments.take(missing)
        return Needs(far.space, far.start, far.length), missing

    def short(self, segments: Segments) -> Segments:
        """Leave out segments that are far too long."""
        long = segments.length > MAX_SEGMENT
        segments, far = segments.take(~long), segments.take(long)
        texts = [
            f"{Family(f).name}: {n >> 20} MiB of metadata left out"
            for f, n in zip(far.family.tolist(), far.length.tolist(), strict=True)
        ]
        self.problems.append(problems(far.row, texts))
        return segments


def _look(
    batch: HeaderBatch, rows: Ints, chosen: Chosen
) -> tuple[HeaderBatch, Examined, Needs, Needs]:
    """Run containers, then walk the directories they found.

    Return what has to be read to look again, and what has to be read to decode what was found.
    """
    found = _Findings(batch)
    formats, width, height = _run_containers(found, rows)
    if chosen.families:
        found.nested(Segments.join(found.segments))
    direct = Segments.join(found.segments)
    structures = direct.take(IS_TIFF[direct.family])
    walk = ifd.walk(found.batch, structures, chosen.plan.keep)
    found.needs.append(walk.needs)
    found.problems.append(walk.problems)
    found.segments.append(walk.segments)
    if chosen.families:
        found.nested(walk.segments)
    every = Segments.join(found.segments)
    segments = found.short(every.take(chosen.wants(every)))
    absent, _ = found.absent(segments)

    entries = walk.entries
    tiff = indices(containers.is_tiff(formats))
    if len(tiff):
        formats, entries = _describe_tiff(found, walk, rows, tiff, formats, width, height)
    examined = Examined(
        rows,
        formats,
        width,
        height,
        entries,
        segments,
        Problems.join(found.errors),
        Problems.join(found.problems),
    )
    return found.batch, examined, Needs.join(found.needs), absent


def _describe_tiff(
    found: _Findings,
    walk: ifd.Walk,
    rows: Ints,
    tiff: Ints,
    formats: npt.NDArray[np.object_],
    width: Ints,
    height: Ints,
) -> tuple[npt.NDArray[np.object_], ifd.Entries]:
    """Tell format and size of files that are a TIFF structure from their entries.

    Return the formats of all rows, and the entries that are metadata; sizes are written in place.
    """
    n = len(found.batch.sizes)
    mine = flags(rows[tiff], n)[walk.entries.row]
    own = walk.entries.take(mine)
    of_row = np.full(n, "", dtype=object)
    of_row[rows] = formats
    wide, high, of_row = containers.tiff.describe(found.batch, own, of_row)
    width[tiff], height[tiff] = wide[rows[tiff]], high[rows[tiff]]
    mine[mine] = ~containers.tiff.is_metadata(found.batch, own)
    empty = tiff[~flags(walk.rows, n)[rows[tiff]]]
    found.errors.append(problems(rows[empty], "TIFF: no directory can be read"))
    return of_row[rows], walk.entries.take(~mine)


def _run_containers(found: _Findings, rows: Ints) -> tuple[npt.NDArray[np.object_], Ints, Ints]:
    """Tell formats and sizes; note the segments."""
    batch = found.batch
    formats = containers.sniff(batch, rows)
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    for name, find in containers.FINDERS.items():
        index = indices(formats == name)
        if len(index):
            located = find(batch, rows[index])
            width[index], height[index] = located.width, located.height
            found.add(located)
    index = indices(formats == "")
    if len(index):
        located, formats[index] = containers.lastresort.find(batch, rows[index])
        width[index], height[index] = located.width, located.height
        found.add(located)
    return formats, width, height
