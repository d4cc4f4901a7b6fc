"""Images on the map: points for geopandas, the places they were taken at, and groups by place.

Places are from GeoNames (https://www.geonames.org), CC BY 4.0.
"""

from __future__ import annotations

from imgframe.geo.groups import group_by_place
from imgframe.geo.places import add_places
from imgframe.geo.points import to_points

__all__ = ["add_places", "group_by_place", "to_points"]
