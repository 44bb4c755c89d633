"""How typed text is brought into one form before it is compared."""

import unicodedata

# Marks that turn the direction of text round; in a name they only mislead.
DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])


def fold(typed: str) -> str:
    """Half-width, without accents on Latin letters' case: for comparing, never for keeping."""
    return unicodedata.normalize("NFKC", typed).casefold()


def tidy(typed: str) -> str:
    """A name as it is kept: spaces collapsed, direction marks gone, characters as typed."""
    return " ".join(typed.translate(DIRECTION_MARKS).split())
