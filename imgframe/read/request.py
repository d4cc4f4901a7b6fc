"""What is asked of a reading, checked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from imgframe.decode import DecodeOptions
from imgframe.errors import UsageError
from imgframe.schema import FAMILY_NAMES, FILE_COLUMNS, TAG_COLUMNS

__all__ = ["MAGIC", "Request", "request_of"]

_FLAGS: Final = ("makernotes", "thumbnails", "sidecars")
_OWN_COLUMN: Final = {"thumbnails": "thumbnail", "sidecars": "sidecars"}
"""The column that a flag asks for, whatever the tags."""

MAGIC: Final = re.compile(r"[*?[]")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be read, and how."""

    tags: tuple[str, ...] | None
    """Which tag columns to give; more are decoded, for the derived columns."""
    options: DecodeOptions
    n_jobs: int | None
    raises: bool
    progress: bool | None


def request_of(
    tags: object,
    families: object,
    makernotes: object,
    thumbnails: object,
    sidecars: object,
    n_jobs: object,
    on_error: object,
    progress: object,
) -> Request:
    """Check all arguments but the source."""
    from imgframe.derive import sources_of

    flags: dict[str, bool] = {}
    for name, flag in zip(_FLAGS, (makernotes, thumbnails, sidecars), strict=True):
        if not isinstance(flag, bool):
            raise UsageError(f"{name} must be True or False, not {flag!r}")
        flags[name] = flag
    if n_jobs is not None and (not isinstance(n_jobs, int) or n_jobs is True or n_jobs == 0):
        raise UsageError(f"n_jobs must be a number of processes, -1 or None, not {n_jobs!r}")
    if on_error not in ("row", "raise"):
        raise UsageError(f"on_error must be 'row' or 'raise', not {on_error!r}")
    if progress is not None and not isinstance(progress, bool):
        raise UsageError(f"progress must be True, False or None, not {progress!r}")
    chosen_tags = _names("tags", tags)
    for name in chosen_tags or ():
        _check_tag(name)
    chosen_families = _names("families", families)
    for name in chosen_families or ():
        if name not in FAMILY_NAMES:
            raise UsageError(f"families are {', '.join(FAMILY_NAMES)}; there is no {name!r}")
    if chosen_tags is not None:
        chosen_tags += tuple(column for flag, column in _OWN_COLUMN.items() if flags[flag])
    decoded = None if chosen_tags is None else (*chosen_tags, *sources_of())
    options = DecodeOptions(decoded, chosen_families, **flags)
    return Request(chosen_tags, options, n_jobs, on_error == "raise", progress)


def _names(argument: str, names: object) -> tuple[str, ...] | None:
    if names is None:
        return None
    if isinstance(names, str):
        return (names,)
    if isinstance(names, Iterable):
        listed = tuple(names)
        if all(isinstance(name, str) for name in listed):
            return listed
    raise UsageError(f"{argument} must be a name or a list of names, not {names!r}")


def _check_tag(name: str) -> None:
    """Refuse what can be no column; names with a colon may come from any file."""
    from imgframe.derive import derived_schema

    if MAGIC.search(name) or ":" in name:
        return
    known = [*TAG_COLUMNS, *FILE_COLUMNS, *derived_schema()]
    if name not in known:
        close = ", ".join(difflib.get_close_matches(name, known)) or "GPS*, dc:*, DateTimeOriginal"
        raise UsageError(f"no tag is named {name!r}; names and patterns are such as {close}")
