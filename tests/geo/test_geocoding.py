"""Addresses from services: geopy's own geocoders against a server that answers as documented."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from geopy.adapters import URLLibAdapter
from geopy.geocoders import HereV7, Nominatim
from polars.testing import assert_frame_equal

from imgframe import geo
from imgframe.errors import MissingExtraError, SourceError, UsageError
from imgframe.geo import geocoding
from imgframe.geo.geocoding import ADDRESS_COLUMNS
from imgframe.geo.places import PLACE_COLUMNS
from imgframe.geo.remembered import default_path
from imgframe.geo.services import service_named
from tests.geo.services import (
    HERE,
    HERE_NOWHERE,
    NOMINATIM,
    NOMINATIM_NOWHERE,
    Service,
    here_refusal,
    serving,
)

ROOT = Path(__file__).parents[2]
KEY = "s3cret-KEY-of-somebody"
FAST = 2000.0


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "answers.sqlite"


def nominatim(service: Service) -> Nominatim:
    return Nominatim(
        user_agent="imgframe-tests",
        domain=service.domain,
        scheme="http",
        adapter_factory=URLLibAdapter,
    )


def here(service: Service) -> HereV7:
    proxies = {"http": service.domain}  # HereV7 puts a name in front of its domain
    return HereV7(KEY, scheme="http", proxies=proxies, adapter_factory=URLLibAdapter)


GEOCODERS = pytest.mark.parametrize(
    ("make", "answer", "nowhere"),
    [(nominatim, NOMINATIM, NOMINATIM_NOWHERE), (here, HERE, HERE_NOWHERE)],
)


def frame_of(*positions: tuple[float | None, float | None]) -> pl.DataFrame:
    schema = {"latitude": pl.Float64, "longitude": pl.Float64}
    return pl.DataFrame(positions, schema=schema, orient="row")


EIFFEL = frame_of((48.8584, 2.2945))
MANY = frame_of(*((48.0 + n / 10, 2.0) for n in range(6)))


def asked(frame: pl.DataFrame, geocoder: Any, cache: Path, **options: Any) -> pl.DataFrame:
    return geo.add_places(frame, geocoder, cache=cache, per_second=FAST, **options)


def test_nominatim(service: Service, cache: Path) -> None:
    service.will_answer(NOMINATIM)
    row = asked(EIFFEL, nominatim(service), cache).row(0, named=True)
    assert {name: row[name] for name in ADDRESS_COLUMNS} == {
        "address": "Eiffel Tower, 5, Avenue Anatole France, Paris, 75007, France",
        "postcode": "75007", "city": "Paris", "district": "7th Arrondissement",
        "region": "Ile-de-France", "country_code": "FR", "country": "France",
    }  # fmt: skip
    assert (row["place"], row["time_zone"]) == ("Paris 16 Passy", "Europe/Paris")
    assert service.asked[0]["accept-language"] == "en"


def test_here_whose_codes_have_three_letters(service: Service, cache: Path) -> None:
    service.will_answer(HERE)
    row = asked(frame_of((52.53041, 13.38527)), here(service), cache).row(0, named=True)
    assert {name: row[name] for name in ADDRESS_COLUMNS} == {
        "address": "Invalidenstraße 116, 10115 Berlin, Deutschland", "postcode": "10115",
        "city": "Berlin", "district": "Mitte", "region": "Berlin", "country_code": "DE",
        "country": "Germany",
    }  # fmt: skip
    assert (service.asked[0]["lang"], service.asked[0]["apiKey"]) == ("en", KEY)


@GEOCODERS
def test_where_nothing_is_known_the_gazetteer_answers(
    service: Service, cache: Path, make: Any, answer: Any, nowhere: Any
) -> None:
    service.will_answer(nowhere)
    found = asked(EIFFEL, make(service), cache)
    assert_frame_equal(found.drop("address", "postcode"), geo.add_places(EIFFEL))
    assert found["address"].to_list() == found["postcode"].to_list() == [None]
    asked(EIFFEL, make(service), cache)
    assert len(service.asked) == 1, "that there is nothing is an answer too"


@GEOCODERS
def test_alike_positions_are_asked_for_once_and_no_position_never(
    service: Service, cache: Path, make: Any, answer: Any, nowhere: Any
) -> None:
    service.will_answer(answer)
    frame = frame_of(
        (48.85841, 2.29449), (None, 2.0), (48.85838, 2.29451), (91.0, 0.0), (10.0, 20.0),
        (0.00001, 180.0), (-0.00002, -180.0),
    )  # fmt: skip
    found = asked(frame, make(service), cache)
    points = [point.replace(" ", "") for point in service.points]
    assert [tuple(map(float, point.split(","))) for point in points] == [
        (48.8584, 2.2945), (10.0, 20.0), (0.0, 180.0),
    ]  # fmt: skip
    assert found["address"].is_null().arg_true().to_list() == [1, 3]
    asked(frame, make(service), cache, decimals=1)
    assert len(service.asked) == 6, "rounded otherwise it is another question"


@GEOCODERS
def test_a_second_run_asks_nothing(
    service: Service, cache: Path, make: Any, answer: Any, nowhere: Any
) -> None:
    service.will_answer(answer)
    first = asked(MANY, make(service), cache)
    assert len(service.asked) == 6
    assert_frame_equal(asked(MANY, make(service), cache), first)
    assert len(service.asked) == 6
    asked(MANY, make(service), cache, language="fr")
    assert len(service.asked) == 12


def test_services_do_not_answer_for_each_other(service: Service, cache: Path) -> None:
    service.will_answer(HERE)
    asked(EIFFEL, here(service), cache)
    service.will_answer(NOMINATIM)
    assert asked(EIFFEL, nominatim(service), cache)["postcode"].to_list() == ["75007"]


TROUBLES = [
    (429, {"title": "Too Many Requests"}, {"Retry-After": "0"}),
    (429, b"", {}),
    (500, b"Internal Server Error", {}),
    (502, b"<html>Bad Gateway</html>", {}),
    (503, b"", {}),
    (504, {"title": "Gateway Timeout"}, {}),
    (200, b'{"items": [{"title": "Invali', {}),
    (200, {"unexpected": []}, {}),
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_fails_for_the_moment_is_asked_again(
    service: Service, cache: Path, trouble: Any
) -> None:
    service.will_answer(trouble, trouble, HERE)
    assert asked(EIFFEL, here(service), cache)["postcode"].to_list() == ["10115"]
    assert len(service.asked) == 3


def test_a_slow_service_is_asked_again(service: Service, cache: Path) -> None:
    service.will_answer(HERE)
    service.delay = 0.5
    with pytest.warns(UserWarning, match="1 of 1 positions got no address from HereV7"):
        found = asked(EIFFEL, here(service), cache, timeout=0.05, tries=2)
    assert found["address"].to_list() == [None]
    assert found["city"].to_list() == ["Paris"]
    assert len(service.asked) == 2
    service.delay = 0.0
    assert asked(EIFFEL, here(service), cache)["postcode"].to_list() == ["10115"]


def test_a_bad_question_is_asked_once(service: Service, cache: Path) -> None:
    service.will_answer((400, {"title": "Illegal input for parameter 'at'"}), HERE)
    with pytest.warns(UserWarning, match="1 of 2 positions"):
        found = asked(MANY[:2], here(service), cache)
    assert found["postcode"].to_list() == [None, "10115"]
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "refuses the key"), (403, "refuses access"), (402, "quota of HereV7 is used up")],
)
def test_a_refusal_ends_the_run_and_the_key_is_not_told(
    service: Service, cache: Path, status: int, words: str
) -> None:
    service.will_answer(HERE, (status, here_refusal))
    with pytest.raises(SourceError, match=words) as caught:
        asked(MANY, here(service), cache)
    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in told
    assert len(service.asked) == 2
    assert all(KEY.encode() not in path.read_bytes() for path in cache.parent.iterdir())


def test_a_service_that_is_down_is_left_alone(service: Service, cache: Path) -> None:
    service.will_answer(HERE, (500, {"title": KEY}))
    with pytest.raises(SourceError, match=r"no answer for 3 positions.*a server in trouble"):
        asked(MANY, here(service), cache, tries=2)
    assert len(service.asked) == 1 + 3 * 2
    service.will_answer(HERE)
    asked(MANY, here(service), cache)
    assert len(service.asked) == 7 + 5, "what was answered is not asked again"


def test_a_service_that_cannot_be_reached(cache: Path) -> None:
    with serving() as gone:
        geocoder = here(gone)
    with pytest.raises(SourceError, match="a server in trouble, or none"):
        asked(MANY, geocoder, cache, tries=1)


def test_a_pause_that_is_asked_for_is_made(service: Service, cache: Path) -> None:
    service.will_answer((429, {"title": "Too Many Requests"}, {"Retry-After": "1"}), NOMINATIM)
    asked(EIFFEL, nominatim(service), cache)
    first, second = service.times
    assert second - first >= 0.99
    service.will_answer((429, {}, {"Retry-After": "86400"}))
    with pytest.raises(SourceError, match="no more questions for 86400 s"):
        asked(MANY, nominatim(service), cache)


def test_questions_come_no_faster_than_they_may(service: Service, cache: Path) -> None:
    service.will_answer(HERE)
    geo.add_places(MANY, here(service), cache=cache, per_second=20)
    gaps = [after - before for before, after in zip(service.times, service.times[1:], strict=False)]
    assert min(gaps) > 0.04


KILLED = """
import sys
import polars as pl
from geopy.geocoders import HereV7
from imgframe import geo
frame = pl.DataFrame({"latitude": [48 + n / 10 for n in range(6)], "longitude": [2.0] * 6})
geocoder = HereV7("k", proxies={"http": sys.argv[1]}, scheme="http")
geo.add_places(frame, geocoder, cache=sys.argv[2], per_second=5)
"""


def test_who_is_killed_goes_on_where_it_was(service: Service, cache: Path) -> None:
    service.will_answer(HERE)
    command = [sys.executable, "-c", KILLED, service.domain, str(cache)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        while len(service.asked) < 3 and process.poll() is None:
            pass
        process.kill()
    before = len(service.asked)
    assert 3 <= before < 6
    service.asked.clear()
    found = geo.add_places(MANY, here(service), cache=cache, per_second=FAST)
    assert found["postcode"].to_list() == ["10115"] * 6
    assert 6 - before <= len(service.asked) <= 6 - before + 1


def test_lazily_and_under_pipe(service: Service, cache: Path) -> None:
    service.will_answer(NOMINATIM)
    lazy = MANY.lazy().pipe(geo.add_places, nominatim(service), cache=cache, per_second=FAST)
    assert isinstance(lazy, pl.LazyFrame)
    schema = lazy.collect_schema()
    assert not service.asked
    whole = lazy.collect()
    assert whole.schema == schema
    assert schema == {**MANY.schema, **PLACE_COLUMNS, **ADDRESS_COLUMNS}
    assert_frame_equal(asked(MANY, nominatim(service), cache), whole)


def test_an_empty_frame_asks_nobody(service: Service, cache: Path) -> None:
    found = asked(EIFFEL.clear(), nominatim(service), cache)
    assert found.height == len(service.asked) == 0
    assert found.columns[-2:] == ["address", "postcode"]


def test_a_cache_that_is_none(service: Service, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8" * 600)
    for path in (tmp_path / "photo.jpg", tmp_path / "photo.jpg" / "cache", tmp_path):
        with pytest.raises(SourceError, match="answers cannot be kept in"):
            asked(EIFFEL, nominatim(service), path)
    assert not service.asked


def test_the_cache_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "imgframe" / "addresses.sqlite"
    monkeypatch.setenv("XDG_CACHE_HOME", "caches")
    assert default_path() == Path.home() / ".cache" / "imgframe" / "addresses.sqlite"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_path() == Path.home() / ".cache" / "imgframe" / "addresses.sqlite"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_path().parts[-4:-2] == ("Library", "Caches")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert default_path().parent == tmp_path / "Local" / "imgframe"


class Wrong:
    """A geocoder of nobody's."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def reverse(self, query: str) -> Any:
        """Give what it was told to."""
        return self.answer


async def later() -> None:
    """Answer later."""


def test_arguments(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"decimals": 12}, "decimals"), ({"per_second": 0}, "per_second"),
        ({"tries": 0}, "tries"), ({"timeout": -1.0}, "timeout"),
    ]  # fmt: skip
    for options, words in wrong:
        with pytest.raises(UsageError, match=words):
            geo.add_places(EIFFEL, Wrong(None), cache=cache, **options)
    with pytest.raises(UsageError, match="one of geopy's"):
        geo.add_places(EIFFEL, 7, cache=cache)
    with pytest.raises(UsageError, match="asynchronous"):
        asked(EIFFEL, Wrong(later()), cache)
    with pytest.warns(UserWarning, match="no address"):
        asked(EIFFEL, Wrong("Paris"), cache)
    monkeypatch.setitem(sys.modules, "geopy", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'imgframe\[geocode\]'"):
        asked(EIFFEL, Wrong(None), cache)
    monkeypatch.setitem(sys.modules, "geopy.adapters", None)
    with pytest.raises(MissingExtraError, match="geocode"):
        service_named("here")


def test_services_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(service_named("Nominatim"), Nominatim)
    monkeypatch.delenv("HERE_API_KEY", raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    for name in ("here", "google"):
        with pytest.raises(UsageError, match=f"set {name.upper()}_API_KEY in the environment"):
            service_named(name)
    monkeypatch.setenv("HERE_API_KEY", KEY)
    geocoder = service_named("here")
    assert isinstance(geocoder, HereV7)
    assert geocoder.apikey == KEY
    with pytest.raises(UsageError, match="knows no geocoder 'atlas'"):
        service_named("atlas")


def test_a_name_takes_the_service(
    service: Service, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.will_answer(NOMINATIM)
    monkeypatch.setattr("imgframe.geo.places.service_named", lambda _: nominatim(service))
    assert asked(EIFFEL, "nominatim", cache)["postcode"].to_list() == ["75007"]


def test_what_is_written(service: Service, cache: Path) -> None:
    service.will_answer(HERE)
    asked(EIFFEL, here(service), cache)
    with sqlite3.connect(cache) as connection:
        rows = connection.execute("select service, latitude, longitude, city from answers")
        kind = "geopy.geocoders.here HereV7"
        assert rows.fetchall() == [
            (f"{kind} revgeocode.search.hereapi.com en", "48.8584", "2.2945", "Berlin")
        ]
    connection.close()
    assert geocoding.FAILURES == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asked(EIFFEL, here(service), cache)
