"""Registering people and keeping what is known about them."""

from dataclasses import fields
from uuid import UUID

from yilu.patients import permissions
from yilu.patients.errors import AlreadyRegistered
from yilu.patients.events import PatientChanged, PatientRegistered
from yilu.patients.models import Patient, Registration
from yilu.patients.operations.holding import hold_patient, link, refuse_second
from yilu.patients.operations.parts import keep_cards, keep_contacts
from yilu.patients.rules.facts import PatientFacts, checked
from yilu.patients.rules.index import paper_blind, tail_blind
from yilu.patients.rules.names import name_pinyin, name_tokens
from yilu.patients.selectors.facts import as_facts, held_parts
from yilu.patients.selectors.lines import today
from yilu.patients.selectors.topics import patient_topic
from yilu.patients.states import LinkHow
from yilu.platform import audit, clock, numbers, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotAllowed

TAKEN = {
    "patients_patient_one_per_paper": AlreadyRegistered,
    "patients_card_once": AlreadyRegistered,
}
# What an account may change about its patients by itself; the rest is the desk's.
BY_ACCOUNTS = frozenset({"email", "wechat", "address", "language", "companion", "special_needs"})


@operation
def register_patient(
    *, actor: Actor, site_id: UUID, facts: PatientFacts, account_id: UUID | None = None
) -> UUID:
    """Make a record for somebody at a site. Only the name must be known.

    A patient's own account may register people too, and sees them from then on; staff may name
    the account that shall.

    Raises:
        Invalid: a fact cannot be; each field is named.
        AlreadyRegistered: the identity paper, or the card, is somebody's; for staff it says whose.
        NotAllowed: the actor may not register patients at this site.
    """
    if actor.kind != "patient":
        actor.require(permissions.REGISTER, site_id)
    facts = checked(facts, today())
    patient = Patient(created_at=clock.now())
    _write(patient, facts)
    refuse_second(actor, patient)
    patient.record_no = f"{numbers.take('patients.record_no'):08d}"
    with on_violation(**TAKEN):
        patient.save(force_insert=True)
        keep_contacts(patient, facts, {})
        keep_cards(patient, facts, {})
    Registration(patient=patient, site_id=site_id).save(force_insert=True)
    owner_id = actor.user_id if actor.kind == "patient" else account_id
    if owner_id is not None:
        link(owner_id, patient, LinkHow.CREATED)
    audit.record(
        actor, "patients.patient.registered", patient, site_id=site_id, patient_id=patient.pk
    )
    told = PatientRegistered(patient.pk, patient.version, site_id)
    outbox.publish(told, actor=actor, site_id=site_id, subject=patient)
    return patient.pk


@operation
def change_patient(
    *, actor: Actor, patient_id: UUID, facts: PatientFacts, version: int | None = None
) -> int:
    """Replace what is known about a patient; gives back the new version.

    An empty phone, card or paper takes the old one away; its row is kept as ended.

    Raises:
        Invalid, AlreadyRegistered: as when registering.
        Stale: somebody changed the record since that version.
        UnknownPatient, NotAllowed: the actor may not see, or not change, this patient.
    """
    patient = hold_patient(actor, patient_id)
    check_version(patient, version)
    facts = checked(facts, today())
    parts = held_parts(patient_id)
    changed = _differences(as_facts(patient, parts), facts)
    if not changed:
        return patient.version
    if actor.kind == "patient" and not BY_ACCOUNTS.issuperset(changed):
        raise NotAllowed(permission=permissions.CHANGE)
    _write(patient, facts)
    refuse_second(actor, patient)
    patient.version += 1
    with on_violation(**TAKEN):
        patient.save(force_update=True)
        keep_contacts(patient, facts, parts)
        keep_cards(patient, facts, parts)
    # Names of facts, never their values.
    audit.record(actor, "patients.patient.changed", patient, patient_id=patient.pk, changed=changed)
    told = PatientChanged(patient.pk, patient.version, changed)
    outbox.publish(
        told, actor=actor, site_id=None, subject=patient, topics=[patient_topic(patient.pk)]
    )
    return patient.version


def _differences(before: PatientFacts, after: PatientFacts) -> tuple[str, ...]:
    names = [field.name for field in fields(after)]
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _write(patient: Patient, facts: PatientFacts) -> None:
    """Put the facts into the row, with what they are found by."""
    patient.name, patient.pinyin = facts.name, name_pinyin(facts.name)
    patient.tokens = name_tokens(facts.name)
    patient.sex, patient.language = facts.sex, facts.language
    patient.born_on, patient.birth_estimated = facts.born_on, facts.birth_estimated
    patient.id_type, patient.id_number = facts.id_type, facts.id_number
    patient.id_blind = paper_blind(facts.id_number) if facts.id_number else None
    patient.id_tail_blind = tail_blind(facts.id_number[-4:]) if facts.id_number else None
    patient.address, patient.companion = facts.address, facts.companion
    patient.special_needs = list(facts.special_needs)
