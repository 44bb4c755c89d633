"""What was opened for a stated reason: for the reader, the reviewer and the patient's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.detail import visible_brief
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock, masking
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.records import permissions
from yilu.records.models import Opening
from yilu.records.selectors.access import Ground, ground_of
from yilu.records.states import Reason, Verdict
from yilu.workforce.selectors.staff import staff_names

REPORTED = timedelta(days=30)
MOST = 200


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """One record opened for a stated reason, and what was said of it."""

    id: UUID
    patient_id: UUID
    patient: PatientBrief | None
    by: PersonName
    reason_label: str
    text: str
    opened_at: datetime
    until: datetime
    review_by: datetime
    verdict: str
    verdict_label: str
    note: str
    reviewed_at: datetime | None
    reviewed_by: PersonName | None
    is_late: bool
    is_mine: bool
    version: int

    @property
    def is_open(self) -> bool:
        """Whether it still is to be reviewed."""
        return self.reviewed_at is None

    @property
    def look(self) -> str:
        """The colour of its state."""
        if self.is_open:
            return "late" if self.is_late else "soon"
        return "done" if self.verdict == Verdict.JUSTIFIED else "late"


@dataclass(frozen=True, slots=True)
class Openings:
    """What a reviewer still has to judge, the longest due first, and what was judged lately."""

    due: tuple[OpeningLine, ...]
    reviewed: tuple[OpeningLine, ...]

    @property
    def late(self) -> int:
        return sum(1 for one in self.due if one.is_late)


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a patient's record is open to a reader, on what ground, and what they may do."""

    patient: PatientBrief
    ground: Ground | None
    opening_id: UUID | None
    until: datetime | None
    can_open: bool

    @property
    def shown_name(self) -> str:
        """The name as it may be shown before the record is open."""
        return masking.name(self.patient.name.written)


def openings(actor: Actor, site_id: UUID) -> Openings:
    """What was opened at a site for a stated reason. Four queries, however many.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.REVIEW, site_id)
    of_site = Opening.objects.filter(site_id=site_id)
    due = list(of_site.filter(reviewed_at=None).order_by("review_by", "id")[:MOST])
    since = clock.now() - REPORTED
    done = of_site.filter(reviewed_at__gte=since).order_by("-reviewed_at", "id")
    lines = _lines(actor, [*due, *done[:MOST]], site_zone(site_id))
    return Openings(tuple(lines[: len(due)]), tuple(lines[len(due) :]))


def opening_line(actor: Actor, opening_id: UUID) -> OpeningLine:
    """One opening, to be reviewed. Three queries. Raises: NotFound."""
    row = Opening.objects.filter(pk=opening_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.REVIEW, row.site_id)
    return _lines(actor, [row], site_zone(row.site_id))[0]


def access_of(actor: Actor, patient_id: UUID) -> Access:
    """Whether a patient's record is open to the actor, and why. Five queries at most.

    Raises: UnknownPatient.
    """
    patient = visible_brief(actor, patient_id)
    ground = ground_of(actor, patient.id)
    opening = None
    if ground is not None and ground.is_stated:
        mine = Opening.objects.filter(patient_id=patient.id, user=actor.user_id)
        opening = mine.filter(until__gt=clock.now()).order_by("-until").first()
    return Access(
        patient=patient,
        ground=ground,
        opening_id=opening.pk if opening else None,
        until=opening.until.astimezone(site_zone(opening.site_id)) if opening else None,
        can_open=ground is None and actor.may_anywhere(permissions.OPEN),
    )


def _lines(actor: Actor, rows: Iterable[Opening], zone: ZoneInfo) -> list[OpeningLine]:
    found = list(rows)
    people = patient_briefs(actor, {one.patient_id for one in found}, "openings")
    users = {one.user_id for one in found} | {one.reviewed_by_id for one in found}
    names = staff_names(user for user in users if user)
    now = clock.now()
    return [
        OpeningLine(
            id=one.pk,
            patient_id=one.patient_id,
            patient=people.get(one.patient_id),
            by=names.get(one.user_id, PersonName("")),
            reason_label=str(Reason(one.reason).label),
            text=one.text,
            opened_at=one.opened_at.astimezone(zone),
            until=one.until.astimezone(zone),
            review_by=one.review_by.astimezone(zone),
            verdict=one.verdict,
            verdict_label=str(Verdict(one.verdict).label) if one.verdict else "",
            note=one.note,
            reviewed_at=one.reviewed_at.astimezone(zone) if one.reviewed_at else None,
            reviewed_by=names.get(one.reviewed_by_id) if one.reviewed_by_id else None,
            is_late=one.reviewed_at is None and one.review_by < now,
            is_mine=one.user_id == actor.user_id,
            version=one.version,
        )
        for one in found
    ]
