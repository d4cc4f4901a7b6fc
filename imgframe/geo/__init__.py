"""Images on the map: points, places, areas, spots, trips and what a picture shows of the ground.

Places are from GeoNames (https://www.geonames.org), CC BY 4.0.
"""

from __future__ import annotations

from imgframe.geo.areas import join_areas
from imgframe.geo.distance import near
from imgframe.geo.footprints import view_footprints
from imgframe.geo.groups import group_by, group_by_place
from imgframe.geo.journeys import add_trips, trips
from imgframe.geo.places import add_places
from imgframe.geo.points import to_points
from imgframe.geo.spots import add_clusters, clusters

__all__ = [
    "add_clusters",
    "add_places",
    "add_trips",
    "clusters",
    "group_by",
    "group_by_place",
    "join_areas",
    "near",
    "to_points",
    "trips",
    "view_footprints",
]
