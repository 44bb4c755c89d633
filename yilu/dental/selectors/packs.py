"""Which packs were opened at a visit, and for whom those of a load were."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from yilu.clinical.selectors.context import Setting
from yilu.dental import permissions
from yilu.dental.models import PackUse
from yilu.dental.selectors.context import chair
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.workforce.selectors.staff import staff_names

MOST = 200


@dataclass(frozen=True, slots=True)
class PackLine:
    """One opened pack. Times are local."""

    id: UUID
    code: str
    batch: str
    expires_on: date
    day: date
    at: datetime
    by: str
    version: int
    withdrawn_reason: str
    visit_id: UUID
    patient: PatientBrief | None = None


@dataclass(frozen=True, slots=True)
class PacksPart:
    """The packs of a visit, and whether the reader may add to them."""

    where: Setting
    packs: tuple[PackLine, ...]
    can_assist: bool


def packs_part(actor: Actor, visit_id: UUID) -> PacksPart:
    """The packs of a visit, newest first. Four queries."""
    where = chair(actor, visit_id)
    rows = PackUse.objects.filter(visit_id=visit_id).order_by("-recorded_at")
    return PacksPart(
        where, tuple(_lines(list(rows), {})), actor.may(permissions.ASSIST, where.site_id)
    )


def pack_is_of(use_id: UUID, patient_id: UUID) -> bool:
    """Whether a pack was opened for this patient. One query."""
    return PackUse.objects.filter(pk=use_id, patient_id=patient_id).exists()


def trace_packs(actor: Actor, site_id: UUID, typed: str) -> list[PackLine]:
    """For whom a pack, or all packs of a load, were opened at a site. Four queries at most.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    wanted = typed.strip()[:60]
    if not wanted:
        return []
    found = PackUse.objects.filter(Q(code__iexact=wanted) | Q(batch__iexact=wanted))
    rows = list(found.filter(site_id=site_id).order_by("-recorded_at")[:MOST])
    briefs = patient_briefs(actor, [one.patient_id for one in rows], "pack trace")
    return _lines(rows, briefs)


def _lines(rows: list[PackUse], briefs: dict[UUID, Any]) -> list[PackLine]:
    names = staff_names({one.recorded_by_id for one in rows if one.recorded_by_id})
    return [
        PackLine(
            id=one.pk,
            code=one.code,
            batch=one.batch,
            expires_on=one.expires_on,
            day=one.clinic_day,
            at=one.recorded_at.astimezone(site_zone(one.site_id)),
            by=str(names.get(one.recorded_by_id, "")) if one.recorded_by_id else "",
            version=one.version,
            withdrawn_reason=one.withdrawn_reason,
            visit_id=one.visit_id,
            patient=briefs.get(one.patient_id),
        )
        for one in rows
    ]
