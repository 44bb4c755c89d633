"""Patients' accounts: a phone that signs in, and the records it may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model

from yilu.patients import permissions
from yilu.patients.errors import NoMatch, UnknownPatient
from yilu.patients.models import Account, Patient
from yilu.patients.operations.holding import hold_patient, link
from yilu.patients.rules.index import tail_blind
from yilu.patients.rules.papers import normal_number
from yilu.patients.rules.text import fold, tidy
from yilu.patients.states import LinkHow
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.crypto import blind
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed
from yilu.platform.ids import new_id
from yilu.platform.phones import normal_phone


@dataclass(frozen=True, slots=True)
class Proof:
    """The three answers that link an existing record: name, birth date, last four of the paper."""

    name: str
    born_on: date
    id_tail: str


@operation
def ensure_account(*, actor: Actor, phone: str) -> Any:
    """The account of a phone that has just proved itself by a code; made if there is none.

    Its username is the blind index of the phone. It sees nothing yet. Two queries, three when
    it is new.

    Raises:
        BadPhone: nobody can have this number.
    """
    username = blind(normal_phone(phone), "patients.account").hex()
    users = get_user_model()
    fresh = users(id=new_id(), username=username, kind="patient")
    fresh.set_unusable_password()
    users.objects.bulk_create([fresh], ignore_conflicts=True)  # Two tabs at once: one account.
    user = users.objects.get(username=username)
    if user.pk == fresh.pk:
        audit.record(actor, "patients.account.made", user)
    return user


@operation
def link_account(
    *,
    actor: Actor,
    user_id: UUID,
    patient_id: UUID | None = None,
    proof: Proof | None = None,
) -> UUID:
    """Let an account see a patient, and act for them; gives back the patient.

    Two ways: the answers of `proof` fit exactly one record; or the desk links `patient_id` with
    the person before it. Count the guesses (`throttle`) before calling with a proof. Whom an
    account registers itself it sees at once (`register_patient`).

    Raises:
        NoMatch: the answers fit no record, or several.
        UnknownPatient, NotAllowed.
    """
    if proof is not None:
        patient, how = _proved(proof), LinkHow.MATCHED
    elif patient_id is not None and actor.kind != "patient":
        patient, how = hold_patient(actor, patient_id), LinkHow.DESK
    else:
        raise NotAllowed(permission=permissions.CHANGE)
    link(user_id, patient, how)
    audit.record(
        actor, "patients.account.linked", patient,
        patient_id=patient.pk, user_id=user_id, how=how.value,
    )  # fmt: skip
    return patient.pk


@operation
def unlink_account(*, actor: Actor, user_id: UUID, patient_id: UUID) -> None:
    """Let an account no longer see a patient. By the desk, or by the account itself.

    Raises:
        UnknownPatient, NotAllowed.
    """
    if actor.kind == "patient" and actor.user_id != user_id:
        raise NotAllowed(permission=permissions.CHANGE)
    patient = hold_patient(actor, patient_id)
    held = Account.objects.filter(user=user_id, patient=patient, ended_at=None)
    if not held.update(ended_at=clock.now()):
        raise UnknownPatient
    audit.record(
        actor, "patients.account.unlinked", patient, patient_id=patient.pk, user_id=user_id
    )


def _proved(proof: Proof) -> Patient:
    """The one record that the answers fit. The name may be written or said the same way."""
    last_four = normal_number(proof.id_tail)[-4:]
    same = Patient.objects.filter(
        id_tail_blind=tail_blind(last_four), born_on=proof.born_on, merged_into=None
    )
    name = fold(tidy(proof.name)).replace(" ", "")
    fitting = [p for p in same if fold(p.name).replace(" ", "") == name]
    if len(fitting) != 1 or len(last_four) != 4:
        raise NoMatch
    return fitting[0]
