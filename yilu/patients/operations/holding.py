"""Getting hold of a patient's row: the only way to change anything about a patient."""

from uuid import UUID

from django.db.models.functions import Coalesce

from yilu.patients import permissions
from yilu.patients.errors import AlreadyRegistered, MergedAway, UnknownPatient
from yilu.patients.models import Account, Patient
from yilu.patients.selectors.facts import may_see, sites_of
from yilu.patients.states import LinkHow
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.ids import new_id


def hold_patient(actor: Actor, patient_id: UUID, permission: str = permissions.CHANGE) -> Patient:
    """The patient, locked until the deed ends, if the actor may change them.

    Staff act at a site that knows the patient; an account acts on what it owns.
    """
    patient = Patient.objects.select_for_update(of=("self",)).filter(pk=patient_id).first()
    if patient is None or not may_see(actor, patient_id):
        raise UnknownPatient
    if patient.merged_into_id is not None:
        raise MergedAway(patient_id=patient.merged_into_id)
    if actor.is_owner(patient_id) or permission in actor.permissions:
        return patient
    if not any(actor.may(permission, site_id) for site_id in sites_of(patient_id)):
        raise NotAllowed(permission=permission)
    return patient


def refuse_second(actor: Actor, patient: Patient) -> None:
    """Refuse a paper that another record has, and say whose to those who may know.

    Two at once are told apart by the table's own constraint, which cannot say whose.
    """
    if patient.id_blind is None:
        return
    same = Patient.objects.filter(id_blind=patient.id_blind, id_type=patient.id_type)
    other = (
        same.exclude(pk=patient.pk)
        .exclude(merged_into=patient.pk)
        .values_list(Coalesce("merged_into", "pk"), flat=True)
        .first()
    )
    if other is not None:
        raise AlreadyRegistered(patient_id=other if actor.kind != "patient" else None)


def link(user_id: UUID, patient: Patient, how: LinkHow) -> None:
    """Let an account see a patient; once more changes nothing. One query."""
    row = Account(id=new_id(), user_id=user_id, patient=patient, how=how, linked_at=clock.now())
    Account.objects.bulk_create([row], ignore_conflicts=True)
