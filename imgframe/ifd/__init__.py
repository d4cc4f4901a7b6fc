"""TIFF directories of many files at once: segments in, entries out.

TIFF 6.0, section 2; BigTIFF (Adobe/AWare design, version 43); Exif 3.0, 4.6. Every entry of every
directory of a batch stands in one array of tag, type, count and position. Counts and offsets of a
file are believed only as far as its bytes reach.
"""

from __future__ import annotations

from imgframe.ifd.entries import START, Entries, Keep, Walk, wanted
from imgframe.ifd.walk import walk

__all__ = ["START", "Entries", "Keep", "Walk", "walk", "wanted"]
