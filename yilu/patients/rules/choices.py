"""Which facts of two records a person chooses between, and in which columns they lie."""

from collections.abc import Iterable

COLUMNS = {
    "name": ("name", "pinyin", "tokens"),
    "sex": ("sex",),
    "born_on": ("born_on", "birth_estimated"),
    "id_number": ("id_type", "id_number", "id_tail_blind"),
    "address": ("address",),
    "companion": ("companion",),
    "language": ("language",),
    "special_needs": ("special_needs",),
}
CONTACTS = frozenset({"phone", "email", "wechat"})
CHOICES = (*COLUMNS, *sorted(CONTACTS))


def columns_of(names: Iterable[str]) -> list[str]:
    """The columns of the patient's row in which the named facts lie."""
    return [column for name in sorted(names) for column in COLUMNS.get(name, ())]


def takes_paper(names: Iterable[str]) -> bool:
    """Whether the identity paper is among them, of which no two rows may hold the same."""
    return "id_number" in names
