"""What pictures show: against the rules of ground sampling and plain trigonometry."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon

from imgframe import geo
from imgframe.errors import UsageError
from imgframe.geo.footprints import FARTHEST_HEIGHTS

GLOBE = Geod(a=6371008.8, b=6371008.8)
PHANTOM = {"width": 5472, "height": 3648, "FocalLengthIn35mmFilm": 24}
PHONE = {"width": 4000, "height": 3000, "FocalLengthIn35mmFilm": 26, "GPSImgDirection": 90.0}


def view_of(latitude: Any = 48.0, longitude: Any = 2.0, **figures: Any) -> Any:
    frame = pl.DataFrame([{"latitude": latitude, "longitude": longitude, **figures}])
    return geo.view_footprints(frame).iloc[0]


def offsets(polygon: Polygon, latitude: float = 48.0, longitude: float = 2.0) -> list[Any]:
    """Metres east and north of each corner, by geodesics of the sphere."""
    found = []
    for x, y in list(polygon.exterior.coords)[:-1]:
        bearing, _, distance = GLOBE.inv(longitude, latitude, x, y)
        angle = math.radians(bearing)
        found.append((distance * math.sin(angle), distance * math.cos(angle)))
    return found


def drone(pitch: float, yaw: float, height: float = 100.0, **more: Any) -> dict[str, Any]:
    return PHANTOM | {
        "gimbal_pitch": pitch, "gimbal_yaw": yaw, "relative_altitude": height, **more
    }  # fmt: skip


def test_straight_down_is_the_rule_of_ground_sampling() -> None:
    """Width = height * sensor width / focal length: 13.2 mm and 8.8 mm are 36 mm and 24 mm."""
    view = view_of(**drone(-90, 0))
    assert view["view"] == "ground"
    wide, long = 100 * 13.2 / 8.8, 100 * 8.8 / 8.8
    expected = [(-wide / 2, long / 2), (wide / 2, long / 2), (wide / 2, -long / 2),
                (-wide / 2, -long / 2)]  # fmt: skip
    for corner, there in zip(offsets(view.geometry), expected, strict=True):
        assert corner == pytest.approx(there, abs=0.01)


def test_the_sensor_tells_where_the_film_does_not() -> None:
    sensor = {"width": 5472, "height": 3648, "FocalLength": 8.8,
              "FocalPlaneXResolution": 5472 / 1.32, "FocalPlaneResolutionUnit": 3}  # fmt: skip
    held = {"gimbal_pitch": -90.0, "gimbal_yaw": 0.0, "relative_altitude": 100.0}
    corners = offsets(view_of(**sensor, **held).geometry)
    assert corners[1] == pytest.approx((75, 50), abs=0.01)
    inches = sensor | {
        "FocalPlaneXResolution": 5472 / 13.2 * 25.4,
        "FocalPlaneResolutionUnit": None,
    }
    assert offsets(view_of(**inches, **held).geometry)[1] == pytest.approx((75, 50), abs=0.01)


def test_the_top_of_the_picture_is_where_the_drone_looks() -> None:
    first, second = offsets(view_of(**drone(-90, 90)).geometry)[:2]
    assert first == pytest.approx((50, 75), abs=0.01)
    assert second == pytest.approx((50, -75), abs=0.01)


def test_aslant() -> None:
    """Looking east at 45 degrees: the lower edge at 45 + atan(1/2), the upper at 45 - atan(1/2)."""
    corners = offsets(view_of(**drone(-45, 90)).geometry)
    half = math.atan(0.5)
    far, close = (100 / math.tan(math.radians(45) + turn) for turn in (-half, half))
    assert [east for east, _ in corners] == pytest.approx([far, far, close, close], abs=0.05)
    assert [far, close] == pytest.approx([300, 100 / 3])
    slant = 100 / math.sin(math.radians(45) - half) * math.cos(half)
    assert corners[0][1] == pytest.approx(0.75 * slant, abs=0.05)
    assert corners[3][1] == pytest.approx(0.75 * 100 / math.sin(math.radians(45) + half)
                                          * math.cos(half), abs=0.05)  # fmt: skip


def test_roll_turns_the_picture() -> None:
    """A camera that looks down and is rolled clockwise by 90 degrees sees what yaw would show."""
    rolled, turned = view_of(**drone(-90, 0, gimbal_roll=90.0)), view_of(**drone(-90, 90))
    assert rolled.geometry.equals_exact(turned.geometry, 1e-9)


def test_the_horizon_is_cut_off() -> None:
    view = view_of(**drone(-20, 0, 50))
    assert view["view"] == "ground"
    reach = [math.hypot(*corner) for corner in offsets(view.geometry)]
    assert reach[:2] == pytest.approx([50 * FARTHEST_HEIGHTS] * 2, rel=1e-6)
    assert max(reach[2:]) < 80
    assert view.geometry.is_valid
    assert view_of(**drone(30, 0))["geometry"] is None
    assert view_of(**drone(30, 0), GPSImgDirection=5.0)["view"] == "cone"


def test_tags_of_the_file_do_as_well() -> None:
    raw = {"drone-dji:GimbalPitchDegree": "-90.00", "drone-dji:GimbalYawDegree": "+0.00",
           "drone-dji:RelativeAltitude": "+100.00"}  # fmt: skip
    view = view_of(**PHANTOM, **raw)
    assert view.geometry.equals(view_of(**drone(-90, 0)).geometry)
    assert view["drone-dji:RelativeAltitude"] == "+100.00"


def test_a_cone() -> None:
    view = view_of(**PHONE)
    assert view["view"] == "cone"
    apex, *arc = offsets(view.geometry)
    assert math.hypot(*apex) < 1e-6
    assert [math.hypot(*point) for point in arc] == pytest.approx([200] * len(arc))
    half = math.degrees(math.atan(43.2666 * 0.8 / 52))
    ends = [math.degrees(math.atan2(*arc[n])) for n in (0, -1)]
    assert ends == pytest.approx([90 - half, 90 + half], abs=1e-3)
    frame = pl.DataFrame([{"latitude": 48.0, "longitude": 2.0, **PHONE}])
    longer = geo.view_footprints(frame, reach_m=50).geometry[0]
    assert math.hypot(*offsets(longer)[3]) == pytest.approx(50)


def test_a_picture_held_upright_is_narrower() -> None:
    upright = view_of(**PHONE, orientation=6)
    half = math.degrees(math.atan(43.2666 * 0.6 / 52))
    assert math.degrees(math.atan2(*offsets(upright.geometry)[1])) == pytest.approx(
        90 - half, abs=1e-3
    )


UNKNOWN = [
    {}, PHONE | {"GPSImgDirection": None}, PHONE | {"FocalLengthIn35mmFilm": None},
    PHONE | {"FocalLengthIn35mmFilm": 0}, PHONE | {"width": None}, PHONE | {"latitude": None},
    PHONE | {"latitude": 89.95}, PHONE | {"longitude": 181.0}, PHONE | {"width": 0, "height": 0},
    PHONE | {"GPSImgDirection": math.nan}, drone(-90, 0, 0.0), drone(-90, 0, -5.0),
    PHANTOM | {"gimbal_pitch": -90.0, "relative_altitude": 10.0},
]  # fmt: skip


@pytest.mark.parametrize("figures", UNKNOWN)
def test_what_is_not_known_is_not_drawn(figures: dict[str, Any]) -> None:
    view = view_of(**{"latitude": 48.0, "longitude": 2.0} | figures)
    assert view["geometry"] is None
    assert view["view"] is None or view["view"] != view["view"]


def test_across_the_antimeridian() -> None:
    view = view_of(-16.5, 179.9999, **drone(-90, 0))
    assert isinstance(view.geometry, MultiPolygon)
    west, south, east, north = view.geometry.bounds
    assert (west, east) == (-180, 180)
    assert north - south < 0.001
    here = view_of(-16.5, 179.0, **drone(-90, 0)).geometry
    assert view.geometry.area == pytest.approx(here.area)


def test_rows_and_system() -> None:
    rows = [drone(-90, 0) | {"latitude": 48.0, "longitude": 2.0, "path": "a"}, {"path": "b"},
            PHONE | {"latitude": 0.0, "longitude": 0.0, "path": "c"}]  # fmt: skip
    frame = pl.DataFrame(rows, infer_schema_length=None)
    views = geo.view_footprints(frame)
    assert views.crs == "EPSG:4326"
    assert views["path"].tolist() == ["a", "b", "c"]
    assert set(frame.columns) < set(views.columns)
    assert geo.view_footprints(frame.lazy()).geometry.notna().tolist() == [True, False, True]
    assert len(geo.view_footprints(frame.clear())) == 0
    bare = geo.view_footprints(frame.select("latitude", "longitude"))
    assert bare.geometry.isna().all()


@pytest.mark.parametrize("reach", [0, -1, 20_000, math.nan, "200", None])
def test_usage(reach: Any) -> None:
    frame = pl.DataFrame([{"latitude": 48.0, "longitude": 2.0, **PHONE}])
    with pytest.raises(UsageError, match="reach_m"):
        geo.view_footprints(frame, reach)
    with pytest.raises(UsageError, match="latitude"):
        geo.view_footprints(frame.drop("latitude"))


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-90, 40), st.floats(-180, 180), st.floats(1, 500), st.floats(-80, 80),
    st.floats(-180, 180),
)  # fmt: skip
def test_every_footprint_is_sound_and_near(
    pitch: float, yaw: float, height: float, latitude: float, longitude: float
) -> None:
    view = view_of(latitude, longitude, **drone(pitch, yaw, height))
    if view.geometry is None:
        assert pitch > -35
        return
    assert view.geometry.is_valid
    west, _, east, _ = view.geometry.bounds
    assert -180 <= west <= east <= 180
    for part in getattr(view.geometry, "geoms", [view.geometry]):
        for corner in offsets(part, latitude, longitude):
            assert math.hypot(*corner) <= min(FARTHEST_HEIGHTS * height, 10_000) * (1 + 1e-6) + 1e-3
