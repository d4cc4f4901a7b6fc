"""The table on disk: partitioned Parquet that is brought up to date and never half written.

::

    photos.catalog/
        year=0/part-20240501T120000Z-1b2c3d4e-0000.parquet
        year=2024/part-20240501T120000Z-1b2c3d4e-0001.parquet

That is all there is. Every part says in its metadata which update wrote it, where its rows come
from and what read them. Parts never change: an update writes new ones, commits them together, and
removes those they replace. New tags add columns to the parts that are written with them, and the
first part has all columns, for readers that look at one file only.
"""

from imgframe.catalog.catalog import Catalog
from imgframe.catalog.reports import CatalogCheck, CatalogInfo, CompactReport, UpdateReport

__all__ = ["Catalog", "CatalogCheck", "CatalogInfo", "CompactReport", "UpdateReport"]
