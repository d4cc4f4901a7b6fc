"""The dtypes of the columns of IPTC, XMP, ICC, PNG and JPEG follow from their names."""

from __future__ import annotations

import polars as pl
import pytest

from imgframe.schema import Rule, dtype_of, xmp


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("dc:title", pl.String()),
        ("dc:title-fr-FR", pl.String()),
        ("dc:subject", pl.List(pl.String())),
        ("xmp:Rating", pl.Float64()),
        ("xmp:CreateDate", pl.String()),
        ("tiff:Orientation", pl.Int64()),
        ("tiff:BitsPerSample", pl.List(pl.Int64())),
        ("crs:HasCrop", pl.Boolean()),
        ("drone-dji:GimbalYawDegree", pl.Float64()),
        ("exif:GPSLatitude", pl.String()),
        ("xmpMM:DerivedFrom/stRef:instanceID", pl.String()),
        ("xmpMM:History/stEvt:action", pl.List(pl.String())),
        ("mwg-rs:Regions/mwg-rs:RegionList/mwg-rs:Area/stArea:x", pl.List(pl.Float64())),
        ("mwg-rs:Regions/mwg-rs:RegionList/mwg-rs:Area/stArea:unit", pl.List(pl.String())),
        ("anything:else", pl.String()),
        ("IPTC:Keywords", pl.List(pl.String())),
        ("IPTC:DateCreated", pl.Date()),
        ("IPTC:TimeCreated", pl.String()),
        ("IPTC:Urgency", pl.Int64()),
        ("ICC:ProfileDescription", pl.String()),
        ("ICC:ProfileDateTime", pl.Datetime("us")),
        ("PNG:Title", pl.String()),
        ("JFIF:XResolution", pl.Int64()),
        ("Comment", pl.String()),
    ],
)
def test_dtype_of(name: str, dtype: pl.DataType) -> None:
    assert dtype_of(name) == dtype


def test_prefixes_of_declared_properties_are_those_of_a_namespace() -> None:
    for name in (*xmp.RULES, *xmp.LISTED, *xmp.DEEPER, *xmp.PIXELS):
        for step in name.split("/"):
            assert step.partition(":")[0] in xmp.PREFIXES, name


def test_namespaces_are_told_apart() -> None:
    uris = [uri.rstrip("/#") for _, uri in xmp.NAMESPACES]
    assert len(uris) == len(set(uris))
    assert Rule.TEXT not in xmp.RULES.values()
