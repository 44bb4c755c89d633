"""Choosing how one's own record is shown."""

from uuid import UUID

from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.subjects import Subject
from yilu.records.models import ReadingStyle


@operation
def set_reading_style(*, actor: Actor, patient_id: UUID, large: bool, plain: bool) -> None:
    """Show a patient's own record in large print, in plain words, in both or as it is.

    Raises: NotFound: the patient is none of the actor's.
    """
    if not actor.is_owner(patient_id):
        raise NotFound
    ReadingStyle.objects.update_or_create(
        patient_id=patient_id, defaults={"large": large, "plain": plain}
    )
    audit.record(
        actor, "records.style.chosen", Subject("patients.patient", patient_id),
        patient_id=patient_id, large=large, plain=plain,
    )  # fmt: skip
