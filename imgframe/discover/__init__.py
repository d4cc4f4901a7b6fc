"""From a source of images to runs of files in path order.

A source is a folder, a file, a glob or a list of paths. Nothing is opened here: a file is listed
and its status is read, once. A file that must not be opened is a file with an error, and a folder
that cannot be listed is one too: nothing is left out in silence.

Files come in codepoint order of the whole path, which is the order that Polars sorts the `path`
column in: the entries of a folder are sorted with the separator at the end of folder names, and
folders are gone through depth first.
"""

from imgframe.discover.files import IMAGE_EXTENSIONS, UNKNOWN_TIME, WINDOW, FileBatch
from imgframe.discover.source import Source, discover
from imgframe.discover.walk import shown

__all__ = ["IMAGE_EXTENSIONS", "UNKNOWN_TIME", "WINDOW", "FileBatch", "Source", "discover", "shown"]
