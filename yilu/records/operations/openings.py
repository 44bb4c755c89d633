"""Opening a record outside care for a stated reason, closing it, and judging it afterwards."""

from datetime import timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients.errors import UnknownPatient
from yilu.patients.selectors.facts import may_see, sites_of
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotAllowed, NotFound
from yilu.records import permissions
from yilu.records.errors import (
    AlreadyClosed,
    AlreadyReviewed,
    NothingToOpen,
    OutOfBounds,
    OwnOpening,
    ReasonMissing,
)
from yilu.records.events import OpeningReviewed, RecordOpened
from yilu.records.models import AccessRule, Opening
from yilu.records.rules.access import (
    LONGEST_DAYS,
    LONGEST_MINUTES,
    LONGEST_REASON,
    REVIEW_WITHIN,
    SHORTEST_DAYS,
    SHORTEST_MINUTES,
    SHORTEST_REASON,
)
from yilu.records.selectors.access import ground_of
from yilu.records.selectors.rule import access_rule
from yilu.records.selectors.topics import openings_topic
from yilu.records.states import Reason, Verdict


@operation
def open_record(*, actor: Actor, patient_id: UUID, reason: str, text: str) -> UUID:
    """Let the actor read a patient's record for a while, because they said why.

    Every page they read is recorded, somebody else reviews the reason, and the patient sees it.

    Raises:
        UnknownPatient: there is none, or the actor may not know of them.
        NotAllowed: their post opens no record so.
        NothingToOpen: they look after the patient, or have opened the record already.
        ReasonMissing.
    """
    if not may_see(actor, patient_id):
        raise UnknownPatient
    if actor.user_id is None:
        raise NotAllowed(permission=permissions.OPEN)
    site_id = _site_for(actor, patient_id)
    if ground_of(actor, patient_id) is not None:
        raise NothingToOpen
    said = " ".join(text.split())[:LONGEST_REASON]
    if reason not in Reason.values or len(said) < SHORTEST_REASON:
        raise ReasonMissing(FieldError("text", "required", str(ReasonMissing.message)))
    rule, now = access_rule(), clock.now()
    row = Opening(
        patient_id=patient_id,
        site_id=site_id,
        user_id=actor.user_id,
        clinic_day=now.astimezone(site_zone(site_id)).date(),
        reason=reason,
        text=said,
        opened_at=now,
        until=now + timedelta(minutes=rule.glass_minutes),
        review_by=now + REVIEW_WITHIN,
    )
    row.save(force_insert=True)
    audit.record(
        actor, "records.record.opened", row,
        site_id=site_id, patient_id=patient_id, reason=reason, until=row.until,
    )  # fmt: skip
    _tell(actor, row, RecordOpened(patient_id, row.pk, reason))
    return row.pk


@operation
def close_record(*, actor: Actor, opening_id: UUID) -> None:
    """End a stated reason before its time: what was to be read is read.

    Raises: NotFound, AlreadyClosed.
    """
    row = Opening.objects.select_for_update().filter(pk=opening_id, user=actor.user_id).first()
    if row is None:
        raise NotFound
    if row.until <= clock.now():
        raise AlreadyClosed
    row.until = max(clock.now(), row.opened_at)
    row.version += 1
    row.save(update_fields=["until", "version"])
    audit.record(
        actor, "records.record.closed", row, site_id=row.site_id, patient_id=row.patient_id
    )


@operation
def review_opening(
    *, actor: Actor, opening_id: UUID, verdict: str, note: str, version: int | None = None
) -> None:
    """Say whether opening a record was justified. What was not needs a note.

    Raises:
        NotFound, NotAllowed, Stale.
        OwnOpening: the actor opened it. AlreadyReviewed. ReasonMissing.
    """
    row = Opening.objects.select_for_update().filter(pk=opening_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.REVIEW, row.site_id)
    if row.user_id == actor.user_id:
        raise OwnOpening
    if row.reviewed_at is not None:
        raise AlreadyReviewed
    check_version(row, version)
    said = " ".join(note.split())[:LONGEST_REASON]
    if verdict not in Verdict.values or (verdict == Verdict.UNJUSTIFIED and not said):
        raise ReasonMissing(FieldError("note", "required", str(ReasonMissing.message)))
    row.verdict, row.note = verdict, said
    row.reviewed_at, row.reviewed_by_id = clock.now(), actor.user_id
    row.version += 1
    row.save(update_fields=["verdict", "note", "reviewed_at", "reviewed_by", "version"])
    audit.record(
        actor, "records.opening.reviewed", row,
        site_id=row.site_id, patient_id=row.patient_id, verdict=verdict,
    )  # fmt: skip
    _tell(actor, row, OpeningReviewed(row.patient_id, row.pk, verdict))


@operation
def set_access_rule(
    *,
    actor: Actor,
    recent_days: int,
    glass_minutes: int,
    version: int | None = None,
) -> None:
    """Set how long things count in this clinic.

    Raises: NotAllowed, Stale, OutOfBounds.
    """
    actor.require_anywhere(permissions.REVIEW)
    for name, value, (least, most) in (
        ("recent_days", recent_days, (SHORTEST_DAYS, LONGEST_DAYS)),
        ("glass_minutes", glass_minutes, (SHORTEST_MINUTES, LONGEST_MINUTES)),
    ):
        if not least <= value <= most:
            said = str(OutOfBounds.message) % {"least": least, "most": most}
            raise OutOfBounds(FieldError(name, "out_of_bounds", said), least=least, most=most)
    AccessRule.objects.get_or_create(only=True, defaults={"version": 0})
    row = AccessRule.objects.select_for_update().get()
    check_version(row, version)
    row.recent_days, row.glass_minutes = recent_days, glass_minutes
    row.version += 1
    row.save()
    audit.record_plain(
        actor, "records.rule.set", recent_days=recent_days, glass_minutes=glass_minutes
    )  # fmt: skip


def _site_for(actor: Actor, patient_id: UUID) -> UUID:
    """For which of the reader's sites the record is opened: one that knows the patient, if any."""
    held = actor.sites(permissions.OPEN)
    if not held:
        raise NotAllowed(permission=permissions.OPEN)
    return min(held & sites_of(patient_id) or held)


def _tell(actor: Actor, row: Opening, event: RecordOpened | OpeningReviewed) -> None:
    topics = [openings_topic(row.site_id)]
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
