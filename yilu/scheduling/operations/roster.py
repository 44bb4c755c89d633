"""The sessions of resources: published from their weeks, and opened or withdrawn by hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation, prepared
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.platform.ids import new_id
from yilu.scheduling import permissions
from yilu.scheduling.changes import hold_resource
from yilu.scheduling.errors import SessionsOverlap
from yilu.scheduling.events import SessionsPublished
from yilu.scheduling.models import Session
from yilu.scheduling.rules import Period, check_period
from yilu.scheduling.selectors.roster import wanted_sessions
from yilu.scheduling.selectors.topics import day_topic, roster_topic

LONGEST_PUBLISHING = timedelta(days=400)
# No service may be booked more than 31 days ahead; managers plan a little further.
AHEAD = timedelta(days=56)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('sessions:' || %(site)s, 19)) IS NULL"


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing changed."""

    opened: int
    withdrawn: int


@operation
def publish_sessions(
    *,
    actor: Actor,
    site_id: UUID,
    from_day: date,
    to_day: date,
    resource_id: UUID | None = None,
) -> Published:
    """Open the sessions of a site's resources for the days, both included; and withdraw those
    that no longer hold. Doing it again changes nothing. Bookings stay where they are.
    With `resource_id`, only those of that resource.

    A resource works by its week where the site is open; rooms, chairs and devices without a
    week of their own are there whenever the site is open. What was opened by hand stays.

    Raises:
        NotAllowed: the actor may not change rosters here.
        Invalid: more than 400 days are asked for.
    """
    actor.require(permissions.ROSTER, site_id)
    if to_day - from_day > LONGEST_PUBLISHING:
        raise Invalid(FieldError("to_day", "too_long", str(_("At most 400 days at once."))))
    # One at a time, and what is wanted is read after waiting: who read before the other's change
    # would take back what the other has opened.
    prepared(_LOCK, {"site": str(site_id)})
    wanted = wanted_sessions(site_id, from_day, to_day, resource_id)
    there = Session.objects.select_for_update(no_key=True).filter(
        site_id=site_id, active=True, is_one_off=False, clinic_day__range=(from_day, to_day)
    )
    if resource_id is not None:
        there = there.filter(resource_id=resource_id)
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
    opened = Session.objects.filter(pk__in=[one.pk for one in new]).count() if new else 0
    done = Published(opened, len(over))
    _tell_published(actor, site_id, from_day, to_day, done)
    return done


@operation
def publish_ahead(*, actor: Actor, site_id: UUID, resource_id: UUID | None = None) -> Published:
    """Bring the coming weeks of a site, or of one resource there, to what its weeks, hours and
    calendar say today. Doing it again changes nothing. Raises: NotFound, NotAllowed.
    """
    today = clock.now().astimezone(site_zone(site_id)).date()
    return publish_sessions(
        actor=actor,
        site_id=site_id,
        from_day=today,
        to_day=today + AHEAD,
        resource_id=resource_id,
    )


@operation
def open_session(
    *, actor: Actor, resource_id: UUID, site_id: UUID, starts_at: datetime, ends_at: datetime
) -> UUID:
    """Open one session by hand, which publishing leaves alone.

    Raises: NotFound, NotAllowed, OutOfCalendar, EndsTooSoon, TooLong, SessionsOverlap.
    """
    resource = hold_resource(actor, resource_id)
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
def withdraw_session(*, actor: Actor, session_id: UUID, version: int | None = None) -> None:
    """Take one session away; its bookings stay until they are moved. Twice changes nothing.

    Raises: NotFound, NotAllowed, Stale.
    """
    session = _hold_session(actor, session_id)
    if not session.active:
        return
    check_version(session, version)
    session.active = False
    _keep_session(actor, session, "withdrawn")


@operation
def undo_withdraw_session(*, actor: Actor, session_id: UUID) -> None:
    """Give a session back that was taken away.

    Raises: NotFound, NotAllowed; SessionsOverlap: another has been opened at its time.
    """
    session = _hold_session(actor, session_id)
    if session.active:
        return
    session.active = True
    with on_violation(scheduling_session_no_overlap=SessionsOverlap):
        _keep_session(actor, session, "opened")


def _hold_session(actor: Actor, session_id: UUID) -> Session:
    session = Session.objects.select_for_update(no_key=True).filter(pk=session_id).first()
    if session is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, session.site_id)
    actor.require(permissions.ROSTER, session.site_id)
    return session


def _keep_session(actor: Actor, session: Session, what: str) -> None:
    session.version += 1
    session.save(update_fields=["active", "version"])
    _record_session(actor, session, what)


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
    topics = [day_topic(session.site_id, session.clinic_day), roster_topic(session.site_id)]
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
    topics = [roster_topic(site_id)]
    topics += [day_topic(site_id, from_day + timedelta(days=n)) for n in range(days)]
    outbox.publish(event, actor=actor, site_id=site_id, subject=run, topics=topics)
