"""Covers the eyes of a photograph: the points under the bar are gone, not hidden."""

import io
import math

from PIL import Image, ImageDraw, ImageOps

WIDTH = 1000
# The bar, in distances between the eyes.
BEYOND, THICK = 0.75, 0.62
LARGEST = 2400


def covered(content: bytes, eyes: list[float]) -> bytes:
    """A JPEG with a bar over both eyes, given as four numbers of a picture 1000 units wide."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((LARGEST, LARGEST))
    scale = picture.width / WIDTH
    x1, y1, x2, y2 = (one * scale for one in eyes)
    length = math.hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    out, wide = length * BEYOND, length * THICK / 2
    corners = [
        (x1 - ux * out - uy * wide, y1 - uy * out + ux * wide),
        (x2 + ux * out - uy * wide, y2 + uy * out + ux * wide),
        (x2 + ux * out + uy * wide, y2 + uy * out - ux * wide),
        (x1 - ux * out + uy * wide, y1 - uy * out - ux * wide),
    ]
    ImageDraw.Draw(picture).polygon(corners, fill=(0, 0, 0))
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=88)
    return made.getvalue()
