"""The families: what can be found in a segment."""

import enum
from typing import Final


class Family(enum.IntEnum):
    """What the bytes of a segment are; it decides what decodes them."""

    EXIF = 0
    """A TIFF structure."""
    XMP = 1
    """An XMP packet."""
    XMP_EXTENDED = 2
    """A chunk of extended XMP: GUID, full length, offset, bytes (XMP part 3, 1.1.3.1)."""
    IPTC = 3
    """IPTC-IIM datasets."""
    ICC = 4
    """An ICC profile, whole."""
    ICC_CHUNK = 5
    """Number, count, and a part of an ICC profile (ICC.1, annex B.4)."""
    PHOTOSHOP = 6
    """Image resource blocks, which hold segments of their own."""
    PNG_TEXT = 7
    """Keyword, NUL, Latin-1 text."""
    PNG_UTF8 = 8
    """Keyword, NUL, tag of a language or nothing, NUL, UTF-8 text."""
    COMMENT = 9
    """Text of a comment of JPEG or GIF."""
    JFIF = 10
    """JFIF header behind its identifier."""
    ADOBE = 11
    """Adobe APP14 behind its identifier."""
    MPF = 12
    """Multi-picture format: a TIFF structure behind the identifier (CIPA DC-007)."""
    EXIF_SUB = 13
    """A TIFF structure whose first directory is the one that IFD0 points to as Exif."""
    GPS_SUB = 14
    """A TIFF structure whose first directory is the one that IFD0 points to as GPS."""


FAMILY_NAMES: Final[dict[str, tuple[Family, ...]]] = {
    "exif": (Family.EXIF, Family.EXIF_SUB, Family.GPS_SUB),
    "xmp": (Family.XMP, Family.XMP_EXTENDED),
    "iptc": (Family.IPTC,),
    "icc": (Family.ICC, Family.ICC_CHUNK),
    "png": (Family.PNG_TEXT, Family.PNG_UTF8),
    "comment": (Family.COMMENT,),
    "jpeg": (Family.JFIF, Family.ADOBE, Family.MPF),
}
"""The families by the names that a user chooses them with. Photoshop resources are searched for
whichever of these is chosen."""
