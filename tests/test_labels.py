"""Words for enumerations: known codes, codes nobody knows, and columns left alone."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags
from polars.testing import assert_frame_equal

from imgframe.schema import dtype_of
from imgframe.words import WORDS, labels


def frame_of(**columns: list[int | None]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema={name: dtype_of(name) for name in columns})


@pytest.mark.parametrize(
    ("tag", "code", "words"),
    [
        ("Orientation", 1, "normal"),
        ("Orientation", 6, "rotate 90° clockwise"),
        ("Orientation", 8, "rotate 270° clockwise"),
        ("Flash", 0, "did not fire"),
        ("Flash", 1, "fired"),
        ("Flash", 5, "fired, return light not detected"),
        ("Flash", 16, "did not fire, compulsory suppression"),
        ("Flash", 24, "did not fire, auto mode"),
        ("Flash", 32, "no flash function"),
        ("Flash", 73, "fired, compulsory firing, red-eye reduction"),
        ("Flash", 95, "fired, auto mode, return light detected, red-eye reduction"),
        ("Flash", 2, "unknown (2)"),
        ("MeteringMode", 5, "pattern"),
        ("MeteringMode", 255, "other"),
        ("ExposureProgram", 3, "aperture priority"),
        ("LightSource", 16, "warm white fluorescent (2600-3250 K)"),
        ("LightSource", 5, "unknown (5)"),
        ("ColorSpace", 65535, "uncalibrated"),
        ("ResolutionUnit", 3, "centimetre"),
        ("Compression", 5, "LZW"),
        ("Compression", 32773, "PackBits"),
        ("PhotometricInterpretation", 6, "YCbCr"),
        ("SceneCaptureType", 3, "night"),
        ("WhiteBalance", 1, "manual"),
        ("SensingMethod", 2, "one-chip colour area sensor"),
        ("FileSource", 3, "digital camera"),
        ("GPSAltitudeRef", 3, "below sea level"),
        ("GrayResponseUnit", 3, "1000th of a unit"),
        ("NewSubfileType", 1, "reduced-resolution image"),
        ("Thumbnail:Compression", 6, "JPEG (old style)"),
        ("Thumbnail:Orientation", 17, "unknown (17)"),
        ("Saturation", -1, "unknown (-1)"),
    ],
)
def test_words(tag: str, code: int, words: str) -> None:
    assert labels(frame_of(**{tag: [code, None]}))[tag].to_list() == [words, None]


def test_columns_stay_in_place_and_others_as_they_are() -> None:
    frame = frame_of(ISOSpeedRatings=[100], Flash=[1], FocalLengthIn35mmFilm=[50])
    result = labels(frame)
    assert result.columns == frame.columns
    assert result.dtypes == [pl.Int64, pl.String, pl.Int64]
    assert_frame_equal(labels(result), result)


def test_a_frame_without_enumerations() -> None:
    frame = pl.DataFrame({"path": ["a"]})
    assert_frame_equal(labels(frame), frame)


def test_a_lazy_frame_stays_lazy() -> None:
    frame = frame_of(Flash=[1, 99], Orientation=[None, 3])
    lazy = labels(frame.lazy())
    assert isinstance(lazy, pl.LazyFrame)
    assert_frame_equal(lazy.collect(), labels(frame))


def test_every_enumeration_is_an_integer_tag() -> None:
    assert {dtype_of(name) for name in WORDS} == {pl.Int64()}


def test_light_sources_are_those_of_pillow_and_the_one_it_lacks() -> None:
    assert WORDS["LightSource"].keys() == {*map(int, ExifTags.LightSource), 16}


def test_orientation_words_show_a_picture_upright() -> None:
    upright = np.arange(6).reshape(2, 3)
    stored = {  # by where its first row and column belong: Exif 3.0, 4.6.5
        1: upright,  # top, left
        2: upright[:, ::-1],  # top, right
        3: upright[::-1, ::-1],  # bottom, right
        4: upright[::-1],  # bottom, left
        5: upright.T,  # left, top
        6: upright[:, ::-1].T,  # right, top
        7: upright[::-1, ::-1].T,  # right, bottom
        8: upright[::-1].T,  # left, bottom
    }
    for code, pixels in stored.items():
        for step in WORDS["Orientation"][code].split(", "):
            match step.split():
                case ["mirror", "horizontally"]:
                    pixels = pixels[:, ::-1]
                case ["mirror", "vertically"]:
                    pixels = pixels[::-1]
                case ["rotate", degrees, *_]:
                    pixels = np.rot90(pixels, -int(degrees.rstrip("°")) // 90)
        assert pixels.tolist() == upright.tolist(), code


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(sorted(WORDS)),
        st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=3, max_size=3),
        min_size=1,
    )
)
def test_any_codes(columns: dict[str, list[int | None]]) -> None:
    frame = frame_of(**columns)
    result = labels(frame)
    assert result.shape == frame.shape
    assert_frame_equal(result.select(pl.all().is_null()), frame.select(pl.all().is_null()))
    assert set(result.dtypes) == {pl.String()}
