"""Prescriptions as others read them: the facts, the sheet being written, the paper."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.clinical.models import Prescription, PrescriptionItem
from yilu.clinical.rules.usage import dose_text, usage
from yilu.clinical.selectors.context import require_patient
from yilu.clinical.selectors.private import refuse_family
from yilu.clinical.states import IN_USE, OWED, PrescriptionKind, PrescriptionState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.practitioners import practitioner_names

OwedBesides = Callable[[UUID, UUID], bool]
"""Whether something of a visit is owed, besides that of one prescription."""
_also_owed: dict[str, OwedBesides] = {}


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One drug of a signed prescription, with the facts of the drug as they were then."""

    id: UUID
    position: int
    drug_id: UUID
    name: Localized
    brand: Localized
    form: Localized
    strength: str
    dose: Decimal
    dose_unit: str
    dose_per_unit: Decimal
    form_unit: Localized
    route: str
    frequency: str
    days: int
    quantity: Decimal
    dispense_unit: Localized
    instruction: str

    @property
    def dose_text(self) -> str:
        return dose_text(self.dose, self.dose_unit, self.dose_per_unit, self.form_unit)

    @property
    def usage(self) -> str:
        """How it is taken, in words."""
        return usage(self.dose_text, self.route, self.frequency, self.days)

    @property
    def quantity_text(self) -> str:
        return f"{self.quantity.normalize():f} {self.dispense_unit}"


@dataclass(frozen=True, slots=True)
class PrescriptionFacts:
    """A signed prescription without the patient's person: what other apps act on."""

    id: UUID
    number: str
    visit_id: UUID
    patient_id: UUID
    site_id: UUID
    clinic_day: date
    practitioner_id: UUID
    author_id: UUID | None
    kind: str
    state: str
    valid_until: date | None
    signed_at: datetime | None
    diagnoses: tuple[dict[str, Any], ...]
    diagnosis_basis: str
    rationale: str
    follow_up_plan: str
    advice: str
    long_supply_reason: str
    digest: str
    returned_reason: str
    confirmed_reason: str
    void_reason: str
    items: tuple[ItemFacts, ...]
    version: int

    @property
    def is_in_force(self) -> bool:
        return self.state in IN_USE

    @property
    def state_label(self) -> str:
        return str(PrescriptionState(self.state).label)

    @property
    def kind_label(self) -> str:
        return str(PrescriptionKind(self.kind).label)

    @property
    def seal(self) -> str:
        """The seal as it is printed: the first sixteen signs of the digest, in fours."""
        return " ".join(self.digest[n : n + 4] for n in range(0, 16, 4)).upper()

    @property
    def diagnosis_names(self) -> tuple[str, ...]:
        """The diagnoses in words; a suspected one carries a question mark."""
        return tuple(
            f"{Localized(one['text'])}{'?' if one.get('is_suspected') else ''}"
            for one in self.diagnoses
        )


@dataclass(frozen=True, slots=True)
class PrescriptionDetail:
    """A signed prescription with its people, as a page or paper shows it. Times are local."""

    facts: PrescriptionFacts
    patient: PatientBrief
    prescriber: PersonName
    signed_at: datetime | None


def prescription_facts(prescription_ids: Iterable[UUID]) -> dict[UUID, PrescriptionFacts]:
    """Several prescriptions by id, for other apps. Two queries."""
    return {
        one.id: one for one in _facts(Prescription.objects.filter(pk__in=set(prescription_ids)))
    }


def prescriptions_of_visits(visit_ids: Iterable[UUID]) -> list[PrescriptionFacts]:
    """What was prescribed at these visits, drafts left out, oldest first. Two queries."""
    rows = Prescription.objects.filter(visit_id__in=set(visit_ids), signed_at__isnull=False)
    return _facts(rows.order_by("signed_at"))


def also_owed(name: str, asks: OwedBesides) -> None:
    """Have a higher app say what else of a visit is still to be handed over. Call in `ready()`."""
    _also_owed[name] = asks


def is_owed_besides(visit_id: UUID, prescription_id: UUID) -> bool:
    """Whether something else prescribed at a visit is still to be handed over.

    One query, and those of whoever knows more: one.
    """
    others = Prescription.objects.filter(visit_id=visit_id, state__in=OWED)
    return others.exclude(pk=prescription_id).exists() or any(
        asks(visit_id, prescription_id) for asks in _also_owed.values()
    )


def prescription_detail(actor: Actor, prescription_id: UUID) -> PrescriptionDetail:
    """One signed prescription with its people. Four queries.

    Raises:
        NotFound: there is none, it is a draft, or the actor may not know of it.
    """
    facts = prescription_facts([prescription_id]).get(prescription_id)
    if facts is None or facts.signed_at is None:
        raise NotFound
    if actor.is_owner(facts.patient_id, facts.visit_id):
        refuse_family(actor, facts.visit_id)
    else:
        require_patient(actor, facts.patient_id, facts.site_id)
    patient = patient_briefs(actor, [facts.patient_id], "prescription").get(facts.patient_id)
    if patient is None:
        raise NotFound
    names = practitioner_names([facts.practitioner_id])
    return PrescriptionDetail(
        facts=facts,
        patient=patient,
        prescriber=names.get(facts.practitioner_id, PersonName("")),
        signed_at=facts.signed_at.astimezone(site_zone(facts.site_id)),
    )


def _facts(rows: Any) -> list[PrescriptionFacts]:
    found = list(rows)
    items = _items([row.pk for row in found])
    return [_fact(row, tuple(items.get(row.pk, ()))) for row in found]


def _items(prescription_ids: list[UUID]) -> dict[UUID, list[ItemFacts]]:
    found: dict[UUID, list[ItemFacts]] = {}
    rows = PrescriptionItem.objects.filter(prescription_id__in=prescription_ids)
    for row in rows.order_by("position"):
        plain = {name: getattr(row, name) for name in ItemFacts.__slots__}
        found.setdefault(row.prescription_id, []).append(ItemFacts(**plain))
    return found


def _fact(row: Prescription, items: tuple[ItemFacts, ...]) -> PrescriptionFacts:
    plain = {
        name: getattr(row, name)
        for name in PrescriptionFacts.__slots__
        if name not in {"items", "diagnoses"}
    }
    return PrescriptionFacts(**plain, items=items, diagnoses=tuple(row.diagnoses))
