"""The table of a source, whole and frame by frame, in one process and in several."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joblib import cpu_count, parallel_config, register_parallel_backend
from joblib._parallel_backends import ThreadingBackend
from joblib.externals.loky.process_executor import TerminatedWorkerError
from polars.testing import assert_frame_equal

from imgframe import iter_images, read_images
from imgframe.decode import DecodeOptions, decode
from imgframe.derive import derived_schema
from imgframe.discover import FileBatch, Source, discover
from imgframe.errors import ReadError, SourceError, UsageError
from imgframe.read import decoded, images, work, workers
from imgframe.schema import FILE_COLUMNS, TAG_COLUMNS, dtype_of
from tests.writers import ASCII, RATIONAL, SHORT, Entry, Tiff, exif, jpeg

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

N_FILES = 2_500
OWN = [*FILE_COLUMNS, *derived_schema()]


def image(number: int) -> bytes:
    """Make a JPEG whose tags tell its number; every third says when it was taken."""
    ifd0 = [Entry(0x010F, ASCII, "Canon"), Entry(0x0110, ASCII, f"EOS {number}")]
    tags = [Entry(0x829D, RATIONAL, (number, 10)), Entry(0x8827, SHORT, number)]
    tags.append(Entry(0xA402, SHORT, 0))
    if number % 3 == 0:
        tags.append(Entry(0x9003, ASCII, f"2024:05:01 12:{number // 60:02}:{number % 60:02}"))
    data: bytes = jpeg(exif(Tiff(ifd0=ifd0, exif=tags)))
    return data


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make three batches of files."""
    root = tmp_path_factory.mktemp("library")
    for number in range(N_FILES):
        folder = root / f"{number // 100:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:04}.jpg").write_bytes(image(number))
    (root / "notes.txt").write_text("no image")
    return root


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Make six files, three of which cannot be read."""
    for number, name in enumerate(("b.jpg", "d.JPG", "f")):
        (tmp_path / name).write_bytes(image(number))
    (tmp_path / "a.txt").write_bytes(b"no image")
    (tmp_path / "c.jpg").write_bytes(b"no image")
    (tmp_path / "e.jpg").write_bytes(b"")
    return tmp_path


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start processes for any two batches."""
    monkeypatch.setattr(decoded, "_MANY_IF_ASKED", 1)


def names(frame: pl.DataFrame) -> list[str]:
    return [Path(path).name for path in frame["path"]]


# The table ---------------------------------------------------------------------------------------


def test_a_row_an_image_in_order_of_path(library: Path) -> None:
    frame = read_images(library)
    assert frame.height == N_FILES
    assert frame["path"].is_sorted()
    assert frame["Model"].to_list() == [f"EOS {number}" for number in range(N_FILES)]
    assert frame["ISOSpeedRatings"].to_list() == list(range(N_FILES))
    assert frame["DateTimeOriginal"].null_count() == N_FILES * 2 // 3
    assert frame["error"].null_count() == N_FILES


def test_file_columns_then_derived_columns_then_tags(library: Path) -> None:
    columns = read_images(library / "00").columns
    assert columns[: len(OWN)] == OWN
    position = {name: i for i, name in enumerate(TAG_COLUMNS)}
    tags = columns[len(OWN) :]
    assert "FNumber" in tags
    assert tags == sorted(tags, key=position.__getitem__)


def test_a_dtype_follows_from_the_name(library: Path) -> None:
    for frame in (read_images(library / "00"), read_images([])):
        derived = derived_schema()
        assert dict(frame.schema) == {
            name: derived.get(name) or dtype_of(name) for name in frame.columns
        }


def test_an_empty_source_has_the_columns_that_are_always_there(tmp_path: Path) -> None:
    frame = read_images(tmp_path)
    assert frame.columns == OWN
    assert frame.height == 0
    assert read_images(tmp_path, tags=["Make", "GPS*"]).columns == [*OWN, "Make"]
    assert list(iter_images(tmp_path)) == []


def test_a_file_that_cannot_be_read_is_a_row(few: Path) -> None:
    frame = read_images(few)
    assert names(frame) == ["b.jpg", "c.jpg", "d.JPG", "e.jpg", "f"]
    assert frame["error"].is_not_null().to_list() == [False, True, False, True, False]
    assert names(read_images(few, "*")) == ["a.txt", "b.jpg", "c.jpg", "d.JPG", "e.jpg", "f"]
    frame = read_images([few / "b.jpg", few / "nowhere.jpg"])
    assert frame["error"].to_list() == [None, "no such file"]


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_first_failure_is_raised_if_asked_for(
    few: Path, monkeypatch: pytest.MonkeyPatch, n_jobs: int
) -> None:
    monkeypatch.setattr(images, "discover", partial(discover, batch_size=2))
    with pytest.raises(ReadError, match=r"^.*c\.jpg: no image"):
        read_images(few, on_error="raise", n_jobs=n_jobs)
    assert read_images(few / "b.jpg", on_error="raise").height == 1


def test_tags_are_chosen_and_derived_columns_do_not_depend_on_it(library: Path) -> None:
    whole = read_images(library / "00")
    chosen = read_images(library / "00", tags=["FNumber", "I*", "GPSLatitude", "path", "model"])
    assert chosen.columns == [*OWN, "FNumber", "ISOSpeedRatings", "GPSLatitude"]
    assert_frame_equal(chosen.select(OWN), whole.select(OWN))
    assert chosen["acquired_at"].null_count() < chosen.height
    assert chosen["GPSLatitude"].to_list() == [None] * 100
    assert chosen["GPSLatitude"].dtype == pl.Float64
    assert_frame_equal(chosen.select("FNumber"), whole.select("FNumber"))
    assert read_images(library / "00", tags="FNumber").columns == [*OWN, "FNumber"]
    assert read_images(library / "00", tags=()).columns == OWN


def test_families_are_chosen(library: Path) -> None:
    assert read_images(library / "00", families=["exif"]).width > len(OWN)
    assert read_images(library / "00", families="xmp").columns == OWN


# Frame by frame ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_frames_are_the_table_in_pieces(
    library: Path, monkeypatch: pytest.MonkeyPatch, n_jobs: int
) -> None:
    monkeypatch.setattr(images, "_IN_FRAME", 1)
    monkeypatch.setattr(images, "discover", partial(discover, batch_size=1024))
    frames = list(iter_images(library, n_jobs=n_jobs))
    assert [frame.height for frame in frames] == [1024, 1024, 452]
    assert all(frame.columns[: len(OWN)] == OWN for frame in frames)
    whole = read_images(library, n_jobs=1)
    assert_frame_equal(pl.concat(frames, how="diagonal").select(whole.columns), whole)


def test_a_frame_has_the_tags_of_its_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_IN_FRAME", 1)
    monkeypatch.setattr(images, "discover", partial(discover, batch_size=1))
    for number in range(1, 5):
        (tmp_path / f"{number}.jpg").write_bytes(image(number))
        (tmp_path / f"{number}.txt").write_bytes(b"no image")
    frames = list(iter_images(tmp_path))
    has_date = ["DateTimeOriginal" in frame.columns for frame in frames]
    assert has_date == [False, False, True, False]
    frame = read_images(tmp_path)
    assert frame["DateTimeOriginal"].is_null().to_list() == [True, True, False, True]
    assert frame.columns == read_images(tmp_path / "3.jpg").columns


def test_nothing_is_read_ahead_of_its_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_IN_FRAME", 1)
    monkeypatch.setattr(images, "discover", partial(discover, batch_size=1))
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(image(number))
    frames = iter_images(tmp_path, n_jobs=1)
    assert next(frames)["Model"].to_list() == ["EOS 0"]
    (tmp_path / "2.jpg").write_bytes(image(7))
    assert [frame["Model"].item() for frame in frames] == ["EOS 1", "EOS 7"]


# In several processes ----------------------------------------------------------------------------


@pytest.mark.usefixtures("eager")
def test_processes_make_no_difference(library: Path) -> None:
    alone = read_images(library, n_jobs=1)
    assert_frame_equal(read_images(library, n_jobs=2), alone)
    with parallel_config(backend="threading", n_jobs=2):
        assert_frame_equal(read_images(library, n_jobs=2), alone)


@pytest.mark.usefixtures("eager")
def test_a_backend_that_gives_all_results_at_once(library: Path) -> None:
    class Plain(ThreadingBackend):  # type: ignore[misc]
        supports_return_generator = False

    register_parallel_backend("plain", Plain)
    with parallel_config(backend="plain", n_jobs=2):
        assert_frame_equal(read_images(library, n_jobs=2), read_images(library, n_jobs=1))


@pytest.mark.parametrize(
    ("n_jobs", "many", "worth", "n_workers"),
    [
        (1, 0, 0.0, []),
        (None, 5, 60.0, []),
        (None, 4, 60.0, [2]),
        (2, 5, 60.0, []),
        (2, 4, 60.0, [2]),
        (2, 5, 0.0, [2]),
        (9, 5, 0.0, [3]),
    ],
)
def test_processes_are_started_for_much_work(
    library: Path,
    monkeypatch: pytest.MonkeyPatch,
    n_jobs: int | None,
    many: int,
    worth: float,
    n_workers: list[int],
) -> None:
    counts: list[int] = []

    def spy(batches: Iterator[FileBatch], *others: Any) -> Iterator[tuple[int, list[Any]]]:
        counts.append(others[-1])
        return workers.in_workers(batches, *others)

    monkeypatch.setattr(decoded, "in_workers", spy)
    monkeypatch.setattr(images, "discover", partial(discover, batch_size=501))
    monkeypatch.setattr(decoded, "_MANY" if n_jobs is None else "_MANY_IF_ASKED", many)
    monkeypatch.setattr(decoded, "_WORTH", worth)
    with parallel_config(n_jobs=2):
        frame = read_images(library, n_jobs=n_jobs)
    assert counts == n_workers
    assert frame["Model"].to_list() == [f"EOS {number}" for number in range(N_FILES)]


def test_a_slow_listing_is_not_waited_for() -> None:
    def slow() -> Iterator[FileBatch]:
        while True:
            time.sleep(decoded._PATIENCE / 2)
            yield batch_of(1)

    seen: deque[FileBatch] = deque()
    assert not decoded._ends_soon(slow(), 40, seen)
    assert 0 < len(seen) <= 3


def test_all_cores_are_used_unless_joblib_is_told_otherwise() -> None:
    assert workers.count_workers(None) == workers.count_workers(-1) == cpu_count()
    with parallel_config(n_jobs=2):
        assert workers.count_workers(None) == 2
        assert workers.count_workers(3) == 3


def flat(lists: Iterable[list[str]]) -> list[str]:
    return list(chain.from_iterable(lists))


def in_two(
    root: Path, task: Callable[[FileBatch], list[str]], batch_size: int = 8
) -> list[list[str]]:
    """Run a task in two workers; a file that kills is marked with a cross."""

    def failed(file: FileBatch, error: Exception) -> list[str]:
        assert isinstance(error, TerminatedWorkerError)
        return [f"x {Path(file.paths[0]).name}"]

    found = workers.in_workers(discover(root, batch_size=batch_size), task, failed, 2)
    results = [(n_files, flat(parts)) for n_files, parts in found]
    assert all(n_files == len(paths) for n_files, paths in results)
    return [[path.removeprefix(f"{root}{os.sep}") for path in paths] for _, paths in results]


def folder_of(root: Path, n_files: int) -> list[str]:
    numbers = [f"{number:03}.jpg" for number in range(n_files)]
    for name in numbers:
        (root / name).touch()
    return numbers


def exit_on(*victims: str) -> Callable[[FileBatch], list[str]]:
    """Make a task that ends its process, without a word, at certain files."""

    def task(files: FileBatch) -> list[str]:
        if any(Path(path).name in victims for path in files.paths):
            if hasattr(signal, "SIGKILL"):
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(1)
        return files.paths

    return task


def test_results_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    numbers = folder_of(tmp_path, 300)

    def slow_at_first(files: FileBatch) -> list[str]:
        time.sleep(0.1 if files.paths[0].endswith("000.jpg") else 0)
        return files.paths

    batches = in_two(tmp_path, slow_at_first)
    assert flat(batches) == numbers
    assert [len(batch) for batch in batches] == [8] * 37 + [4]


@pytest.mark.parametrize("victims", [["100.jpg"], ["000.jpg", "001.jpg", "299.jpg"]])
def test_a_worker_that_dies_costs_its_file_a_row(tmp_path: Path, victims: list[str]) -> None:
    numbers = folder_of(tmp_path, 300)
    found = flat(in_two(tmp_path, exit_on(*victims)))
    assert found == [f"x {name}" if name in victims else name for name in numbers]


@pytest.mark.parametrize(("batch_size", "deaths"), [(8, 1), (1, 2)])
def test_a_worker_killed_from_outside_costs_nothing(
    tmp_path: Path, batch_size: int, deaths: int
) -> None:
    numbers = folder_of(tmp_path, 100)

    def dies_at_first(files: FileBatch) -> list[str]:
        times = len(list(tmp_path.glob(".died*")))
        if times < deaths and any(path.endswith("080.jpg") for path in files.paths):
            (tmp_path / f".died{times}").touch()
            os._exit(1)
        return files.paths

    assert flat(in_two(tmp_path, dies_at_first, batch_size)) == numbers
    assert len(list(tmp_path.glob(".died*"))) == deaths


@pytest.mark.usefixtures("eager")
def test_the_row_of_a_file_that_kills(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def brittle(files: FileBatch, options: DecodeOptions) -> bytes:
        if any(path.endswith(("d.JPG", "a.txt")) for path in files.paths):
            os._exit(1)
        return work.read_packed(files, options)

    before = read_images(few)
    monkeypatch.setattr(images, "discover", partial(discover, batch_size=2))
    monkeypatch.setattr(decoded, "read_packed", brittle)
    frame = read_images(few, n_jobs=2)
    assert names(frame) == ["a.txt", *names(before)]
    why = "the worker process that read it failed: TerminatedWorkerError"
    assert frame["error"].to_list()[:4] == [why, None, "no image format known", why]
    assert frame["size"].to_list()[1:] == before["size"].to_list()
    others = [1, 2, 4, 5]
    assert_frame_equal(frame[others].select(OWN), before[[0, 1, 3, 4]].select(OWN))


def test_processes_that_cannot_start_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of(tmp_path, 30)

    def dies(_: object) -> list[str]:
        os._exit(1)

    monkeypatch.setattr(workers, "is_ready", dies)
    with pytest.raises(TerminatedWorkerError):
        in_two(tmp_path, dies)


def test_workers_do_not_import_polars(library: Path) -> None:
    def task(files: FileBatch) -> list[str]:
        work.read_packed(files, DecodeOptions())
        return [str("polars" in sys.modules)] * len(files)

    found = workers.in_workers(discover(library / "00"), task, lambda *_: ["died"], 2)
    assert {name for _, parts in found for part in parts for name in part} == {"False"}


def test_giving_up_early_ends_what_is_under_way(tmp_path: Path) -> None:
    numbers = folder_of(tmp_path, 100)
    done = tmp_path / ".done"
    done.mkdir()

    def task(files: FileBatch) -> list[str]:
        time.sleep(0.01)
        (done / Path(files.paths[0]).name).touch()
        return files.paths

    found = workers.in_workers(discover(tmp_path, batch_size=1), task, lambda *_: ["died"], 2)
    assert [Path(path).name for path in next(found)[1][0]] == numbers[:1]
    found.close()  # type: ignore[attr-defined]
    n_done = len(list(done.iterdir()))
    assert n_done < 30
    assert flat(in_two(tmp_path, exit_on())) == numbers
    assert len(list(done.iterdir())) == n_done


def test_files_are_listed_one_window_ahead(tmp_path: Path) -> None:
    listed = 0

    def batches() -> Iterator[FileBatch]:
        nonlocal listed
        for batch in discover(tmp_path, batch_size=1):
            listed += 1
            yield batch

    folder_of(tmp_path, 100)
    with workers._listed_ahead(batches(), 10) as windows:
        assert len(next(windows)) == 10
        assert len(next(windows)) == 10
        time.sleep(0.2)
        assert listed == 30
    assert listed == 30


def test_listing_ends_when_nobody_takes_it(tmp_path: Path) -> None:
    listed = 0

    def batches() -> Iterator[FileBatch]:
        nonlocal listed
        for batch in discover(tmp_path, batch_size=1):
            time.sleep(0.02)
            listed += 1
            yield batch

    folder_of(tmp_path, 100)
    with workers._listed_ahead(batches(), 10) as windows:
        next(windows)
    assert 10 <= listed < 15


def test_an_error_of_the_source_comes_through(tmp_path: Path) -> None:
    batches = discover(str(tmp_path / "*.jpg"))
    with pytest.raises(SourceError, match="no file matches"):
        list(workers.in_workers(batches, exit_on(), lambda *_: ["died"], 2))


INTERRUPTED = """
import os, sys, time
from imgframe.discover import discover
from imgframe.read import workers

def task(files):
    os.write(1, b"at work")
    time.sleep(20)

if __name__ == "__main__":
    list(workers.in_workers(discover(sys.argv[1], batch_size=1), task, None, 2))
"""


@posix
@pytest.mark.parametrize("to_all", [True, False])
def test_an_interrupt_ends_all_processes(tmp_path: Path, to_all: bool) -> None:
    folder_of(tmp_path, 40)
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.read(7) == "at work"
    (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=15)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    deadline = time.monotonic() + 5
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.05)


# What breaks the decoder -------------------------------------------------------------------------


@given(st.integers(0, 200), st.sets(st.integers(0, 199), max_size=4))
def test_the_files_to_blame_are_found(n_files: int, bad: set[int]) -> None:
    files = batch_of(n_files)
    seen: list[str] = []

    def read(part: FileBatch) -> list[str]:
        seen.extend(part.paths)
        if any(int(path) in bad for path in part.paths):
            raise ValueError("cannot")
        return part.paths

    parts = work.isolated(files, read, lambda file, error: [f"{file.paths[0]} {error}"])
    assert flat(parts) == [
        f"{number} cannot" if number in bad else f"{number}" for number in range(n_files)
    ]
    assert all(seen.count(path) <= 4 for path in files.paths)


def test_few_reads_find_the_file_to_blame() -> None:
    sizes: list[int] = []

    def read(part: FileBatch) -> int:
        sizes.append(len(part))
        if "700" in part.paths:
            raise ValueError
        return len(part)

    assert sum(work.isolated(batch_of(1024), read, lambda file, _: len(file))) == 1024
    assert sizes == [1024] + [32] * 22 + [1] * 32 + [32] * 10


def batch_of(n_files: int) -> FileBatch:
    paths = [str(number) for number in range(n_files)]
    zeros = pa.array([0] * n_files, pa.int64()).to_numpy()
    return FileBatch(paths, paths, zeros, zeros, {}, zeros == 0)


def test_a_part_of_a_batch() -> None:
    files = FileBatch(**{**vars_of(batch_of(5)), "errors": {1: "a", 2: "b", 4: "c"}})
    part = files.part(2, 4)
    assert part.paths == ["2", "3"]
    assert part.paths is part.os_paths
    assert part.errors == {0: "b"}
    assert len(part.sizes) == len(part.modified_us) == len(part.expected) == 2
    shown = FileBatch(**{**vars_of(files), "paths": list("abcde")})
    assert (shown.part(3, 9).paths, shown.part(3, 9).os_paths) == (["d", "e"], ["3", "4"])


def vars_of(files: FileBatch) -> dict[str, Any]:
    return {name: getattr(files, name) for name in FileBatch.__slots__}


def test_a_file_that_breaks_the_decoder_gets_a_row(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def brittle(files: FileBatch, options: DecodeOptions) -> pa.Table:
        if any(
            path.endswith("d.JPG") for i, path in enumerate(files.paths) if i not in files.errors
        ):
            raise IndexError("index 3 is out of bounds")
        return decode(files, options)

    before = read_images(few)
    monkeypatch.setattr(work, "decode", brittle)
    frame = read_images(few)
    assert names(frame) == names(before)
    assert frame["error"].to_list()[2] == "internal error: IndexError: index 3 is out of bounds"
    others = [0, 1, 3, 4]
    assert_frame_equal(frame[others], before[others])


# Arguments ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [read_images, iter_images])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_jobs": 0}, "n_jobs must be"),
        ({"n_jobs": 1.5}, "n_jobs must be"),
        ({"n_jobs": True}, "n_jobs must be"),
        ({"on_error": "skip"}, "'row' or 'raise'"),
        ({"progress": "yes"}, "True, False or None"),
        ({"makernotes": 1}, "makernotes must be True or False"),
        ({"thumbnails": None}, "thumbnails must be True or False"),
        ({"sidecars": "json"}, "sidecars must be True or False"),
        ({"tags": 3}, "tags must be a name or a list of names"),
        ({"tags": ["Make", None]}, "tags must be a name or a list of names"),
        ({"tags": "FNumer"}, "no tag is named 'FNumer'.*FNumber"),
        ({"tags": ["Make", ""]}, "no tag is named ''"),
        ({"families": "exiv"}, "families are exif, xmp, .*no 'exiv'"),
        ({"families": 3}, "families must be a name or a list of names"),
        ({"pattern": 3}, "pattern must be"),
        ({"source": 3}, "source must be"),
        ({"source": "https://example.com/a.jpg"}, "URLs need"),
    ],
)
def test_wrong_arguments_say_what_is_allowed(
    function: Callable[..., object], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        function(**{"source": ".", **options})


@pytest.mark.parametrize("function", [read_images, iter_images])
def test_a_source_that_is_not_there(function: Callable[[Source], object], tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        function(tmp_path / "nowhere")


# Progress ----------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "progress", "shown"),
    [
        (io.StringIO, None, False),
        (io.StringIO, True, True),
        (io.StringIO, False, False),
        (Terminal, None, True),
        (Terminal, False, False),
    ],
)
def test_progress_is_shown_on_a_terminal(
    library: Path,
    monkeypatch: pytest.MonkeyPatch,
    stream: type[io.StringIO],
    progress: bool | None,
    shown: bool,
) -> None:
    stderr = stream()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr("imgframe.read.progress.PATIENCE", 0)
    read_images(library / "00", progress=progress)
    assert ("100 files" in stderr.getvalue()) == shown
    assert ("files/s" in stderr.getvalue()) == shown
    assert bool(stderr.getvalue()) == shown


def test_progress_is_shown_in_a_notebook(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = SimpleNamespace(config={"IPKernelApp": {}})
    ipython = SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    read_images(library / "00")
    assert capsys.readouterr().err == ""  # what is over in a moment needs no bar
    monkeypatch.setattr("imgframe.read.progress.PATIENCE", 0)
    read_images(library / "00")
    assert "100 files" in capsys.readouterr().err


def test_importing_is_cheap() -> None:
    heavy = "{'polars', 'joblib', 'tqdm', 'pandas'} & set(sys.modules)"
    script = f"import sys, imgframe.read; print({heavy})"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stdout == "set()\n"
