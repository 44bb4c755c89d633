"""Patients who want to be told no other time when their doctor runs late, and who want it again."""

from uuid import UUID

from yilu.patients.selectors.patients import patient_exists
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.subjects import Subject
from yilu.scheduling import permissions
from yilu.scheduling.events import PatientTimesFixed
from yilu.scheduling.models import FixedTimes


@operation
def fix_times(
    *, actor: Actor, patient_id: UUID, is_fixed: bool = True, site_id: UUID | None = None
) -> None:
    """Tell a patient no other time when a doctor runs late, or tell them again.

    Patients say so themselves; for others it is written down at a site. What they were told
    already is kept. Twice changes nothing.

    Raises: NotFound, NotAllowed.
    """
    if patient_id not in actor.owns:
        if site_id is None:
            raise NotAllowed(permission=permissions.CHANGE)
        actor.require(permissions.CHANGE, site_id)
    if not patient_exists(patient_id):
        raise NotFound
    if not _keep(patient_id, actor.user_id, is_fixed=is_fixed):
        return
    about = Subject("patients.patient", patient_id)
    done = "fixed" if is_fixed else "freed"
    audit.record(
        actor, f"scheduling.patient_times.{done}", about, site_id=site_id, patient_id=patient_id
    )
    told = PatientTimesFixed(patient_id, is_fixed)
    outbox.publish(told, actor=actor, site_id=site_id, subject=about)


def _keep(patient_id: UUID, by: UUID | None, *, is_fixed: bool) -> bool:
    """Whether that changed anything."""
    held = FixedTimes.objects.filter(patient=patient_id, ended_at=None)
    if not is_fixed:
        return bool(held.update(ended_at=clock.now()))
    _, is_new = FixedTimes.objects.get_or_create(
        patient_id=patient_id, ended_at=None, defaults={"by": by}
    )
    return is_new
