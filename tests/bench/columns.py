"""What a query of few columns saves: `scan_images` beside `read_images`, on the same files.

    python tests/bench/columns.py FOLDER [--repeats 3]

CPU seconds, the best of the repeats, in one process.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import polars as pl

from imgframe import read_images, scan_images


def best(query: Callable[[], pl.DataFrame], repeats: int) -> float:
    """Time a query several times."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        query()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    lazy = scan_images(given.folder, n_jobs=1, progress=False)
    queries: dict[str, Callable[[], pl.DataFrame]] = {
        "read_images": lambda: read_images(given.folder, n_jobs=1, progress=False),
        "path, size": lambda: lazy.select("path", "size").collect(),
        "path, Make": lambda: lazy.select("path", "Make").collect(),
        "acquired_at": lambda: lazy.select("acquired_at").collect(),
    }
    seconds = {name: best(query, given.repeats) for name, query in queries.items()}
    for name, spent in seconds.items():
        print(f"{name:12} {spent:7.2f} s   {seconds['read_images'] / spent:5.1f} x")


if __name__ == "__main__":
    main()
