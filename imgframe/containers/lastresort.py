"""Formats that are found out by trying, for files that have no mark known otherwise.

netpbm (pbm(5) to pam(5)), XBM and XPM (X Consortium), ICNS (Apple); of the others Pillow is asked.
It is given the first bytes only, so that it can neither decode pixels nor read for long, and none
of its plugins but those named here is ever tried.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import PurePath
from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.batch import NO_PROBLEMS, NO_SEGMENTS, HeaderBatch, Ints, Located
from imgframe.containers._peek import Peek

LOOK: Final = 16 << 10
"""Bytes of a file that are looked at."""
LARGEST: Final = (1 << 31) - 1

_GAP: Final = rb"(?:\s|#[^\r\n]{0,1024}[\r\n]){1,64}"
NETPBM: Final = re.compile(rb"P([1-6Ff])" + _GAP + rb"(\d{1,9})" + _GAP + rb"(\d{1,9})[\s#]")
NETPBM_FORMATS: Final = {
    b"1": "PBM", b"2": "PGM", b"3": "PPM", b"4": "PBM", b"5": "PGM", b"6": "PPM", b"F": "PFM",
    b"f": "PFM",
}  # fmt: skip
PAM: Final = (re.compile(rb"\nWIDTH\s+(\d{1,9})\s"), re.compile(rb"\nHEIGHT\s+(\d{1,9})\s"))
XBM: Final = (
    re.compile(rb"#define\s+\w*width\s+(\d{1,9})\s"),
    re.compile(rb"#define\s+\w*height\s+(\d{1,9})\s"),
)
XPM: Final = re.compile(rb'"\s*(\d{1,9})\s+(\d{1,9})\s+\d+\s+\d+')

ICONS: Final = {
    b"icp4": 16, b"is32": 16, b"ics8": 16, b"ics#": 16, b"icp5": 32, b"il32": 32, b"icl8": 32,
    b"ICN#": 32, b"ic11": 32, b"ih32": 48, b"icp6": 64, b"ic12": 64, b"it32": 128, b"ic07": 128,
    b"ic08": 256, b"ic13": 256, b"ic09": 512, b"ic14": 512, b"ic10": 1024,
}  # fmt: skip
"""Pixels of a side of the images in an ICNS, by their kind."""
MAX_ICONS: Final = 64

_Found = tuple[str, int, int]
_NOTHING: Final[_Found] = ("", -1, -1)


def find(batch: HeaderBatch, rows: Ints) -> tuple[Located, npt.NDArray[np.object_]]:
    """Try whether files are of a format that has no mark of its own.

    Parameters
    ----------
    batch : HeaderBatch
    rows : ndarray of int64, shape (n,)
        Rows whose format is not known. Some are tried only if the name of the file says so.

    Returns
    -------
    located : Located
    formats : ndarray of object, shape (n,)
        Names of formats, "" where there is none.
    """
    peek = Peek(batch)
    found = [_identify(peek, row, batch.paths[row]) for row in rows.tolist()]
    formats = np.array([name for name, _, _ in found], dtype=object)
    sizes = np.array([size for _, *size in found], dtype=np.int64).reshape(-1, 2)
    sizes[((sizes < 1) | (sizes > LARGEST)).any(axis=1)] = -1
    width, height = sizes.T
    return Located(width, height, NO_SEGMENTS, peek.needs(), NO_PROBLEMS), formats


def _identify(peek: Peek, row: int, path: str) -> _Found:
    batch = peek.batch
    start, length = int(batch.head_start[row]), int(batch.head_length[row])
    head = batch.buffer[start : start + min(length, 16)].tobytes()
    for prefix, own in OWN:
        if head.startswith(prefix):
            return own(peek, row, batch.buffer[start : start + min(length, LOOK)].tobytes())
    name = next((name for prefix, name in PILLOW_MARKS if head.startswith(prefix)), "")
    name = name or PILLOW_NAMES.get(PurePath(path).suffix.lower(), "")
    if not name or not head:
        return _NOTHING
    return _ask_pillow(name, batch.buffer[start : start + min(length, LOOK)].tobytes())


def _netpbm(_: Peek, __: int, head: bytes) -> _Found:
    found = NETPBM.match(head)
    if found:
        return NETPBM_FORMATS[found[1]], int(found[2]), int(found[3])
    return _both("PAM", PAM, head) if head.startswith(b"P7\n") else _NOTHING


def _xbm(_: Peek, __: int, head: bytes) -> _Found:
    return _both("XBM", XBM, head)


def _both(name: str, patterns: tuple[re.Pattern[bytes], re.Pattern[bytes]], head: bytes) -> _Found:
    width, height = (pattern.search(head) for pattern in patterns)
    return (name, int(width[1]), int(height[1])) if width and height else _NOTHING


def _xpm(_: Peek, __: int, head: bytes) -> _Found:
    found = XPM.search(head)
    return ("XPM", int(found[1]), int(found[2])) if found else ("XPM", -1, -1)


def _icns(peek: Peek, row: int, _: bytes) -> _Found:
    """Take the size of the largest image."""
    at, side = 8, -1
    for _count in range(MAX_ICONS):
        header = peek(row, at, 8)
        if not header:
            break
        name, length = struct.unpack(">4sI", header)
        side = max(side, ICONS.get(name, -1))
        if length < 8:
            break
        at += length
    return "ICNS", side, side


OWN: Final[tuple[tuple[bytes, Callable[[Peek, int, bytes], _Found]], ...]] = (
    (b"P", _netpbm),
    (b"#define ", _xbm),
    (b"/* XPM", _xpm),
    (b"icns", _icns),
)
"""First bytes, and what looks further."""

PILLOW_MARKS: Final = (
    (b"BLP1", "BLP"),
    (b"BLP2", "BLP"),
    (b"DanM", "MSP"),
    (b"LinS", "MSP"),
    (b"\xb1\x68\xde\x3a", "DCX"),
    (b"\x80\xe8\0\0", "PIXAR"),
)
"""First bytes of the formats that Pillow is asked for."""
PILLOW_NAMES: Final = {".tga": "TGA", ".icb": "TGA", ".vda": "TGA", ".vst": "TGA"}
"""Formats that Pillow is asked for if a file is named like one."""
PILLOW_CLASSES: Final = {
    "BLP": ("BlpImagePlugin", "BlpImageFile"),
    "DCX": ("DcxImagePlugin", "DcxImageFile"),
    "MSP": ("MspImagePlugin", "MspImageFile"),
    "PIXAR": ("PixarImagePlugin", "PixarImageFile"),
    "TGA": ("TgaImagePlugin", "TgaImageFile"),
}
"""The plugin of a format: the module in Pillow, and the class in it."""


def _ask_pillow(name: str, head: bytes) -> _Found:
    module, plugin = PILLOW_CLASSES[name]
    reader = getattr(import_module(f"PIL.{module}"), plugin)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            width, height = reader(BytesIO(head)).size
    # What hostile bytes make a plugin raise is its own affair.
    except Exception:
        return _NOTHING
    return name, int(width), int(height)
