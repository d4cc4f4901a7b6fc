"""Landmarks and animals of Africa and the Antarctic, each drawn in about one unit of height."""

from photo_generator.canvas import Colour, Pen, mix

WHITE: Colour = (244, 242, 234)
DARK: Colour = (64, 60, 64)


def table_mountain(p: Pen) -> None:
    rock = (128, 120, 130)
    p.poly(
        [
            (-2.2, 0),
            (-1.7, 0.22),
            (-1.3, 0.3),
            (-1.0, 0.84),
            (0.72, 0.88),
            (0.95, 0.5),
            (1.2, 0.42),
            (1.36, 0.68),
            (1.5, 0.66),
            (1.75, 0.2),
            (2.6, 0),
        ],
        rock,
        0.25,
    )
    for i in range(26):
        x = -0.96 + 0.066 * i
        p.line(
            [(x, 0.84 - 0.1 * p.rng.random()), (x + 0.03, 0.5 - 0.15 * p.rng.random())],
            0.02,
            mix(rock, DARK, 0.35),
        )
    p.poly(
        [(-2.4, 0), (-1.5, 0.18), (-0.6, 0.36), (0.3, 0.3), (1.1, 0.34), (2.0, 0.14), (2.8, 0)],
        (84, 112, 84),
        0.15,
    )


def table_cloth(p: Pen) -> None:
    """The cloud that lies on the mountain."""
    c, (x, y) = p.canvas, p.origin
    spots = [
        ((x + (-0.95 + 0.16 * i) * p.unit) / c.width, (y - 0.9 * p.unit) / c.height, 0.06, 0.018)
        for i in range(11)
    ]
    c.soft_shape(spots, (250, 250, 252), 0.008)


def bright_houses(p: Pen) -> None:
    """A row of houses painted in strong colours."""
    colours = [
        (236, 84, 96),
        (250, 190, 60),
        (66, 170, 160),
        (240, 130, 60),
        (120, 110, 200),
        (110, 190, 90),
        (240, 150, 180),
    ]
    for i in range(-4, 4):
        x, high = i * 0.46, 0.62 + 0.08 * ((i * 5) % 3)
        wall = colours[i % 7]
        p.box(x, 0, x + 0.44, high, wall)
        p.rect(x - 0.01, high, x + 0.45, high + 0.05, WHITE)
        p.rect(x + 0.17, 0, x + 0.27, 0.26, mix(wall, DARK, 0.6))
        for a in (0.04, 0.3):
            p.rect(x + a - 0.015, 0.1, x + a + 0.115, 0.28, WHITE)
            p.rect(x + a, 0.115, x + a + 0.1, 0.265, (70, 90, 110))
            p.rect(x + a, 0.38, x + a + 0.1, 0.53, (70, 90, 110))
        p.rect(x + 0.19, 0.38, x + 0.28, 0.53, (70, 90, 110))


def cone_peak(p: Pen) -> None:
    """A pointed hill that stands alone, with a path up to it."""
    p.poly(
        [
            (-1.5, 0),
            (-0.6, 0.34),
            (-0.24, 0.66),
            (-0.12, 0.98),
            (0.14, 1.0),
            (0.26, 0.7),
            (0.7, 0.36),
            (1.6, 0),
        ],
        (124, 116, 108),
        0.1,
    )
    p.poly(
        [(-0.12, 0.98), (0.02, 0.99), (0.04, 0.62), (-0.3, 0.3), (-0.24, 0.66)], (92, 88, 90), 0.05
    )
    p.poly([(-1.9, 0), (-0.7, 0.3), (0.2, 0.22), (0.9, 0.3), (2.0, 0)], (92, 120, 72), 0.05)
    p.line(
        [(-0.5, -0.1), (-0.2, 0.1), (-0.36, 0.22), (0.1, 0.36), (-0.06, 0.56), (0.08, 0.74)],
        0.02,
        (226, 204, 160),
    )


def cabin(p: Pen) -> None:
    """A round cabin on its ropes, above a city on a bay."""
    for shift in (0, 0.04):
        p.line([(-3, -0.4 + shift), (0, 0.72 + shift), (3, 1.6 + shift)], 0.014, DARK)
    p.line([(0, 0.74), (0, 0.4)], 0.03, DARK)
    p.disc(0, 0.22, 0.26, (214, 60, 48), 0.72)
    p.rect(-0.25, 0.18, 0.25, 0.32, (190, 220, 236))
    for x in (-0.12, 0, 0.12):
        p.rect(x - 0.008, 0.18, x + 0.008, 0.32, DARK)


def giraffes(p: Pen) -> None:
    for x, size, way in ((-0.5, 0.8, 1), (0.45, 1.0, -1)):
        coat = (216, 168, 96)
        for leg in (-0.15, -0.1, 0.1, 0.15):
            p.line([(x + leg * size, 0), (x + leg * size, 0.46 * size)], 0.03 * size, coat)
        p.poly(
            [
                (x - 0.2 * size, 0.4 * size),
                (x + 0.2 * size, 0.44 * size),
                (x + 0.2 * way * size, 0.62 * size),
                (x - 0.2 * way * size, 0.52 * size),
            ],
            coat,
        )
        neck, head = x + 0.18 * way * size, x + 0.34 * way * size
        p.poly(
            [
                (neck - 0.06 * size, 0.5 * size),
                (neck + 0.06 * size, 0.5 * size),
                (head + 0.03 * size, 1.05 * size),
                (head - 0.03 * size, 1.05 * size),
            ],
            coat,
        )
        p.poly(
            [
                (head - 0.03 * way * size, 1.1 * size),
                (head + 0.14 * way * size, 1.01 * size),
                (head, 0.99 * size),
            ],
            coat,
        )
        p.line([(head, 1.08 * size), (head - 0.01, 1.15 * size)], 0.014, DARK)
        for _ in range(16):
            a, b = x + p.rng.uniform(-0.17, 0.17) * size, p.rng.uniform(0.44, 0.56) * size
            p.disc(a, b, 0.026 * size, (150, 92, 44))
        for k in range(8):
            share = k / 8
            p.disc(
                neck + (head - neck) * share,
                (0.55 + 0.48 * share) * size,
                0.02 * size,
                (150, 92, 44),
            )


def round_tower(p: Pen) -> None:
    """A round conference tower with a disc for a roof, beside a cone."""
    p.box(-0.16, 0, 0.16, 0.92, (206, 160, 128))
    p.windows(-0.15, 0.04, 0.15, 0.9, 5, 17)
    p.rect(-0.24, 0.92, 0.24, 0.98, (190, 140, 112))
    p.rect(-0.1, 0.98, 0.1, 1.06, (206, 160, 128))
    p.line([(0, 1.06), (0, 1.24)], 0.012, DARK)
    p.poly(
        [(0.22, 0), (0.7, 0), (0.58, 0.12), (0.5, 0.36), (0.42, 0.36), (0.34, 0.12)], (170, 116, 92)
    )


def antelopes(p: Pen) -> None:
    for _ in range(9):
        x, y, s = p.rng.uniform(-1.7, 1.7), p.rng.uniform(-0.25, 0.1), p.rng.uniform(0.16, 0.24)
        coat = (150, 96, 56)
        for leg in (-0.4, -0.3, 0.3, 0.4):
            p.line([(x + leg * s, y), (x + leg * s, y + 0.5 * s)], 0.07 * s, DARK)
        p.disc(x, y + 0.62 * s, 0.46 * s, coat, 0.45)
        p.poly(
            [
                (x + 0.3 * s, y + 0.6 * s),
                (x + 0.44 * s, y + 0.72 * s),
                (x + 0.66 * s, y + 1.1 * s),
                (x + 0.5 * s, y + 1.1 * s),
            ],
            coat,
        )
        p.disc(x + 0.64 * s, y + 1.12 * s, 0.13 * s, coat, 0.7)
        p.line([(x + 0.58 * s, y + 1.2 * s), (x + 0.5 * s, y + 1.5 * s)], 0.05 * s, DARK)


def icebergs(p: Pen) -> None:
    for x, s in ((-0.95, 0.5), (0.25, 0.9), (1.25, 0.42)):
        tops = [
            (-0.6, 0),
            (-0.5, 0.3),
            (-0.28, 0.5),
            (-0.18, 0.92),
            (0.06, 0.7),
            (0.2, 0.76),
            (0.42, 0.3),
            (0.6, 0),
        ]
        p.poly([(x + a * s, b * s) for a, b in tops], (240, 248, 252))
        p.poly(
            [
                (x + a * s, b * s)
                for a, b in (
                    (-0.18, 0.92),
                    (0.06, 0.7),
                    (0.12, 0.3),
                    (-0.1, 0.0),
                    (0.6, 0),
                    (0.42, 0.3),
                    (0.2, 0.76),
                    (0.06, 0.7),
                )
            ],
            (176, 214, 234),
        )
        p.poly(
            [(x + a * s, b * s) for a, b in ((-0.6, 0), (-0.57, 0.08), (0.57, 0.06), (0.6, 0))],
            (110, 190, 214),
        )


def penguins(p: Pen) -> None:
    for i in range(5):
        x, s = -0.9 + 0.42 * i + p.rng.uniform(-0.08, 0.08), p.rng.uniform(0.34, 0.44)
        p.disc(x, 0.5 * s, 0.24 * s, (34, 38, 50), 2.0)
        p.disc(x + 0.05 * s, 0.42 * s, 0.15 * s, WHITE, 2.3)
        p.disc(x, 1.02 * s, 0.16 * s, (34, 38, 50))
        p.poly(
            [(x + 0.1 * s, 1.06 * s), (x + 0.3 * s, 1.0 * s), (x + 0.1 * s, 0.96 * s)],
            (236, 140, 50),
        )
