"""Runs one container over files as the decoder does, and holds it to its promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from imgframe import fetch
from imgframe.batch import HeaderBatch, Ints, Located
from imgframe.decode.examine import ROUNDS
from imgframe.schema import Family

Finder = Callable[[HeaderBatch, Ints], Located]


@dataclass
class Found:
    """What a container found in one file."""

    width: int = -1
    height: int = -1
    segments: list[tuple[Family, bytes]] = field(default_factory=list)
    """Family and bytes, cut to what the buffer holds: containers need not read segments."""
    problems: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    rounds: int = 0
    bytes_read: int = 0
    """Of all files of the run together."""
    unfinished: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    def of(self, family: Family) -> list[bytes]:
        return [data for kind, data in self.segments if kind == family]


def find_in_files(finder: Finder, paths: Sequence[Path]) -> list[Found]:
    """Find what is in files; a promise that is broken fails the test."""
    names = [str(path) for path in paths]
    sizes = np.array([path.stat().st_size for path in paths], dtype=np.int64)
    batch, errors = fetch.read_heads(names, sizes, ())
    assert not errors
    found = [Found() for _ in paths]
    rows = np.arange(len(paths))
    for turn in range(len(ROUNDS) + 1):
        located = finder(batch, rows)
        _check(batch, rows, located)
        last = turn == len(ROUNDS)
        waiting = set() if last else set(located.needs.space.tolist())
        for row, result in zip(rows.tolist(), _results(batch, rows, located), strict=True):
            if row not in waiting:
                result.rounds = turn
                result.unfinished = row in set(located.needs.space.tolist())
                found[row] = result
        rows = np.array(sorted(waiting), dtype=np.int64)
        if not len(rows):
            break
        batch, errors = fetch.read_more(batch, located.needs, ROUNDS[turn])
        assert not errors
    for result in found:
        result.bytes_read = batch.used
    fetch.release(batch)
    return found


def find_in(finder: Finder, folder: Path, *contents: bytes) -> list[Found]:
    """Find what is in bytes."""
    paths = [folder / f"{i}.bin" for i in range(len(contents))]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
    return find_in_files(finder, paths)


def _check(batch: HeaderBatch, rows: Ints, located: Located) -> None:
    assert len(located.width) == len(located.height) == len(rows)
    assert (located.width >= -1).all() and (located.width < 1 << 31).all()
    assert (located.height >= -1).all() and (located.height < 1 << 31).all()
    assert ((located.width < 0) == (located.height < 0)).all()
    needs = located.needs
    assert (needs.offset >= 0).all() and (needs.length > 0).all()
    assert (needs.offset + needs.length <= batch.sizes[needs.space]).all()
    assert np.isin(needs.space, rows).all()
    segments = located.segments
    assert np.isin(segments.row, rows).all()
    assert np.isin(segments.family, list(Family)).all()
    assert (segments.length > 0).all() and (segments.start >= 0).all()
    own = segments.space >= 0
    assert (segments.space == segments.row)[own].all()
    sizes = np.array([*(len(piece) for piece in located.pieces), 0])
    reach = np.where(own, batch.sizes[segments.row], sizes[np.where(own, -1, -1 - segments.space)])
    assert (segments.start + segments.length <= reach).all()
    for said in (located.problems, located.errors):
        assert np.isin(said.row, rows).all()
        assert all(isinstance(text, str) and ":" in text for text in said.text)


def _results(batch: HeaderBatch, rows: Ints, located: Located) -> list[Found]:
    by_row = {
        row: Found(width, height)
        for row, width, height in zip(
            rows.tolist(), located.width.tolist(), located.height.tolist(), strict=True
        )
    }
    found = located.segments
    for row, family, space, start, length in zip(
        found.row.tolist(),
        found.family.tolist(),
        found.space.tolist(),
        found.start.tolist(),
        found.length.tolist(),
        strict=True,
    ):
        if space < 0:
            data = located.pieces[-1 - space][start : start + length]
        else:
            place = int(batch.locate(np.array([space]), np.array([start]), length)[0])
            data = batch.buffer[place : place + length].tobytes() if place >= 0 else b""
        by_row[row].segments.append((Family(family), data))
    for name, said in (("problems", located.problems), ("errors", located.errors)):
        for row, text in zip(said.row.tolist(), said.text.tolist(), strict=True):
            getattr(by_row[row], name).append(text)
    return list(by_row.values())
