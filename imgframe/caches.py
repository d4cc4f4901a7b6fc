"""Where imgframe keeps on disk what it can always find out again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """Give imgframe's folder among the user's caches: that of the system, or XDG_CACHE_HOME.

    Returns
    -------
    pathlib.Path
        It may not be there.
    """
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Caches"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
        if not folder.is_absolute():  # to be ignored, says the XDG Base Directory Specification
            folder = home / ".cache"
    return folder / "imgframe"
