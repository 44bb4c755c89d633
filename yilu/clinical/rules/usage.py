"""How a medicine is taken, in plain words of the reader's language."""

from decimal import Decimal

from django.utils.translation import gettext as _

from yilu.clinical.rules.dosing import frequencies, routes
from yilu.platform.names import Localized

FEW = Decimal(20)


def amount(value: Decimal) -> str:
    """A number without needless zeros."""
    return f"{value.normalize():f}"


def dose_text(dose: Decimal, dose_unit: str, per_unit: Decimal, form_unit: Localized) -> str:
    """One dose, as it is measured and as it is counted: “500 mg (2 capsules)”."""
    measured = f"{amount(dose)} {dose_unit}"
    count = dose / per_unit
    if str(form_unit) == dose_unit or not _is_countable(count):
        return measured
    counted = f"{amount(count)} {form_unit}"
    return _("%(measured)s (%(counted)s)") % {"measured": measured, "counted": counted}


def usage(dose: str, route: str, frequency: str, days: int) -> str:
    """The whole line: how much, which way, how often, for how long."""
    return _("%(dose)s each time, %(route)s, %(frequency)s, for %(days)s days") % {
        "dose": dose,
        "route": routes().get(route, route),
        "frequency": frequencies().get(frequency, frequency),
        "days": days,
    }


def _is_countable(count: Decimal) -> bool:
    """Whether people count it: whole, half and quarter units, and not too many."""
    return 0 < count <= FEW and (count * 4) % 1 == 0
