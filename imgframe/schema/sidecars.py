"""Files beside images: their columns, and who wins where image and sidecar both speak.

Sources: XMP specification, part 3 (Adobe, 2020), 1.2, for XMP sidecars; the files themselves for
Google Takeout, which has no public description; for how it cuts names the observations gathered
in ente/ente#4956 and TheLastGimbus/GooglePhotosTakeoutHelper#353.
"""

from __future__ import annotations

import fnmatch
from functools import cache
from typing import Final

from imgframe.schema.rules import Rule

COLUMN: Final = "sidecars"
"""Names of the sidecars of an image that were read."""

USER: Final = "user:"
"""What the keys of a JSON object beside an image get in front; their values are text."""

TAKEOUT: Final[dict[str, tuple[Rule, tuple[str, ...]]]] = {
    "Takeout:title": (Rule.TEXT, ("title",)),
    "Takeout:description": (Rule.TEXT, ("description",)),
    "Takeout:photoTakenTime": (Rule.UTC, ("photoTakenTime", "timestamp")),
    "Takeout:creationTime": (Rule.UTC, ("creationTime", "timestamp")),
    "Takeout:photoLastModifiedTime": (Rule.UTC, ("photoLastModifiedTime", "timestamp")),
    "Takeout:latitude": (Rule.FLOAT, ("geoData", "latitude")),
    "Takeout:longitude": (Rule.FLOAT, ("geoData", "longitude")),
    "Takeout:altitude": (Rule.FLOAT, ("geoData", "altitude")),
    "Takeout:people": (Rule.TEXTS, ("people", "name")),
    "Takeout:url": (Rule.TEXT, ("url",)),
    "Takeout:imageViews": (Rule.INTEGER, ("imageViews",)),
    "Takeout:favorited": (Rule.BOOLEAN, ("favorited",)),
    "Takeout:archived": (Rule.BOOLEAN, ("archived",)),
    "Takeout:trashed": (Rule.BOOLEAN, ("trashed",)),
    "Takeout:deviceType": (
        Rule.TEXT,
        ("googlePhotosOrigin", "mobileUpload", "deviceType"),
    ),
    "Takeout:deviceFolder": (
        Rule.TEXT,
        ("googlePhotosOrigin", "mobileUpload", "deviceFolder", "localFolderName"),
    ),
}
"""What is read of Google Takeout's JSON: rule, and the keys on the way to the value.

A place at 0, 0 is none, and has no altitude either. `geoDataExif` only repeats what the image
itself says.
"""

RULES: Final[dict[str, Rule]] = {name: rule for name, (rule, _) in TAKEOUT.items()} | {
    COLUMN: Rule.TEXTS
}
"""The rule of each column but those of `USER`."""

SIDECAR, FILE = "sidecar", "file"

PRECEDENCE: Final = (
    # Who corrects a date, a place or a rotation in an editor means the new one.
    ("exif:DateTimeOriginal", SIDECAR),
    ("exif:DateTimeDigitized", SIDECAR),
    ("exif:UserComment", SIDECAR),
    ("exif:GPS*", SIDECAR),
    ("tiff:Orientation", SIDECAR),
    ("tiff:ImageDescription", SIDECAR),
    ("tiff:Artist", SIDECAR),
    ("tiff:Copyright", SIDECAR),
    # What the camera measured or is: editors only copy it, and round it on the way.
    ("exif:*", FILE),
    ("exifEX:*", FILE),
    ("tiff:*", FILE),
    ("aux:*", FILE),
    ("drone-dji:*", FILE),
    ("Camera:*", FILE),
    ("FLIR:*", FILE),
    ("GPano:*", FILE),
    ("GCamera:*", FILE),
    ("GDepth:*", FILE),
    ("GImage:*", FILE),
    # Ratings, keywords, captions, rights, development: all that people write.
    ("*", SIDECAR),
)
"""Who wins where an XMP packet in the image and an XMP sidecar have a property both.

The first pattern that fits decides; where the winner has no value the other one's counts. Tags of
Exif and IPTC have columns of their own, which no sidecar writes to: what derived columns prefer
stands in their own table.
"""


@cache
def sidecar_wins(name: str) -> bool:
    """Say whether the sidecar's value of an XMP column goes before that in the image.

    Parameters
    ----------
    name : str
        Name of a column.

    Returns
    -------
    bool
    """
    winner = next(who for pattern, who in PRECEDENCE if fnmatch.fnmatchcase(name, pattern))
    return winner == SIDECAR
