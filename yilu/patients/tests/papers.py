"""Pictures of ID cards that never were, drawn as a phone would take them."""

import io
from functools import cache

import typst
from PIL import Image, ImageEnhance

from yilu.patients.tests.factories import make_id_number
from yilu.platform.running.places import FONTS

FRONT = """
#at(6mm, 6mm)[姓 名] #at(17mm, 6mm)[#text(size: 10pt)[张小明]]
#at(6mm, 13mm)[性 别] #at(17mm, 13mm)[男] #at(27mm, 13mm)[民 族] #at(38mm, 13mm)[汉]
#at(6mm, 20mm)[出 生] #at(17mm, 20mm)[1985 年 3 月 14 日]
#at(6mm, 27mm)[住 址] #at(17mm, 27mm)[上海市徐汇区宛平南路600弄]
#at(17mm, 31.5mm)[12号楼301室]
#at(6mm, 44mm)[公民身份号码] #at(32mm, 43.5mm)[#text(size: 11pt, tracking: 0.6pt)[NUMBER]]
#at(62mm, 8mm)[#rect(width: 18mm, height: 24mm, fill: rgb("9aa8b8"))]
"""
RECEIPT = """
#at(6mm, 6mm)[今日特价] #at(6mm, 16mm)[苹果 5.80 元] #at(6mm, 26mm)[谢谢惠顾，欢迎再来]
"""


@cache
def drawn(what: str = FRONT, number: str = "") -> Image.Image:
    """One side of a card, flat and in good light."""
    source = (
        '#set page(width: 85.6mm, height: 54mm, margin: 0mm, fill: rgb("e8eef4"))\n'
        '#set text(font: "Noto Sans SC", size: 8pt)\n'
        "#let at(x, y, body) = place(dx: x, dy: y, body)\n"
    ) + what.replace("NUMBER", number or make_id_number())
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    return Image.open(
        io.BytesIO(typst.compile(source.encode(), font_paths=fonts, format="png", ppi=220))
    ).convert("RGB")


def on_a_table(card: Image.Image, *, turned: float = 0) -> Image.Image:
    """A card that lies askew on a brown table."""
    table = Image.new("RGB", (card.width + 240, card.height + 300), (96, 74, 58))
    table.paste(card, (120, 150))
    return table.rotate(turned, expand=True, fillcolor=(96, 74, 58))


def darkened(card: Image.Image) -> Image.Image:
    """As taken in a dim hall."""
    return ImageEnhance.Brightness(card).enhance(0.22)


def as_bytes(card: Image.Image) -> bytes:
    """As a phone sends it."""
    out = io.BytesIO()
    card.save(out, "JPEG", quality=82)
    return out.getvalue()
