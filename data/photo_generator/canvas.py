"""A canvas to paint sceneries on, and a pen to draw single things with.

Pictures are painted at twice their size and scaled down at the end, which smooths every edge.
Positions on the canvas are fractions of its width and height, y downwards; a pen has its own origin
and unit, y upwards, so that a landmark can be drawn once and set anywhere.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
OVERSAMPLING = 2


@dataclass(frozen=True)
class Sky:
    """The colours of a time of day."""

    top: Colour
    middle: Colour
    horizon: Colour
    light: tuple[float, float, float]
    """What the light makes of the colour of things, per channel."""
    lamps: bool = False


SKIES = {
    "dawn": Sky((86, 112, 168), (222, 164, 170), (255, 222, 178), (0.86, 0.76, 0.78)),
    "day": Sky((44, 118, 196), (124, 186, 230), (216, 236, 244), (1.0, 1.0, 1.0)),
    "alpine": Sky((22, 82, 168), (82, 150, 214), (190, 222, 240), (1.02, 1.02, 1.02)),
    "soft": Sky((120, 166, 200), (180, 206, 220), (236, 236, 226), (0.94, 0.94, 0.92)),
    "grey": Sky((118, 132, 148), (164, 176, 186), (212, 216, 216), (0.78, 0.8, 0.82)),
    "gold": Sky((96, 138, 186), (240, 196, 134), (255, 226, 160), (1.02, 0.88, 0.7)),
    "sunset": Sky((62, 52, 112), (224, 100, 92), (255, 190, 98), (0.72, 0.52, 0.5)),
    "dusk": Sky((20, 28, 74), (92, 76, 136), (236, 150, 132), (0.4, 0.38, 0.52), lamps=True),
    "night": Sky((6, 10, 32), (14, 24, 60), (40, 56, 98), (0.26, 0.3, 0.44), lamps=True),
}


def mix(a: Sequence[float], b: Sequence[float], share: float) -> Colour:
    """Return the colour that is `share` of the way from `a` to `b`."""
    red, green, blue = (
        round(min(255, max(0, x + (y - x) * share))) for x, y in zip(a, b, strict=True)
    )
    return red, green, blue


class Canvas:
    """A picture in the making."""

    def __init__(self, size: tuple[int, int], sky: str, seed: int) -> None:
        self.size = size
        self.width, self.height = size[0] * OVERSAMPLING, size[1] * OVERSAMPLING
        self.sky = SKIES[sky]
        self.rng = random.Random(seed)
        self.image = Image.new("RGB", (self.width, self.height))
        self.draw = ImageDraw.Draw(self.image)
        ramp = np.linspace(0, 1, self.height)
        stops = np.array([self.sky.top, self.sky.middle, self.sky.horizon, self.sky.horizon])
        columns = [np.interp(ramp, (0, 0.42, 0.68, 1), stops[:, i]) for i in range(3)]
        column = np.stack(columns, axis=1).round().astype(np.uint8)[:, None, :]
        self.image.paste(Image.fromarray(column).resize(self.image.size))

    def lit(self, colour: Colour, depth: float = 0.0) -> Colour:
        """Return a colour as it looks in this light, seen through `depth` (0 to 1) of haze."""
        shone = [c * light for c, light in zip(colour, self.sky.light, strict=True)]
        return mix(shone, self.sky.horizon, depth)

    def px(self, points: Sequence[Point]) -> list[Point]:
        """Return fractions of the canvas as pixels."""
        return [(x * self.width, y * self.height) for x, y in points]

    def noise(self) -> npt.NDArray[np.float64]:
        """Return a smooth random field over the canvas, about -1 to 1."""
        y, x = np.mgrid[0 : self.height, 0 : self.width] / self.height
        total = np.zeros_like(x)
        for octave in range(1, 6):
            for _ in range(3):
                angle, phase = self.rng.uniform(0, math.tau), self.rng.uniform(0, math.tau)
                wave = 2.6 * octave * (math.cos(angle) * x + math.sin(angle) * y)
                total += np.sin(wave + phase + 0.8 * np.sin(wave * 0.7 + octave)) / octave
        return np.asarray(total / 4, dtype=np.float64)

    def ridge(self, level: float, height: float, roughness: float = 0.9) -> list[Point]:
        """Return the line of a range of hills about `height` above `level`."""
        waves = [
            (k, self.rng.uniform(0, math.tau), self.rng.uniform(0.5, 1) / k**roughness)
            for k in (1, 2, 3, 5, 8, 13, 21, 34)
        ]
        xs = [i / 240 for i in range(241)]
        heights = [sum(a * math.sin(k * 4.2 * x + phase) for k, phase, a in waves) for x in xs]
        low, high = min(heights), max(heights)
        return [
            (x, level - height * (h - low) / (high - low)) for x, h in zip(xs, heights, strict=True)
        ]

    def fill(self, outline: Sequence[Point], upper: Colour, lower: Colour) -> None:
        """Fill an outline with a vertical gradient of two colours."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon(self.px(outline), fill=255)
        box = mask.getbbox()
        if box is None:
            return
        ramp = np.linspace(0, 1, box[3] - box[1])[:, None]
        shades = np.array(upper) * (1 - ramp) + np.array(lower) * ramp
        column = Image.fromarray(shades.round().astype(np.uint8)[:, None, :])
        patch = column.resize((box[2] - box[0], box[3] - box[1]))
        self.image.paste(patch, box[:2], mask.crop(box))

    def ground(self, line: Sequence[Point], upper: Colour, lower: Colour) -> None:
        """Fill all that is below a line from the left edge to the right."""
        self.fill([(0, 1), *line, (1, 1)], upper, lower)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Let light shine around a place; `radius` is in heights of the canvas."""
        rows, columns = np.mgrid[0 : self.height : 4, 0 : self.width : 4]
        far = np.hypot(columns - x * self.width, rows - y * self.height) / (radius * self.height)
        mask = Image.fromarray((255 * strength * np.exp(-far * far * 2)).astype(np.uint8))
        self.image.paste(colour, mask=mask.resize(self.image.size, Image.Resampling.BICUBIC))

    def soft_shape(
        self, ellipses: Sequence[tuple[float, float, float, float]], colour: Colour, blur: float
    ) -> None:
        """Paint blurred ellipses (x, y, half width, half height), as clouds and mist are."""
        mask = Image.new("L", (self.width // 2, self.height // 2))
        pen = ImageDraw.Draw(mask)
        for x, y, a, b in ellipses:
            box = [(x - a) * mask.width, (y - b) * mask.height]
            box += [(x + a) * mask.width, (y + b) * mask.height]
            pen.ellipse(box, fill=210)
        mask = mask.filter(ImageFilter.GaussianBlur(blur * mask.height))
        self.image.paste(colour, mask=mask.resize(self.image.size, Image.Resampling.BILINEAR))

    def finish(self) -> Image.Image:
        """Return the picture in its own size, a little darker towards the corners."""
        rows, columns = np.mgrid[0 : self.height : 8, 0 : self.width : 8]
        far = np.hypot(columns / self.width - 0.5, rows / self.height - 0.5)
        mask = Image.fromarray((255 * np.clip((far - 0.38) * 0.75, 0, 0.3)).astype(np.uint8))
        mask = mask.resize(self.image.size, Image.Resampling.BICUBIC)
        self.image.paste((10, 12, 24), mask=mask)
        return self.image.resize(self.size, Image.Resampling.LANCZOS)


class Pen:
    """Draws one thing on a canvas: origin at its foot, `scale` heights of the canvas to a unit."""

    def __init__(self, canvas: Canvas, x: float, y: float, scale: float) -> None:
        self.canvas = canvas
        self.origin = (x * canvas.width, y * canvas.height)
        self.unit = scale * canvas.height
        self.rng = canvas.rng
        self.lamps = canvas.sky.lamps

    def px(self, points: Sequence[Point]) -> list[Point]:
        left, foot = self.origin
        return [(left + x * self.unit, foot - y * self.unit) for x, y in points]

    def poly(self, points: Sequence[Point], colour: Colour, depth: float = 0.0) -> None:
        self.canvas.draw.polygon(self.px(points), fill=self.canvas.lit(colour, depth))

    def rect(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """Draw a wall with a side in the shade."""
        self.rect(x0, y0, x1, y1, colour)
        self.rect(x0 + 0.68 * (x1 - x0), y0, x1, y1, mix(colour, (30, 30, 60), 0.25))

    def disc(self, x: float, y: float, radius: float, colour: Colour, squash: float = 1.0) -> None:
        (left, top), (right, bottom) = self.px(
            [(x - radius, y + radius * squash), (x + radius, y - radius * squash)]
        )
        self.canvas.draw.ellipse([left, top, right, bottom], fill=self.canvas.lit(colour))

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        thickness = max(1, round(width * self.unit))
        self.canvas.draw.line(
            self.px(points), fill=self.canvas.lit(colour), width=thickness, joint="curve"
        )

    def lamp(self, x: float, y: float, radius: float = 0.01) -> None:
        """Draw a light that shines in the dark, and nothing by day."""
        if self.lamps:
            (left, top), (right, bottom) = self.px(
                [(x - radius, y + radius), (x + radius, y - radius)]
            )
            self.canvas.draw.ellipse([left, top, right, bottom], fill=(255, 222, 150))

    def windows(self, x0: float, y0: float, x1: float, y1: float, columns: int, rows: int) -> None:
        """Draw rows of windows, some of them lit in the dark."""
        wide, high = (x1 - x0) / columns, (y1 - y0) / rows
        for i in range(columns):
            for j in range(rows):
                left, foot = x0 + wide * (i + 0.28), y0 + high * (j + 0.25)
                corners = [(left, foot), (left + wide * 0.44, foot + high * 0.52)]
                (a, b), (c, d) = self.px(corners)
                bright = self.lamps and self.rng.random() < 0.55
                colour = (255, 214, 132) if bright else self.canvas.lit((70, 80, 100))
                self.canvas.draw.rectangle([a, d, c, b], fill=colour)
