"""What patients agree to, and take back."""

from uuid import UUID

from yilu.patients.errors import NotGiven
from yilu.patients.events import ConsentChanged
from yilu.patients.models import Consent, Patient, Registration
from yilu.patients.operations.holding import hold_patient
from yilu.patients.rules.consents import current_text
from yilu.patients.selectors.topics import patient_topic
from yilu.patients.states import ConsentHow, ConsentKind
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation


@operation
def give_consent(*, actor: Actor, patient_id: UUID, kind: str, how: str) -> str:
    """Keep that a patient agreed to today's words of a kind; gives back their version.

    Agreeing again to the same words changes nothing; to newer words, the older consent ends.

    Raises:
        ValueError: there is no such kind or way.
        UnknownPatient, NotAllowed.
    """
    kind, how = ConsentKind(kind), ConsentHow(how)
    patient = hold_patient(actor, patient_id)
    version = current_text(kind).version
    held = Consent.objects.filter(patient=patient, kind=kind, withdrawn_at=None).first()
    if held is not None and held.text_version == version:
        return version
    if held is not None:
        held.withdrawn_at = clock.now()
        held.save(update_fields=["withdrawn_at"])
    Consent(patient=patient, kind=kind, text_version=version, how=how, given_at=clock.now()).save(
        force_insert=True
    )
    _tell(actor, patient, kind, version, is_given=True)
    return version


@operation
def withdraw_consent(*, actor: Actor, patient_id: UUID, kind: str) -> None:
    """Keep that a patient takes a consent back. What was done before stays lawful.

    Raises:
        NotGiven: no such consent holds.
        UnknownPatient, NotAllowed.
    """
    patient = hold_patient(actor, patient_id)
    held = Consent.objects.filter(patient=patient, kind=kind, withdrawn_at=None).first()
    if held is None:
        raise NotGiven
    held.withdrawn_at = clock.now()
    held.save(update_fields=["withdrawn_at"])
    _tell(actor, patient, kind, held.text_version, is_given=False)


def _tell(actor: Actor, patient: Patient, kind: str, version: str, *, is_given: bool) -> None:
    if kind == ConsentKind.SHARING:
        Registration.objects.filter(patient=patient).update(sharing_consent=is_given)
    done = "given" if is_given else "withdrawn"
    audit.record(
        actor, f"patients.consent.{done}", patient,
        patient_id=patient.pk, kind=kind, text_version=version,
    )  # fmt: skip
    told = ConsentChanged(patient.pk, str(kind), version, is_given)
    outbox.publish(
        told, actor=actor, site_id=None, subject=patient, topics=[patient_topic(patient.pk)]
    )
