"""Groups by date and camera: local days, no row lost, wrong arguments named."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe import geo
from imgframe.errors import UsageError
from imgframe.group import KEYS, STATISTICS, group_by, group_by_date

SCHEMA = pl.Schema(
    {
        "acquired_at": pl.Datetime("us"),
        "manufacturer": pl.String(),
        "model": pl.String(),
        "latitude": pl.Float64(),
        "longitude": pl.Float64(),
        "city": pl.String(),
        "region": pl.String(),
        "country": pl.String(),
    }
)

NEW_YEAR = datetime(2024, 12, 31, 23, 59, 59, 900_000)
PHOTOS = pl.DataFrame(
    [
        (datetime(2024, 12, 1), "Nikon", "D70s", 1.0, 2.0, "Paris", "Ile-de-France", "France"),
        (NEW_YEAR, "Apple", "iPhone X", 1.0, 2.0, "Paris", "Texas", "United States"),
        (datetime(2025, 1, 1), "Nikon", "D70s", None, None, None, None, None),
        (datetime(2025, 1, 6, 7, 30), None, "X1", None, None, "Paris", "Texas", "United States"),
        (None, None, None, 3.0, 4.0, None, None, "France"),
    ],
    schema=SCHEMA,
    orient="row",
)


def counts(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return frame.drop(set(STATISTICS) - {"count"}).rows()


def test_by_month() -> None:
    result = group_by_date(PHOTOS)
    assert result.schema == {"date": pl.Date(), **STATISTICS}
    assert result[:, :6].rows() == [
        (
            date(2024, 12, 1),
            2,
            datetime(2024, 12, 1),
            NEW_YEAR,
            ["Apple iPhone X", "Nikon D70s"],
            2,
        ),
        (
            date(2025, 1, 1),
            2,
            datetime(2025, 1, 1),
            datetime(2025, 1, 6, 7, 30),
            ["Nikon D70s", "X1"],
            0,
        ),
        (None, 1, None, None, [], 1),
    ]


@pytest.mark.parametrize(
    ("every", "starts"),
    [
        ("1d", [date(2024, 12, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 6), None]),
        ("1w", [date(2024, 11, 25), date(2024, 12, 30), date(2025, 1, 6), None]),
        ("1q", [date(2024, 10, 1), date(2025, 1, 1), None]),
        ("1y", [date(2024, 1, 1), date(2025, 1, 1), None]),
        ("10y", [date(2020, 1, 1), None]),
        (
            "6h",
            [
                datetime(2024, 12, 1),
                datetime(2024, 12, 31, 18),
                datetime(2025, 1, 1),
                datetime(2025, 1, 6, 6),
                None,
            ],
        ),
    ],
)
def test_periods(every: str, starts: list[date | None]) -> None:
    assert group_by_date(PHOTOS, every)["date"].to_list() == starts


@pytest.mark.parametrize(
    "every",
    [
        "",
        "month",
        "1",
        "d",
        "0d",
        "-1d",
        "1.5d",
        "1x",
        "1mo2d",
        "1D",
        " 1d",
        "1d ",
        "1mo1h",
        None,
        3,
    ],
)
def test_periods_that_are_none(every: Any) -> None:
    with pytest.raises(UsageError, match="is no duration such as '1d'"):
        group_by_date(PHOTOS.lazy(), every)


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("city", [("Paris", 3), (None, 2)]),
        (
            ["city", "country"],
            [
                ("Paris", "France", 1),
                ("Paris", "United States", 2),
                (None, "France", 1),
                (None, None, 1),
            ],
        ),
        ("region", [("Ile-de-France", 1), ("Texas", 2), (None, 2)]),
        ("country", [("France", 2), ("United States", 2), (None, 1)]),
        ("year", [(2024, 2), (2025, 2), (None, 1)]),
        ("month", [(date(2024, 12, 1), 2), (date(2025, 1, 1), 2), (None, 1)]),
        (
            "date",
            [
                (date(2024, 12, 1), 1),
                (date(2024, 12, 31), 1),
                (date(2025, 1, 1), 1),
                (date(2025, 1, 6), 1),
                (None, 1),
            ],
        ),
        ("camera", [("Apple iPhone X", 1), ("Nikon D70s", 2), ("X1", 1), (None, 1)]),
        (
            ["year", "camera", "year"],
            [
                (2024, "Apple iPhone X", 1),
                (2024, "Nikon D70s", 1),
                (2025, "Nikon D70s", 1),
                (2025, "X1", 1),
                (None, None, 1),
            ],
        ),
    ],
)
def test_keys(by: str | list[str], rows: list[tuple[Any, ...]]) -> None:
    assert counts(group_by(PHOTOS, by)) == rows


def test_statistics_of_a_group() -> None:
    paris = group_by(PHOTOS, "city").row(0, named=True)
    assert paris == {
        "city": "Paris",
        "count": 3,
        "first": datetime(2024, 12, 1),
        "last": datetime(2025, 1, 6, 7, 30),
        "cameras": ["Apple iPhone X", "Nikon D70s", "X1"],
        "with_gps": 2,
        "latitude": pytest.approx(1.0),
        "longitude": pytest.approx(2.0),
        "west": 2.0,
        "south": 1.0,
        "east": 2.0,
        "north": 1.0,
        "cover": None,
    }


COVERS = pl.DataFrame(
    [
        ("a.jpg", "broken", 9000, 9000, 5.0, None),
        ("b.jpg", None, 4000, 3000, None, datetime(2024, 1, 2)),
        ("c.jpg", None, 4000, 3000, None, datetime(2024, 1, 1)),
        ("d.jpg", None, 640, 480, 4.0, None),
        ("e.jpg", None, None, None, 0.0, datetime(2023, 1, 1)),
    ],
    schema={
        "path": pl.String, "error": pl.String, "width": pl.Int32, "height": pl.Int32,
        "xmp:Rating": pl.Float64, "acquired_at": pl.Datetime("us"),
    },
    orient="row",
).with_columns(album=pl.lit("all"))  # fmt: skip


def test_the_cover_is_the_best_rated_then_the_largest_then_the_earliest() -> None:
    def cover(frame: pl.DataFrame) -> list[str]:
        return group_by(frame, "album")["cover"].to_list()

    assert cover(COVERS) == ["d.jpg"]
    assert cover(COVERS.drop("xmp:Rating")) == ["c.jpg"]
    assert cover(COVERS.drop("xmp:Rating").filter(pl.col("path") != "c.jpg")) == ["b.jpg"]
    assert cover(COVERS[[0, 4]]) == ["e.jpg"]
    assert cover(COVERS[:1]) == ["a.jpg"]


def test_columns_of_the_frame_are_keys_but_for_those_that_tell_of_groups() -> None:
    assert counts(group_by(PHOTOS, ["model", "year"]))[0] == ("D70s", 2024, 1)
    with pytest.raises(UsageError, match="cannot group by 'latitude'"):
        group_by(PHOTOS, "latitude")


def test_what_cannot_be_told_is_null() -> None:
    bare = group_by(PHOTOS.select("acquired_at"), "year")
    assert bare["cameras"].to_list() == [[]] * 3
    assert bare["latitude"].null_count() == bare["cover"].null_count() == 3


@pytest.mark.parametrize(
    ("by", "named"), [("town", "'town'"), ([], "nothing"), (["city", "x"], "'x'")]
)
def test_keys_that_are_none(by: str | list[str], named: str) -> None:
    with pytest.raises(UsageError, match=f"cannot group by {named}; keys are city, region"):
        group_by(PHOTOS, by)


@pytest.mark.parametrize("by", [None, 3, ["city", None], [["city"]]])
def test_keys_that_are_no_names(by: Any) -> None:
    for function in (group_by, geo.group_by):
        with pytest.raises(UsageError, match="keys are names of columns"):
            function(PHOTOS, by)


@pytest.mark.parametrize("dtype", [pl.String, pl.Null, pl.Int64])
def test_dates_that_are_none(dtype: pl.DataType) -> None:
    frame = PHOTOS.with_columns(acquired_at=pl.lit(None, dtype))
    with pytest.raises(UsageError, match="acquired_at must be dates"):
        group_by_date(frame)
    with pytest.raises(UsageError, match="acquired_at must be dates"):
        group_by(frame, "month")
    with pytest.raises(UsageError, match="acquired_at must be dates"):
        geo.trips(frame)


def test_columns_that_are_not_there() -> None:
    with pytest.raises(UsageError, match=r"no column 'city' in the frame: geo\.add_places"):
        group_by(PHOTOS.drop("city"), "city")
    with pytest.raises(UsageError, match="no column 'acquired_at' in the frame: read_images"):
        group_by_date(PHOTOS.drop("acquired_at"))


def test_an_empty_frame_has_no_groups() -> None:
    assert group_by_date(PHOTOS.clear()).height == 0
    assert group_by(PHOTOS.clear(), ["camera", "year"]).height == 0


def test_works_under_pipe_and_stays_lazy() -> None:
    lazy = PHOTOS.lazy().pipe(group_by_date, every="1w")
    assert isinstance(lazy, pl.LazyFrame)
    assert_frame_equal(lazy.collect(), PHOTOS.pipe(group_by_date, every="1w"))


THERE = {*SCHEMA, "date", "month", "year", "camera"}
NAMES = st.none() | st.sampled_from(["", "Nikon", "D70s", "é"])
ROWS = st.tuples(
    st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    NAMES,
    NAMES,
    st.none() | st.floats(),
    st.none() | st.floats(),
    NAMES,
    NAMES,
    NAMES,
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(ROWS, max_size=8),
    st.lists(st.sampled_from(sorted(set(KEYS) & THERE)), min_size=1, unique=True),
    st.sampled_from(["1us", "90m", "1d", "2w", "1mo", "1q", "3y"]),
)
def test_no_row_is_lost(rows: list[tuple[Any, ...]], by: list[str], every: str) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    for result in (group_by(frame, by), group_by_date(frame, every)):
        assert result["count"].sum() == frame.height
        assert (result["with_gps"] <= result["count"]).all()
    assert_frame_equal(group_by(frame.lazy(), by).collect(), group_by(frame, by))
    dated = group_by_date(frame, every).drop_nulls("date")
    assert (dated["date"].cast(pl.Datetime("us")) <= dated["first"]).all()
    assert (dated["last"] - dated["first"] >= timedelta(0)).all()
