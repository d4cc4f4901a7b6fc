"""One writer at a time: a lock file that names its holder and that no dead process holds.

Where the system locks files (`fcntl.flock`), the kernel lets go of the lock when the process
dies, however it dies. Elsewhere the file itself is the lock: Windows deletes no file that a
living process has open, and on POSIX file systems without locks the process is looked up.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from imgframe.errors import CatalogError, CatalogLockedError

if sys.platform != "win32":
    import fcntl

__all__ = ["hold"]

_UNSIGNED_AGE: Final = 10.0
"""Seconds after which a lock file that names nobody is that of a dead process."""

_TRIES: Final = 100

_CANNOT_LOCK: Final = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}
"""What systems answer that cannot lock an open file."""


@contextmanager
def hold(path: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock file at `path`; its folder comes and, when empty, goes with it.

    Parameters
    ----------
    path : pathlib.Path
    patience : float, default 0.0
        Seconds to wait for another process to let go of it.

    Raises
    ------
    CatalogLockedError
        Another process holds it; the message names process and host.
    CatalogError
        The file cannot be written.
    """
    descriptor = _wait(path, time.monotonic() + patience)
    try:
        yield
    finally:
        _release(path, descriptor)


def _wait(path: Path, deadline: float) -> int:
    while True:
        try:
            return _sign(path, _take(path))
        except CatalogLockedError:
            if time.monotonic() >= deadline:
                raise
        except OSError as error:
            raise CatalogError(f"{path.parent.parent}: cannot be written to ({error})") from error
        time.sleep(0.02)


def _take(path: Path) -> int:
    while True:
        descriptor, is_new = _open(path)
        try:
            is_locked = _lock_file(descriptor)
            if _is_at(path, descriptor) if is_locked else is_new:
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise CatalogLockedError(_refusal(path)) from None
        os.close(descriptor)
        if not is_locked:
            _remove_dead(path)


def _open(path: Path) -> tuple[int, bool]:
    """Open the lock file, and say whether it has been made for that."""
    tries = 0
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666), True
            except FileExistsError:
                return os.open(path, os.O_RDWR), False
        except (FileExistsError, FileNotFoundError):
            # who had the lock before takes file and folder away between any two of these calls
            tries += 1
            if tries == _TRIES:
                raise


def _lock_file(descriptor: int) -> bool:
    """Lock an open file; return False where the system cannot."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _CANNOT_LOCK:
            return False
        raise
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    """Say whether the open file still is the one at `path`."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _remove_dead(path: Path) -> None:
    """Remove the lock file of a dead process; refuse if the process may be alive."""
    try:
        if sys.platform != "win32" and _is_alive(path):
            raise CatalogLockedError(_refusal(path))
        path.unlink()
    except FileNotFoundError:
        return
    except PermissionError:
        raise CatalogLockedError(_refusal(path)) from None


def _is_alive(path: Path) -> bool:
    owner = _owner(path)
    if not owner:
        return time.time() - path.stat().st_mtime < _UNSIGNED_AGE
    if owner["host"] != socket.gethostname():
        return True
    try:
        os.kill(owner["process"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sign(path: Path, descriptor: int) -> int:
    """Write down who holds the lock."""
    owner = {
        "host": socket.gethostname(),
        "process": os.getpid(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(owner).encode())
    except OSError:
        _release(path, descriptor)
        raise
    return descriptor


def _owner(path: Path) -> dict[str, Any]:
    """Return what the holder wrote; empty where it has not written yet."""
    try:
        owner = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _refusal(path: Path) -> str:
    owner = _owner(path)
    root = path.parent.parent
    if not owner:
        return f"{root}: another process is writing to this catalogue"
    return (
        f"{root}: process {owner['process']} on {owner['host']} is writing to this catalogue "
        f"since {owner['since']}"
    )


def _release(path: Path, descriptor: int) -> None:
    if sys.platform == "win32":
        # an open file cannot be deleted; another process may open it in between, and keep it
        os.close(descriptor)
        with suppress(OSError):
            path.unlink()
    else:
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)
    with suppress(OSError):
        path.parent.rmdir()
