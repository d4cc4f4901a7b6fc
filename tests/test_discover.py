"""What a source is, which files it holds, in which order, and what is said of the odd ones."""

from __future__ import annotations

import glob
import os
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgframe.discover import IMAGE_EXTENSIONS, UNKNOWN_TIME, FileBatch, Source, discover, walk
from imgframe.errors import SourceError, UsageError

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX file system")
linux = pytest.mark.skipif(sys.platform != "linux", reason="names are not bytes elsewhere")


def make(root: Path, *names: str) -> None:
    """Make files, and folders where a name ends in a slash."""
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode("utf-8", "surrogateescape"))


def rows(source: Source, pattern: str | Iterable[str] | None = None) -> dict[str, str | None]:
    """Return path and error of all files."""
    found: dict[str, str | None] = {}
    for batch in discover(source, pattern):
        assert len(found.keys() | set(batch.paths)) == len(found) + len(batch)
        found |= {path: batch.errors.get(i) for i, path in enumerate(batch.paths)}
    return found


def names(root: Path, pattern: str | Iterable[str] | None = None) -> list[str]:
    """Return the paths below a folder, relative to it."""
    return [path.removeprefix(f"{root}{os.sep}") for path in rows(root, pattern)]


def expected(source: Source, pattern: str | None = None) -> dict[str, bool]:
    return {
        Path(path).name: bool(keep)
        for batch in discover(source, pattern)
        for path, keep in zip(batch.paths, batch.expected, strict=True)
    }


# Folders -----------------------------------------------------------------------------------------


def test_a_file_is_a_path_a_size_and_a_time(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"12345")
    os.utime(file, ns=(0, 1_714_557_600_123_456_789))
    (batch,) = discover(tmp_path)
    assert batch.paths == [str(file)]
    assert batch.os_paths is batch.paths
    assert batch.sizes.tolist() == [5]
    assert batch.modified_us.tolist() == [1_714_557_600_123_456]
    assert batch.sizes.dtype == batch.modified_us.dtype == np.int64
    assert batch.errors == {}
    assert batch.expected.tolist() == [True]
    assert batch.expected.dtype == np.bool_


def test_times_before_1970_are_negative(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.touch()
    os.utime(file, ns=(0, -1_500))
    (batch,) = discover(tmp_path)
    assert batch.modified_us.tolist() == [-2]


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a file system with 64-bit times")
def test_a_time_that_no_date_can_hold_is_unknown() -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        for name, seconds in {"a.jpg": 253_402_300_799, "b.jpg": 253_402_300_800}.items():
            path = Path(folder, name)
            path.touch()
            os.utime(path, (0, seconds))
        (batch,) = discover(folder)
        assert batch.modified_us.tolist() == [253_402_300_799_000_000, UNKNOWN_TIME]


def test_an_empty_folder_has_no_batches(tmp_path: Path) -> None:
    make(tmp_path, "a/", "b/c/")
    assert list(discover(tmp_path)) == []


def test_rows_are_in_order_of_the_whole_path(tmp_path: Path) -> None:
    make(tmp_path, "a/x.jpg", "a/b/y.jpg", "a-b.jpg", "a.jpg", "a0/z.jpg", "a b.jpg", "A.jpg")
    make(tmp_path, "é.jpg", "z.jpg", "\uffee.jpg", "😀.jpg")
    assert names(tmp_path) == [
        "A.jpg",
        "a b.jpg",
        "a-b.jpg",
        "a.jpg",
        os.path.join("a", "b", "y.jpg"),
        os.path.join("a", "x.jpg"),
        os.path.join("a0", "z.jpg"),
        "z.jpg",
        "é.jpg",
        "\uffee.jpg",
        "😀.jpg",
    ]


_name = st.text("abZ09-+! ~é\uffee😀", min_size=1, max_size=3).filter(lambda name: name.strip())


@settings(max_examples=40, deadline=None)
@given(st.sets(st.lists(_name, min_size=1, max_size=4).map(tuple), max_size=12), st.integers(1, 5))
@posix
def test_every_file_once_in_codepoint_order(paths: set[tuple[str, ...]], size: int) -> None:
    with tempfile.TemporaryDirectory() as root:
        for path in sorted(paths, key=len, reverse=True):
            file = Path(root, *path)
            if not file.exists() and not any(p.is_file() for p in file.parents):
                make(Path(root), "/".join(path))
        walked = [os.path.join(top, name) for top, _, files in os.walk(root) for name in files]
        batches = list(discover(root, "*", batch_size=size))
        assert [path for batch in batches for path in batch.paths] == sorted(walked)
        assert all(len(batch) == size for batch in batches[:-1])
        assert all(0 < len(batch) <= size for batch in batches)


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, ".a.jpg", ".git/b.jpg", "c/.d/e.jpg", "c/f.jpg", "c/._f.jpg")
    assert names(tmp_path) == names(tmp_path, "*") == [os.path.join("c", "f.jpg")]
    assert names(tmp_path / ".git") == ["b.jpg"]
    assert list(rows(tmp_path / ".a.jpg")) == [str(tmp_path / ".a.jpg")]
    assert list(rows([tmp_path / ".a.jpg"])) == [str(tmp_path / ".a.jpg")]


def test_paths_are_as_the_user_reached_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "in/a.jpg")
    monkeypatch.chdir(tmp_path)
    joined = os.path.join("in", "a.jpg")
    assert list(rows("in")) == [joined]
    assert list(rows("in/")) == list(rows("in//")) == [joined]
    assert list(rows(".")) == [os.path.join(".", joined)]
    assert list(rows(os.path.join("in", "..", "in"))) == [os.path.join("in", "..", joined)]
    assert list(rows(Path("in"))) == [joined]
    assert list(rows("in/*.jpg")) == [joined]
    assert list(rows("*/*.jpg")) == [joined]


@posix
def test_the_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "in/a.jpg")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert list(rows("~/in")) == list(rows("~/in/*")) == [f"{tmp_path}/in/a.jpg"]


def test_folders_are_listed_when_their_turn_comes(tmp_path: Path) -> None:
    make(tmp_path, "a/1.jpg", "b/2.jpg")
    batches = discover(tmp_path, batch_size=1)
    next(batches)
    make(tmp_path, "b/3.jpg")
    assert [path for batch in batches for path in batch.paths] == [
        str(tmp_path / "b" / "2.jpg"),
        str(tmp_path / "b" / "3.jpg"),
    ]


@posix
def test_a_tree_deeper_than_the_stack(tmp_path: Path) -> None:
    down = [str(tmp_path)]
    for _ in range(sys.getrecursionlimit() + 100):
        down.append(down[-1] + "/d")
        os.mkdir(down[-1])  # noqa: PTH102
    deepest = f"{down[-1]}/a.jpg"
    Path(deepest).touch()
    try:
        assert list(rows(tmp_path)) == [deepest]
    finally:  # pytest's own removal is recursive
        Path(deepest).unlink()
        for folder in reversed(down[1:]):
            os.rmdir(folder)  # noqa: PTH106


@linux
def test_a_path_too_long_for_the_system_is_a_row(tmp_path: Path) -> None:
    levels = 4096 // 101
    above = os.open(tmp_path, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d" * 100, dir_fd=above)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(os.open("a.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=above))
    os.close(above)
    ((path, error),) = rows(tmp_path).items()
    assert path.endswith("d/")
    assert error == "cannot list folder: File name too long"
    assert list(expected(tmp_path).values()) == [True]


# What must not be opened -------------------------------------------------------------------------


@posix
def test_only_regular_files_may_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.jpg")
    for name, target in {
        "dangling.jpg": "nowhere",
        "itself.jpg": "itself.jpg",
        "null.jpg": "/dev/null",
        "good.jpg": "fifo.jpg/../x",
        "linked.jpg": "a.tif",
    }.items():
        Path(name).symlink_to(target)
    make(tmp_path, "a.tif")
    assert rows(".") == {
        "./a.tif": None,
        "./dangling.jpg": "dangling symbolic link",
        "./fifo.jpg": "not a regular file: FIFO",
        "./good.jpg": "Not a directory",
        "./itself.jpg": "Too many levels of symbolic links",
        "./linked.jpg": None,
        "./null.jpg": "not a regular file: character device",
        "./socket.jpg": "not a regular file: socket",
    }
    assert rows("fifo.jpg") == {"fifo.jpg": "not a regular file: FIFO"}
    assert rows("dangling.jpg") == {"dangling.jpg": "dangling symbolic link"}
    (batch,) = discover(".")
    assert batch.sizes.tolist() == [5, -1, 0, -1, -1, 5, 0, 0]
    assert (batch.modified_us == UNKNOWN_TIME).tolist() == [i in (1, 3, 4) for i in range(8)]


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be somebody whom permissions bind."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@posix
def test_what_may_not_be_looked_into_is_a_row() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root, "a/b.jpg", "closed/c.jpg", "closed.jpg", "listed/d.jpg", "z.jpg")
        root.chmod(0o755)
        (root / "closed").chmod(0o000)
        (root / "listed").chmod(0o744)
        with unprivileged():
            if os.geteuid() == root.stat().st_uid:
                (root / "listed").chmod(0o400)
            found = rows(folder)
            with pytest.raises(SourceError, match=r"cannot list folder: Permission denied: .*sed$"):
                discover(root / "closed")
        (root / "closed").chmod(0o755)
        (root / "listed").chmod(0o755)
    assert found == {
        f"{folder}/a/b.jpg": None,
        f"{folder}/closed.jpg": None,
        f"{folder}/closed/": "cannot list folder: Permission denied",
        f"{folder}/listed/d.jpg": "Permission denied",
        f"{folder}/z.jpg": None,
    }
    assert list(found) == sorted(found)


@posix
def test_what_vanishes_meanwhile_is_a_row(tmp_path: Path) -> None:
    make(tmp_path, "1.jpg", "2.jpg", "3/a.jpg", "4.jpg")
    batches = discover(tmp_path, batch_size=1)
    next(batches)
    (tmp_path / "2.jpg").unlink()
    (tmp_path / "3" / "a.jpg").unlink()
    (tmp_path / "3").rmdir()
    (tmp_path / "4.jpg").unlink()
    (tmp_path / "4.jpg").mkdir()
    assert {b.paths[0].removeprefix(f"{tmp_path}/"): b.errors.get(0) for b in batches} == {
        "2.jpg": "no such file",
        "3/": "cannot list folder: no such file",
        "4.jpg": "not a regular file: folder",
    }


# Symbolic links to folders -----------------------------------------------------------------------


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """Make a source with something beside it."""
    make(tmp_path, "in/a/1.jpg", "in/.store/2.jpg", "out/3.jpg", "out/deep/4.jpg")
    return tmp_path / "in"


@posix
@pytest.mark.parametrize(
    ("links", "found"),
    [
        ({}, ["a/1.jpg"]),
        ({"b": "a"}, ["a/1.jpg"]),
        ({"a/up": ".."}, ["a/1.jpg"]),
        ({"a/self": "."}, ["a/1.jpg"]),
        ({"b": ".store"}, ["a/1.jpg", "b/2.jpg"]),
        ({"b": ".store", "c": ".store"}, ["a/1.jpg", "b/2.jpg"]),
        ({"b": "../out"}, ["a/1.jpg", "b/3.jpg", "b/deep/4.jpg"]),
        ({"c": "../out", "b": "../out"}, ["a/1.jpg", "b/3.jpg", "b/deep/4.jpg"]),
        ({"b": "c", "c": "../out"}, ["a/1.jpg", "b/3.jpg", "b/deep/4.jpg"]),
        ({"b": "../out/deep", "c": "../out"}, ["a/1.jpg", "b/4.jpg", "c/3.jpg"]),
        ({"b": "../out", "../out/back": "."}, ["a/1.jpg", "b/3.jpg", "b/deep/4.jpg"]),
        ({"b": "../out", "../out/back": "../in"}, ["a/1.jpg", "b/3.jpg", "b/deep/4.jpg"]),
        ({"b": ".."}, ["a/1.jpg", "b/out/3.jpg", "b/out/deep/4.jpg"]),
        ({"b": "../out", "a/c": "../../out/deep"}, ["a/1.jpg", "a/c/4.jpg", "b/3.jpg"]),
    ],
)
def test_a_linked_folder_is_followed_once(
    linked: Path, links: dict[str, str], found: list[str]
) -> None:
    for name, target in links.items():
        (linked / name).symlink_to(target)
    assert names(linked) == found


@posix
def test_a_link_may_be_the_source(linked: Path) -> None:
    (linked.parent / "link").symlink_to("in")
    (linked / "a" / "up").symlink_to("..")
    assert names(linked.parent / "link") == ["a/1.jpg"]


@posix
def test_a_link_is_followed_where_only_it_is_chosen(linked: Path) -> None:
    (linked / "best").symlink_to("a")
    assert names(linked, "best/*.jpg") == ["best/1.jpg"]
    assert names(linked, ["best/*.jpg", "a/*.png"]) == ["best/1.jpg"]
    assert names(linked, "*/*.jpg") == ["a/1.jpg"]
    assert list(rows(f"{linked}/b*/*.jpg")) == [f"{linked}/best/1.jpg"]
    assert list(rows(f"{linked}/**/*.jpg")) == [f"{linked}/a/1.jpg"]


@posix
def test_links_to_each_other_end(tmp_path: Path) -> None:
    make(tmp_path, "in/", "x/1.jpg", "y/2.jpg")
    (tmp_path / "in" / "x").symlink_to("../x")
    (tmp_path / "x" / "y").symlink_to("../y")
    (tmp_path / "y" / "x").symlink_to("../x")
    assert names(tmp_path / "in") == ["x/1.jpg", "x/y/2.jpg"]
    assert names(tmp_path / "in", "**/*.jpg") == ["x/1.jpg", "x/y/2.jpg"]


# Names that are not Unicode ----------------------------------------------------------------------


@linux
def test_bytes_that_are_not_utf8_are_escaped(tmp_path: Path) -> None:
    raw = [b"caf\xe9.jpg", b"100%.jpg", "café.jpg".encode(), b"\xff\xfe/\xe9\xc3\xa9.jpg"]
    for name in raw:
        path = os.path.join(os.fsencode(tmp_path), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103
        Path(os.fsdecode(path)).touch()
    (batch,) = discover(tmp_path)
    relative = [path.removeprefix(f"{tmp_path}/") for path in batch.paths]
    assert relative == ["%FF%FE/%E9é.jpg", "100%.jpg", "caf%E9.jpg", "café.jpg"]
    assert batch.paths == sorted(batch.paths)
    assert [os.fsencode(path)[len(os.fsencode(tmp_path)) + 1 :] for path in batch.os_paths] == [
        raw[3],
        raw[1],
        raw[0],
        raw[2],
    ]
    assert all(Path(path).is_file() for path in batch.os_paths)
    assert rows([os.path.join(os.fsencode(tmp_path), raw[0])]) == {  # type: ignore[list-item]
        f"{tmp_path}/caf%E9.jpg": None
    }
    assert list(rows(batch.os_paths)) == list(rows(tmp_path)) == batch.paths


def test_a_name_that_cannot_be_is_a_row() -> None:
    found = rows(["a\0b.jpg", "c\ud800d.jpg"])
    assert list(found) == ["a\0b.jpg", "c%ED%A0%80d.jpg"]
    assert None not in found.values()


# What keeps its row ------------------------------------------------------------------------------


def test_extensions_of_images_keep_their_row(tmp_path: Path) -> None:
    images = ["a.jpg", "b.JPEG", "c.Heic", "d.cr3", "e.dng", "f.x.TIF", "g.dcm", "h.PNG"]
    others = ["i.txt", "j", "jpg", "k.jpg.bak", "l.mp4", "m.svg", "n.pdf", "o.xmp", "p.", "q.zip"]
    make(tmp_path, *images, *others, "r.jpg/s")
    assert expected(tmp_path) == dict.fromkeys(images, True) | dict.fromkeys([*others, "s"], False)
    assert set(expected(tmp_path, "*").values()) == {True}


def test_what_is_named_keeps_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.txt", "in/b.txt", "in/c.jpg")
    monkeypatch.chdir(tmp_path)
    assert expected("a.txt") == {"a.txt": True}
    assert expected(["a.txt", "in", "nowhere"]) == {
        "a.txt": True,
        "b.txt": False,
        "c.jpg": True,
        "nowhere": True,
    }
    assert expected(["in", "in/b.txt"]) == {"b.txt": True, "c.jpg": True}
    assert expected("in/*") == {"b.txt": True, "c.jpg": True}
    assert expected("in/**") == {"b.txt": False, "c.jpg": True}


def test_extensions_are_lower_case_and_no_videos_or_documents() -> None:
    assert all(name == name.lower() and name[0] == "." for name in IMAGE_EXTENSIONS)
    assert not IMAGE_EXTENSIONS & {".mp4", ".mov", ".svg", ".pdf", ".xmp", ".thm", ".", ""}


# Patterns and globs ------------------------------------------------------------------------------

TREE = (
    "IMG_1.jpg",
    "img_2.JPG",
    "notes.txt",
    "2024/IMG_3.jpg",
    "2024/raw/IMG_4.dng",
    "2024/raw/IMG_4.xmp",
    "2024-05/raw/x/IMG_5.dng",
    "[x]/IMG_6.jpg",
    "x/IMG_7.jpg",
    ".hidden/IMG_8.jpg",
    "x/.IMG_9.jpg",
)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.jpg", "2024/IMG_3.jpg IMG_1.jpg [x]/IMG_6.jpg img_2.JPG x/IMG_7.jpg"),
        ("img_?.JPG", "2024/IMG_3.jpg IMG_1.jpg [x]/IMG_6.jpg img_2.JPG x/IMG_7.jpg"),
        ("IMG_[!1-5].*", "[x]/IMG_6.jpg x/IMG_7.jpg"),
        (["*.dng", "notes.*"], "2024-05/raw/x/IMG_5.dng 2024/raw/IMG_4.dng notes.txt"),
        ("2024/*", "2024/IMG_3.jpg"),
        ("2024/**", "2024/IMG_3.jpg 2024/raw/IMG_4.dng 2024/raw/IMG_4.xmp"),
        ("/2024/*", "2024/IMG_3.jpg"),
        ("**/raw/*", "2024/raw/IMG_4.dng 2024/raw/IMG_4.xmp"),
        ("**/raw/**/*.DNG", "2024-05/raw/x/IMG_5.dng 2024/raw/IMG_4.dng"),
        ("2024*/raw/**", "2024-05/raw/x/IMG_5.dng 2024/raw/IMG_4.dng 2024/raw/IMG_4.xmp"),
        ("[[]x]/*", "[x]/IMG_6.jpg"),
        ("*.gif", ""),
        ("IMG", ""),
        (".*", "x/.IMG_9.jpg"),
    ],
)
def test_a_pattern_chooses(tmp_path: Path, pattern: str | list[str], found: str) -> None:
    make(tmp_path, *TREE)
    assert [name.replace(os.sep, "/") for name in names(tmp_path, pattern)] == found.split()


def test_a_pattern_also_chooses_among_listed_files(tmp_path: Path) -> None:
    make(tmp_path, *TREE)
    listed = [tmp_path / "notes.txt", tmp_path / "IMG_1.jpg", tmp_path / "x"]
    assert [Path(path).name for path in rows(listed, "*.jpg")] == ["IMG_1.jpg", "IMG_7.jpg"]
    assert rows(tmp_path / "notes.txt", "*.jpg") == {}


@pytest.mark.parametrize(
    "pattern",
    [
        "*.jpg",
        "IMG_?.jpg",
        "*/*.jpg",
        "**/*.jpg",
        "*/IMG*",
        "2024*/**",
        "2024*/**/*.dng",
        "**/raw/*",
        "**/raw/**/*.dng",
        "2024/**/IMG_[45].*",
        "[[]x]/*",
        "?/*.jpg",
        ".hidden/*",
        ".*/*",
        "x/.*",
        "**/.*",
        "**/[!I]*",
    ],
)
@posix
def test_a_glob_is_what_python_takes_it_for(tmp_path: Path, pattern: str) -> None:
    make(tmp_path, *TREE)
    pattern = f"{tmp_path}/{pattern}"
    oracle = sorted(path for path in glob.glob(pattern, recursive=True) if Path(path).is_file())  # noqa: PTH207
    assert oracle
    assert list(rows(pattern)) == oracle


def test_a_name_with_brackets_is_a_name_where_it_is_there(tmp_path: Path) -> None:
    make(tmp_path, *TREE)
    assert names(tmp_path / "[x]") == ["IMG_6.jpg"]
    assert [Path(path).name for path in rows(str(tmp_path / "[x]" / "*.jpg"))] == ["IMG_6.jpg"]


def test_a_folder_where_nothing_can_match_is_not_listed(tmp_path: Path) -> None:
    make(tmp_path, "a/b/1.jpg", "c/d/2.jpg")
    batches = discover(tmp_path, ["a/b/*", "c/*"], batch_size=1)
    next(batches)
    (tmp_path / "c" / "d" / "2.jpg").unlink()
    (tmp_path / "c" / "d").rmdir()
    assert list(batches) == []


# Lists -------------------------------------------------------------------------------------------


def test_a_list_is_sorted_and_each_path_kept_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "b.jpg", "a.jpg", "c/d.txt")
    monkeypatch.chdir(tmp_path)
    paths: Iterator[str | Path] = iter(
        ["gone.jpg", Path("b.jpg"), "a.jpg", "b.jpg", os.path.join("c", "d.txt")]
    )
    assert rows(paths) == {
        "a.jpg": None,
        "b.jpg": None,
        os.path.join("c", "d.txt"): None,
        "gone.jpg": "no such file",
    }
    assert rows([]) == {}


@posix
def test_folders_of_a_list_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(
        tmp_path, "a/1.jpg", "a/b/2.jpg", "a/c.jpg", "a-b.jpg", "a.jpg", "e/", "a/.5.jpg", "z/6.jpg"
    )
    monkeypatch.chdir(tmp_path)
    listed = ["a", "a/b", "a/c.jpg", "a-b.jpg", "a.jpg", "e", "a/.5.jpg", "z/", "z", "a/nowhere"]
    found = rows(listed)
    assert list(found) == sorted(found)
    assert found == {
        "a-b.jpg": None,
        "a.jpg": None,
        "a/.5.jpg": None,
        "a/1.jpg": None,
        "a/b/2.jpg": None,
        "a/c.jpg": None,
        "a/nowhere": "no such file",
        "z/6.jpg": None,
    }


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        (3, {}, "a folder, a file, a glob or a list of paths"),
        (None, {}, "a folder, a file, a glob or a list of paths"),
        ([3], {}, "holds str or os.PathLike"),
        ("", {}, "'.' is the current folder"),
        (["a.jpg", ""], {}, "'.' is the current folder"),
        ("https://example.com/a.jpg", {}, "URLs need"),
        (["a.jpg", "s3://bucket/a.jpg"], {}, "URLs need"),
        (".", {"pattern": ""}, "pattern must be"),
        (".", {"pattern": []}, "pattern must be"),
        (".", {"pattern": "/"}, "pattern must be"),
        (".", {"pattern": 3}, "pattern must be"),
        (".", {"pattern": ["*.jpg", None]}, "pattern must be"),
        ("*.jpg", {"pattern": "*.jpg"}, "a glob is a pattern by itself"),
        (".", {"batch_size": 0}, "batch_size must be"),
        (".", {"batch_size": 1.5}, "batch_size must be"),
    ],
)
def test_wrong_arguments_say_what_is_allowed(
    source: Source, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        discover(source, **options)


def test_a_zip_is_not_read_yet(tmp_path: Path) -> None:
    make(tmp_path, "a.ZIP")
    with pytest.raises(UsageError, match="unpack"):
        discover(tmp_path / "a.ZIP")


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file: .*nowhere; give a folder"):
        discover(tmp_path / "nowhere")
    with pytest.raises(SourceError, match=r"cannot list folder: no such file: .*nowhere$"):
        discover(str(tmp_path / "nowhere" / "*.jpg"))
    with pytest.raises(SourceError, match=r"no file matches .*\*\.jpg"):
        next(discover(str(tmp_path / "*.jpg")))


# Other systems -----------------------------------------------------------------------------------


def test_where_a_listing_gives_the_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, *TREE)
    before = [same(batch) for batch in discover(tmp_path, batch_size=3)]
    monkeypatch.setattr(walk, "WINDOWS", True)
    assert [same(batch) for batch in discover(tmp_path, batch_size=3)] == before


def same(batch: FileBatch) -> tuple[object, ...]:
    return batch.paths, batch.sizes.tolist(), batch.modified_us.tolist(), batch.errors
