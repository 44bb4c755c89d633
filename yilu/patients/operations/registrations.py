"""Making a patient known to a further site of the group."""

from uuid import UUID

from yilu.patients import permissions
from yilu.patients.errors import SharingNotAgreed, UnknownPatient
from yilu.patients.events import PatientRegistered
from yilu.patients.models import Patient, Registration
from yilu.patients.selectors.facts import may_see
from yilu.patients.selectors.topics import patient_topic
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id


@operation
def register_at_site(
    *, actor: Actor, patient_id: UUID, site_id: UUID, has_agreed: bool = False, record_no: str = ""
) -> bool:
    """Make a known patient known to a site; False when the site knows them already.

    A record that other sites do not share needs the patient's word: `has_agreed` says that the
    desk asked. Three queries, five when it is new.

    Raises:
        SharingNotAgreed: the actor may not see the record yet, and nobody asked the patient.
        UnknownPatient, NotAllowed.
    """
    if not actor.is_owner(patient_id):
        actor.require(permissions.REGISTER, site_id)
    if not Patient.objects.filter(pk=patient_id, merged_into=None).exists():
        raise UnknownPatient
    if not has_agreed and not may_see(actor, patient_id):
        raise SharingNotAgreed
    row = Registration(
        id=new_id(), patient_id=patient_id, site_id=site_id, record_no=record_no,
        registered_at=clock.now(),
    )  # fmt: skip
    # Two desks at once: the second finds the first's row, and that is as good.
    Registration.objects.bulk_create([row], ignore_conflicts=True)
    if not Registration.objects.filter(pk=row.pk).exists():
        return False
    patient = Patient(pk=patient_id)
    audit.record(
        actor, "patients.patient.registered_at_site", patient,
        site_id=site_id, patient_id=patient_id, has_agreed=has_agreed,
    )  # fmt: skip
    outbox.publish(
        PatientRegistered(patient_id, 0, site_id),
        actor=actor, site_id=site_id, subject=patient, topics=[patient_topic(patient_id)],
    )  # fmt: skip
    return True
