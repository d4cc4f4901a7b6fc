"""Images as a lazy frame, straight over the files: a query reads only what it needs.

A query comes down to columns, a predicate and a number of rows. Its way through the files:

1. the files are listed; those parts of the predicate that the list can answer (`LISTED`) leave
   out files that are then never opened;
2. a part that needs no more than a look at the head of a file (`LOOKED`) leaves out files of which
   no tag is decoded;
3. of the others those tags are decoded that the columns and the predicate need, with those that
   derived columns among them are made of; the rest of the predicate is applied frame by frame.

Polars applies neither the predicate nor the number of rows again. When it gives both, the rows
are counted first: that is ``head(n).filter(...)``; the other way round it counts by itself.
"""

from __future__ import annotations

from imgframe.lazy.images import scan_images

__all__ = ["scan_images"]
