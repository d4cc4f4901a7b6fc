"""The table on disk: partitioned Parquet that is brought up to date and never half written.

::

    photos.catalog/
        year=0/part-20240501T120000Z-1b2c3d4e-0000.parquet
        year=2024/part-20240501T120000Z-1b2c3d4e-0001.parquet

That is all there is. Every part says in its metadata which update wrote it, where its rows come
from and what read them. Every part has the same columns, so that a glob for ``**/*.parquet`` is one
table, also to readers that look at the first file only. Parts never change: an update writes new
ones, commits them together, and removes those they replace.
"""

from imgframe.catalog.catalog import Catalog, CatalogInfo, UpdateReport

__all__ = ["Catalog", "CatalogInfo", "UpdateReport"]
