"""What waits in the laboratory: to collect, to receive, to enter, to verify; and what is late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.models import CriticalValue, LabOrder, LabReport, Specimen
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.states import (
    IN_LABORATORY,
    CriticalState,
    LabState,
    ReportState,
    SpecimenState,
    Urgency,
)
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

MOST, SHOWN_DONE = 300, 40
RELEASED_WITHIN, REJECTED_WITHIN = timedelta(hours=24), timedelta(days=7)
# Minutes a patient waits at the sampling point at most; shown, not enforced.
COLLECT_MINUTES = 15
LOOKS = {
    "collect": "waiting",
    SpecimenState.COLLECTED: "booked",
    SpecimenState.RECEIVED: "waiting",
    SpecimenState.ENTERED: "called",
    SpecimenState.RELEASED: "done",
    SpecimenState.REJECTED: "late",
}


@dataclass(frozen=True, slots=True)
class ToCollect:
    """A patient from whom something is to be taken. `is_again`: a tube was refused."""

    visit_id: UUID
    patient: PatientBrief
    tests: tuple[Localized, ...]
    since: datetime
    is_urgent: bool
    is_again: bool


@dataclass(frozen=True, slots=True)
class TubeLine:
    """One tube in the list; `step` is what is to be done with it. On the site's clock."""

    id: UUID
    number: str
    patient: PatientBrief
    tests: tuple[Localized, ...]
    step: str
    state_label: str
    look: str
    collected_at: datetime
    due_at: datetime
    is_urgent: bool
    is_late: bool
    is_correction: bool
    has_critical: bool
    refused: tuple[str, ...]

    @property
    def promised_minutes(self) -> int:
        return int((self.due_at - self.collected_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class LabWorklist:
    """The laboratory's day."""

    site_id: UUID
    to_collect: tuple[ToCollect, ...]
    tubes: tuple[TubeLine, ...]
    late: int
    criticals: int

    def count(self, step: str) -> int:
        """How much waits at a step."""
        if step == "collect":
            return len(self.to_collect)
        return sum(one.step == step for one in self.tubes)


def lab_worklist(actor: Actor, site_id: UUID) -> LabWorklist:
    """What waits in a site's laboratory, urgent and oldest first, what was reported in a day, and
    what was refused in a week.

    Eleven queries at most. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    orders = LabOrder.objects.filter(site_id=site_id, state=LabState.ORDERED)
    waiting = list(orders.order_by("ordered_at", "id")[:MOST])
    tubes = _tubes(site_id)
    patients = patient_briefs(
        actor,
        {one.patient_id for one in waiting} | {one.patient_id for one in tubes},
        "laboratory worklist",
    )
    lines = [_line(one, patients[one.patient_id]) for one in tubes]
    lines.sort(key=lambda one: (not one.has_critical, not one.is_urgent, one.due_at, str(one.id)))
    unanswered = CriticalValue.objects.filter(site_id=site_id, state=CriticalState.OPEN)
    return LabWorklist(
        site_id,
        tuple(_to_collect(waiting, patients)),
        tuple(lines),
        sum(one.is_late for one in lines),
        unanswered.count(),
    )


def specimen_by_number(actor: Actor, site_id: UUID, number: str) -> UUID:
    """The tube with a number, as a scanner reads it off the label. One query. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    found = Specimen.objects.filter(site_id=site_id, number=number.strip()[:20])
    specimen_id = found.values_list("pk", flat=True).first()
    if specimen_id is None:
        raise NotFound
    return specimen_id


def _tubes(site_id: UUID) -> list[Specimen]:
    """Tubes under way, those with a correction to verify, those reported or refused of late."""
    here = Specimen.objects.filter(site_id=site_id)
    corrected = LabReport.objects.filter(site_id=site_id, state=ReportState.ENTERED)
    under_way = here.filter(state__in=IN_LABORATORY) | here.filter(
        state=SpecimenState.RELEASED, pk__in=corrected.values("specimen_id")
    )
    found = list(under_way.order_by("due_at", "id").prefetch_related("orders", "reports")[:MOST])
    done = here.filter(
        state=SpecimenState.RELEASED, collected_at__gt=clock.now() - RELEASED_WITHIN
    ).exclude(pk__in=[one.pk for one in found])
    found += done.order_by("-collected_at", "id").prefetch_related("orders", "reports")[:SHOWN_DONE]
    refused = here.filter(
        state=SpecimenState.REJECTED, rejected_at__gt=clock.now() - REJECTED_WITHIN
    )
    # Its tests are in another tube, or wait to be collected: of it only the reason is told.
    return found + list(refused.order_by("-rejected_at", "id")[:SHOWN_DONE])


def _line(row: Specimen, patient: PatientBrief) -> TubeLine:
    is_refused = row.state == SpecimenState.REJECTED
    reports = [] if is_refused else row.reports.all()
    entered = next((one for one in reports if one.state == ReportState.ENTERED), None)
    step = SpecimenState.ENTERED if entered else SpecimenState(row.state)
    zone = site_zone(row.site_id)
    is_open = step in IN_LABORATORY
    return TubeLine(
        id=row.pk,
        number=row.number,
        patient=patient,
        tests=tuple(names_of_tests(one.test for one in row.orders.all())) if not is_refused else (),
        step=step,
        state_label=str(step.label),
        look=LOOKS[step],
        collected_at=row.collected_at.astimezone(zone),
        due_at=row.due_at.astimezone(zone),
        is_urgent=row.urgency == Urgency.URGENT,
        is_late=is_open and row.state != SpecimenState.RELEASED and row.due_at < clock.now(),
        is_correction=entered is not None and row.state == SpecimenState.RELEASED,
        has_critical=is_open and entered is not None and entered.has_critical,
        refused=_why(row),
    )


def _why(row: Specimen) -> tuple[str, ...]:
    """Why a tube was refused, in the reader's words; nothing for another."""
    if not row.rejection:
        return ()
    said = lab_table().rejections.get(row.rejection)
    return tuple(one for one in (str(said or row.rejection), row.rejection_note) if one)


def _to_collect(orders: list[LabOrder], patients: dict[UUID, PatientBrief]) -> Iterable[ToCollect]:
    by_visit: dict[UUID, list[LabOrder]] = {}
    for one in orders:
        by_visit.setdefault(one.visit_id, []).append(one)
    found = [
        ToCollect(
            visit_id,
            patients[many[0].patient_id],
            tuple(names_of_tests(one.test for one in many)),
            many[0].ordered_at.astimezone(site_zone(many[0].site_id)),
            any(one.urgency == Urgency.URGENT for one in many),
            any(one.refused for one in many),
        )
        for visit_id, many in by_visit.items()
    ]
    return sorted(found, key=lambda one: (not one.is_urgent, one.since, str(one.visit_id)))


def names_of_tests(keys: Iterable[str]) -> list[Localized]:
    """What tests are called; one that the catalogue no longer knows is called by its key."""
    known = lab_table().tests
    return [
        known[key].name if key in known else Localized({"zh-Hans": key, "en": key}) for key in keys
    ]
