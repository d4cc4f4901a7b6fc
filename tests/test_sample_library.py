"""The photos of data/photos say what the table of their generator says."""

import io
import json
import shutil
import struct
import subprocess
from collections import Counter
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import make_photos
import numpy as np
import polars as pl
import pytest
import tzfpy
from hypothesis import given
from hypothesis import strategies as st
from make_photos import EDITS, PHOTOS
from photo_generator.photo import NO_DATE, Photo
from photo_generator.tiff import ByteOrder, Ifds, Rational, write_tiff
from PIL import Image, ImageOps
from PIL.ExifTags import IFD, Base

WHOLE = [photo for photo in PHOTOS if "cut" not in photo.marks]
(BROKEN,) = (photo for photo in PHOTOS if "cut" in photo.marks)
DRAWN_AGAIN = {"2019/lisbon/IMG_0412.JPG", "drone/DJI_0164.JPG", "inbox/taj-mahal.webp"}
EXIF_DATE = "%Y:%m:%d %H:%M:%S"


@pytest.fixture(scope="module")
def read(photos: Path) -> dict[str, dict[str, Any]]:
    """What ExifTool reads, by path."""
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    command = ["exiftool", "-r", "-j", "-n", "-G1", "-charset", "filename=utf8", str(photos)]
    # The broken file makes it return 1.
    answer = subprocess.run(command, capture_output=True, check=False, encoding="utf-8").stdout
    rows = {
        Path(row["SourceFile"]).relative_to(photos).as_posix(): row for row in json.loads(answer)
    }
    assert rows.keys() == {photo.path for photo in PHOTOS}
    return rows


def by_path(photo: Photo) -> str:
    return photo.path


def test_the_folder_is_what_the_generator_writes(photos: Path) -> None:
    assert make_photos.differences(photos) == []


def test_the_check_finds_what_is_changed_missing_or_added(photos: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(photos, tmp_path / "photos"))
    changed = folder / "2019" / "lisbon" / "IMG_0412.JPG"
    data = changed.read_bytes()
    changed.write_bytes(data.replace(b"2019:05:11 06:52:14", b"2019:05:11 06:52:15"))
    (folder / "drone" / "DJI_0007.JPG").unlink()
    (folder / "drone" / "DJI_0001.JPG").write_bytes(data)
    assert make_photos.differences(folder) == [
        "drone/DJI_0007.JPG: missing",
        "drone/DJI_0001.JPG: not in the table",
        "2019/lisbon/IMG_0412.JPG: metadata differ",
    ]


@pytest.mark.parametrize("path", sorted(DRAWN_AGAIN))
def test_a_photo_is_drawn_the_same_every_time(photos: Path, path: str) -> None:
    (photo,) = (photo for photo in PHOTOS if photo.path == path)
    again = make_photos.make(photo)
    assert again == make_photos.make(photo)
    with Image.open(photos / path) as committed, Image.open(io.BytesIO(again)) as drawn:
        apart = np.abs(np.asarray(committed, dtype=float) - np.asarray(drawn, dtype=float))
    assert apart.mean() < 3


def test_no_two_pictures_look_alike(photos: Path) -> None:
    small = {}
    for photo in WHOLE:
        with Image.open(photos / photo.path) as picture:
            small[photo.path] = np.asarray(picture.convert("RGB").resize((16, 16)), dtype=float)
    distances = {
        (a, b): float(np.abs(small[a] - small[b]).mean()) for a, b in combinations(small, 2)
    }
    assert min(distances.values()) > 5, min(distances, key=lambda pair: distances[pair])


def test_size_count_and_layout(photos: Path) -> None:
    files = [path for path in photos.rglob("*") if path.is_file()]
    assert len(files) == len(PHOTOS) == len({photo.path.lower() for photo in PHOTOS}) == 73
    assert sum(path.stat().st_size for path in files) < 2_500_000
    assert {path.suffix.lower() for path in files} == {".jpg", ".tif", ".png", ".webp"}
    assert all(photo.path.isascii() for photo in PHOTOS)
    years = {photo.path[:4] for photo in PHOTOS if photo.path[0] == "2"}
    assert years == {str(year) for year in range(2016, 2026)}


def test_photos_group_by_city_and_camera() -> None:
    cities = Counter(photo.city for photo in PHOTOS)
    at_least = {
        "Lisbon, PT": 9, "Kyoto, JP": 6, "Cape Town, ZA": 5, "San Francisco, US": 4,
        "Sydney, AU": 4, "Buenos Aires, AR": 3, "Cusco, PE": 3, "Nairobi, KE": 3,
        "Reykjavík, IS": 3, "Basel, CH": 3,
    }  # fmt: skip
    assert {city: cities[city] for city in at_least} == at_least
    models = Counter(photo.device.model for photo in PHOTOS if photo.device)
    assert len(models) == 14
    assert min(models[name] for name in ("Canon EOS 6D", "SM-G973F", "Pixel 6", "ILCE-7M4")) >= 7


@pytest.mark.parametrize("photo", WHOLE, ids=by_path)
def test_pillow_opens_it_and_reads_the_same(photos: Path, photo: Photo) -> None:
    with Image.open(photos / photo.path) as picture:
        picture.load()
        exif = picture.getexif()
        assert ImageOps.exif_transpose(picture).size == make_photos.shown_size(photo)
        if photo.device is None:
            assert not exif
            return
        assert (exif[Base.Make], exif[Base.Model]) == (photo.device.make, photo.device.model)
        if not photo.path.endswith(".tif"):
            assert exif[Base.Orientation] == photo.orientation
        inner = exif.get_ifd(IFD.Exif)
        stored = photo.taken.partition(".")[0].replace("-", ":")
        assert inner.get(Base.DateTimeOriginal, "") == stored
        assert inner.get(Base.SubsecTimeOriginal, "") == photo.sub_seconds
        assert bool(exif.get_ifd(IFD.GPSInfo)) == (photo.position is not None)


def test_pillow_does_not_open_the_broken_file(photos: Path) -> None:
    with pytest.raises(OSError):
        Image.open(photos / BROKEN.path)


@pytest.mark.parametrize("photo", WHOLE, ids=by_path)
def test_exiftool_reads_the_same(read: dict[str, dict[str, Any]], photo: Photo) -> None:
    row = read[photo.path]
    if photo.device is None:
        assert "IFD0:Make" not in row
        return
    assert row["IFD0:Make"] == photo.device.make
    assert str(row["IFD0:Model"]) == photo.device.model
    taken = photo.taken.partition(".")[0].replace("-", ":")
    assert row.get("ExifIFD:DateTimeOriginal", "") == taken
    offset = photo.offset if photo.device.writes_offset else ""
    assert row.get("ExifIFD:OffsetTimeOriginal", "") == offset
    assert row["File:ExifByteOrder"] == {"<": "II", ">": "MM"}[photo.device.order]
    has_thumbnail = photo.path.lower().endswith(".jpg") and not photo.device.scanner
    assert ("IFD1:ThumbnailLength" in row) == has_thumbnail


@pytest.mark.parametrize("photo", [p for p in WHOLE if p.position], ids=by_path)
def test_exiftool_reads_the_same_place(read: dict[str, dict[str, Any]], photo: Photo) -> None:
    assert photo.position
    latitude, longitude, altitude = photo.position
    row = read[photo.path]
    assert row["GPS:GPSLatitude"] == pytest.approx(abs(latitude), abs=2e-6)
    assert row["GPS:GPSLongitude"] == pytest.approx(abs(longitude), abs=2e-6)
    assert row["GPS:GPSAltitude"] == pytest.approx(abs(altitude))
    assert row["GPS:GPSAltitudeRef"] == int(altitude < 0)
    refs = row.get("GPS:GPSLatitudeRef"), row.get("GPS:GPSLongitudeRef")
    if "no-ref" in photo.marks:
        assert refs == (None, None)
    else:
        assert refs == ("S" if latitude < 0 else "N", "W" if longitude < 0 else "E")


def test_satellite_time_is_local_time_less_the_offset(read: dict[str, dict[str, Any]]) -> None:
    seen = 0
    for photo in WHOLE:
        row = read[photo.path]
        if "GPS:GPSDateStamp" in row:
            stamp = f"{row['GPS:GPSDateStamp']} {row['GPS:GPSTimeStamp']}{photo.offset}"
            utc = datetime.strptime(stamp[:19] + "+00:00", EXIF_DATE + "%z")
            local = row["ExifIFD:DateTimeOriginal"] + photo.offset
            assert datetime.strptime(local, EXIF_DATE + "%z") == utc, photo.path
            seen += 1
    assert seen > 40


def test_offsets_are_those_of_the_place_at_that_time() -> None:
    rows = [
        (photo.path, tzfpy.get_tz(photo.position[1], photo.position[0]), photo.local, photo.utc)
        for photo in PHOTOS
        if photo.position and photo.utc
    ]
    for path, zone, local, utc in rows:
        there = pl.Series([local]).dt.replace_time_zone(zone).dt.convert_time_zone("UTC")
        assert there.dt.replace_time_zone(None).item() == utc, (path, zone)
    assert len({zone for _, zone, _, _ in rows}) > 20


def test_exiftool_warns_of_the_broken_file_only(read: dict[str, dict[str, Any]]) -> None:
    warned = [path for path, row in read.items() if {"ExifTool:Warning", "ExifTool:Error"} & {*row}]
    assert warned == [BROKEN.path]


def test_all_but_the_intended_follow_the_exif_standard(photos: Path) -> None:
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    command = ["exiftool", "-r", "-j", "-n", "-validate", "-Validate", str(photos)]
    answer = subprocess.run(command, capture_output=True, check=False, encoding="utf-8").stdout
    verdicts = {
        Path(row["SourceFile"]).relative_to(photos).as_posix(): row["Validate"]
        for row in json.loads(answer)
    }
    # That phone names its lens, as Exif 2.3 has it, and calls it Exif 2.21.
    phone = [p.path for p in PHOTOS if p.device and p.device.model == "iPhone 6s"]
    zero = [photo.path for photo in PHOTOS if photo.taken == NO_DATE]
    faulty = sorted(path for path, verdict in verdicts.items() if verdict != "0 0 0")
    assert faulty == sorted([*phone, *zero, BROKEN.path])


@pytest.mark.parametrize("path", sorted(EDITS))
def test_an_edit_is_later_and_says_by_what(read: dict[str, dict[str, Any]], path: str) -> None:
    row, edit = read[path], EDITS[path]
    assert row["IFD0:Software"] == edit.software
    assert row["IFD0:ModifyDate"] > row.get("ExifIFD:DateTimeOriginal", "")
    (title,) = (photo.title for photo in PHOTOS if photo.path == path)
    assert row["IFD0:ImageDescription"] == title
    if path.lower().endswith(".jpg"):
        assert row["XMP-dc:Title"] == title
        assert row["XMP-dc:Subject"] == list(edit.keywords)
        assert row["XMP-xmp:Rating"] == edit.rating
    assert ("IPTC:Caption-Abstract" in row) == edit.iptc
    if edit.iptc:
        assert row["IPTC:Caption-Abstract"] == title
        assert row["IPTC:Keywords"] == list(edit.keywords)
    if edit.xp:
        assert (row["IFD0:XPTitle"], row["IFD0:XPKeywords"]) == (title, ";".join(edit.keywords))


def test_drones_tell_of_their_flight(read: dict[str, dict[str, Any]]) -> None:
    flights = [row for path, row in read.items() if path.startswith("drone/")]
    assert len(flights) == 6
    for row in flights:
        assert row["XMP-drone-dji:RelativeAltitude"] == "+80.00"
        assert row["XMP-drone-dji:GimbalPitchDegree"] == -90
        assert -180 <= float(row["XMP-drone-dji:GimbalYawDegree"]) < 180
        assert float(row["XMP-drone-dji:AbsoluteAltitude"]) == row["GPS:GPSAltitude"]


def test_the_awkward_cases_are_there(read: dict[str, dict[str, Any]]) -> None:
    assert {row.get("IFD0:Orientation") for row in read.values()} >= {1, 6, 8}
    zero = [photo.path for photo in PHOTOS if photo.taken == NO_DATE]
    assert [read[path]["ExifIFD:DateTimeOriginal"] for path in zero] == ["0000:00:00 00:00:00"]
    on_null_island = [
        path
        for path, row in read.items()
        if (row.get("GPS:GPSLatitude"), row.get("GPS:GPSLongitude")) == (0, 0)
    ]
    assert on_null_island == ["inbox/20201004_093012.jpg"]
    offsets = {row.get("ExifIFD:OffsetTimeOriginal") for row in read.values()}
    assert offsets >= {None, "+00:00", "+05:45", "-02:30", "+11:00"}
    # The clock of the editing computer, which says nothing of when the photo was taken.
    assert read["2023/kyoto/DSC_2044.jpg"]["ExifIFD:OffsetTime"] == "+01:00"
    assert "ExifIFD:OffsetTimeOriginal" not in read["2023/kyoto/DSC_2044.jpg"]
    strips = [row.get("IFD0:StripOffsets", "") for row in read.values()]
    assert sorted(len(str(offsets).split()) for offsets in strips if offsets) == [4, 5]


RATIONALS = st.tuples(st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1))


@given(
    order=st.sampled_from(("<", ">")),
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20),
    number=st.integers(0, 2**16 - 1),
    pairs=st.lists(RATIONALS, min_size=3, max_size=3),
    thumbnail=st.binary(max_size=20),
)
def test_what_the_writer_writes_pillow_reads(
    order: ByteOrder, text: str, number: int, pairs: list[Rational], thumbnail: bytes
) -> None:
    block = write_tiff(
        order,
        Ifds(
            main={"Make": text, "Orientation": number},
            exif={"ExposureTime": pairs[0], "LensModel": text, "ExifVersion": b"0232"},
            gps={"GPSLatitude": pairs, "GPSLatitudeRef": "N"},
            thumbnail={"Compression": 6},
        ),
        thumbnail=thumbnail,
    )
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + block)
    assert (exif[Base.Make], exif[Base.Orientation]) == (text, number)
    inner = exif.get_ifd(IFD.Exif)
    assert inner[Base.ExposureTime] == pairs[0][0] / pairs[0][1]
    assert (inner[Base.LensModel], inner[Base.ExifVersion]) == (text, b"0232")
    assert exif.get_ifd(IFD.GPSInfo)[2] == tuple(a / b for a, b in pairs)
    small = exif.get_ifd(IFD.IFD1)
    if thumbnail:
        start = small[Base.JpegIFOffset]
        assert block[start : start + small[Base.JpegIFByteCount]] == thumbnail
    else:
        assert struct.unpack(order + "I", block[4:8]) == (8,)
        assert not small
