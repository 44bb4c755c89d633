"""Waits that are too long: those to explain now, one of them, and the report of a period."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.queueing import permissions
from yilu.queueing.models import LongWait
from yilu.queueing.states import LongWaitState, WaitEnd, WaitReason, WaitTrigger
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class LongWaitLine:
    """One wait that is or was too long. Times are on the site's wall clock."""

    id: UUID
    site_id: UUID
    visit_id: UUID
    clinic_day: date
    number: str
    trigger: str
    state: str
    patient: PatientBrief | None
    practitioner: PersonName | str
    since: datetime
    limit_at: datetime
    ended_at: datetime | None
    end: str
    reason: str
    note: str
    amends: Localized
    was_taken: bool
    explained_by: PersonName | str
    version: int

    @property
    def limit_minutes(self) -> int:
        """After how many minutes it was too long."""
        return max(int((self.limit_at - self.since).total_seconds() // 60), 1)

    @property
    def minutes(self) -> int:
        """How long the wait was, or is by now."""
        until = self.ended_at or clock.now()
        return max(int((until - self.since).total_seconds() // 60), 0)

    @property
    def trigger_label(self) -> str:
        return str(WaitTrigger(self.trigger).label)

    @property
    def state_label(self) -> str:
        return str(LongWaitState(self.state).label)

    @property
    def end_label(self) -> str:
        return str(WaitEnd(self.end).label) if self.end else ""

    @property
    def reason_label(self) -> str:
        return str(WaitReason(self.reason).label) if self.reason else ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many long waits have something in common, and how long half of them took at least."""

    key: str
    words: PersonName | str
    waits: int
    median_minutes: int


@dataclass(frozen=True, slots=True)
class LongWaitReport:
    """The long waits of a period at a site. `lines` are the latest, `MOST_LINES` at most."""

    first: date
    last: date
    visits: int
    waits: int
    explained: int
    offered: int
    taken: int
    by_trigger: tuple[Count, ...]
    by_reason: tuple[Count, ...]
    by_practitioner: tuple[Count, ...]
    by_hour: tuple[Count, ...]
    lines: tuple[LongWaitLine, ...]


def open_long_waits(actor: Actor, site_id: UUID) -> list[LongWaitLine]:
    """The waits of today that are to be explained, the longest first. Four queries; none, one."""
    actor.require_to_see(permissions.SEE, site_id)
    today = clock.now().astimezone(site_zone(site_id)).date()
    found = LongWait.objects.filter(
        site_id=site_id, clinic_day__lte=today, state=LongWaitState.OPEN
    )
    return _lines(actor, found.order_by("counted_from", "id"), "long waits")


def long_wait(actor: Actor, long_wait_id: UUID) -> LongWaitLine:
    """One long wait. Four queries, five once it is explained. Raises: NotFound."""
    found = LongWait.objects.filter(pk=long_wait_id).first()
    if found is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, found.site_id)
    return _lines(actor, [found], "long wait")[0]


def long_wait_report(actor: Actor, site_id: UUID, first: date, last: date) -> LongWaitReport:
    """Which waits of a period were too long, and why: by trigger, reason, practitioner and hour.

    Five queries, however many. A check-in that was taken back is not counted.
    """
    actor.require_to_see(permissions.REPORT, site_id)
    found = LongWait.objects.filter(site_id=site_id, clinic_day__range=(first, last))
    rows = list(found.exclude(end=WaitEnd.WITHDRAWN).order_by("-raised_at", "id"))
    names = practitioner_names(row.practitioner_id for row in rows if row.practitioner_id)
    zone = site_zone(site_id)
    hours = {row.pk: f"{row.counted_from.astimezone(zone).hour:02d}" for row in rows}
    return LongWaitReport(
        first=first,
        last=last,
        visits=len({row.visit_id for row in rows}),
        waits=len(rows),
        explained=sum(1 for row in rows if row.reason),
        offered=sum(1 for row in rows if row.amends),
        taken=sum(1 for row in rows if row.was_taken),
        by_trigger=_counts(rows, {row.pk: row.trigger for row in rows}, dict(WaitTrigger.choices)),
        by_reason=_counts(rows, {row.pk: row.reason for row in rows}, dict(WaitReason.choices)),
        by_practitioner=_counts(
            rows,
            {row.pk: str(row.practitioner_id or "") for row in rows},
            {str(key): name for key, name in names.items()},
        ),
        by_hour=_in_order(_counts(rows, hours, {h: f"{h}:00" for h in hours.values()})),
        lines=tuple(_lines(actor, rows[:MOST_LINES], "long waits")),
    )


def _counts(
    rows: Iterable[LongWait], groups: Mapping[UUID, str], words: Mapping[str, object]
) -> tuple[Count, ...]:
    """The rows by group, the largest first. No words for a group: it is the one without."""
    minutes: dict[str, list[int]] = {}
    for row in rows:
        until = row.ended_at or clock.now()
        minutes.setdefault(groups[row.pk], []).append(
            max(int((until - row.counted_from).total_seconds() // 60), 0)
        )
    counted = Counter({key: len(each) for key, each in minutes.items()})
    return tuple(
        Count(key, _words(words.get(key, "")), number, sorted(minutes[key])[number // 2])
        for key, number in counted.most_common()
    )


def _words(found: object) -> PersonName | str:
    return found if isinstance(found, PersonName) else str(found)


def _in_order(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    return tuple(sorted(counts, key=lambda one: one.key))


def _lines(actor: Actor, rows: Iterable[LongWait], seen_for: str) -> list[LongWaitLine]:
    found = list(rows)
    if not found:
        return []
    briefs = patient_briefs(actor, [row.patient_id for row in found], seen_for)
    doctors = practitioner_names(row.practitioner_id for row in found if row.practitioner_id)
    staff = staff_names(row.explained_by_id for row in found)
    return [_line(row, briefs, doctors, staff) for row in found]


def _line(
    row: LongWait,
    briefs: Mapping[UUID, PatientBrief],
    doctors: Mapping[UUID, PersonName],
    staff: Mapping[UUID, PersonName],
) -> LongWaitLine:
    zone = site_zone(row.site_id)
    return LongWaitLine(
        id=row.pk,
        site_id=row.site_id,
        visit_id=row.visit_id,
        clinic_day=row.clinic_day,
        number=row.number,
        trigger=row.trigger,
        state=row.state,
        patient=briefs.get(row.patient_id),
        practitioner=doctors.get(row.practitioner_id, "") if row.practitioner_id else "",
        since=row.counted_from.astimezone(zone),
        limit_at=row.limit_at.astimezone(zone),
        ended_at=row.ended_at.astimezone(zone) if row.ended_at else None,
        end=row.end,
        reason=row.reason,
        note=row.note,
        amends=row.amends,
        was_taken=row.was_taken,
        explained_by=staff.get(row.explained_by_id, "") if row.explained_by_id else "",
        version=row.version,
    )
