"""Going through a folder and all below it, in path order, with the status of each file."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from imgframe.discover.patterns import NOTHING, Choice

__all__ = ["WINDOWS", "Found", "Status", "is_unicode", "reason", "shown", "status_of", "walk"]

Status: TypeAlias = os.stat_result | str
"""The status of a file, or why there is none."""

Found: TypeAlias = tuple[str, Status, bool]
"""A path as ``open()`` takes it, its status, and whether it keeps its row whatever its name."""

WINDOWS: Final = sys.platform == "win32"

_UNDECODED: Final = re.compile("[\ud800-\udfff]")


def shown(path: str) -> str:
    """Return a path as the table shows it: its bytes that are not UTF-8 percent-escaped."""
    return path if path.isascii() else _UNDECODED.sub(_percent, path)


def _percent(match: re.Match[str]) -> str:
    code = ord(match[0])
    is_byte = not WINDOWS and 0xDC80 <= code <= 0xDCFF
    data = match[0].encode("utf-8", "surrogateescape" if is_byte else "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in data)


def is_unicode(names: list[str]) -> bool:
    """Say whether all names stand in the table as they are."""
    try:
        "".join(names).encode()
    except UnicodeEncodeError:
        return False
    return True


def reason(error: Exception) -> str:
    """Return what the operating system says, without the path."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def status_of(path: str) -> Status:
    """Return the status of a file, or why there is none."""
    try:
        return os.stat(path)  # noqa: PTH116
    except FileNotFoundError as error:
        return "dangling symbolic link" if os.path.lexists(path) else reason(error)
    except (OSError, ValueError) as error:  # ValueError: a NUL or a lone surrogate in the name
        return reason(error)


@dataclass(slots=True)
class _Folder:
    """A folder on the way down."""

    prefix: str
    """Its path, with the separator at the end."""
    choice: Choice
    linked: bool = False
    """Whether a symbolic link was followed on the way here."""
    inside: dict[str, tuple[Choice, bool]] = field(default_factory=dict)
    """Its folders, by name and separator: what is chosen there, whether it is a link."""
    names: Iterator[str] = field(default_factory=lambda: iter(()))
    """Its entries that are still to be gone through, in order."""
    stats: dict[str, Callable[[], os.stat_result]] = field(default_factory=dict)
    """The status of its files, where listing a folder gives it for nothing."""

    def read_entries(self) -> str | None:
        """Read the entries; return why that failed."""
        names: list[str] = []
        is_chosen = self.choice.files()
        failure = None
        try:
            with os.scandir(self.prefix or os.curdir) as entries:
                for entry in entries:
                    name = entry.name
                    if _is_folder(entry):
                        choice = self.choice.enter(name)
                        if choice.tails:
                            name += os.sep
                            self.inside[name] = choice, _is_link(entry)
                            names.append(name)
                    elif is_chosen(name):
                        names.append(name)
                        if WINDOWS and not entry.is_symlink():
                            self.stats[name] = entry.stat
        except OSError as error:
            failure = f"cannot list folder: {reason(error)}"
        names.sort(key=None if is_unicode(names) else shown)
        self.names = iter(names)
        return failure


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, say: its status will tell
        return False


def _is_link(entry: os.DirEntry[str]) -> bool:
    if sys.platform == "win32":
        tag = entry.stat(follow_symlinks=False).st_reparse_tag
        return entry.is_symlink() or tag == stat.IO_REPARSE_TAG_MOUNT_POINT
    return entry.is_symlink()


def walk(root: str, choice: Choice) -> Iterator[Found]:
    """Go through a folder and all below it.

    A folder that cannot be listed is found with its path, separator at the end, and the reason.
    """
    top = _Folder(os.path.join(root, "") if root else "", choice)
    seen = _Seen(root, choice)
    failure = top.read_entries()
    if failure:
        yield top.prefix, failure, True
    down = [top]
    while down:
        folder = down[-1]
        prefix, inside, stats = folder.prefix, folder.inside, folder.stats
        for name in folder.names:
            path = prefix + name
            if name in inside:
                choice, is_link = inside[name]
                linked = folder.linked or is_link
                if linked and not seen.is_new(path, choice):
                    continue
                below = _Folder(path, choice, linked)
                failure = below.read_entries()
                if failure:
                    yield path, failure, True
                down.append(below)
                break
            status: Status
            try:
                status = stats.pop(name)() if stats else os.stat(path)  # noqa: PTH116
            except OSError:
                status = status_of(path)
            yield path, status, False
        else:
            down.pop()


class _Seen:
    """The folders whose files are reached by their own path or were reached through a link.

    A link is followed only to where it shows something new, so every loop ends.
    """

    def __init__(self, root: str, choice: Choice) -> None:
        self._root = os.path.realpath(root)
        self._choice = choice
        self._through_links: set[tuple[int, int, Choice]] = set()

    def is_new(self, path: str, choice: Choice) -> bool:
        """Say whether a folder at or below a link is to be gone through."""
        if choice.tails <= self._own_choice(os.path.realpath(path)).tails:
            return False
        try:
            status = os.stat(path)  # noqa: PTH116
        except OSError:
            return True  # listing it will tell what is wrong
        key = status.st_dev, status.st_ino, choice
        if key in self._through_links:
            return False
        self._through_links.add(key)
        return True

    def _own_choice(self, real: str) -> Choice:
        """Return what is chosen in a folder when it is reached by its own path."""
        if real == self._root:
            return self._choice
        prefix = os.path.join(self._root, "")
        if not real.startswith(prefix):
            return NOTHING
        choice = self._choice
        for name in real.removeprefix(prefix).split(os.sep):  # noqa: PTH206
            choice = choice.enter(name)
        return choice
