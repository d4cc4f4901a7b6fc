"""What is done to a batch of files, in this process or in a worker, which never imports Polars.

Results travel as Arrow IPC streams, packed with LZ4: a table is mostly null, so that makes it ten
times smaller and costs a fifth of what pickling it would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, TypeVar

import pyarrow as pa

from imgframe.decode import DecodeOptions, decode
from imgframe.discover import FileBatch

__all__ = ["failed_file", "is_ready", "isolated", "packed", "read_batch", "read_packed"]

_Result = TypeVar("_Result")

_PARTS: Final = 32
"""Parts that a run of files is cut into to find the one it fails on."""

_PACKING: Final = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)


def is_ready(_: object) -> bool:
    """Return True: a worker that can do that has started and imported all it needs."""
    return True


def read_batch(files: FileBatch, options: DecodeOptions) -> pa.Table:
    """Decode files; one that breaks the decoder gets a row that says so."""
    tables = isolated(
        files,
        lambda part: decode(part, options),
        lambda file, error: failed_file(
            file, options, f"internal error: {type(error).__name__}: {error}"
        ),
    )
    return pa.concat_tables(tables, promote_options="default")


def read_packed(files: FileBatch, options: DecodeOptions) -> bytes:
    """Decode files to the bytes of a table."""
    return packed(read_batch(files, options))


def failed_file(file: FileBatch, options: DecodeOptions, error: str) -> pa.Table:
    """Return the table of one file that could not be read."""
    return decode(replace(file, errors={0: error}), options)


def packed(table: pa.Table) -> bytes:
    """Return the bytes of a table."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=_PACKING) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def isolated(
    files: FileBatch,
    read: Callable[[FileBatch], _Result],
    failed: Callable[[FileBatch, Exception], _Result],
) -> Iterator[_Result]:
    """Read files and, where that fails, ever smaller parts of them down to the one to blame.

    Parameters
    ----------
    files : FileBatch
    read : callable
        Reads some of the files.
    failed : callable
        Makes the result of one file from what `read` raised for it.

    Yields
    ------
    object
        What `read` and `failed` return, in the order of the files.
    """
    try:
        result = read(files)
    except Exception as error:
        if len(files) == 1:
            yield failed(files, error)
            return
        step = -(-len(files) // _PARTS)
        for first in range(0, len(files), step):
            yield from isolated(files.part(first, first + step), read, failed)
    else:
        yield result
