"""Whom a suspected patient met: patients in the same places, staff, and who came along."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.facility.selectors.sites import site_zone
from yilu.outbreak import permissions
from yilu.outbreak.selectors.modes import plan_of
from yilu.outbreak.selectors.screenings import Suspect, suspect
from yilu.patients.selectors.companions import companions_of
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.queueing.selectors.stays import Stay, stays
from yilu.scheduling.selectors.companions import companions_booked
from yilu.visits.selectors.visits import visit_info, visit_infos
from yilu.workforce.selectors.practitioners import practitioner_infos
from yilu.workforce.selectors.staff import staff_names

WHY = "contact list"
USUAL_WINDOW = timedelta(minutes=30)
# What staff do to these is done beside the patient.
BESIDE = ("visits.visit", "queueing.ticket", "outbreak.screening")


@dataclass(frozen=True, slots=True)
class Where:
    """A place of the suspected patient, from when to when. Times are local."""

    name: str
    is_station: bool
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Met:
    """Another patient who was in the same place. `minutes`: how long at once; 0 is before or
    after, within the window. `companions`: who came along with them.
    """

    patient: PatientBrief
    where: str
    from_at: datetime
    until_at: datetime
    minutes: int
    companions: str


@dataclass(frozen=True, slots=True)
class MetStaff:
    """Somebody of ours who was beside the patient, first and last when, as far as we know."""

    name: PersonName
    first_at: datetime
    last_at: datetime
    deeds: int


@dataclass(frozen=True, slots=True)
class Contacts:
    """Everybody whom a suspected patient met at the clinic on that day."""

    about: Suspect
    window_minutes: int
    places: tuple[Where, ...]
    patients: tuple[Met, ...]
    staff: tuple[MetStaff, ...]
    companions: tuple[str, ...]


def contacts(actor: Actor, screening_id: UUID) -> Contacts:
    """Whom a suspected patient met. Twenty-one queries at most; the read is on record.

    Raises: NotFound: no such suspicion, or the actor may not trace at its site.
    """
    about = suspect(actor, screening_id, permissions.TRACE)
    plan = plan_of(about.site_id)
    window = timedelta(minutes=plan.window_minutes) if plan else USUAL_WINDOW
    minutes = int(window.total_seconds() // 60)
    if about.visit_id is None:
        return Contacts(about, minutes, (), (), (), ())
    visit = visit_info(about.visit_id)
    zone = site_zone(about.site_id)
    found = stays(about.site_id, visit.clinic_day)
    mine = [one for one in found if one.patient_id == visit.patient_id]
    others = [one for one in found if one.patient_id != visit.patient_id]
    near = _near(mine, others, window)
    people = patient_briefs(actor, {one.patient_id for one, _shared in near}, WHY)
    along = _companions(near, visit.patient_id, visit.booking_id)
    return Contacts(
        about=about,
        window_minutes=minutes,
        places=tuple(
            Where(str(m.name), m.is_station, _on(m.from_at, zone), _on(m.until_at, zone))
            for m in mine
        ),
        patients=tuple(_met(one, shared, people, along, zone) for one, shared in near
                       if one.patient_id in people),
        staff=_staff(mine, (visit.id, about.id), visit.practitioner_id, zone),
        companions=tuple(along.get(visit.patient_id, ())),
    )  # fmt: skip


def _near(mine: list[Stay], others: list[Stay], window: timedelta) -> list[tuple[Stay, int]]:
    """The others' stays in my places within the window, each patient and place once: the closest.

    With how many minutes we were there at once.
    """
    best: dict[tuple[UUID, str], tuple[Stay, int]] = {}
    for one in others:
        for me in mine:
            if one.place != me.place:
                continue
            since, until = max(one.from_at, me.from_at), min(one.until_at, me.until_at)
            if since - until > window:
                continue
            shared = max(0, int((until - since).total_seconds() // 60))
            key = (one.patient_id, one.place)
            if key not in best or best[key][1] < shared:
                best[key] = (one, shared)
    return sorted(best.values(), key=lambda pair: (-pair[1], pair[0].from_at))


def _met(
    one: Stay,
    shared: int,
    people: dict[UUID, PatientBrief],
    along: dict[UUID, list[str]],
    zone: ZoneInfo,
) -> Met:
    return Met(
        patient=people[one.patient_id],
        where=str(one.name),
        from_at=_on(one.from_at, zone),
        until_at=_on(one.until_at, zone),
        minutes=shared,
        companions="、".join(along.get(one.patient_id, ())),
    )


def _companions(
    near: Iterable[tuple[Stay, int]], patient_id: UUID, booking_id: UUID | None
) -> dict[UUID, list[str]]:
    """Who came along with whom, as booked or as their record says. Three queries."""
    patient_ids = {one.patient_id for one, _shared in near} | {patient_id}
    visits = visit_infos({one.visit_id for one, _shared in near})
    bookings = {booking_id, *(one.booking_id for one in visits.values())} - {None}
    found: dict[UUID, list[str]] = {}
    for known in (
        companions_booked(one for one in bookings if one is not None),
        companions_of(patient_ids),
    ):
        for who, words in known.items():
            mine = found.setdefault(who, [])
            if words not in mine:
                mine.append(words)
    return found


def _staff(
    mine: list[Stay], about: tuple[UUID, UUID], practitioner_id: UUID | None, zone: ZoneInfo
) -> tuple[MetStaff, ...]:
    """Who asked, did something about visit or number, and whose station it was. Three queries."""
    times: dict[UUID, list[datetime]] = {}
    for hand in audit.hands_on([*about, *(one.ticket_id for one in mine)], BESIDE):
        times.setdefault(hand.user_id, []).append(hand.at)
    at_stations = [one for one in mine if one.is_station]
    doctors = practitioner_infos(one.practitioner_id or practitioner_id for one in at_stations)
    for one in at_stations:
        who = one.practitioner_id or practitioner_id
        if who in doctors:
            times.setdefault(doctors[who].user_id, []).extend([one.from_at, one.until_at])
    names = staff_names(times)
    found = [
        MetStaff(names[user_id], _on(min(at), zone), _on(max(at), zone), len(at))
        for user_id, at in times.items()
        if user_id in names
    ]
    return tuple(sorted(found, key=lambda one: one.first_at))


def _on(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone)
