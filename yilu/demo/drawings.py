"""Pictures of the demonstration, drawn: of nobody."""

import json
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

SIGNED = json.dumps([[[100, 120], [180, 60], [260, 190], [340, 90]], [[400, 180], [520, 110]]])
"""A signature as a pad sends it."""
UNITS = 1000
WIDTH, HEIGHT = 480, 600


def some_teeth(n: int, *, is_film: bool) -> bytes:
    """Three teeth as a film or a photograph would show them, roughly."""
    ground, tooth, filled = (
        ((22, 26, 31), (150, 156, 163), (225, 229, 233))
        if is_film
        else ((176, 92, 88), (238, 232, 214), (206, 192, 160))
    )
    picture = Image.new("RGB", (640, 420), ground)
    pen = ImageDraw.Draw(picture)
    for place in range(3):
        left = 50 + place * 190
        pen.rounded_rectangle((left, 40, left + 160, 190), 40, fill=tooth)
        if is_film:
            for root in (left + 18, left + 92):
                pen.polygon([(root, 180), (root + 52, 180), (root + 28, 385)], fill=tooth)
        if place == n % 3:
            pen.ellipse((left + 45, 60, left + 115, 120), fill=filled)
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def a_face(shift: int, freckles: int) -> bytes:
    """A face, a little to the right, with so many spots on each cheek."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (226, 229, 226))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((90 + shift, 60, 390 + shift, 540), fill=(240, 214, 192), outline=(176, 140, 118))
    pen.pieslice((84 + shift, 40, 396 + shift, 330), 180, 360, fill=(58, 46, 42))
    pen.ellipse((120 + shift, 140, 360 + shift, 330), fill=(240, 214, 192))
    for x in (180 + shift, 300 + shift):
        pen.arc((x - 34, 212, x + 34, 250), 200, 340, fill=(84, 62, 54), width=6)
        pen.ellipse((x - 22, 256, x + 22, 284), fill=(252, 252, 250), outline=(120, 92, 80))
        pen.ellipse((x - 9, 260, x + 9, 280), fill=(70, 48, 38))
    pen.line((240 + shift, 280, 228 + shift, 350, 252 + shift, 354), fill=(204, 164, 142), width=4)
    pen.ellipse((196 + shift, 410, 284 + shift, 440), fill=(198, 112, 108))
    dice = Random(7)  # noqa: S311 (where spots lie)
    for x in (160 + shift, 320 + shift):
        for _n in range(freckles):
            at = x + dice.randint(-34, 34), 350 + dice.randint(-40, 40)
            size = dice.randint(3, 7)
            pen.ellipse(
                (at[0] - size, at[1] - size, *(one + size for one in at)), fill=(196, 150, 118)
            )
    made = BytesIO()
    picture.save(made, "JPEG", quality=88)
    return made.getvalue()


def eyes(shift: int) -> list[str]:
    """Where its eyes are, in the units in which points are set."""
    scale = UNITS / WIDTH
    return [str(round(one * scale, 1)) for one in (180 + shift, 270, 300 + shift, 270)]
