"""From a batch of files to a table: the one place that runs containers and families."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imgframe import families, fetch
from imgframe.batch import HeaderBatch, Ints, Problems, indices
from imgframe.decode import makernotes, sidecars, structures, thumbnails
from imgframe.decode.examine import Chosen, Examined, choose, examine
from imgframe.discover import UNKNOWN_TIME, FileBatch
from imgframe.kernels import flags
from imgframe.schema import FAMILY_NAMES, FILE_COLUMNS, Family, sort_columns

__all__ = ["DECODER_VERSION", "DecodeOptions", "decode"]

DECODER_VERSION: Final = 1
"""Raised whenever the same file gives another row than before, derived columns included."""


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
    chosen = choose(options.tags, options.families)
    errors = dict(files.errors)
    batch, failed = fetch.read_heads(files.os_paths, files.sizes, errors)
    errors |= failed
    readable = np.ones(n, dtype=np.bool_)
    readable[list(errors)] = False
    batch, examined, failed = examine(batch, indices(readable), chosen)
    errors |= failed

    formats = np.full(n, "", dtype=object)
    width, height = np.full(n, -1), np.full(n, -1)
    formats[examined.rows] = examined.formats
    width[examined.rows], height[examined.rows] = examined.width, examined.height
    columns, undecoded = _columns(batch, examined, n, chosen)
    batch, columns, more = _on_request(batch, examined, files, options, columns)
    undecoded += more
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
    batch: HeaderBatch, examined: Examined, n: int, chosen: Chosen
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


def _on_request(
    batch: HeaderBatch,
    examined: Examined,
    files: FileBatch,
    options: DecodeOptions,
    columns: dict[str, pa.Array],
) -> tuple[HeaderBatch, dict[str, pa.Array], list[Problems]]:
    """Read what is only read when it is asked for."""
    complaints: list[Problems] = []
    if options.makernotes or options.thumbnails:
        batch, tiffs, resources = structures.locate(batch, examined.rows)
    if options.makernotes:
        batch, more, undecoded = makernotes.columns(batch, tiffs, options.tags)
        columns = columns | more
        complaints.append(undecoded)
    if options.thumbnails:
        more, undecoded = thumbnails.columns(
            batch, tiffs, resources, examined.rows, examined.formats
        )
        columns = columns | more
        complaints.append(undecoded)
    if options.sidecars:
        images = examined.rows[examined.formats != ""]
        names = frozenset(FAMILY_NAMES if options.families is None else options.families)
        columns, undecoded = sidecars.add(columns, files, images, options.tags, names)
        complaints.append(undecoded)
    return batch, columns, complaints


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
    unknown_time = files.modified_us == UNKNOWN_TIME
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
