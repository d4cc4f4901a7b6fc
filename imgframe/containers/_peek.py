"""Bytes of one file at a time, for formats whose structure differs from file to file."""

from __future__ import annotations

from imgframe.batch import NO_NEEDS, HeaderBatch, Needs, ints


class Peek:
    """Takes bytes out of a batch, and notes which were not there.

    Parameters
    ----------
    batch : HeaderBatch
    """

    def __init__(self, batch: HeaderBatch) -> None:
        self.batch = batch
        self._absent: list[tuple[int, int, int]] = []

    def __call__(self, row: int, offset: int, length: int) -> bytes:
        """Return bytes of a file; none if the file does not have them all, or not yet.

        Parameters
        ----------
        row, offset, length : int

        Returns
        -------
        bytes
        """
        batch = self.batch
        if length <= 0 or offset < 0 or offset + length > batch.sizes[row]:
            return b""
        if offset + length <= batch.head_length[row]:
            place = int(batch.head_start[row]) + offset
        else:
            place = int(batch.locate(ints([row]), ints([offset]), length)[0])
        if place < 0:
            self._absent.append((row, offset, length))
            return b""
        return batch.buffer[place : place + length].tobytes()

    def needs(self) -> Needs:
        """Tell what was not there but is in the files."""
        if not self._absent:
            return NO_NEEDS
        return Needs(*(ints(column) for column in zip(*self._absent, strict=True)))
