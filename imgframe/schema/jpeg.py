"""The columns of short JPEG segments; JFIF's are spelled as ExifTool spells them."""

from typing import Final

from imgframe.schema.rules import Rule

RULES: Final[dict[str, Rule]] = {
    "JFIF:ResolutionUnit": Rule.INTEGER,
    "JFIF:XResolution": Rule.INTEGER,
    "JFIF:YResolution": Rule.INTEGER,
    "Adobe:ColorTransform": Rule.INTEGER,
    "MPF:NumberOfImages": Rule.INTEGER,
    "Comment": Rule.TEXT,
}
"""The rule of each column. ResolutionUnit: 0 none, the densities are a ratio; 1 inch; 2 cm.
ColorTransform: 0 none (RGB or CMYK); 1 YCbCr; 2 YCCK."""
