"""XMP packets (ISO 16684-1, 7.3; XMP specification, part 3): bytes to UTF-8 XML.

The wrapper is optional and its padding is long; the encoding is what the first bytes say. Extended
XMP (part 3, 1.1.3.1) comes in chunks of several segments, which are put together here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import Final

ENCODINGS: Final = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0", "utf-16-le"),
)
"""First bytes of a packet that is not UTF-8, with and without a byte order mark."""

UTF8_MARK: Final = b"\xef\xbb\xbf"
BLANKS: Final = b" \t\r\n\0"
TRAILER: Final = b"<?xpacket end"

MAX_EXTENDED: Final = 64 << 20
"""Bytes of extended XMP that are put together."""
HEAD: Final = struct.Struct(">32sII")
"""GUID, full length, offset of the chunk."""

INSTRUCTIONS: Final = re.compile(rb"(?:<\?.*?\?>\s*)*", re.DOTALL)
"""The header of the wrapper, and what else is no element."""


def unwrap(raw: bytes) -> bytes:
    """Return the XML of a packet: UTF-8, without wrapper, declaration and padding.

    Parameters
    ----------
    raw : bytes
        A packet as it stands in a file.

    Returns
    -------
    bytes
    """
    if raw[:1] != b"<" or raw[1:2] == b"\0":
        raw = _utf8(raw)
    end = raw.rfind(TRAILER)
    if end > 0:
        raw = raw[:end]
    # Padding is long, and any blank is found faster than certain ones.
    raw = raw.rstrip().strip(BLANKS)
    if raw.startswith(b"<?"):
        instructions = INSTRUCTIONS.match(raw)
        raw = raw[instructions.end() if instructions else 0 :]
    return raw


def _utf8(raw: bytes) -> bytes:
    """Return a packet in UTF-8 that does not plainly begin as one."""
    for mark, encoding in ENCODINGS:
        if raw.startswith(mark):
            raw = raw.decode(encoding, "replace").lstrip("\ufeff").encode()
            break
    else:
        if raw[:2] == b"\0<" and raw[2:3] == b"\0":
            raw = raw.decode("utf-16-be", "replace").encode()
    return raw.strip(BLANKS).removeprefix(UTF8_MARK)


def join_extended(guid: str, chunks: Sequence[bytes]) -> tuple[bytes, str | None]:
    """Put the chunks of extended XMP together.

    Parameters
    ----------
    guid : str
        What the main packet says in ``xmpNote:HasExtendedXMP``; chunks of others are left out.
    chunks : sequence of bytes
        GUID, full length, offset, data.

    Returns
    -------
    packet : bytes
        Empty if it is not whole.
    problem : str or None
    """
    parts: dict[int, bytes] = {}
    lengths = set()
    for chunk in chunks:
        if len(chunk) < HEAD.size:
            continue
        name, length, offset = HEAD.unpack_from(chunk)
        if name.decode("latin-1").upper() == guid.strip().upper():
            lengths.add(length)
            parts.setdefault(offset, chunk[HEAD.size :])
    if not parts:
        return b"", "XMP: extended packet that no main one names"
    if len(lengths) > 1 or max(lengths) > MAX_EXTENDED:
        return b"", "XMP: extended packet of no one length, or longer than 64 MiB"
    reach = 0
    for offset in sorted(parts):
        if offset != reach:
            return b"", f"XMP: extended packet has no bytes from {reach} on"
        reach += len(parts[offset])
    if reach != max(lengths):
        return b"", f"XMP: extended packet has {reach} of {max(lengths)} bytes"
    return b"".join(parts[offset] for offset in sorted(parts)), None
