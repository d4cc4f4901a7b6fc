"""The tags of Exif, TIFF and DNG: what imgframe adds to the names that Pillow keeps.

Sources: Exif 3.0 (CIPA DC-008-2023), TIFF 6.0 with its supplements, TIFF/EP (ISO 12234-2),
DNG 1.7, and for the XP tags Microsoft's "Photo Metadata Policies". Tags without a rule here
(strip offsets, colour maps, profiles, blobs) are no metadata and get no column.
"""

import enum
from functools import cache
from typing import Final, NamedTuple

from PIL.ExifTags import GPS, Base, Interop

from imgframe.schema.rules import Rule


class Tag(NamedTuple):
    """A tag that has a column."""

    id: int
    """The number of the tag in its directory."""
    name: str
    """Its name in `PIL.ExifTags`."""
    rule: Rule
    unit: str
    """The unit of the value; empty for text, counts, enumerations and ratios."""


T, I, F, D = Rule.TEXT, Rule.INTEGER, Rule.FLOAT, Rule.DATETIME  # noqa: E741
IS, FS, HEX = Rule.INTEGERS, Rule.FLOATS, Rule.HEX

_BASE: Final[dict[Base, tuple[Rule, str]]] = {
    # TIFF 6.0, section 8: baseline and the extensions that follow it
    Base.ImageWidth: (I, "px"),
    Base.ImageLength: (I, "px"),
    Base.NewSubfileType: (I, ""),
    Base.SubfileType: (I, ""),
    Base.BitsPerSample: (IS, "bit"),
    Base.Compression: (I, ""),
    Base.PhotometricInterpretation: (I, ""),
    Base.Thresholding: (I, ""),
    Base.CellWidth: (I, "px"),
    Base.CellLength: (I, "px"),
    Base.FillOrder: (I, ""),
    Base.DocumentName: (T, ""),
    Base.ImageDescription: (T, ""),
    Base.Make: (T, ""),
    Base.Model: (T, ""),
    Base.Orientation: (I, ""),
    Base.SamplesPerPixel: (I, ""),
    Base.RowsPerStrip: (I, "px"),
    Base.MinSampleValue: (IS, ""),
    Base.MaxSampleValue: (IS, ""),
    Base.XResolution: (F, "px per ResolutionUnit"),
    Base.YResolution: (F, "px per ResolutionUnit"),
    Base.PlanarConfiguration: (I, ""),
    Base.PageName: (T, ""),
    Base.GrayResponseUnit: (I, ""),
    Base.GrayResponseCurve: (IS, ""),
    Base.T4Options: (I, ""),
    Base.T6Options: (I, ""),
    Base.ResolutionUnit: (I, ""),
    Base.PageNumber: (IS, ""),
    Base.Software: (T, ""),
    Base.ProcessingSoftware: (T, ""),
    Base.DateTime: (D, "local time"),
    Base.Artist: (T, ""),
    Base.HostComputer: (T, ""),
    Base.Predictor: (I, ""),
    Base.WhitePoint: (FS, ""),
    Base.PrimaryChromaticities: (FS, ""),
    Base.HalftoneHints: (IS, ""),
    Base.TileWidth: (I, "px"),
    Base.TileLength: (I, "px"),
    Base.InkSet: (I, ""),
    Base.InkNames: (T, ""),
    Base.NumberOfInks: (I, ""),
    Base.DotRange: (IS, ""),
    Base.TargetPrinter: (T, ""),
    Base.ExtraSamples: (IS, ""),
    Base.SampleFormat: (IS, ""),
    Base.SMinSampleValue: (FS, ""),
    Base.SMaxSampleValue: (FS, ""),
    Base.TransferRange: (IS, ""),
    Base.XClipPathUnits: (I, ""),
    Base.YClipPathUnits: (I, ""),
    Base.Indexed: (I, ""),
    Base.OPIProxy: (I, ""),
    Base.JPEGProc: (I, ""),
    Base.JpegRestartInterval: (I, ""),
    Base.JpegLosslessPredictors: (IS, ""),
    Base.JpegPointTransforms: (IS, ""),
    Base.YCbCrCoefficients: (FS, ""),
    Base.YCbCrSubSampling: (IS, ""),
    Base.YCbCrPositioning: (I, ""),
    Base.ReferenceBlackWhite: (FS, ""),
    Base.Copyright: (T, ""),
    # Windows
    Base.Rating: (I, ""),
    Base.RatingPercent: (I, "%"),
    Base.XPTitle: (Rule.UTF16, ""),
    Base.XPComment: (Rule.UTF16, ""),
    Base.XPAuthor: (Rule.UTF16, ""),
    Base.XPKeywords: (Rule.UTF16, ""),
    Base.XPSubject: (Rule.UTF16, ""),
    # TIFF/EP
    Base.ImageID: (T, ""),
    Base.CFARepeatPatternDim: (IS, "px"),
    Base.BatteryLevel: (F, ""),
    Base.Interlace: (I, ""),
    Base.TimeZoneOffset: (IS, "h"),
    Base.SelfTimerMode: (I, "s"),
    Base.ImageNumber: (I, ""),
    Base.SecurityClassification: (T, ""),
    Base.ImageHistory: (T, ""),
    Base.TIFFEPStandardID: (IS, ""),
    # Exif 3.0, 4.6.6
    Base.ExposureTime: (F, "s"),
    Base.FNumber: (F, ""),
    Base.ExposureProgram: (I, ""),
    Base.SpectralSensitivity: (T, ""),
    Base.ISOSpeedRatings: (I, ""),
    Base.SensitivityType: (I, ""),
    Base.StandardOutputSensitivity: (I, ""),
    Base.RecommendedExposureIndex: (I, ""),
    Base.ISOSpeed: (I, ""),
    Base.ISOSpeedLatitudeyyy: (I, ""),
    Base.ISOSpeedLatitudezzz: (I, ""),
    Base.ExifVersion: (T, ""),
    Base.DateTimeOriginal: (D, "local time"),
    Base.DateTimeDigitized: (D, "local time"),
    Base.OffsetTime: (T, ""),
    Base.OffsetTimeOriginal: (T, ""),
    Base.OffsetTimeDigitized: (T, ""),
    Base.ComponentsConfiguration: (IS, ""),
    Base.CompressedBitsPerPixel: (F, "bit/px"),
    Base.ShutterSpeedValue: (F, "APEX"),
    Base.ApertureValue: (F, "APEX"),
    Base.BrightnessValue: (F, "APEX"),
    Base.ExposureBiasValue: (F, "APEX"),
    Base.MaxApertureValue: (F, "APEX"),
    Base.SubjectDistance: (F, "m"),
    Base.MeteringMode: (I, ""),
    Base.LightSource: (I, ""),
    Base.Flash: (I, ""),
    Base.FocalLength: (F, "mm"),
    Base.UserComment: (Rule.CHARSET, ""),
    Base.SubsecTime: (T, ""),
    Base.SubsecTimeOriginal: (T, ""),
    Base.SubsecTimeDigitized: (T, ""),
    Base.AmbientTemperature: (F, "°C"),
    Base.Humidity: (F, "%"),
    Base.Pressure: (F, "hPa"),
    Base.WaterDepth: (F, "m"),
    Base.Acceleration: (F, "mGal"),
    Base.CameraElevationAngle: (F, "°"),
    Base.FlashPixVersion: (T, ""),
    Base.ColorSpace: (I, ""),
    Base.ExifImageWidth: (I, "px"),
    Base.ExifImageHeight: (I, "px"),
    Base.RelatedSoundFile: (T, ""),
    Base.FlashEnergy: (F, "BCPS"),
    Base.FocalPlaneXResolution: (F, "px per FocalPlaneResolutionUnit"),
    Base.FocalPlaneYResolution: (F, "px per FocalPlaneResolutionUnit"),
    Base.FocalPlaneResolutionUnit: (I, ""),
    Base.SubjectLocation: (IS, "px"),
    Base.ExposureIndex: (F, ""),
    Base.SensingMethod: (I, ""),
    Base.FileSource: (I, ""),
    Base.SceneType: (I, ""),
    Base.CustomRendered: (I, ""),
    Base.ExposureMode: (I, ""),
    Base.WhiteBalance: (I, ""),
    Base.DigitalZoomRatio: (F, ""),
    Base.FocalLengthIn35mmFilm: (I, "mm"),
    Base.SceneCaptureType: (I, ""),
    Base.GainControl: (I, ""),
    Base.Contrast: (I, ""),
    Base.Saturation: (I, ""),
    Base.Sharpness: (I, ""),
    Base.SubjectDistanceRange: (I, ""),
    Base.ImageUniqueID: (T, ""),
    Base.CameraOwnerName: (T, ""),
    Base.BodySerialNumber: (T, ""),
    Base.LensSpecification: (FS, "mm, mm, f-number, f-number"),
    Base.LensMake: (T, ""),
    Base.LensModel: (T, ""),
    Base.LensSerialNumber: (T, ""),
    Base.CompositeImage: (I, ""),
    Base.CompositeImageCount: (IS, ""),
    Base.Gamma: (F, ""),
    # Exif 3.0, 4.6.7: interoperability
    Base.InteropIndex: (T, ""),
    Base.RelatedImageFileFormat: (T, ""),
    Base.RelatedImageWidth: (I, "px"),
    Base.RelatedImageLength: (I, "px"),
    # DNG 1.7
    Base.DNGVersion: (IS, ""),
    Base.DNGBackwardVersion: (IS, ""),
    Base.UniqueCameraModel: (T, ""),
    Base.LocalizedCameraModel: (T, ""),
    Base.CFAPlaneColor: (IS, ""),
    Base.CFALayout: (I, ""),
    Base.BlackLevelRepeatDim: (IS, ""),
    Base.BlackLevel: (FS, ""),
    Base.WhiteLevel: (IS, ""),
    Base.DefaultScale: (FS, ""),
    Base.DefaultCropOrigin: (FS, "px"),
    Base.DefaultCropSize: (FS, "px"),
    Base.ColorMatrix1: (FS, ""),
    Base.ColorMatrix2: (FS, ""),
    Base.CameraCalibration1: (FS, ""),
    Base.CameraCalibration2: (FS, ""),
    Base.ReductionMatrix1: (FS, ""),
    Base.ReductionMatrix2: (FS, ""),
    Base.AnalogBalance: (FS, ""),
    Base.AsShotNeutral: (FS, ""),
    Base.AsShotWhiteXY: (FS, ""),
    Base.BaselineExposure: (F, "EV"),
    Base.BaselineNoise: (F, ""),
    Base.BaselineSharpness: (F, ""),
    Base.BayerGreenSplit: (I, ""),
    Base.LinearResponseLimit: (F, ""),
    Base.CameraSerialNumber: (T, ""),
    Base.LensInfo: (FS, "mm, mm, f-number, f-number"),
    Base.ChromaBlurRadius: (F, "px"),
    Base.AntiAliasStrength: (F, ""),
    Base.ShadowScale: (F, ""),
    Base.MakerNoteSafety: (I, ""),
    Base.CalibrationIlluminant1: (I, ""),
    Base.CalibrationIlluminant2: (I, ""),
    Base.BestQualityScale: (F, ""),
    Base.RawDataUniqueID: (HEX, ""),
    Base.OriginalRawFileName: (T, ""),
    Base.ActiveArea: (IS, "px"),
    Base.MaskedAreas: (IS, "px"),
    Base.AsShotPreProfileMatrix: (FS, ""),
    Base.CurrentPreProfileMatrix: (FS, ""),
    Base.ColorimetricReference: (I, ""),
    Base.CameraCalibrationSignature: (T, ""),
    Base.ProfileCalibrationSignature: (T, ""),
    Base.AsShotProfileName: (T, ""),
    Base.NoiseReductionApplied: (F, ""),
    Base.ProfileName: (T, ""),
    Base.ProfileHueSatMapDims: (IS, ""),
    Base.ProfileEmbedPolicy: (I, ""),
    Base.ProfileCopyright: (T, ""),
    Base.ForwardMatrix1: (FS, ""),
    Base.ForwardMatrix2: (FS, ""),
    Base.PreviewApplicationName: (T, ""),
    Base.PreviewApplicationVersion: (T, ""),
    Base.PreviewSettingsName: (T, ""),
    Base.PreviewSettingsDigest: (HEX, ""),
    Base.PreviewColorSpace: (I, ""),
    Base.PreviewDateTime: (D, "local time"),
    Base.RawImageDigest: (HEX, ""),
    Base.OriginalRawFileDigest: (HEX, ""),
    Base.SubTileBlockSize: (IS, "px"),
    Base.RowInterleaveFactor: (I, ""),
    Base.ProfileLookTableDims: (IS, ""),
    Base.NoiseProfile: (FS, ""),
    Base.FrameRate: (F, "1/s"),
}

_GPS: Final[dict[GPS, tuple[Rule, str]]] = {
    GPS.GPSVersionID: (IS, ""),
    GPS.GPSLatitudeRef: (T, ""),
    GPS.GPSLatitude: (Rule.DEGREES, "°"),
    GPS.GPSLongitudeRef: (T, ""),
    GPS.GPSLongitude: (Rule.DEGREES, "°"),
    GPS.GPSAltitudeRef: (I, ""),
    GPS.GPSAltitude: (F, "m"),
    GPS.GPSTimeStamp: (Rule.TIME, "UTC"),
    GPS.GPSSatellites: (T, ""),
    GPS.GPSStatus: (T, ""),
    GPS.GPSMeasureMode: (T, ""),
    GPS.GPSDOP: (F, ""),
    GPS.GPSSpeedRef: (T, ""),
    GPS.GPSSpeed: (F, "per GPSSpeedRef"),
    GPS.GPSTrackRef: (T, ""),
    GPS.GPSTrack: (F, "°"),
    GPS.GPSImgDirectionRef: (T, ""),
    GPS.GPSImgDirection: (F, "°"),
    GPS.GPSMapDatum: (T, ""),
    GPS.GPSDestLatitudeRef: (T, ""),
    GPS.GPSDestLatitude: (Rule.DEGREES, "°"),
    GPS.GPSDestLongitudeRef: (T, ""),
    GPS.GPSDestLongitude: (Rule.DEGREES, "°"),
    GPS.GPSDestBearingRef: (T, ""),
    GPS.GPSDestBearing: (F, "°"),
    GPS.GPSDestDistanceRef: (T, ""),
    GPS.GPSDestDistance: (F, "per GPSDestDistanceRef"),
    GPS.GPSProcessingMethod: (Rule.CHARSET, ""),
    GPS.GPSAreaInformation: (Rule.CHARSET, ""),
    GPS.GPSDateStamp: (Rule.DATE, "UTC"),
    GPS.GPSDifferential: (I, ""),
    GPS.GPSHPositioningError: (F, "m"),
}

_INTEROP: Final[dict[Interop, tuple[Rule, str]]] = {
    Interop.InteropIndex: (T, ""),
    Interop.InteropVersion: (T, ""),
    Interop.RelatedImageFileFormat: (T, ""),
    Interop.RelatedImageWidth: (I, "px"),
    Interop.RelatedImageHeight: (I, "px"),
}

IMAGE_TAGS: Final = tuple(Tag(int(t), t.name, *how) for t, how in _BASE.items())
"""Tags of IFD0, of the Exif directory and, as ``Thumbnail:``, of IFD1."""
GPS_TAGS: Final = tuple(Tag(int(t), t.name, *how) for t, how in _GPS.items())
"""Tags of the GPS directory."""
INTEROP_TAGS: Final = tuple(Tag(int(t), t.name, *how) for t, how in _INTEROP.items())
"""Tags of the interoperability directory."""


class Directory(enum.IntEnum):
    """The directories of a TIFF structure, in the order in which a tag found twice is believed."""

    IFD0 = 0
    EXIF = 1
    INTEROP = 2
    GPS = 3
    IFD1 = 4
    SUB = 5
    """An image beside that of IFD0: pixels of a raw format, a preview."""

    @property
    def label(self) -> str:
        """What a person calls it."""
        return _LABELS[self]


_LABELS = ("IFD0", "Exif", "Interop", "GPS", "Thumbnail", "SubIFD")

TAGS_OF: Final[dict[Directory, tuple[str, tuple[Tag, ...]]]] = {
    Directory.IFD0: ("", IMAGE_TAGS),
    Directory.EXIF: ("", IMAGE_TAGS),
    Directory.INTEROP: ("", INTEROP_TAGS),
    Directory.GPS: ("", GPS_TAGS),
    Directory.IFD1: ("Thumbnail:", IMAGE_TAGS),
}
"""The tags of each directory that have columns, and the prefix of their names."""

UNNAMED: Final = "Exif:0x"
"""Prefix of the columns of tags that have no name; they are read on request only."""


@cache
def _names() -> dict[tuple[Directory, int], str]:
    return {
        (directory, tag.id): prefix + tag.name
        for directory, (prefix, tags) in TAGS_OF.items()
        for tag in tags
    }


def name_of(directory: Directory, tag: int) -> str:
    """Return the column name of a tag; ``Exif:0xABCD`` for one that has none."""
    return _names().get((directory, tag), f"{UNNAMED}{tag:04X}")
