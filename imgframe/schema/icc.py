"""ICC profiles: what of the header and the tagged elements becomes columns.

Source: ICC.1:2022 (profile version 4.4), 7.2 and 9; names as ExifTool spells those of the elements.
"""

from typing import Final

from imgframe.schema.rules import Rule

PREFIX: Final = "ICC:"

SIGNATURES: Final[dict[int, str]] = {
    4: "ProfileCMMType",
    12: "ProfileClass",
    16: "ColorSpace",
    20: "ProfileConnectionSpace",
    40: "PrimaryPlatform",
    48: "DeviceManufacturer",
    52: "DeviceModel",
    80: "ProfileCreator",
}
"""Four-character signatures of the header, by offset."""

TEXTS: Final[dict[bytes, str]] = {
    b"desc": "ProfileDescription",
    b"cprt": "ProfileCopyright",
    b"dmnd": "DeviceMfgDesc",
    b"dmdd": "DeviceModelDesc",
}
"""Elements that are text, by signature."""

RULES: Final[dict[str, Rule]] = {
    "ICC:ProfileDescription": Rule.TEXT,
    "ICC:ColorSpace": Rule.TEXT,
    "ICC:ProfileClass": Rule.TEXT,
    "ICC:ProfileConnectionSpace": Rule.TEXT,
    "ICC:ProfileVersion": Rule.TEXT,
    "ICC:ProfileDateTime": Rule.DATETIME,
    "ICC:RenderingIntent": Rule.INTEGER,
    "ICC:ProfileCMMType": Rule.TEXT,
    "ICC:PrimaryPlatform": Rule.TEXT,
    "ICC:DeviceManufacturer": Rule.TEXT,
    "ICC:DeviceModel": Rule.TEXT,
    "ICC:ProfileCreator": Rule.TEXT,
    "ICC:ProfileID": Rule.TEXT,
    "ICC:ProfileCopyright": Rule.TEXT,
    "ICC:DeviceMfgDesc": Rule.TEXT,
    "ICC:DeviceModelDesc": Rule.TEXT,
}
"""The rule of each column."""
