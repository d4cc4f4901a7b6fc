"""One writer at a time, and none that is dead."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from imgframe.catalog import Catalog, catalog, lock, update
from imgframe.catalog.lock import hold
from imgframe.discover import FileBatch
from imgframe.errors import CatalogError, CatalogLockedError
from tests.catalog.library import Library, some_library

ROOT = Path(__file__).parents[2]

HOLDER = """
import sys, time
from pathlib import Path
from imgframe.catalog import lock
if sys.argv[2] == "plain":
    lock._lock_file = lambda descriptor: False
with lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""

KINDS = ["system", "plain"]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Locks of the system, and what stands for them where there are none."""
    kind = str(request.param)
    if kind == "plain":
        monkeypatch.setattr(lock, "_lock_file", lambda descriptor: False)
    return kind


@contextmanager
def holder(path: Path, kind: str) -> Iterator[subprocess.Popen[str]]:
    """Have another process hold a lock."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, kind],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_lock_goes_with_its_folder(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "catalog" / ".imgframe" / "lock"
    with hold(path):
        owner = json.loads(path.read_text())
        assert owner["process"] == os.getpid()
        assert owner["host"] == socket.gethostname()
    assert not path.parent.exists()
    with hold(path):
        pass


def test_second_writer_is_told_who_the_first_is(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "_PATIENCE", 0.0)
    library = some_library(tmp_path / "photos")
    folder = tmp_path / "catalog"
    library.update(folder)
    with holder(folder / ".imgframe" / "lock", kind) as process:
        who = f"process {process.pid} on {socket.gethostname()}"
        with pytest.raises(CatalogLockedError, match=who):
            library.update(folder)
        assert Catalog(folder).info().rows == 5
        process.kill()
        process.wait()
        library.put("new.jpg")
        assert library.update(folder).added == 1


def test_two_writers_in_one_process(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "_PATIENCE", 0.0)
    library = some_library(tmp_path / "photos")
    folder = tmp_path / "catalog"

    def read(batches: Iterator[FileBatch]) -> Iterator[pl.DataFrame]:
        with pytest.raises(CatalogLockedError):
            library.update(folder)
        yield from library.read(batches)

    assert update.write_update(folder, library.task(read=read)).added == 5
    assert Catalog(folder).info().rows == 5


def test_writer_waits_for_a_reader_that_opens_the_catalogue(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "lock"
    entered = threading.Event()

    def keep() -> None:
        with hold(path):
            entered.set()
            time.sleep(0.1)

    thread = threading.Thread(target=keep)
    thread.start()
    entered.wait()
    with pytest.raises(CatalogLockedError), hold(path):
        pass
    with hold(path, 10.0):
        pass
    thread.join()


def test_many_writers_one_after_the_other(tmp_path: Path, kind: str) -> None:
    path = tmp_path / ".imgframe" / "lock"
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(50):
            with hold(path, 60.0):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 200
    assert set(most) == {1}


def test_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".imgframe").write_text("a file")
    with pytest.raises(CatalogError, match="cannot be written"), hold(tmp_path / ".imgframe/lock"):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows itself who has a file open")
@pytest.mark.parametrize("text", ["", '{"host": "HOST", "process": DEAD}', "no JSON"])
def test_plain_lock_of_the_dead_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    path = tmp_path / "lock"
    path.write_text(text.replace("HOST", socket.gethostname()).replace("DEAD", str(dead.pid)))
    os.utime(path, (1, 1))
    monkeypatch.setattr(lock, "_lock_file", lambda descriptor: False)
    with hold(path):
        assert json.loads(path.read_text())["process"] == os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows itself who has a file open")
@pytest.mark.parametrize("text", ["", '{"host": "other", "process": 1, "since": "today"}'])
def test_plain_lock_that_may_be_alive_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "lock"
    path.write_text(text)
    monkeypatch.setattr(lock, "_lock_file", lambda descriptor: False)
    with pytest.raises(CatalogLockedError, match=r"another process|process 1 on other"), hold(path):
        pass
    assert path.read_text() == text


def test_reader_waits_for_a_commit_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = some_library(tmp_path / "photos")
    folder = tmp_path / "catalog"
    library.update(folder)
    opened = Catalog(folder)
    journal = update.journal_of(folder)

    def commit() -> None:
        with hold(journal.with_name("lock")):
            journal.write_text('{"comes": {}, "goes": []}')
            committing.set()
            time.sleep(0.1)
            update._recover(folder)

    committing = threading.Event()
    thread = threading.Thread(target=commit)
    thread.start()
    committing.wait()
    assert opened.read().height == 5
    assert not journal.exists()
    thread.join()
    monkeypatch.setattr(catalog, "_PATIENCE", 0.05)
    with holder(journal.with_name("lock"), "system") as process:
        journal.write_text('{"comes": {}, "goes": []}')
        with pytest.raises(CatalogLockedError, match=str(process.pid)):
            opened.scan()


def test_reading_while_another_thread_updates(tmp_path: Path) -> None:
    library = Library(tmp_path / "photos")
    for i in range(6):
        library.put(f"{i}.jpg")
    folder = tmp_path / "catalog"
    library.update(folder)
    done = threading.Event()

    def write() -> None:
        for i in range(10):
            library.put(f"{i % 6}.jpg", f"content {i} {'x' * i}")
            library.update(folder)
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not done.is_set():
        assert Catalog(folder).info().rows == 6
    thread.join()
