"""XMP: the customary prefixes of namespaces, and the properties that are not plain text.

Sources: XMP specification, parts 1 and 2 (Adobe, 2012 and 2016; part 1 is ISO 16684-1); Exif 2.32
metadata for XMP (CIPA DC-010); IPTC Photo Metadata Standard 2023; PLUS LDF; MWG guidelines 2.0;
Google's panorama, depth and camera metadata; the developer documents of DJI, Parrot, Pix4D,
MicaSense and FLIR.

A property is text as it is written, dates with their offsets among it, unless it stands here.
"""

import re
from typing import Final

from imgframe.schema.rules import Rule

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

NAMESPACES: Final = (
    # The specification itself
    ("rdf", RDF),
    ("x", "adobe:ns:meta/"),
    ("iX", "http://ns.adobe.com/iX/1.0/"),
    ("xml", "http://www.w3.org/XML/1998/namespace"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("xmp", "http://ns.adobe.com/xap/1.0/"),
    ("xmpRights", "http://ns.adobe.com/xap/1.0/rights/"),
    ("xmpMM", "http://ns.adobe.com/xap/1.0/mm/"),
    ("xmpBJ", "http://ns.adobe.com/xap/1.0/bj/"),
    ("xmpTPg", "http://ns.adobe.com/xap/1.0/t/pg/"),
    ("xmpDM", "http://ns.adobe.com/xmp/1.0/DynamicMedia/"),
    ("xmpNote", "http://ns.adobe.com/xmp/note/"),
    ("xmpidq", "http://ns.adobe.com/xmp/Identifier/qual/1.0/"),
    ("xmpPLUS", "http://ns.adobe.com/xap/1.0/PLUS/"),
    ("xmpG", "http://ns.adobe.com/xap/1.0/g/"),
    ("xmpGImg", "http://ns.adobe.com/xap/1.0/g/img/"),
    ("xmpScript", "http://ns.adobe.com/xmp/1.0/Script/"),
    ("stDim", "http://ns.adobe.com/xap/1.0/sType/Dimensions#"),
    ("stEvt", "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"),
    ("stFnt", "http://ns.adobe.com/xap/1.0/sType/Font#"),
    ("stJob", "http://ns.adobe.com/xap/1.0/sType/Job#"),
    ("stMfs", "http://ns.adobe.com/xap/1.0/sType/ManifestItem#"),
    ("stRef", "http://ns.adobe.com/xap/1.0/sType/ResourceRef#"),
    ("stVer", "http://ns.adobe.com/xap/1.0/sType/Version#"),
    ("stArea", "http://ns.adobe.com/xmp/sType/Area#"),
    ("stCamera", "http://ns.adobe.com/photoshop/1.0/camera-profile"),
    # TIFF, Exif, and the programs of Adobe
    ("tiff", "http://ns.adobe.com/tiff/1.0/"),
    ("exif", "http://ns.adobe.com/exif/1.0/"),
    ("exifEX", "http://cipa.jp/exif/1.0/"),
    ("aux", "http://ns.adobe.com/exif/1.0/aux/"),
    ("photoshop", "http://ns.adobe.com/photoshop/1.0/"),
    ("crs", "http://ns.adobe.com/camera-raw-settings/1.0/"),
    ("crd", "http://ns.adobe.com/camera-raw-defaults/1.0/"),
    ("crss", "http://ns.adobe.com/camera-raw-saved-settings/1.0/"),
    ("crlcp", "http://ns.adobe.com/camera-raw-embedded-lens-profile/1.0/"),
    ("lr", "http://ns.adobe.com/lightroom/1.0/"),
    ("pdf", "http://ns.adobe.com/pdf/1.3/"),
    ("pdfx", "http://ns.adobe.com/pdfx/1.3/"),
    ("album", "http://ns.adobe.com/album/1.0/"),
    ("illustrator", "http://ns.adobe.com/illustrator/1.0/"),
    ("creatorAtom", "http://ns.adobe.com/creatorAtom/1.0/"),
    ("bmsp", "http://ns.adobe.com/StockPhoto/1.0/"),
    ("swf", "http://ns.adobe.com/swf/1.0/"),
    ("hdr_metadata", "http://ns.adobe.com/hdr-metadata/1.0/"),
    ("hdrgm", "http://ns.adobe.com/hdr-gain-map/1.0/"),
    ("DICOM", "http://ns.adobe.com/DICOM/"),
    # Press, rights, libraries
    ("Iptc4xmpCore", "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"),
    ("Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"),
    ("plus", "http://ns.useplus.org/ldf/xmp/1.0/"),
    ("cc", "http://creativecommons.org/ns#"),
    ("prism", "http://prismstandard.org/namespaces/basic/2.0/"),
    ("prism", "http://prismstandard.org/namespaces/basic/2.1/"),
    ("prism", "http://prismstandard.org/namespaces/basic/3.0/"),
    ("prl", "http://prismstandard.org/namespaces/prl/2.1/"),
    ("pur", "http://prismstandard.org/namespaces/prismusagerights/2.1/"),
    ("pmi", "http://prismstandard.org/namespaces/pmi/2.2/"),
    ("prm", "http://prismstandard.org/namespaces/prm/3.0/"),
    ("GettyImagesGIFT", "http://xmp.gettyimages.com/gift/1.0/"),
    ("dex", "http://ns.optimasc.com/dex/1.0/"),
    ("dwc", "http://rs.tdwg.org/dwc/index.htm"),
    ("avm", "http://www.communicatingastronomy.org/avm/1.0/"),
    # Regions, keywords, catalogues
    ("mwg-rs", "http://www.metadataworkinggroup.com/schemas/regions/"),
    ("mwg-kw", "http://www.metadataworkinggroup.com/schemas/keywords/"),
    ("mwg-coll", "http://www.metadataworkinggroup.com/schemas/collections/"),
    ("MicrosoftPhoto", "http://ns.microsoft.com/photo/1.0"),
    ("MP1", "http://ns.microsoft.com/photo/1.1"),
    ("MP", "http://ns.microsoft.com/photo/1.2/"),
    ("MPRI", "http://ns.microsoft.com/photo/1.2/t/RegionInfo#"),
    ("MPReg", "http://ns.microsoft.com/photo/1.2/t/Region#"),
    ("expressionmedia", "http://ns.microsoft.com/expressionmedia/1.0/"),
    ("mediapro", "http://ns.iview-multimedia.com/mediapro/1.0/"),
    ("digiKam", "http://www.digikam.org/ns/1.0/"),
    ("acdsee", "http://ns.acdsee.com/iptc/1.0/"),
    ("acdsee-rs", "http://ns.acdsee.com/regions/"),
    ("photomechanic", "http://ns.camerabits.com/photomechanic/1.0/"),
    ("darktable", "http://darktable.sf.net/"),
    ("GIMP", "http://www.gimp.org/xmp/"),
    ("ics", "http://ns.idimager.com/ics/1.0/"),
    ("fpv", "http://ns.fastpictureviewer.com/fpv/1.0/"),
    ("extensis", "http://ns.extensis.com/extensis/1.0/"),
    # Cameras, phones, drones
    ("GPano", "http://ns.google.com/photos/1.0/panorama/"),
    ("GCamera", "http://ns.google.com/photos/1.0/camera/"),
    ("GImage", "http://ns.google.com/photos/1.0/image/"),
    ("GAudio", "http://ns.google.com/photos/1.0/audio/"),
    ("GDepth", "http://ns.google.com/photos/1.0/depthmap/"),
    ("GFocus", "http://ns.google.com/photos/1.0/focus/"),
    ("GCreations", "http://ns.google.com/photos/1.0/creations/"),
    ("GSpherical", "http://ns.google.com/videos/1.0/spherical/"),
    ("GContainer", "http://ns.google.com/photos/1.0/container/"),
    ("GContainerItem", "http://ns.google.com/photos/1.0/container/item/"),
    ("Device", "http://ns.google.com/photos/dd/1.0/device/"),
    ("Container", "http://ns.google.com/photos/dd/1.0/container/"),
    ("Item", "http://ns.google.com/photos/dd/1.0/item/"),
    ("Profile", "http://ns.google.com/photos/dd/1.0/profile/"),
    ("apple-fi", "http://ns.apple.com/faceinfo/1.0/"),
    ("aas", "http://ns.apple.com/adjustment-settings/1.0/"),
    ("apdi", "http://ns.apple.com/pixeldatainfo/1.0/"),
    ("depthData", "http://ns.apple.com/depthData/1.0/"),
    ("depthBlurEffect", "http://ns.apple.com/depthBlurEffect/1.0/"),
    ("portraitLightingEffect", "http://ns.apple.com/portraitLightingEffect/2.0/"),
    ("SpatialMedia", "http://ns.apple.com/SpatialMedia/1.0/"),
    ("HDRGainMap", "http://ns.apple.com/HDRGainMap/1.0/"),
    ("LImage", "http://ns.leiainc.com/photos/1.0/image/"),
    ("cell", "http://developer.sonyericsson.com/cell/1.0/"),
    ("sdc", "http://ns.nikon.com/sdc/1.0/"),
    ("ast", "http://ns.nikon.com/asteroid/1.0/"),
    ("nine", "http://ns.nikon.com/nine/1.0/"),
    ("drone-dji", "http://www.dji.com/drone-dji/1.0/"),
    ("drone-parrot", "http://www.parrot.com/drone-parrot/1.0/"),
    ("Camera", "http://pix4d.com/camera/1.0"),
    ("MicaSense", "http://micasense.com/MicaSense/1.0/"),
    ("DLS", "http://micasense.com/DLS/1.0/"),
    ("FLIR", "http://ns.flir.com/xmp/1.0/"),
)
"""Prefix and URI; writers leave out or add a slash or a number sign at its end."""

_VERSION: Final = re.compile(r"/\d+\.\d+(?=/|$)")
_PREFIX_OF: Final = {uri.rstrip("/#"): prefix for prefix, uri in NAMESPACES}
_PREFIXES_OF: Final = {
    unversioned: {p for uri, p in _PREFIX_OF.items() if _VERSION.sub("", uri) == unversioned}
    for unversioned in {_VERSION.sub("", uri) for uri in _PREFIX_OF}
}
"""The prefixes of namespaces whose URIs differ in nothing but a version."""


def prefix_of(uri: str) -> str | None:
    """Return the customary prefix of a namespace, whatever its version.

    Parameters
    ----------
    uri : str
        As it stands in a file, with or without a slash or a number sign at its end.

    Returns
    -------
    str or None
        None for a namespace that is not known, and for an unknown version of one that has
        different prefixes in different versions.
    """
    uri = uri.strip().rstrip("/#")
    prefix = _PREFIX_OF.get(uri)
    if prefix is None:
        prefixes = _PREFIXES_OF.get(_VERSION.sub("", uri), ())
        return next(iter(prefixes)) if len(prefixes) == 1 else None
    return prefix


OTHER_FAMILIES: Final = (
    "Adobe", "DICOM", "Exif", "GIF", "GeoTIFF", "ICC", "IPTC", "ImageJ", "JFIF", "JPEG", "MPF",
    "MakerNote", "OME", "PNG", "Takeout", "Thumbnail", "user",
)  # fmt: skip
"""Prefixes of columns that hold no XMP; a packet may bind them to a namespace of its own."""

PREFIXES: Final = frozenset((*(prefix for prefix, _ in NAMESPACES), *OTHER_FAMILIES))
"""Prefixes that belong to one namespace, whatever a file binds them to."""

_NAMES: Final[dict[Rule, dict[str, str]]] = {
    Rule.TEXTS: {
        "dc": "contributor creator date language publisher relation subject type",
        "xmp": "Advisory Identifier",
        "xmpRights": "Owner",
        "xmpMM": "subject",
        "xmpTPg": "PlateNames",
        "exif": "ComponentsConfiguration",
        "photoshop": "DocumentAncestors SupplementalCategories",
        "crs": "RedEyeInfo RetouchInfo ToneCurve ToneCurveRed ToneCurveGreen ToneCurveBlue"
        " ToneCurvePV2012 ToneCurvePV2012Red ToneCurvePV2012Green ToneCurvePV2012Blue",
        "lr": "hierarchicalSubject weightedFlatSubject",
        "digiKam": "TagsList",
        "acdsee": "keywords Snapshots",
        "MicrosoftPhoto": "LastKeywordIPTC LastKeywordXMP",
        "expressionmedia": "CatalogSets People",
        "mediapro": "CatalogSets People UserFields",
        "Iptc4xmpCore": "Scene SubjectCode",
        "Iptc4xmpExt": "CVterm EventId ExternalMetadataLink OrganisationInImageCode"
        " OrganisationInImageName PersonInImage StorylineIdentifier",
        "plus": "Custom1 Custom2 Custom3 Custom4 Custom5 Custom6 Custom7 Custom8 Custom9 Custom10"
        " ImageAlterationConstraints ImageFileConstraints LicenseeProjectReference"
        " LicenseeTransactionID LicensorTransactionID ModelReleaseID OtherLicenseDocuments"
        " PropertyReleaseID",
        "cc": "permits prohibits requires",
        "prism": "aggregationType corporateEntity event genre hasAlternative hasTranslation"
        " industry isAlternativeOf isCorrectionOf isbn keyword link location object organization"
        " originPlatform pageRange teaser ticker",
        "prl": "geography industry usage",
        "pur": "adultContentWarning agreement creditLine embargoDate exclusivityEndDate"
        " expirationDate optionEndDate permissions restrictions",
        "GettyImagesGIFT": "Personality PrimaryFTP RoutingDestinations RoutingExclusions"
        " SecondaryFTP",
        "GCamera": "DisableAutoCreation SpecialTypeID",
        "avm": "Facility Instrument Subject.Category Subject.Name Spectral.Band"
        " Spectral.Bandpass Spectral.ColorAssignment Temporal.StartTime",
        "Camera": "BandName",
    },
    Rule.INTEGERS: {
        "exif": "ISOSpeedRatings SubjectArea SubjectLocation",
        "exifEX": "CompositeImageCount",
        "tiff": "BitsPerSample TransferFunction YCbCrSubSampling",
    },
    Rule.FLOATS: {
        "aux": "LensInfo",
        "exifEX": "LensSpecification",
        "tiff": "PrimaryChromaticities ReferenceBlackWhite WhitePoint YCbCrCoefficients",
        "Camera": "BandSensitivity CentralWavelength ColorTransform DarkRowValue Irradiance"
        " ModelType PerspectiveDistortion PrincipalPoint RigRelatives VignettingCenter"
        " VignettingPolynomial WavelengthFWHM",
        "MicaSense": "DarkRowValue RadiometricCalibration",
        "DLS": "EstimatedDirectLightVector",
        "avm": "Spatial.ReferenceDimension Spatial.ReferencePixel Spatial.ReferenceValue"
        " Spatial.Scale Spectral.CentralWavelength Temporal.IntegrationTime",
    },
    Rule.INTEGER: {
        "tiff": "ImageLength ImageWidth Orientation",
        "exif": "PixelXDimension PixelYDimension",
        "photoshop": "Urgency",
        "MicrosoftPhoto": "Rating",
        "xmpTPg": "NPages",
        "GPano": "CroppedAreaImageHeightPixels CroppedAreaImageWidthPixels CroppedAreaLeftPixels"
        " CroppedAreaTopPixels FullPanoHeightPixels FullPanoWidthPixels SourcePhotosCount",
        "drone-dji": "DewarpFlag RtkFlag",
    },
    Rule.FLOAT: {
        "xmp": "Rating",
        "drone-dji": "AbsoluteAltitude CalibratedFocalLength CalibratedOpticalCenterX"
        " CalibratedOpticalCenterY FlightPitchDegree FlightRollDegree FlightXSpeed FlightYSpeed"
        " FlightYawDegree FlightZSpeed GimbalPitchDegree GimbalRollDegree GimbalYawDegree"
        " GpsLatitude GpsLongitude GpsLongtitude Latitude LRFTargetAbsAlt LRFTargetAlt"
        " LRFTargetDistance LRFTargetLat LRFTargetLon Longitude RelativeAltitude RtkStdHgt"
        " RtkStdLat RtkStdLon",
        "drone-parrot": "CameraPitchDegree CameraRollDegree CameraYawDegree DronePitchDegree"
        " DroneRollDegree DroneYawDegree",
        "Camera": "AboveGroundAltitude GPSXYAccuracy GPSZAccuracy"
        " IMUPitchAccuracy IMURollAccuracy IMUYawAccuracy Pitch Roll Yaw",
        "DLS": "Pitch Roll SolarAzimuth SolarElevation Yaw",
        "GPano": "InitialCameraDolly InitialHorizontalFOVDegrees InitialVerticalFOVDegrees"
        " InitialViewHeadingDegrees InitialViewPitchDegrees InitialViewRollDegrees"
        " LargestValidInteriorRectHeight LargestValidInteriorRectLeft"
        " LargestValidInteriorRectTop LargestValidInteriorRectWidth PoseHeadingDegrees"
        " PosePitchDegrees PoseRollDegrees",
        "GDepth": "Far Near",
    },
    Rule.BOOLEAN: {
        "xmpRights": "Marked",
        "xmpTPg": "HasVisibleOverprint HasVisibleTransparency",
        "pdf": "Marked",
        "aux": "DistortionCorrectionAlreadyApplied EnhanceDetailsAlreadyApplied"
        " EnhanceSuperResolutionAlreadyApplied IsMergedHDR IsMergedPanorama"
        " LateralChromaticAberrationCorrectionAlreadyApplied"
        " VignetteCorrectionAlreadyApplied",
        "crs": "AlreadyApplied AutoBrightness AutoContrast AutoExposure AutoShadows AutoTone"
        " ConvertToGrayscale HasCrop HasSettings LensProfileIsEmbedded OverrideLookVignette",
        "GPano": "ExposureLockUsed UsePanoramaViewer",
        "photomechanic": "Tagged",
    },
}

_REGION: Final = "mwg-rs:Regions/mwg-rs:RegionList"

LISTED: Final = frozenset(
    (
        "xmpMM:History",
        "xmpMM:Ingredients",
        "xmpBJ:JobRef",
        "Iptc4xmpExt:ArtworkOrObject",
        "Iptc4xmpExt:LocationCreated",
        "Iptc4xmpExt:LocationShown",
        "Iptc4xmpExt:PersonInImageWDetails",
        "Iptc4xmpExt:RegistryId",
        "plus:CopyrightOwner",
        "plus:ImageCreator",
        "plus:ImageSupplier",
        "plus:Licensor",
        _REGION,
        "MP:RegionInfo/MPRI:Regions",
    )
)
"""Lists of structures that become columns, one list a field; all others are left out."""

DEEPER: Final = frozenset((_REGION, f"{_REGION}/mwg-rs:Area", "MP:RegionInfo/MPRI:Regions"))
"""Paths below the first level of a structure that are followed."""

PIXELS: Final = frozenset(
    (
        "GAudio:Data",
        "GCamera:HdrPlusMakernote",
        "GCamera:hdrp_makernote",
        "GCamera:shot_log_data",
        "GDepth:Confidence",
        "GDepth:Data",
        "GImage:Data",
        "LImage:Data",
    )
)
"""Properties that hold images, sounds and other bulk: they get no column."""

RULES: Final[dict[str, Rule]] = {
    f"{prefix}:{name}": rule
    for rule, prefixes in _NAMES.items()
    for prefix, names in prefixes.items()
    for name in names.split()
} | {f"{_REGION}/mwg-rs:Area/stArea:{side}": Rule.FLOATS for side in "xywh"}
"""The properties that are not plain text, by the name of their column."""


def rule_of(name: str) -> Rule:
    """Return the decoding rule of an XMP column; it follows from the name alone.

    Parameters
    ----------
    name : str
        A qualified name, or the path of a structure's field (``xmpMM:History/stEvt:action``).

    Returns
    -------
    Rule
        `Rule.TEXTS` for the fields of lists of structures, `Rule.TEXT` for what is not known.
    """
    rule = RULES.get(name)
    if rule is not None:
        return rule
    parent = name
    while "/" in parent:
        parent = parent.rpartition("/")[0]
        if parent in LISTED:
            return Rule.TEXTS
    return Rule.TEXT
