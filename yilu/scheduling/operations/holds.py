"""Keeping a time for somebody who is still deciding, paying or being identified."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from yilu.platform import audit, clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.asking import counted
from yilu.scheduling.claims import Owner, give_back
from yilu.scheduling.errors import HoldExpired
from yilu.scheduling.events import HoldReleased, TimeHeld
from yilu.scheduling.keeping import keep_time
from yilu.scheduling.models import Hold
from yilu.scheduling.rationing import lengthen_turn
from yilu.scheduling.rules import check_policy, check_start
from yilu.scheduling.selectors.candidates import Asked
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.topics import day_topic
from yilu.scheduling.states import Channel, HoldState

LONGEST_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Held:
    """A time that is kept until `expires_at`."""

    id: UUID
    practitioner_id: UUID
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


@operation
@counted
def hold_time(
    *,
    actor: Actor,
    site_id: UUID,
    service_id: UUID,
    practitioner_id: UUID | None,
    starts_at: datetime,
    minutes: int = 10,
    channel: str = Channel.DESK,
    admission: UUID | None = None,
) -> Held:
    """Keep a time with all it needs, for at most half an hour; `book_appointment` can use it.

    It counts to the share of the channel. `admission` is a turn in the queue for a release.

    Raises:
        NotAllowed, UnknownService, UnknownPractitioner, StartsInPast, TooSoon, TooFarAhead,
        OutsideSessions, SlotTaken, NotYetReleased, ShareUsedUp, QueueFirst.
    """
    actor.require(permissions.BOOK, site_id)
    now = clock.now()
    check_start(starts_at, now)
    facts = service_facts(service_id, practitioner_id)
    check_policy(starts_at, now, facts.service)
    expires_at = now + timedelta(minutes=min(minutes, LONGEST_MINUTES))
    asked = Asked(site_id, starts_at, channel=channel, admission=admission)
    hold = keep_time(actor, facts, asked, expires_at)
    if admission:
        lengthen_turn(admission, expires_at)
    timers.schedule(
        "scheduling.release_hold", due_at=expires_at, subject_id=hold.pk, site_id=site_id
    )
    ends_at = cast("datetime", hold.during.upper)
    return Held(hold.pk, hold.practitioner_id, starts_at, ends_at, expires_at)


@operation
def release_hold(*, actor: Actor, hold_id: UUID) -> bool:
    """Let a kept time go; gives back whether it was kept still. A hold that is used or released
    already stays as it is.

    Raises: NotFound, NotAllowed.
    """
    hold = _hold(actor, hold_id)
    if hold.state != HoldState.HELD:
        return False
    _end(hold, HoldState.RELEASED)
    audit.record(actor, "scheduling.hold.released", hold, site_id=hold.site_id)
    _tell(actor, hold, HoldReleased(hold.pk, hold.clinic_day))
    return True


@operation
def use_hold(*, actor: Actor, hold_id: UUID) -> None:
    """Give a kept time back to the booking that is being made of it, in the same deed.

    Raises: NotFound, NotAllowed.
        HoldExpired: it was released, or its time is over.
    """
    hold = _hold(actor, hold_id)
    if hold.state != HoldState.HELD or hold.expires_at <= clock.now():
        raise HoldExpired
    _end(hold, HoldState.USED)


def _hold(actor: Actor, hold_id: UUID) -> Hold:
    hold = Hold.objects.select_for_update(no_key=True).filter(pk=hold_id).first()
    if hold is None:
        raise NotFound
    actor.require_to_see(permissions.BOOK, hold.site_id)
    return hold


def _end(hold: Hold, state: HoldState) -> None:
    give_back(Owner(hold_id=hold.pk))
    hold.state = state
    hold.version += 1
    hold.save(update_fields=["state", "version"])


def _tell(actor: Actor, hold: Hold, event: TimeHeld | HoldReleased) -> None:
    topics = [day_topic(hold.site_id, hold.clinic_day)]
    outbox.publish(event, actor=actor, site_id=hold.site_id, subject=hold, topics=topics)
