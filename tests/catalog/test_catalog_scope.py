"""Which rows belong to a source."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgframe.catalog.scope import Scope
from imgframe.errors import SourceError, UsageError

NAMES = st.sampled_from(["a", "b", "a b", "a.jpg", "é", "%41"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda names: os.sep + os.sep.join(names))


@given(st.lists(PATHS, max_size=30), st.sets(PATHS, max_size=4))
def test_rows_at_or_below_a_root(paths: list[str], roots: set[str]) -> None:
    scope = Scope("", {root: root for root in roots}, True)
    wanted = [
        any(path == root or path.startswith(root + os.sep) for root in roots) for path in paths
    ]
    assert scope.mask(pl.Series(paths, dtype=pl.String)).tolist() == wanted


def test_root_of_the_file_system_has_all_rows() -> None:
    top = os.path.abspath(os.sep)  # noqa: PTH100
    paths = pl.Series([top + "a.jpg", os.path.join(top, "b", "a.jpg")])
    assert Scope("", {top: top}, True).mask(paths).all()


def test_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b").mkdir()
    file = tmp_path / "b" / "c[1].jpg"
    file.touch()
    root = str(tmp_path)
    assert Scope.of(".", None) == Scope(root, {root: root}, True)
    assert Scope.of(Path("b/"), ["*"]) == Scope(f"{root}/b", {f"{root}/b": f"{root}/b"}, False)
    assert Scope.of("b/c[1].jpg", None) == Scope(str(file), {str(file): str(file)}, True)
    assert Scope.of("b/*[!x]*", None) == Scope(
        f"{root}/b/*[!x]*", {f"{root}/b": f"{root}/b"}, False
    )
    several = Scope.of(iter(["b", str(file)]), None)
    assert several == Scope(
        [f"{root}/b", str(file)], {f"{root}/b": f"{root}/b", str(file): str(file)}, True
    )


def test_what_is_no_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        Scope.of(tmp_path / "nowhere", None)
    for source in (3, [3], "s3://bucket", ""):
        with pytest.raises(UsageError):
            Scope.of(source, None)  # type: ignore[arg-type]


def test_long_lists_are_recorded_by_their_folder(tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.jpg" for i in range(20)]
    devices = Scope.of(paths, None).devices()
    assert devices == {str(tmp_path): tmp_path.stat().st_dev}
    assert Scope.of(paths[:2], None).devices() == {str(path): -1 for path in paths[:2]}
