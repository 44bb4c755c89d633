"""Keeping that somebody took a record along."""

from collections.abc import Collection
from uuid import UUID

from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.subjects import Subject


@operation
def note_download(*, actor: Actor, patient_id: UUID, parts: Collection[str], kind: str) -> None:
    """Write down who downloaded which parts of a record, and as what.

    Raises: NotFound: the patient is none of the actor's.
    """
    if not actor.is_owner(patient_id):
        raise NotFound
    audit.record(
        actor, "records.record.downloaded", Subject("patients.patient", patient_id),
        patient_id=patient_id, parts=sorted(parts), kind=kind,
    )  # fmt: skip
