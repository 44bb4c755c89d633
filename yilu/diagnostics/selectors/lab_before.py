"""What was measured or ordered before: what makes a test one too many (mutual recognition)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.diagnostics.models import LabOrder, LabValue
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.selectors.lab_values import ValueLine, value_line
from yilu.diagnostics.states import LAB_PENDING, LabState, ReportState
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.names import Localized

PENDING_DAYS = 7


@dataclass(frozen=True, slots=True)
class Before:
    """An older result of a test, or an order of it that is still under way. On the site's clock."""

    test: str
    name: Localized
    at: datetime
    is_pending: bool
    values: tuple[ValueLine, ...]


def known_before(
    patient_id: UUID, tests: Sequence[str], *, but_for: UUID | None = None
) -> dict[str, Before]:
    """What speaks against ordering tests now, by test: recent results, orders of other visits.

    `but_for`: orders of this visit are no reason; the database refuses them by itself. Two
    queries, and one when something was found.
    """
    known, now = lab_table().tests, clock.now()
    orders = LabOrder.objects.filter(patient_id=patient_id, test__in=tests).order_by("ordered_at")
    found: dict[str, LabOrder] = {}
    for one in orders.exclude(state=LabState.CANCELLED):
        if one.state in LAB_PENDING:
            counts = one.visit_id != but_for and one.ordered_at > now - timedelta(PENDING_DAYS)
        else:
            counts = (one.ended_at or one.ordered_at) > now - timedelta(known[one.test].days)
        if counts:
            found[one.test] = one
    values = _values([one.pk for one in found.values()])
    return {
        test: Before(
            test,
            known[test].name,
            (one.ended_at or one.ordered_at).astimezone(site_zone(one.site_id)),
            one.state in LAB_PENDING,
            tuple(values.get(one.pk, ())),
        )
        for test, one in found.items()
    }


def _values(order_ids: list[UUID]) -> dict[UUID, list[ValueLine]]:
    if not order_ids:
        return {}
    rows = LabValue.objects.filter(order_id__in=order_ids, report__state=ReportState.RELEASED)
    found: dict[UUID, list[ValueLine]] = {}
    for row in rows.order_by("position"):
        found.setdefault(row.order_id, []).append(value_line(row))
    return found
