"""Everything that changes the coded diagnoses of a visit."""

from uuid import UUID

from yilu.catalogue.selectors.codes import diagnosis_names
from yilu.clinical import permissions
from yilu.clinical.errors import AlreadyRecorded, UnknownDiagnosis
from yilu.clinical.events import RecordChanged
from yilu.clinical.models import Diagnosis
from yilu.clinical.rules.texts import clean_words
from yilu.clinical.selectors.context import record_topics, setting
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import NotFound


@operation
def add_diagnosis(
    *, actor: Actor, visit_id: UUID, code: str, remark: str = "", is_suspected: bool = False
) -> UUID:
    """Add a coded diagnosis to the visit; the first one is the primary.

    Raises:
        UnknownDiagnosis: the code is in no list.
        AlreadyRecorded: this visit has it already.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    words = clean_words({"code": 12, "remark": 200}, code=code, remark=remark)
    names = diagnosis_names([words["code"]])
    if words["code"] not in names:
        raise UnknownDiagnosis
    there = Diagnosis.objects.filter(visit_id=visit_id, removed_at=None)
    has_primary = there.filter(is_primary=True).exists()
    row = Diagnosis(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        text=names[words["code"]],
        is_primary=not has_primary,
        is_suspected=is_suspected,
        recorded_by_id=actor.user_id,
        recorded_at=clock.now(),
        **words,
    )
    with on_violation(
        clinical_diagnosis_once=AlreadyRecorded, clinical_diagnosis_one_primary=AlreadyRecorded
    ):
        row.save(force_insert=True)
    _record(actor, row, "added")
    return row.pk


@operation
def remove_diagnosis(*, actor: Actor, diagnosis_id: UUID) -> None:
    """Take a diagnosis off the visit. What was signed with it keeps it."""
    row = _hold(actor, diagnosis_id)
    row.removed_at, was_primary, row.is_primary = clock.now(), row.is_primary, False
    row.version += 1
    row.save(update_fields=["removed_at", "is_primary", "version"])
    if was_primary:
        _make_first_primary(row.visit_id)
    _record(actor, row, "removed")


@operation
def make_primary(*, actor: Actor, diagnosis_id: UUID) -> None:
    """Make a diagnosis the primary one of its visit."""
    row = _hold(actor, diagnosis_id)
    Diagnosis.objects.filter(visit_id=row.visit_id, is_primary=True).update(is_primary=False)
    row.is_primary = True
    row.version += 1
    row.save(update_fields=["is_primary", "version"])
    _record(actor, row, "made_primary")


@operation
def mark_suspected(*, actor: Actor, diagnosis_id: UUID, is_suspected: bool) -> None:
    """Say whether a diagnosis is only suspected."""
    row = _hold(actor, diagnosis_id)
    row.is_suspected = is_suspected
    row.version += 1
    row.save(update_fields=["is_suspected", "version"])
    _record(actor, row, "marked", is_suspected=is_suspected)


def _hold(actor: Actor, diagnosis_id: UUID) -> Diagnosis:
    found = Diagnosis.objects.filter(pk=diagnosis_id, removed_at=None).first()
    if found is None:
        raise NotFound
    setting(actor, found.visit_id, permissions.WRITE)
    # All of the visit's, so that two who change the primary one wait for each other.
    held = Diagnosis.objects.select_for_update().filter(visit_id=found.visit_id, removed_at=None)
    row = next((one for one in held.order_by("pk") if one.pk == diagnosis_id), None)
    if row is None:
        raise NotFound
    return row


def _make_first_primary(visit_id: UUID) -> None:
    left = Diagnosis.objects.filter(visit_id=visit_id, removed_at=None).order_by("recorded_at")
    first = left.first()
    if first is not None:
        first.is_primary = True
        first.save(update_fields=["is_primary"])


def _record(actor: Actor, row: Diagnosis, what: str, **details: object) -> None:
    audit.record(
        actor,
        f"clinical.diagnosis.{what}",
        row,
        site_id=row.site_id,
        patient_id=row.patient_id,
        code=row.code,
        **details,
    )
    event = RecordChanged(row.patient_id, row.visit_id, "diagnosis")
    topics = record_topics(row.visit_id, row.patient_id)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
