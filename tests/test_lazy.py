"""Lazy frames over files: what they give is what `read_images` gives, and they read less."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from imgframe import ReadError, SourceError, UsageError, read_images
from imgframe.decode import DecodeOptions
from imgframe.derive import derived_schema, sources_of
from imgframe.lazy import scan_images
from imgframe.lazy.query import LISTED, NOTHING, WHOLE, Query
from imgframe.schema import FAMILY_NAMES, FILE_COLUMNS, TAG_COLUMNS, THUMBNAIL, dtype_of, sidecars
from tests.writers import ASCII, Entry, Tiff, exif, jpeg, segment

ROOT = Path(__file__).parents[1]

Engine: TypeAlias = Literal["in-memory", "streaming"]
ENGINES: Final[tuple[Engine, ...]] = ("in-memory", "streaming")
col = pl.col


def photo(make: str, padding: int = 0) -> bytes:
    """Write a JPEG; `padding` makes it longer."""
    comment = [segment(0xFE, bytes(padding))] if padding else []
    return jpeg(exif(Tiff(ifd0=[Entry(0x10F, ASCII, make)])), *comment)


@pytest.fixture(scope="session")
def library(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample library, and files that are hard to tell."""
    root = tmp_path_factory.mktemp("library")
    shutil.copytree(photos, root / "photos")
    odd = root / "odd"
    odd.mkdir()
    (odd / "image-without-extension").write_bytes(photo("Nikon"))
    (odd / "image.dat").write_bytes(photo("Canon", 5000))
    (odd / "no-image").write_text("nothing to see")
    (odd / "no-image.txt").write_text("nothing to see")
    (odd / "no-image.jpg").write_text("nothing to see")
    (odd / "empty.jpg").touch()
    (odd / "empty").touch()
    (odd / "only-artist.tif").write_bytes(Tiff(ifd0=[Entry(0x13B, ASCII, "A. Person")]).bytes())
    if os.name == "posix":
        (odd / "dangling.jpg").symlink_to("nowhere")
        os.mkfifo(odd / "fifo")
        os.mkfifo(odd / "fifo.jpg")
    if sys.platform == "linux":
        os.link(odd / "image.dat", os.fsencode(odd) + b"/bytes-\xff")
    return root


@pytest.fixture(scope="session")
def eager(library: Path) -> pl.DataFrame:
    """All that can be asked of the library."""
    return widened(read_images(library), scan_images(library).collect_schema())


def widened(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Add the columns that are in no file."""
    absent = [pl.lit(None, dtype).alias(n) for n, dtype in schema.items() if n not in frame.columns]
    return frame.with_columns(absent).select(schema.names())


@dataclass
class Opened:
    """The files that were opened, by the events that Python itself reports."""

    root: Path
    paths: list[str]

    def names(self, query: Callable[[], object]) -> list[str]:
        """Return which files below the root a query opens, each as often as it does."""
        self.paths.clear()
        query()
        return sorted(Path(p).name for p in self.paths if p.startswith(str(self.root)))


_opened: list[str] = []


def note(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(args[0], str | bytes):
        _opened.append(os.fsdecode(args[0]))


sys.addaudithook(note)


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    for name in "abcdefghij":
        size = 100 * (ord(name) - 97)
        (tmp_path / f"{name}.jpg").write_bytes(photo("Canon" if name < "d" else "Nikon", size))
    return Opened(tmp_path, _opened)


# The same rows and columns -----------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_the_whole_frame(library: Path, eager: pl.DataFrame, engine: Engine) -> None:
    images = scan_images(library)
    whole = images.collect(engine=engine)
    assert whole.schema == images.collect_schema()
    assert_frame_equal(whole, eager)


def test_every_column_by_itself(library: Path, eager: pl.DataFrame) -> None:
    """Whatever else is left out, a value is the same."""
    images = scan_images(library)
    filled = [s.name for s in eager if s.null_count() < eager.height]
    assert len(filled) > 100
    for name in filled:
        assert_frame_equal(images.select(name).collect(), eager.select(name))


def test_real_camera_files(corpus: Path) -> None:
    images = scan_images(corpus)
    wanted = read_images(corpus)
    names = ["format", "width", "height", *derived_schema(), "FNumber", "dc:subject", "IPTC:City"]
    for name in names:
        have = images.select("path", name).collect()
        assert_frame_equal(have, widened(wanted, images.collect_schema()).select("path", name))


ATOMS: Final = {
    "size": st.integers(0, 120_000).map(lambda n: col("size") > n),
    "path": st.sampled_from("aeJ9.").map(lambda text: col("path").str.contains(text, literal=True)),
    "name": st.sampled_from(["jpg", "dat", ""]).map(lambda text: col("path").str.ends_with(text)),
    "time": st.booleans().map(lambda flag: col("modified_at").is_null() == flag),
    "format": st.sampled_from(["JPEG", "TIFF", "PNG", "XYZ"]).map(lambda f: col("format") == f),
    "formats": st.just(col("format").is_in(["JPEG", "PNG"])),
    "width": st.integers(1, 500).map(lambda n: col("width") * col("height") > n * n),
    "error": st.booleans().map(lambda flag: col("error").is_null() == flag),
    "problems": st.just(col("problems").list.len() > 0),
    "make": st.sampled_from(["Canon", "NIKON CORPORATION"]).map(lambda make: col("Make") == make),
    "no make": st.just(col("Make").is_null()),
    "f-number": st.floats(1, 11).map(lambda f: col("FNumber") < f),
    "year": st.integers(2015, 2025).map(lambda year: col("acquired_at").dt.year() >= year),
    "place": st.floats(-90, 90).map(lambda degrees: col("latitude") < degrees),
    "both": st.integers(1, 5000).map(lambda n: (col("size") > n) | (col("Make") == "Canon")),
    "absent": st.just(col("IPTC:City").is_null()),
    "bare": st.sampled_from([pl.lit(True), pl.lit(False), pl.lit(None, pl.Boolean)]),
    "column": st.just(col("xmpRights:Marked")),
    "largest": st.just(col("size") == col("size").max()),
    "new": st.just(col("Model").is_first_distinct()),
}  # fmt: skip
predicates = st.recursive(
    st.sampled_from(sorted(ATOMS)).flatmap(ATOMS.__getitem__),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: two[0] & two[1]),
        st.tuples(inner, inner).map(lambda two: two[0] & two[1]),
        st.tuples(inner, inner).map(lambda two: two[0] | two[1]),
        inner.map(lambda one: ~one),
    ),
    max_leaves=5,
)
numbers = st.integers(0, 90)
Step: TypeAlias = Callable[[pl.LazyFrame], pl.LazyFrame]
steps = st.one_of(
    predicates.map(lambda p: lambda frame: frame.filter(p)),
    numbers.map(lambda n: lambda frame: frame.head(n)),
    st.tuples(st.integers(-90, 90), numbers).map(lambda s: lambda frame: frame.slice(*s)),
    numbers.map(lambda n: lambda frame: frame.tail(n)),
)
NAMES: Final = (
    "path", "size", "modified_at", "format", "width", "error", "problems", "acquired_at", "model",
    "latitude", "gps_problem", "Make", "FNumber", "DateTimeOriginal", "dc:subject", "IPTC:City",
)  # fmt: skip
ends: st.SearchStrategy[Step] = st.one_of(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True).map(
        lambda names: lambda frame: frame.select(names)
    ),
    st.just(lambda frame: frame.select(pl.len())),
    st.just(lambda frame: frame.with_row_index().select("index")),
    st.just(lambda frame: frame.group_by("format").agg(col("size").sum()).sort("format")),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(run=st.lists(steps, max_size=3), end=ends, n_jobs=st.sampled_from([1, None]))
def test_queries_give_what_they_give_on_the_eager_frame(
    library: Path, eager: pl.DataFrame, run: list[Step], end: Step, n_jobs: int | None
) -> None:
    lazy, wanted = scan_images(library, n_jobs=n_jobs), eager.lazy()
    for step in (*run, end):
        lazy, wanted = step(lazy), step(wanted)
    expected = wanted.collect()
    for engine in ENGINES:
        assert_frame_equal(lazy.collect(engine=engine), expected)


@pytest.mark.parametrize("engine", ENGINES)
def test_several_scans_in_one_query(library: Path, eager: pl.DataFrame, engine: Engine) -> None:
    images = scan_images(library)
    small, large = images.filter(col("size") < 20_000), images.filter(col("size") >= 20_000)
    both = pl.concat([small.select("path", "Make"), large.select("path", "Make")])
    have = both.sort("path").collect(engine=engine)
    assert_frame_equal(have, eager.filter(col("size") >= 0).select("path", "Make"))
    joined = small.select("path", "model").join(images.select("path", "lens"), on="path")
    assert joined.collect(engine=engine).height == eager.filter(col("size") < 20_000).height
    frames = pl.collect_all([images.select("path", "Make")] * 16, engine=engine)
    assert all(frame.equals(eager.select("path", "Make")) for frame in frames)


def test_a_frame_can_be_collected_again(opened: Opened) -> None:
    names = (path for path in sorted(opened.root.iterdir()))
    images = scan_images(names).select("path", "Make")
    assert images.collect().height == 10
    (opened.root / "a.jpg").write_bytes(photo("Leica"))
    assert images.collect()["Make"][0] == "Leica"


# Columns -----------------------------------------------------------------------------------------


def test_schema_is_known_before_anything_is_read(opened: Opened) -> None:
    schema: list[pl.Schema] = []
    assert opened.names(lambda: schema.append(scan_images(opened.root).collect_schema())) == []
    own = read_images(opened.root, tags=[]).schema
    assert dict(list(schema[0].items())[: len(own)]) == own
    assert schema[0]["Make"] == dtype_of("Make")
    tags = {*TAG_COLUMNS, *sources_of()} - {*FILE_COLUMNS, *sidecars.RULES, THUMBNAIL}
    assert set(schema[0]) - set(own) == tags


def test_tags_limit_the_columns(library: Path) -> None:
    schema = scan_images(library, tags=["FNumber", "GPS*", "mylab:sample"]).collect_schema()
    tags = set(schema) - set(read_images(library, tags=[]).columns)
    assert {"FNumber", "GPSLatitude", "mylab:sample"} < tags
    assert all(name.startswith("GPS") for name in tags - {"FNumber", "mylab:sample"})
    have = scan_images(library, tags=["FNumber", "GPS*"]).collect()
    wanted = read_images(library, tags=["FNumber", "GPS*"])
    assert_frame_equal(have.select(wanted.columns), wanted)


def test_families_limit_the_columns(library: Path) -> None:
    images = scan_images(library, families=["xmp"])
    assert "Make" not in images.collect_schema()
    assert "dc:subject" in images.collect_schema()
    wanted = read_images(library, families="xmp")
    columns = [name for name in wanted.columns if name in images.collect_schema()]
    assert_frame_equal(images.collect().select(columns), wanted.select(columns))
    assert_frame_equal(images.select("model").collect(), wanted.select("model"))
    assert scan_images(library, families=[]).select(pl.len(), col("model").count()).collect().row(
        0
    ) == (wanted.height, 0)


def test_families_by_name() -> None:
    """Reading only the family that a name is of finds all there is."""
    from imgframe.schema import TAGS_OF, icc, iptc, jpeg, xmp

    def families(name: str) -> tuple[str, ...] | None:
        options = Query.of([name], None, DecodeOptions(sidecars=True)).options
        return None if options is None else options.families

    exif_names = [prefix + tag.name for prefix, tags in TAGS_OF.values() for tag in tags]
    assert {families(name) for name in exif_names} == {("exif",)}
    assert {families(name) for name in iptc.RULES} == {("iptc",)}
    assert {families(name) for name in xmp.RULES} == {("xmp",)}
    assert {families(name) for name in icc.RULES} == {("icc",)}
    assert {families(name) for name in jpeg.RULES} == {("jpeg",), ("comment",)}
    assert families("Comment") == ("comment",)
    assert families("Takeout:title") == ()
    assert families("PNG:Title") == ("png",)
    assert families("mylab:sample") == tuple(FAMILY_NAMES)


def test_columns_on_request(library: Path) -> None:
    assert not {"thumbnail", "sidecars", "Takeout:title"} & set(
        scan_images(library).collect_schema()
    )
    images = scan_images(library, thumbnails=True, sidecars=True, tags=["Make", "Takeout:*"])
    wanted = read_images(library, thumbnails=True, sidecars=True, tags=["Make", "Takeout:*"])
    assert {"thumbnail", "sidecars", "Takeout:title"} <= set(images.collect_schema())
    for name in ("thumbnail", "sidecars", "Make", "latitude", "description"):
        assert_frame_equal(images.select("path", name).collect(), wanted.select("path", name))


# What is opened ----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_the_list_of_files_is_enough(opened: Opened, engine: Engine) -> None:
    images = scan_images(opened.root)
    for query in (
        images.select("path", "size", "modified_at"),
        images.select(pl.len()),
        images.filter(col("size") > 500).select(pl.len()),
        images.filter(col("path").str.ends_with("a.jpg")).select("path"),
        images.head(3).select("size"),
        images.with_row_index().select("index"),
        images.filter(col("size") < 0),
        images.filter(pl.lit(False)),
    ):
        assert opened.names(lambda query=query: query.collect(engine=engine)) == []  # type: ignore[misc]


@pytest.mark.parametrize("engine", ENGINES)
def test_only_files_that_the_list_leaves_in_are_opened(opened: Opened, engine: Engine) -> None:
    size = (opened.root / "g.jpg").stat().st_size
    images = scan_images(opened.root)
    large = images.filter(col("size") > size)
    assert opened.names(lambda: large.collect(engine=engine)) == ["h.jpg", "i.jpg", "j.jpg"]
    both = images.filter((col("size") > size) & (col("Make") == "Canon"), col("path").is_not_null())
    assert opened.names(lambda: both.collect(engine=engine)) == ["h.jpg", "i.jpg", "j.jpg"]
    either = images.filter((col("size") > size) | (col("Make") == "Canon"))
    assert len(opened.names(lambda: either.collect(engine=engine))) == 10
    assert either.collect().height == 6


@pytest.mark.parametrize("engine", ENGINES)
def test_head_opens_no_more_than_it_needs(opened: Opened, engine: Engine) -> None:
    images = scan_images(opened.root)
    first = images.head(4).select("path", "Make")
    assert opened.names(lambda: first.collect(engine=engine)) == [f"{c}.jpg" for c in "abcd"]
    of_those = images.head(4).filter(col("Make") == "Nikon").select("path", "Make")
    assert opened.names(lambda: of_those.collect(engine=engine)) == [f"{c}.jpg" for c in "abcd"]
    assert of_those.collect(engine=engine).height == 1
    those = images.filter(col("Make") == "Nikon").head(4).select("path", "Make")
    assert those.collect(engine=engine).height == 4
    large_ones = images.head(4).filter(col("size") > (opened.root / "b.jpg").stat().st_size)
    assert opened.names(lambda: large_ones.collect(engine=engine)) == ["c.jpg", "d.jpg"]


def test_files_whose_names_do_not_tell_are_opened_for_that(opened: Opened) -> None:
    (opened.root / "image").write_bytes(photo("Leica"))
    (opened.root / "notes.txt").write_text("a")
    images = scan_images(opened.root)
    assert opened.names(lambda: images.select(pl.len()).collect()) == ["image", "notes.txt"]
    assert images.select(pl.len()).collect().item() == 11
    last = images.filter(col("path").str.ends_with("i.jpg") | (col("size") < 2)).select("path")
    assert opened.names(last.collect) == ["notes.txt"]
    assert last.collect()["path"].to_list() == [str(opened.root / "i.jpg")]
    everything = scan_images(opened.root, pattern="*")
    assert opened.names(lambda: everything.select("path").collect()) == []
    assert everything.select(pl.len()).collect().item() == 12


def test_formats_are_told_before_tags_are_read(opened: Opened) -> None:
    """Files of another format are opened once; a file is opened twice if most are left out."""
    (opened.root / "k.tif").write_bytes(Tiff(ifd0=[Entry(0x10F, ASCII, "Leica")]).bytes())
    tiffs = scan_images(opened.root, n_jobs=1).filter(col("format") == "TIFF").select("Make")
    assert opened.names(tiffs.collect) == [
        *(f"{name}.jpg" for name in "abcdefghij"),
        "k.tif",
        "k.tif",
    ]
    assert tiffs.collect()["Make"].to_list() == ["Leica"]
    paths = scan_images(opened.root, n_jobs=1).filter(col("format") == "TIFF").select("path")
    assert len(opened.names(paths.collect)) == 11


def test_streaming_stops_when_it_has_enough(tmp_path: Path) -> None:
    one = tmp_path / "one.jpg"
    one.write_bytes(photo("Canon"))
    for folder in range(16):
        (tmp_path / f"{folder:02}").mkdir()
        for number in range(1100):
            os.link(one, tmp_path / f"{folder:02}/{number:04}.jpg")
    query = scan_images(tmp_path).filter(col("Make") == "Canon").head(3)
    reached = Opened(tmp_path, _opened)
    assert len(reached.names(lambda: query.collect(engine="streaming"))) < 17_000


PROGRAM = """
import polars as pl
from imgframe.lazy import scan_images
images = scan_images({source!r}, n_jobs=1).filter(pl.col("Make") == "Canon")
print(images.head(2).select("path").collect(engine="streaming").height)
"""


def test_a_process_can_end_while_the_engine_reads_on(tmp_path: Path) -> None:
    data = photo("Canon")
    for number in range(6000):
        (tmp_path / f"{number:04}.jpg").write_bytes(data)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(source=str(tmp_path))],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "2\n", "")


# Errors ------------------------------------------------------------------------------------------


def test_wrong_arguments_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Mkae"):
        scan_images(tmp_path, tags=["Mkae"])
    with pytest.raises(UsageError, match="on_error"):
        scan_images(tmp_path, on_error="ignore")
    with pytest.raises(SourceError, match="nowhere"):
        scan_images(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="pattern"):
        scan_images(tmp_path, pattern=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_files_that_cannot_be_read(opened: Opened, engine: Engine) -> None:
    (opened.root / "e.jpg").write_text("no image")
    rows = scan_images(opened.root).filter(col("error").is_not_null()).select("path")
    assert rows.collect(engine=engine)["path"].to_list() == [str(opened.root / "e.jpg")]
    images = scan_images(opened.root, on_error="raise")
    with pytest.raises(ReadError, match=r"e\.jpg"):
        images.select("path", "Make").collect(engine=engine)
    with pytest.raises(ReadError, match=r"e\.jpg"):
        images.select(pl.len()).collect(engine=engine)
    assert images.filter(col("size") > 50).select("Make").collect(engine=engine).height == 9
    assert images.head(4).collect(engine=engine).height == 4


def test_an_artist_alone_is_no_error(library: Path) -> None:
    """Whether a file can be read does not hang on which of its tags are asked for."""
    images = scan_images(library, on_error="row").select("path", "error", "Make")
    row = images.filter(col("path").str.ends_with("only-artist.tif")).collect()
    assert row["error"].to_list() == [None]


def test_folder_that_goes_away(opened: Opened) -> None:
    images = scan_images(opened.root / "a.jpg").select("path", "error")
    (opened.root / "a.jpg").unlink()
    with pytest.raises(SourceError):
        images.collect()


# Plans -------------------------------------------------------------------------------------------


def test_a_query_decodes_what_it_needs() -> None:
    def decoded(*columns: str, **options: Any) -> DecodeOptions | None:
        return Query.of([*columns], None, DecodeOptions(**options)).options

    assert decoded(*LISTED) is None
    assert decoded("path", "format", "width") == NOTHING
    assert decoded("path", "Make") == DecodeOptions(("Make",), ("exif",))
    assert decoded("dc:subject", "IPTC:City").families == ("xmp", "iptc")  # type: ignore[union-attr]
    assert decoded("dc:subject", "Make", families=("exif",)) == DecodeOptions(
        ("Make", "dc:subject"), ("exif",)
    )
    assert decoded("Make", families=()) == DecodeOptions(("Make",), ())
    for name in WHOLE:
        assert decoded(name, tags=("GPS*",)) == DecodeOptions(("GPS*",))
    orientation = decoded("orientation")
    assert orientation is not None
    assert orientation.tags == ("Orientation",)


def test_predicates_come_apart_at_every_and() -> None:
    small, make, jpegs = col("size") < 5, col("Make") == "x", col("format") == "JPEG"
    for predicate in (small & make & jpegs, small & (make & jpegs), (jpegs & make) & small):
        query = Query.of(["path"], predicate, DecodeOptions())
        assert query.listed is not None
        assert query.listed.meta.eq(small)
        assert query.looked is not None
        assert query.looked.meta.eq(jpegs)
        assert query.rest is not None
        assert query.rest.meta.eq(make)
    for predicate in (small | make, ~(small & make), small.xor(make), small == make):
        query = Query.of(["path"], predicate, DecodeOptions())
        assert (query.listed, query.looked) == (None, None)


def test_explain_says_what_is_pushed_down(opened: Opened) -> None:
    images = scan_images(opened.root)
    plan = images.filter(col("size") > 5).select("path", "Make").explain()
    assert "IMAGES" in plan
    assert "PROJECT 3/" in plan
    assert 'SELECTION: col("size") > 5' in plan
    assert "SLICE" in images.head(3).explain()
