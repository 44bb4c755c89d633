"""Giving some patients of the moment an account, so that one can look through their eyes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.demo.selectors.cast import cast
from yilu.patients import permissions as patients
from yilu.patients.operations.accounts import ensure_account, link_account
from yilu.patients.selectors.patients import contact_of, patient_briefs
from yilu.platform import clinic_clock
from yilu.platform.actors import Actor
from yilu.platform.clinic_clock import NotADemonstration
from yilu.platform.db import operation
from yilu.platform.phones import shown_phone


@dataclass(frozen=True, slots=True)
class Invited:
    """How to see what a patient sees: their phone, birth date, and what is going on with them."""

    part: str
    phone: str
    born_on: date | None
    subject_id: UUID


@operation
def invite_cast(*, actor: Actor, site_id: UUID) -> list[Invited]:
    """Link an account to a patient for each point of the day. Said again, nothing is doubled.

    Raises:
        NotADemonstration: nobody looks through a real patient's eyes.
    """
    if not clinic_clock.is_demonstration():
        raise NotADemonstration
    able = actor.lent(patients.SEE, patients.SEE_ALL, patients.CHANGE)
    invited = []
    for part in cast(site_id):
        contact = contact_of(part.patient_id)
        if contact is None or not contact.phone:
            continue
        brief = patient_briefs(able, [part.patient_id], "demo")[part.patient_id]
        user = ensure_account(actor=able, phone=contact.phone)
        link_account(actor=able, user_id=user.pk, patient_id=part.patient_id)
        phone = shown_phone(contact.phone)
        invited.append(Invited(part.name, phone, brief.born_on, part.subject_id))
    return invited
