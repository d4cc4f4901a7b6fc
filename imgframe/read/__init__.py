"""Reading the files of a source into a table, in this process or in several."""

from imgframe.read.images import frame_reader, iter_images, read_images

__all__ = ["frame_reader", "iter_images", "read_images"]
