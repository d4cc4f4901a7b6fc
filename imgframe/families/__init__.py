"""Families: segments in, Arrow columns and problems out. One module a family."""

from imgframe.families import exif

__all__ = ["exif"]
