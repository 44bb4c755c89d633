"""Keeping what patients bring from elsewhere, and taking it away again."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from yilu.clinical import permissions as clinical
from yilu.diagnostics.errors import LabReasonMissing, OutsideInFuture, TooManyOutside
from yilu.diagnostics.events import OutsideReportGiven, OutsideReportRemoved
from yilu.diagnostics.models import OutsideReport
from yilu.diagnostics.selectors.topics import outside_topic
from yilu.platform import audit, clock, files, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.media import JPEG, PDF, PNG

KINDS = (PDF, JPEG, PNG)
PURPOSE = "diagnostics.outside"
MOST = 50
OLDEST = timedelta(days=366 * 60)


@dataclass(frozen=True, slots=True)
class Given:
    """A file and what its giver says of it."""

    content: bytes
    name: str
    title: str
    source: str
    taken_on: date


@operation
def give_outside_report(*, actor: Actor, patient_id: UUID, given: Given) -> UUID:
    """Keep results from elsewhere as they are: for the patient themselves, and who may write.

    Raises:
        NotFound: the patient is none of the actor's.
        LabReasonMissing: it was not said what it is, or who made it.
        OutsideInFuture: the day is not over yet.
        TooManyOutside: fifty are kept already.
        TooLarge, WrongContent: no PDF, JPEG or PNG.
    """
    _require(actor, patient_id)
    words = {"title": given.title.strip()[:100], "source": given.source.strip()[:100]}
    left = [name for name, text in words.items() if not text]
    if left:
        message = str(LabReasonMissing.message)
        raise LabReasonMissing(*(FieldError(name, "required", message) for name in left))
    today = clock.now().date()
    if not today - OLDEST <= given.taken_on <= today + timedelta(days=1):
        message = str(OutsideInFuture.message)
        raise OutsideInFuture(FieldError("taken_on", "implausible_value", message))
    lock_name("diagnostics.outside", patient_id)
    if OutsideReport.objects.filter(patient_id=patient_id, removed_at=None).count() >= MOST:
        raise TooManyOutside
    stored = files.store(actor, given.content, name=given.name, purpose=PURPOSE, kinds=KINDS)
    row = OutsideReport(
        patient_id=patient_id,
        file_id=stored.id,
        **words,
        taken_on=given.taken_on,
        given_by_id=actor.user_id,
        is_from_patient=actor.kind == "patient",
        given_at=clock.now(),
    )
    row.save(force_insert=True)
    _tell(actor, row, "given", OutsideReportGiven(row.pk, row.patient_id))
    return row.pk


@operation
def remove_outside_report(*, actor: Actor, outside_id: UUID, version: int | None = None) -> None:
    """Take a result away that was given by mistake. Nobody sees it any more; the file stays.

    Raises:
        NotFound, Stale.
    """
    found = OutsideReport.objects.select_for_update(no_key=True).filter(pk=outside_id)
    row = found.filter(removed_at=None).first()
    if row is None:
        raise NotFound
    _require(actor, row.patient_id)
    check_version(row, version)
    row.removed_at = clock.now()
    row.version += 1
    row.save(update_fields=["removed_at", "version"])
    _tell(actor, row, "removed", OutsideReportRemoved(row.pk, row.patient_id))


def _require(actor: Actor, patient_id: UUID) -> None:
    if not actor.is_owner(patient_id) and not actor.may_anywhere(clinical.ASSESS):
        raise NotFound


def _tell(actor: Actor, row: OutsideReport, deed: str, event: object) -> None:
    audit.record(actor, f"diagnostics.outside.{deed}", row, patient_id=row.patient_id)
    topics = [outside_topic(row.patient_id)]
    outbox.publish(event, actor=actor, site_id=None, subject=row, topics=topics)
