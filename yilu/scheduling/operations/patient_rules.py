"""Setting the rules for patients, and lifting what follows from missed visits."""

from uuid import UUID

from yilu.patients.selectors.patients import patient_exists
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.platform.subjects import Subject
from yilu.scheduling import permissions
from yilu.scheduling.errors import ReasonMissing
from yilu.scheduling.events import PatientForgiven, PatientRulesSet
from yilu.scheduling.models import Forgiveness, PatientRules
from yilu.scheduling.patient_rules import RuleBook

SET = (
    "per_day",
    "per_department",
    "per_doctor",
    "open_most",
    "misses",
    "months",
    "consequence",
    "days",
)


@operation
def set_patient_rules(
    *, actor: Actor, site_id: UUID, book: RuleBook, version: int | None = None
) -> None:
    """Set how much patients may book by themselves, and what follows from missed visits.

    Raises: NotAllowed, Stale.
    """
    actor.require(permissions.RULES, site_id)
    known = PatientRules.objects.select_for_update().first()
    row = known or PatientRules(version=0)
    check_version(row, version)
    for name in SET:
        setattr(row, name, getattr(book, name))
    row.urgent_ids = list(book.urgent_ids)
    row.version += 1
    row.save()
    said = {name: getattr(book, name) for name in SET}
    audit.record(actor, "scheduling.patient_rules.set", row, site_id=site_id, **said)
    outbox.publish(PatientRulesSet(), actor=actor, site_id=site_id, subject=row)


@operation
def forgive_patient(*, actor: Actor, site_id: UUID, patient_id: UUID, reason: str) -> None:
    """Let what a patient missed so far not count any more, with a reason that stays.

    Raises:
        NotAllowed, NotFound.
        ReasonMissing: no reason is given.
    """
    actor.require(permissions.FORGIVE, site_id)
    if not reason.strip():
        raise ReasonMissing
    if not patient_exists(patient_id):
        raise NotFound
    lifted = Forgiveness(patient_id=patient_id, reason=reason.strip(), by=actor.user_id)
    lifted.save(force_insert=True)
    about = Subject("patients.patient", patient_id)
    audit.record(
        actor, "scheduling.patient.forgiven", about, site_id=site_id, patient_id=patient_id,
        reason=lifted.reason,
    )  # fmt: skip
    told = PatientForgiven(patient_id)
    outbox.publish(told, actor=actor, site_id=site_id, subject=about)
