"""Everything that says for whom a sterile pack was opened."""

from uuid import UUID

from yilu.clinical.selectors.context import Setting, setting
from yilu.dental import permissions
from yilu.dental.errors import (
    LabelUnreadable,
    PackExpired,
    PackUsed,
    WhyMissing,
    WithdrawnAlready,
)
from yilu.dental.events import PackOpened, PackWithdrawn
from yilu.dental.models import PackUse
from yilu.dental.rules.packs import read_label
from yilu.dental.selectors.context import teeth_topics
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.decoder import is_readable
from yilu.platform.errors import FieldError, NotFound


@operation
def open_pack(*, actor: Actor, visit_id: UUID, label: str) -> UUID:
    """Say that a pack is opened for this visit, by its label as it was scanned.

    Raises:
        LabelUnreadable: it does not say which pack it is and until when it is sterile.
        PackExpired: it is no longer sterile on the day of the visit.
        PackUsed: it was opened already, for this patient or another.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.ASSIST)
    read = read_label(label)
    if read is None or not is_readable(read.code + read.batch):
        raise LabelUnreadable(FieldError("label", "unreadable", str(LabelUnreadable.message)))
    if read.expires_on < where.day:
        raise PackExpired(code=read.code, until=read.expires_on)
    row = PackUse(
        visit_id=visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        code=read.code,
        batch=read.batch,
        expires_on=read.expires_on,
    )
    with on_violation(dental_packuse_once=PackUsed):
        row.save(force_insert=True)
    _tell(actor, where, row)
    return row.pk


@operation
def withdraw_pack(*, actor: Actor, use_id: UUID, reason: str, version: int | None = None) -> None:
    """Say that a pack was scanned by mistake and is still closed. It stays in the list.

    Raises: NotFound, NotAllowed, WhyMissing, Stale, WithdrawnAlready.
    """
    row = PackUse.objects.select_for_update().filter(pk=use_id).first()
    if row is None:
        raise NotFound
    where = setting(actor, row.visit_id, permissions.SEE, permissions.ASSIST)
    words = reason.strip()[:200]
    if not words or not is_readable(words):
        raise WhyMissing(FieldError("reason", "required", str(WhyMissing.message)))
    if row.withdrawn_at is not None:
        raise WithdrawnAlready
    check_version(row, version)
    row.withdrawn_at, row.withdrawn_by_id = clock.now(), actor.user_id
    row.withdrawn_reason = words
    row.version += 1
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    _tell(actor, where, row)


def _tell(actor: Actor, where: Setting, row: PackUse) -> None:
    is_open = row.withdrawn_at is None
    audit.record(
        actor, "dental.pack.opened" if is_open else "dental.pack.withdrawn", row,
        site_id=row.site_id, patient_id=row.patient_id, code=row.code, batch=row.batch,
        reason=row.withdrawn_reason,
    )  # fmt: skip
    event = PackOpened if is_open else PackWithdrawn
    outbox.publish(
        event(where.visit_id, where.patient_id, row.code), actor=actor, site_id=row.site_id,
        subject=row, topics=teeth_topics(where.patient_id, where.visit_id),
    )  # fmt: skip
