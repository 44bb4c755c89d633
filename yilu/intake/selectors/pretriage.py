"""An answer to "which department?", in words: why, how sure, which service, and who."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.catalogue.selectors.services import ServiceInfo, performers_of, services
from yilu.clinical.selectors.context import require_patient
from yilu.facility.selectors.places import DepartmentInfo, departments, departments_of
from yilu.facility.selectors.sites import SiteInfo, open_sites, site_info
from yilu.intake import permissions
from yilu.intake.models import PreTriage
from yilu.intake.rules import pretriage
from yilu.intake.rules.pretriage import CERTAIN, EMERGENCY, LIKELY, UNSURE
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.records.rules.access import OF_THE_DAY
from yilu.scheduling.selectors.free_time import free_slots
from yilu.visits.selectors.visits import visits_of
from yilu.workforce.selectors.practitioners import practitioner_infos

READER = Actor.system("intake.pretriage", "visits.see")
AHEAD = timedelta(days=14)
AMBULANCE = "120"
LOOKS = {CERTAIN: "active", LIKELY: "waiting"}


@dataclass(frozen=True, slots=True)
class Alarm:
    """What must not wait, and what to do now."""

    title: Localized
    do: Localized


@dataclass(frozen=True, slots=True)
class Person:
    """Who could be seen: when at the earliest, and why this one. Times are local."""

    id: UUID
    name: PersonName
    title: Localized
    soonest: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where at a site it can be done: the department, the service that fits, and who does it.

    `instead` says so when the clinic lets another department begin; `elsewhere` names another site
    that has the right one.
    """

    department: DepartmentInfo | None
    service: ServiceInfo | None
    people: tuple[Person, ...]
    instead: str
    elsewhere: SiteInfo | None


@dataclass(frozen=True, slots=True)
class Advice:
    """Where somebody should go, and all that speaks for it."""

    id: UUID
    site_id: UUID
    patient_id: UUID | None
    outcome: str
    title: str
    confidence: str
    confidence_label: str
    reasons: tuple[Localized, ...]
    alarms: tuple[Alarm, ...]
    measures: tuple[Localized, ...]
    others: tuple[tuple[str, Localized], ...]
    departments: tuple[tuple[str, Localized], ...]
    place: Place
    said: str
    rules_version: str
    decided: Localized | None
    reason: str
    level: int | None
    version: int

    @property
    def is_emergency(self) -> bool:
        return self.outcome == EMERGENCY

    @property
    def is_unsure(self) -> bool:
        return self.outcome == UNSURE and self.decided is None

    @property
    def look(self) -> str:
        """The state in whose colour the answer is shown."""
        return "late" if self.is_emergency else LOOKS.get(self.confidence, "booked")

    @property
    def doctor(self) -> Person | None:
        """Who is recommended."""
        return self.place.people[0] if self.place.people else None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen instead of typing."""

    key: str
    title: Localized


def choices() -> dict[str, list[Choice]]:
    """What can be chosen, alarms first, by group in the order of the body. No query."""
    groups: dict[str, list[Choice]] = {key: [] for key in GROUPS}
    for one in pretriage.rules().findings.values():
        if one.group:
            groups[one.group].append(Choice(one.key, one.title))
    return groups


GROUPS = ("alarm", "whole", "head", "mouth", "belly", "limbs", "skin")


def group_name(key: str) -> str:
    """What a group of choices is called."""
    return {
        "alarm": _("Is any of these happening now?"),
        "whole": pgettext("complaint", "The whole body"),
        "head": pgettext("complaint", "Head, eyes, ears"),
        "mouth": pgettext("complaint", "Mouth and teeth"),
        "belly": pgettext("complaint", "Belly"),
        "limbs": pgettext("complaint", "Back and limbs"),
        "skin": pgettext("complaint", "Skin"),
    }[key]


def advice_of(
    actor: Actor, pretriage_id: UUID, *, asked_here: bool = False, online: bool = False
) -> Advice:
    """An answer for its patient, for staff, or whoever asked it here (a session's own).

    Staff of the site read what they asked themselves today, and that of whom they look after: it
    is a part of the record. Fifteen queries at most, however many practitioners.

    Raises: NotFound, OutsideCare.
    """
    row = PreTriage.objects.filter(pk=pretriage_id).first()
    if row is None:
        raise NotFound
    if not actor.is_owner(row.patient_id) and not (asked_here and row.patient_id is None):
        actor.require_to_see(permissions.SEE, row.site_id)
        if row.patient_id and not _asked_it(actor, row):
            require_patient(actor, row.patient_id, row.site_id, permissions.SEE)
        audit.seen(actor, [row.patient_id] if row.patient_id else [], "pre-triage")
    book, found = pretriage.rules(), json.loads(row.answer)
    outcome = row.department or row.outcome
    return Advice(
        id=row.pk,
        site_id=row.site_id,
        patient_id=row.patient_id,
        outcome=outcome,
        title=_title(outcome),
        confidence=row.confidence,
        confidence_label=_sureness(row.confidence),
        reasons=_titles(found["reasons"]),
        alarms=tuple(Alarm(a.title, a.advice) for a in book.alarms if a.key in found["alarms"]),
        measures=tuple(m.title for m in book.measures if m.key in found["measures"]),
        others=tuple((one, book.departments[one]) for one in found["others"]),
        departments=tuple(book.departments.items()),
        place=_place(row, outcome, found["fits"], online=online),
        said=json.loads(row.inputs)["text"],
        rules_version=row.rules_version,
        decided=book.departments[row.department] if row.department else None,
        reason=row.reason,
        level=row.level,
        version=row.version,
    )


def _asked_it(actor: Actor, row: PreTriage) -> bool:
    is_theirs = actor.user_id is not None and actor.user_id == row.asked_by_id
    return is_theirs and row.asked_at >= clock.now() - OF_THE_DAY


def _titles(keys: Sequence[str]) -> tuple[Localized, ...]:
    known = pretriage.rules().findings
    return tuple(known[key].title for key in keys if key in known)


def _title(outcome: str) -> str:
    if outcome == EMERGENCY:
        return _("To emergency, now")
    if outcome == UNSURE:
        return _("Not sure")
    return str(pretriage.rules().departments[outcome])


def _sureness(confidence: str) -> str:
    return {
        CERTAIN: pgettext("pre-triage", "clear"),
        LIKELY: pgettext("pre-triage", "likely"),
    }.get(confidence, pgettext("pre-triage", "not enough to go by"))


def _place(row: PreTriage, outcome: str, fits: Sequence[str], *, online: bool) -> Place:
    """Where at this site; nowhere for alarms and for what is not clear."""
    if outcome in {EMERGENCY, UNSURE}:
        return Place(None, None, (), "", None)
    here = departments(row.site_id)
    offered = services(row.site_id, online_only=online)
    for key in (outcome, *pretriage.rules().stands_in.get(outcome, ())):
        chosen = _service(key, here, offered, fits if key == outcome else ())
        if chosen is None:
            continue
        own = key == outcome
        department = next(one for one in here if one.key == chosen.department_key)
        other = None if own else _other_site(row.site_id, outcome)
        people = _people(row, chosen, here)
        return Place(department, chosen, people, "" if own else _begin(outcome, department), other)
    return Place(None, None, (), "", _other_site(row.site_id, outcome))


def _begin(outcome: str, department: DepartmentInfo) -> str:
    wanted = pretriage.rules().departments[outcome]
    words = {"wanted": wanted, "here": department.name}
    return _("This clinic has no %(wanted)s; %(here)s sees you first.") % words


def _service(
    key: str, here: Sequence[DepartmentInfo], offered: Sequence[ServiceInfo], fits: Sequence[str]
) -> ServiceInfo | None:
    """The service that fits best, of the departments of that trade at the site."""
    keys = {one.key for one in here if key in {one.key, one.specialty}}
    mine = [one for one in offered if one.department_key in keys and not one.is_remote]
    wanted = {one: n for n, one in enumerate(fits)}
    special = sorted((one for one in mine if one.key in wanted), key=lambda one: wanted[one.key])
    usual = [one for one in mine if one.department_key == key]
    return next(iter([*special, *usual, *mine]), None)


def _other_site(site_id: UUID, outcome: str) -> SiteInfo | None:
    sites = {one.id: one for one in open_sites() if one.id != site_id}
    found = departments_of(sites)
    return next((sites[d.site_id] for d in found if outcome in {d.key, d.specialty}), None)


def _people(
    row: PreTriage, service: ServiceInfo, here: Sequence[DepartmentInfo]
) -> tuple[Person, ...]:
    """Who does it here: whom the patient saw last first, then who is free soonest."""
    zone, now = site_info(row.site_id).zone, clock.now()
    ids = [one.practitioner_id for one in performers_of([service.id])[service.id]]
    places = {one.id for one in here}
    known = {
        key: one for key, one in practitioner_infos(ids).items()
        if one.is_bookable and one.department_id in places
    }  # fmt: skip
    first: dict[UUID, datetime] = {}
    for slot in free_slots(
        site_id=row.site_id, service_id=service.id, starts_from=now, starts_until=now + AHEAD
    ):
        first.setdefault(slot.practitioner_id, slot.starts_at.astimezone(zone))
    seen = _seen(row.patient_id)
    order = sorted(known, key=lambda key: (key not in seen, key not in first, first.get(key, now)))
    soonest = min(first.values(), default=None)
    return tuple(
        Person(key, known[key].name, known[key].title, first.get(key),
               _why(seen.get(key), first.get(key), soonest))
        for key in order
    )  # fmt: skip


def _why(seen: str | None, at: datetime | None, soonest: datetime | None) -> str:
    if seen:
        return _("saw this patient on %(day)s") % {"day": seen}
    return _("free soonest") if at is not None and at == soonest else ""


def _seen(patient_id: UUID | None) -> dict[UUID, str]:
    """By practitioner, the day on which the patient was last with them."""
    if patient_id is None:
        return {}
    found: dict[UUID, str] = {}
    for visit in visits_of(READER, patient_id, limit=20):
        if visit.practitioner_id is not None:
            found.setdefault(visit.practitioner_id, f"{visit.clinic_day:%Y-%m-%d}")
    return found
