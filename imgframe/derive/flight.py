"""How a drone held its camera, and how high above the ground where it took off.

Source: DJI's developer documents on the XMP of its images. Yaw is clockwise from true north,
pitch above the horizon, so that -90 looks straight down.
"""

from typing import Final

import polars as pl

__all__ = ["GIMBAL_PITCH", "GIMBAL_ROLL", "GIMBAL_YAW", "RELATIVE_ALTITUDE"]


def _finite(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_finite()).then(name)


GIMBAL_YAW: Final = _finite("drone-dji:GimbalYawDegree")
GIMBAL_PITCH: Final = _finite("drone-dji:GimbalPitchDegree")
GIMBAL_ROLL: Final = _finite("drone-dji:GimbalRollDegree")
RELATIVE_ALTITUDE: Final = _finite("drone-dji:RelativeAltitude")
