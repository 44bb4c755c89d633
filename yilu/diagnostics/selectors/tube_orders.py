"""What is to be measured in a tube, for the analyser before which it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.models import Specimen
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.states import SpecimenState, Urgency
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor

OURS, LOINC = "L", "LN"
TO_MEASURE = (SpecimenState.COLLECTED, SpecimenState.RECEIVED)


@dataclass(frozen=True, slots=True)
class TubeOrders:
    """A tube, and what is to be measured in it: code, name, whose code. On the site's clock."""

    number: str
    patient: PatientBrief
    is_urgent: bool
    collected_at: datetime
    tests: tuple[tuple[str, str, str], ...]


def tube_orders(actor: Actor, site_id: UUID, numbers: Sequence[str]) -> TubeOrders | None:
    """The newest tube with one of these numbers that is still to be measured; None otherwise.

    Three queries, and the look at the patient is recorded. Raises: NotAllowed.
    """
    actor.require(permissions.TEST, site_id)
    found = Specimen.objects.filter(
        site_id=site_id, number__in=list(numbers)[:8], state__in=TO_MEASURE
    )
    row = found.prefetch_related("orders").order_by("-collected_at").first()
    if row is None:
        return None
    known = lab_table()
    tests = [known.tests[one.test] for one in row.orders.all() if one.test in known.tests]
    analytes = [known.analytes[key] for one in tests for key in one.analytes]
    return TubeOrders(
        row.number,
        patient_briefs(actor, [row.patient_id], "analyser")[row.patient_id],
        row.urgency == Urgency.URGENT,
        row.collected_at.astimezone(site_zone(site_id)),
        tuple(
            dict.fromkeys(
                (one.loinc or one.key, one.short or one.key, LOINC if one.loinc else OURS)
                for one in analytes
            )
        ),
    )
