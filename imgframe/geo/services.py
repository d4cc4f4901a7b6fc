"""Geocoding services by name, with keys out of the environment."""

from __future__ import annotations

import inspect
import os
import re
from typing import Any, Final

from imgframe.errors import MissingExtraError, UsageError

__all__ = ["service_named"]

_LATEST: Final = {"here": "herev7", "google": "googlev3"}
_KEYS: Final = ("api_key", "apikey", "access_token", "subscription_key")
_AGENT: Final = "imgframe"


def service_named(name: str) -> Any:
    """Make the geocoder of a service.

    Parameters
    ----------
    name : str
        As geopy calls it: ``"nominatim"``, ``"here"``, ``"google"``, ``"photon"``, ``"opencage"``,
        ``"azure"``, ``"tomtom"``, ...

    Returns
    -------
    geopy.geocoders.base.Geocoder
        With the key that stands in the environment under the name in capitals and
        ``_API_KEY``, such as ``HERE_API_KEY``, if the service wants one.

    Raises
    ------
    UsageError
        There is no such service, or its key is not in the environment.
    MissingExtraError
        geopy is not there.
    """
    try:
        from geopy.adapters import URLLibAdapter
        from geopy.exc import GeocoderNotFound
        from geopy.geocoders import get_geocoder_for_service
    except ImportError as error:
        raise MissingExtraError(
            "geocoders are those of geopy: pip install 'imgframe[geocode]'"
        ) from error
    plain = name.strip().lower()
    try:
        kind = get_geocoder_for_service(_LATEST.get(plain, plain))
    except GeocoderNotFound:
        raise UsageError(f"geopy knows no geocoder {name!r}") from None
    takes = inspect.signature(kind).parameters
    # geopy's other adapter waits by itself as long as a server says, a day if need be.
    known = {"user_agent": _AGENT, "adapter_factory": URLLibAdapter}
    options = {option: value for option, value in known.items() if option in takes}
    for parameter in (takes[key] for key in _KEYS if key in takes):
        variable = re.sub(r"(v[0-9]+)$", "", plain).upper() + "_API_KEY"
        if key := os.environ.get(variable):
            options[parameter.name] = key
        elif parameter.default is parameter.empty or plain in ("google", "googlev3"):
            raise UsageError(f"{name} wants a key: set {variable} in the environment")
    try:
        return kind(**options)
    except TypeError:
        raise UsageError(f"{name} wants more than a key: give the geocoder itself") from None
