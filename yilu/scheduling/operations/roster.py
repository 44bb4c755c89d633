"""Which resources there are, their weekly habits, and the sessions published from them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.platform.ids import new_id
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyResource, SessionsOverlap
from yilu.scheduling.events import SessionsPublished
from yilu.scheduling.models import Resource, Session, WeeklySession
from yilu.scheduling.rules import Period, check_period
from yilu.scheduling.selectors.roster import wanted_sessions
from yilu.scheduling.selectors.topics import day_topic
from yilu.scheduling.states import ResourceKind

LONGEST_PUBLISHING = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of a resource's week on the wall clock; `ends` ≤ `starts` is next morning."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing changed."""

    opened: int
    withdrawn: int


@operation
def add_resource(
    *,
    actor: Actor,
    site_id: UUID,
    kind: str,
    of_id: UUID | None = None,
    kit: str = "",
    detail: str = "",
    home_id: UUID | None = None,
) -> UUID:
    """Make a practitioner, room, chair, device or kit bookable. `detail` is the room's use or
    the device's sort, by which services ask for it; `home_id` the room that a practitioner likes.

    Raises:
        NotAllowed: the actor may not change rosters here.
        AlreadyResource: it can be booked already.
    """
    actor.require(permissions.ROSTER, site_id)
    owner = {} if kind == ResourceKind.KIT else {f"{kind}_id": of_id}
    resource = Resource(
        site_id=site_id, kind=kind, detail=detail, kit=kit, home_id=home_id, **owner
    )
    twice = {f"scheduling_resource_one_{one}": AlreadyResource for one in ResourceKind.values}
    with on_violation(**twice):
        resource.save(force_insert=True)
    audit.record(actor, "scheduling.resource.added", resource, site_id=site_id, kind=kind, of=of_id)
    return resource.pk


@operation
def set_home(*, actor: Actor, resource_id: UUID, home_id: UUID | None) -> None:
    """Say which room or chair a practitioner prefers. Raises: NotFound, NotAllowed."""
    resource = _resource(actor, resource_id)
    resource.home_id = home_id
    resource.version += 1
    resource.save(update_fields=["home", "version"])
    audit.record(
        actor, "scheduling.resource.home_set", resource, site_id=resource.site_id, home=home_id
    )


@operation
def set_week(
    *,
    actor: Actor,
    resource_id: UUID,
    site_id: UUID,
    stretches: list[Stretch],
    valid_from: date,
    valid_to: date | None = None,
) -> None:
    """Set a resource's week at a site from a day on; what held before ends the day before.

    Published sessions follow with the next `publish_sessions`. Raises: NotFound, NotAllowed.
    """
    resource = _resource(actor, resource_id)
    actor.require(permissions.ROSTER, site_id)
    if any(not 0 <= one.weekday <= 6 for one in stretches):
        raise Invalid(FieldError("weekday", "unknown", str(_("There is no such weekday."))))
    held = WeeklySession.objects.filter(resource=resource, site_id=site_id, active=True)
    held.filter(valid_from__gte=valid_from).update(active=False)
    held.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from)).update(
        valid_to=valid_from - timedelta(days=1)
    )
    WeeklySession.objects.bulk_create(
        WeeklySession(
            resource=resource,
            site_id=site_id,
            weekday=one.weekday,
            starts=one.starts,
            ends=one.ends,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for one in stretches
    )
    audit.record(
        actor,
        "scheduling.week.set",
        resource,
        site_id=site_id,
        valid_from=valid_from,
        stretches=[f"{s.weekday} {s.starts:%H:%M}-{s.ends:%H:%M}" for s in stretches],
    )


@operation
def publish_sessions(*, actor: Actor, site_id: UUID, from_day: date, to_day: date) -> Published:
    """Open the sessions of a site's resources for the days, both included; and withdraw those
    that no longer hold. Doing it again changes nothing. Bookings stay where they are.

    A resource works by its week where the site is open; rooms, chairs and devices without a
    week of their own are there whenever the site is open. What was opened by hand stays.

    Raises:
        NotAllowed: the actor may not change rosters here.
        Invalid: more than 400 days are asked for.
    """
    actor.require(permissions.ROSTER, site_id)
    if to_day - from_day > LONGEST_PUBLISHING:
        raise Invalid(FieldError("to_day", "too_long", str(_("At most 400 days at once."))))
    wanted = wanted_sessions(site_id, from_day, to_day)
    there = Session.objects.select_for_update(no_key=True).filter(
        site_id=site_id, active=True, is_one_off=False, clinic_day__range=(from_day, to_day)
    )
    held = {(s.resource_id, s.during.lower, s.during.upper): s.pk for s in there}
    keys = {(w.resource_id, *w.period): w for w in wanted}
    over = [pk for key, pk in held.items() if key not in keys]
    Session.objects.filter(pk__in=over).update(active=False)
    new = [
        Session(
            resource_id=one.resource_id,
            site_id=site_id,
            during=DateTimeTZRange(*one.period),
            clinic_day=one.clinic_day,
        )
        for key, one in keys.items()
        if key not in held
    ]
    # Another site may have the practitioner at that time already: then theirs holds.
    Session.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)
    _tell_published(actor, site_id, from_day, to_day, Published(len(new), len(over)))
    return Published(len(new), len(over))


@operation
def open_session(
    *, actor: Actor, resource_id: UUID, site_id: UUID, starts_at: datetime, ends_at: datetime
) -> UUID:
    """Open one session by hand, which publishing leaves alone.

    Raises: NotFound, NotAllowed, OutOfCalendar, EndsTooSoon, TooLong, SessionsOverlap.
    """
    resource = _resource(actor, resource_id)
    actor.require(permissions.ROSTER, site_id)
    check_period(starts_at, ends_at)
    session = Session(
        resource=resource,
        site_id=site_id,
        during=DateTimeTZRange(starts_at, ends_at),
        clinic_day=starts_at.astimezone(site_zone(site_id)).date(),
        is_one_off=True,
    )
    with on_violation(scheduling_session_no_overlap=SessionsOverlap):
        session.save(force_insert=True)
    _record_session(actor, session, "opened")
    return session.pk


@operation
def withdraw_session(*, actor: Actor, session_id: UUID) -> None:
    """Take one session away; its bookings stay until they are moved.

    Raises: NotFound, NotAllowed.
    """
    session = Session.objects.select_for_update(no_key=True).filter(pk=session_id).first()
    if session is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, session.site_id)
    actor.require(permissions.ROSTER, session.site_id)
    session.active = False
    session.version += 1
    session.save(update_fields=["active", "version"])
    _record_session(actor, session, "withdrawn")


def _resource(actor: Actor, resource_id: UUID) -> Resource:
    resource = Resource.objects.select_for_update(no_key=True).filter(pk=resource_id).first()
    if resource is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, resource.site_id)
    actor.require(permissions.ROSTER, resource.site_id)
    return resource


def _record_session(actor: Actor, session: Session, what: str) -> None:
    period: Period = (session.during.lower, session.during.upper)
    audit.record(
        actor,
        f"scheduling.session.{what}",
        session,
        site_id=session.site_id,
        resource=session.resource_id,
        starts_at=period[0],
        ends_at=period[1],
    )
    published = SessionsPublished(
        session.clinic_day, session.clinic_day, int(what == "opened"), int(what != "opened")
    )
    topics = [day_topic(session.site_id, session.clinic_day)]
    outbox.publish(published, actor=actor, site_id=session.site_id, subject=session, topics=topics)


def _tell_published(
    actor: Actor, site_id: UUID, from_day: date, to_day: date, done: Published
) -> None:
    if not (done.opened or done.withdrawn):
        return
    run = Session(pk=new_id(), site_id=site_id)
    audit.record(
        actor,
        "scheduling.sessions.published",
        run,
        site_id=site_id,
        opened=done.opened,
        withdrawn=done.withdrawn,
        from_day=from_day,
        to_day=to_day,
    )
    event = SessionsPublished(from_day, to_day, done.opened, done.withdrawn)
    days = min((to_day - from_day).days + 1, 60)
    topics = [day_topic(site_id, from_day + timedelta(days=n)) for n in range(days)]
    outbox.publish(event, actor=actor, site_id=site_id, subject=run, topics=topics)
