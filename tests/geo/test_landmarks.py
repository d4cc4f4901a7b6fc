"""The places of the landmarks, measured."""

from __future__ import annotations

import polars as pl
import pytest

from imgframe import geo
from tests.geo.landmarks import LABELS, landmarks, right

RIVALS = {"reverse_geocoder 1.5.1": 0.769, "reverse_geocode 1.6.6": 0.734}
"""Share of the landmarks whose city other packages name, measured in the same way."""

FLOORS = {"centre": 0.98, "suburb": 0.92, "village": 0.91, "border": 0.96, "island": 0.95,
          "nature": 0.85, "polar": 1.0, "sea": 1.0}  # fmt: skip


@pytest.fixture(scope="module")
def verdicts() -> pl.DataFrame:
    """Which answers are right, a row a landmark."""
    labelled = landmarks()
    answers = geo.add_places(labelled.select("latitude", "longitude"))
    return labelled.select("name", "kind", pl.col("district").alias("label")).with_columns(
        right(answers[column], labelled[column]).alias(column) for column in LABELS
    )


def share(verdicts: pl.DataFrame, column: str) -> float:
    return float(verdicts[column].sum()) / verdicts.height


def test_the_list_is_long_and_spread_over_the_world() -> None:
    labelled = landmarks()
    assert labelled.height >= 800
    assert not labelled["name"].is_duplicated().any()
    assert labelled["latitude"].is_between(-90, 90).all()
    assert labelled["longitude"].is_between(-180, 180).all()
    assert set(labelled["kind"]) == set(FLOORS)
    assert labelled["country_code"].n_unique() > 180
    of_country = labelled.filter(pl.col("country_code").str.contains(r"^(?:[A-Z]{2}\|?)+$"))
    assert of_country.height > 790


def test_cities(verdicts: pl.DataFrame) -> None:
    assert share(verdicts, "city") >= 0.96
    assert share(verdicts, "city") > max(RIVALS.values()) + 0.15


@pytest.mark.parametrize("start", [0, 1])
def test_cities_in_either_half(verdicts: pl.DataFrame, start: int) -> None:
    assert share(verdicts[start::2], "city") >= 0.95


@pytest.mark.parametrize("kind", FLOORS)
def test_cities_of_each_kind(verdicts: pl.DataFrame, kind: str) -> None:
    assert share(verdicts.filter(kind=kind), "city") >= FLOORS[kind]


def test_countries(verdicts: pl.DataFrame) -> None:
    assert share(verdicts, "country_code") >= 0.995


def test_districts(verdicts: pl.DataFrame) -> None:
    labelled = verdicts.filter(pl.col("label") != "")
    assert labelled.height >= 40
    assert share(labelled, "district") >= 0.75
