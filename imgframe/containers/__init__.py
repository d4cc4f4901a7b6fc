"""Containers: where in a file the segments stand, and how large its image is.

One module a container, each with ``find(batch, rows) -> Located``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import Flags, HeaderBatch, Ints, Located
from imgframe.containers import jpeg, tiff
from imgframe.containers.sniff import sniff

__all__ = ["FINDERS", "is_tiff", "sniff", "tiff"]

FINDERS: Final[dict[str, Callable[[HeaderBatch, Ints], Located]]] = {
    "JPEG": jpeg.find,
    "TIFF": tiff.find,
    "ORF": tiff.find,
    "RW2": tiff.find,
}
"""Format, as its first bytes tell it, to what finds its segments."""

TIFF_LIKE: Final = ("TIFF", "ORF", "RW2")
"""Formats whose directories are those of the file itself."""


def is_tiff(formats: npt.NDArray[np.object_]) -> Flags:
    """Say which formats are those of files that are one TIFF structure."""
    return np.array([name in TIFF_LIKE for name in formats], dtype=np.bool_)
