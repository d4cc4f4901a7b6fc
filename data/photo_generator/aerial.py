"""What a drone sees when it looks straight down."""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from photo_generator.canvas import Canvas, Colour, mix

Field = npt.NDArray[np.float64]


def paint(c: Canvas, height: Field, stops: list[tuple[float, Colour]]) -> None:
    """Colour a field of heights by a ramp of colours."""
    at = [stop for stop, _ in stops]
    ramps = np.array([c.lit(colour) for _, colour in stops], dtype=np.float64)
    channels = [np.interp(height, at, ramps[:, i]) for i in range(3)]
    c.image.paste(Image.fromarray(np.stack(channels, axis=2).round().astype(np.uint8)))


def fields(c: Canvas, turn: float = 14, tulips: float = 0) -> None:
    """Long plots of a polder, a ditch between them, rows along them."""
    side = round(1.5 * c.width)
    board = Image.new("RGB", (side, side), c.lit((96, 128, 70)))
    pen = ImageDraw.Draw(board)
    crops: list[Colour] = [
        (122, 150, 70),
        (178, 170, 96),
        (92, 130, 62),
        (150, 122, 84),
        (196, 188, 120),
    ]
    flowers: list[Colour] = [
        (226, 58, 66),
        (250, 206, 66),
        (236, 120, 170),
        (244, 238, 230),
        (150, 70, 150),
        (246, 140, 52),
    ]
    x = 0.0
    while x < side:
        wide = c.rng.uniform(0.07, 0.16) * side
        y = -c.rng.uniform(0, 0.3) * side
        while y < side:
            high = c.rng.uniform(0.28, 0.6) * side
            flowery = c.rng.random() < tulips
            base = c.rng.choice(crops)
            pen.rectangle([x, y, x + wide - 8, y + high - 8], fill=c.lit(base))
            step = 9 if flowery else 7
            band = c.rng.choice(flowers)
            for k, left in enumerate(np.arange(x + 2, x + wide - 10, step)):
                if flowery and k % 6 == 0:
                    band = c.rng.choice(flowers)
                colour = band if flowery else mix(base, (60, 80, 40), 0.2)
                inside = step - 2 if flowery else 2
                pen.rectangle([left, y + 3, left + inside, y + high - 12], fill=c.lit(colour))
            y += high
        pen.rectangle([x + wide - 8, 0, x + wide - 2, side], fill=c.lit((86, 116, 124)))
        x += wide
    road = c.rng.uniform(0.4, 0.6) * side
    pen.rectangle([0, road, side, road + 26], fill=c.lit((176, 172, 164)))
    for tree in range(20, side, 74):
        pen.ellipse([tree, road - 30, tree + 26, road - 4], fill=c.lit((62, 96, 52)))
        pen.ellipse([tree + 5, road - 28, tree + 22, road - 12], fill=c.lit((84, 120, 62)))
    barn = c.rng.uniform(0.42, 0.52) * side
    pen.rectangle([barn, road + 40, barn + 130, road + 170], fill=c.lit((128, 150, 96)))
    pen.rectangle([barn + 20, road + 60, barn + 66, road + 150], fill=c.lit((170, 78, 60)))
    pen.rectangle([barn + 43, road + 60, barn + 66, road + 150], fill=c.lit((132, 58, 48)))
    pen.rectangle([barn + 84, road + 74, barn + 114, road + 118], fill=c.lit((190, 196, 204)))
    turned = board.rotate(turn, Image.Resampling.BICUBIC)
    left, top = (side - c.width) // 2, (side - c.height) // 2
    c.image.paste(turned.crop((left, top, left + c.width, top + c.height)))


def coast(c: Canvas, slant: float = 0.5) -> None:
    """A bay from above: deep water, shallows, foam, sand, gardens and roofs."""
    y, x = np.mgrid[0 : c.height, 0 : c.width] / c.height
    height = 1.1 * (x - 0.72 + slant * (y - 0.5)) + 0.16 * c.noise() + 0.06 * np.sin(5 * y + 1)
    foam = 0.012 * np.sin(70 * height + 3 * np.sin(8 * y))
    paint(
        c,
        height + foam,
        [
            (-0.8, (12, 74, 118)),
            (-0.3, (22, 120, 158)),
            (-0.08, (70, 186, 194)),
            (-0.02, (150, 220, 214)),
            (-0.012, (250, 252, 250)),
            (0.008, (250, 252, 250)),
            (0.016, (214, 194, 150)),
            (0.1, (240, 222, 182)),
            (0.13, (226, 208, 160)),
            (0.15, (104, 140, 76)),
            (0.5, (76, 112, 66)),
        ],
    )
    for _ in range(900):
        column, row = c.rng.randrange(c.width), c.rng.randrange(c.height)
        at = height[row, column]
        if at > 0.22:
            r = c.rng.uniform(5, 13)
            if c.rng.random() < 0.14:
                roof = c.rng.choice([(206, 100, 72), (226, 222, 214), (180, 88, 70)])
                c.draw.rectangle([column, row, column + 2.6 * r, row + 1.8 * r], fill=c.lit(roof))
            else:
                c.draw.ellipse(
                    [column, row, column + r, row + r], fill=c.lit((60, 96 + int(r * 2), 58))
                )
        elif 0.03 < at < 0.1 and c.rng.random() < 0.35:
            shade = c.rng.choice([(226, 70, 70), (250, 250, 250), (60, 130, 200), (250, 200, 60)])
            c.draw.ellipse([column, row, column + 9, row + 9], fill=c.lit(shade))


def terraces(c: Canvas, steps: float = 15) -> None:
    """Rice terraces: contour after contour, some of them still under water."""
    y, x = np.mgrid[0 : c.height, 0 : c.width] / c.height
    height = (0.9 * y + 0.35 * x + 0.42 * c.noise()) * steps
    step = np.floor(height)
    within = height - step
    tone = (np.sin(step * 12.9898) * 43758.5453) % 1
    greens = np.stack([70 + 90 * tone, 126 + 60 * tone, 52 + 20 * tone], axis=2)
    flooded = np.stack([150 + 40 * within, 186 + 30 * within, 190 + 30 * within], axis=2)
    picture = np.where((tone > 0.66)[:, :, None], flooded, greens)
    rows = (np.sin(within * 34) > 0.55) & (tone < 0.5)
    picture = np.where(rows[:, :, None], picture * 0.88, picture)
    edge = np.clip(np.abs(within - 0.04) / 0.07, 0, 1)[:, :, None]
    picture = picture * edge + np.array([70, 62, 38]) * (1 - edge)
    light = np.array(c.sky.light)
    c.image.paste(Image.fromarray((picture * light).clip(0, 255).astype(np.uint8)))
    for _ in range(26):
        a, b = c.rng.randrange(c.width), c.rng.randrange(c.height)
        for k in range(9):
            turn = math.tau * k / 9
            tip = (a + 20 * math.cos(turn), b + 20 * math.sin(turn))
            c.draw.line([(a, b), tip], fill=c.lit((44, 92, 44)), width=6)


def floes(c: Canvas, count: float = 70) -> None:
    """Ice floes adrift on a lagoon."""
    paint(c, c.noise(), [(-1, (16, 66, 96)), (0, (28, 104, 130)), (1, (60, 144, 160))])
    for k in range(int(count)):
        size = c.height * (0.16 * (1 - k / count) ** 1.5 + 0.014)
        a, b = c.rng.random() * c.width, c.rng.random() * c.height
        corners = c.rng.randint(6, 10)
        turns = sorted(c.rng.uniform(0, math.tau) for _ in range(corners))
        reach = [size * c.rng.uniform(0.65, 1.1) for _ in turns]
        for grow, colour in (
            (1.14, (96, 190, 204)),
            (1.0, (246, 250, 252)),
            (0.62, (226, 240, 248)),
        ):
            shape = [
                (a + grow * r * math.cos(t), b + grow * r * math.sin(t))
                for t, r in zip(turns, reach, strict=True)
            ]
            c.draw.polygon(shape, fill=c.lit(colour))
