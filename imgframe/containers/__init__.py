"""Containers: where in a file the segments stand, and how large its image is.

One module a container, each with ``find(batch, rows) -> Located``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from imgframe.batch import HeaderBatch, Ints, Located
from imgframe.containers import jpeg, tiff
from imgframe.containers.sniff import sniff

__all__ = ["FINDERS", "TIFF_LIKE", "sniff", "tiff"]

FINDERS: Final[dict[str, Callable[[HeaderBatch, Ints], Located]]] = {
    "JPEG": jpeg.find,
    "TIFF": tiff.find,
    "ORF": tiff.find,
    "RW2": tiff.find,
}
"""Format, as its first bytes tell it, to what finds its segments."""

TIFF_LIKE: Final = ("TIFF", "ORF", "RW2")
"""Formats whose directories are those of the file itself."""
