"""IPTC-IIM: the datasets that become columns.

Source: IPTC-NAA Information Interchange Model, version 4.2 (IPTC, 2014), spelled as ExifTool
spells them. Objects, previews and rasterised captions are no metadata and get no column.
"""

from typing import Final, NamedTuple

from imgframe.schema.rules import Rule

T, TS, I, D = Rule.TEXT, Rule.TEXTS, Rule.INTEGER, Rule.DATE  # noqa: E741

PREFIX: Final = "IPTC:"


class Dataset(NamedTuple):
    """A dataset that has a column."""

    name: str
    """Its name, without `PREFIX`."""
    rule: Rule
    """`Rule.TEXTS` for those that may be repeated."""
    binary: bool = False
    """Whether its bytes are a big-endian number, not digits."""
    clock: bool = False
    """Whether it is a time of day: ``HHMMSS±HHMM``, which becomes ``HH:MM:SS±HH:MM``."""


ENVELOPE, APPLICATION, NEWS_PHOTO, PRE_OBJECT, POST_OBJECT = 1, 2, 3, 7, 9
CHARACTER_SET: Final = (ENVELOPE, 90)
"""The dataset that tells how the texts of the application record are coded."""

DATASETS: Final[dict[tuple[int, int], Dataset]] = {
    (ENVELOPE, 0): Dataset("EnvelopeRecordVersion", I, binary=True),
    (ENVELOPE, 5): Dataset("Destination", TS),
    (ENVELOPE, 20): Dataset("FileFormat", I, binary=True),
    (ENVELOPE, 22): Dataset("FileVersion", I, binary=True),
    (ENVELOPE, 30): Dataset("ServiceIdentifier", T),
    (ENVELOPE, 40): Dataset("EnvelopeNumber", T),
    (ENVELOPE, 50): Dataset("ProductID", TS),
    (ENVELOPE, 60): Dataset("EnvelopePriority", I),
    (ENVELOPE, 70): Dataset("DateSent", D),
    (ENVELOPE, 80): Dataset("TimeSent", T, clock=True),
    (ENVELOPE, 100): Dataset("UniqueObjectName", T),
    (ENVELOPE, 120): Dataset("ARMIdentifier", I, binary=True),
    (ENVELOPE, 122): Dataset("ARMVersion", I, binary=True),
    (APPLICATION, 0): Dataset("ApplicationRecordVersion", I, binary=True),
    (APPLICATION, 3): Dataset("ObjectTypeReference", T),
    (APPLICATION, 4): Dataset("ObjectAttributeReference", TS),
    (APPLICATION, 5): Dataset("ObjectName", T),
    (APPLICATION, 7): Dataset("EditStatus", T),
    (APPLICATION, 8): Dataset("EditorialUpdate", T),
    (APPLICATION, 10): Dataset("Urgency", I),
    (APPLICATION, 12): Dataset("SubjectReference", TS),
    (APPLICATION, 15): Dataset("Category", T),
    (APPLICATION, 20): Dataset("SupplementalCategories", TS),
    (APPLICATION, 22): Dataset("FixtureIdentifier", T),
    (APPLICATION, 25): Dataset("Keywords", TS),
    (APPLICATION, 26): Dataset("ContentLocationCode", TS),
    (APPLICATION, 27): Dataset("ContentLocationName", TS),
    (APPLICATION, 30): Dataset("ReleaseDate", D),
    (APPLICATION, 35): Dataset("ReleaseTime", T, clock=True),
    (APPLICATION, 37): Dataset("ExpirationDate", D),
    (APPLICATION, 38): Dataset("ExpirationTime", T, clock=True),
    (APPLICATION, 40): Dataset("SpecialInstructions", T),
    (APPLICATION, 42): Dataset("ActionAdvised", T),
    (APPLICATION, 45): Dataset("ReferenceService", TS),
    (APPLICATION, 47): Dataset("ReferenceDate", TS),
    (APPLICATION, 50): Dataset("ReferenceNumber", TS),
    (APPLICATION, 55): Dataset("DateCreated", D),
    (APPLICATION, 60): Dataset("TimeCreated", T, clock=True),
    (APPLICATION, 62): Dataset("DigitalCreationDate", D),
    (APPLICATION, 63): Dataset("DigitalCreationTime", T, clock=True),
    (APPLICATION, 65): Dataset("OriginatingProgram", T),
    (APPLICATION, 70): Dataset("ProgramVersion", T),
    (APPLICATION, 75): Dataset("ObjectCycle", T),
    (APPLICATION, 80): Dataset("By-line", TS),
    (APPLICATION, 85): Dataset("By-lineTitle", TS),
    (APPLICATION, 90): Dataset("City", T),
    (APPLICATION, 92): Dataset("Sub-location", T),
    (APPLICATION, 95): Dataset("Province-State", T),
    (APPLICATION, 100): Dataset("Country-PrimaryLocationCode", T),
    (APPLICATION, 101): Dataset("Country-PrimaryLocationName", T),
    (APPLICATION, 103): Dataset("OriginalTransmissionReference", T),
    (APPLICATION, 105): Dataset("Headline", T),
    (APPLICATION, 110): Dataset("Credit", T),
    (APPLICATION, 115): Dataset("Source", T),
    (APPLICATION, 116): Dataset("CopyrightNotice", T),
    (APPLICATION, 118): Dataset("Contact", TS),
    (APPLICATION, 120): Dataset("Caption-Abstract", T),
    (APPLICATION, 121): Dataset("LocalCaption", T),
    (APPLICATION, 122): Dataset("Writer-Editor", TS),
    (APPLICATION, 130): Dataset("ImageType", T),
    (APPLICATION, 131): Dataset("ImageOrientation", T),
    (APPLICATION, 135): Dataset("LanguageIdentifier", T),
    (APPLICATION, 150): Dataset("AudioType", T),
    (APPLICATION, 151): Dataset("AudioSamplingRate", T),
    (APPLICATION, 152): Dataset("AudioSamplingResolution", T),
    (APPLICATION, 153): Dataset("AudioDuration", T),
    (APPLICATION, 154): Dataset("AudioOutcue", T),
    (APPLICATION, 184): Dataset("JobID", T),
    (APPLICATION, 185): Dataset("MasterDocumentID", T),
    (APPLICATION, 186): Dataset("ShortDocumentID", T),
    (APPLICATION, 187): Dataset("UniqueDocumentID", T),
    (APPLICATION, 188): Dataset("OwnerID", T),
    (APPLICATION, 200): Dataset("ObjectPreviewFileFormat", I, binary=True),
    (APPLICATION, 201): Dataset("ObjectPreviewFileVersion", I, binary=True),
    (APPLICATION, 221): Dataset("Prefs", T),
    (APPLICATION, 225): Dataset("ClassifyState", T),
    (APPLICATION, 228): Dataset("SimilarityIndex", T),
    (APPLICATION, 230): Dataset("DocumentNotes", T),
    (APPLICATION, 231): Dataset("DocumentHistory", T),
    (APPLICATION, 232): Dataset("ExifCameraInfo", T),
    (APPLICATION, 255): Dataset("CatalogSets", TS),
    (NEWS_PHOTO, 0): Dataset("NewsPhotoVersion", I, binary=True),
    (NEWS_PHOTO, 20): Dataset("IPTCImageWidth", I, binary=True),
    (NEWS_PHOTO, 30): Dataset("IPTCImageHeight", I, binary=True),
    (NEWS_PHOTO, 40): Dataset("IPTCPixelWidth", I, binary=True),
    (NEWS_PHOTO, 50): Dataset("IPTCPixelHeight", I, binary=True),
    (NEWS_PHOTO, 55): Dataset("SupplementalType", I, binary=True),
    (NEWS_PHOTO, 60): Dataset("ColorRepresentation", I, binary=True),
    (NEWS_PHOTO, 64): Dataset("InterchangeColorSpace", I, binary=True),
    (NEWS_PHOTO, 65): Dataset("ColorSequence", I, binary=True),
    (NEWS_PHOTO, 84): Dataset("NumIndexEntries", I, binary=True),
    (NEWS_PHOTO, 86): Dataset("IPTCBitsPerSample", I, binary=True),
    (NEWS_PHOTO, 90): Dataset("SampleStructure", I, binary=True),
    (NEWS_PHOTO, 100): Dataset("ScanningDirection", I, binary=True),
    (NEWS_PHOTO, 102): Dataset("IPTCImageRotation", I, binary=True),
    (NEWS_PHOTO, 110): Dataset("DataCompressionMethod", I, binary=True),
    (NEWS_PHOTO, 120): Dataset("QuantizationMethod", I, binary=True),
    (NEWS_PHOTO, 130): Dataset("ExcursionTolerance", I, binary=True),
    (NEWS_PHOTO, 135): Dataset("BitsPerComponent", I, binary=True),
    (NEWS_PHOTO, 140): Dataset("MaximumDensityRange", I, binary=True),
    (NEWS_PHOTO, 145): Dataset("GammaCompensatedValue", I, binary=True),
    (PRE_OBJECT, 10): Dataset("SizeMode", I, binary=True),
    (PRE_OBJECT, 20): Dataset("MaxSubfileSize", I, binary=True),
    (PRE_OBJECT, 90): Dataset("ObjectSizeAnnounced", I, binary=True),
    (PRE_OBJECT, 95): Dataset("MaximumObjectSize", I, binary=True),
    (POST_OBJECT, 10): Dataset("ConfirmedObjectSize", I, binary=True),
}
"""By record and number of the dataset."""

RULES: Final[dict[str, Rule]] = {PREFIX + d.name: d.rule for d in DATASETS.values()}
"""The rule of each column."""
