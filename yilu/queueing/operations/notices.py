"""Telling who waits how it goes, at the interval of the site: by phone, wall screen, or staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from yilu.facility.selectors.sites import site_zone
from yilu.messaging.operations.messages import send_message
from yilu.platform import audit, clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.queueing import permissions
from yilu.queueing.events import (
    NoticeAsked,
    NoticeAskedAgain,
    NoticeGiven,
    NoticeMissed,
    NoticeNeedless,
)
from yilu.queueing.models import ProgressNotice, Queue, Screen, Ticket
from yilu.queueing.operations.budget import has_phone, may_send
from yilu.queueing.selectors.limits import wait_rule
from yilu.queueing.selectors.standing import wait_of
from yilu.queueing.selectors.tickets import Place, ticket_place
from yilu.queueing.selectors.topics import long_waits_topic
from yilu.queueing.states import NoticeKind, NoticeState, NoticeWay, check_notice_move
from yilu.queueing.visit_wait import Limits, Stand, VisitWait
from yilu.visits.selectors.visits import VisitInfo, visit_info

PROGRESS = "queueing.progress"
# Called sooner than this after staff were asked, nobody has missed anything.
NOT_YET_MISSED = timedelta(minutes=5)
# A worker that was away for a day writes down no more than this.
MOST_MISSED = 12


@operation
def keep_told(*, actor: Actor, visit_id: UUID) -> None:
    """See to it that a visit that waits is told how it goes; what staff were to say to one that
    waits no longer is settled. Five queries at most.
    """
    visit = visit_info(visit_id)
    actor.require(permissions.EXPLAIN, visit.site_id)
    wait = wait_of(visit)
    if wait.waiting is None:
        if wait.end is not None:
            _settle_asked(actor, visit_id)
        return
    limits = wait_rule(visit.site_id).limits
    if limits.notice:
        due = _last_told(visit_id, wait) + limits.notice
        timers.schedule(PROGRESS, due_at=due, subject_id=visit_id, site_id=visit.site_id)


@operation
def tell_progress(*, actor: Actor, visit_id: UUID) -> None:
    """Tell a visit that waits how it goes, if its time has come, and ring again after the interval.

    Who has a phone gets a message, within the limit of the site, and the wall screen after that;
    who has none is told by staff. What was due while nobody looked is counted as missed. Twenty
    queries, and those of the message.
    """
    visit = visit_info(visit_id)
    actor.require(permissions.EXPLAIN, visit.site_id)
    wait, limits = wait_of(visit), wait_rule(visit.site_id).limits
    stand = wait.waiting
    if stand is None or not limits.notice:
        return
    now, due = clock.now(), _last_told(visit_id, wait) + limits.notice
    if now >= due:
        _settle_asked(actor, visit_id)
        for missed in _missed(due, limits.notice, now):
            _write(actor, visit, stand, _Saying(NoticeWay.NONE, NoticeState.MISSED, missed))
            due = missed + limits.notice
        _tell(actor, visit, stand, limits, due)
        due = now + limits.notice
    timers.schedule(PROGRESS, due_at=due, subject_id=visit_id, site_id=visit.site_id)


@operation
def note_told(*, actor: Actor, notice_id: UUID, version: int | None = None) -> None:
    """Note that staff have told a patient how it goes. Twice changes nothing. Four queries.

    Raises: NotAllowed, Stale; TicketMoveRefused when it was too late.
    """
    one = _hold(actor, notice_id)
    if one.state == NoticeState.GIVEN:
        return
    check_version(one, version)
    one.told_by_id = actor.user_id
    _settle(actor, one, NoticeState.GIVEN, NoticeGiven)


@operation
def take_back_told(*, actor: Actor, notice_id: UUID) -> None:
    """Take back that staff have told a patient: they are to do so. Twice changes nothing."""
    one = _hold(actor, notice_id)
    if one.way == NoticeWay.STAFF and one.state == NoticeState.GIVEN:
        one.told_by_id = None
        _settle(actor, one, NoticeState.ASKED, NoticeAskedAgain)


@operation
def note_lost(*, actor: Actor, notice_id: UUID) -> None:
    """A message of the wait reached nobody: it is counted as missed, and staff are asked to go."""
    one = ProgressNotice.objects.select_for_update().filter(pk=notice_id).first()
    if one is None or one.state != NoticeState.GIVEN or one.way != NoticeWay.PHONE:
        return
    actor.require(permissions.EXPLAIN, one.site_id)
    _settle(actor, one, NoticeState.MISSED, NoticeMissed)
    visit = visit_info(one.visit_id)
    stand = wait_of(visit).waiting
    asked = ProgressNotice.objects.filter(visit_id=one.visit_id, state=NoticeState.ASKED)
    if stand is not None and not asked.exists():
        saying = _Saying(NoticeWay.STAFF, NoticeState.ASKED, clock.now())
        _write(actor, visit, stand, saying)


def _tell(actor: Actor, visit: VisitInfo, stand: Stand, limits: Limits, due: datetime) -> None:
    place = ticket_place(stand.ticket_id)
    way = _way(visit, stand, limits)
    state = NoticeState.ASKED if way == NoticeWay.STAFF else NoticeState.GIVEN
    one = _write(actor, visit, stand, _Saying(way, state, due, place))
    if way == NoticeWay.PHONE:
        zone, now = site_zone(visit.site_id), clock.now()
        send_message(
            actor=actor,
            key=f"progress:{one.pk}",
            template="wait_progress",
            site_id=visit.site_id,
            patient_id=visit.patient_id,
            data={
                "ticket": stand.number,
                "ahead": str(place.ahead),
                "from": f"{(now + timedelta(minutes=place.low_minutes)).astimezone(zone):%H:%M}",
                "until": f"{(now + timedelta(minutes=place.high_minutes)).astimezone(zone):%H:%M}",
            },
        )


def _way(visit: VisitInfo, stand: Stand, limits: Limits) -> NoticeWay:
    """The phone while the limit allows it: one message is left for “you are next”."""
    if not has_phone(visit.patient_id):
        return NoticeWay.STAFF
    if may_send(visit.id, NoticeKind.PROGRESS, limits.most_messages):
        return NoticeWay.PHONE
    return NoticeWay.SCREEN if _is_shown(visit.site_id, stand) else NoticeWay.STAFF


def _is_shown(site_id: UUID, stand: Stand) -> bool:
    """Whether a wall screen that somebody has opened shows this ticket's queue."""
    ticket = Ticket.objects.filter(pk=stand.ticket_id).values_list("queue_id", flat=True)
    areas = list(Queue.objects.get(pk=ticket[0]).area.values())
    open_ = Screen.objects.filter(site_id=site_id, withdrawn_at=None, opened_at__isnull=False)
    return open_.filter(Q(area="") | Q(area__in=areas)).exists()


def _last_told(visit_id: UUID, wait: VisitWait) -> datetime:
    """When a visit was told anything last; at the beginning, from when its wait counts."""
    notices = ProgressNotice.objects.filter(visit_id=visit_id)
    last: datetime | None = notices.aggregate(last=Max("made_at"))["last"]
    return max(last, wait.counted_from) if last else wait.counted_from


def _missed(due: datetime, interval: timedelta, now: datetime) -> Iterator[datetime]:
    """What was due a whole interval ago or longer, and nobody said."""
    for n in range(MOST_MISSED):
        if due + (n + 1) * interval > now:
            return
        yield due + n * interval


def _settle_asked(actor: Actor, visit_id: UUID) -> None:
    """What staff have not said is missed; at a call soon after they were asked, needless."""
    found = ProgressNotice.objects.select_for_update().filter(
        visit_id=visit_id, state=NoticeState.ASKED
    )
    for one in found:
        if clock.now() - one.made_at < NOT_YET_MISSED:
            _settle(actor, one, NoticeState.NEEDLESS, NoticeNeedless)
        else:
            _settle(actor, one, NoticeState.MISSED, NoticeMissed)


@dataclass(frozen=True, slots=True)
class _Saying:
    """One notice to be written down: how it is said, when it was due, and what it says."""

    way: NoticeWay
    state: NoticeState
    due_at: datetime
    place: Place | None = None


def _write(actor: Actor, visit: VisitInfo, stand: Stand, saying: _Saying) -> ProgressNotice:
    place, state = saying.place, saying.state
    one = ProgressNotice(
        site_id=visit.site_id,
        clinic_day=visit.clinic_day,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        ticket_id=stand.ticket_id,
        number=stand.number,
        kind=NoticeKind.PROGRESS,
        way=saying.way,
        state=state,
        due_at=saying.due_at,
        settled_at=None if state == NoticeState.ASKED else clock.now(),
        low_minutes=place.low_minutes if place else 0,
        high_minutes=place.high_minutes if place else 0,
    )
    one.save(force_insert=True)
    event = {
        NoticeState.ASKED: NoticeAsked,
        NoticeState.GIVEN: NoticeGiven,
        NoticeState.MISSED: NoticeMissed,
    }[state]
    _record_and_tell(actor, one, event)
    return one


def _hold(actor: Actor, notice_id: UUID) -> ProgressNotice:
    one = ProgressNotice.objects.select_for_update().filter(pk=notice_id).first()
    if one is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, one.site_id)
    actor.require(permissions.EXPLAIN, one.site_id)
    return one


def _settle(actor: Actor, one: ProgressNotice, target: NoticeState, event: type[Any]) -> None:
    check_notice_move(one.state, target)
    one.state = target
    one.settled_at = None if target == NoticeState.ASKED else clock.now()
    one.version += 1
    one.save(update_fields=["state", "settled_at", "told_by", "version"])
    _record_and_tell(actor, one, event)


def _record_and_tell(actor: Actor, one: ProgressNotice, event: type[Any]) -> None:
    audit.record(
        actor,
        f"queueing.notice.{one.state}",
        one,
        site_id=one.site_id,
        patient_id=one.patient_id,
        way=one.way,
        kind=one.kind,
    )
    outbox.publish(
        event(one.pk, one.visit_id, one.patient_id, one.way),
        actor=actor,
        site_id=one.site_id,
        subject=one,
        topics=[long_waits_topic(one.site_id)],
    )
