"""Case discussions, as those who take part and those who read the record see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from yilu.clinical import permissions
from yilu.clinical.models import CaseDiscussion, DiscussionMember
from yilu.clinical.selectors.context import Setting, setting
from yilu.clinical.states import DiscussionState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.workforce.selectors.practitioners import practitioner_names

LOOKS = {
    DiscussionState.PLANNED: "waiting",
    DiscussionState.NOTED: "soon",
    DiscussionState.SIGNED: "done",
    DiscussionState.CANCELLED: "blocked",
}
MOST = 100
OPEN = (DiscussionState.PLANNED, DiscussionState.NOTED)


@dataclass(frozen=True, slots=True)
class DiscussionLine:
    """A case discussion in one line."""

    id: UUID
    visit_id: UUID
    title: str
    starts_at: datetime
    state: str
    led_by: PersonName | None
    patient: PatientBrief | None

    @property
    def state_label(self) -> str:
        return str(DiscussionState(self.state).label)

    @property
    def look(self) -> str:
        return LOOKS[DiscussionState(self.state)]


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody who was asked to a discussion."""

    id: UUID
    name: PersonName | None
    was_present: bool | None
    signed_at: datetime | None
    is_me: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class DiscussionPage:
    """All of one discussion."""

    where: Setting
    line: DiscussionLine
    question: str
    members: tuple[MemberLine, ...]
    minutes: str
    decision: str
    others: str
    digest: str
    reason: str
    version: int
    leads: bool

    @property
    def is_open(self) -> bool:
        return self.line.state in OPEN

    @property
    def can_note(self) -> bool:
        return self.leads and self.is_open and not any(one.signed_at for one in self.members)

    @property
    def can_cancel(self) -> bool:
        return self.leads and self.line.state == DiscussionState.PLANNED

    @property
    def can_sign(self) -> bool:
        return self.line.state == DiscussionState.NOTED and any(
            one.is_me and one.was_present and one.signed_at is None for one in self.members
        )


def visit_discussions(actor: Actor, visit_id: UUID) -> list[DiscussionLine]:
    """The discussions about the patient of a visit, the newest first. Five queries.

    Raises: NotFound.
    """
    where = setting(actor, visit_id)
    rows = CaseDiscussion.objects.filter(visit_id=where.visit_id).order_by("-starts_at", "-id")
    return _lines(rows, {where.patient_id: where.patient})


def discussion_page(actor: Actor, discussion_id: UUID) -> DiscussionPage:
    """All of one discussion. Six queries. Raises: NotFound."""
    row = CaseDiscussion.objects.filter(pk=discussion_id).first()
    if row is None:
        raise NotFound
    where = setting(actor, row.visit_id)
    members = list(row.members.all())
    names = practitioner_names(one.practitioner_id for one in members)
    zone = site_zone(row.site_id)
    lines = [
        MemberLine(
            one.practitioner_id,
            names.get(one.practitioner_id),
            one.was_present,
            one.signed_at.astimezone(zone) if one.signed_at else None,
            one.practitioner_id == actor.practitioner_id,
            one.practitioner_id == row.led_by_id,
        )
        for one in members
    ]
    return DiscussionPage(
        where=where,
        line=_line(row, names.get(row.led_by_id), where.patient),
        question=row.question,
        members=tuple(sorted(lines, key=lambda one: (not one.leads, str(one.name)))),
        minutes=row.minutes,
        decision=row.decision,
        others=row.others,
        digest=row.digest,
        reason=row.reason,
        version=row.version,
        leads=actor.practitioner_id == row.led_by_id and actor.may(permissions.WRITE, row.site_id),
    )


def my_discussions(actor: Actor, site_id: UUID) -> list[DiscussionLine]:
    """The discussions that this practitioner takes part in, or has to sign, the next first.

    Four queries. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    rows = list(of_mine(actor, site_id).order_by("starts_at", "id")[:MOST])
    people = patient_briefs(actor, [one.patient_id for one in rows], "discussions")
    return _lines(rows, people)


def of_mine(actor: Actor, site_id: UUID) -> QuerySet[CaseDiscussion]:
    """What this practitioner is asked to and what waits for their signature. No query."""
    me = actor.practitioner_id
    if me is None:
        return CaseDiscussion.objects.none()
    asked = DiscussionMember.objects.filter(practitioner_id=me, signed_at=None).exclude(
        was_present=False
    )
    return CaseDiscussion.objects.filter(
        site_id=site_id, state__in=OPEN, pk__in=asked.values("discussion_id")
    )


def _lines(
    found: Iterable[CaseDiscussion], people: dict[UUID, PatientBrief]
) -> list[DiscussionLine]:
    rows = list(found)
    names = practitioner_names(one.led_by_id for one in rows)
    return [_line(one, names.get(one.led_by_id), people.get(one.patient_id)) for one in rows]


def _line(
    row: CaseDiscussion, led_by: PersonName | None, patient: PatientBrief | None
) -> DiscussionLine:
    return DiscussionLine(
        row.pk,
        row.visit_id,
        row.title,
        row.starts_at.astimezone(site_zone(row.site_id)),
        row.state,
        led_by,
        patient,
    )
