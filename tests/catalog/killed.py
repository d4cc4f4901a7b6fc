"""A process that is killed while it updates a catalogue; run as a program, it is no test.

``killed.py CATALOG SCOPE FRAMES`` waits for lines on stdin. Each line makes it fork a child, which
updates the catalogue with saved frames, and says on stdout how that ended:

``event N``  the child kills itself just before the Nth change to the file system (0: never)
``after S``  the child is killed after S seconds
``open N``   the child opens the catalogue instead, and kills itself like for ``event``
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from imgframe.catalog import Catalog, spill, unread
from imgframe.catalog.scope import Scope
from imgframe.catalog.update import Task, write_update
from imgframe.discover import FileBatch, discover
from tests.catalog.library import DECODER, load

PATIENCE_S = 60
"""A fork of a process in which Polars has started threads waits for these for ever."""

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}


class Fuse:
    """Counts changes below a folder, and kills the process before one of them."""

    def __init__(self, root: str, last: int) -> None:
        self.root = root
        self.last = last
        self.seen = 0

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        writes = event == "open" and bool(args[2] & (os.O_WRONLY | os.O_RDWR))
        if (writes or event in CHANGES) and str(args[0]).startswith(self.root):
            self.seen += 1
            if self.seen == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def child(catalog: Path, scope: Scope, frames: Path, command: str, last: int) -> int:
    fuse = Fuse(str(catalog), last)
    sys.addaudithook(fuse)
    if command == "open":
        Catalog(catalog)
    else:
        rows = pl.concat(load(frames), how="diagonal")

        def read(batches: Iterator[FileBatch]) -> Iterator[pl.DataFrame]:
            for batch in batches:
                yield rows.filter(pl.col("path").is_in(batch.paths))

        # every file makes a run
        unread._FULL = spill.BUFFER_BYTES = 1  # type: ignore[misc]
        files = discover(scope.source, batch_size=1)
        write_update(catalog, Task(scope, files, read, DECODER))
    return fuse.seen


def main() -> None:
    catalog, source, frames = map(Path, sys.argv[1:])
    scope = Scope.of(source, None)
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        command, number = line.split()
        seen, told = os.pipe()
        process = os.fork()
        if process == 0:
            signal.alarm(PATIENCE_S)
            last = 0 if command == "after" else int(number)
            os.write(told, str(child(catalog, scope, frames, command, last)).encode())
            os._exit(0)
        os.close(told)
        if command == "after":
            time.sleep(float(number))
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        end = "hung" if os.WTERMSIG(status) == signal.SIGALRM else "killed"
        print(os.read(seen, 20).decode() or end, flush=True)  # noqa: T201
        os.close(seen)


if __name__ == "__main__":
    main()
