"""Reads single files through the decoder, for tests that look at one value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from imgframe.decode import DecodeOptions, decode
from imgframe.discover import discover


def table(source: Path, **options: Any) -> pl.DataFrame:
    """Decode all files of a folder, or one file, whatever they are named."""
    frames = [
        pl.from_arrow(decode(batch, DecodeOptions(**options)))
        for batch in discover(source, None if source.is_file() else "*")
    ]
    return pl.concat([f for f in frames if isinstance(f, pl.DataFrame)], how="diagonal")


def row(folder: Path, data: bytes, name: str = "image.jpg", **options: Any) -> dict[str, Any]:
    """Decode the bytes of one file to a dict."""
    path = folder / name
    path.write_bytes(data)
    frame = table(path, **options)
    assert frame.height == 1
    return frame.row(0, named=True)
