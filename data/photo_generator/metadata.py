"""The EXIF, XMP and IPTC of a photo, as its device and its editor would have written them."""

import struct
from datetime import datetime
from fractions import Fraction
from math import log2
from xml.sax.saxutils import escape

from photo_generator.photo import Device, Edit, Photo
from photo_generator.tiff import Fields, Ifds, Rational

# Denominator of the exposure time and ISO, by the light of the scene.
LIGHT = {
    "alpine": (1000, 100),
    "day": (500, 100),
    "soft": (320, 100),
    "grey": (160, 200),
    "gold": (250, 100),
    "dawn": (125, 200),
    "sunset": (100, 400),
    "dusk": (40, 1600),
    "night": (15, 3200),
}
DENSITY: Fields = {"XResolution": (72, 1), "YResolution": (72, 1), "ResolutionUnit": 2}


def exif_date(text: str) -> str:
    """Return a date as EXIF writes it, without a fraction."""
    return text.partition(".")[0].replace("-", ":")


def rational(value: float, denominator: int) -> Rational:
    return round(value * denominator), denominator


def angle(degrees: float, seconds: int | None) -> list[Rational]:
    """Return degrees, minutes and seconds, or decimal minutes where `seconds` is None."""
    parts = seconds or 10000
    count = round(abs(degrees) * (3600 if seconds else 60) * parts)
    if not seconds:
        return [(count // (60 * parts), 1), (count % (60 * parts), parts), (0, 1)]
    minutes = count // (60 * parts)
    return [(minutes // 60, 1), (minutes % 60, 1), (count % (60 * parts), parts)]


def gps_fields(photo: Photo, device: Device) -> Fields:
    if photo.position is None:
        return {}
    latitude, longitude, altitude = photo.position
    fields: Fields = {
        "GPSVersionID": b"\2\3\0\0",
        "GPSLatitudeRef": "S" if latitude < 0 else "N",
        "GPSLatitude": angle(latitude, device.seconds),
        "GPSLongitudeRef": "W" if longitude < 0 else "E",
        "GPSLongitude": angle(longitude, device.seconds),
        "GPSAltitudeRef": b"\1" if altitude < 0 else b"\0",
        "GPSAltitude": rational(abs(altitude), 10),
    }
    if "no-ref" in photo.marks:
        del fields["GPSLatitudeRef"], fields["GPSLongitudeRef"]
    if device.heading:
        fields |= {"GPSImgDirectionRef": "T", "GPSImgDirection": (photo.seed % 36000, 100)}
    if device.clock_from_gps and photo.utc:
        utc = photo.utc
        fields["GPSTimeStamp"] = [(utc.hour, 1), (utc.minute, 1), (utc.second, 1)]
        fields["GPSDateStamp"] = f"{utc:%Y:%m:%d}"
    if device.seconds is None:
        fields |= {"GPSStatus": "A", "GPSMeasureMode": "3", "GPSMapDatum": "WGS-84"}
    return fields


def exposure_fields(photo: Photo, device: Device) -> Fields:
    sky, *layers = photo.scene.split()
    shutter, iso = LIGHT[sky]
    number = Fraction(*device.fnumber)
    fields: Fields = {
        "ExposureTime": (1, shutter),
        "FNumber": device.fnumber,
        "ExposureProgram": 2,
        "ISOSpeedRatings": iso,
        "ShutterSpeedValue": rational(log2(shutter), 1000),
        "ApertureValue": rational(2 * log2(number), 100),
        "ExposureBiasValue": (photo.seed % 3 - 1, 3) if device.owner else (0, 1),
        "MeteringMode": 5,
        "Flash": 16 if device.fnumber < (20, 10) else 24,
        "FocalLength": device.focal_length,
        "SensingMethod": 2,
        "FileSource": b"\3",
        "SceneType": b"\1",
        "CustomRendered": 0,
        "ExposureMode": 0,
        "WhiteBalance": 0,
        "SceneCaptureType": 3 if sky == "night" else int("bathers" in layers),
    }
    if device.focal_length_35mm:
        fields["FocalLengthIn35mmFilm"] = device.focal_length_35mm
    return fields | (device.lens or {})


def exif(photo: Photo, edit: Edit | None, size: tuple[int, int]) -> Ifds | None:
    """Return the IFDs of a photo, without those that describe stored pixels."""
    device = photo.device
    if device is None:
        return None
    scanned = device.scanner
    has_thumbnail = not scanned and "cut" not in photo.marks
    main: Fields = {"Make": device.make, "Model": device.model, **DENSITY}
    main["Software"] = edit.software if edit else device.software
    main["DateTime"] = exif_date(edit.when if edit else photo.taken)
    main["Artist"] = device.owner or (edit.author if edit else "")
    main["Copyright"] = f"© {photo.taken[:4]} {device.owner}" if device.owner else ""
    if edit or "named" in photo.marks:
        main["ImageDescription"] = photo.title
    if device.make == "DJI":
        main["ImageDescription"] = f"DCIM\\100MEDIA\\{photo.path.rpartition('/')[2]}"
    if edit and edit.xp:
        main["XPTitle"] = f"{photo.title}\0".encode("utf-16-le")
        main["XPKeywords"] = f"{';'.join(edit.keywords)}\0".encode("utf-16-le")
    inner: Fields = {"ExifVersion": device.exif_version, "ColorSpace": 1}
    inner["FlashPixVersion"] = b"0100"
    if not photo.path.endswith(".tif"):
        main |= {"Orientation": photo.orientation, "YCbCrPositioning": 1}
        inner["ComponentsConfiguration"] = b"\1\2\3\0"
        inner |= {"ExifImageWidth": size[0], "ExifImageHeight": size[1]}
    if photo.taken:
        inner["DateTimeOriginal"] = exif_date(photo.taken)
        if not scanned:
            inner["DateTimeDigitized"] = exif_date(photo.taken)
    if device.writes_offset and photo.offset:
        inner |= {"OffsetTimeOriginal": photo.offset, "OffsetTimeDigitized": photo.offset}
        inner["OffsetTime"] = photo.offset
    if edit and edit.offset:
        inner |= {"OffsetTime": edit.offset, "ExifVersion": b"0232"}
    if photo.sub_seconds:
        inner |= {"SubsecTimeOriginal": photo.sub_seconds, "SubsecTimeDigitized": photo.sub_seconds}
    if edit and edit.author:
        inner["UserComment"] = b"UNICODE\0" + f"{edit.author}: {photo.title}".encode(
            "utf-16-le" if device.order == "<" else "utf-16-be"
        )
    if not scanned:
        inner |= exposure_fields(photo, device)
    return Ifds(
        main={name: value for name, value in main.items() if value != ""},
        exif={name: value for name, value in inner.items() if value != ""},
        interop={} if scanned else {"InteropIndex": "R98", "InteropVersion": b"0100"},
        gps=gps_fields(photo, device),
        thumbnail={"Compression": 6, **DENSITY} if has_thumbnail else {},
    )


NAMESPACES = {
    "drone-dji": "http://www.dji.com/drone-dji/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def xmp_packet(attributes: dict[str, str], elements: str = "") -> bytes:
    """Return an XMP packet with simple properties as attributes."""
    used = {name.partition(":")[0] for name in attributes} | ({"dc"} if elements else set())
    spaces = "".join(f' xmlns:{p}="{uri}"' for p, uri in NAMESPACES.items() if p in used)
    lines = "".join(f'\n   {k}="{escape(v)}"' for k, v in attributes.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'  <rdf:Description rdf:about=""{spaces}{lines}>{elements}\n  </rdf:Description>\n'
        ' </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
    ).encode()


def drone_xmp(photo: Photo) -> bytes:
    """Return what a DJI drone says of its flight; a nadir picture is taken straight down."""
    altitude = photo.position[2] if photo.position else 0.0
    yaw = photo.seed % 3600 / 10 - 180
    return xmp_packet(
        {
            "tiff:Make": "DJI",
            "tiff:Model": photo.device.model if photo.device else "",
            "drone-dji:AbsoluteAltitude": f"{altitude:+.2f}",
            "drone-dji:RelativeAltitude": "+80.00",
            "drone-dji:GimbalRollDegree": "+0.00",
            "drone-dji:GimbalYawDegree": f"{yaw:+.2f}",
            "drone-dji:GimbalPitchDegree": "-90.00",
            "drone-dji:FlightRollDegree": "+1.30",
            "drone-dji:FlightYawDegree": f"{yaw:+.2f}",
            "drone-dji:FlightPitchDegree": "-4.10",
        }
    )


def editor_xmp(photo: Photo, edit: Edit) -> bytes:
    subjects = "".join(f"\n     <rdf:li>{escape(word)}</rdf:li>" for word in edit.keywords)
    return xmp_packet(
        {
            "xmp:CreatorTool": edit.software,
            "xmp:ModifyDate": edit.when.replace(" ", "T") + edit.offset,
            "xmp:Rating": str(edit.rating),
        },
        f'\n   <dc:title>\n    <rdf:Alt>\n     <rdf:li xml:lang="x-default">{escape(photo.title)}'
        "</rdf:li>\n    </rdf:Alt>\n   </dc:title>"
        f"\n   <dc:subject>\n    <rdf:Bag>{subjects}\n    </rdf:Bag>\n   </dc:subject>",
    )


def iptc(photo: Photo, edit: Edit, taken: datetime) -> bytes:
    """Return a Photoshop resource block with an IPTC-IIM 4.2 record, its text declared as UTF-8."""
    city, _, country = photo.city.partition(", ")
    datasets = [
        (1, 90, b"\x1b%G"),
        (2, 0, b"\0\4"),
        (2, 5, photo.title.encode()),
        *((2, 25, word.encode()) for word in edit.keywords),
        (2, 55, f"{taken:%Y%m%d}".encode()),
        (2, 60, f"{taken:%H%M%S}{photo.offset.replace(':', '')}".encode()),
        (2, 80, (photo.device.owner if photo.device else "").encode()),
        (2, 90, city.encode()),
        (2, 100, {"JP": b"JPN", "ZA": b"ZAF"}[country]),
        (2, 120, photo.title.encode()),
    ]
    block = b"".join(struct.pack(">BBBH", 0x1C, *key, len(text)) + text for *key, text in datasets)
    padding = b"\0" * (len(block) % 2)
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + padding
