"""What is known about a patient in full, as a form shows it for changing."""

from dataclasses import dataclass
from uuid import UUID

from yilu.patients import permissions
from yilu.patients.errors import MergedAway, UnknownPatient
from yilu.patients.models import Card, ContactPoint, Patient, Registration
from yilu.patients.rules.facts import PatientFacts
from yilu.platform import audit
from yilu.platform.actors import Actor

Part = ContactPoint | Card
CARD_FACTS = {"visit": "visit_card", "insurance": "insurance_card"}


@dataclass(frozen=True, slots=True)
class EditableFacts:
    """The facts, and the version of the record at which they were read."""

    facts: PatientFacts
    version: int


def editable_facts(actor: Actor, patient_id: UUID) -> EditableFacts:
    """What is known about a patient, unmasked: this is recorded. Four queries.

    Raises:
        UnknownPatient: there is none, or the actor may not see them.
    """
    patient = Patient.objects.filter(pk=patient_id).first()
    if patient is None or not may_see(actor, patient_id):
        raise UnknownPatient
    if patient.merged_into_id is not None:
        raise MergedAway(patient_id=patient.merged_into_id)
    audit.seen(actor, [patient_id], "patients.edit")
    return EditableFacts(as_facts(patient, held_parts(patient_id)), patient.version)


def held_parts(patient_id: UUID) -> dict[str, Part]:
    """A patient's contacts and cards that hold, by the name of their fact. Two queries."""
    contacts = ContactPoint.objects.filter(patient=patient_id, is_primary=True, ended_at=None)
    cards = Card.objects.filter(patient=patient_id, ended_at=None)
    return {c.kind: c for c in contacts} | {CARD_FACTS[c.kind]: c for c in cards}


def as_facts(patient: Patient, parts: dict[str, Part]) -> PatientFacts:
    """A record as facts. No query."""
    contacts = {name: part.value for name, part in parts.items() if isinstance(part, ContactPoint)}
    cards = {name: part.number for name, part in parts.items() if isinstance(part, Card)}
    return PatientFacts(
        name=patient.name,
        sex=patient.sex,
        born_on=patient.born_on,
        birth_estimated=patient.birth_estimated,
        id_type=patient.id_type,
        id_number=patient.id_number,
        address=patient.address,
        language=patient.language,
        special_needs=tuple(patient.special_needs),
        companion=patient.companion,
        **contacts,
        **cards,
    )


def may_see(actor: Actor, patient_id: UUID) -> bool:
    """Whether the actor may see this patient in full. One query or none."""
    if actor.is_owner(patient_id) or actor.may_anywhere(permissions.SEE_ALL):
        return True
    sites = actor.sites(permissions.SEE)
    if sites is None:
        return True
    if not sites:
        return False
    known = Registration.objects.filter(patient=patient_id).values_list(
        "site_id", "sharing_consent"
    )
    return any(site in sites or shared for site, shared in known)


def first_site(patient_id: UUID) -> UUID | None:
    """The site that has known a patient longest; None when none does. One query."""
    known = Registration.objects.filter(patient=patient_id).order_by("registered_at")
    return known.values_list("site_id", flat=True).first()


def sites_of(patient_id: UUID) -> frozenset[UUID]:
    """The sites that know a patient. One query."""
    return frozenset(
        Registration.objects.filter(patient=patient_id).values_list("site_id", flat=True)
    )
