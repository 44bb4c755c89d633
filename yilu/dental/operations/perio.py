"""Everything that changes a periodontal chart: measuring, signing, amending."""

from typing import Any
from uuid import UUID

from yilu.clinical.errors import AlreadySigned, NothingChanged, NotSigned
from yilu.clinical.rules.consents import digest
from yilu.clinical.selectors.context import Setting, practitioner, setting
from yilu.dental import permissions
from yilu.dental.errors import MeasuresChanged, MeasureWrong, NothingMeasured, WhyMissing
from yilu.dental.events import GumsMeasured
from yilu.dental.models import PerioChart, PerioVersion
from yilu.dental.rules.perio import Content, NotMeasured, is_empty, tidy
from yilu.dental.selectors.context import teeth_topics
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.decoder import is_readable
from yilu.platform.errors import FieldError


@operation
def save_perio(*, actor: Actor, visit_id: UUID, content: object, version: int) -> int:
    """Keep what was measured so far. `version` is the draft it was made from; gives the new one.

    Raises:
        MeasureWrong: a value that no tooth can have.
        MeasuresChanged: another window kept other values since this one read them.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    row = _held(visit_id) or _new(actor, where)
    if _keep(actor, row, _read(content), version):
        _record(actor, row, "measured", draft_version=row.draft_version)
        _tell(actor, row, "draft")
    return row.draft_version


@operation
def sign_perio(*, actor: Actor, visit_id: UUID, content: object, version: int) -> UUID:
    """Sign the chart as this window has it: it becomes version 1 and is never changed again.

    Raises: NotAPractitioner, NothingMeasured, AlreadySigned; and as `save_perio`.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    by = practitioner(actor)
    row = _held(visit_id) or _new(actor, where)
    if row.signed_n:
        raise AlreadySigned
    _keep(actor, row, _read(content), version)
    return _sign(actor, row, by, "")


@operation
def amend_perio(
    *, actor: Actor, visit_id: UUID, content: object, version: int, reason: str
) -> UUID:
    """Sign changed values as a new version, with why. Earlier versions stay readable.

    Raises: NotAPractitioner, NotSigned, WhyMissing, NothingChanged; and as `save_perio`.
    """
    setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    by = practitioner(actor)
    words = reason.strip()[:200]
    row = _held(visit_id)
    if row is None or not row.signed_n:
        raise NotSigned
    if not words or not is_readable(words):
        raise WhyMissing(FieldError("reason", "required", str(WhyMissing.message)))
    _keep(actor, row, _read(content), version)
    return _sign(actor, row, by, words)


def _held(visit_id: UUID) -> PerioChart | None:
    return PerioChart.objects.select_for_update().filter(visit_id=visit_id).first()


def _new(actor: Actor, where: Setting) -> PerioChart:
    row = PerioChart(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
    )
    # Two windows that begin at once: the second learns of the first like of any other change.
    with on_violation(dental_periochart_one=MeasuresChanged):
        row.save(force_insert=True)
    return row


def _read(content: object) -> Content:
    try:
        return tidy(content)
    except NotMeasured as wrong:
        raise MeasureWrong(tooth=str(wrong)) from None


def _keep(actor: Actor, row: PerioChart, content: Content, version: int) -> bool:
    """Whether there was anything new to keep."""
    if row.draft == content:
        return False
    if row.draft_version != version:
        raise MeasuresChanged
    row.draft = content
    row.draft_version += 1
    row.version += 1
    row.recorded_at, row.recorded_by_id = clock.now(), actor.user_id
    row.save(update_fields=["draft", "draft_version", "version", "recorded_at", "recorded_by"])
    return True


def _sign(actor: Actor, row: PerioChart, by: UUID, reason: str) -> UUID:
    if is_empty(row.draft):
        raise NothingMeasured
    last = PerioVersion.objects.filter(chart=row, n=row.signed_n).first()
    if last is not None and last.content == row.draft:
        raise NothingChanged
    now = clock.now()
    n = row.signed_n + 1
    signed = PerioVersion(
        chart=row,
        n=n,
        content=row.draft,
        reason=reason,
        digest=digest(
            visit=str(row.visit_id), n=n, content=row.draft, by=str(by), at=now.isoformat(),
            reason=reason, before=last.digest if last else "",
        ),
        practitioner_id=by,
        signed_by_id=actor.user_id,
        signed_at=now,
    )  # fmt: skip
    signed.save(force_insert=True)
    row.signed_n = n
    row.version += 1
    row.save(update_fields=["signed_n", "version"])
    _record(actor, row, "signed" if n == 1 else "amended", n=n, reason=reason)
    _tell(actor, row, "signed" if n == 1 else "amended")
    return signed.pk


def _record(actor: Actor, row: PerioChart, what: str, **details: Any) -> None:
    audit.record(
        actor, f"dental.perio.{what}", row,
        site_id=row.site_id, patient_id=row.patient_id, **details,
    )  # fmt: skip


def _tell(actor: Actor, row: PerioChart, what: str) -> None:
    outbox.publish(
        GumsMeasured(row.visit_id, row.patient_id, what), actor=actor, site_id=row.site_id,
        subject=row, topics=teeth_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
