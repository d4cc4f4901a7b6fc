"""Real files of many makers against what ExifTool reads in them."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import math
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from imgframe.schema import TAG_COLUMNS, Directory, Rule, name_of
from tests.reading import table

GROUPS = {
    "IFD0": Directory.IFD0,
    "ExifIFD": Directory.EXIF,
    "InteropIFD": Directory.INTEROP,
    "GPS": Directory.GPS,
}

FIRST_OF_MANY = "the tag is declared single: the first value counts, ExifTool prints all"
TWICE = "the tag stands there twice: the first counts for us, the last for ExifTool"
DATE = "the same date, which ExifTool prints as it is written"
NO_DATE = "what stands there is no date"

NO_TEXT = "the value begins with NUL: there is no text"
NO_JPEG = "the file does not begin as a JPEG does; ExifTool goes on to a thumbnail further in"
OS2_BMP = "a BITMAPINFOHEADER2 of OS/2, whose height stands where we read it"

SIDES_WITH_US = {
    ("32d08f4a5eb10332506ebedbb9bc7257.jpg", "ExifVersion"): NO_TEXT,
    ("32d08f4a5eb10332506ebedbb9bc7257.jpg", "FlashPixVersion"): NO_TEXT,
    ("21ad703b38e2c350215bb92a849486f3.jpg", "size"): NO_JPEG,
    ("QCb.BMP", "size"): OS2_BMP,
    ("pal1huff.bmp", "size"): OS2_BMP,
    ("Photoshop (3).jpg", "DateTime"): DATE,
    ("b52a2fceb34f9b31cb417379cf8c02ba.tif", "ISOSpeedRatings"): FIRST_OF_MANY,
    ("m1-d1d366d7965db766c19a66c7a2ccbb6b.tif", "PhotometricInterpretation"): FIRST_OF_MANY,
    ("m17-42c19f8e79e582bef107f372f18a074b.tif", "ExifImageHeight"): FIRST_OF_MANY,
    ("m3-63c8b14ea08a18c884d05a3431716047.tif", "DateTime"): DATE,
    ("m5-63c8b14ea08a18c884d05a3431716047.tif", "DateTime"): DATE,
    ("m6-63c8b14ea08a18c884d05a3431716047.tif", "DateTime"): DATE,
    ("m8-42c19f8e79e582bef107f372f18a074b.tif", "DateTime"): NO_DATE,
    ("m8-42c19f8e79e582bef107f372f18a074b.tif", "ExtraSamples"): TWICE,
}
"""File and column to the reason why our value is right where ExifTool's differs."""


@pytest.fixture(scope="module")
def frame(corpus: Path) -> pl.DataFrame:
    return table(corpus)


@pytest.fixture(scope="module")
def oracle(corpus: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads(gzip.decompress((corpus / "exiftool.json.gz").read_bytes()))
    return {str(corpus / row["SourceFile"]): row for row in rows}


def number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def written(value: Any) -> str:
    """Write a value of the table as ExifTool writes its own."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y:%m:%d %H:%M:%S}"
    if isinstance(value, dt.date):
        return f"{value:%Y:%m:%d}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S.%f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return " ".join("undef" if v is None else f"{v:.10g}" for v in value)
    return re.sub(r"[\0-\x20]+", " ", str(value)).strip()


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, list):
        ours_, theirs_ = written(ours).split(), str(theirs).replace(",", " ").split()
        return len(ours_) == len(theirs_) and all(map(same, ours_, theirs_))
    a, b = number(ours), number(theirs)
    if a is not None and b is not None:
        return math.isclose(a, b, rel_tol=2e-5, abs_tol=1e-7) or (math.isinf(a) and a == b)
    text = written(theirs)
    if isinstance(ours, dt.datetime):
        return text.startswith(written(ours)) or text[:16] == written(ours)[:16]
    return written(ours) == text or (len(written(ours)) == len(text) and "?" in text)


def is_nothing(value: Any) -> bool:
    return re.fullmatch(r"(undef|inf|nan|[\s:0./-]*)", str(value), re.IGNORECASE) is not None


def test_exif_values_are_those_exiftool_reads(
    frame: pl.DataFrame, oracle: dict[str, dict[str, Any]]
) -> None:
    compared, differing = 0, {}
    for ours in frame.iter_rows(named=True):
        for key, cell in oracle.get(ours["path"], {}).items():
            group, _, _ = key.partition(":")
            if group not in GROUPS or not str(cell["id"]).startswith("0x"):
                continue
            column = name_of(GROUPS[group], int(cell["id"], 16))
            value = cell["val"]
            if column not in TAG_COLUMNS or str(value).startswith("(Binary data"):
                continue
            if ours.get(column) is None and is_nothing(value):
                continue
            compared += 1
            if ours.get(column) is None or not same(ours[column], value):
                pair = ours.get(column), value
                if not is_apex(column, *pair):
                    differing[Path(ours["path"]).name, column] = pair
    assert compared > 3000
    assert {k: v for k, v in differing.items() if k not in SIDES_WITH_US} == {}
    assert len(differing) < compared * 0.005


def is_apex(column: str, ours: Any, theirs: Any) -> bool:
    """ExifTool turns APEX values into seconds and f-numbers; the table keeps what the file says."""
    a, b = number(ours), number(theirs)
    if a is None or b is None or abs(a) > 100:
        return False
    if column == "ShutterSpeedValue":
        return math.isclose(2**-a, b, rel_tol=1e-4)
    return column in ("ApertureValue", "MaxApertureValue") and math.isclose(
        2 ** (a / 2), b, rel_tol=1e-4
    )


def test_every_image_has_the_size_exiftool_reads(
    frame: pl.DataFrame, oracle: dict[str, dict[str, Any]]
) -> None:
    different = {}
    for ours in frame.iter_rows(named=True):
        cell = oracle.get(ours["path"], {}).get("Composite:ImageSize")
        if cell is None:
            continue
        size = tuple(int(x) for x in re.findall(r"\d+", str(cell["val"])))
        if (Path(ours["path"]).name, "size") in SIDES_WITH_US:
            continue
        if size != (ours["width"], ours["height"]):
            different[Path(ours["path"]).name] = (
                ours["format"],
                ours["width"],
                ours["height"],
                size,
            )
    assert different == {}


def test_a_row_for_every_file(frame: pl.DataFrame, oracle: dict[str, dict[str, Any]]) -> None:
    assert set(oracle) <= set(frame["path"].to_list())
    assert frame["path"].is_unique().all()


def test_types_follow_from_names(frame: pl.DataFrame) -> None:
    lists = [c for c in frame.columns if TAG_COLUMNS.get(c) in (Rule.INTEGERS, Rule.FLOATS)]
    assert lists
    assert all(isinstance(frame.schema[c], pl.List) for c in lists)
