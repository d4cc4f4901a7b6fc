"""Families: segments in, Arrow columns and problems out. One module a family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from imgframe.batch import HeaderBatch, Problems, Segments
from imgframe.families import comment, exif, icc, iptc, jpegfacts, photoshop, pngtext, xmp
from imgframe.schema import Family

__all__ = ["CHILDREN", "DECODERS", "exif"]

Decoder = Callable[
    [HeaderBatch, Segments, int, tuple[str, ...] | None], tuple[dict[str, pa.Array], Problems]
]

DECODERS: Final[dict[str, Decoder]] = {
    "xmp": xmp.columns,
    "iptc": iptc.columns,
    "icc": icc.columns,
    "png": pngtext.columns,
    "comment": comment.columns,
    "jpeg": jpegfacts.columns,
}
"""What decodes the segments of each family but Exif, whose directories are walked before."""

CHILDREN: Final[dict[Family, Callable[[HeaderBatch, Segments], tuple[Segments, Problems]]]] = {
    Family.PHOTOSHOP: photoshop.children,
}
"""What finds the segments inside the segments of a family."""
