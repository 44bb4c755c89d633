"""Teeth by the two-digit notation of ISO 3950 (FDI), their surfaces, and how people call them."""

import re
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

PERMANENT = tuple(f"{q}{n}" for q in "1234" for n in "12345678")
PRIMARY = tuple(f"{q}{n}" for q in "5678" for n in "12345")
TEETH = frozenset((*PERMANENT, *PRIMARY))
DENTITIONS = ("permanent", "mixed", "primary")
MIXED_FROM, PERMANENT_FROM = 6, 13
_BETWEEN = re.compile(r"[\s,，、;；]+")
# In the order in which surfaces are written.
ORDER = "MOIDBL"
SAME = {"V": "B", "P": "L"}
MULTI_ROOTED = {
    **dict.fromkeys(("16", "17", "18", "26", "27", "28"), 3),
    **dict.fromkeys(("36", "37", "38", "46", "47", "48", "14", "24"), 2),
}

DENTITION_NAMES = {
    "permanent": pgettext_lazy("dentition", "Permanent"),
    "mixed": pgettext_lazy("dentition", "Mixed"),
    "primary": pgettext_lazy("dentition", "Primary"),
}
QUADRANTS = {
    "1": gettext_lazy("upper right"),
    "2": gettext_lazy("upper left"),
    "3": gettext_lazy("lower left"),
    "4": gettext_lazy("lower right"),
}
_PERMANENT_NAMES = {
    "1": gettext_lazy("central incisor"),
    "2": gettext_lazy("lateral incisor"),
    "3": gettext_lazy("canine"),
    "4": gettext_lazy("first premolar"),
    "5": gettext_lazy("second premolar"),
    "6": gettext_lazy("first molar"),
    "7": gettext_lazy("second molar"),
    "8": gettext_lazy("wisdom tooth"),
}
_PRIMARY_NAMES = {
    "1": gettext_lazy("primary central incisor"),
    "2": gettext_lazy("primary lateral incisor"),
    "3": gettext_lazy("primary canine"),
    "4": gettext_lazy("primary first molar"),
    "5": gettext_lazy("primary second molar"),
}
_SURFACE_NAMES = {
    "M": gettext_lazy("mesial"),
    "O": gettext_lazy("occlusal"),
    "I": gettext_lazy("incisal"),
    "D": gettext_lazy("distal"),
    "B": gettext_lazy("buccal"),
    "V": gettext_lazy("labial"),
    "L": gettext_lazy("lingual"),
    "P": gettext_lazy("palatal"),
}


def is_primary(tooth: str) -> bool:
    return tooth[0] in "5678"


def is_upper(tooth: str) -> bool:
    return tooth[0] in "1256"


def is_anterior(tooth: str) -> bool:
    return tooth[1] in "123"


def is_molar(tooth: str) -> bool:
    return tooth[1] in ("45" if is_primary(tooth) else "678")


def is_patients_right(tooth: str) -> bool:
    """Whether it stands on the left of a chart, which is drawn as the dentist looks."""
    return tooth[0] in "1458"


def surfaces_of(tooth: str) -> str:
    """The five surfaces of a tooth, in the order in which they are written."""
    return "MIDBL" if is_anterior(tooth) else "MODBL"


def surfaces_as_written(tooth: str, letters: str) -> str:
    """Surfaces in their one form: in order, each once, the biting one by its name on this tooth.

    A letter that is no surface stays where it is, so that whoever asks can see it.
    """
    biting = "I" if is_anterior(tooth) else "O"
    same = {**SAME, "O": biting, "I": biting}
    meant = {same.get(one, one) for one in letters.upper()}
    return "".join(sorted(meant, key=lambda one: (ORDER.find(one) % 10, one)))


def surface_name(tooth: str, letter: str) -> str:
    """What a surface is called on this tooth: labial in front, palatal above."""
    if letter == "B" and is_anterior(tooth):
        letter = "V"
    if letter == "L" and is_upper(tooth):
        letter = "P"
    return str(_SURFACE_NAMES[letter])


def tooth_name(tooth: str) -> str:
    """A tooth in words, as one would say it to a patient."""
    names = _PRIMARY_NAMES if is_primary(tooth) else _PERMANENT_NAMES
    quadrant = str((int(tooth[0]) - 1) % 4 + 1)
    words = {"quadrant": str(QUADRANTS[quadrant]), "tooth": str(names[tooth[1]])}
    return pgettext("which tooth", "%(quadrant)s %(tooth)s") % words


def dentition_at(age: int | None) -> str:
    """Which teeth to expect at an age: primary, then both, then permanent ones."""
    if age is None or age >= PERMANENT_FROM:
        return "permanent"
    return "mixed" if age >= MIXED_FROM else "primary"


@cache
def rows(dentition: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a chart from above to below, each from the patient's right to the left."""

    def row(right: str, left: str, many: int) -> tuple[str, ...]:
        there = [f"{right}{n}" for n in range(many, 0, -1)]
        return (*there, *(f"{left}{n}" for n in range(1, many + 1)))

    permanent = [row("1", "2", 8), row("4", "3", 8)]
    primary = [row("5", "6", 5), row("8", "7", 5)]
    if dentition == "permanent":
        return tuple(permanent)
    if dentition == "primary":
        return tuple(primary)
    return (permanent[0], *primary, permanent[1])


def listed(typed: str) -> list[str]:
    """Teeth as somebody typed them, apart by commas or spaces; each may be none at all."""
    return [one for one in _BETWEEN.split(typed) if one]


def teeth_text(teeth: str) -> str:
    """Teeth given with commas, as a list for reading."""
    return _(", ").join(one for one in teeth.split(",") if one)
