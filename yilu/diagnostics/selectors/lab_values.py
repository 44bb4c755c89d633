"""One result as pages and papers show it."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.diagnostics.models import LabValue
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.judging import CRITICAL
from yilu.platform.names import Localized

ARROWS = {"L": "↓", "H": "↑", "LL": "↓↓", "HH": "↑↑", "A": "*", "": ""}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A result with its unit, its range, and how far it is from it."""

    analyte: str
    order_id: UUID
    name: Localized
    short: str
    shown: str
    unit: str
    bounds: str
    flag: str
    says: Localized

    @property
    def arrow(self) -> str:
        return ARROWS[self.flag]

    @property
    def is_critical(self) -> bool:
        return self.flag in CRITICAL

    @property
    def in_words(self) -> str:
        """The flag as a patient reads it."""
        return {
            "": _("normal"),
            "L": pgettext("result", "low"),
            "H": pgettext("result", "high"),
            "LL": _("much too low"),
            "HH": _("much too high"),
            "A": _("not as usual"),
        }[self.flag]

    @property
    def look(self) -> str:
        """Its colour, by the vocabulary of the design system."""
        if self.is_critical:
            return "late"
        return "soon" if self.flag else ""


def value_line(row: LabValue) -> ValueLine:
    """A result as it is shown. What the catalogue no longer knows keeps its key. No query."""
    table = lab_table()
    known = table.analytes.get(row.analyte)
    word = table.words.get(row.text) if row.number is None else None
    return ValueLine(
        analyte=row.analyte,
        order_id=row.order_id,
        name=known.name if known else Localized({"zh-Hans": row.analyte, "en": row.analyte}),
        short=known.short if known else row.analyte,
        shown=str(word) if word else row.text,
        unit=row.unit,
        bounds=row.bounds,
        flag=row.flag,
        says=known.says if known else Localized(),
    )
