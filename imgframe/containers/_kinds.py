"""What the markers of JPEG say: ITU-T T.81, Annex B; APP1 of Exif 3.0, 4.7.2."""

from __future__ import annotations

from typing import Final

import numpy as np

from imgframe.batch import Ints
from imgframe.kernels import flags
from imgframe.schema import Family

SOF: Final = flags(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}, 256)

SEGMENT, FILL, ALONE, END, LOST = range(5)
STEP: Final = np.array([0, 1, 2, 0, 0])
"""Bytes to the next marker behind each kind of marker, but for a segment's own length."""


def _kinds() -> Ints:
    kinds = np.full(256, SEGMENT)
    kinds[0x02:0xC0] = kinds[0x00] = LOST
    kinds[0xD0:0xD9] = kinds[0x01] = ALONE
    kinds[0xD9:0xDB] = END
    kinds[0xFF] = FILL
    return kinds


KIND: Final = _kinds()
"""What the byte behind 0xFF says."""

HEADER: Final = 9
"""Bytes from a marker to the end of the size in a frame header."""
MAX_STEPS: Final = 5_000
"""Markers of one file that are walked."""

SIGNATURES: Final = (
    (0xE1, b"Exif\0", 6, Family.EXIF),
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0", 29, Family.XMP),
    (0xE1, b"http://ns.adobe.com/xmp/extension/\0", 35, Family.XMP_EXTENDED),
    # Without the name, or with another one, as some programs have written it.
    (0xE1, b"<?xpacket", 0, Family.XMP),
    (0xE1, b"XMP\0://ns.adobe.com/xap/1.0/\0", 29, Family.XMP),
    (0xE2, b"ICC_PROFILE\0", 12, Family.ICC_CHUNK),
    (0xE2, b"MPF\0", 4, Family.MPF),
    (0xED, b"Photoshop 3.0\0", 14, Family.PHOTOSHOP),
    (0xED, b"Adobe_Photoshop2.5:", 27, Family.PHOTOSHOP),
    (0xE0, b"JFIF\0", 5, Family.JFIF),
    (0xEE, b"Adobe", 5, Family.ADOBE),
    (0xFE, b"", 0, Family.COMMENT),
)
"""Marker, the bytes its segment begins with, how many to leave out, what the rest is."""
LONGEST: Final = max(len(signature) for _, signature, _, _ in SIGNATURES)
HOLDS: Final = flags([marker for marker, _, _, _ in SIGNATURES], 256)
