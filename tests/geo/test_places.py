"""City, district, region, country and time zone of a position."""

from __future__ import annotations

import functools
import math

import numpy as np
import polars as pl
import pytest
import tzfpy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe import geo
from imgframe.errors import UsageError
from imgframe.geo import places as module
from imgframe.geo.gazetteer import Gazetteer, load
from imgframe.geo.nearest import REACH_KM, disc_radius
from imgframe.geo.places import PLACE_COLUMNS, locate
from tests.geo.test_nearest import haversine, rank_of

PARIS = (48.8584, 2.2945)


def frame_of(*positions: tuple[float | None, float | None]) -> pl.DataFrame:
    schema = {"latitude": pl.Float64, "longitude": pl.Float64}
    return pl.DataFrame(positions, schema=schema, orient="row")


def place_of(latitude: float, longitude: float) -> dict[str, str | float | None]:
    row: dict[str, str | float | None] = geo.add_places(frame_of((latitude, longitude))).row(
        0, named=True
    )
    return row


def test_a_known_answer() -> None:
    place = place_of(*PARIS)
    distance = place.pop("place_distance_km")
    assert place == {
        "latitude": 48.8584, "longitude": 2.2945, "place": "Paris 16 Passy", "city": "Paris",
        "district": "Paris 16 Passy", "region": "Île-de-France", "country_code": "FR",
        "country": "France", "time_zone": "Europe/Paris",
    }  # fmt: skip
    assert distance == pytest.approx(haversine(PARIS, (48.86382, 2.27648)), abs=0.2)


@pytest.mark.parametrize(
    ("latitude", "longitude", "city", "country_code"),
    [
        (47.5564, 7.5925, "Basel", "CH"),
        (47.5953, 7.6115, "Weil am Rhein", "DE"),
        (47.5860, 7.5610, "Saint-Louis", "FR"),
        (31.7590, -106.4890, "El Paso", "US"),
        (31.7383, -106.4875, "Ciudad Juárez", "MX"),
        (42.3293, -83.0397, "Detroit", "US"),
        (42.3149, -83.0364, "Windsor", "CA"),
        (43.0828, -79.0700, "Niagara Falls", "US"),
        (43.0791, -79.0785, "Niagara Falls", "CA"),
        (48.5740, 7.8130, "Kehl", "DE"),
        (36.1640, -5.3480, "La Línea de la Concepción", "ES"),
        (41.9022, 12.4533, "Vatican City", "VA"),
        (35.8890, -5.3160, "Ceuta", "ES"),
        (42.6607, 21.1586, "Pristina", "XK"),
        (44.8231, 20.4503, "Belgrade", "RS"),
        (21.0287, 105.8524, "Hanoi", "VN"),
        (13.7465, 100.4930, "Bangkok", "TH"),
        (43.7800, 87.6150, "Ürümqi", "CN"),
    ],
)
def test_borders(latitude: float, longitude: float, city: str, country_code: str) -> None:
    place = place_of(latitude, longitude)
    assert (place["city"], place["country_code"]) == (city, country_code)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0.0, 0.0), (90.0, 0.0), (-48.8767, -123.3933), (30.0, -42.0), (5.0, 180.0), (5.0, -180.0)],
)
def test_at_sea_there_is_only_a_time_zone(latitude: float, longitude: float) -> None:
    place = place_of(latitude, longitude)
    zone = place.pop("time_zone")
    assert isinstance(zone, str)
    assert zone.startswith("Etc/")
    assert {key for key, value in place.items() if value is not None} == {"latitude", "longitude"}


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [
        (-90.0, 0.0, "Antarctica"),
        (-78.464, 106.837, "Antarctica"),
        (-64.825, -63.494, "Antarctica"),
        (72.579, -38.459, "Greenland"),
        (-25.5, 137.3, "Australia"),
    ],
)
def test_far_from_any_place_the_country_is_known(
    latitude: float, longitude: float, country: str
) -> None:
    place = place_of(latitude, longitude)
    assert place["country"] == country
    if place["city"] is None:
        assert place["region"] is place["district"] is place["place_distance_km"] is None


def test_a_shared_zone_far_from_any_city_takes_the_country_of_the_nearest_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gazetteer = load()
    alone = Gazetteer(gazetteer.places, gazetteer.countries, {"Etc/Nowhere": ("FJ", "NZ")})
    monkeypatch.setattr(module, "_zones", lambda latitude, _: ["Nowhere"] * len(latitude))
    alone.zones["Nowhere"] = ("FJ", "NZ")
    found = locate(np.array([-20.0, -45.0]), np.array([-178.0, 175.0]), alone)
    assert found.country == ["FJ", "NZ"]
    assert found.city.tolist() == [-1, -1]


def test_a_zone_without_a_known_country_falls_back_on_the_cities_around(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_zones", lambda latitude, _: ["Europe/New"] * len(latitude))
    found = locate(np.array([PARIS[0], 0.0]), np.array([PARIS[1], -30.0]), load())
    assert found.country == ["FR", None]
    assert found.zone == ["Europe/New", "Europe/New"]


def test_the_antimeridian_is_no_edge() -> None:
    """Egvekinot lies at 179.1 degrees west."""
    beyond = place_of(66.32, 179.9)
    assert (beyond["city"], beyond["country_code"]) == ("Egvekinot", "RU")
    assert beyond["place_distance_km"] == pytest.approx(
        haversine((66.32, 179.9), (66.32321, -179.11838)), abs=0.001
    )


@pytest.mark.parametrize(
    ("latitude", "longitude", "city", "district", "place"),
    [
        (35.015, 135.675, "Kyoto", "Arashiyama", "Arashiyama"),
        (38.763, -9.094, "Lisbon", "Parque das Nações", "Parque das Nações"),
        (40.8050, 14.2040, "Naples", "Posillipo", "Posillipo"),
        (54.4470, 18.5720, "Sopot", None, "Sopot"),
        (45.7660, 4.8800, "Villeurbanne", None, "Villeurbanne"),
    ],
)  # fmt: skip
def test_a_ward_is_a_district_of_its_city(
    latitude: float, longitude: float, city: str, district: str | None, place: str
) -> None:
    found = place_of(latitude, longitude)
    assert (found["city"], found["district"]) == (city, district)
    assert found["place"] == place


NOWHERE_ON_EARTH = [
    (None, None), (48.0, None), (None, 2.0), (math.nan, 2.0), (48.0, math.nan), (math.inf, 2.0),
    (48.0, -math.inf), (90.0001, 2.0), (-91.0, 2.0), (48.0, 180.0001), (48.0, 362.0),
]  # fmt: skip


@pytest.mark.parametrize("position", NOWHERE_ON_EARTH)
def test_no_position_no_place(position: tuple[float | None, float | None]) -> None:
    found = geo.add_places(frame_of(position, PARIS))
    assert found.select(*PLACE_COLUMNS).row(0) == (None,) * len(PLACE_COLUMNS)
    assert found["city"].to_list() == [None, "Paris"]


def test_dtypes_never_depend_on_the_data() -> None:
    for frame in (frame_of(), frame_of((None, None)), frame_of((0, 0)), frame_of(PARIS)):
        assert dict(geo.add_places(frame).select(*PLACE_COLUMNS).schema) == PLACE_COLUMNS


def test_columns_of_other_numbers() -> None:
    for dtype in (pl.Int32, pl.Float32, pl.Decimal(10, 4)):
        frame = frame_of((48.0, 2.0)).cast(dtype)
        found = geo.add_places(frame)
        assert found["country"].to_list() == ["France"]
        assert found["latitude"].dtype == frame["latitude"].dtype
    nothing = pl.DataFrame({"latitude": [None], "longitude": [None]})
    assert geo.add_places(nothing)["country"].to_list() == [None]


def test_columns_that_were_there_are_replaced_where_they_were() -> None:
    frame = frame_of(PARIS).select(
        pl.lit(7).alias("city"), "latitude", pl.lit("?").alias("country"), "longitude", rest=1
    )
    found = geo.add_places(frame)
    assert found.columns[:5] == ["city", "latitude", "country", "longitude", "rest"]
    assert found.row(0)[:5] == ("Paris", PARIS[0], "France", PARIS[1], 1)
    assert_frame_equal(geo.add_places(found), found)


def test_under_pipe() -> None:
    assert frame_of(PARIS).pipe(geo.add_places)["city"].to_list() == ["Paris"]
    assert frame_of(PARIS).lazy().pipe(geo.add_places).collect()["city"].to_list() == ["Paris"]


def test_a_lazy_frame_stays_lazy_and_gives_the_same() -> None:
    frame = frame_of(PARIS, (None, 1.0), (31.7383, -106.4875), (0.0, 0.0)).with_row_index("row")
    lazy = geo.add_places(frame.lazy())
    assert isinstance(lazy, pl.LazyFrame)
    whole = geo.add_places(frame)
    assert lazy.collect_schema() == whole.schema
    assert_frame_equal(lazy.collect(), whole)
    assert_frame_equal(lazy.collect(engine="streaming"), whole)
    assert_frame_equal(lazy.select("city").collect(), whole.select("city"))
    chosen = pl.col("country") == "Mexico"
    assert_frame_equal(lazy.filter(chosen).collect(), whole.filter(chosen))
    assert_frame_equal(lazy.slice(2, 1).collect(), whole.slice(2, 1))
    assert_frame_equal(lazy.select("row").collect(), whole.select("row"))


@pytest.mark.parametrize("name", ["latitude", "longitude"])
def test_a_frame_without_a_position(name: str) -> None:
    frame = frame_of(PARIS).drop(name)
    with pytest.raises(UsageError, match=rf"latitude and longitude.*no {name}"):
        geo.add_places(frame)
    with pytest.raises(UsageError, match=f"no {name}"):
        geo.add_places(frame.lazy())


def test_a_position_that_is_text() -> None:
    with pytest.raises(UsageError, match=r"latitude must be numbers.*String"):
        geo.add_places(frame_of(PARIS).with_columns(pl.col("latitude").cast(pl.String)))


def test_a_district_is_a_section_of_the_city_that_was_chosen() -> None:
    positions = (
        load()
        .places.filter("section")
        .select(latitude=pl.col("latitude_e5") / 1e5, longitude=pl.col("longitude_e5") / 1e5)
    )
    some = positions.gather_every(37)
    found = locate(some["latitude"].to_numpy(), some["longitude"].to_numpy(), load())
    with_district = found.district >= 0
    assert with_district.mean() > 0.5
    of = load().part_of[found.district[with_district]]
    assert (of == found.city[with_district]).all()
    assert not load().section[found.city[found.city >= 0]].any()


def test_every_time_zone_of_land_has_a_country() -> None:
    zones = {zone for zone in tzfpy.timezonenames() if not zone.startswith("Etc/")}
    assert zones <= set(load().zones)


POSITIONS = st.tuples(
    st.one_of(st.none(), st.floats(), st.floats(-90, 90)),
    st.one_of(st.none(), st.floats(), st.floats(-180, 180)),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(POSITIONS, max_size=30))
@example([(-0.0, -0.0), (0.0, 0.0), PARIS, PARIS])
@example([(90.0, 180.0), (-90.0, -180.0), (5e-324, -5e-324)])
def test_whatever_the_positions_rows_and_their_order_stay(
    positions: list[tuple[float | None, float | None]],
) -> None:
    frame = frame_of(*positions).with_row_index("row")
    found = geo.add_places(frame)
    assert_frame_equal(found.select(frame.columns), frame)
    assert found.filter(pl.col("city").is_not_null() & pl.col("country_code").is_null()).is_empty()
    assert found["country"].null_count() == found["country_code"].null_count()
    assert (found["place_distance_km"].drop_nulls() <= REACH_KM + 1e-6).all()
    alone = [geo.add_places(frame[row]) for row in range(frame.height)]
    assert_frame_equal(pl.concat([found.clear(), *alone]), found)


@functools.cache
def cities_of(country: str) -> list[tuple[str, tuple[float, float], float]]:
    chosen = load().places.filter(~pl.col("section"), country_code=country)
    radii = disc_radius(chosen["population"].to_numpy())
    at = zip(chosen["latitude_e5"] / 1e5, chosen["longitude_e5"] / 1e5, strict=True)
    names = load().places["name"]
    said = zip(chosen["name"], chosen["part_of"], strict=True)
    whole = [name if host is None else names[host] for name, host in said]
    return list(zip(whole, at, radii.tolist(), strict=True))


@settings(max_examples=40, deadline=None)
@given(st.floats(45.8, 47.9), st.floats(5.9, 16.9))
def test_the_same_answer_as_a_plain_look_at_every_city(latitude: float, longitude: float) -> None:
    """Over the Alps: six countries, big cities and villages."""
    place = place_of(latitude, longitude)
    country = place["country_code"]
    assert isinstance(country, str)
    ranked = sorted(
        (rank_of(distance, radius), name)
        for name, at, radius in cities_of(country)
        if (distance := haversine((latitude, longitude), at)) < REACH_KM
    )
    best = [name for score, name in ranked if score <= ranked[0][0] + 1e-4]
    assert place["city"] in best
