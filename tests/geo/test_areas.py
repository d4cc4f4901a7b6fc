"""The user's own areas: edges, holes, overlaps, systems and the antimeridian."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from shapely import MultiPolygon, Point, Polygon, box

from imgframe import geo
from imgframe.errors import SourceError, UsageError


def frame_of(*positions: tuple[float | None, float | None]) -> pl.DataFrame:
    """Positions as longitude, latitude: x before y, as polygons have it."""
    schema = {"longitude": pl.Float64, "latitude": pl.Float64}
    return pl.DataFrame(positions, schema=schema, orient="row")


def areas_of(*polygons: Any, crs: Any = "EPSG:4326") -> gpd.GeoDataFrame:
    names = [chr(ord("a") + n) for n in range(len(polygons))]
    return gpd.GeoDataFrame({"area": names}, geometry=list(polygons), crs=crs)


def found(areas: gpd.GeoDataFrame, *positions: tuple[float | None, float | None]) -> list[Any]:
    return geo.join_areas(frame_of(*positions), areas)["area"].to_list()


PARK = box(10, 50, 12, 52)


def test_inside_outside_and_nowhere() -> None:
    positions = (11, 51), (13, 51), (None, 51), (11, float("nan")), (11, 91), (371, 51)
    assert found(areas_of(PARK), *positions) == ["a", None, None, None, None, None]


def test_the_boundary_is_in_and_a_hole_is_out() -> None:
    ring = Polygon(PARK.exterior.coords, [box(10.5, 50.5, 11.5, 51.5).exterior.coords])
    points = (10, 51), (12, 52), (11, 51), (10.5, 51), (10.2, 51)
    assert found(areas_of(ring), *points) == ["a", "a", None, "a", "a"]
    filled = areas_of(ring, box(10.5, 50.5, 11.5, 51.5))
    assert found(filled, (11, 51), (10.5, 51)) == ["b", "b"]


def test_of_several_the_smallest_holds_and_of_equal_ones_the_first() -> None:
    district, plot = box(0, 40, 20, 60), box(10.9, 50.9, 11.1, 51.1)
    assert found(areas_of(district, PARK, plot), (11, 51), (10.1, 51), (1, 51)) == ["c", "b", "a"]
    assert found(areas_of(PARK, PARK), (11, 51)) == ["a"]
    neighbours = areas_of(box(0, 0, 1, 1), box(1, 0, 2, 1))
    assert found(neighbours, (0.5, 0.5), (1, 0.5), (1.5, 0.5)) == ["a", "a", "b"]


def test_size_is_that_on_the_ground_not_in_degrees() -> None:
    long, short = box(0, 60, 30, 90), box(0, 40, 20, 75)
    assert long.area > short.area
    assert found(areas_of(short, long), (10, 70)) == ["b"]


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:32632", "EPSG:25832", "EPSG:3035", "EPSG:4258"])
def test_systems(crs: str) -> None:
    areas = areas_of(box(10, 50, 10.1, 50.1), box(10.2, 50, 10.3, 50.1)).to_crs(crs)
    points = (10.05, 50.05), (10.25, 50.05), (10.15, 50.05), (-170, -50.05), (100, 20)
    assert found(areas, *points) == ["a", "b", None, None, None]


def test_a_projection_far_from_where_it_holds_gives_nothing() -> None:
    """Transverse Mercator folds the far side of the earth onto the near one."""
    rng = np.random.default_rng(3)
    areas = areas_of(box(8, 45, 10, 55)).to_crs("EPSG:32632")
    x, y = rng.uniform(60, 300, 300) % 360 - 180, rng.uniform(-89, 89, 300)
    far = list(zip(x.tolist(), y.tolist(), strict=True))
    outside = [(x, y) for x, y in far if not (7 < x < 11 and 44 < y < 56)]
    assert found(areas, *outside) == [None] * len(outside)


def test_around_a_pole() -> None:
    cap = Point(0, 0).buffer(1_000_000)
    areas = areas_of(cap, crs="EPSG:3031")
    assert found(areas, (0, -90), (120, -85), (-170, -84), (0, -70), (0, 90)) == [
        "a", "a", "a", None, None,
    ]  # fmt: skip
    belt = areas_of(box(-180, -90, 180, -60))
    assert found(belt, (-180, -70), (180, -70), (0, -90), (0, -59)) == ["a", "a", "a", None]


FIJI = [
    pytest.param(box(177, -20, 183, -15), id="goes on beyond 180"),
    pytest.param(box(-183, -20, -177, -15), id="goes on beyond -180"),
    pytest.param(MultiPolygon([box(177, -20, 180, -15), box(-180, -20, -177, -15)]), id="split"),
    pytest.param(Polygon([(177, -20), (-177, -20), (-177, -15), (177, -15)]), id="jumps"),
    pytest.param(Polygon([(-177, -15), (177, -15), (177, -20), (-177, -20)]), id="jumps west"),
]


@pytest.mark.parametrize("area", FIJI)
def test_across_the_antimeridian(area: Any) -> None:
    points = (178, -17), (-178, -17), (180, -17), (-180, -17), (0, -17), (176, -17), (-176, -17)
    assert found(areas_of(area), *points) == ["a"] * 4 + [None] * 3


def test_a_hole_across_the_antimeridian() -> None:
    shell = [(170, -20), (-170, -20), (-170, -10), (170, -10)]
    hole = [(-179, -16), (179, -16), (179, -14), (-179, -14)]
    areas = areas_of(Polygon(shell, [hole]))
    assert found(areas, (180, -15), (-175, -15), (175, -15)) == [None, "a", "a"]


def test_a_bow_tie_is_mended_and_nothing_is_no_area() -> None:
    bow = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    assert found(areas_of(bow, None, Polygon()), (0.2, 1), (1.8, 1), (1, 0.2)) == ["a", "a", None]
    assert found(areas_of(), (0.2, 1)) == [None]


def test_rows_columns_and_dtypes() -> None:
    areas = areas_of(PARK, box(20, 50, 22, 52)).assign(
        number=[1, 2], share=[0.5, None], kept=[True, False], since=[datetime(2020, 1, 1)] * 2,
        mixed=["x", 3], nothing=[None, None],
    )  # fmt: skip
    frame = frame_of((21, 51), (0, 0), (11, 51), (11, 51)).with_row_index("row")
    joined = geo.join_areas(frame, areas)
    assert_frame_equal(joined.select(frame.columns), frame)
    assert joined.drop(frame.columns).to_dicts()[0] == {
        "area": "b", "number": 2, "share": None, "kept": False, "since": datetime(2020, 1, 1),
        "mixed": "3", "nothing": None,
    }  # fmt: skip
    assert joined["number"].to_list() == [2, None, 1, 1]
    assert joined.schema["number"] == pl.Int64
    chosen = geo.join_areas(frame, areas, ["number"], prefix="park_")
    assert chosen.columns == [*frame.columns, "park_number"]
    lazy = frame.lazy().pipe(geo.join_areas, areas)
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect_schema() == joined.schema
    assert_frame_equal(lazy.collect(), joined)
    assert geo.join_areas(frame.clear(), areas).schema == joined.schema
    assert_frame_equal(geo.join_areas(frame, areas, []), frame)


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.fgb", "a.parquet"])
def test_files(tmp_path: Path, name: str) -> None:
    areas = areas_of(PARK).to_crs("EPSG:4326" if name.endswith("json") else "EPSG:3035")
    if name.endswith("parquet"):
        areas.to_parquet(tmp_path / name)
    else:
        areas.to_file(tmp_path / name)
    for path in (tmp_path / name, str(tmp_path / name)):
        joined = geo.join_areas(frame_of((11, 51), (0, 0)), path, "area")
        assert joined["area"].to_list() == ["a", None]


def test_a_layer(tmp_path: Path) -> None:
    areas_of(PARK).to_file(tmp_path / "a.gpkg", layer="parks")
    areas_of(box(0, 0, 1, 1)).to_file(tmp_path / "a.gpkg", layer="plots")
    at = frame_of((0.5, 0.5))
    assert geo.join_areas(at, tmp_path / "a.gpkg", layer="plots")["area"].to_list() == ["a"]
    assert geo.join_areas(at, tmp_path / "a.gpkg", layer="parks")["area"].to_list() == [None]


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        geo.join_areas(frame_of((0, 0)), tmp_path / "none.gpkg")
    for name in ("a.gpkg", "a.parquet"):
        (tmp_path / name).write_bytes(b"\xff\xd8" * 50)
        with pytest.raises(SourceError, match="cannot be opened as areas"):
            geo.join_areas(frame_of((0, 0)), tmp_path / name)


def test_usage() -> None:
    frame = frame_of((0, 0)).with_columns(area=pl.lit("mine"))
    with pytest.raises(UsageError, match="has area already: give the areas a prefix"):
        geo.join_areas(frame, areas_of(PARK))
    assert geo.join_areas(frame, areas_of(PARK), prefix="the_").columns[-1] == "the_area"
    with pytest.raises(UsageError, match="no column 'height'; they have area"):
        geo.join_areas(frame, areas_of(PARK), ["height"])
    with pytest.raises(UsageError, match="must be polygons, not LineString, Point"):
        line = shapely.LineString([(0, 0), (1, 1)])
        geo.join_areas(frame_of((0, 0)), areas_of(Point(0, 0), line, PARK))
    with pytest.raises(UsageError, match="GeoDataFrame or a file, not int"):
        geo.join_areas(frame_of((0, 0)), 7)
    with pytest.raises(UsageError, match="do not say in which coordinate reference system"):
        geo.join_areas(frame_of((0, 0)), areas_of(box(500_000, 0, 600_000, 100), crs=None))
    assert found(areas_of(PARK, crs=None), (11, 51)) == ["a"]
    with pytest.raises(UsageError, match="latitude"):
        geo.join_areas(frame_of((0, 0)).drop("latitude"), areas_of(PARK))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=1, max_size=30),
    st.lists(
        st.tuples(st.integers(-5, 0), st.integers(-5, 0), st.integers(1, 5), st.integers(1, 5)),
        max_size=6,
    ),
)
def test_the_same_as_asking_every_area(
    points: list[tuple[int, int]], corners: list[tuple[int, int, int, int]]
) -> None:
    boxes = [box(*corner) for corner in corners]
    answers = found(areas_of(*boxes), *points)
    for point, answer in zip(points, answers, strict=True):
        around = [n for n, area in enumerate(boxes) if area.covers(Point(point))]
        assert (answer is None) == (not around)
        assert answer is None or ord(answer) - ord("a") in around
