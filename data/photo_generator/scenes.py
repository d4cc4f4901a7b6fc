"""Turns the words of a scene into a picture.

A scene is a line such as ``gold clouds hills pagoda:0.5,0.66,0.3 water:0.66 boats``: first the sky,
then what stands before it, from back to front. Numbers after a colon are the layer's arguments; for
a landmark they are where its foot stands (x, y) and how high it is.
"""

import inspect
import zlib
from collections.abc import Callable
from types import ModuleType

from PIL import Image

from photo_generator import (
    aerial,
    homely,
    landmarks_africa,
    landmarks_america,
    landmarks_asia,
    landmarks_europe,
    scenery,
)
from photo_generator.canvas import Canvas, Pen


def painters(*modules: ModuleType) -> dict[str, Callable[..., None]]:
    """Gather the functions whose first argument is a canvas or a pen."""
    return {
        name.rstrip("_"): function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


LAYERS = painters(scenery, aerial)
LANDMARKS = painters(landmarks_africa, landmarks_america, landmarks_asia, landmarks_europe, homely)


def draw(scene: str, size: tuple[int, int]) -> Image.Image:
    """Draw a scene; the same words and size always give the same picture."""
    sky, *layers = scene.split()
    canvas = Canvas(size, sky, seed=zlib.crc32(scene.encode()))
    for layer in layers:
        name, _, numbers = layer.partition(":")
        arguments = [float(number) for number in numbers.split(",") if number]
        if name in LAYERS:
            LAYERS[name](canvas, *arguments)
        else:
            x, y, scale = arguments
            LANDMARKS[name](Pen(canvas, x, y, scale))
    return canvas.finish()
