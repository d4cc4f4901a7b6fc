"""A folder of images as a typed table: one row per image, one column per tag.

>>> import imgframe as imf
>>> frame = imf.read_images("photos")  # doctest: +SKIP
>>> imf.Catalog("photos.catalog").update("photos")  # doctest: +SKIP

Names are resolved when they are first used, so that importing imgframe costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from imgframe import geo, schema
    from imgframe.catalog import (
        Catalog,
        CatalogCheck,
        CatalogInfo,
        CompactReport,
        UpdateReport,
    )
    from imgframe.errors import (
        CatalogError,
        CatalogLockedError,
        ImgframeError,
        MissingExtraError,
        ReadError,
        SourceError,
        UsageError,
    )
    from imgframe.geo import group_by
    from imgframe.group import group_by_date
    from imgframe.lazy import scan_images
    from imgframe.overview import summary
    from imgframe.read import iter_images, read_images
    from imgframe.words import labels

__all__ = [
    "Catalog",
    "CatalogCheck",
    "CatalogError",
    "CatalogInfo",
    "CatalogLockedError",
    "CompactReport",
    "ImgframeError",
    "MissingExtraError",
    "ReadError",
    "SourceError",
    "UpdateReport",
    "UsageError",
    "geo",
    "group_by",
    "group_by_date",
    "iter_images",
    "labels",
    "read_images",
    "scan_images",
    "schema",
    "summary",
]

__version__ = "0.1.0"

_HOME: Final = {
    "Catalog": "catalog",
    "CatalogCheck": "catalog",
    "CatalogError": "errors",
    "CatalogInfo": "catalog",
    "CatalogLockedError": "errors",
    "CompactReport": "catalog",
    "ImgframeError": "errors",
    "MissingExtraError": "errors",
    "ReadError": "errors",
    "SourceError": "errors",
    "UpdateReport": "catalog",
    "UsageError": "errors",
    "group_by": "geo",
    "group_by_date": "group",
    "iter_images": "read",
    "labels": "words",
    "read_images": "read",
    "scan_images": "lazy",
    "summary": "overview",
}
"""The module that each name comes from."""

_MODULES: Final = ("geo", "schema")
"""Names that are modules."""


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"imgframe.{name}")
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'imgframe' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"imgframe.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
