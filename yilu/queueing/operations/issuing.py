"""Everything that puts a ticket into a queue, moves it there, or takes it out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, numbers, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.inserts import insert
from yilu.queueing import permissions
from yilu.queueing.errors import (
    AlreadyQueued,
    NotServedHere,
    ReasonMissing,
    TicketMoveRefused,
    UnknownLevel,
    UnknownWeight,
)
from yilu.queueing.events import (
    TicketIssued,
    TicketLeft,
    TicketMoved,
    TicketRequeued,
    TicketTransferred,
)
from yilu.queueing.models import Queue, Ticket
from yilu.queueing.operations.held import (
    HeldTicket,
    as_fields,
    queue_of,
    topics_of,
    waiting_in,
)
from yilu.queueing.rules import order
from yilu.queueing.rules.policy import Policy, policy_of
from yilu.queueing.states import AT_NIGHT, IN_QUEUE, TicketState

LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket just issued: its id, and the number that people read."""

    id: UUID
    number: str


@operation
def issue_ticket(  # noqa: PLR0913 (the facts of a place in a queue)
    *,
    actor: Actor,
    queue_id: UUID,
    visit_id: UUID,
    patient_id: UUID,
    booking_id: UUID | None = None,
    practitioner_id: UUID | None = None,
    service_id: UUID | None = None,
    booked_at: datetime | None = None,
    promised_at: datetime | None = None,
    came_at: datetime | None = None,
    level: int = 4,
    weights: Iterable[str] = (),
    is_remote: bool = False,
) -> IssuedTicket:
    """Put a patient into a queue, at the place that its rule gives. Five queries, six if late.

    `promised_at`: they were told to come then. `came_at`: they waited for something else first.

    Raises:
        NotAllowed: the actor may not issue tickets at this site.
        AlreadyQueued: this visit waits in this queue already.
        UnknownLevel, UnknownWeight: the rule does not know them.
    """
    queue = queue_of(queue_id)
    if not actor.is_owner(patient_id, visit_id, booking_id):
        actor.require(permissions.ISSUE, queue.site_id)
    policy, given = policy_of(queue.policy), tuple(sorted(set(weights)))
    _check(policy, level, given)
    now = clock.now()
    place = order.join(
        policy, now=now, level=level, points=policy.points(given), booked_at=booked_at,
        promised_at=promised_at, came_at=came_at,
        waiting=waiting_in(queue_id) if _may_be_late(policy, booked_at, now) else (),
    )  # fmt: skip
    day = now.astimezone(site_zone(queue.site_id)).date()
    ticket = Ticket(
        queue=queue,
        site_id=queue.site_id,
        clinic_day=day,
        visit_id=visit_id,
        patient_id=patient_id,
        booking_id=booking_id,
        practitioner_id=practitioner_id or queue.practitioner_id,
        service_id=service_id,
        level=level,
        weights=list(given),
        weight=policy.points(given),
        booked_at=booked_at,
        promised_at=promised_at,
        is_remote=is_remote,
        issued_at=now,
        **as_fields(place, now),
    )
    ticket.number = _next_number(queue, day)
    with on_violation(queueing_ticket_once_in_queue=AlreadyQueued):
        insert(ticket)
    _record_and_tell(actor, ticket)
    return IssuedTicket(ticket.pk, ticket.number)


@operation
def requeue_ticket(*, actor: Actor, ticket_id: UUID, version: int | None = None) -> None:
    """Let somebody who missed a call wait again: two to five places from the front."""
    held = HeldTicket.of(ticket_id, actor, permissions.ISSUE, version)
    ticket, now = held.row, clock.now()
    if ticket.state == TicketState.WAITING:
        return
    place = order.rejoin_after_miss(
        held.policy,
        now=now,
        level=ticket.level,
        skips=ticket.skips,
        waiting=waiting_in(ticket.queue_id, without=ticket.pk),
    )
    held.change(
        actor,
        "requeued",
        TicketRequeued,
        TicketState.WAITING,
        station_id=None,
        **as_fields(place, now),
    )


@operation
def return_ticket(*, actor: Actor, ticket_id: UUID, version: int | None = None) -> None:
    """Let somebody come back with results to the queue they were seen in, number and all."""
    held = HeldTicket.of(ticket_id, actor, permissions.ISSUE, version)
    ticket, now = held.row, clock.now()
    place = order.rejoin_with_results(
        held.policy,
        now=now,
        level=ticket.level,
        waiting=waiting_in(ticket.queue_id, without=ticket.pk),
    )
    held.change(
        actor,
        "returned",
        TicketRequeued,
        TicketState.WAITING,
        station_id=None,
        beside=False,
        called_at=None,
        started_at=None,
        ended_at=None,
        **as_fields(place, now),
    )


@operation
def transfer_ticket(
    *, actor: Actor, ticket_id: UUID, queue_id: UUID, reason: str, version: int | None = None
) -> None:
    """Let a patient wait in another queue of the site. The time they have waited counts there.

    Raises:
        ReasonMissing: no reason was given.
    """
    held = HeldTicket.of(ticket_id, actor, permissions.MOVE, version)
    ticket, queue = held.row, queue_of(queue_id)
    if queue.site_id != ticket.site_id:
        raise NotServedHere
    if not reason.strip():
        raise ReasonMissing
    held.change(
        actor,
        "transferred",
        TicketTransferred,
        TicketState.WAITING,
        queue=queue,
        practitioner_id=queue.practitioner_id,
        station_id=None,
        beside=False,
        reason=reason.strip(),
    )


@operation
def move_ticket(
    *,
    actor: Actor,
    ticket_id: UUID,
    position: int,
    reason: str,
    version: int | None = None,
) -> None:
    """Put somebody who waits at a position among those of the same urgency; 0 is next.

    The reason is shown to staff beside the name. Other levels are never overtaken.

    Raises:
        ReasonMissing: no reason was given.
    """
    held = HeldTicket.of(ticket_id, actor, permissions.MOVE, version)
    ticket, now = held.row, clock.now()
    if ticket.state != TicketState.WAITING:
        raise TicketMoveRefused(
            current=TicketState(ticket.state).label, target=TicketState.WAITING.label
        )
    if not reason.strip():
        raise ReasonMissing
    place = order.move_to(
        held.policy,
        max(position, 0),
        level=ticket.level,
        now=now,
        waiting=waiting_in(ticket.queue_id, without=ticket.pk),
    )
    held.change(
        actor,
        "moved",
        TicketMoved,
        TicketState.WAITING,
        reason=reason.strip(),
        **as_fields(place, ticket.ready_at),
    )


@operation
def change_level(
    *, actor: Actor, ticket_id: UUID, level: int, reason: str, version: int | None = None
) -> None:
    """Say that a waiting patient is more, or less, urgent than was thought."""
    held = HeldTicket.of(ticket_id, actor, permissions.MOVE, version)
    ticket = held.row
    _check(held.policy, level, ())
    if not reason.strip():
        raise ReasonMissing
    minutes = held.policy.limit_minutes(level) - held.policy.limit_minutes(ticket.level)
    held.change(
        actor,
        "levelled",
        TicketMoved,
        TicketState(ticket.state),
        level=level,
        limit_at=ticket.limit_at + minutes * order.MINUTE,
        reason=reason.strip(),
    )


@operation
def leave_queue(
    *, actor: Actor, ticket_id: UUID, reason: str = "", version: int | None = None
) -> None:
    """Take somebody out of a queue who will not be seen in it. Nothing happens when they are."""
    held = HeldTicket.of(ticket_id, actor, permissions.ISSUE, version)
    if held.row.state not in IN_QUEUE:
        return
    held.change(
        actor,
        "left",
        TicketLeft,
        TicketState.LEFT,
        reason=reason,
        station_id=None,
        ended_at=clock.now(),
    )


def _may_be_late(policy: Policy, booked_at: datetime | None, now: datetime) -> bool:
    """Whether somebody may have to go some places back: only then it matters who waits."""
    return booked_at is not None and booked_at + policy.grace_minutes * order.MINUTE < now


def _next_number(queue: Queue, day: date) -> str:
    """The next of the queue's numbers of a day. Late in a deed: the counter is locked then."""
    while True:
        last = numbers.take(f"ticket:{queue.site_id}:{queue.letter}:{day}")
        number = f"{queue.letter}{last:03d}"
        if not _is_still_called(queue, day, number):
            return number


def _is_still_called(queue: Queue, day: date, number: str) -> bool:
    """Whether somebody of the evening before still waits under a number: no two hear one number.
    No query but in the small hours."""
    if clock.now().astimezone(site_zone(queue.site_id)).time() >= AT_NIGHT:
        return False
    before = Ticket.objects.filter(site_id=queue.site_id, clinic_day=day - timedelta(days=1))
    return before.filter(number=number, state__in=IN_QUEUE).exists()


def _record_and_tell(actor: Actor, ticket: Ticket) -> None:
    """Write down and say that a ticket was issued. Two queries."""
    audit.record(
        actor,
        "queueing.ticket.issued",
        ticket,
        site_id=ticket.site_id,
        patient_id=ticket.patient_id,
        queue=ticket.queue.key,
        placed=ticket.placed,
        level=ticket.level,
        weights=ticket.weights,
    )
    issued = TicketIssued(
        ticket.pk,
        ticket.queue_id,
        ticket.queue.kind,
        ticket.visit_id,
        ticket.patient_id,
        ticket.booking_id,
        ticket.clinic_day,
    )
    outbox.publish(
        issued,
        actor=actor,
        site_id=ticket.site_id,
        subject=ticket,
        topics=topics_of(ticket, set()),
    )


def _check(policy: Policy, level: int, weights: tuple[str, ...]) -> None:
    if level not in LEVELS:
        raise UnknownLevel
    for weight in weights:
        if weight not in policy.weights:
            raise UnknownWeight(weight=weight)
