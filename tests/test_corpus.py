"""Real files of many makers against what ExifTool reads in them."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from imgframe.schema import TAG_COLUMNS, Rule
from tests.oracle import (
    Cell,
    ColumnOf,
    compared,
    exif_column,
    icc_column,
    iptc_column,
    png_column,
    read_oracle,
    xmp_column,
)
from tests.reading import table

Oracle = dict[str, dict[str, Cell]]

FIRST_OF_MANY = "the tag is declared single: the first value counts, ExifTool prints all"
TWICE = "the tag stands there twice: the first counts for us, the last for ExifTool"
DATE = "the same date, which ExifTool prints as it is written"
NO_DATE = "what stands there is no date"

NO_TEXT = "the value begins with NUL: there is no text"
NO_JPEG = "the file does not begin as a JPEG does; ExifTool goes on to a thumbnail further in"
WORDS = "an APEX value that is written with words, which ExifTool takes the number out of"
NO_SPACE = "the file says -1, for which ExifTool puts the number of an uncalibrated space"
CAPITALS = "ExifTool makes small letters of a name all in capitals: the file has avm:ID"
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
    ("32-lens_data.jpeg", "exif:MaxApertureValue"): WORDS,
    ("Issue 116.jpg", "exif:ApertureValue"): WORDS,
    ("Issue 116.jpg", "exif:ShutterSpeedValue"): WORDS,
    ("Sony DSC-P12.jpg", "exif:MaxApertureValue"): WORDS,
    ("1cbb1bb37d62c44f67374cd451643dc4.jpg", "exif:ColorSpace"): NO_SPACE,
    ("b52a2fceb34f9b31cb417379cf8c02ba.tif", "exif:ColorSpace"): NO_SPACE,
    ("Issue 600 (1).jpg", "avm:id"): CAPITALS,
    ("Issue 80.jpg", "MicrosoftPhoto:Rating"): TWICE,
}
"""File and column to the reason why our value is right where ExifTool's differs."""


@pytest.fixture(scope="module")
def frame(corpus: Path) -> pl.DataFrame:
    return table(corpus)


@pytest.fixture(scope="module")
def oracle(corpus: Path) -> Oracle:
    return read_oracle(corpus)


@pytest.mark.parametrize(
    ("column_of", "least"),
    [
        (exif_column, 4000),
        (iptc_column, 90),
        (icc_column, 450),
        (png_column, 30),
        (xmp_column, 700),
    ],
)
def test_values_are_those_exiftool_reads(
    frame: pl.DataFrame, oracle: Oracle, column_of: ColumnOf, least: int
) -> None:
    pairs = list(compared(frame, oracle, column_of))
    differing = {
        (file, column): (ours, theirs) for file, column, ours, theirs, same in pairs if not same
    }
    assert {k: v for k, v in differing.items() if k not in SIDES_WITH_US} == {}
    assert len(pairs) >= least


def test_every_image_has_the_size_exiftool_reads(frame: pl.DataFrame, oracle: Oracle) -> None:
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


def test_a_row_for_every_file(frame: pl.DataFrame, oracle: Oracle) -> None:
    assert set(oracle) <= set(frame["path"].to_list())
    assert frame["path"].is_unique().all()


def test_types_follow_from_names(frame: pl.DataFrame) -> None:
    lists = [c for c in frame.columns if TAG_COLUMNS.get(c) in (Rule.INTEGERS, Rule.FLOATS)]
    assert lists
    assert all(isinstance(frame.schema[c], pl.List) for c in lists)
