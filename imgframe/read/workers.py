"""Batches of files through worker processes: in order, with bounded memory, whatever dies.

A window of batches is one call of `joblib.Parallel`, which every backend of joblib can do. With
joblib's own processes two windows are under way at a time, so that no worker waits for the slowest
one or for this process; files are listed in a thread, one window ahead. When a worker dies, what
is not back yet is read again, one batch at a time, until the file that kills is found.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any, Final, Generic, TypeVar, cast

from imgframe.discover import FileBatch
from imgframe.read.work import is_ready, isolated

__all__ = ["count_workers", "in_workers"]

Result = TypeVar("Result")

_BATCHES: Final = 8
"""Batches a worker in a window."""

_ATTEMPTS: Final = 3
"""Times that workers may die before they have done anything."""

_TIMEOUT: Final = 600.0
"""Seconds for a batch, on backends that may not notice that a worker died."""


def count_workers(n_jobs: int | None) -> int:
    """Return how many workers there are to be.

    Parameters
    ----------
    n_jobs : int or None
        As joblib takes it; None for what `joblib.parallel_config` says, else all cores.

    Returns
    -------
    int
    """
    import joblib

    if n_jobs is None:
        _, n_jobs = joblib.parallel.get_active_backend()
    return int(joblib.effective_n_jobs(-1 if n_jobs is None else n_jobs))


def in_workers(
    batches: Iterator[FileBatch],
    work: Callable[[FileBatch], Result],
    failed: Callable[[FileBatch, Exception], Result],
    n_workers: int,
) -> Iterator[tuple[int, list[Result]]]:
    """Do work on batches of files in several processes.

    Parameters
    ----------
    batches : iterator of FileBatch
        Gone through in a thread.
    work : callable
        What a worker does; it is pickled.
    failed : callable
        Makes the result of one file whose worker died.
    n_workers : int
        At least 2.

    Yields
    ------
    n_files : int
    results : list
        Those of one batch, in the order of the batches; several if a worker died.
    """
    windows = _Windows(work, failed, n_workers)
    with _listed_ahead(batches, _BATCHES * n_workers) as listed:
        try:
            for window in listed:
                windows.add(window)
                if windows.are_enough:
                    yield from windows.finish_first()
            while windows.under_way:
                yield from windows.finish_first()
        finally:
            windows.stop()


@contextlib.contextmanager
def _listed_ahead(batches: Iterator[FileBatch], size: int) -> Iterator[Iterator[list[FileBatch]]]:
    """Go through batches in a thread, one window ahead."""
    closed = threading.Event()
    until_closed = iter(lambda: None if closed.is_set() else next(batches, None), None)

    def list_window() -> list[FileBatch]:
        return list(islice(until_closed, size))

    def windows() -> Iterator[list[FileBatch]]:
        listing = thread.submit(list_window)
        while window := listing.result():
            listing = thread.submit(list_window)
            yield window

    with ThreadPoolExecutor(1, "imgframe-discover") as thread:
        try:
            yield windows()
        finally:
            closed.set()


@dataclass(slots=True)
class _Window(Generic[Result]):
    batches: list[FileBatch]
    results: Iterator[Result]
    """In the order of the batches; ends early when a worker died."""


class _Windows(Generic[Result]):
    """The windows under way."""

    def __init__(
        self,
        work: Callable[[FileBatch], Result],
        failed: Callable[[FileBatch, Exception], Result],
        n_workers: int,
    ) -> None:
        from joblib.parallel import get_active_backend

        backend, _ = get_active_backend()
        chosen_by_user = backend is get_active_backend()[0]
        self._work = work
        self._failed = failed
        self._enough = 1 if chosen_by_user else 2
        self._parallel: dict[str, Any] = {
            "n_jobs": n_workers,
            "return_as": "generator" if backend.supports_return_generator else "list",
            "batch_size": 1,
            "pre_dispatch": "2 * n_jobs" if chosen_by_user else "n_jobs",
            "timeout": _TIMEOUT if chosen_by_user else None,
        }
        self._stopped = False
        self.under_way: deque[_Window[Result]] = deque()

    @property
    def are_enough(self) -> bool:
        return len(self.under_way) >= self._enough

    def _run(self, work: Callable[[Any], Any], *arguments: object) -> Iterator[Any]:
        from joblib import Parallel, delayed

        until_stopped = takewhile(lambda _: not self._stopped, arguments)
        return iter(Parallel(**self._parallel)(delayed(work)(one) for one in until_stopped))

    def add(self, batches: list[FileBatch]) -> None:
        """Start on a window; the workers go on with it while this process does other things."""
        try:
            results = self._run(self._work, *batches)
        except Exception:  # a worker died of an older window
            self._keep_what_came()
            results = iter(())
        self.under_way.append(_Window(batches, results))

    def finish_first(self) -> Iterator[tuple[int, list[Result]]]:
        """Give out the results of the oldest window as they come."""
        window = self.under_way[0]
        for files in window.batches:
            try:
                results = [next(window.results)]
            except Exception as error:
                if not isinstance(error, StopIteration):  # which is the end of what had come
                    self._keep_what_came()
                results = list(isolated(files, self._read_alone, self._failed))
            yield len(files), results
        # joblib takes a generator that is not at its end for one given up
        deque(window.results, maxlen=0)
        self.under_way.popleft()

    def _read_alone(self, files: FileBatch) -> Result:
        try:
            (result,) = self._run(self._work, files)
        except Exception:
            if len(files) > 1:
                raise
            # a file is to blame only if it does it again: workers are killed for other reasons too
            (result,) = self._run(self._work, files)
        return cast(Result, result)

    def _keep_what_came(self) -> None:
        """After a worker died, which ends all windows, keep the results that were back."""
        for window in self.under_way:
            came: list[Result] = []
            with contextlib.suppress(Exception):
                came.extend(window.results)
            window.results = iter(came)
        self._start_anew(_ATTEMPTS)

    def _start_anew(self, attempts: int) -> None:
        """Start workers, and see that they are; if they cannot be started, that is the error."""
        try:
            deque(self._run(is_ready, None), maxlen=0)
        except Exception:
            if attempts == 1:
                raise
            self._start_anew(attempts - 1)

    def stop(self) -> None:
        """Let the workers end what they are at, and no more."""
        self._stopped = True
        for window in self.under_way:
            with contextlib.suppress(Exception):
                deque(window.results, maxlen=0)
