"""Small things of everyday pictures, each drawn in about one unit of height."""

import math

from photo_generator.canvas import Colour, Pen, mix

WHITE: Colour = (244, 242, 234)
DARK: Colour = (62, 58, 64)
WOOD: Colour = (120, 84, 60)


def sunflowers(p: Pen) -> None:
    for i in range(9):
        x, s = -1.5 + 0.38 * i + p.rng.uniform(-0.08, 0.08), p.rng.uniform(0.7, 1.1)
        p.line([(x, -0.2), (x + 0.03, 0.4 * s), (x, 0.78 * s)], 0.03, (74, 120, 54))
        for side in (-1, 1):
            p.disc(x + side * 0.1, 0.36 * s, 0.1, (84, 136, 60), 0.5)
        for k in range(14):
            turn = math.tau * k / 14
            p.disc(
                x + 0.15 * math.cos(turn), 0.8 * s + 0.15 * math.sin(turn), 0.065, (250, 200, 50)
            )
        p.disc(x, 0.8 * s, 0.11, (110, 72, 40))


def shed(p: Pen) -> None:
    p.box(-0.5, 0, 0.5, 0.6, (150, 70, 58))
    p.poly([(-0.6, 0.58), (0.6, 0.58), (0, 1.0)], (96, 92, 96))
    p.rect(-0.12, 0, 0.14, 0.42, WHITE)
    p.windows(0.2, 0.22, 0.44, 0.46, 1, 1)
    for i in range(12):
        x = -1.9 + 0.12 * i
        p.rect(x, 0, x + 0.08, 0.3, WHITE)


def bathers(p: Pen) -> None:
    """A family at the shore, a parasol beside it."""
    for x, s, suit in (
        (-0.6, 0.8, (190, 60, 60)),
        (-0.28, 0.5, (240, 190, 60)),
        (0.02, 0.46, (60, 120, 180)),
        (0.3, 0.86, (60, 70, 110)),
    ):
        skin = (226, 178, 146)
        for leg in (-0.05, 0.05):
            p.line([(x + leg * s, 0), (x + leg * s, 0.4 * s)], 0.07 * s, skin)
        p.rect(x - 0.12 * s, 0.36 * s, x + 0.12 * s, 0.76 * s, suit)
        p.line([(x - 0.14 * s, 0.72 * s), (x - 0.24 * s, 0.42 * s)], 0.06 * s, skin)
        p.line([(x + 0.14 * s, 0.72 * s), (x + 0.24 * s, 0.44 * s)], 0.06 * s, skin)
        p.disc(x, 0.9 * s, 0.11 * s, skin)
        p.poly([(x - 0.13 * s, 0.92 * s), (x + 0.13 * s, 0.92 * s), (x, 1.06 * s)], (90, 66, 50))
    p.line([(0.95, 0), (0.85, 1.0)], 0.03, WOOD)
    for k in range(6):
        a, b = 0.32 + 0.18 * k, 0.32 + 0.18 * (k + 1)
        p.poly([(a, 0.8), (b, 0.8), (0.85, 1.16)], [(214, 70, 60), WHITE][k % 2])


def train(p: Pen) -> None:
    """A red mountain train on a viaduct."""
    for i in range(-7, 8):
        x = i * 0.42
        p.poly([(x - 0.07, -0.9), (x + 0.07, -0.9), (x + 0.05, 0), (x - 0.05, 0)], (168, 160, 150))
        p.disc(x + 0.21, -0.22, 0.17, (120, 122, 130))
        p.rect(x + 0.04, -0.9, x + 0.38, -0.22, (120, 134, 128))
    p.rect(-3, -0.04, 3, 0.06, (182, 174, 162))
    for i in range(4):
        x = -1.3 + 0.66 * i
        p.box(x, 0.08, x + 0.63, 0.36, (200, 50, 44))
        p.windows(x + 0.02, 0.18, x + 0.6, 0.34, 6, 1)
        p.rect(x, 0.34, x + 0.63, 0.39, (210, 206, 200))


def old_car(p: Pen) -> None:
    """A round little car before a farmhouse."""
    p.box(-1.6, 0.1, -0.2, 0.8, (236, 224, 200))
    p.poly([(-1.75, 0.78), (-0.05, 0.78), (-0.35, 1.2), (-1.45, 1.2)], (150, 90, 66))
    p.windows(-1.5, 0.2, -0.3, 0.75, 4, 2)
    p.disc(0.6, 0.2, 0.5, (110, 150, 160), 0.5)
    p.rect(0.05, -0.04, 1.16, 0.16, (110, 150, 160))
    p.disc(0.62, 0.32, 0.3, (196, 214, 220), 0.5)
    p.rect(0.6, 0.2, 0.63, 0.46, (110, 150, 160))
    for x in (0.3, 0.92):
        p.disc(x, -0.04, 0.14, DARK)
        p.disc(x, -0.04, 0.06, (206, 206, 206))


def jetty(p: Pen) -> None:
    """A wooden jetty with a lamp and a bench."""
    p.poly([(-0.5, -0.6), (0.5, -0.6), (0.08, 0.1), (-0.08, 0.1)], (150, 116, 88))
    for i in range(12):
        y = 0.1 - 0.7 * (i / 12) ** 1.7
        reach = 0.08 + (0.1 - y) * 0.6
        p.line([(-reach, y), (reach, y)], 0.008, mix(WOOD, DARK, 0.3))
    for side in (-1, 1):
        for k in range(4):
            y = 0.06 - 0.18 * k
            x = side * (0.09 + (0.1 - y) * 0.6)
            p.line([(x, y - 0.1), (x, y + 0.12 + 0.03 * k)], 0.03, WOOD)
    p.line([(0.1, 0.06), (0.1, 0.46)], 0.016, DARK)
    p.disc(0.1, 0.48, 0.04, (255, 236, 180))
