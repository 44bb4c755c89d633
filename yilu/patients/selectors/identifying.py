"""What is on record about a patient by which staff tell that it is them."""

from uuid import UUID

from yilu.patients.rules.identity import Known
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.actors import Actor


def known_of(actor: Actor, patient_id: UUID, why: str) -> Known:
    """The identifiers of a patient. One query, and the look is recorded."""
    patient = patient_briefs(actor, [patient_id], why)[patient_id]
    return Known(
        name=patient.name.written,
        pinyin=patient.name.pinyin,
        born_on=patient.born_on.isoformat() if patient.born_on else "",
        phone_masked=patient.phone_masked,
        record_no=patient.record_no,
    )
