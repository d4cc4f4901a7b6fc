"""Landmarks of Europe, each drawn in about one unit of height."""

import math

from photo_generator.canvas import Colour, Pen, mix

STONE: Colour = (226, 212, 184)
WHITE: Colour = (244, 242, 234)
RED: Colour = (200, 62, 44)
TILE: Colour = (198, 96, 66)
DARK: Colour = (64, 60, 64)


def belem(p: Pen) -> None:
    p.box(-0.75, 0, 0.35, 0.3, STONE)
    for i in range(7):
        p.rect(-0.75 + 0.16 * i, 0.3, -0.66 + 0.16 * i, 0.36, STONE)
    p.box(-0.2, 0.3, 0.3, 0.9, STONE)
    p.windows(-0.14, 0.4, 0.2, 0.85, 3, 3)
    p.box(-0.25, 0.84, 0.35, 0.9, mix(STONE, WHITE, 0.5))
    p.box(-0.12, 0.9, 0.22, 1.06, STONE)
    for x in (-0.75, 0.35, -0.22, 0.32, -0.45):
        top = 0.42 if x in (-0.75, 0.35, -0.45) else 0.98
        p.rect(x - 0.05, top - 0.16, x + 0.05, top, STONE)
        p.disc(x, top, 0.055, mix(STONE, WHITE, 0.4))


def monument(p: Pen) -> None:
    """A tall slab like a sail above a crowd on a prow."""
    p.poly([(-0.2, 0), (-0.2, 1), (0.02, 1), (0.14, 0)], WHITE)
    p.poly([(0.02, 1), (0.14, 0), (0.3, 0), (0.16, 0.9)], mix(WHITE, DARK, 0.3))
    p.poly([(-0.2, 0), (0.95, 0.28), (1.0, 0.2), (0.9, 0)], mix(STONE, DARK, 0.15))
    for i in range(11):
        x = -0.1 + i * 0.095
        top = 0.16 + 0.19 * (x + 0.2)
        p.rect(x - 0.025, top - 0.08, x + 0.025, top + 0.12, STONE)
        p.disc(x, top + 0.14, 0.03, STONE)


def arch(p: Pen) -> None:
    """A triumphal arch between yellow arcades."""
    for side in (-1, 1):
        a, b = sorted((side * 0.32, side * 1.7))
        p.box(a, 0, b, 0.52, (244, 200, 84))
        p.windows(a, 0.28, b, 0.5, 9, 1)
        for i in range(8):
            x = a + 0.1 + i * 0.165
            p.rect(x - 0.05, 0, x + 0.05, 0.16, DARK)
            p.disc(x, 0.16, 0.05, DARK)
        p.rect(a, 0.52, b, 0.58, TILE)
    p.box(-0.36, 0, 0.36, 0.84, WHITE)
    p.rect(-0.16, 0, 0.16, 0.4, mix(p.canvas.sky.horizon, (90, 120, 160), 0.3))
    p.disc(0, 0.4, 0.16, mix(p.canvas.sky.horizon, (90, 120, 160), 0.3))
    p.rect(-0.42, 0.76, 0.42, 0.84, STONE)
    for x, high in ((-0.16, 0.1), (0, 0.2), (0.16, 0.1)):
        p.rect(x - 0.04, 0.84, x + 0.04, 0.84 + high, STONE)
        p.disc(x, 0.86 + high, 0.04, STONE)


def lift(p: Pen) -> None:
    """An iron lift in a street, with a footbridge at its top."""
    for x, high, wall in ((-0.95, 0.8, (238, 214, 172)), (0.32, 0.72, (226, 190, 178))):
        p.box(x, 0, x + 0.62, high, wall)
        p.windows(x, 0.05, x + 0.62, high, 5, 6)
        p.poly([(x - 0.03, high), (x + 0.65, high), (x + 0.6, high + 0.1), (x, high + 0.1)], TILE)
    p.box(-0.14, 0, 0.14, 1.0, (112, 118, 112))
    for i in range(9):
        p.line([(-0.14, 0.1 * i), (0.14, 0.1 * i + 0.1), (0.14, 0.1 * i)], 0.012, (176, 180, 168))
    p.box(-0.22, 0.92, 0.22, 1.12, (98, 104, 100))
    p.rect(0.14, 0.9, 1.1, 0.96, (98, 104, 100))
    p.windows(-0.2, 0.95, 0.2, 1.1, 5, 1)


def castle(p: Pen) -> None:
    for x0, x1, high in (
        (-1.2, 1.2, 0.42),
        (-1.1, -0.8, 0.72),
        (-0.35, -0.02, 0.86),
        (0.5, 0.85, 0.66),
    ):
        p.box(x0, 0, x1, high, (204, 182, 146))
        n = max(3, round((x1 - x0) / 0.1))
        for i in range(n):
            a = x0 + (x1 - x0) * i / n
            p.rect(a, high, a + 0.055, high + 0.06, (204, 182, 146))
    p.line([(-0.18, 0.9), (-0.18, 1.16)], 0.014, DARK)
    p.poly([(-0.18, 1.16), (0.06, 1.12), (-0.18, 1.02)], RED)


def suspension(p: Pen) -> None:
    """A long red suspension bridge."""
    red = (200, 74, 50)
    towers = (-0.85, 0.85)

    def cable(x: float) -> float:
        if abs(x) <= 0.85:
            return 0.36 + 0.6 * (x / 0.85) ** 2
        return max(0.3, 0.96 - 0.75 * (abs(x) - 0.85))

    for i in range(-38, 39):
        p.line([(i * 0.05, 0.3), (i * 0.05, cable(i * 0.05))], 0.006, red)
    for shift in (0, 0.02):
        p.line([(i * 0.05, cable(i * 0.05) + shift) for i in range(-44, 45)], 0.014, red)
    for x in towers:
        for dx in (-0.055, 0.035):
            p.rect(x + dx, -0.1, x + dx + 0.025, 1.0, red)
        for y in (0.5, 0.7, 0.9):
            p.rect(x - 0.05, y, x + 0.05, y + 0.05, red)
        p.box(x - 0.1, -0.1, x + 0.1, 0.04, (176, 168, 158))
        p.lamp(x, 1.03, 0.014)
    p.rect(-2.4, 0.27, 2.4, 0.33, mix(red, DARK, 0.25))
    for i in range(-20, 21):
        p.lamp(i * 0.1, 0.35, 0.008)


def tram(p: Pen) -> None:
    """A yellow tram that comes up a narrow street."""
    for side, wall in ((-1, (224, 190, 196)), (1, (186, 208, 218))):
        edge, far = side * 0.62, side * 1.7
        p.poly([(edge, 0.2), (far, -0.2), (far, 1.7), (edge, 1.15)], wall)
        for i in range(3):
            for j in range(3):
                x = side * (0.75 + 0.3 * i)
                p.rect(x - 0.06, 0.4 + 0.3 * j, x + 0.06, 0.56 + 0.32 * j, (90, 104, 120))
                p.rect(x - 0.08, 0.38 + 0.3 * j, x + 0.08, 0.4 + 0.3 * j, WHITE)
    for side in (-1, 1):
        p.line([(side * 0.14, 0), (side * 0.4, -0.5)], 0.02, (90, 90, 96))
    p.box(-0.34, 0.04, 0.34, 0.4, (246, 196, 40))
    p.rect(-0.34, 0.4, 0.34, 0.78, WHITE)
    for x in (-0.3, -0.09, 0.12):
        p.rect(x, 0.44, x + 0.18, 0.72, (74, 96, 120))
    p.poly([(-0.36, 0.78), (0.36, 0.78), (0.26, 0.9), (-0.26, 0.9)], (236, 230, 214))
    p.rect(-0.1, 0.8, 0.1, 0.87, DARK)
    p.disc(0, 0.24, 0.06, (255, 250, 220))
    p.rect(-0.3, -0.02, 0.3, 0.06, DARK)
    p.line([(0, 0.9), (0.1, 1.8)], 0.014, DARK)


def gondolas(p: Pen) -> None:
    """A cable car along the water, with a tower like a sail."""
    p.poly([(0.7, 0), (0.76, 1.1), (0.98, 0.9), (1.0, 0)], WHITE)
    p.line([(0.62, 0), (0.74, 1.25)], 0.03, (220, 220, 226))
    p.box(-0.9, 0, -0.35, 0.3, (206, 214, 220))
    p.poly([(-1.0, 0.3), (-0.25, 0.3), (-0.4, 0.42), (-0.85, 0.42)], (120, 160, 180))
    for x in (-1.4, -0.1, 1.3):
        p.line([(x, 0), (x, 0.72)], 0.026, (150, 156, 164))
    p.line(
        [(-2, 0.7), (-1.4, 0.72), (-0.7, 0.66), (-0.1, 0.72), (0.6, 0.66), (2, 0.72)], 0.01, DARK
    )
    for x in (-1.0, -0.5, 0.25, 1.0):
        p.line([(x, 0.69), (x, 0.6)], 0.012, DARK)
        p.disc(x, 0.55, 0.06, (236, 90, 60))


def stone_bridge(p: Pen) -> None:
    p.rect(-2.2, 0.3, 2.2, 0.44, (206, 150, 126))
    for i in range(-4, 5):
        x = i * 0.5
        p.poly(
            [(x - 0.09, -0.05), (x + 0.09, -0.05), (x + 0.06, 0.32), (x - 0.06, 0.32)],
            (190, 134, 114),
        )
        p.poly([(x + 0.06, 0.3), (x + 0.44, 0.3), (x + 0.38, 0.22), (x + 0.12, 0.22)], DARK, 0.3)
        p.lamp(x, 0.52, 0.02)
    p.box(-0.08, 0.44, 0.12, 0.66, (190, 134, 114))
    p.poly([(-0.12, 0.66), (0.16, 0.66), (0.02, 0.86)], (60, 120, 90))
    p.box(0.9, 0.44, 1.2, 0.58, (60, 130, 86))


def two_spires(p: Pen) -> None:
    """A red minster with two slender towers."""
    wall = (190, 106, 86)
    p.box(-0.2, 0, 1.1, 0.42, wall)
    p.poly([(-0.25, 0.42), (1.15, 0.42), (1.05, 0.66), (-0.2, 0.66)], (92, 128, 84))
    for i in range(6):
        p.poly([(0.12 + 0.16 * i, 0.1), (0.2 + 0.16 * i, 0.1), (0.16 + 0.16 * i, 0.36)], DARK)
    for x in (-0.42, -0.1):
        p.box(x - 0.1, 0, x + 0.1, 0.7, wall)
        p.windows(x - 0.08, 0.1, x + 0.08, 0.66, 1, 3)
        p.poly([(x - 0.1, 0.7), (x + 0.1, 0.7), (x + 0.015, 1.12), (x - 0.015, 1.12)], wall)


def pylon(p: Pen) -> None:
    """A silver pylon with three wings where three countries meet."""
    p.box(-0.3, 0, 0.3, 0.08, (188, 188, 184))
    for tip, shade in ((-0.34, (236, 238, 242)), (0.3, (168, 176, 188)), (0.02, (206, 212, 220))):
        p.poly([(-0.05, 0.08), (tip, 0.42), (0, 1.15), (0.05, 0.08)], shade)
    for i, colours in enumerate(
        [(RED, WHITE, RED), ((36, 60, 140), WHITE, RED), (DARK, RED, (240, 200, 60))]
    ):
        x = 0.7 + 0.32 * i
        p.line([(x, 0), (x, 0.7)], 0.016, (200, 200, 206))
        for j, colour in enumerate(colours):
            p.rect(x + 0.01, 0.64 - 0.06 * j, x + 0.24, 0.7 - 0.06 * j, colour)


def one_spire(p: Pen) -> None:
    """A gothic front of which only one tower has its spire."""
    wall = (204, 138, 112)
    p.box(-0.34, 0, 0.34, 0.66, wall)
    p.disc(0, 0.42, 0.12, (92, 70, 90))
    for k in range(8):
        turn = math.tau * k / 8
        p.line([(0, 0.42), (0.11 * math.cos(turn), 0.42 + 0.11 * math.sin(turn))], 0.012, wall)
    for x in (-0.22, 0, 0.22):
        p.poly([(x - 0.08, 0), (x + 0.08, 0), (x + 0.06, 0.16), (x, 0.24), (x - 0.06, 0.16)], DARK)
    for i in range(9):
        p.line([(-0.3 + 0.075 * i, 0.56), (-0.3 + 0.075 * i, 0.66)], 0.014, mix(wall, DARK, 0.4))
    p.box(-0.32, 0.66, -0.06, 0.92, wall)
    p.windows(-0.3, 0.68, -0.08, 0.9, 2, 1)
    p.poly([(-0.3, 0.92), (-0.08, 0.92), (-0.18, 1.34), (-0.2, 1.34)], wall)
    for x, high in ((-0.95, 0.4), (-0.62, 0.34), (0.38, 0.38), (0.7, 0.42)):
        p.box(x, 0, x + 0.3, high, (240, 228, 200))
        p.line([(x, 0), (x + 0.3, high), (x + 0.3, 0), (x, high)], 0.016, (120, 76, 52))
        p.poly([(x - 0.04, high), (x + 0.34, high), (x + 0.15, high + 0.24)], (160, 88, 64))


def footbridge(p: Pen) -> None:
    """A double footbridge hung from slanting masts, one end in each country."""
    deck = [(x / 10, 0.2 + 0.16 * math.cos(x / 10 * 1.1)) for x in range(-20, 21)]
    p.line(deck, 0.034, (232, 236, 240))
    p.line([(x / 10, 0.12) for x in range(-20, 21)], 0.026, (206, 212, 220))
    for x in (-0.75, 0.75):
        top = x * 1.22
        p.line([(x, -0.04), (top, 0.98)], 0.035, WHITE)
        for i in range(9):
            a = x * (1 - 0.24 * i) if i else x * 2.2
            p.line([(top, 0.96), (a, 0.2 + 0.16 * math.cos(a * 1.1))], 0.006, (222, 226, 230))
    p.lamp(-0.9, 1.0, 0.02)
    p.lamp(0.9, 1.0, 0.02)


def church_of_basalt(p: Pen) -> None:
    """A concrete church whose front rises in steps like basalt columns."""
    for i in range(11, 0, -1):
        high = 0.3 + 0.62 * math.exp(-((i / 4.2) ** 1.3))
        for side in (-1, 1):
            a, b = sorted((side * 0.07 * i, side * (0.07 * i + 0.07)))
            p.rect(
                a,
                0,
                b,
                high,
                mix((214, 206, 192), DARK, 0.16 * (i % 2) + (0.18 if side > 0 else 0)),
            )
    p.box(-0.08, 0, 0.08, 1.06, (222, 214, 200))
    p.windows(-0.05, 0.3, 0.05, 0.95, 1, 5)
    p.poly([(-0.08, 1.06), (0.08, 1.06), (0, 1.2)], (150, 160, 160))
    p.line([(0, 1.18), (0, 1.3)], 0.014, DARK)
    p.rect(-0.07, 0, 0.07, 0.2, (110, 70, 50))
    for x in (-0.04, 0.04):
        p.lamp(x, 0.24, 0.02)


def steel_boat(p: Pen) -> None:
    """A skeleton of a ship in bright steel."""
    steel = (206, 214, 224)
    hull = [(-1, 0.32), (-0.6, 0.1), (0, 0.04), (0.6, 0.1), (1, 0.4)]
    p.line(hull, 0.03, steel)
    p.line([(x, y + 0.07) for x, y in hull], 0.02, steel)
    p.line([(1, 0.4), (1.14, 0.72)], 0.03, steel)
    p.line([(-1, 0.32), (-1.18, 0.62)], 0.03, steel)
    for i in range(-3, 4):
        x = i * 0.22
        p.line([(x, 0.06), (x - 0.06, 0.38), (x + 0.02, 0.74 - abs(i) * 0.05)], 0.026, steel)
    p.rect(-0.5, -0.05, 0.5, 0.02, (120, 118, 116))


def lighthouse(p: Pen) -> None:
    p.poly([(-0.12, 0), (0.12, 0), (0.08, 0.8), (-0.08, 0.8)], WHITE)
    for y in (0.16, 0.44):
        p.poly([(-0.115, y), (0.115, y), (0.1, y + 0.14), (-0.1, y + 0.14)], RED)
    p.rect(-0.11, 0.8, 0.11, 0.84, DARK)
    p.rect(-0.06, 0.84, 0.06, 0.95, (250, 230, 150))
    p.poly([(-0.08, 0.95), (0.08, 0.95), (0, 1.05)], RED)
    p.lamp(0, 0.9, 0.05)
    p.box(0.16, 0, 0.5, 0.2, WHITE)
    p.poly([(0.13, 0.2), (0.53, 0.2), (0.46, 0.32), (0.2, 0.32)], RED)
