"""Whatever the bytes, a file is a row, and reading it neither raises nor warns."""

from __future__ import annotations

import random
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgframe.decode import DecodeOptions, decode
from imgframe.discover import FileBatch
from tests.reading import table
from tests.writers import ASCII, LONG, RATIONAL, SHORT, Entry, Tiff, exif, jpeg

SEED = Tiff(
    ifd0=[
        Entry(0x010F, ASCII, "Canon EOS"),
        Entry(0x0112, SHORT, 6),
        Entry(0x011A, RATIONAL, [(72, 1)]),
    ],
    exif=[Entry(0x9003, ASCII, "2024:05:01 12:00:00"), Entry(0xA432, RATIONAL, [(24, 1)] * 4)],
    gps=[Entry(1, ASCII, "N"), Entry(2, RATIONAL, [(1, 1), (2, 1), (3, 1)])],
    ifd1=[Entry(0x0201, LONG, 4)],
)

HEADERS = (
    b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0\x08\0\0\0",
    b"II*\0\x08\0\0\0",
    b"MM\0*\0\0\0\x08",
    b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0",
    b"\xff\xd8\xff",
    b"IIU\0\x08\0\0\0",
)


def decode_bytes(folder: Path, contents: list[bytes]) -> int:
    """Decode files of these contents in one batch; return the number of rows."""
    paths = [str(folder / f"{i}.jpg") for i in range(len(contents))]
    for path, data in zip(paths, contents, strict=True):
        Path(path).write_bytes(data)
    n = len(paths)
    sizes = np.array([len(c) for c in contents], dtype=np.int64)
    files = FileBatch(
        paths, paths, sizes, np.zeros(n, dtype=np.int64), {}, np.ones(n, dtype=np.bool_)
    )
    return len(decode(files, DecodeOptions()).column("path").to_pylist())


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    header=st.sampled_from(HEADERS), tails=st.lists(st.binary(max_size=600), min_size=1, max_size=8)
)
def test_any_bytes_behind_a_valid_header(tmp_path: Path, header: bytes, tails: list[bytes]) -> None:
    contents = [header + tail for tail in tails]
    assert decode_bytes(tmp_path, contents) == len(contents)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), big=st.booleans(), wide=st.booleans())
def test_flipped_bytes(tmp_path: Path, seed: int, big: bool, wide: bool) -> None:
    """Damage to a good file comes closer to the edges than noise does."""
    rng = random.Random(seed)
    SEED.big_endian, SEED.big_tiff = big, wide
    contents = []
    for whole in (SEED.bytes(), jpeg(exif(SEED))):
        for _ in range(8):
            data = bytearray(whole)
            for _ in range(rng.randint(1, 12)):
                data[rng.randrange(len(data))] = rng.choice(
                    [0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)]
                )
            contents.append(bytes(data))
    assert decode_bytes(tmp_path, contents) == len(contents)


def test_a_file_that_shrank_since_it_was_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(exif(SEED))[:40])
    files = FileBatch(
        [str(path)], [str(path)], np.array([5_000_000]), np.array([0]), {}, np.array([True])
    )
    assert decode(files, DecodeOptions()).num_rows == 1


def test_a_file_that_vanished_since_it_was_listed(tmp_path: Path) -> None:
    gone, here = tmp_path / "a.jpg", tmp_path / "b.jpg"
    here.write_bytes(jpeg(exif(Tiff(ifd0=[Entry(0x010F, ASCII, "Canon")]))))
    paths = [str(gone), str(here)]
    files = FileBatch(
        paths,
        paths,
        np.array([500, here.stat().st_size]),
        np.zeros(2, np.int64),
        {},
        np.ones(2, bool),
    )
    got = decode(files, DecodeOptions()).to_pylist()
    assert got[0]["error"] == "No such file or directory"
    assert (got[1]["error"], got[1]["Make"]) == (None, "Canon")


@pytest.mark.slow
def test_the_corpus_cut_at_many_lengths(corpus: Path, tmp_path: Path) -> None:
    rng = random.Random(1)
    files = sorted(p for p in corpus.rglob("*") if p.is_file() and p.suffix not in {".gz", ".xz"})
    contents = []
    for path in files:
        data = path.read_bytes()
        near = [rng.randrange(min(len(data), 4_000) + 1) for _ in range(4)]
        contents += [data[:n] for n in (*near, rng.randrange(len(data) + 1))]
    for start in range(0, len(contents), 500):
        part = contents[start : start + 500]
        assert decode_bytes(tmp_path, part) == len(part)


@pytest.mark.slow
def test_files_that_crashed_other_readers(corpus: Path, tmp_path: Path) -> None:
    with tarfile.open(corpus / "fuzzed.tar.xz") as archive:
        members = [m for m in archive if m.isfile()]
        archive.extractall(tmp_path, filter="data")
    assert table(tmp_path).height == len(members)
