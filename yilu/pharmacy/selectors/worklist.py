"""What waits in the pharmacy, and one prescription on its way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.clinical.rules.usage import amount
from yilu.clinical.selectors.allergies import AllergyCard, AllergyFlag, allergy_card, allergy_flags
from yilu.clinical.selectors.context import require_patient
from yilu.clinical.selectors.prescriptions import (
    ItemFacts,
    PrescriptionFacts,
    prescription_facts,
)
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.pharmacy import permissions
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.rules.batches import owed
from yilu.pharmacy.states import BACK, OPEN, DispenseState
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.visits.selectors.visits import VisitInfo, visit_infos
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names

# From release to hand-over, in minutes; the pathway's step promises the same.
PROMISE = 20
SHOWN_DONE = 30
LOOKS = {
    DispenseState.WAITING_PAYMENT: "booked",
    DispenseState.WAITING: "waiting",
    DispenseState.REVIEWED: "waiting",
    DispenseState.PICKED: "waiting",
    DispenseState.CHECKED: "called",
    DispenseState.HANDED_OVER: "done",
    DispenseState.REJECTED: "late",
    DispenseState.CANCELLED: "done",
}


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One prescription in the list. Plain values only."""

    id: UUID
    state: str
    look: str
    label: str
    patient: PatientBrief
    number: str
    visit_number: str
    medicines: tuple[str, ...]
    since: datetime
    allergy: AllergyFlag
    can_undo: bool
    version: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """The pharmacy's day: what waits at each step, how much, and what is done."""

    site_id: UUID
    lines: tuple[WorkLine, ...]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class DispenseItem:
    """One medicine with what was taken from which batch, and what is still owed."""

    item: ItemFacts
    batch: str
    expires_on: str
    given: str
    reason: str
    owed: str


@dataclass(frozen=True, slots=True)
class DispenseDetail:
    """One prescription on its way, with everything that its next step needs."""

    id: UUID
    state: str
    look: str
    label: str
    prescription: PrescriptionFacts
    patient: PatientBrief
    visit: VisitInfo
    prescriber: PersonName
    allergies: AllergyCard
    items: tuple[DispenseItem, ...]
    people: tuple[tuple[str, PersonName, datetime | None], ...]
    reason: str
    review: dict[str, Any]
    counselling: dict[str, Any]
    taken_back: tuple[dict[str, Any], ...]
    has_rest: bool
    is_mine_to_check: bool
    can_undo: bool
    version: int


def worklist(actor: Actor, site_id: UUID) -> Worklist:
    """What waits in a site's pharmacy, the longest first, and what was done last. Eight queries.

    Raises:
        NotFound: the actor may not know of it.
    """
    actor.require_to_see(permissions.SEE, site_id)
    here = Dispense.objects.filter(site_id=site_id)
    waiting = here.filter(state__in=[*OPEN, DispenseState.WAITING_PAYMENT, DispenseState.REJECTED])
    done = here.filter(state=DispenseState.HANDED_OVER).order_by("-moved_at")[:SHOWN_DONE]
    rows = [*waiting.order_by("released_at", "created_at"), *done]
    counts: dict[str, int] = dict.fromkeys(DispenseState.values, 0)
    for row in rows:
        counts[row.state] += 1
    return Worklist(site_id, tuple(_lines(actor, rows)), counts)


def dispense_detail(actor: Actor, dispense_id: UUID) -> DispenseDetail:
    """One prescription on its way. Ten queries.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    row = Dispense.objects.filter(pk=dispense_id).first()
    if row is None:
        raise NotFound
    require_patient(actor, row.patient_id, row.site_id, permissions.SEE)
    facts = prescription_facts([row.prescription_id])[row.prescription_id]
    patient = patient_briefs(actor, [row.patient_id], "dispensing")[row.patient_id]
    state = DispenseState(row.state)
    return DispenseDetail(
        id=row.pk,
        state=state,
        look=LOOKS[state],
        label=str(state.label),
        prescription=facts,
        patient=patient,
        visit=visit_infos([row.visit_id])[row.visit_id],
        prescriber=practitioner_names([facts.practitioner_id])[facts.practitioner_id],
        allergies=allergy_card(row.patient_id),
        items=tuple(_items(row, facts)),
        people=_people(row),
        reason=row.reason,
        review=row.review,
        counselling=row.counselling,
        taken_back=tuple(row.taken_back),
        has_rest=_has_rest(row, facts),
        is_mine_to_check=row.picked_by_id != actor.user_id,
        can_undo=state in BACK,
        version=row.version,
    )


def dispense_version(actor: Actor, dispense_id: UUID) -> int:
    """Which version of a prescription's road is the newest. One query.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    found = Dispense.objects.filter(pk=dispense_id).values_list("site_id", "version").first()
    if found is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, found[0])
    return found[1]


def dispenses_of_visits(visit_ids: Iterable[UUID]) -> dict[UUID, list[DispenseState]]:
    """In which states the prescriptions of visits are, called-off ones left out. One query."""
    rows = Dispense.objects.filter(visit_id__in=set(visit_ids))
    rows = rows.exclude(state=DispenseState.CANCELLED)
    found: dict[UUID, list[DispenseState]] = {}
    for visit_id, state in rows.values_list("visit_id", "state"):
        found.setdefault(visit_id, []).append(DispenseState(state))
    return found


def _lines(actor: Actor, rows: list[Dispense]) -> list[WorkLine]:
    facts = prescription_facts([row.prescription_id for row in rows])
    patients = patient_briefs(actor, [row.patient_id for row in rows], "pharmacy worklist")
    visits = visit_infos([row.visit_id for row in rows])
    flags = allergy_flags([row.patient_id for row in rows])
    return [
        WorkLine(
            id=row.pk,
            state=row.state,
            look=LOOKS[DispenseState(row.state)],
            label=str(DispenseState(row.state).label),
            patient=patients[row.patient_id],
            number=facts[row.prescription_id].number,
            visit_number=visits[row.visit_id].number,
            medicines=tuple(str(item.name) for item in facts[row.prescription_id].items),
            since=row.released_at or row.created_at,
            allergy=flags[row.patient_id],
            can_undo=DispenseState(row.state) in BACK,
            version=row.version,
        )
        for row in rows
    ]


def _items(row: Dispense, facts: PrescriptionFacts) -> list[DispenseItem]:
    left = {one.item_id: one.quantity for one in owed(facts.items, row.given)}
    taken: dict[str, dict[str, Any]] = {one["item_id"]: one for one in row.batches}
    return [
        _item(one, taken.get(str(one.id), {}), left.get(one.id, Decimal(0))) for one in facts.items
    ]


def _item(one: ItemFacts, taken: dict[str, Any], left: Decimal) -> DispenseItem:
    return DispenseItem(
        item=one,
        batch=taken.get("batch", ""),
        expires_on=taken.get("expires_on", ""),
        given=amount(Decimal(taken["quantity"])) if taken else "",
        reason=taken.get("reason", ""),
        owed=amount(left) if left else "",
    )


def _people(row: Dispense) -> tuple[tuple[str, PersonName, datetime | None], ...]:
    zone = site_zone(row.site_id)
    steps = [
        ("reviewed", row.reviewed_by_id, row.reviewed_at),
        ("picked", row.picked_by_id, row.picked_at),
        ("checked", row.checked_by_id, row.checked_at),
        ("handed_over", row.handed_over_by_id, row.handed_over_at),
    ]
    names = staff_names([user for _step, user, _at in steps if user])
    return tuple(
        (step, names.get(user, PersonName("")), at and at.astimezone(zone))
        for step, user, at in steps
        if user
    )


def _has_rest(row: Dispense, facts: PrescriptionFacts) -> bool:
    if row.state != DispenseState.HANDED_OVER:
        return False
    return bool(owed(facts.items, [*row.given, {"batches": row.batches}]))
