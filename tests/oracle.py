"""What ExifTool reads in the corpus, and how its values compare with those of a table."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from imgframe.schema import TAG_COLUMNS, Directory, name_of

Cell = dict[str, Any]
"""A value as ExifTool gives it: ``id`` of the tag and ``val``."""
ColumnOf = Callable[[str, str, str], str | None]
"""Takes ExifTool's group and name of a tag and the tag's id; gives the column, or None for a tag
of another family."""

GROUPS = {
    "IFD0": Directory.IFD0,
    "ExifIFD": Directory.EXIF,
    "InteropIFD": Directory.INTEROP,
    "GPS": Directory.GPS,
}
XMP_GROUPS = {
    "getty": "GettyImagesGIFT",
    "hdr": "hdr_metadata",
    "iptcCore": "Iptc4xmpCore",
    "iptcExt": "Iptc4xmpExt",
    "microsoft": "MicrosoftPhoto",
    "photomech": "photomechanic",
}
"""ExifTool's names of namespaces that are not their usual prefixes."""
ABOUT_XMP = ("x", "rdf")
"""Namespaces of what tells of the packet itself."""
POSITIONS = ("GPSLatitude", "GPSLongitude", "GPSDestLatitude", "GPSDestLongitude")
"""Tags of XMP that ExifTool turns into degrees; the table keeps "36,7.877N"."""
CHUNK = re.compile(r"[a-z][A-Z]{2}[A-Za-z]|\w{1,4}|\d.*|.*-name")
"""Ids that ExifTool gives to what stands in PNG besides texts."""
ICC_CODED = ("ICC:ProfileID", "ICC:ProfileVersion")
"""Columns of ICC profiles that ExifTool shows as bare numbers."""


def read_oracle(corpus: Path) -> dict[str, dict[str, Cell]]:
    """Read ExifTool's answers, by path."""
    rows = json.loads(gzip.decompress((corpus / "exiftool.json.gz").read_bytes()))
    return {str(corpus / row["SourceFile"]): row for row in rows}


def exif_column(group: str, name: str, tag: str) -> str | None:
    if group not in GROUPS or not tag.startswith("0x"):
        return None
    column = name_of(GROUPS[group], int(tag, 16))
    return column if column in TAG_COLUMNS else None


def iptc_column(group: str, name: str, tag: str) -> str | None:
    return f"IPTC:{name}" if group == "IPTC" and name != "CodedCharacterSet" else None


def icc_column(group: str, name: str, tag: str) -> str | None:
    column = "ICC:" + ("ColorSpace" if name == "ColorSpaceData" else name)
    known = column in TAG_COLUMNS and column not in ICC_CODED
    return column if group in ("ICC-header", "ICC_Profile") and known else None


def png_column(group: str, name: str, tag: str) -> str | None:
    is_text = group == "PNG" and not CHUNK.fullmatch(tag)
    return f"PNG:{tag}" if is_text and not name.startswith("Image") else None


def xmp_column(group: str, name: str, tag: str) -> str | None:
    """Name a property; of a namespace that ExifTool has no table for, the id has the prefix."""
    if not group.startswith("XMP-") or group[4:] in ABOUT_XMP or tag in POSITIONS:
        return None
    namespace = XMP_GROUPS.get(group[4:], group[4:])
    return tag if tag.startswith(f"{namespace}:") else f"{namespace}:{tag}"


def compared(
    frame: pl.DataFrame, oracle: dict[str, dict[str, Cell]], column_of: ColumnOf
) -> Iterator[tuple[str, str, Any, Any, bool]]:
    """Give file, column, our value, ExifTool's value, and whether they are the same."""
    for ours in frame.iter_rows(named=True):
        for key, cell in oracle.get(ours["path"], {}).items():
            group, _, name = key.partition(":")
            column = column_of(group, name, str(cell["id"])) if name else None
            if column is None or not is_plain(cell["val"]):
                continue
            mine, theirs = ours.get(column), cell["val"]
            if mine is None and is_nothing(theirs):
                continue
            same_ = mine is not None and (same(mine, theirs) or is_apex(column, mine, theirs))
            yield Path(ours["path"]).name, column, mine, theirs, same_


def is_plain(value: Any) -> bool:
    """Say whether a value is no structure and no blob."""
    items = value if isinstance(value, list) else [value]
    return not any(isinstance(i, dict) or str(i).startswith("(Binary data") for i in items)


def is_nothing(value: Any) -> bool:
    return re.fullmatch(r"(undef|inf|nan|[\s:0./-]*)", str(value), re.IGNORECASE) is not None


def same(ours: Any, theirs: Any) -> bool:
    """Compare a value of the table with one of ExifTool's."""
    if isinstance(theirs, list):
        # A list of a property that is not declared one is a text.
        items = ours if isinstance(ours, list) else str(ours).split("; ")
        return len(items) == len(theirs) and all(map(same, items, theirs))
    if isinstance(ours, list):
        texts = all(isinstance(item, str) for item in ours)
        words = [theirs] if texts else str(theirs).replace(",", " ").split()
        return len(ours) == len(words) and all(map(same, ours, words))
    a, b = number(ours), number(theirs)
    if a is not None and b is not None:
        return math.isclose(a, b, rel_tol=2e-5, abs_tol=1e-7) or (math.isinf(a) and a == b)
    mine, text = written(ours), written(theirs)
    if isinstance(ours, dt.datetime):
        return text.startswith(mine) or text[:16] == mine[:16]
    # ExifTool has "?" for bytes that are no UTF-8.
    return text in (mine, with_colons(mine)) or (len(mine) == len(text) and "?" in text)


def number(value: Any) -> float | None:
    above, slash, below = str(value).partition("/")
    try:
        return float(above) / float(below) if slash else float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def written(value: Any) -> str:
    """Write a value as ExifTool writes its own."""
    if value is None:
        return "undef"
    if isinstance(value, dt.datetime):
        return f"{value:%Y:%m:%d %H:%M:%S}"
    if isinstance(value, dt.date):
        return f"{value:%Y:%m:%d}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S.%f}".rstrip("0").rstrip(".")
    return re.sub(r"[\0-\x20]+", " ", str(value)).strip()


def with_colons(text: str) -> str:
    """Write a date of ISO 8601 as Exif does."""
    date, _, time = text.partition("T")
    return f"{date.replace('-', ':')} {time}".strip()


def is_apex(column: str, ours: Any, theirs: Any) -> bool:
    """ExifTool turns APEX values into seconds and f-numbers; the table keeps what the file says."""
    a, b = number(ours), number(theirs)
    if a is None or b is None or abs(a) > 100:
        return False
    name = column.removeprefix("exif:")
    if name == "ShutterSpeedValue":
        return math.isclose(2**-a, b, rel_tol=1e-4)
    return name in ("ApertureValue", "MaxApertureValue") and math.isclose(
        2 ** (a / 2), b, rel_tol=1e-4
    )
