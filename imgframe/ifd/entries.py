"""What a directory holds, and which of it is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import Columns, Flags, Ints, Needs, Problems, Segments, ints
from imgframe.schema.exif import Directory
from imgframe.schema.families import Family

EXIF_POINTER, GPS_POINTER, INTEROP_POINTER, SUB_POINTER = 0x8769, 0x8825, 0xA005, 0x014A
POINTERS: Final = {
    EXIF_POINTER: (Directory.EXIF, (Directory.IFD0,)),
    GPS_POINTER: (Directory.GPS, (Directory.IFD0, Directory.EXIF)),
    INTEROP_POINTER: (Directory.INTEROP, (Directory.EXIF, Directory.IFD0)),
    SUB_POINTER: (Directory.SUB, (Directory.IFD0,)),
}
"""Where each pointer leads, and the directories in which it is believed."""

CHILDREN: Final = {
    0x02BC: Family.XMP,
    0x83BB: Family.IPTC,
    0x8649: Family.PHOTOSHOP,
    0x8773: Family.ICC,
}
"""Tags of IFD0 whose value is a segment of another family."""

START: Final = {
    Family.EXIF: Directory.IFD0,
    Family.EXIF_SUB: Directory.EXIF,
    Family.GPS_SUB: Directory.GPS,
}
"""The segments that are TIFF structures, and what their first directory is."""

STRUCTURE: Final = (
    *(0x0004, 0x0005, 0x0006, 0x0007),  # the borders of the sensor, in RW2
    *(0xBC80, 0xBC81),  # width and height, in JPEG XR
    *(0x00FE, 0x0100, 0x0101, 0x0103, 0x0106, 0x010F, 0x0201, 0xC612),
)
"""Tags that tell of what kind and how large an image is: they are always kept."""

Keep = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Entries(Columns):
    """Entries of directories whose values lie in the buffer."""

    row: Ints
    """Row of the file."""
    directory: Ints
    """A `Directory`."""
    tag: Ints
    type: Ints
    count: Ints
    """Number of values."""
    position: Ints
    """Where in the buffer the first value starts."""
    big: Flags
    """Whether the most significant byte comes first."""
    block: Ints
    """Which directory of the batch it stands in: equal for its entries, for no others."""


NO_ENTRIES: Final = Entries(
    ints(), ints(), ints(), ints(), ints(), ints(), np.empty(0, dtype=np.bool_), ints()
)


@dataclass(frozen=True, slots=True)
class Walk:
    """What the directories of some segments hold."""

    rows: Ints
    """The files that have a directory which could be read."""
    entries: Entries
    segments: Segments
    """What other families stand in values of tags."""
    needs: Needs
    problems: Problems


def wanted(tags: Iterable[tuple[Directory, int]]) -> Keep:
    """Make the table of tags to keep: those given, pointers, and what tells an image's size."""
    keep = np.zeros((len(Directory), 1 << 16), dtype=np.bool_)
    keep[:, list(POINTERS)] = True
    keep[Directory.IFD0, list(CHILDREN)] = True
    keep[np.ix_([Directory.IFD0, Directory.SUB, Directory.IFD1], STRUCTURE)] = True
    for directory, tag in tags:
        keep[directory, tag] = True
    return keep
