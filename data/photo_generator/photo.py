"""What the library says of a photograph, of an edit, and of the device that took it."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from photo_generator.tiff import ByteOrder, Fields, Rational

NO_DATE = "0000-00-00 00:00:00"


@dataclass(frozen=True)
class Device:
    """A camera, phone, drone or scanner, and what it writes into its files."""

    make: str
    model: str
    order: ByteOrder
    size: tuple[int, int]
    """Pixels of its pictures, the long side first. Small: the library is a sample."""
    software: str = ""
    fnumber: Rational = (28, 10)
    focal_length: Rational = (35, 1)
    focal_length_35mm: int = 0
    lens: Fields | None = None
    exif_version: bytes = b"0230"
    seconds: int | None = 100
    """Denominator of the seconds of a position; None: the device writes decimal minutes."""
    clock_from_gps: bool = True
    """Whether it writes the time of the satellites, which is UTC."""
    writes_offset: bool = False
    """Whether it writes the OffsetTime tags of Exif 2.31."""
    sub_second_digits: int = 0
    heading: bool = False
    """Whether it writes which way it looked."""
    scanner: bool = False
    owner: str = ""


@dataclass(frozen=True)
class Edit:
    """What an editing or scanning program wrote into a file afterwards."""

    software: str
    when: str
    offset: str = ""
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    author: str = ""
    iptc: bool = False
    xp: bool = False
    """Whether it wrote title and keywords into the XP tags of Windows."""


@dataclass(frozen=True)
class Photo:
    """A row of the library; `make_photos.PHOTOS` says what is true of each file."""

    path: str
    title: str
    city: str
    """City and country code, as a person would say it; empty without a city or a position."""
    position: tuple[float, float, float] | None
    """Latitude and longitude (degrees, WGS 84), height above the sea (m)."""
    taken: str
    """Local wall clock; empty without a date."""
    offset: str
    """Of the local clock from UTC; empty where nobody knows."""
    device: Device | None
    """None: the file went through a service that strips all metadata."""
    scene: str
    marks: tuple[str, ...] = ()
    """`turned:6`, `turned:8`: stored on its side, with that Orientation; `no-ref`: its hemispheres
    are missing; `named`: the title stands in the file; `cut`: the file ends inside its EXIF."""

    @property
    def seed(self) -> int:
        return zlib.crc32(self.path.encode())

    @property
    def orientation(self) -> int:
        return {"turned:6": 6, "turned:8": 8}.get(next(iter(self.marks), ""), 1)

    @property
    def local(self) -> datetime | None:
        """The local time without a fraction, or None where there is none."""
        if not self.taken or self.taken == NO_DATE:
            return None
        return datetime.fromisoformat(self.taken.partition(".")[0])

    @property
    def utc(self) -> datetime | None:
        if self.local is None or not self.offset:
            return None
        hours, minutes = int(self.offset[1:3]), int(self.offset[4:6])
        ahead = timedelta(hours=hours, minutes=minutes) * (-1 if self.offset[0] == "-" else 1)
        return self.local - ahead

    @property
    def sub_seconds(self) -> str:
        """The fraction of the second as text, as many digits as the device gives."""
        written = self.taken.partition(".")[2]
        digits = self.device.sub_second_digits if self.device and self.local else 0
        return written or (f"{self.seed % 10**digits:0{digits}d}" if digits else "")
