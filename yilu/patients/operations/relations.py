"""A patient's family: who belongs to whom, and who may act for whom."""

from uuid import UUID

from django.db.models import QuerySet

from yilu.patients.errors import RelatedToSelf, UnknownPatient
from yilu.patients.events import PatientChanged
from yilu.patients.models import Patient, Relation
from yilu.patients.operations.holding import hold_patient
from yilu.patients.rules.facts import checked_relative
from yilu.patients.selectors.facts import may_see
from yilu.patients.selectors.topics import patient_topic
from yilu.patients.states import Kinship
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed


@operation
def relate(
    *,
    actor: Actor,
    patient_id: UUID,
    kind: str,
    relative_id: UUID | None = None,
    name: str = "",
    phone: str = "",
    may_act: bool = False,
) -> UUID:
    """Keep that somebody is a patient's relative: another record, or a name and a phone.

    `may_act` lets the relative's own account see and act for the patient; only the desk may
    say so. Saying it again of the same relative replaces what was said before.

    Raises:
        Invalid: the name is missing or the phone cannot be.
        RelatedToSelf, UnknownPatient, NotAllowed.
    """
    patient = hold_patient(actor, patient_id)
    if may_act and actor.kind == "patient":
        raise NotAllowed
    if relative_id == patient_id:
        raise RelatedToSelf
    if relative_id is not None and not may_see(actor, relative_id):
        raise UnknownPatient
    name, phone = checked_relative(name, phone, is_named=relative_id is not None)
    if relative_id is not None:
        _ended(Relation.objects.filter(patient=patient, relative=relative_id, ended_at=None))
    relation = Relation(
        patient=patient, relative_id=relative_id, relative_name=name, relative_phone=phone,
        kind=Kinship(kind), may_act=may_act and relative_id is not None, created_at=clock.now(),
    )  # fmt: skip
    relation.save(force_insert=True)
    _tell(actor, patient, "related", relation)
    return relation.pk


@operation
def end_relation(*, actor: Actor, relation_id: UUID) -> None:
    """Keep that somebody is no longer a patient's relative, or should not act for them.

    Raises:
        UnknownPatient: there is no such relation, or the actor may not see the patient.
    """
    relation = Relation.objects.filter(pk=relation_id, ended_at=None).first()
    if relation is None:
        raise UnknownPatient
    patient = hold_patient(actor, relation.patient_id)
    _ended(Relation.objects.filter(pk=relation_id, ended_at=None))
    _tell(actor, patient, "parted", relation)


def _ended(relations: QuerySet[Relation]) -> None:
    relations.update(ended_at=clock.now())


def _tell(actor: Actor, patient: Patient, done: str, relation: Relation) -> None:
    patient.version += 1
    patient.save(update_fields=["version"])
    audit.record(
        actor, f"patients.patient.{done}", patient,
        patient_id=patient.pk, relation_id=relation.pk, kind=relation.kind,
        may_act=relation.may_act,
    )  # fmt: skip
    told = PatientChanged(patient.pk, patient.version, ("relations",))
    outbox.publish(
        told, actor=actor, site_id=None, subject=patient, topics=[patient_topic(patient.pk)]
    )
