"""The derived columns, one after the other: the table that says what each is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from imgframe.derive import caption, clock, flight, origin, picture, position
from imgframe.derive.choice import FirstOf

__all__ = ["DERIVED", "STEPS", "Derived"]


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived column."""

    name: str
    dtype: pl.DataType
    expression: pl.Expr | FirstOf
    """Over tag columns, `format`, other derived columns and steps (names that begin with _)."""
    unit: str
    """Empty for text, enumerations and dates."""
    sources: tuple[str, ...]
    """The tag and file columns it is made of in the end; those that give the value come first, in
    order of preference."""
    doc: str


_LOCAL: Final = pl.Datetime("us")
_UTC: Final = pl.Datetime("us", "UTC")
_REAL, _INT, _TEXT = pl.Float64(), pl.Int32(), pl.String()

_TAKEN: Final = (
    "DateTimeOriginal",
    "exif:DateTimeOriginal",
    "photoshop:DateCreated",
    "IPTC:DateCreated",
    "IPTC:TimeCreated",
)
_DIGITIZED: Final = (
    "DateTimeDigitized",
    "exif:DateTimeDigitized",
    "xmp:CreateDate",
    "IPTC:DigitalCreationDate",
    "IPTC:DigitalCreationTime",
    "PNG:Creation Time",
)
_DATES: Final = (*_TAKEN, *_DIGITIZED, "Takeout:photoTakenTime", "DateTime")
_SUBSECONDS: Final = ("SubsecTimeOriginal", "SubsecTimeDigitized", "SubsecTime")
_OFFSETS: Final = ("OffsetTimeOriginal", "OffsetTimeDigitized", "OffsetTime")
_GPS_TIME: Final = ("GPSDateStamp", "GPSTimeStamp", "exif:GPSTimeStamp")
_PLACE: Final = (
    "GPSLatitude",
    "GPSLongitude",
    "exif:GPSLatitude",
    "exif:GPSLongitude",
    "Takeout:latitude",
    "Takeout:longitude",
)
_PLACE_SIGNS: Final = ("GPSLatitudeRef", "GPSLongitudeRef", "GPSStatus", "exif:GPSStatus")
_POSITION: Final = (*_PLACE, *_PLACE_SIGNS)
_DATUM: Final = (
    "WGS 84; null for every gps_problem but another datum. Exif, then XMP, then Takeout."
)


def _created(field: str) -> str:
    return f"Iptc4xmpExt:LocationCreated/Iptc4xmpExt:{field}"


# fmt: off
DERIVED: Final = (
    Derived("acquired_at", _LOCAL, clock.ACQUIRED_AT, "local time",
            (*_DATES, *_SUBSECONDS, *_POSITION),
            "When the image was taken, by the clock on the wall, sub-seconds included. The time it "
            "was taken comes before that of digitizing, Exif before XMP before IPTC; DateTime, the "
            "time of the last change, comes last. A day without a time is its midnight; a year or "
            "a month alone is none. Takeout has UTC, which is put on the clock of the place."),
    Derived("utc_offset", _INT, clock.UTC_OFFSET, "min",
            (*_OFFSETS, *_DATES, *_GPS_TIME, *_POSITION),
            "Local time minus UTC. The offset tag of the date tag chosen; else an offset inside a "
            "date of XMP, IPTC or PNG that says the same time; else from GPS time when that is "
            "within 5 min of a zone's time; else that of time_zone at that time."),
    Derived("acquired_at_utc", _UTC, clock.ACQUIRED_AT_UTC, "UTC",
            (*_DATES, *_SUBSECONDS, *_OFFSETS, *_GPS_TIME, *_POSITION),
            "acquired_at minus utc_offset."),
    Derived("time_source", _TEXT, clock.TIME_SOURCE, "",
            (*_OFFSETS, *_DATES, *_GPS_TIME, *_POSITION),
            "What gave utc_offset: the name of the tag; GPS; place; place (ambiguous) in the hour "
            "that the clock says twice, where the first is taken; place (gap) in the hour that it "
            "leaves out, where it is taken as not yet put forward."),
    Derived("time_zone", _TEXT, clock.TIME_ZONE, "", _POSITION,
            "IANA time zone of the position; Etc/GMT+3 and the like on the high seas."),
    Derived("clock_drift_s", _REAL, clock.CLOCK_DRIFT, "s",
            (*_GPS_TIME, *_DATES, *_SUBSECONDS, *_OFFSETS, *_POSITION),
            "GPS time minus acquired_at_utc: what to add to the camera's clock. Within 300 s where "
            "time_source is GPS, since only a rest is known then."),
    Derived("latitude", _REAL, position.LATITUDE, "°", _POSITION, f"North positive. {_DATUM}"),
    Derived("longitude", _REAL, position.LONGITUDE, "°", _POSITION, f"East positive. {_DATUM}"),
    Derived("altitude", _REAL, position.ALTITUDE, "m",
            ("GPSAltitude", "exif:GPSAltitude", "Takeout:altitude", "GPSAltitudeRef",
             "exif:GPSAltitudeRef", *_POSITION),
            "Above the reference, below it negative; null for a reference Exif 3.0 does not know, "
            "a void fix and one at 0, 0."),
    Derived("dop", _REAL, position.DOP, "", ("GPSDOP", "exif:GPSDOP"),
            "Dilution of precision; null unless above zero and finite."),
    Derived("gps_error", _REAL, position.GPS_ERROR, "m",
            ("GPSHPositioningError", "exif:GPSHPositioningError"),
            "Horizontal error of the position; null unless above zero and finite."),
    Derived("gps_problem", _TEXT, position.GPS_PROBLEM, "",
            (*_POSITION, "GPSMapDatum", "problems"),
            "denominator zero, unreadable, incomplete, zero, out of range, no ref, unreadable ref, "
            "void status; or datum and its name, where the position is kept as it is; null for a "
            "good position, wherever it is from, and for none."),
    Derived("acquired_by", _TEXT, origin.ACQUIRED_BY, "",
            ("Artist", "dc:creator", "IPTC:By-line", "CameraOwnerName", "exifEX:CameraOwnerName",
             "aux:OwnerName", "XPAuthor"),
            "Who took the image."),
    Derived("manufacturer", _TEXT, origin.MANUFACTURER, "", ("Make", "tiff:Make"),
            "Maker of the camera under its common name; as in the file where none is known."),
    Derived("model", _TEXT, origin.MODEL, "", ("Model", "tiff:Model", "Make", "tiff:Make"),
            "Camera model, without the maker's name in front."),
    Derived("lens", _TEXT, origin.LENS, "",
            ("LensModel", "exifEX:LensModel", "aux:Lens", "LensSpecification", "LensInfo",
             "exifEX:LensSpecification"),
            "Name of the lens, else its focal lengths and apertures: 24-70mm f/2.8."),
    Derived("software", _TEXT, origin.SOFTWARE, "",
            ("Software", "tiff:Software", "xmp:CreatorTool", "PNG:Software"),
            "Firmware or program that wrote the file."),
    Derived("title", _TEXT, caption.TITLE, "",
            ("dc:title", "IPTC:ObjectName", "XPTitle", "PNG:Title"), "Short name of the image."),
    Derived("description", _TEXT, caption.DESCRIPTION, "",
            ("dc:description", "IPTC:Caption-Abstract", "ImageDescription", "XPComment",
             "PNG:Description", "Takeout:description"),
            "What is to be seen; what cameras write into every image left out."),
    Derived("keywords", pl.List(_TEXT), caption.KEYWORDS, "",
            ("dc:subject", "IPTC:Keywords", "XPKeywords"), "Each once, in the order of the file."),
    Derived("rating", _REAL, caption.RATING, "", ("xmp:Rating", "Rating", "MicrosoftPhoto:Rating"),
            "1 to 5 stars, 0 unrated, -1 rejected; null for any other value."),
    Derived("creator", _TEXT, caption.CREATOR, "",
            ("dc:creator", "IPTC:By-line", "Artist", "XPAuthor", "PNG:Author"),
            "Who is to be named as the author; several with a semicolon between them."),
    Derived("copyright", _TEXT, caption.COPYRIGHT, "",
            ("dc:rights", "IPTC:CopyrightNotice", "Copyright", "PNG:Copyright"),
            "Copyright notice."),
    Derived("location_tagged", _TEXT, caption.LOCATION_TAGGED, "",
            ("Iptc4xmpCore:Location", "IPTC:Sub-location", _created("Sublocation")),
            "Part of the city, or place outside one, as somebody wrote it."),
    Derived("city_tagged", _TEXT, caption.CITY_TAGGED, "",
            ("photoshop:City", "IPTC:City", _created("City")), "City as somebody wrote it."),
    Derived("region_tagged", _TEXT, caption.REGION_TAGGED, "",
            ("photoshop:State", "IPTC:Province-State", _created("ProvinceState")),
            "Province or state as somebody wrote it."),
    Derived("country_tagged", _TEXT, caption.COUNTRY_TAGGED, "",
            ("photoshop:Country", "IPTC:Country-PrimaryLocationName", _created("CountryName")),
            "Country as somebody wrote it."),
    Derived("country_code_tagged", _TEXT, caption.COUNTRY_CODE_TAGGED, "",
            ("Iptc4xmpCore:CountryCode", "IPTC:Country-PrimaryLocationCode",
             _created("CountryCode")),
            "Code of the country as somebody wrote it: ISO 3166, of two or three letters."),
    Derived("orientation", _INT, picture.ORIENTATION, "", ("Orientation",),
            "1 to 8 as in Exif; null for any other value."),
    Derived("resolution_x", _REAL, picture.RESOLUTION_X, "px per resolution_unit", ("XResolution",),
            "Null unless above zero and finite."),
    Derived("resolution_y", _REAL, picture.RESOLUTION_Y, "px per resolution_unit", ("YResolution",),
            "Null unless above zero and finite."),
    Derived("resolution_unit", _TEXT, picture.RESOLUTION_UNIT, "",
            ("ResolutionUnit", "XResolution", "YResolution"),
            "in or cm; in, TIFF's default, where there is a resolution and no unit is given."),
    Derived("compression", _TEXT, picture.COMPRESSION, "",
            ("format", "Compression", "NewSubfileType"),
            "How the pixels of a JPEG or a TIFF are packed; null where the first directory of a "
            "TIFF holds a preview."),
    Derived("color_space", _TEXT, picture.COLOR_SPACE, "", ("ColorSpace", "InteropIndex"),
            "sRGB, Adobe RGB or Uncalibrated, as Exif and DCF tell."),
    Derived("weather", _TEXT, picture.WEATHER, "", ("AmbientTemperature", "Humidity", "Pressure"),
            "What the camera measured: 21.5 °C, 45 %, 1013 hPa."),
    Derived("custom_id", _TEXT, origin.CUSTOM_ID, "", ("ImageUniqueID", "exif:ImageUniqueID"),
            "Identifier that the camera or an archive gave the image."),
    Derived("reference", _TEXT, origin.REFERENCE, "",
            ("DocumentName", "photoshop:TransmissionReference",
             "IPTC:OriginalTransmissionReference"),
            "Document or job that the image belongs to."),
    Derived("gimbal_yaw", _REAL, flight.GIMBAL_YAW, "°", ("drone-dji:GimbalYawDegree",),
            "Where a drone's camera looks, clockwise from north, -180 to 180."),
    Derived("gimbal_pitch", _REAL, flight.GIMBAL_PITCH, "°", ("drone-dji:GimbalPitchDegree",),
            "Above the horizon; -90 looks straight down."),
    Derived("gimbal_roll", _REAL, flight.GIMBAL_ROLL, "°", ("drone-dji:GimbalRollDegree",),
            "Of a drone's camera."),
    Derived("relative_altitude", _REAL, flight.RELATIVE_ALTITUDE, "m",
            ("drone-dji:RelativeAltitude",), "Above the place of take-off."),
)
"""Every derived column, in the order of the table."""
# fmt: on


STEPS: Final[dict[str, tuple[pl.DataType, pl.Expr | FirstOf]]] = {
    **clock.STEPS,
    **position.STEPS,
    **origin.STEPS,
    **picture.STEPS,
}
"""What stands between tags and derived columns; left out of the table. Named, since Polars works
out an expression with a literal in it anew wherever it is repeated."""
