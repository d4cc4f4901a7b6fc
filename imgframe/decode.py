"""From a batch of files to a table: the one place that runs containers and families."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

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
from imgframe.discover import FileBatch
from imgframe.kernels import flags
from imgframe.schema import FAMILY_NAMES, FILE_COLUMNS, Family, sort_columns

MAX_SEGMENT: Final = 16 << 20
"""Bytes of a segment that are read; a longer one is no metadata of an image."""

ROUNDS: Final = (128 << 10, 1 << 20, 8 << 20, 16 << 20, 16 << 20)
"""Bytes to read at least around a place that is needed, round by round."""


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """What is to be read from each file."""

    tags: tuple[str, ...] | None = None
    """Names and patterns of columns; None for all."""
    families: tuple[str, ...] | None = None
    """Names of families; None for all."""
    makernotes: bool = False
    thumbnails: bool = False
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class _Chosen:
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
def _choose(options: DecodeOptions) -> _Chosen:
    names = frozenset(options.families if options.families is not None else FAMILY_NAMES)
    tags = options.tags if "exif" in names else ()
    codes = [code for name in families.DECODERS if name in names for code in FAMILY_NAMES[name]]
    return _Chosen(options.tags, families.exif.plan(tags), names, flags(codes, len(Family)))


@dataclass(frozen=True, slots=True)
class _Examined:
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
    def join(cls, parts: list[_Examined]) -> _Examined:
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

    def without(self, rows: Ints) -> _Examined:
        """Leave out rows that are to be examined again."""
        if not len(rows):
            return self
        stays = ~flags(rows, int(self.rows.max()) + 1)
        keep = stays[self.rows]
        return _Examined(
            self.rows[keep],
            self.formats[keep],
            self.width[keep],
            self.height[keep],
            self.entries.take(stays[self.entries.row]),
            self.segments.take(stays[self.segments.row]),
            self.errors.take(stays[self.errors.row]),
            self.problems.take(stays[self.problems.row]),
        )


def decode(files: FileBatch, options: DecodeOptions) -> pa.Table:
    """Read the metadata of files.

    Parameters
    ----------
    files : FileBatch
    options : DecodeOptions

    Returns
    -------
    pyarrow.Table
        File columns, then the tag columns that some file has; one row a file in the order given.
        Files that are not `expected` to be images and are none are left out.
    """
    n = len(files.paths)
    chosen = _choose(options)
    errors = dict(files.errors)
    batch, failed = fetch.read_heads(files.os_paths, files.sizes, errors)
    errors |= failed
    readable = np.ones(n, dtype=np.bool_)
    readable[list(errors)] = False
    batch, examined = _examine_all(batch, files, indices(readable), chosen, errors)

    formats = np.full(n, "", dtype=object)
    width, height = np.full(n, -1), np.full(n, -1)
    formats[examined.rows] = examined.formats
    width[examined.rows], height[examined.rows] = examined.width, examined.height
    columns, undecoded = _columns(batch, examined, n, chosen)
    fetch.release(batch)
    for row, text in zip(examined.errors.row.tolist(), examined.errors.text.tolist(), strict=True):
        errors.setdefault(row, text)
    for row in indices(readable & (formats == "")).tolist():
        errors.setdefault(row, "empty file" if files.sizes[row] == 0 else "no image format known")
    complaints = Problems.join([examined.problems, *undecoded])
    table = _table(files, formats, width, height, errors, complaints, columns)
    keep = files.expected | (formats != "") | ~readable
    return table if keep.all() else table.filter(pa.array(keep))


def _columns(
    batch: HeaderBatch, examined: _Examined, n: int, chosen: _Chosen
) -> tuple[dict[str, pa.Array], list[Problems]]:
    """Decode what was found, family by family."""
    columns, undecoded = families.exif.columns(batch, examined.entries, n, chosen.plan)
    complaints = [undecoded]
    segments = examined.segments
    for name, decoder in families.DECODERS.items():
        mine = segments.take(flags(FAMILY_NAMES[name], len(Family))[segments.family])
        if len(mine):
            more, undecoded = decoder(batch, mine, n, chosen.tags)
            columns |= more
            complaints.append(undecoded)
    return columns, complaints


def _examine_all(
    batch: HeaderBatch,
    files: FileBatch,
    rows: Ints,
    chosen: _Chosen,
    errors: dict[int, str],
) -> tuple[HeaderBatch, _Examined]:
    """Examine rows, reading on for those that need it."""
    done: list[_Examined] = []
    for window in ROUNDS:
        batch, examined, needs = _examine(batch, rows, chosen)
        rows = indices(flags(needs.space, len(batch.sizes)))
        done.append(examined.without(rows))
        if not len(rows):
            break
        batch, failed = fetch.read_more(batch, files.os_paths, needs, window)
        errors |= failed
    else:
        batch, examined, _ = _examine(batch, rows, chosen)
        given_up = problems(rows, "metadata lies too far apart to be read whole")
        done.append(replace(examined, problems=Problems.join([examined.problems, given_up])))
    return batch, _Examined.join(done)


def _examine(
    batch: HeaderBatch, rows: Ints, chosen: _Chosen
) -> tuple[HeaderBatch, _Examined, Needs]:
    """Run containers, then walk the directories they found."""
    formats = containers.sniff(batch, rows)
    width, height = np.full(len(rows), -1), np.full(len(rows), -1)
    segments, needs, complaints, errors = [NO_SEGMENTS], [NO_NEEDS], [NO_PROBLEMS], [NO_PROBLEMS]
    for name, find in containers.FINDERS.items():
        index = indices(formats == name)
        if not len(index):
            continue
        located = find(batch, rows[index])
        width[index], height[index] = located.width, located.height
        batch, found = _with_pieces(batch, located)
        segments.append(found)
        needs.append(located.needs)
        complaints.append(located.problems)
        errors.append(located.errors)
    direct = Segments.join(segments)
    nested, missing, trouble = _nested(batch, direct, chosen)
    needs.append(missing)
    complaints.append(trouble)
    both = Segments.join([direct, nested])
    walk = ifd.walk(batch, both.take(both.family == Family.EXIF), chosen.plan.keep)
    inner, missing, trouble = _nested(batch, walk.segments, chosen)
    needs += [walk.needs, missing]
    complaints += [walk.problems, trouble]
    every = Segments.join([both, walk.segments, inner])
    every, missing, trouble = _present(batch, every.take(chosen.wants(every)))
    needs.append(missing)
    complaints.append(trouble)

    entries = walk.entries
    tiff = indices(containers.is_tiff(formats))
    if len(tiff):
        mine = flags(rows[tiff], len(batch.sizes))[entries.row]
        own = entries.take(mine)
        of_row = np.full(len(batch.sizes), "", dtype=object)
        of_row[rows] = formats
        wide, high, of_row = containers.tiff.describe(batch, own, of_row)
        width[tiff], height[tiff] = wide[rows[tiff]], high[rows[tiff]]
        formats = of_row[rows]
        mine[mine] = ~containers.tiff.is_metadata(batch, own)
        entries = entries.take(~mine)
        empty = tiff[~flags(own.row, len(batch.sizes))[rows[tiff]]]
        errors.append(problems(rows[empty], "TIFF: no directory can be read"))
    examined = _Examined(
        rows,
        formats,
        width,
        height,
        entries,
        every,
        Problems.join(errors),
        Problems.join(complaints),
    )
    return batch, examined, Needs.join(needs)


def _with_pieces(batch: HeaderBatch, located: Located) -> tuple[HeaderBatch, Segments]:
    """Give the bytes that a container made a place in the buffer."""
    segments = located.segments
    if not located.pieces:
        return batch, segments
    first = len(batch.sizes)
    space = np.where(segments.space < 0, first - 1 - segments.space, segments.space)
    return fetch.add_bytes(batch, located.pieces), replace(segments, space=space)


def _nested(
    batch: HeaderBatch, segments: Segments, chosen: _Chosen
) -> tuple[Segments, Needs, Problems]:
    """Find the segments that stand inside others."""
    inside, needs, complaints = [NO_SEGMENTS], [NO_NEEDS], [NO_PROBLEMS]
    for family, children in families.CHILDREN.items() if chosen.families else ():
        outer, missing, trouble = _present(batch, segments.take(segments.family == family))
        needs.append(missing)
        complaints.append(trouble)
        if len(outer):
            found, trouble = children(batch, outer)
            inside.append(found)
            complaints.append(trouble)
    return Segments.join(inside), Needs.join(needs), Problems.join(complaints)


def _present(batch: HeaderBatch, segments: Segments) -> tuple[Segments, Needs, Problems]:
    """Part segments whose bytes are there from those to be read, and from those far too long."""
    whole = segments.family != Family.EXIF
    long = whole & (segments.length > MAX_SEGMENT)
    segments, far = segments.take(~long), segments.take(long)
    texts = [
        f"{Family(f).name}: {n >> 20} MiB of metadata left out"
        for f, n in zip(far.family.tolist(), far.length.tolist(), strict=True)
    ]
    place = batch.locate(segments.space, segments.start, segments.length)
    missing = (place < 0) & (segments.family != Family.EXIF)
    absent = segments.take(missing)
    needs = Needs(absent.space, absent.start, absent.length)
    return segments.take(~missing), needs, problems(far.row, texts)


def _table(
    files: FileBatch,
    formats: npt.NDArray[np.object_],
    width: Ints,
    height: Ints,
    errors: dict[int, str],
    complaints: Problems,
    columns: dict[str, pa.Array],
) -> pa.Table:
    """Put the file columns before the tag columns."""
    n = len(files.paths)
    notes: list[list[str] | None] = [None] * n
    for row, text in zip(complaints.row.tolist(), complaints.text.tolist(), strict=True):
        notes[row] = [*(notes[row] or ()), text]
    unknown_time = files.modified_us == np.iinfo(np.int64).min
    own = {
        "path": files.paths,
        "size": np.ma.MaskedArray(files.sizes, files.sizes < 0),
        "modified_at": np.ma.MaskedArray(files.modified_us, unknown_time),
        "format": [name or None for name in formats.tolist()],
        "width": np.ma.MaskedArray(width.astype(np.int32), width < 0),
        "height": np.ma.MaskedArray(height.astype(np.int32), height < 0),
        "error": [errors.get(row) for row in range(n)],
        "problems": notes,
    }
    arrays = {name: pa.array(own[name], FILE_COLUMNS[name]) for name in FILE_COLUMNS}
    return pa.table(arrays | {name: columns[name] for name in sort_columns(columns)})
