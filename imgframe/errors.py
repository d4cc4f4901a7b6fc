"""The errors that imgframe raises.

::

    ImgframeError
    ├── UsageError (ValueError)          an argument is wrong; the message says what is allowed
    ├── SourceError (OSError)            a source of images is not there or cannot be opened
    ├── ReadError                        a file could not be read, with on_error="raise"
    ├── CatalogError                     a catalogue cannot be opened, read or written
    │   └── CatalogLockedError           another process is writing to it
    └── MissingExtraError (ImportError)  an optional package is needed; the message names the extra

A file that cannot be read is no error by default: it is a row with `error` filled in.
"""


class ImgframeError(Exception):
    """Base of every error that imgframe raises on purpose."""


class UsageError(ImgframeError, ValueError):
    """An argument is wrong; the message says what is allowed."""


class SourceError(ImgframeError, OSError):
    """A source of images is not there or cannot be opened."""


class ReadError(ImgframeError):
    """A file could not be read and ``on_error="raise"`` was asked for."""


class CatalogError(ImgframeError):
    """A catalogue cannot be opened, read or written."""


class CatalogLockedError(CatalogError):
    """Another process is writing to the catalogue."""


class MissingExtraError(ImgframeError, ImportError):
    """An optional package is needed; the message says how to install it."""
