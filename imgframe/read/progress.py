"""How far a long reading has come, on stderr."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Final

__all__ = ["counting"]

PATIENCE: Final = 0.5
"""Seconds before a bar is shown."""


@contextlib.contextmanager
def counting(shown: bool | None) -> Iterator[Callable[[int], object]]:
    """Show a growing count of files and files a second.

    Parameters
    ----------
    shown : bool or None
        None: only on a terminal or in a notebook.

    Yields
    ------
    callable
        To be called with the number of files that are done more.
    """
    # What is over in a moment needs no bar, unless it was asked for.
    delay = 0.0 if shown else PATIENCE
    if shown is None:
        shown = _is_terminal() or _is_notebook()
    if not shown:
        yield lambda _: None
        return
    from tqdm.auto import tqdm

    with tqdm(unit=" files", unit_scale=True, delay=delay) as bar:
        yield bar.update


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _is_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return "IPKernelApp" in getattr(shell, "config", {})
