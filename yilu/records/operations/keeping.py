"""How long records are kept, and which must be kept whatever their age."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from yilu.patients.errors import UnknownPatient
from yilu.patients.selectors.facts import may_see
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.records import permissions
from yilu.records.errors import HoldIncomplete, HoldLifted, OutOfBounds, ReasonMissing
from yilu.records.events import LegalHoldChanged
from yilu.records.models import LegalHold, RetentionRule
from yilu.records.rules.access import LONGEST_REASON, SHORTEST_REASON
from yilu.records.rules.archive import (
    LONGEST_TITLE,
    LONGEST_WAIT,
    LONGEST_YEARS,
    SHORTEST_WAIT,
    SHORTEST_YEARS,
)
from yilu.records.selectors.topics import archive_topic, papers_topic
from yilu.records.states import PaperKind


@operation
def place_hold(
    *,
    actor: Actor,
    site_id: UUID,
    patient_id: UUID,
    demanded_by: str,
    reason: str,
    review_on: date | None = None,
) -> UUID:
    """Have a patient's record kept whatever its age, in the whole group.

    Raises: NotAllowed, UnknownPatient, HoldIncomplete.
    """
    actor.require(permissions.KEEP, site_id)
    if not may_see(actor, patient_id):
        raise UnknownPatient
    who = " ".join(demanded_by.split())[:LONGEST_TITLE]
    why = " ".join(reason.split())[:LONGEST_REASON]
    wrong = [
        name
        for name, said in (("demanded_by", who), ("reason", why))
        if len(said) < (SHORTEST_REASON if name == "reason" else 1)
    ]
    if wrong:
        message = str(HoldIncomplete.message)
        raise HoldIncomplete(*(FieldError(name, "required", message) for name in wrong))
    lock_name("records.keeping", patient_id)
    row = LegalHold(
        patient_id=patient_id,
        site_id=site_id,
        demanded_by=who,
        reason=why,
        review_on=review_on,
        placed_at=clock.now(),
        placed_by_id=actor.user_id,
    )
    row.save(force_insert=True)
    audit.record(
        actor, "records.hold.placed", row,
        site_id=site_id, patient_id=patient_id, demanded_by=who, reason=why,
    )  # fmt: skip
    _tell(actor, row, in_force=True)
    return row.pk


@operation
def lift_hold(*, actor: Actor, hold_id: UUID, reason: str, version: int | None = None) -> None:
    """End a legal hold; other holds of the same record stay.

    Raises: NotFound, NotAllowed, Stale, HoldLifted, ReasonMissing.
    """
    row = LegalHold.objects.select_for_update().filter(pk=hold_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.KEEP, row.site_id)
    if row.lifted_at is not None:
        raise HoldLifted
    check_version(row, version)
    said = " ".join(reason.split())[:LONGEST_REASON]
    if len(said) < SHORTEST_REASON:
        raise ReasonMissing(FieldError("reason", "required", str(ReasonMissing.message)))
    row.lifted_at, row.lifted_by_id = max(clock.now(), row.placed_at), actor.user_id
    row.lifted_reason = said
    row.version += 1
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_reason", "version"])
    audit.record(
        actor, "records.hold.lifted", row,
        site_id=row.site_id, patient_id=row.patient_id, reason=said,
    )  # fmt: skip
    _tell(actor, row, in_force=False)


@operation
def set_retention(
    *,
    actor: Actor,
    years: int,
    longer: Mapping[str, int],
    waiting_days: int,
    version: int | None = None,
) -> None:
    """Set how long this clinic keeps records, and papers of a kind if longer.

    Raises: NotAllowed, Stale, OutOfBounds.
    """
    actor.require_anywhere(permissions.KEEP)
    _within("years", years, SHORTEST_YEARS, LONGEST_YEARS)
    _within("waiting_days", waiting_days, SHORTEST_WAIT, LONGEST_WAIT)
    for kind, n in longer.items():
        if kind not in PaperKind.values:
            raise NotFound
        _within(kind, n, years, LONGEST_YEARS)
    RetentionRule.objects.get_or_create(only=True, defaults={"version": 0})
    row = RetentionRule.objects.select_for_update().get()
    check_version(row, version)
    row.years, row.longer, row.waiting_days = years, dict(longer), waiting_days
    row.version += 1
    row.save()
    audit.record_plain(
        actor, "records.retention.set", years=years, longer=dict(longer), waiting_days=waiting_days
    )


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        said = str(OutOfBounds.message) % {"least": least, "most": most}
        raise OutOfBounds(FieldError(name, "out_of_bounds", said), least=least, most=most)


def _tell(actor: Actor, row: LegalHold, *, in_force: bool) -> None:
    topics = [papers_topic(row.patient_id), archive_topic(row.site_id)]
    event = LegalHoldChanged(row.patient_id, row.pk, in_force)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
