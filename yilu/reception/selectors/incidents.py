"""Incidents as pages show them: the alarms of a site, the list, one with its timeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from yilu.facility.selectors.sites import SiteInfo, site_info, site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.reception import permissions
from yilu.reception.models import Incident, IncidentEntry
from yilu.reception.scripts import COMING, Deed, Script, script_of, shown_to
from yilu.reception.states import IncidentKind, IncidentOutcome, IncidentState
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.plans import PlanLine, plan_line
from yilu.scheduling.selectors.resources import resource_infos
from yilu.workforce.selectors.staff import posts_of, staff_names

MOST = 200
LOOKS = {
    IncidentState.OPEN: "late",
    IncidentState.CLOSED: "done",
    IncidentState.WITHDRAWN: "blocked",
}
ICONS = {
    IncidentKind.ILLNESS: "heart-rate-monitor",
    IncidentKind.EQUIPMENT: "tool",
    IncidentKind.UPSET: "mood-sad",
    IncidentKind.FLOW: "users-group",
}


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident in one line, on the wall of the site."""

    id: UUID
    number: str
    site_id: UUID
    kind: IncidentKind
    state: IncidentState
    place: str
    what: str
    thing: str
    patient: PatientBrief | None
    opened_at: datetime
    opened_by: PersonName | None
    closed_at: datetime | None
    closed_by: PersonName | None
    outcome: str
    outcome_note: str
    version: int

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def look(self) -> str:
        return LOOKS[self.state]

    @property
    def is_open(self) -> bool:
        return self.state == IncidentState.OPEN

    @property
    def outcome_label(self) -> str:
        return str(IncidentOutcome(self.outcome).label) if self.outcome else ""

    @property
    def minutes(self) -> int | None:
        """How long it took; None while it is under way."""
        if self.closed_at is None:
            return None
        return int((self.closed_at - self.opened_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An incident that stands on the pages of those who must act, and who is on the way."""

    line: IncidentLine
    coming: tuple[PersonName, ...]
    i_am_coming: bool

    @property
    def is_illness(self) -> bool:
        return self.line.kind == IncidentKind.ILLNESS


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of a timeline. `minutes` counts from the first press; less than nothing is before.

    `is_late_entry`: it was written down more than a minute after it was done. `is_mine`: whoever
    looks wrote it.
    """

    id: UUID
    at: datetime
    recorded_at: datetime
    minutes: int
    deed: str
    label: str
    text: str
    by: PersonName | None
    is_struck: bool
    is_late_entry: bool
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A deed of the script, and when it was done, if it was. `number` is its key on the page.

    Many may be on the way, each of them once: `is_said`, whoever looks has said so.
    """

    deed: Deed
    number: int
    done_at: datetime | None
    is_said: bool = False

    @property
    def may_do(self) -> bool:
        return self.done_at is None or (self.deed.many and not self.is_said)

    @property
    def key(self) -> str:
        """The key that does it: digits, then letters."""
        return "1234567890QE"[self.number]


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One incident with everything its page and its paper show."""

    line: IncidentLine
    site: SiteInfo
    script: Script
    deeds: tuple[ScriptLine, ...]
    entries: tuple[EntryLine, ...]
    resource_id: UUID | None
    plan: PlanLine | None
    may_settle: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which incidents of a site to list; nothing means any."""

    kind: str = ""
    state: str = ""
    from_on: date | None = None
    until_on: date | None = None


def alarms(actor: Actor, site_id: UUID) -> list[Alarm]:
    """The open incidents that the actor's posts must act in, illness first.

    What stands on every page is seen by whoever passes: no patient, and not what happened. One
    query when there are none; at most six.
    """
    actor.require_to_see(permissions.REPORT, site_id)
    found = list(Incident.objects.filter(site_id=site_id, state=IncidentState.OPEN))
    if not found:
        return []
    held = posts_of(actor.user_id, site_id=site_id) if actor.user_id else []
    posts = frozenset(one.key for one in held)
    meant = [one for one in found if shown_to(one.kind, posts)]
    entries = IncidentEntry.objects.filter(incident__in=meant, deed=COMING, struck_at=None)
    coming = list(entries.values_list("incident_id", "by_id"))
    names = staff_names(by for _, by in coming)
    lines = _lines(actor, meant, why="")
    made = [_alarm(line, coming, names, actor.user_id) for line in lines]
    return sorted(made, key=lambda one: (not one.is_illness, one.line.opened_at))


def incidents(actor: Actor, site_id: UUID, wanted: Wanted) -> list[IncidentLine]:
    """The incidents of a site, the latest first, at most 200. Six queries."""
    actor.require_to_see(permissions.REPORT, site_id)
    found = Incident.objects.filter(site_id=site_id).order_by("-opened_at", "-id")
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.from_on:
        found = found.filter(clinic_day__gte=wanted.from_on)
    if wanted.until_on:
        found = found.filter(clinic_day__lte=wanted.until_on)
    return _lines(actor, found[:MOST], why="incidents")


def incident_page(actor: Actor, incident_id: UUID) -> IncidentPage:
    """One incident. Nine queries, six more when bookings are planned anew. Raises: NotFound."""
    incident = Incident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise NotFound
    actor.require_to_see(permissions.REPORT, incident.site_id)
    entries = _entries(incident, actor.user_id)
    script = script_of(incident.kind)
    return IncidentPage(
        line=_lines(actor, [incident], why="incident")[0],
        site=site_info(incident.site_id),
        script=script,
        deeds=tuple(_script_line(n, deed, entries) for n, deed in enumerate(script.deeds)),
        entries=entries,
        resource_id=incident.resource_id,
        plan=plan_line(actor.lent(scheduling.SEE), incident.plan_id) if incident.plan_id else None,
        may_settle=actor.may(permissions.SETTLE, incident.site_id),
    )


def _lines(
    actor: Actor, found: Iterable[Incident] | QuerySet[Incident], *, why: str
) -> list[IncidentLine]:
    """Lines of incidents; without a `why` nothing is read about patients. Five queries at most."""
    rows = list(found)
    if not rows:
        return []
    zone = site_zone(rows[0].site_id)
    names = staff_names(by for one in rows for by in (one.opened_by_id, one.closed_by_id))
    people = {one.patient_id for one in rows if one.patient_id and why}
    briefs = patient_briefs(actor, people, why)
    wanted = [one.resource_id for one in rows if one.resource_id]
    things = resource_infos(wanted) if wanted else {}
    return [
        _line(
            one,
            zone,
            names,
            briefs.get(one.patient_id) if one.patient_id else None,
            things[one.resource_id].name if one.resource_id in things else "",
        )
        for one in rows
    ]


def _line(
    one: Incident,
    zone: ZoneInfo,
    names: dict[UUID, PersonName],
    patient: PatientBrief | None,
    thing: str,
) -> IncidentLine:
    return IncidentLine(
        id=one.pk,
        number=one.number,
        site_id=one.site_id,
        kind=IncidentKind(one.kind),
        state=IncidentState(one.state),
        place=one.place,
        what=one.what or "",
        thing=thing,
        patient=patient,
        opened_at=one.opened_at.astimezone(zone),
        opened_by=names.get(one.opened_by_id) if one.opened_by_id else None,
        closed_at=one.closed_at.astimezone(zone) if one.closed_at else None,
        closed_by=names.get(one.closed_by_id) if one.closed_by_id else None,
        outcome=one.outcome,
        outcome_note=one.outcome_note or "",
        version=one.version,
    )


def _alarm(
    line: IncidentLine,
    coming: Sequence[tuple[UUID, UUID | None]],
    names: dict[UUID, PersonName],
    me: UUID | None,
) -> Alarm:
    by = [user for incident_id, user in coming if incident_id == line.id]
    who = tuple(names[user] for user in by if user in names)
    return Alarm(replace(line, what=""), who, me is not None and me in by)


def _entries(incident: Incident, me: UUID | None) -> tuple[EntryLine, ...]:
    """The timeline in the order of the true times. Two queries."""
    rows = list(incident.entries.all())
    names = staff_names(one.by_id for one in rows)
    zone = site_zone(incident.site_id)
    script = script_of(incident.kind)
    lines = (_entry(one, incident, script, names, zone) for one in rows)
    mine = [me is not None and one.by_id == me for one in rows]
    return tuple(replace(line, is_mine=is_mine) for line, is_mine in zip(lines, mine, strict=True))


def _entry(
    one: IncidentEntry,
    incident: Incident,
    script: Script,
    names: dict[UUID, PersonName],
    zone: ZoneInfo,
) -> EntryLine:
    deed = script.deed(one.deed)
    return EntryLine(
        id=one.pk,
        at=one.at.astimezone(zone),
        recorded_at=one.recorded_at.astimezone(zone),
        minutes=int((one.at - incident.opened_at).total_seconds() // 60),
        deed=one.deed,
        label=str(deed.label) if deed else "",
        text=one.text or "",
        by=names.get(one.by_id) if one.by_id else None,
        is_struck=one.struck_at is not None,
        is_late_entry=one.recorded_at - one.at > timedelta(minutes=1),
    )


def _script_line(number: int, deed: Deed, entries: tuple[EntryLine, ...]) -> ScriptLine:
    done = [one for one in entries if one.deed == deed.key and not one.is_struck]
    mine = [one for one in done if one.is_mine] if deed.key == COMING else []
    first = next(iter(mine or done), None)
    return ScriptLine(deed, number, first.at if first else None, is_said=bool(mine))
