"""Files beside images: which belong to which image, what they say, and who wins."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgframe import read_images
from imgframe.batch import ints
from imgframe.decode import beside, sidecars
from imgframe.decode.cells import arrays
from imgframe.discover import discover
from imgframe.schema import dtype_of
from imgframe.schema.sidecars import PRECEDENCE, TAKEOUT, sidecar_wins
from tests.families.packets import listed, packet
from tests.writers import exif, jpeg, segment

PHOTO = jpeg()
TAKEN = {
    "title": "photo.jpg",
    "description": "On the quay",
    "imageViews": "12",
    "creationTime": {"timestamp": "1546300800", "formatted": "1 Jan 2019, 00:00:00 UTC"},
    "photoTakenTime": {"timestamp": "1500000000", "formatted": "14 Jul 2017, 02:40:00 UTC"},
    "geoData": {"latitude": 38.7, "longitude": -9.1, "altitude": 12.5, "latitudeSpan": 0.0},
    "people": [{"name": "Ana"}, {"name": "Rui"}],
    "url": "https://photos.google.com/photo/AF1Qip",
    "favorited": True,
    "googlePhotosOrigin": {
        "mobileUpload": {"deviceFolder": {"localFolderName": "DCIM"}, "deviceType": "ANDROID_PHONE"}
    },
}


def write(folder: Path, **files: bytes | str | dict[str, Any]) -> None:
    for name, data in files.items():
        path = folder / name.replace("__", ".")
        if isinstance(data, dict):
            data = json.dumps(data)
        path.write_bytes(data.encode() if isinstance(data, str) else data)


def rows(source: Path, **options: Any) -> dict[str, dict[str, Any]]:
    frame = read_images(source, sidecars=True, n_jobs=1, **options)
    for name in frame.columns:
        if ":" in name:
            assert frame.schema[name] == dtype_of(name), name
    return {Path(row["path"]).name: row for row in frame.rows(named=True)}


def row(folder: Path, name: str = "photo.jpg", **options: Any) -> dict[str, Any]:
    return rows(folder, **options)[name]


# Names -------------------------------------------------------------------------------------------

UUID = "D7157814-D2D5-4A62-AFCE-9CF465CB7D66"
SCREEN = "Screenshot_2017-07-05-10-05-26"
LONG = "ORIGINAL_1d4caa6f-16c6-4c3d-901b-9387de10e528_PXL_20220516_164814158.jpg"


@pytest.mark.parametrize(
    ("image", "sidecar"),
    [
        ("photo.jpg", "photo.xmp"),
        ("photo.jpg", "photo.XMP"),
        ("photo.jpg", "photo.jpg.xmp"),
        ("photo.JPG", "photo.JPG.Xmp"),
        ("photo.jpg", "photo.json"),
        ("photo.jpg", "photo.jpg.json"),
        ("photo.jpg", "photo.jpg.supplemental-metadata.json"),
        ("photo.jpg", "photo.jpg.supplemental-metad.json"),
        (f"{UUID}.jpeg", f"{UUID}.jpeg.supp.json"),
        (f"{SCREEN}.png", f"{SCREEN}.png.supplementa.json"),
        ("IMG_1234(1).jpg", "IMG_1234.jpg(1).json"),
        ("IMG_1234(1).jpg", "IMG_1234.jpg.supplemental-metadata(1).json"),
        ("photo(1).jpg", "photo(1).jpg.json"),
        ("IMG_1234-edited.jpg", "IMG_1234.jpg.json"),
        ("IMG_1234-bearbeitet.jpg", "IMG_1234.jpg.supplemental-metadata.json"),
        ("IMG_1234-edited(2).jpg", "IMG_1234.jpg(2).json"),
        ("IMG_1234(2)-edited.jpg", "IMG_1234.jpg(2).json"),
        (LONG, LONG[:46] + ".json"),
        ("\N{GRINNING FACE}" * 23 + ".jpg", "\N{GRINNING FACE}" * 23 + ".json"),
    ],
)  # fmt: skip
def test_a_sidecar_is_found(tmp_path: Path, image: str, sidecar: str) -> None:
    (tmp_path / image).write_bytes(PHOTO)
    (tmp_path / sidecar).write_bytes(b"")
    paths = [(7, str(tmp_path / image))]
    assert beside.find(paths) == ({7: [str(tmp_path / sidecar)]}, {})


@pytest.mark.parametrize(
    ("image", "other"),
    [
        ("photo.jpg", "photo2.xmp"),
        ("photo.jpg", "photo.png.json"),
        ("photo.jpg", "photo.jpg.supplemental-metadata"),
        ("photo.jpg", "photo.jpg(1).json"),
        ("photo.jpg", "photo-edited.jpg.json"),
        ("IMG_1234(1).jpg", "IMG_1234.jpg(2).json"),
        ("IMG_1234(1).jpg", "IMG_1234.jpg.json"),
        ("-edited.jpg", ".jpg.json"),
        ("photo.xmp", "photo.xmp"),
    ],
)
def test_what_belongs_to_others_is_left_alone(tmp_path: Path, image: str, other: str) -> None:
    (tmp_path / image).write_bytes(PHOTO)
    (tmp_path / other).write_bytes(b"")
    assert beside.find([(0, str(tmp_path / image))]) == ({}, {})


def test_the_closest_sidecar_comes_first_and_each_once(tmp_path: Path) -> None:
    names = ["a.jpg.xmp", "a.xmp", "a.jpg.json", "a.jpg.supplemental-metadata.json", "a.json"]
    for name in [*names, "a.jpg", "b.jpg"]:
        (tmp_path / name).touch()
    found, _ = beside.find([(0, str(tmp_path / "a.jpg")), (1, str(tmp_path / "b.jpg"))])
    assert found == {0: [str(tmp_path / name) for name in names]}


def test_a_folder_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{f"{i}__jpg": PHOTO for i in range(50)}, **{"7__xmp": packet()})
    listings: list[Any] = []
    scandir = os.scandir

    def counted(path: str) -> Any:
        listings.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counted)
    found, _ = beside.find([(i, str(tmp_path / f"{i}.jpg")) for i in range(50)])
    assert list(found) == [7]
    assert len(listings) == 1
    os.utime(tmp_path, (1, 1))
    for _ in range(3):
        assert list(beside.find([(7, str(tmp_path / "7.jpg"))])[0]) == [7]
    assert len(listings) == 2


def test_a_sidecar_that_came_later_is_found(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=PHOTO)
    assert row(tmp_path)["sidecars"] is None
    write(tmp_path, photo__json={"a": 1})
    assert row(tmp_path)["sidecars"] == ["photo.json"]


def test_folders_and_pipes_are_no_sidecars(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=PHOTO)
    (tmp_path / "photo.xmp").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "photo.json")
    assert row(tmp_path)["sidecars"] is None


def test_a_link_that_leads_nowhere_hides_no_others(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__json={"a": 1})
    (tmp_path / "photo.xmp").symlink_to(tmp_path / "photo.xmp")
    assert row(tmp_path)["sidecars"] == ["photo.json"]


def test_a_folder_that_cannot_be_listed_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, photo__jpg=PHOTO)

    def refused(path: str) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(beside, "_list", refused)
    one = row(tmp_path)
    assert one["problems"] == ["sidecars: cannot list folder: Permission denied"]
    assert one["width"] == 40


def test_a_cut_name_needs_the_right_title(tmp_path: Path) -> None:
    other = LONG.replace("PXL_20220516_164814158", "PXL_20230101_000000000")
    for name in (LONG, other):
        (tmp_path / name).write_bytes(PHOTO)
    (tmp_path / f"{LONG[:46]}.json").write_text(json.dumps(TAKEN | {"title": LONG}))
    found = rows(tmp_path)
    assert found[LONG]["Takeout:title"] == LONG
    assert found[other]["sidecars"] is None


@given(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=80))
def test_any_name_has_its_plain_sidecars(name: str) -> None:
    keys = list(beside._keys(name))
    assert keys[0] == f"{name}.xmp"
    assert f"{name}.json" in keys


# XMP ---------------------------------------------------------------------------------------------


def test_xmp_fills_the_columns_of_xmp(tmp_path: Path) -> None:
    content = f"<dc:subject>{listed('Bag', 'quay', 'tram')}</dc:subject>"
    write(tmp_path, photo__jpg=PHOTO, photo__xmp=packet(content, 'xmp:Rating="4"'))
    one = row(tmp_path)
    assert one["dc:subject"] == ["quay", "tram"]
    assert one["xmp:Rating"] == 4
    assert one["sidecars"] == ["photo.xmp"]
    assert one["problems"] is None


def test_of_two_packets_beside_an_image_the_closer_one_wins(tmp_path: Path) -> None:
    write(
        tmp_path,
        photo__jpg=PHOTO,
        photo__xmp=packet("", 'xmp:Rating="1" xmp:Label="Red"'),
        photo__jpg__xmp=packet("", 'xmp:Rating="5"'),
    )
    one = row(tmp_path)
    assert one["xmp:Rating"] == 5
    assert one["xmp:Label"] == "Red"
    assert one["sidecars"] == ["photo.jpg.xmp", "photo.xmp"]


def test_who_wins_where_image_and_sidecar_both_speak(tmp_path: Path) -> None:
    write(
        tmp_path,
        photo__jpg=PHOTO,
        photo__xmp=packet(
            f"<dc:subject>{listed('Bag', 'new')}</dc:subject>",
            'xmp:Rating="5" aux:Lens="edited" xmp:Label="Red"',
            aux="http://ns.adobe.com/exif/1.0/aux/",
        ),
    )
    files = next(iter(discover(tmp_path / "photo.jpg")))
    inside = {
        "xmp:Rating": pa.array([1.0]),
        "aux:Lens": pa.array(["as shot"]),
        "dc:subject": pa.array([["old", "older"]]),
        "xmp:Label": pa.array([None], pa.string()),
        "xmp:CreatorTool": pa.array(["camera"]),
    }
    columns, problems = sidecars.add(inside, files, ints([0]), None, frozenset(["xmp"]))
    assert {name: array.to_pylist()[0] for name, array in columns.items()} == {
        "xmp:Rating": 5.0,
        "aux:Lens": "as shot",
        "dc:subject": ["new"],
        "xmp:Label": "Red",
        "xmp:CreatorTool": "camera",
        "sidecars": ["photo.xmp"],
    }
    assert not len(problems)


def test_a_packet_in_the_image_and_one_beside_it(tmp_path: Path) -> None:
    inside = packet("", 'xmp:Rating="1" xmp:Label="Red" exif:FNumber="28/10"')
    write(
        tmp_path,
        photo__jpg=jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + inside)),
        photo__xmp=packet("", 'xmp:Rating="5" exif:FNumber="4"'),
    )
    one = row(tmp_path)
    assert one["xmp:Rating"] == 5
    assert one["xmp:Label"] == "Red"
    assert one["exif:FNumber"] == row(tmp_path / "photo.jpg", families="xmp")["exif:FNumber"]
    assert one["exif:FNumber"] != "4"


@pytest.mark.parametrize(
    ("name", "sidecar"),
    [
        ("xmp:Rating", True),
        ("dc:subject", True),
        ("photoshop:City", True),
        ("lr:hierarchicalSubject", True),
        ("Iptc4xmpCore:Location", True),
        ("crs:Exposure2012", True),
        ("my:own", True),
        ("exif:GPSLatitude", True),
        ("exif:DateTimeOriginal", True),
        ("tiff:Orientation", True),
        ("exif:FNumber", False),
        ("exifEX:LensModel", False),
        ("tiff:Make", False),
        ("aux:Lens", False),
        ("drone-dji:GimbalYawDegree", False),
    ],
)
def test_the_table_of_who_wins(name: str, sidecar: bool) -> None:
    assert sidecar_wins(name) == sidecar
    assert PRECEDENCE[-1][0] == "*"


def test_a_packet_for_the_raw_file_is_not_for_the_jpeg(tmp_path: Path) -> None:
    raw = packet("", 'photoshop:SidecarForExtension="NEF" xmp:Rating="4"',
                 photoshop="http://ns.adobe.com/photoshop/1.0/")  # fmt: skip
    write(tmp_path, photo__jpg=PHOTO, photo__NEF=PHOTO, photo__xmp=raw)
    found = rows(tmp_path)
    assert found["photo.NEF"]["xmp:Rating"] == 4
    assert found["photo.jpg"]["sidecars"] is None
    assert found["photo.jpg"]["xmp:Rating"] is None


def test_families_say_whether_xmp_is_read(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__xmp=packet("", 'xmp:Rating="4"'), photo__json={"a": 1})
    one = row(tmp_path, families="exif")
    assert "xmp:Rating" not in one
    assert one["sidecars"] == ["photo.json"]


def test_packets_are_decoded_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecars, "MAX_TOGETHER", 1)
    for i in range(5):
        (tmp_path / f"{i}.jpg").write_bytes(PHOTO)
        (tmp_path / f"{i}.xmp").write_bytes(packet("", 'xmp:Rating="1" xmp:Label="far"'))
        (tmp_path / f"{i}.jpg.xmp").write_bytes(packet("", f'xmp:Rating="{i}"'))
    found = rows(tmp_path)
    assert [found[f"{i}.jpg"]["xmp:Rating"] for i in range(5)] == [0, 1, 2, 3, 4]
    assert {one["xmp:Label"] for one in found.values()} == {"far"}


# Google Takeout ----------------------------------------------------------------------------------


def test_takeout(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=PHOTO, **{"photo__jpg__supplemental-metadata__json": TAKEN})
    one = row(tmp_path)
    assert {name: value for name, value in one.items() if name.startswith("Takeout:")} == {
        "Takeout:title": "photo.jpg",
        "Takeout:description": "On the quay",
        "Takeout:photoTakenTime": dt.datetime(2017, 7, 14, 2, 40, tzinfo=dt.UTC),
        "Takeout:creationTime": dt.datetime(2019, 1, 1, tzinfo=dt.UTC),
        "Takeout:latitude": 38.7,
        "Takeout:longitude": -9.1,
        "Takeout:altitude": 12.5,
        "Takeout:people": ["Ana", "Rui"],
        "Takeout:url": "https://photos.google.com/photo/AF1Qip",
        "Takeout:imageViews": 12,
        "Takeout:favorited": True,
        "Takeout:deviceType": "ANDROID_PHONE",
        "Takeout:deviceFolder": "DCIM",
    }
    assert one["sidecars"] == ["photo.jpg.supplemental-metadata.json"]
    assert one["problems"] is None


def test_no_place_and_no_text_in_takeout(tmp_path: Path) -> None:
    nowhere = {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0}
    write(
        tmp_path, photo__jpg=PHOTO, photo__jpg__json=TAKEN | {"geoData": nowhere, "description": ""}
    )
    one = row(tmp_path)
    assert "Takeout:latitude" not in one
    assert "Takeout:altitude" not in one
    assert "Takeout:description" not in one
    assert one["problems"] is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"photoTakenTime": {"timestamp": "yesterday"}}, "Takeout:photoTakenTime: 'yesterday'"),
        ({"photoTakenTime": {"timestamp": 10**17}}, "Takeout:photoTakenTime: '10000"),
        ({"imageViews": "9" * 30}, "Takeout:imageViews: '999"),
        ({"imageViews": True}, "Takeout:imageViews: 'True'"),
        ({"title": ["a"]}, "Takeout:title: "),
        ({"people": "Ana"}, None),
        ({"people": ["Ana", {"name": None}]}, None),
        ({"favorited": "maybe"}, "Takeout:favorited: 'maybe'"),
        ({"geoData": {"latitude": 99.0, "longitude": 1.0}}, "out of range"),
        ({"geoData": {"latitude": float("nan"), "longitude": 1.0}}, "Takeout:latitude: 'NaN'"),
        ({"geoData": [1, 2]}, None),
    ],
)
def test_odd_takeout(tmp_path: Path, change: dict[str, Any], problem: str | None) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__jpg__json=TAKEN | change)
    one = row(tmp_path)
    assert one["Takeout:creationTime"].year == 2019
    if problem:
        (text,) = one["problems"]
        assert problem in text
    else:
        assert one["problems"] is None


def test_every_column_of_takeout_has_its_dtype() -> None:
    assert dtype_of("Takeout:photoTakenTime") == pl.Datetime("us", "UTC")
    assert dtype_of("Takeout:people") == pl.List(pl.String)
    assert {str(dtype_of(name)) for name in TAKEOUT} == {
        "String", "Float64", "Int64", "Boolean", "List(String)",
        "Datetime(time_unit='us', time_zone='UTC')",
    }  # fmt: skip


# A user's own JSON -------------------------------------------------------------------------------


def test_own_json_is_text_as_it_is_written(tmp_path: Path) -> None:
    text = (
        '\ufeff{"exposure_time": 1.50, "site": "Évora", "big": 123456789012345678901, "ok": true,'
        ' "none": null, "empty": "", "list": [1.0, "a"], "nested": {"x": 1e3}, "half": "\\ud800!"}'
    )
    write(tmp_path, photo__jpg=PHOTO, photo__json=text)
    one = row(tmp_path)
    assert {name: value for name, value in one.items() if name.startswith("user:")} == {
        "user:exposure_time": "1.50",
        "user:site": "Évora",
        "user:big": "123456789012345678901",
        "user:ok": "true",
        "user:list": '[1.0, "a"]',
        "user:nested": '{"x": 1e3}',
        "user:half": "?!",
    }


def test_tags_choose_among_the_columns_of_sidecars(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__jpg__json=TAKEN, photo__json={"a": 1, "b": 2})
    one = row(tmp_path, tags=["user:a", "Takeout:t*"])
    assert {n for n in one if n.startswith(("user:", "Takeout:"))} == {"user:a", "Takeout:title"}
    assert one["sidecars"] == ["photo.jpg.json", "photo.json"]


def deep(levels: int) -> str:
    return '{"a": ' + "[" * levels + "]" * levels + "}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"[1]", "no JSON object"),
        (b"\xff\xfe{}", "no UTF-8"),
        (deep(100_000).encode(), "nested too deeply"),
        (json.dumps({str(i): i for i in range(1_001)}).encode(), "more than 1000 keys"),
        (b" " * (4 << 20) + b"{}", "longer than 4 MiB"),
    ],
)
def test_broken_json_is_a_problem_that_names_it(tmp_path: Path, text: bytes, why: str) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__json=text)
    one = row(tmp_path)
    (problem,) = one["problems"]
    assert problem.startswith("sidecar photo.json: ")
    assert why in problem
    assert one["error"] is None
    assert one["sidecars"] is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no XMP"),
        (b"\x89PNG\r\n" * 100, "no XMP"),
        (packet("", 'xmp:Rating="4"').replace(b"</rdf:RDF>", b"<"), "XMP: "),
        (packet("", 'xmp:Rating="four"'), "xmp:Rating: 'four' is no number"),
    ],
)
def test_broken_xmp_is_a_problem_that_names_it(tmp_path: Path, data: bytes, why: str) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__xmp=data)
    (problem,) = row(tmp_path)["problems"]
    assert problem.startswith(f"sidecar photo.xmp: {why}")


def test_a_packet_in_utf16(tmp_path: Path) -> None:
    data = packet("", 'xmp:Rating="4"').decode().encode("utf-16")
    write(tmp_path, photo__jpg=PHOTO, photo__xmp=data)
    assert row(tmp_path)["xmp:Rating"] == 4


def test_a_long_packet_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecars, "MAX_XMP", 1 << 20)
    write(tmp_path, photo__jpg=PHOTO, photo__xmp=packet() + b" " * (1 << 20))
    assert row(tmp_path)["problems"] == ["sidecar photo.xmp: longer than 1 MiB"]


@given(st.binary(max_size=300) | st.dictionaries(
    st.text(max_size=8) | st.sampled_from(["photoTakenTime", "geoData", "people", "title"]),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["timestamp", "latitude", "longitude", "name"]), inner),
        max_leaves=8,
    ),
    max_size=6,
).map(lambda content: json.dumps(content).encode()))  # fmt: skip
def test_any_json_gives_columns_or_a_problem(data: bytes) -> None:
    found = sidecars._Findings(None)
    try:
        content = sidecars._parse(data)
    except sidecars._UnreadableError:
        return
    sidecars._take_takeout(0, content, found)
    sidecars._take_own(0, content, found)
    for array in arrays(found.cells, 1).values():
        array.validate(full=True)


# Rows --------------------------------------------------------------------------------------------


def test_a_sidecar_gets_a_row_only_by_pattern(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__xmp=packet("", 'xmp:Rating="4"'), photo__json={"a": 1})
    assert list(rows(tmp_path)) == ["photo.jpg"]
    found = rows(tmp_path, pattern="*")
    assert list(found) == ["photo.jpg", "photo.json", "photo.xmp"]
    assert found["photo.xmp"]["sidecars"] is None
    assert found["photo.jpg"]["sidecars"] == ["photo.xmp", "photo.json"]


def test_a_broken_image_keeps_what_stands_beside_it(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=b"", photo__json={"a": "kept"})
    one = row(tmp_path)
    assert one["error"] == "empty file"
    assert one["user:a"] == "kept"


def test_without_the_flag_nothing_is_read(tmp_path: Path) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__json={"a": 1})
    assert not {"sidecars", "user:a"} & set(read_images(tmp_path).columns)


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    try:
        (tmp_path / f"{name}.jpg").write_bytes(PHOTO)
    except (OSError, UnicodeError):
        pytest.skip("the file system takes UTF-8 names only")
    (tmp_path / f"{name}.json").write_bytes(b'{"a": 1}')
    (one,) = rows(tmp_path).values()
    assert one["sidecars"] == ["caf%E9.json"]
    assert one["user:a"] == "1"


def test_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, photo__jpg=PHOTO, photo__json={"a": 1})
    monkeypatch.chdir(tmp_path)
    assert row(Path("photo.jpg"))["user:a"] == "1"


def test_the_sample_library_with_sidecars(photos: Path, tmp_path: Path) -> None:
    """Nothing else changes by reading sidecars."""
    images = sorted(photos.rglob("*.jpg"))[:20]
    for i, path in enumerate(images):
        shutil.copy(path, tmp_path / f"{i:02}.jpg")
        (tmp_path / f"{i:02}.jpg.json").write_text(json.dumps(TAKEN | {"title": f"{i:02}.jpg"}))
    plain = read_images(tmp_path)
    frame = read_images(tmp_path, sidecars=True)
    assert frame["Takeout:title"].to_list() == [f"{i:02}.jpg" for i in range(len(images))]
    kept = [name for name in plain.columns if name in plain.columns]
    tags = [
        name for name in kept if name in frame.columns and ":" not in name and name[0].isupper()
    ]
    assert len(tags) > 10
    assert frame.select(tags).equals(plain.select(tags))


def test_the_image_itself_is_decoded_as_ever(tmp_path: Path) -> None:
    inside = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet("", 'xmp:Rating="1"'))
    write(tmp_path, photo__jpg=jpeg(inside, exif(b"II\x2a\0\x08\0\0\0\0\0")), photo__json={"a": 1})
    one = row(tmp_path)
    assert (one["width"], one["height"]) == (40, 30)
    assert one["xmp:Rating"] == 1
    assert one["user:a"] == "1"
