"""What people wrote about images: which field wins, and what is left of it."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from imgframe.derive import DERIVED, add_derived
from imgframe.schema import dtype_of

Tags = dict[str, Any]

LISTS = ("dc:creator", "dc:subject", "IPTC:By-line", "IPTC:Keywords")


def row_of(tags: Tags) -> Tags:
    schema = {name: dtype_of(name) for name in tags}
    return add_derived(pl.DataFrame([tags], schema=schema)).row(0, named=True)


def check(tags: Tags, expected: Tags) -> None:
    row = row_of(tags)
    assert {name: row[name] for name in expected} == expected


PLAIN = [
    column
    for column in DERIVED
    if column.name in ("title", "copyright", "acquired_by", "creator", "software", "reference")
    or column.name.endswith("_tagged")
]


@pytest.mark.parametrize("column", PLAIN, ids=lambda column: column.name)
def test_the_order_is_that_of_the_table(column: Any) -> None:
    """Each source in turn wins over all behind it, and a blank one over none."""
    sources = list(column.sources)
    for i, name in enumerate(sources):
        values = {s: f"from {s}" for s in sources[i:]} | dict.fromkeys(sources[:i], " ")
        tags = {s: [v] if dtype_of(s) == pl.List(pl.String) else v for s, v in values.items()}
        check(tags, {column.name: f"from {name}"})


WRITTEN: list[tuple[Tags, Tags]] = [
    ({"dc:title": " Pagoda "}, {"title": "Pagoda"}),
    ({"dc:description": None, "IPTC:Caption-Abstract": "a"}, {"description": "a"}),
    ({"dc:description": "x", "IPTC:Caption-Abstract": "a"}, {"description": "x"}),
    ({"IPTC:Caption-Abstract": "a", "ImageDescription": "b"}, {"description": "a"}),
    ({"ImageDescription": "b", "XPComment": "c"}, {"description": "b"}),
    ({"XPComment": "c", "Takeout:description": "d"}, {"description": "c"}),
    # what cameras write into every image
    *(
        ({"ImageDescription": text, "XPComment": "c"}, {"description": "c"})
        for text in (
            "OLYMPUS DIGITAL CAMERA         ",
            "SONY DSC",
            "DCIM\\100MEDIA\\DJI_0164.JPG",
            "cof",
            "   ",
        )
    ),
    ({"ImageDescription": "A digital camera"}, {"description": "A digital camera"}),
    ({"dc:description": "OLYMPUS DIGITAL CAMERA"}, {"description": None}),
    # keywords
    ({"dc:subject": ["b", " a ", None, "", "b"]}, {"keywords": ["b", "a"]}),
    ({"dc:subject": ["", None], "IPTC:Keywords": ["k"]}, {"keywords": ["k"]}),
    ({"dc:subject": [], "XPKeywords": "night; skyline;;"}, {"keywords": ["night", "skyline"]}),
    ({"IPTC:Keywords": ["k"], "XPKeywords": "x"}, {"keywords": ["k"]}),
    ({"XPKeywords": " a ;b c; a"}, {"keywords": ["a", "b c"]}),
    ({"XPKeywords": " ; "}, {"keywords": None}),
    # ratings
    ({"xmp:Rating": 4.0, "Rating": 2}, {"rating": 4.0}),
    ({"xmp:Rating": None, "Rating": 2}, {"rating": 2.0}),
    ({"xmp:Rating": 3.5}, {"rating": 3.5}),
    ({"xmp:Rating": -1.0}, {"rating": -1.0}),
    ({"xmp:Rating": 0.0}, {"rating": 0.0}),
    ({"xmp:Rating": 99.0, "Rating": 5}, {"rating": 5.0}),
    ({"xmp:Rating": float("nan")}, {"rating": None}),
    ({"Rating": 6}, {"rating": None}),
    *(
        ({"MicrosoftPhoto:Rating": percent}, {"rating": stars})
        for percent, stars in {0: 0.0, 1: 1.0, 25: 2.0, 50: 3.0, 75: 4.0, 99: 5.0, 100: 5.0}.items()
    ),
    ({"MicrosoftPhoto:Rating": 101}, {"rating": None}),
    # people
    (
        {"dc:creator": ["Ann", None, "Joe"], "Artist": "Ian"},
        {"creator": "Ann; Joe", "acquired_by": "Ian"},
    ),
    ({"dc:creator": [], "Artist": "Ian"}, {"creator": "Ian", "acquired_by": "Ian"}),
    ({"IPTC:By-line": ["Ann"]}, {"creator": "Ann", "acquired_by": "Ann"}),
    # places
    (
        {
            "photoshop:City": None,
            "Iptc4xmpExt:LocationCreated/Iptc4xmpExt:City": [None, "Kyoto", "Nara"],
        },
        {"city_tagged": "Kyoto", "country_tagged": None},
    ),
    # cameras and lenses of XMP
    (
        {"tiff:Make": "Canon", "tiff:Model": "Canon EOS 6D", "aux:Lens": "EF24-70mm f/2.8L USM"},
        {"manufacturer": "Canon", "model": "EOS 6D", "lens": "EF24-70mm f/2.8L USM"},
    ),
    ({"LensModel": "----", "exifEX:LensModel": "", "aux:Lens": "50mm"}, {"lens": "50mm"}),
    ({"LensModel": "A", "exifEX:LensModel": "B", "aux:Lens": "C"}, {"lens": "A"}),
    (
        {"aux:Lens": "Kit", "LensSpecification": [18.0, 55.0, 3.5, 5.6]},
        {"lens": "Kit"},
    ),
    ({"exifEX:LensSpecification": [18.0, 55.0, 3.5, 5.6]}, {"lens": "18-55mm f/3.5-5.6"}),
    # drones
    (
        {
            "drone-dji:GimbalYawDegree": -12.5,
            "drone-dji:GimbalPitchDegree": -90.0,
            "drone-dji:GimbalRollDegree": 0.0,
            "drone-dji:RelativeAltitude": 80.0,
        },
        {"gimbal_yaw": -12.5, "gimbal_pitch": -90.0, "gimbal_roll": 0.0, "relative_altitude": 80.0},
    ),
    ({"drone-dji:RelativeAltitude": float("inf")}, {"relative_altitude": None}),
]


@pytest.mark.parametrize(("tags", "expected"), WRITTEN)
def test_written(tags: Tags, expected: Tags) -> None:
    check(tags, expected)
