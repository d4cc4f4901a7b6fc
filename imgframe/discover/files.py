"""Runs of files, and the extensions of image files."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imgframe.discover.walk import Found, is_unicode, shown

__all__ = ["IMAGE_EXTENSIONS", "UNKNOWN_TIME", "WINDOW", "FileBatch", "batches"]

IMAGE_EXTENSIONS: Final = frozenset(
    f".{extension}"
    for line in (
        "jpg jpeg jpe jfif insp mpo jps jp2 j2k j2c jpc jpf jpx jpm jph jxl jxr wdp hdp",
        "tif tiff btf tf8 svs ndpi scn vms bif",
        "dng nef nrw cr2 cr3 crw arw arq srf sr2 srw pef ptx orf ori rw2 rwl raw raf 3fr fff iiq",
        "kdc k25 dcr dcs mef mos mrw x3f erf gpr",
        "png apng mng jng gif webp bmp dib ico cur heic heif hif heics heifs avif avifs",
        "psd psb xcf dcm dicom dic exv tga pcx ppm pgm pbm pnm pam pfm exr hdr sgi fits fit fts",
    )
    for extension in line.split()
)
"""Extensions, in lower case, of the files that keep their row whatever they hold."""

WINDOW: Final = 49_152
"""Bytes that the first read of a file takes: the metadata of most photographs, and the frame header
behind it, lie within. A larger one costs more for all files than it saves for a few."""

BATCH_BYTES: Final = 96 << 20
"""Bytes that the first reads of a batch take: 2,048 photographs, more of small files."""

UNKNOWN_TIME: Final[int] = int(np.iinfo(np.int64).min)
"""Stands in `FileBatch.modified_us` where the time is not known: NaT of NumPy."""

_FIRST_TIME: Final = -62_135_596_800_000_000
_LAST_TIME: Final = 253_402_300_799_999_999
"""The years 1 to 9999, in microseconds: a file system can hold more than a date can."""

_KINDS: Final = {
    stat.S_IFDIR: "folder",
    stat.S_IFIFO: "FIFO",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "character device",
    stat.S_IFBLK: "block device",
}


@dataclass(frozen=True, slots=True)
class FileBatch:
    """A run of files in path order; all fields but `errors` are of one length."""

    paths: list[str]
    """As shown: valid Unicode; the bytes of a name that are not UTF-8 are percent-escaped."""
    os_paths: list[str]
    """As ``open()`` takes them; the same list as `paths` when nothing had to be escaped."""
    sizes: npt.NDArray[np.int64]
    """Bytes; -1 where it is not known."""
    modified_us: npt.NDArray[np.int64]
    """Microseconds since 1970 in UTC; `UNKNOWN_TIME` where it is not known."""
    errors: dict[int, str]
    """Position of a file that must not be opened, and why."""
    expected: npt.NDArray[np.bool_]
    """True: keeps its row whatever it holds; False: only if it holds an image."""

    def __len__(self) -> int:
        return len(self.os_paths)

    def part(self, start: int, stop: int) -> FileBatch:
        """Return the files from position `start` to before `stop`."""
        rows = slice(start, stop)
        os_paths = self.os_paths[rows]
        return FileBatch(
            paths=os_paths if self.paths is self.os_paths else self.paths[rows],
            os_paths=os_paths,
            sizes=self.sizes[rows],
            modified_us=self.modified_us[rows],
            errors={i - start: why for i, why in self.errors.items() if start <= i < stop},
            expected=self.expected[rows],
        )


def batches(found: Iterator[Found], chosen: bool, size: int) -> Iterator[FileBatch]:
    """Put files into batches of up to `size`; `chosen`: all of them keep their row."""
    run: list[Found] = []
    weight = 0
    for file in found:
        run.append(file)
        status = file[1]
        if not isinstance(status, str):
            weight += min(status.st_size, WINDOW)
        if len(run) == size or weight >= BATCH_BYTES:
            yield _batch(run, chosen)
            run, weight = [], 0
    if run:
        yield _batch(run, chosen)


def _batch(run: list[Found], chosen: bool) -> FileBatch:
    sizes: list[int] = []
    times: list[int] = []
    errors: dict[int, str] = {}
    for i, (_, status, _) in enumerate(run):
        if isinstance(status, str):
            errors[i] = status
            sizes.append(-1)
            times.append(UNKNOWN_TIME)
            continue
        if not stat.S_ISREG(status.st_mode):
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "special file")
            errors[i] = f"not a regular file: {kind}"
        time = status.st_mtime_ns // 1000
        sizes.append(status.st_size)
        times.append(time if _FIRST_TIME <= time <= _LAST_TIME else UNKNOWN_TIME)
    os_paths = [path for path, _, _ in run]
    if chosen:
        expected = [True] * len(run)
    else:
        expected = [
            keep or path[path.rfind(".") :].lower() in IMAGE_EXTENSIONS for path, _, keep in run
        ]
    return FileBatch(
        paths=os_paths if is_unicode(os_paths) else [shown(path) for path in os_paths],
        os_paths=os_paths,
        sizes=np.array(sizes, np.int64),
        modified_us=np.array(times, np.int64),
        errors=errors,
        expected=np.array(expected, np.bool_),
    )
