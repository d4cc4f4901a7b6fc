"""What a scene is made of besides its landmark: sun, clouds, hills, water, trees, boats.

Every function paints one layer on the canvas; the numbers it takes are written in the scene.
"""

import math

import numpy as np
from PIL import Image, ImageFilter

from photo_generator.canvas import Canvas, Colour, Pen, mix


def sun(c: Canvas, x: float = 0.7, y: float = 0.45, size: float = 0.035) -> None:
    c.glow(x, y, 0.75, (255, 226, 160), 0.5)
    c.glow(x, y, 0.22, (255, 246, 214), 0.8)
    left, top, r = x * c.width, y * c.height, size * c.height
    c.draw.ellipse([left - r, top - r, left + r, top + r], fill=(255, 250, 228))


def moon(c: Canvas, x: float = 0.75, y: float = 0.2) -> None:
    c.glow(x, y, 0.3, (190, 206, 240), 0.4)
    left, top = x * c.width, y * c.height
    r = 0.04 * c.height
    c.draw.ellipse([left - r, top - r, left + r, top + r], fill=(246, 244, 230))
    for dx, dy, s in ((-0.3, -0.2, 0.25), (0.25, 0.1, 0.3), (-0.1, 0.45, 0.2)):
        a, b = left + dx * r, top + dy * r
        c.draw.ellipse([a - s * r, b - s * r, a + s * r, b + s * r], fill=(220, 220, 212))


def stars(c: Canvas, count: float = 160) -> None:
    for _ in range(int(count)):
        x, y = c.rng.random() * c.width, c.rng.random() ** 1.4 * 0.62 * c.height
        r = c.rng.choice((0.8, 1.0, 1.3, 2.0))
        shade = c.rng.randint(150, 250)
        c.draw.ellipse([x - r, y - r, x + r, y + r], fill=(shade, shade, min(255, shade + 14)))


def clouds(c: Canvas, count: float = 5, level: float = 0.24) -> None:
    white = mix(c.sky.horizon, (255, 255, 255), 0.1 if c.sky.lamps else 0.6)
    shadow = mix(c.sky.middle, c.sky.horizon, 0.4)
    for _ in range(int(count)):
        x, y = c.rng.uniform(-0.05, 1.05), level + c.rng.gauss(0, 0.09)
        wide = c.rng.uniform(0.07, 0.16)
        puffs = []
        for _ in range(9):
            along = c.rng.uniform(-1, 1)
            tall = (1.1 - along * along) * 0.036 * c.rng.uniform(0.6, 1.2)
            puffs.append((x + along * wide, y - tall * 0.6, wide * 0.3, tall))
        c.soft_shape([(px, py + 0.016, a, b) for px, py, a, b in puffs], shadow, 0.014)
        c.soft_shape(puffs, white, 0.01)


def streaks(c: Canvas, count: float = 7, level: float = 0.3) -> None:
    colour = mix(c.sky.horizon, (255, 236, 220), 0.35)
    for _ in range(int(count)):
        x, y = c.rng.random(), level + c.rng.gauss(0, 0.1)
        c.soft_shape([(x, y, c.rng.uniform(0.12, 0.3), c.rng.uniform(0.004, 0.01))], colour, 0.008)


def mist(c: Canvas, level: float = 0.6, thickness: float = 0.05) -> None:
    spots = [(c.rng.random(), level + c.rng.gauss(0, 0.012), 0.25, thickness) for _ in range(6)]
    c.soft_shape(spots, mix(c.sky.horizon, (255, 255, 255), 0.3), 0.04)


def aurora(c: Canvas, level: float = 0.44) -> None:
    for turn, (colour, reach) in enumerate([((70, 220, 150), 0.34), ((120, 110, 220), 0.22)]):
        mask = np.zeros((c.height // 4, c.width // 4))
        xs = np.linspace(0, 1, mask.shape[1])
        phase = c.rng.uniform(0, 6)
        foot = level - 0.1 * turn + 0.07 * np.sin(7 * xs + phase) + 0.03 * np.sin(17 * xs + phase)
        rays = 0.55 + 0.45 * np.sin(60 * xs + 9 * np.sin(5 * xs)) * np.sin(23 * xs + phase)
        ys = np.linspace(0, 1, mask.shape[0])[:, None]
        above = (foot[None, :] - ys) / reach
        mask = np.where(above > 0, np.exp(-3 * above), np.exp(above * 40)) * rays[None, :] * 0.8
        light = Image.fromarray((255 * mask).astype(np.uint8)).filter(ImageFilter.GaussianBlur(3))
        c.image.paste(colour, mask=light.resize(c.image.size, Image.Resampling.BICUBIC))


def range_(c: Canvas, colour: Colour, level: float, height: float, depth: float) -> None:
    c.ground(c.ridge(level, height), c.lit(colour, depth), c.lit(colour, min(1, depth + 0.3)))


def hills(c: Canvas, level: float = 0.64, height: float = 0.12) -> None:
    """Three ranges, the far ones paler."""
    for step, colour in enumerate([(92, 120, 140), (84, 122, 104), (70, 110, 70)]):
        range_(c, colour, level + 0.02 * step, height * (1.2 - 0.3 * step), 0.55 - 0.22 * step)


def dunes(c: Canvas, level: float = 0.66, height: float = 0.14) -> None:
    """Bare ranges of a desert."""
    for step, colour in enumerate([(170, 140, 130), (186, 144, 116), (196, 156, 112)]):
        range_(c, colour, level + 0.02 * step, height * (1.2 - 0.35 * step), 0.5 - 0.2 * step)


def peaks(c: Canvas, level: float = 0.66, height: float = 0.4) -> None:
    """A mountain range with snow on its upper part."""
    tops = c.ridge(level, height, 0.7)
    c.ground(tops, c.lit((236, 242, 250), 0.1), c.lit((108, 126, 150), 0.3))
    snow = [
        (x, y + (0.3 + 0.22 * math.sin(90 * x) + 0.2 * math.sin(41 * x)) * max(0, level - y))
        for x, y in tops
    ]
    c.ground(
        [(x, y + 0.02) for x, y in snow], c.lit((92, 108, 132), 0.2), c.lit((110, 130, 130), 0.4)
    )


def land(c: Canvas, level: float, near: Colour, far: Colour) -> None:
    """Flat ground with a little texture towards the viewer."""
    c.ground([(0, level), (1, level)], c.lit(far, 0.2), c.lit(near))
    for _ in range(260):
        down = c.rng.random() ** 1.3
        y = level + (1 - level) * down
        x, length = c.rng.random(), 0.004 + 0.05 * down
        shade = mix(mix(far, near, down), c.rng.choice([(20, 30, 20), (255, 250, 220)]), 0.12)
        c.draw.line(c.px([(x, y), (x + length, y)]), fill=c.lit(shade), width=round(1 + 4 * down))


def grass(c: Canvas, level: float = 0.68) -> None:
    land(c, level, (66, 112, 48), (128, 158, 88))


def savanna(c: Canvas, level: float = 0.66) -> None:
    land(c, level, (166, 138, 66), (206, 184, 118))


def sand(c: Canvas, level: float = 0.72) -> None:
    land(c, level, (214, 186, 140), (236, 218, 180))


def paving(c: Canvas, level: float = 0.74) -> None:
    land(c, level, (150, 140, 128), (196, 186, 172))


def snow(c: Canvas, level: float = 0.7) -> None:
    land(c, level, (214, 226, 240), (240, 246, 252))


def rock(c: Canvas, level: float = 0.74) -> None:
    land(c, level, (92, 84, 80), (146, 134, 124))


def water(c: Canvas, level: float = 0.66, calm: float = 0.5) -> None:
    """Water that mirrors what has been painted above it."""
    top = round(level * c.height)
    high = c.height - top
    above = c.image.crop((0, max(0, top - round(high * 1.25)), c.width, top))
    mirror = np.asarray(
        above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((c.width, high)), dtype=np.float64
    )
    rows = np.arange(high)
    swing = (0.4 + rows / high * 14) * (1.2 - calm)
    shift = (swing * np.sin(rows / (1.5 + rows / high * 7) + 3 * np.sin(rows / 37))).astype(int)
    columns = np.clip(np.arange(c.width)[None, :] + shift[:, None], 0, c.width - 1)
    deep = np.array(c.lit((22, 84, 120)), dtype=np.float64)
    share = np.interp(rows / high, (0, 0.25, 1), (0.28, 0.42, 0.72))[:, None, None] * (1.3 - calm)
    blend = np.take_along_axis(mirror, columns[:, :, None], axis=1) * (1 - share) + deep * share
    c.image.paste(Image.fromarray(blend.clip(0, 255).astype(np.uint8)), (0, top))
    bright = mix(c.sky.horizon, (255, 255, 255), 0.15)
    for _ in range(round(240 * (1.15 - calm))):
        down = c.rng.random() ** 1.6
        x, y, length = c.rng.random(), level + (1 - level) * down, 0.006 + 0.045 * down
        colour = mix(c.image.getpixel(_inside(c, x, y)), bright, 0.35)  # type: ignore[arg-type]
        c.draw.line(c.px([(x, y), (x + length, y)]), fill=colour, width=round(1 + 3 * down))


def _inside(c: Canvas, x: float, y: float) -> tuple[int, int]:
    return min(c.width - 1, int(x * c.width)), min(c.height - 1, int(y * c.height))


def surf(c: Canvas, level: float = 0.8) -> None:
    """Lines of foam where the sea meets a beach."""
    for step in range(4):
        y = level - 0.035 * step * (1 - 0.12 * step)
        edge = [(x, y + 0.4 * (yy - 0.5)) for x, yy in c.ridge(0.5, 0.03, 1.2)]
        back = [(x, yy - 0.012 + 0.002 * step) for x, yy in reversed(edge)]
        c.fill([*edge, *back], (250, 252, 252), mix(c.lit((190, 216, 224)), (255, 255, 255), 0.4))


def city(c: Canvas, level: float = 0.66, height: float = 0.2, depth: float = 0.25) -> None:
    """A skyline; its windows are lit in the dark."""
    p = Pen(c, 0, level, 1)
    reach, x = c.width / c.height, 0.0
    while x < reach:
        wide, high = c.rng.uniform(0.03, 0.07), height * c.rng.uniform(0.25, 1) ** 1.3
        colour = c.rng.choice([(150, 156, 170), (176, 166, 160), (128, 142, 162), (190, 184, 176)])
        colour = mix(colour, c.sky.horizon, depth)
        p.box(x, 0, x + wide, high, colour)
        p.windows(x, 0, x + wide, high, max(2, round(wide * 60)), max(3, round(high * 45)))
        x += wide * c.rng.uniform(0.8, 1.15)


def roofs(c: Canvas, level: float = 0.72, count: float = 46) -> None:
    """A quarter of houses with tiled roofs, running up to `level`."""
    for i in range(int(count)):
        down = i / count
        size = 0.05 + 0.1 * down
        p = Pen(c, c.rng.uniform(-0.03, 1.0), level + (1.06 - level) * down, size)
        wall = c.rng.choice([(240, 232, 214), (244, 214, 178), (226, 196, 186), (232, 236, 236)])
        wide = c.rng.uniform(0.8, 1.5)
        p.box(0, -0.6, wide, 0.7, wall)
        p.windows(0.05, 0, wide - 0.05, 0.65, 3, 1)
        roof = c.rng.choice([(196, 92, 62), (182, 80, 58), (208, 112, 74)])
        p.poly([(-0.08, 0.68), (wide + 0.08, 0.68), (wide * 0.75, 1.06), (wide * 0.25, 1.06)], roof)


def trees(c: Canvas, level: float = 0.72, count: float = 9, kind: float = 0) -> None:
    """Round trees: 0 green, 1 maples in autumn, 2 cherries in flower."""
    leaves = [
        [(58, 104, 52), (76, 124, 60), (94, 138, 66)],
        [(190, 62, 36), (222, 116, 40), (168, 44, 40)],
        [(244, 190, 204), (236, 168, 190), (250, 214, 222)],
    ][int(kind)]
    for _ in range(int(count)):
        p = Pen(
            c, c.rng.uniform(-0.02, 1.02), level + c.rng.uniform(0, 0.03), c.rng.uniform(0.1, 0.2)
        )
        p.rect(-0.04, 0, 0.04, 0.5, (84, 64, 50))
        for _ in range(16):
            colour = mix(c.rng.choice(leaves), (20, 30, 30), c.rng.uniform(0, 0.2))
            p.disc(
                c.rng.gauss(0, 0.24), 0.62 + c.rng.gauss(0, 0.16), c.rng.uniform(0.1, 0.2), colour
            )


def palms(c: Canvas, level: float = 0.76, count: float = 4, start: float = 0.02) -> None:
    for i in range(int(count)):
        p = Pen(c, start + 0.09 * i + c.rng.uniform(0, 0.03), level, c.rng.uniform(0.3, 0.44))
        lean = c.rng.uniform(-0.1, 0.2)
        trunk = [(lean * t * t, t * 0.9) for t in (0, 0.25, 0.5, 0.75, 1)]
        p.line(trunk, 0.035, (104, 82, 62))
        for k in range(9):
            turn = math.pi * k / 8 + c.rng.uniform(-0.1, 0.1)
            reach = 0.34
            tip = [
                (lean + reach * t * math.cos(turn), 0.9 + reach * t * math.sin(turn) - 0.34 * t * t)
                for t in (0, 0.35, 0.7, 1)
            ]
            p.line(tip, 0.045, c.rng.choice([(48, 104, 60), (66, 122, 66), (38, 88, 52)]))


def acacias(c: Canvas, level: float = 0.68, count: float = 4) -> None:
    for _ in range(int(count)):
        p = Pen(c, c.rng.random(), level + c.rng.uniform(0, 0.04), c.rng.uniform(0.12, 0.24))
        p.line([(0, 0), (0.03, 0.4), (-0.16, 0.66)], 0.05, (86, 66, 48))
        p.line([(0.03, 0.4), (0.22, 0.68)], 0.04, (86, 66, 48))
        for x, r in ((-0.2, 0.26), (0.08, 0.34), (0.3, 0.22)):
            p.disc(x, 0.72, r, (86, 112, 56), 0.24)


def boats(c: Canvas, level: float = 0.72, count: float = 4) -> None:
    for _ in range(int(count)):
        down = c.rng.random()
        p = Pen(c, c.rng.uniform(0.05, 0.95), level + 0.18 * down, 0.05 + 0.05 * down)
        hull = c.rng.choice([(196, 60, 48), (36, 86, 140), (244, 240, 230), (44, 120, 110)])
        p.poly([(-0.7, 0.2), (0.8, 0.26), (0.55, -0.1), (-0.55, -0.1)], hull)
        p.rect(-0.25, 0.2, 0.15, 0.5, (240, 236, 226))
        p.lamp(0.3, 0.5, 0.06)


def sails(c: Canvas, level: float = 0.72, count: float = 3) -> None:
    for _ in range(int(count)):
        down = c.rng.random()
        p = Pen(c, c.rng.uniform(0.1, 0.9), level + 0.12 * down, 0.1 + 0.1 * down)
        p.poly([(-0.4, 0.08), (0.45, 0.1), (0.3, -0.06), (-0.3, -0.06)], (120, 70, 46))
        p.poly([(0.02, 0.12), (0.02, 1.1), (0.42, 0.16)], (250, 246, 236))
        p.poly([(-0.02, 0.12), (-0.02, 0.95), (-0.34, 0.16)], (236, 228, 214))


def birds(c: Canvas, count: float = 7, level: float = 0.25) -> None:
    for _ in range(int(count)):
        p = Pen(
            c, c.rng.uniform(0.1, 0.9), level + c.rng.gauss(0, 0.07), c.rng.uniform(0.012, 0.026)
        )
        p.line([(-1, 0.4), (-0.4, 0.55), (0, 0), (0.4, 0.55), (1, 0.4)], 0.16, (60, 64, 76))
