"""Which files stand beside an image and tell of it: by name, with one listing a folder.

`photo.xmp` and `photo.jpg.xmp`; `photo.json`; and what Google Takeout makes of `photo.jpg`:
`photo.jpg.json`, later `photo.jpg.supplemental-metadata.json`, whose name without ``.json`` is cut
to 46 characters (of UTF-16). The number that makes a name unique moves to its end, and an edited
image has the file of the original one.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from typing import Final

from imgframe import fetch

__all__ = ["find", "is_of"]

KINDS: Final = (".xmp", ".json")

SUPPLEMENT: Final = ".supplemental-metadata"
LONGEST: Final = 46
"""UTF-16 units to which Takeout cuts a name."""

NO_LETTER: Final = re.compile(r"[\W_]+")
NUMBERED: Final = re.compile(r"(.+)(\(\d+\))", re.DOTALL)
EDITED: Final = (
    "-edited", "-effects", "-smile", "-mix", "-bearbeitet", "-bewerkt", "-edytowane", "-editado",
    "-ha editado", "-editat", "-modificato", "-modifié", "-編集済み",
)  # fmt: skip
"""What Google Photos puts behind the name of an image that was edited, by language."""

_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which a folder's time of change tells whether it has changed: two changes
within one tick of the clock have the same."""
_REMEMBERED: Final = 4
_listings: dict[str, tuple[int, dict[str, str]]] = {}


def find(paths: Iterable[tuple[int, str]]) -> tuple[dict[int, list[str]], dict[int, str]]:
    """Find the sidecars of images.

    Parameters
    ----------
    paths : iterable of (int, str)
        Row of each image and what `open` takes.

    Returns
    -------
    found : dict of int to list of str
        Paths of the sidecars of those rows that have any, the closest one first.
    errors : dict of int to str
        Rows whose folder could not be listed, and why.
    """
    found: dict[int, list[str]] = {}
    errors: dict[int, str] = {}
    folders: dict[str, dict[str, str] | str] = {}
    for row, path in paths:
        folder, name = os.path.split(path)
        names = folders.get(folder)
        if names is None:
            names = folders[folder] = _listed(folder)
        if isinstance(names, str):
            errors[row] = names
        elif names:
            beside = dict.fromkeys(names[key] for key in _keys(name) if key in names)
            beside.pop(name, None)
            if beside:
                found[row] = [os.path.join(folder, one) for one in beside]
    return found, errors


def is_of(path: str, sidecar: str, title: str) -> bool:
    """Say whether a file of Takeout belongs to an image, as far as its title tells.

    Parameters
    ----------
    path, sidecar : str
        Paths of the image and of the file that `find` found for it.
    title : str
        The name of the image in Google Photos.

    Returns
    -------
    bool
        False only for a name that was cut, which several images can have in common, and a title
        that does not begin as the image's name does.
    """
    stem = os.path.splitext(os.path.basename(sidecar))[0]
    numbered = NUMBERED.fullmatch(stem)
    whole = numbered[1] if numbered else stem
    if len(whole.encode("utf-16-le", "surrogatepass")) < 2 * LONGEST:
        return True
    name = os.path.splitext(os.path.basename(path))[0]
    plain = NO_LETTER.sub("", title)
    return any(plain.startswith(NO_LETTER.sub("", base)) for base, _ in _originals(name))


def _listed(folder: str) -> dict[str, str] | str:
    """Return the names in a folder that may be sidecars, by the name with a lower-case extension.

    Where it cannot be listed, return why.

    A folder is gone through batch by batch: its listing is remembered for as long as its time of
    change stays the same.
    """
    folder = folder or os.curdir
    try:
        changed = os.stat(folder).st_mtime_ns  # noqa: PTH116
        known = _listings.get(folder)
        if known is not None and known[0] == changed:
            return known[1]
        names = _list(folder)
    except OSError as error:
        return fetch.reason(error)
    _listings.pop(folder, None)
    if time.time_ns() - changed > _SETTLED:
        while len(_listings) >= _REMEMBERED:
            _listings.pop(next(iter(_listings)))
        _listings[folder] = changed, names
    return names


def _list(folder: str) -> dict[str, str]:
    names: dict[str, str] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            stem, extension = os.path.splitext(entry.name)
            lower = extension.lower()
            if lower in KINDS and _is_file(entry):
                # Of two names that differ in the case of the extension: the one in lower case.
                if extension == lower:
                    names[entry.name] = entry.name
                else:
                    names.setdefault(stem + lower, entry.name)
    return names


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # of a symbolic link
        return False


def _keys(name: str) -> Iterator[str]:
    """Yield the names that the sidecars of an image may have, the closest one first."""
    stem, extension = os.path.splitext(name)
    yield name + ".xmp"
    yield stem + ".xmp"
    for base, number in _originals(stem):
        whole = base + extension
        yield f"{whole}{number}.json"
        for end in range(len(SUPPLEMENT), 0, -1):
            yield f"{_cut(whole + SUPPLEMENT[:end])}{number}.json"
    yield stem + ".json"


def _originals(stem: str) -> Iterator[tuple[str, str]]:
    """Yield the stems and numbers that an image may have had in Google Photos."""
    yield stem, ""
    numbered = NUMBERED.fullmatch(stem)
    if numbered:
        yield numbered[1], numbered[2]
    base, number = (numbered[1], numbered[2]) if numbered else (stem, "")
    for mark in EDITED:
        if base.endswith(mark) and len(base) > len(mark):
            original = base[: -len(mark)]
            yield original, number
            numbered = NUMBERED.fullmatch(original)
            if numbered and not number:
                yield numbered[1], numbered[2]


def _cut(name: str) -> str:
    if len(name) * 2 <= LONGEST:
        return name
    units = name.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST]
    return units.decode("utf-16-le", "ignore")
