"""The labelled landmarks, and how an answer is compared with a label."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import polars as pl

PATH = Path(__file__).parents[2] / "data" / "landmarks.csv"
LABELS = ("city", "district", "country_code")


@cache
def landmarks() -> pl.DataFrame:
    """The landmarks; labels are text, "" where there is none."""
    frame = pl.read_csv(PATH, infer_schema=False)
    return frame.with_columns(
        pl.col("latitude", "longitude").cast(pl.Float64),
        pl.col("name", *LABELS, "kind").fill_null(""),
    )


def plain(text: str | None) -> str:
    """The name without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text or "")
    return "".join(c for c in letters if c.isalnum() or c == " ").casefold().strip()


def right(answers: pl.Series, labels: pl.Series) -> pl.Series:
    """Tell which answers are among the labels."""
    return pl.Series(
        [
            plain(answer) in {plain(label) for label in allowed.split("|")}
            for answer, allowed in zip(answers, labels, strict=True)
        ],
        dtype=pl.Boolean,
    )
