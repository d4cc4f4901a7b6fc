"""Landmarks of Asia, Australia and the Pacific, each drawn in about one unit of height."""

import math

from photo_generator.canvas import Colour, Pen, mix

WHITE: Colour = (244, 242, 234)
RED: Colour = (200, 62, 44)
WOOD: Colour = (110, 78, 58)
DARK: Colour = (64, 60, 64)


def torii(p: Pen) -> None:
    """Vermilion gates, one behind the other, up a path."""
    p.poly([(-0.62, -0.2), (0.62, -0.2), (0.1, 0.4), (-0.1, 0.4)], (178, 170, 156))
    for i in range(7, -1, -1):
        s = 0.24 + 0.76 * (1 - i / 8) ** 1.6
        y = 0.38 * (i / 8) ** 0.7 - 0.14 * (1 - i / 8)
        red = mix((226, 78, 36), (120, 50, 50), i / 14)
        for side in (-1, 1):
            a, b = sorted((side * 0.5 * s, side * 0.6 * s))
            p.rect(a, y, b, y + 1.0 * s, red)
            p.rect(a, y, b, y + 0.09 * s, DARK)
        p.rect(-0.62 * s, y + 0.76 * s, 0.62 * s, y + 0.83 * s, red)
        p.poly(
            [
                (-0.78 * s, y + 1.1 * s),
                (0.78 * s, y + 1.1 * s),
                (0.72 * s, y + 0.98 * s),
                (-0.72 * s, y + 0.98 * s),
            ],
            red,
        )
        p.rect(-0.79 * s, y + 1.09 * s, 0.79 * s, y + 1.13 * s, DARK)


def hip_roof(p: Pen, y: float, half: float, high: float, colour: Colour) -> None:
    """An upswept roof."""
    p.poly(
        [
            (-half, y + 0.03),
            (-half * 0.62, y + high * 0.45),
            (-half * 0.3, y + high),
            (half * 0.3, y + high),
            (half * 0.62, y + high * 0.45),
            (half, y + 0.03),
            (half * 0.9, y - 0.01),
            (-half * 0.9, y - 0.01),
        ],
        colour,
    )


def golden_pavilion(p: Pen) -> None:
    gold = (236, 186, 60)
    p.rect(-0.5, 0, 0.5, 0.06, (120, 104, 90))
    for y, half, wall in ((0.06, 0.42, (226, 206, 170)), (0.36, 0.4, gold), (0.68, 0.28, gold)):
        p.box(-half, y, half, y + 0.2, wall)
        for i in range(7):
            x = -half + 2 * half * i / 6
            p.line([(x, y), (x, y + 0.2)], 0.012, mix(wall, WOOD, 0.6))
        p.rect(-half - 0.04, y + 0.05, half + 0.04, y + 0.07, mix(wall, WOOD, 0.4))
        hip_roof(p, y + 0.2, half + 0.16, 0.13, (112, 94, 82))
    p.line([(0, 1.0), (0, 1.1)], 0.02, gold)


def temple_on_stilts(p: Pen) -> None:
    for i in range(12):
        p.line([(-0.8 + 0.145 * i, -0.3), (-0.8 + 0.145 * i, 0.4)], 0.03, WOOD)
    for y in (-0.1, 0.1, 0.28):
        p.line([(-0.85, y), (0.85, y)], 0.022, WOOD)
    p.rect(-0.92, 0.38, 0.92, 0.46, (140, 100, 72))
    p.box(-0.7, 0.46, 0.7, 0.64, (206, 180, 150))
    for i in range(9):
        p.rect(-0.66 + 0.16 * i, 0.46, -0.62 + 0.16 * i, 0.64, WOOD)
        p.lamp(-0.58 + 0.16 * i, 0.55, 0.022)
    hip_roof(p, 0.64, 1.0, 0.42, (98, 84, 78))


def trestle_bridge(p: Pen) -> None:
    """A long low wooden bridge."""
    for i in range(-14, 15):
        x = i * 0.16
        p.line([(x, -0.08), (x, 0.2)], 0.022, WOOD)
        p.line([(x, 0.2), (x, 0.32)], 0.016, (176, 140, 104))
    p.rect(-2.4, 0.17, 2.4, 0.23, (140, 106, 78))
    p.rect(-2.4, 0.3, 2.4, 0.33, (176, 140, 104))


def pagoda(p: Pen) -> None:
    for i in range(5):
        y, half = 0.19 * i, 0.3 - 0.035 * i
        p.box(-half * 0.62, y, half * 0.62, y + 0.13, (164, 92, 66))
        p.rect(-half * 0.62, y + 0.04, half * 0.62, y + 0.055, WHITE)
        hip_roof(p, y + 0.13, half, 0.08, (84, 82, 92))
    p.line([(0, 0.96), (0, 1.22)], 0.018, (150, 130, 90))
    for side in (-1, 1):
        for i in range(3):
            x = side * (0.5 + 0.42 * i)
            p.box(x - 0.2, -0.05, x + 0.2, 0.2 + 0.03 * i, (150, 112, 84))
            p.windows(x - 0.18, -0.02, x + 0.18, 0.16, 3, 1)
            p.poly(
                [
                    (x - 0.28, 0.18 + 0.03 * i),
                    (x + 0.28, 0.18 + 0.03 * i),
                    (x + 0.18, 0.32 + 0.03 * i),
                    (x - 0.18, 0.32 + 0.03 * i),
                ],
                (92, 90, 98),
            )


def bamboo(p: Pen) -> None:
    """A path through a grove that lets little light in."""
    p.rect(-2, -0.6, 2, 2, (150, 180, 116))
    p.poly([(-0.3, 2), (0.3, 2), (0.06, 0.14), (-0.06, 0.14)], (226, 236, 190))
    p.poly([(-2, -0.6), (2, -0.6), (2, 0.02), (0, 0.16), (-2, 0.02)], (92, 116, 66))
    for i in range(64):
        near = i / 64
        x = p.rng.choice((-1, 1)) * (0.08 + 0.2 * near + p.rng.random() * (0.5 + 0.3 * near))
        colour = mix((176, 204, 128), (70, 116, 52), near)
        lean = -0.16 * x + p.rng.uniform(-0.03, 0.03)
        p.line([(x, 0.12 - 0.4 * near), (x + lean, 1.7)], 0.012 + 0.024 * near, colour)
        for k in range(9):
            y = 0.1 + 0.18 * k
            at = x + lean * (y - 0.12 + 0.4 * near) / (1.58 + 0.4 * near)
            p.line([(at - 0.016, y), (at + 0.016, y)], 0.008, mix(colour, DARK, 0.3))
    p.poly([(-0.42, -0.6), (0.42, -0.6), (0.05, 0.14), (-0.05, 0.14)], (206, 194, 160))


def stupa(p: Pen) -> None:
    p.box(-1.2, 0, 1.2, 0.12, WHITE)
    p.box(-0.95, 0.12, 0.95, 0.22, WHITE)
    p.disc(0, 0.2, 0.74, WHITE, 0.62)
    p.rect(-1.2, -0.3, 1.2, 0, WHITE)
    p.box(-0.2, 0.62, 0.2, 0.84, (240, 196, 70))
    for x in (-0.09, 0.09):
        p.disc(x, 0.75, 0.055, WHITE, 0.55)
        p.disc(x, 0.75, 0.028, (40, 70, 140))
        p.line([(x - 0.07, 0.8), (x, 0.82), (x + 0.07, 0.8)], 0.014, DARK)
    p.line([(0, 0.72), (0.02, 0.68), (-0.01, 0.66)], 0.012, RED)
    for i in range(9):
        half = 0.17 - 0.017 * i
        p.box(-half, 0.84 + 0.036 * i, half, 0.87 + 0.036 * i, (236, 184, 60))
    p.poly([(-0.06, 1.16), (0.06, 1.16), (0, 1.3)], (226, 160, 40))
    for side in (-1, 1):
        rope = [
            (side * 1.6 * t, 1.2 - 1.15 * t + 0.24 * t * (t - 1))
            for t in (i / 14 for i in range(15))
        ]
        p.line(rope, 0.006, WHITE)
        for i, (x, y) in enumerate(rope[1:]):
            p.rect(
                x - 0.035,
                y - 0.07,
                x + 0.035,
                y,
                [(60, 110, 190), WHITE, RED, (70, 150, 80), (246, 200, 60)][i % 5],
            )


def taj(p: Pen) -> None:
    wall = (246, 236, 226)
    p.rect(-1.3, 0, 1.3, 0.1, wall)
    for x in (-1.15, 1.15):
        p.box(x - 0.045, 0.1, x + 0.045, 0.84, wall)
        for y in (0.34, 0.6, 0.82):
            p.rect(x - 0.07, y, x + 0.07, y + 0.025, wall)
        p.disc(x, 0.88, 0.05, wall)
    p.box(-0.62, 0.1, 0.62, 0.5, wall)
    p.disc(0, 0.72, 0.27, wall, 1.0)
    p.poly([(-0.2, 0.88), (0, 1.1), (0.2, 0.88)], wall)
    p.rect(-0.22, 0.48, 0.22, 0.62, wall)
    p.line([(0, 1.06), (0, 1.2)], 0.014, (190, 150, 70))
    for x in (-0.42, 0.42):
        p.disc(x, 0.6, 0.11, wall)
        p.rect(x - 0.1, 0.48, x + 0.1, 0.56, wall)
    p.box(-0.22, 0.1, 0.22, 0.58, mix(wall, WHITE, 0.5))
    for x, half, foot, high in (
        (0, 0.14, 0.1, 0.4),
        (-0.42, 0.08, 0.1, 0.14),
        (0.42, 0.08, 0.1, 0.14),
        (-0.42, 0.08, 0.31, 0.14),
        (0.42, 0.08, 0.31, 0.14),
    ):
        p.poly(
            [
                (x - half, foot),
                (x + half, foot),
                (x + half, foot + high * 0.6),
                (x, foot + high),
                (x - half, foot + high * 0.6),
            ],
            (170, 164, 176),
        )


def three_towers(p: Pen) -> None:
    """Three curved towers that carry a ship."""
    for x in (-0.62, 0.0, 0.62):
        p.poly([(x - 0.2, 0), (x + 0.16, 0), (x + 0.1, 0.86), (x - 0.08, 0.86)], (150, 168, 190))
        p.windows(x - 0.12, 0.06, x + 0.1, 0.82, 5, 16)
    p.poly([(-0.98, 0.98), (1.12, 0.94), (0.96, 0.86), (-0.82, 0.86)], (222, 226, 228))
    for i in range(9):
        p.disc(-0.6 + 0.16 * i, 0.99, 0.05, (80, 130, 80))
    for k in range(6):
        turn = math.pi * (0.12 + 0.76 * k / 5)
        p.poly(
            [
                (-1.5, 0),
                (-1.5 + 0.34 * math.cos(turn) - 0.05, 0.34 * math.sin(turn)),
                (-1.5 + 0.34 * math.cos(turn) + 0.09, 0.34 * math.sin(turn)),
            ],
            WHITE,
        )


def opera(p: Pen) -> None:
    p.box(-1.15, 0, 1.15, 0.12, (190, 150, 124))
    p.rect(-1.05, 0.1, 1.05, 0.18, (206, 172, 146))
    shells = [
        (-1.0, 0.4, 0.42),
        (-0.72, 0.62, 0.5),
        (-0.34, 0.84, 0.6),
        (0.62, 0.3, -0.34),
        (0.2, 0.52, 0.4),
        (0.48, 0.4, 0.34),
    ]
    for x, high, wide in shells:
        quarter = [math.pi / 2 * t / 12 for t in range(13)]
        back = [(x + wide * (1 - math.cos(a)), 0.16 + high * math.sin(a)) for a in quarter]
        front = [
            (x + wide * (1 - 0.45 * math.sin(a)), 0.16 + high * math.cos(a) ** 1.6) for a in quarter
        ]
        p.poly([*back, *front], WHITE)
        p.poly([(x + wide * 0.5, 0.16), *back[6:], *front], (206, 208, 210))
        p.line(back, 0.012, (226, 226, 224))
        p.lamp(x + wide * 0.5, 0.14, 0.02)


def arch_bridge(p: Pen) -> None:
    """A great steel arch between pairs of stone pylons."""
    steel = (112, 124, 138)
    outer = [(x / 12, 0.92 * (1 - (x / 12) ** 2)) for x in range(-12, 13)]
    inner = [(x, 0.78 * (1 - (x / 0.97) ** 2)) for x, _ in outer]
    p.line(outer, 0.034, steel)
    p.line(inner, 0.028, steel)
    for (x, y), (_, yy) in zip(outer, inner, strict=True):
        p.line([(x, max(0.2, yy)), (x, y)], 0.014, steel)
        p.line([(x, 0.26), (x, max(0.26, yy))], 0.01, steel)
    for (x0, y0), (x1, y1) in zip(outer[:-1], inner[1:], strict=True):
        p.line([(x0, y0), (x1, y1)], 0.01, steel)
    p.rect(-2.6, 0.2, 2.6, 0.27, mix(steel, DARK, 0.3))
    for x in (-1.1, 1.1):
        for dx in (-0.09, 0.04):
            p.box(x + dx, -0.05, x + dx + 0.08, 0.5, (206, 190, 164))
    for i in range(-16, 17):
        p.lamp(i * 0.1, 0.3, 0.009)


def fireworks(p: Pen) -> None:
    bursts = [
        (-0.8, 0.9, 0.42, (255, 120, 120)),
        (0.1, 1.2, 0.55, (255, 220, 130)),
        (0.9, 0.85, 0.4, (140, 200, 255)),
        (0.5, 0.55, 0.26, (190, 255, 170)),
        (-0.35, 0.5, 0.24, (255, 170, 240)),
    ]
    c = p.canvas
    for x, y, reach, colour in bursts:
        ((px, py),) = p.px([(x, y)])
        c.glow(px / c.width, py / c.height, reach * 0.5, colour, 0.4)
        for k in range(38):
            turn, far = math.tau * k / 38, reach * p.rng.uniform(0.6, 1.0)
            ray = [
                (x + far * t * math.cos(turn), y + far * t * math.sin(turn) - 0.12 * t * t)
                for t in (0.25, 0.5, 0.75, 1)
            ]
            c.draw.line(p.px(ray), fill=mix(colour, (255, 255, 255), 0.3), width=2)
            a, b = p.px(ray[-1:])[0]
            c.draw.ellipse([a - 2, b - 2, a + 2, b + 2], fill=(255, 255, 240))


def meridian(p: Pen) -> None:
    """Two halves of a signboard on a lawn by the sea, the date line between them."""
    for side in (-1, 1):
        a, b = sorted((side * 0.03, side * 0.62))
        p.rect(a, 0.34, b, 0.84, WHITE)
        p.rect(a + 0.03, 0.37, b - 0.03, 0.81, [(60, 130, 170), (206, 120, 70)][side > 0])
        p.line([(a + 0.1, 0.7), (b - 0.1, 0.7)], 0.03, WHITE)
        p.line([(a + 0.1, 0.58), (b - 0.18, 0.58)], 0.03, WHITE)
        for x in (a + 0.06, b - 0.06):
            p.rect(x - 0.025, 0, x + 0.025, 0.36, WOOD)
    for i in range(8):
        p.rect(-0.012, -0.4 + 0.09 * i, 0.012, -0.35 + 0.09 * i, WHITE)


def twin_cathedral(p: Pen) -> None:
    """A white cathedral with two round-topped towers."""
    blue = (70, 120, 170)
    p.box(-0.5, 0, 0.5, 0.58, WHITE)
    p.poly([(-0.5, 0.58), (0.5, 0.58), (0, 0.84)], WHITE)
    p.disc(0, 0.62, 0.08, blue)
    for x in (-0.6, 0.6):
        p.box(x - 0.14, 0, x + 0.14, 0.86, WHITE)
        p.windows(x - 0.1, 0.1, x + 0.1, 0.8, 1, 3)
        p.disc(x, 0.88, 0.14, blue, 0.9)
        p.line([(x, 1.0), (x, 1.14)], 0.016, DARK)
    for x in (-0.28, 0, 0.28):
        p.rect(x - 0.07, 0, x + 0.07, 0.24, blue)
        p.disc(x, 0.24, 0.07, blue)


def salt_shapes(p: Pen) -> None:
    """Mushrooms and rims of salt in turquoise shallows."""
    for _ in range(16):
        x, y = p.rng.uniform(-1.8, 1.8), p.rng.uniform(-0.9, 0.0)
        s = 0.16 + 0.2 * abs(y)
        p.disc(x, y - 0.03 * s, 0.62 * s, (120, 196, 196), 0.28)
        p.disc(x, y + 0.1 * s, 0.5 * s, (206, 214, 214), 0.4)
        p.disc(x, y + 0.2 * s, 0.5 * s, (252, 252, 250), 0.34)
