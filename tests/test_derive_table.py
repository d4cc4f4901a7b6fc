"""The derived columns as a table: their places, sources and dtypes, and what always holds."""

import re
from datetime import UTC, datetime, time
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe.derive import DERIVED, Derived, add_derived, derived_schema, sources_of
from imgframe.errors import UsageError
from imgframe.schema import FILE_COLUMNS, TAG_COLUMNS, dtype_of

NOON = datetime(2024, 5, 1, 12)


def frame_of(*rows: dict[str, Any], columns: list[str] | None = None) -> pl.DataFrame:
    names = columns or list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(list(rows), schema={name: dtype_of(name) for name in names})


def test_columns_are_file_derived_then_tags() -> None:
    frame = frame_of({"Make": "Canon", "path": "a.jpg", "FNumber": 2.8, "size": 7})
    names = add_derived(frame).columns
    assert names == ["path", "size", *derived_schema(), "Make", "FNumber"]


def test_derived_columns_are_made_anew() -> None:
    frame = frame_of({"Make": "Canon", "FNumber": 2.8})
    once = add_derived(frame)
    assert_frame_equal(add_derived(once), once)
    stale = once.with_columns(manufacturer=pl.lit("Nikon"))
    assert_frame_equal(add_derived(stale), once)


def test_a_frame_without_tags_gets_typed_nulls() -> None:
    frame = add_derived(pl.DataFrame({"path": ["a", "b"]}))
    assert frame.drop("path").schema == pl.Schema(derived_schema())
    assert frame.drop("path").null_count().row(0) == (2,) * len(DERIVED)


def test_nothing_is_made_of_nulls() -> None:
    nulls = frame_of(dict.fromkeys(sources_of()))
    assert set(add_derived(nulls).select(*derived_schema()).row(0)) == {None}


def test_a_lazy_frame_stays_lazy() -> None:
    def fail(frame: pl.DataFrame) -> pl.DataFrame:
        raise AssertionError("collected")

    lazy = frame_of({"Make": "Canon"}).lazy().map_batches(fail, schema={"Make": pl.String()})
    assert add_derived(lazy).collect_schema() == add_derived(frame_of({"Make": "x"})).schema


@pytest.mark.parametrize("column", DERIVED, ids=lambda column: column.name)
def test_sources_are_what_the_query_plan_reads(column: Derived) -> None:
    full = frame_of(dict.fromkeys(sources_of()))
    plan = add_derived(full.lazy()).select(column.name).explain()
    read = {name for name in re.findall(r'col\("([^"]+)"\)', plan) if name in full.columns}
    assert set(column.sources) == read
    plain = {name for name in read if ":" not in name}  # XMP and PNG have no list of names
    assert plain <= {*TAG_COLUMNS, *FILE_COLUMNS}


def test_sources_of_some_columns() -> None:
    assert sources_of(["manufacturer", "title"]) == [
        "Make", "tiff:Make", "dc:title", "IPTC:ObjectName", "XPTitle", "PNG:Title"
    ]  # fmt: skip
    assert sources_of([]) == []
    with pytest.raises(UsageError, match="not a derived column: Make"):
        sources_of(["latitude", "Make"])


def test_derived_names_meet_no_tag() -> None:
    assert derived_schema().keys().isdisjoint([*TAG_COLUMNS, *FILE_COLUMNS])
    assert all(column.name == column.name.lower() and column.doc for column in DERIVED)


SHORT = st.text(max_size=8)
XMP_DATES = ["2024-05-01T12:00:00+02:00", "2024:05:01 12:00", "2024-05-01", "2024", "0000-01-01"]
XMP_PLACES = ["48,51.5N", "2,17,40.2E", "0,0N", "91,0N", "48.5", "-48.5", "51200/100", "1/0"]
VALUES: dict[pl.DataType, st.SearchStrategy[Any]] = {
    pl.String(): SHORT
    | st.sampled_from(
        ["N", "s", "WEST", "V", "+02:00", "Z", "05", "JPEG", *XMP_DATES, *XMP_PLACES]
    ),
    pl.Int64(): st.integers(-(2**63), 2**63 - 1) | st.integers(0, 9),
    pl.Float64(): st.floats() | st.floats(-200, 200),
    pl.Datetime("us"): st.datetimes() | st.just(NOON),
    pl.Date(): st.dates() | st.just(NOON.date()),
    pl.Time(): st.times() | st.builds(time, st.integers(0, 23)),
    pl.Datetime("us", "UTC"): st.datetimes(timezones=st.just(UTC)),
    pl.List(pl.String()): st.lists(
        st.none() | SHORT | st.sampled_from(["GPSLatitude: denominator 0", " a ", "a"]), max_size=4
    ),
    pl.List(pl.Float64()): st.lists(st.none() | st.floats(), max_size=5),
}


@st.composite
def tag_frames(draw: st.DrawFn) -> pl.DataFrame:
    names = draw(st.lists(st.sampled_from(sources_of()), unique=True, min_size=1))
    rows = st.fixed_dictionaries({n: st.none() | VALUES[dtype_of(n)] for n in names})
    return frame_of(*draw(st.lists(rows, max_size=4)), columns=names)


@settings(deadline=None, max_examples=150)
@given(tag_frames())
def test_any_values(frame: pl.DataFrame) -> None:
    result = add_derived(frame)
    assert result.height == frame.height
    assert_frame_equal(result.select(frame.columns), frame)
    assert result.select(*derived_schema()).schema == pl.Schema(derived_schema())
    assert_frame_equal(add_derived(frame.lazy()).collect(), result)

    offset = pl.duration(minutes="utc_offset")
    utc = pl.col("acquired_at_utc").dt.replace_time_zone(None)
    laws = result.select(
        utc=(pl.col("acquired_at") - offset).eq_missing(utc),
        source=pl.col("time_source").is_null() == pl.col("utc_offset").is_null(),
        offset=pl.col("utc_offset").abs() <= 840,
        latitude=pl.col("latitude").abs() <= 90,
        longitude=pl.col("longitude").abs() <= 180,
        pair=pl.col("latitude").is_null() == pl.col("longitude").is_null(),
        problem=pl.col("latitude").is_null()
        | pl.col("gps_problem").is_null()
        | pl.col("gps_problem").str.starts_with("datum "),
        altitude=pl.col("altitude").is_finite(),
        orientation=pl.col("orientation").is_between(1, 8),
        resolution=pl.col("resolution_x").is_finite() & (pl.col("resolution_x") > 0),
    )
    assert all(laws.select(pl.all().drop_nulls().all()).row(0))


@settings(deadline=None, max_examples=100)
@given(tag_frames())
def test_an_absent_tag_is_a_null(frame: pl.DataFrame) -> None:
    absent = [n for n in sources_of() if n not in frame.columns]
    nulls = frame.with_columns(pl.lit(None, dtype_of(n)).alias(n) for n in absent)
    ours = list(derived_schema())
    assert_frame_equal(add_derived(nulls).select(ours), add_derived(frame).select(ours))
