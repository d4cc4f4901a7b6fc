"""How MakerNotes are laid out in files and for exifread, and what exifread gets wrong.

Layouts as ExifTool documents them (MakerNotes.pm and the modules of the makers); what is wrong was
found by comparing exifread with ExifTool.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["IN_STEPS", "LAYOUTS", "MEANINGLESS", "MISREAD", "Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the notes of a maker begin, in files and for exifread."""

    make: re.Pattern[str]
    signature: re.Pattern[bytes]
    start: int
    """Where the directory stands in the note."""
    base: int | None
    """What offsets count from: a place in the note, or None for the TIFF header."""
    order: str
    """Byte order: I or M; ``""`` that of the file, ``"@12"`` that which stands at byte 12."""
    prefix: bytes = b""
    """What exifread wants before the directory."""
    relative: int | None = None
    """What exifread counts offsets from: a place in the note, or None for the TIFF header."""
    composite: dict[int, int] = field(default_factory=dict)
    """Tags that exifread takes apart, and up to how many of their values it does so rightly."""
    withheld: frozenset[int] = frozenset()
    """Tags that exifread mistakes for others."""


def _layout(make: str, signature: bytes, *rest: Any, **more: Any) -> Layout:
    return Layout(re.compile(make), re.compile(signature, re.DOTALL), *rest, **more)


_CANON: Final = {0x0001: 2_000, 0x0004: 2_000, 0x000D: 4_096, 0x0012: 8, 0x0093: 2_000}
_CANON_WITHHELD: Final = frozenset((0x0002, 0x0026))  # read from the wrong index on
_NIKON_WITHHELD: Final = frozenset(
    (
        0x000A,  # called LensMount, which it is not
        0x0011,  # offsets
        0x0201,
        0x0E0E,
        0x0E10,
        0x0088,  # four values, which it runs together
        0x008D,  # ColorHue, which it calls ColorMode, the name of another tag
    )
)
_APPLE: Final = b"Apple iOS\0\0\x01MM"
_NIKON: Final = rb"Nikon\0\x02.{3}(?:II\x2a\0\x08\0\0\0|MM\0\x2a\0\0\0\x08)"

LAYOUTS: Final = (
    _layout(
        "NIKON", rb"Nikon\0\x01\0", 8, None, "", prefix=b"Nikon\0\x01\0", withheld=_NIKON_WITHHELD
    ),
    _layout("NIKON", _NIKON, 18, 10, "@10", withheld=_NIKON_WITHHELD),
    _layout("NIKON", rb"(?!Nikon)", 0, None, "", withheld=_NIKON_WITHHELD),
    _layout("^OLYMPUS", rb"OLYMP\0", 8, None, "", prefix=b"OLYMP\0\1\0"),
    _layout("CASIO|Casio", rb"(?!QVC\0|DCI\0)", 0, None, ""),
    _layout("SONY", rb"SONY (?:DSC|CAM|MOBILE)", 12, None, ""),
    _layout("^FUJIFILM$", rb"FUJIFILM\x0c\0\0\0", 12, 0, "I", prefix=bytes(12), relative=0),
    _layout("^Apple$", rb"Apple iOS\0.{2}(?:II|MM)", 14, 0, "@12", prefix=_APPLE, relative=14),
    _layout("^DJI$", rb"(?!\[ae_dbg|DJI\0)", 0, None, "I", relative=0),
    _layout("^Canon$", rb"", 0, None, "", composite=_CANON, withheld=_CANON_WITHHELD),
)
"""The notes that exifread can read once they are laid out for it; the first that fits counts."""

MISREAD: Final = {
    "Canon": frozenset(
        (
            # Codes on scales of their own, which exifread gives as they are
            *("AutoISO", "BaseISO", "MeasuredEV", "TargetAperture", "TargetExposureTime"),
            *("ExposureCompensation", "MaxAperture", "MinAperture", "FlashGuideNumber"),
            *("SubjectDistance", "MacroMagnification", "AFPointUsed", "OpticalZoomCode"),
            # Two values of one name, and half a number
            *("FocusMode", "FileNumber"),
            # Numbers of bits taken for values
            *("FlashActivity", "FlashDetails"),
        )
    ),
    "FUJIFILM": frozenset(("AFPointSet",)),  # 0, which is off, it calls Yes
}
"""Names under which exifread says something wrong, by maker."""

IN_STEPS: Final = frozenset(
    (
        *("ProgramShift", "ExposureDifference", "FlashCompensation"),
        *("ExternalFlashExposureComp", "FlashBracketCompensationApplied"),
    )
)
"""Nikon's exposure values. exifread writes all that are not whole twice: ``+1.33 1/3 EV``."""
MEANINGLESS: Final = frozenset(("", "Unknown", "-128 C"))
"""Texts for a code that exifread does not know, and for no temperature."""
