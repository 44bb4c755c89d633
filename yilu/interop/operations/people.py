"""For whom a partner books: somebody it booked for before, somebody we recognise, or somebody new.

A partner never learns which. What would tell it – that a number is known, that somebody is busy
elsewhere – leads to a record of its own instead, which the desk joins to the other later.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from yilu.interop.errors import ConsentNeeded
from yilu.interop.models import PartnerBooking
from yilu.patients import permissions as patients
from yilu.patients.errors import AlreadyRegistered
from yilu.patients.operations.consents import give_consent
from yilu.patients.operations.patients import register_patient
from yilu.patients.operations.registrations import register_at_site
from yilu.patients.rules.facts import PatientFacts, checked
from yilu.patients.selectors.duplicates import Candidate, duplicate_candidates
from yilu.patients.selectors.patients import today
from yilu.patients.states import ConsentHow, ConsentKind
from yilu.platform import crypto
from yilu.platform.actors import Actor
from yilu.platform.once import StillRunning
from yilu.scheduling.errors import PatientBusy
from yilu.scheduling.selectors.agreed import clashes

# Finds out whether an identity number is known here; nobody is shown.
RECOGNISER = Actor.system("interop.recogniser", patients.SEE, patients.SEE_ALL, patients.REGISTER)


@dataclass(frozen=True, slots=True)
class Visit:
    """Where and when somebody would be: they cannot be elsewhere meanwhile."""

    site_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """The patient that is booked for, and by what the partner is known to book for them again."""

    patient_id: UUID
    person: bytes


def patient_for(
    actor: Actor, partner_id: UUID, facts: PatientFacts, visit: Visit, *, has_agreed: bool
) -> Found:
    """The patient meant, registered when new. Part of a deed, not one itself.

    Raises:
        Invalid: a fact cannot be; each field is named.
        ConsentNeeded: the patient agreed to nothing.
        PatientBusy: the partner itself has booked for them at that time.
    """
    if not has_agreed:
        raise ConsentNeeded
    facts = checked(facts, today())
    person = crypto.blind(
        "\0".join([str(partner_id), facts.name, str(facts.born_on), facts.phone, facts.id_number]),
        "interop.person",
    )
    same = _same_paper(facts)
    known = _booked_before(partner_id, person) or _recognised(facts, same)
    if known is None or _is_elsewhere(partner_id, known, visit):
        if same is not None:
            facts = replace(facts, id_type="", id_number="")
        known = _registered(actor, facts, visit.site_id)
    owner = replace(actor, owns=frozenset({known}))
    register_at_site(actor=owner, patient_id=known, site_id=visit.site_id, has_agreed=True)
    give_consent(actor=owner, patient_id=known, kind=ConsentKind.DATA_USE, how=ConsentHow.ONLINE)
    return Found(known, person)


def _same_paper(facts: PatientFacts) -> Candidate | None:
    """Who has the same identity paper, if one was given and anybody does."""
    if not facts.id_number:
        return None
    same = duplicate_candidates(RECOGNISER, id_number=facts.id_number, id_type=facts.id_type)
    return next((one for one in same if one.is_certain), None)


def _recognised(facts: PatientFacts, same: Candidate | None) -> UUID | None:
    """The record with that paper, when name and birth date are those in it too."""
    if same is None or facts.born_on is None:
        return None
    held = same.hit.patient
    is_same = held.name.written == facts.name and held.born_on == facts.born_on
    return held.id if is_same else None


def _booked_before(partner_id: UUID, person: bytes) -> UUID | None:
    booked = PartnerBooking.objects.filter(partner_id=partner_id, person=person)
    return booked.order_by("-id").values_list("patient_id", flat=True).first()


def _is_elsewhere(partner_id: UUID, patient_id: UUID, visit: Visit) -> bool:
    """Whether the patient has something else at that time that is none of the partner's business.

    Raises: PatientBusy, when it is.
    """
    others = clashes(patient_id, visit.starts_at, visit.ends_at)
    if not others:
        return False
    if PartnerBooking.objects.filter(partner_id=partner_id, booking_id__in=others).exists():
        raise PatientBusy
    return True


def _registered(actor: Actor, facts: PatientFacts, site_id: UUID) -> UUID:
    try:
        return register_patient(actor=actor, site_id=site_id, facts=facts)
    except AlreadyRegistered as raced:
        # Somebody registered the same paper this very moment; the repeat recognises them.
        raise StillRunning from raced
