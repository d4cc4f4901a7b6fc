"""Files beside images: XMP packets, Google Takeout's JSON, and JSON objects of a user's own.

Which files belong to an image `beside` tells; which columns come of them, and who wins where image
and sidecar both speak, `imgframe.schema.sidecars` does.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from imgframe import fetch
from imgframe.batch import NO_EXTENTS, HeaderBatch, Ints, Problems, Segments, ints, problems
from imgframe.decode import beside
from imgframe.decode.cells import arrays, valid_text
from imgframe.discover import IMAGE_EXTENSIONS, FileBatch
from imgframe.discover.walk import shown
from imgframe.families import xmp
from imgframe.schema import Family, Rule, is_chosen
from imgframe.schema.sidecars import COLUMN, TAKEOUT, USER, sidecar_wins

__all__ = ["add"]

MAX_XMP: Final = 16 << 20
MAX_JSON: Final = 4 << 20
"""Bytes of a sidecar that is read."""
MAX_KEYS: Final = 1_000
"""Keys of a JSON object that become columns."""
MAX_NAME: Final = 200
"""Characters of a name of a column."""
MAX_TOGETHER: Final = 32 << 20
"""Bytes of packets that are decoded at once."""

MINE_ONLY: Final = re.compile(rb"SidecarForExtension(?:\s*=\s*[\"']|\s*>)\s*([A-Za-z0-9]+)")
"""Where programs of Adobe say which of several images of one name a sidecar is for."""

TAKEOUT_MARKS: Final = ("photoTakenTime", "googlePhotosOrigin", "geoData", "creationTime")
"""Keys of which one at least is an object in each of Takeout's files."""

FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799
"""The years 1 to 9999."""


class _UnreadableError(ValueError):
    """Says what is wrong with a sidecar."""


class _Packet(NamedTuple):
    row: int
    name: str
    data: bytes


def _size(packets: list[_Packet]) -> int:
    return sum(len(packet.data) for packet in packets)


@dataclass(slots=True)
class _Findings:
    """Collects what sidecars say."""

    tags: tuple[str, ...] | None
    cells: dict[str, dict[int, Any]] = field(default_factory=dict)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def put(self, name: str, row: int, value: Any) -> None:
        """Note a value; of several for one cell the first stays."""
        if value is not None and is_chosen(name, self.tags):
            self.cells.setdefault(name, {}).setdefault(row, value)


def add(
    columns: dict[str, pa.Array],
    files: FileBatch,
    rows: Ints,
    tags: tuple[str, ...] | None,
    families: frozenset[str],
) -> tuple[dict[str, pa.Array], Problems]:
    """Add what the sidecars of images say to the columns of a batch.

    Parameters
    ----------
    columns : dict of str to pyarrow.Array
        What the images say themselves.
    files : FileBatch
    rows : ndarray of int64, shape (n,)
        Rows that hold images; others have sidecars only if they are named as images are.
    tags : tuple of str or None
        Names and patterns of columns; None for all.
    families : frozenset of str
        XMP sidecars are read where ``"xmp"`` is among them.

    Returns
    -------
    columns : dict of str to pyarrow.Array
        `sidecars`, the names of the files that were read, is always among them.
    problems : Problems
        Sidecars and values that could not be read.
    """
    n_rows = len(files)
    found = _Findings(tags)
    used: dict[int, list[str]] = {}
    packets: list[_Packet] = []
    for row, path in _sidecars(files, rows, found, with_xmp="xmp" in families):
        name = shown(os.path.basename(path))
        try:
            is_mine, packet = _take(row, path, files.os_paths[row], found)
        except (_UnreadableError, OSError) as error:
            why = fetch.reason(error) if isinstance(error, OSError) else str(error)
            found.notes.append((row, f"sidecar {name}: {why}"))
            continue
        if is_mine:
            used.setdefault(row, []).append(name)
        if packet:
            if packets and packets[-1].row < row and _size(packets) > MAX_TOGETHER:
                columns = _add_packets(columns, packets, found, n_rows)
                packets = []
            packets.append(_Packet(row, name, packet))
    columns = _add_packets(columns, packets, found, n_rows)
    columns |= arrays(found.cells | {COLUMN: used}, n_rows)
    return columns, problems(ints([row for row, _ in found.notes]), [t for _, t in found.notes])


def _sidecars(
    files: FileBatch, rows: Ints, found: _Findings, *, with_xmp: bool
) -> Iterator[tuple[int, str]]:
    """Yield row and path of each sidecar, in the order of rows."""
    images = set(rows.tolist())
    named = (
        (row, path)
        for row, path in enumerate(files.os_paths)
        if row in images or os.path.splitext(path)[1].lower() in IMAGE_EXTENSIONS
    )
    by_row, errors = beside.find(named)
    found.notes += [(row, f"sidecars: cannot list folder: {why}") for row, why in errors.items()]
    for row, paths in by_row.items():
        for path in paths:
            if with_xmp or not _is_xmp(path):
                yield row, path


def _is_xmp(path: str) -> bool:
    return path[-4:].lower() == ".xmp"


def _take(row: int, path: str, image: str, found: _Findings) -> tuple[bool, bytes]:
    """Read a sidecar; say whether it is one of the image, and return it if it is a packet."""
    if _is_xmp(path):
        packet = _read(path, MAX_XMP)
        if b"RDF" not in packet.replace(b"\0", b""):  # without the NULs of UTF-16
            raise _UnreadableError("no XMP")
        return (True, packet) if _is_for(packet, image) else (False, b"")
    content = _parse(_read(path, MAX_JSON))
    if not any(isinstance(content.get(mark), dict) for mark in TAKEOUT_MARKS):
        _take_own(row, content, found)
    elif beside.is_of(image, path, str(content.get("title", ""))):
        _take_takeout(row, content, found)
    else:
        return False, b""
    return True, b""


def _read(path: str, most: int) -> bytes:
    size = os.stat(path).st_size  # noqa: PTH116
    if size > most:
        raise _UnreadableError(f"longer than {most >> 20} MiB")
    data = bytearray(size)
    return bytes(data[: fetch.read_at(path, memoryview(data), 0)]) if size else b""


# XMP ---------------------------------------------------------------------------------------------


def _is_for(packet: bytes, path: str) -> bool:
    only = MINE_ONLY.search(packet)
    return only is None or only[1].decode().lower() == os.path.splitext(path)[1][1:].lower()


def _add_packets(
    columns: dict[str, pa.Array],
    packets: list[_Packet],
    found: _Findings,
    n_rows: int,
) -> dict[str, pa.Array]:
    """Decode packets, each on its own terms, and merge them into the columns."""
    if not packets:
        return columns
    names: dict[int, str] = {}
    for one in packets:
        names[one.row] = f"{names[one.row]}, {one.name}" if one.row in names else one.name
    batch, segments = _batch([one.data for one in packets], [one.row for one in packets])
    theirs, trouble = xmp.columns(batch, segments, n_rows, found.tags)
    for row, text in zip(trouble.row.tolist(), trouble.text.tolist(), strict=True):
        found.notes.append((row, f"sidecar {names[row]}: {text}"))
    return columns | {name: _merged(name, columns.get(name), a) for name, a in theirs.items()}


def _batch(packets: list[bytes], rows: list[int]) -> tuple[HeaderBatch, Segments]:
    none = ints()
    empty = HeaderBatch(np.empty(0, dtype=np.uint8), 0, none, none, none, NO_EXTENTS)
    batch = fetch.add_bytes(empty, packets)
    n = len(packets)
    family = np.full(n, Family.XMP, dtype=np.int64)
    return batch, Segments(ints(rows), family, np.arange(n), np.zeros_like(family), batch.sizes)


def _merged(name: str, own: pa.Array | None, theirs: pa.Array) -> pa.Array:
    if own is None:
        return theirs
    import pyarrow.compute as pc  # takes longer to import than the rest of pyarrow

    return pc.coalesce(theirs, own) if sidecar_wins(name) else pc.coalesce(own, theirs)


# JSON --------------------------------------------------------------------------------------------


def _take_own(row: int, content: dict[str, Any], found: _Findings) -> None:
    if len(content) > MAX_KEYS:
        raise _UnreadableError(f"more than {MAX_KEYS} keys")
    for key, value in content.items():
        name = USER + valid_text(key)
        if len(name) > MAX_NAME:
            found.notes.append((row, f"{name[:40]}...: name of {len(name)} characters left out"))
            continue
        try:
            found.put(name, row, _written(value))
        except RecursionError:
            found.notes.append((row, f"{name}: nested too deeply"))


def _parse(data: bytes) -> dict[str, Any]:
    """Read a JSON object; numbers stay the text that they are written in."""
    try:
        content = json.loads(
            data.decode("utf-8-sig"), parse_int=_Number, parse_float=_Number, parse_constant=_Number
        )
    except UnicodeDecodeError as error:
        raise _UnreadableError("no UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _UnreadableError(f"no JSON: {error.msg} in {where}") from error
    except RecursionError as error:
        raise _UnreadableError("no JSON: nested too deeply") from error
    if not isinstance(content, dict):
        raise _UnreadableError("no JSON object")
    return content


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _written(value: Any) -> str | None:
    """Write a value as text; what is nested stays JSON."""
    if isinstance(value, str):
        return valid_text(value) or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(k)}: {_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(valid_text(value) if isinstance(value, str) else value, ensure_ascii=False)


def _take_takeout(row: int, content: dict[str, Any], found: _Findings) -> None:
    values: dict[str, Any] = {}
    for name, (rule, keys) in TAKEOUT.items():
        value = _descend(content, keys)
        if value in (None, "", []):
            continue
        try:
            values[name] = _TAKERS[rule](value)
        except (ValueError, TypeError, OverflowError):
            found.notes.append((row, f"{name}: {str(value)[:40]!r} cannot be read"))
    place = values.get("Takeout:latitude"), values.get("Takeout:longitude")
    far = not all(x is None or abs(x) <= most for x, most in zip(place, (90, 180), strict=True))
    if far:
        found.notes.append((row, f"Takeout:latitude, Takeout:longitude: {place} is out of range"))
    if far or None in place or place == (0, 0):
        for name in ("Takeout:latitude", "Takeout:longitude", "Takeout:altitude"):
            values.pop(name, None)
    for name, value in values.items():
        found.put(name, row, value)


def _descend(value: Any, keys: Iterable[str]) -> Any:
    for key in keys:
        if isinstance(value, list):
            value = [item.get(key) for item in value[:MAX_KEYS] if isinstance(item, dict)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        raise TypeError
    return valid_text(value).strip() or None


def _texts(value: Any) -> list[str] | None:
    if not isinstance(value, list):
        raise TypeError
    return [text for text in map(_text, filter(None, value)) if text] or None


def _whole(value: Any) -> int:
    if isinstance(value, bool) or len(value) > 20:
        raise ValueError
    number = int(value)
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError
    return number


def _real(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError
    return number


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _moment(value: Any) -> int:
    seconds = _whole(value)
    if not FIRST_SECOND <= seconds <= LAST_SECOND:
        raise ValueError
    return seconds * 1_000_000


_TAKERS: Final[dict[Rule, Callable[[Any], Any]]] = {
    Rule.TEXT: _text,
    Rule.TEXTS: _texts,
    Rule.INTEGER: _whole,
    Rule.FLOAT: _real,
    Rule.BOOLEAN: _truth,
    Rule.UTC: _moment,
}
"""What makes the value of each rule; raises for a value that is none."""
