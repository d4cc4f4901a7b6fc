"""Landmarks of the Americas and of the Atlantic between, each drawn in about one unit of height."""

import math

from photo_generator.canvas import Colour, Pen, mix

WHITE: Colour = (244, 242, 234)
RED: Colour = (200, 62, 44)
WOOD: Colour = (110, 78, 58)
DARK: Colour = (64, 60, 64)


def pier(p: Pen) -> None:
    """Sea lions on floating planks, flags behind them."""
    for i in range(7):
        x = -1.5 + 0.5 * i
        p.line([(x, 0.1), (x, 0.95)], 0.014, WHITE)
        p.poly(
            [(x, 0.95), (x + 0.26, 0.9), (x, 0.76)], [RED, (60, 110, 180), (246, 190, 70)][i % 3]
        )
    p.box(-1.7, 0.1, 1.7, 0.34, (120, 150, 170))
    p.poly([(-1.8, 0.34), (1.8, 0.34), (1.6, 0.5), (-1.6, 0.5)], (80, 110, 130))
    p.windows(-1.6, 0.12, 1.6, 0.32, 18, 1)
    for x, y in ((-1.3, -0.3), (-0.2, -0.46), (0.75, -0.26)):
        p.poly(
            [(x - 0.4, y), (x + 0.5, y), (x + 0.42, y - 0.1), (x - 0.5, y - 0.1)], (176, 150, 118)
        )
        for dx in (-0.25, 0.12):
            p.disc(x + dx, y + 0.07, 0.2, (112, 82, 62), 0.42)
            p.disc(x + dx + 0.17, y + 0.18, 0.07, (112, 82, 62))
            p.line([(x + dx + 0.1, y + 0.08), (x + dx + 0.17, y + 0.17)], 0.09, (112, 82, 62))


def painted_ladies(p: Pen) -> None:
    """A row of steep wooden houses."""
    walls = [(240, 226, 170), (170, 206, 220), (236, 190, 190), (190, 210, 170), (206, 190, 220)]
    for i, wall in enumerate(walls):
        x, lift = -1.1 + 0.46 * i, 0.05 * i
        p.box(x, 0, x + 0.42, 0.56 + lift, wall)
        p.poly(
            [(x - 0.03, 0.56 + lift), (x + 0.45, 0.56 + lift), (x + 0.21, 0.92 + lift)],
            mix(wall, DARK, 0.45),
        )
        p.poly([(x + 0.06, 0.58 + lift), (x + 0.36, 0.58 + lift), (x + 0.21, 0.8 + lift)], wall)
        p.rect(x + 0.05, 0.04, x + 0.23, 0.5 + lift, mix(wall, WHITE, 0.55))
        p.windows(x + 0.05, 0.06, x + 0.23, 0.5 + lift, 2, 2)
        p.windows(x + 0.27, 0.24, x + 0.4, 0.52 + lift, 1, 1)
        p.rect(x + 0.29, 0, x + 0.37, 0.18, mix(wall, DARK, 0.6))


def plaza(p: Pen) -> None:
    """A church with two bell towers above arcades."""
    wall = (204, 156, 112)
    p.box(-0.5, 0, 0.5, 0.6, wall)
    p.poly([(-0.2, 0.6), (0.2, 0.6), (0, 0.74)], wall)
    p.rect(-0.1, 0, 0.1, 0.26, WOOD)
    p.disc(0, 0.26, 0.1, WOOD)
    for x in (-0.6, 0.6):
        p.box(x - 0.17, 0, x + 0.17, 0.72, wall)
        p.rect(x - 0.2, 0.7, x + 0.2, 0.75, mix(wall, WHITE, 0.3))
        p.box(x - 0.13, 0.75, x + 0.13, 0.94, wall)
        p.rect(x - 0.05, 0.77, x + 0.05, 0.9, DARK)
        p.disc(x, 0.95, 0.13, mix(wall, WHITE, 0.2), 0.8)
        p.line([(x, 1.04), (x, 1.18)], 0.014, DARK)
    for side in (-1, 1):
        a, b = sorted((side * 0.85, side * 1.9))
        p.box(a, 0, b, 0.34, WHITE)
        p.rect(a, 0.34, b, 0.42, (190, 92, 62))
        for i in range(6):
            x = a + 0.1 + 0.17 * i
            p.rect(x - 0.05, 0, x + 0.05, 0.13, DARK)
            p.disc(x, 0.13, 0.05, DARK)
            p.rect(x - 0.04, 0.22, x + 0.04, 0.3, (66, 100, 140))


def inca_walls(p: Pen) -> None:
    """Terraces of giant fitted stones."""
    for step in range(3):
        y = 0.62 - 0.36 * step
        p.rect(-2.2, y - 0.04, 2.2, y + 0.26, (96, 90, 86))
        x = -2.0 - 0.13 * step
        while x < 2:
            wide, low = p.rng.uniform(0.2, 0.44), y + p.rng.uniform(0.06, 0.14)
            shade = mix((186, 178, 164), (140, 134, 128), p.rng.random())
            for foot, top in ((y - 0.03, low), (low + 0.015, y + p.rng.uniform(0.25, 0.32))):
                left, right = x + p.rng.uniform(0, 0.012), x + wide - 0.016
                p.poly(
                    [(left, foot), (right, foot), (right - 0.01, top), (left + 0.02, top)], shade
                )
                shade = mix(shade, (214, 206, 190), 0.3)
            x += wide
        p.rect(-2.2, y - 0.12, 2.2, y - 0.03, (110, 148, 74))
    p.poly([(-2.2, -0.22), (2.2, -0.22), (2.2, -0.1), (-2.2, -0.1)], (110, 148, 74))


def alley(p: Pen) -> None:
    """A steep white lane with blue doors."""
    p.poly([(-0.5, 0), (0.5, 0), (0.16, 0.62), (-0.16, 0.62)], (170, 160, 150))
    for i in range(9):
        y = 0.62 * (i / 9) ** 0.8
        reach = 0.5 - 0.34 * y / 0.62
        p.line([(-reach, y), (reach, y)], 0.012, (128, 118, 110))
    for side in (-1, 1):
        p.poly(
            [
                (side * 0.5, 0),
                (side * 2, -0.4),
                (side * 2, 1.5),
                (side * 0.16, 0.95),
                (side * 0.16, 0.62),
            ],
            WHITE,
        )
        p.poly(
            [(side * 2.1, 1.5), (side * 0.1, 0.95), (side * 0.1, 1.0), (side * 2.1, 1.66)],
            (190, 96, 66),
        )
        for k in (0.42, 0.85):
            x = side * (0.3 + k)
            p.poly(
                [
                    (x - 0.1, 0.12),
                    (x + 0.1, 0.06 if side > 0 else 0.18),
                    (x + 0.1, 0.5),
                    (x - 0.1, 0.5),
                ],
                (40, 96, 170),
            )
            p.rect(x - 0.1, 0.66, x + 0.1, 0.84, (40, 96, 170))
            for f in range(5):
                p.disc(x - 0.1 + 0.05 * f, 0.65, 0.035, [RED, (240, 140, 170)][f % 2])


def rainbow_mountain(p: Pen) -> None:
    """Slopes in bands of mineral colours."""
    bands = [
        (170, 92, 80),
        (226, 190, 130),
        (198, 120, 92),
        (150, 170, 150),
        (214, 160, 110),
        (140, 90, 100),
        (232, 206, 150),
        (180, 100, 80),
    ]
    for i, band in enumerate(bands):
        a, b = -1.3 + 0.33 * i, -1.3 + 0.33 * (i + 1)
        p.poly(
            [
                (a, 0),
                (b, 0),
                (0.2 + 0.1 * (b + 0.2), 0.96 - 0.2 * abs(b + 0.1)),
                (0.2 + 0.1 * (a + 0.2), 0.96 - 0.2 * abs(a + 0.1)),
            ],
            band,
            0.05,
        )
    p.poly([(0.2, 0.96), (1.34, 0), (2.2, 0), (1.1, 0.5)], (130, 88, 84), 0.12)


def obelisk(p: Pen) -> None:
    for side in (-1, 1):
        for i in range(4):
            x = side * (0.55 + 0.4 * i) - 0.2
            high = 0.36 + 0.1 * ((i * 7 + side) % 4)
            p.box(x, 0, x + 0.38, high, (206, 196, 184))
            p.windows(x, 0.04, x + 0.38, high, 5, 7)
    p.poly([(-0.09, 0), (0.09, 0), (0.06, 1.06), (0, 1.16), (-0.06, 1.06)], WHITE)
    p.poly([(0.03, 0), (0.09, 0), (0.06, 1.06), (0, 1.16)], mix(WHITE, DARK, 0.25))
    p.disc(0, 0.02, 0.34, (84, 140, 70), 0.16)


def slanted_bridge(p: Pen) -> None:
    """A white footbridge with one leaning needle, brick warehouses behind."""
    for i in range(6):
        x = -1.8 + 0.62 * i
        p.box(x, 0.1, x + 0.54, 0.44, (176, 90, 66))
        p.windows(x, 0.12, x + 0.54, 0.42, 6, 3)
    p.poly([(-0.34, 0.06), (-0.2, 0.06), (0.52, 1.1)], WHITE)
    for i in range(10):
        p.line([(-0.2 + 0.07 * i, 0.2 + 0.1 * i), (-0.05 + 0.16 * i, 0.08)], 0.008, (226, 230, 234))
    p.line([(-1.7, 0.04), (1.7, 0.04)], 0.05, (236, 236, 236))


def waterfall(p: Pen) -> None:
    """A wide fall in the shape of a horseshoe, with mist."""
    rim = [(x / 10, 0.86 - 0.13 * math.cos(x / 10 * 1.5)) for x in range(-22, 23)]
    foot = [(x * 0.9, 0.12 - 0.1 * math.cos(x * 1.4)) for x, _ in reversed(rim)]
    p.poly([(-3, 0.9), *rim, (3, 0.9), (3, 1.06), (-3, 1.06)], (70, 130, 140))
    p.poly([*rim, *foot], (216, 236, 240))
    for _ in range(150):
        i = p.rng.randrange(len(rim))
        (x0, y0), (x1, y1) = rim[i], foot[-1 - i]
        colour = p.rng.choice([(120, 190, 200), (248, 252, 252), (90, 168, 180)])
        share, dx = p.rng.uniform(0.3, 1), p.rng.uniform(-0.05, 0.05)
        p.line(
            [(x0 + dx, y0), (x0 + dx + (x1 - x0) * share, y0 + (y1 - y0) * share)], 0.014, colour
        )
    c = p.canvas
    spots = [
        (
            (p.origin[0] + p.rng.uniform(-1.7, 1.7) * p.unit) / c.width,
            (p.origin[1] - 0.06 * p.unit) / c.height,
            0.1,
            0.05,
        )
        for _ in range(12)
    ]
    c.soft_shape(spots, (246, 250, 252), 0.03)


def lookout(p: Pen) -> None:
    """A square stone tower on a cliff above the sea."""
    p.poly(
        [(-2.2, -0.9), (-2.2, 0.06), (-0.7, 0.1), (0.0, 0.0), (0.42, -0.2), (0.7, -0.9)],
        (120, 104, 92),
    )
    p.poly([(-2.2, 0.06), (-0.7, 0.1), (0.0, 0.0), (0.3, -0.1), (-2.2, -0.1)], (110, 132, 76))
    p.box(-1.0, 0.08, -0.5, 0.5, (170, 128, 112))
    p.box(-0.66, 0.08, -0.42, 0.74, (170, 128, 112))
    p.windows(-0.98, 0.14, -0.7, 0.46, 2, 2)
    p.line([(-0.54, 0.74), (-0.54, 1.0)], 0.014, WHITE)
    p.poly([(-0.54, 1.0), (-0.28, 0.95), (-0.54, 0.88)], RED)


def foredeck(p: Pen) -> None:
    """The bow of a yacht far out, seen from its cockpit."""
    p.poly([(-1.0, -0.8), (0.0, 0.3), (1.0, -0.8)], (236, 232, 220))
    p.poly([(-0.75, -0.8), (0.0, 0.12), (0.75, -0.8)], (190, 150, 108))
    p.poly([(-0.3, -0.4), (0.3, -0.4), (0.24, -0.2), (-0.24, -0.2)], (222, 222, 216))
    p.line([(0, 0.3), (0.3, 1.9)], 0.018, (150, 154, 160))
    p.poly([(0.04, 0.34), (0.3, 1.9), (1.0, 0.1), (0.6, 0.1)], (248, 244, 236))
    for side in (-1, 1):
        p.line([(0, 0.42), (side * 0.5, -0.1), (side * 1.0, -0.62)], 0.012, (206, 210, 214))
        for t in (0.3, 0.62):
            p.line([(side * t, 0.3 - 1.1 * t), (side * t, 0.44 - 1.08 * t)], 0.016, (206, 210, 214))
