"""How far a long reading has come, on stderr."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

__all__ = ["counting"]


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
    if shown is None:
        shown = _is_terminal() or _is_notebook()
    if not shown:
        yield lambda _: None
        return
    from tqdm.auto import tqdm

    with tqdm(unit=" files", unit_scale=True) as bar:
        yield bar.update


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _is_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return "IPKernelApp" in getattr(shell, "config", {})
