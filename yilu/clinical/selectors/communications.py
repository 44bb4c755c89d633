"""What was said during procedures and their consultant has not read yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from yilu.clinical import permissions
from yilu.clinical.models import ProcedureEntry, Reading
from yilu.clinical.selectors.procedures import EntryLine, entry_line
from yilu.clinical.states import EntryKind
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized
from yilu.workforce.selectors.staff import staff_names

KEPT_FOR = timedelta(days=30)
MOST = 200


@dataclass(frozen=True, slots=True)
class Communication:
    """What others wrote down of what was said during one procedure, since it was last read."""

    procedure_id: UUID
    visit_id: UUID
    patient: PatientBrief | None
    title: Localized
    what: str
    entries: tuple[EntryLine, ...]

    @property
    def last_at(self) -> datetime:
        return self.entries[-1].at


def unread_said(actor: Actor, site_id: UUID) -> QuerySet[ProcedureEntry]:
    """What others wrote down in procedures that this practitioner leads, in the last thirty days,
    and they have not read. No query yet; one in all.
    """
    if actor.practitioner_id is None or actor.user_id is None:
        return ProcedureEntry.objects.none()
    read = Reading.objects.filter(thing_id=OuterRef("procedure_id"), user=actor.user_id)
    since = clock.now() - KEPT_FOR
    rows = ProcedureEntry.objects.filter(
        procedure__practitioner_id=actor.practitioner_id,
        procedure__site_id=site_id,
        procedure__planned_at__gte=since,
        kind=EntryKind.SAID,
    ).exclude(user_id=actor.user_id)
    rows = rows.annotate(read_until=Subquery(read.values("read_at")[:1]))
    return rows.filter(Q(read_until=None) | Q(at__gt=F("read_until")))


def communications(actor: Actor, site_id: UUID) -> list[Communication]:
    """The same by procedure, the newest first. Four queries. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    rows = unread_said(actor, site_id).select_related("procedure").order_by("at", "id")
    found = list(rows[:MOST])
    names = staff_names([one.user_id for one in found])
    people = patient_briefs(actor, [one.procedure.patient_id for one in found], "communications")
    zone = site_zone(site_id)
    by_procedure: dict[UUID, list[ProcedureEntry]] = {}
    for one in found:
        by_procedure.setdefault(one.procedure_id, []).append(one)
    lines = [
        Communication(
            key,
            many[0].procedure.visit_id,
            people.get(many[0].procedure.patient_id),
            Localized(many[0].procedure.steps["title"]),
            many[0].procedure.what,
            tuple(entry_line(one, names, zone) for one in many),
        )
        for key, many in by_procedure.items()
    ]
    return sorted(lines, key=lambda one: one.last_at, reverse=True)
