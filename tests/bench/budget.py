"""Where the microseconds of a file go: the stages of reading a folder, beside the floor.

    python tests/bench/budget.py FOLDER [--repeats 7]

The floor is what no reader can beat: open, read 64 KiB, close. Each stage is the best of the
repeats, per file, in one process; absolute times drift with the machine, shares do not.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

from imgframe import containers, decode, families, fetch, ifd, read_images
from imgframe.read import decoded, images

STAGES: dict[str, list[tuple[Any, str]]] = {
    "open and read": [(fetch, "read_heads"), (fetch, "read_more")],
    "containers": [(containers, "sniff"), *((containers.FINDERS, k) for k in containers.FINDERS)],
    "directories": [(ifd, "walk")],
    "Exif columns": [(families.exif, "columns")],
    "other families": [(families.DECODERS, name) for name in families.DECODERS],
    "arrow table": [(decode, "_table")],
    "polars": [(decoded, "frame_of"), (images, "_stacked")],
    "derived columns": [(images, "_arranged")],
}


def timed(function: Callable[..., Any], stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Add the time that a function takes to its stage."""

    def run(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[stage] += time.perf_counter() - start

    return run


def install(spent: dict[str, float]) -> None:
    """Put a stopwatch around the functions of the stages."""
    for stage, places in STAGES.items():
        for place, name in places:
            if isinstance(place, dict):
                place[name] = timed(place[name], stage, spent)
            else:
                setattr(place, name, timed(getattr(place, name), stage, spent))


def floor(paths: list[str]) -> float:
    """Open, read 64 KiB and close."""
    start = time.perf_counter()
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.pread(descriptor, 65_536, 0)
        os.close(descriptor)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    spent = dict.fromkeys(STAGES, 0.0)
    install(spent)
    best = dict.fromkeys([*STAGES, "whole", "floor"], float("inf"))
    paths: list[str] = []
    for _ in range(given.repeats):
        spent.update(dict.fromkeys(STAGES, 0.0))
        start = time.perf_counter()
        frame = read_images(given.folder, n_jobs=1, progress=False)
        spent["whole"] = time.perf_counter() - start
        paths = paths or frame["path"].to_list()
        spent["floor"] = floor(paths)
        best = {stage: min(best[stage], spent[stage]) for stage in best}
    micro = {stage: seconds / len(paths) * 1e6 for stage, seconds in best.items()}
    print(f"{len(paths):,} files, {frame.width} columns")
    for stage in STAGES:
        print(f"  {stage:16} {micro[stage]:6.1f} us")
    rest = micro["whole"] - sum(micro[stage] for stage in STAGES)
    print(f"  {'listing and rest':16} {rest:6.1f} us")
    print(f"  {'whole':16} {micro['whole']:6.1f} us = {micro['whole'] / micro['floor']:.1f} floors")
    print(f"  {'floor':16} {micro['floor']:6.1f} us")


if __name__ == "__main__":
    main()
