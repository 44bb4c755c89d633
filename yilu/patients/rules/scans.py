"""What a reader types like a keyboard: a card's line, or nothing that means anything."""

import re

from yilu.patients.rules.papers import normal_number
from yilu.patients.rules.text import fold, tidy

# Readers put such signs between the fields of a card: name, sex, nation, birth, address, number.
_BETWEEN = re.compile(r"[,;|^#\t]+")
_PAPER = re.compile(r"\d{17}[\dXx]|\d{15}")
_CARD = re.compile(r"[A-Za-z]{0,3}\d{6,32}")
LONGEST_WORD = 40


def card_line(typed: str) -> str:
    """The number in the line that a reader made of an ID or insurance card; empty without one."""
    fields = [tidy(field) for field in _BETWEEN.split(typed) if field.strip()]
    if len(fields) < 2:
        return ""
    numbers = [normal_number(field) for field in fields]
    papers = [number for number in numbers if _PAPER.fullmatch(number)]
    cards = [number for number in numbers if _CARD.fullmatch(number) and len(number) > 8]
    return next(iter([*papers, *cards]), "")


def is_garbled(typed: str) -> bool:
    """Whether no name, number or card reads like this: a reader in the wrong mode, or a cat.

    Characters that cannot be shown, signs alone, or one word longer than any number.
    """
    if not typed.strip():
        return False
    if "\N{REPLACEMENT CHARACTER}" in typed or not all(c.isprintable() or c == "\t" for c in typed):
        return True
    text = fold(typed)
    return not any(map(str.isalnum, text)) or max(map(len, text.split())) > LONGEST_WORD


def is_card_number(typed: str) -> bool:
    """Whether a card could have this number: letters and digits, five at least."""
    return bool(re.fullmatch(r"[A-Z0-9]{5,40}", normal_number(typed))) and any(
        map(str.isdigit, typed)
    )
