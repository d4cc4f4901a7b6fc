"""What a row costs on disk: a catalogue beside the output of ExifTool for the same photographs.

    python tests/bench/catalog_size.py FOLDER [--photos 20000]

Writes photographs into FOLDER, which must be new: those of `data/make_photos.py`, taken again and
again on other days, some steps away, in other light. Copies would not do, since a column of equal
values takes next to no room.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from math import log2
from pathlib import Path

from PIL import Image

from imgframe import Catalog

sys.path.insert(0, str(Path(__file__).parents[2] / "data"))
from make_photos import EDITS, PHOTOS
from photo_generator import containers, metadata
from photo_generator.photo import Edit, Photo
from photo_generator.tiff import Fields

TRIP = 250
"""Photographs of a trip, at most."""

PICTURE = Image.new("RGB", (64, 48))
THUMBNAIL = containers.thumbnail_of(PICTURE)
EDIT_LIST = list(EDITS.values())


def trip(chance: random.Random, number: int) -> list[Photo]:
    """Take the photographs of some days at one of the places."""
    known = [photo for photo in PHOTOS if photo.device and photo.local and not photo.marks]
    place = chance.choice([p for p in known if p.path.lower().endswith(".jpg")])
    day = timedelta(days=chance.randint(-1500, 500))
    moment = datetime.fromisoformat(place.taken.partition(".")[0]) + day
    photos = []
    for count in range(chance.randint(TRIP // 10, TRIP)):
        moment += timedelta(seconds=chance.expovariate(1 / chance.choice([3, 60, 1800])))
        position = place.position and (
            place.position[0] + chance.gauss(0, 0.02),
            place.position[1] + chance.gauss(0, 0.02),
            place.position[2] + chance.gauss(0, 20),
        )
        name = f"{moment:%Y}/{number:04}/IMG_{number * 31 % 100:02}{count:04}.JPG"
        taken = f"{moment:%Y-%m-%d %H:%M:%S}"
        photos.append(replace(place, path=name, position=position, taken=taken))
    return photos


def light(chance: random.Random) -> Fields:
    """Return the fields that another light or lens changes."""
    shutter, stops = chance.choice([15, 30, 60, 80, 125, 200, 320, 500, 800]), chance.randint(2, 13)
    number, length = round(2 ** (stops / 4) * 10), chance.randint(24, 105)
    return {
        "ExposureTime": (1, shutter),
        "FNumber": (number, 10),
        "ISOSpeedRatings": 100 << chance.randint(0, 5),
        "ShutterSpeedValue": metadata.rational(log2(shutter), 1000),
        "ApertureValue": metadata.rational(2 * log2(number / 10), 100),
        "BrightnessValue": (chance.randint(-2000, 11000), 1000),
        "FocalLength": (length, 1),
        "FocalLengthIn35mmFilm": length,
        "MeteringMode": chance.choice([2, 3, 5, 5, 5]),
    }


def file_of(photo: Photo, edit: Edit | None, chance: random.Random) -> bytes:
    """Return the file of a photograph; what it shows is black."""
    assert photo.device
    ifds = metadata.exif(photo, edit, photo.device.size)
    assert ifds
    ifds = replace(ifds, exif=ifds.exif | light(chance))
    if photo.device.make == "samsung":
        ifds.exif["ImageUniqueID"] = f"{chance.getrandbits(128):032x}"
    xmp = metadata.drone_xmp(photo) if photo.device.make == "DJI" else b""
    xmp = metadata.editor_xmp(photo, edit) if edit else xmp
    return containers.jpeg(PICTURE, ifds, photo.device.order, THUMBNAIL, xmp, b"")


def write(folder: Path, number: int) -> None:
    """Write photographs, a tenth of them edited some days later."""
    chance = random.Random(1)
    photos: list[Photo] = []
    for trips in range(number):
        photos += trip(chance, trips)
        if len(photos) >= number:
            break
    for photo in photos[:number]:
        assert photo.local
        changed = photo.local + timedelta(seconds=chance.randint(1, 10**6))
        edit = chance.choice(EDIT_LIST) if chance.random() < 0.1 else None
        edit = edit and replace(edit, when=f"{changed:%Y-%m-%d %H:%M:%S}")
        path = folder / photo.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file_of(photo, edit, chance))
        os.utime(path, (changed.timestamp(), changed.timestamp()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=20_000)
    given = parser.parse_args()
    photos = given.folder / "photos"
    write(photos, given.photos)
    catalog = Catalog(given.folder / "catalog")
    catalog.update(photos)
    sizes = {"catalogue": catalog.info().bytes}
    for kind in ("csv", "json"):
        command = ["exiftool", "-q", "-r", f"-{kind}", str(photos)]
        sizes[f"exiftool -{kind}"] = len(subprocess.run(command, capture_output=True).stdout)
    for name, size in sizes.items():
        print(
            f"{name:15} {size / given.photos:7.0f} bytes a row {size / sizes['catalogue']:6.1f} x"
        )


if __name__ == "__main__":
    main()
