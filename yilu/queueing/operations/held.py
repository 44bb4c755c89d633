"""A ticket held by one transaction, and how a deed on it is written. Only operations use it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.utils.dateparse import parse_datetime

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, loaded, on_violation, prepared
from yilu.platform.errors import NotFound
from yilu.platform.plain import plain
from yilu.queueing import permissions
from yilu.queueing.errors import AlreadyQueued, StationBusy
from yilu.queueing.models import Deed, Queue, Ticket
from yilu.queueing.rules.order import RETURN, Place, Waiting
from yilu.queueing.rules.policy import Policy, policy_of
from yilu.queueing.selectors.topics import queue_topic, site_queues_topic, ticket_topic
from yilu.queueing.states import DONE_AT, TicketState, check_move
from yilu.visits.selectors.visits import visit_topic

# What a deed may change, and taking it back puts back.
FIELDS = (
    "state", "queue_id", "practitioner_id", "level", "placed", "places_back", "ready_at",
    "turn_at", "limit_at", "called_at", "started_at", "ended_at", "station_id", "beside",
    "recalls", "skips", "reason",
)  # fmt: skip
# Deeds that may leave the state as it is. No other does twice what somebody else has done.
STAYS = frozenset({"recalled", "moved", "transferred", "levelled"})
_WAITING_IN = f"""
SELECT id, level, turn_at, limit_at, ready_at, placed = %(return)s FROM queueing_ticket
WHERE queue_id = %(queue)s AND state = '{TicketState.WAITING}'
    AND (%(without)s::uuid IS NULL OR id <> %(without)s)
"""  # noqa: S608 (only the name of a state is put in)
_INSTANTS = {"ready_at", "turn_at", "limit_at", "called_at", "started_at", "ended_at"}


class HeldTicket:
    """A locked ticket with its queue: change it by `change`, and everything is written."""

    def __init__(self, ticket: Ticket) -> None:
        self.row = ticket

    @classmethod
    def of(cls, ticket_id: UUID, actor: Actor, permission: str, version: int | None = None) -> Self:
        """The ticket, locked until the transaction ends, if the actor may. One query.

        Raises:
            NotFound, NotAllowed; Stale when it is no longer at `version`.
        """
        found = Ticket.objects.select_related("queue").select_for_update(of=("self",))
        ticket = found.filter(pk=ticket_id).first()
        if ticket is None:
            raise NotFound
        actor.require_to_see(permissions.SEE, ticket.site_id)
        actor.require(permission, ticket.site_id)
        check_version(ticket, version)
        return cls(ticket)

    @property
    def policy(self) -> Policy:
        """The rule by which this ticket's queue is ordered."""
        return policy_of(self.row.queue.policy)

    def change(
        self, actor: Actor, deed: str, event: type[Any], target: TicketState, **fields: Any
    ) -> None:
        """Make one legal move, keep what was before, write it down, tell. Four queries.

        Raises:
            TicketMoveRefused: the state does not allow it.
            StationBusy, AlreadyQueued: the database refuses.
        """
        ticket = self.row
        if target != ticket.state or deed not in STAYS:
            check_move(ticket.state, target)
        before = snapshot(ticket)
        queues = {ticket.queue_id}
        ticket.state = target
        for name, value in fields.items():
            setattr(ticket, name, value)
        ticket.version += 1
        with on_violation(
            queueing_ticket_one_at_station=StationBusy, queueing_ticket_once_in_queue=AlreadyQueued
        ):
            ticket.save(update_fields=[*(_column(f) for f in FIELDS), "version"])
        Deed(
            ticket=ticket,
            kind=deed,
            at=clock.machine_now(),
            # When it was done in the clinic: `at` is the machine's time, for taking it back.
            before={**before, DONE_AT: plain(clock.now())},
            ticket_version=ticket.version,
        ).save(force_insert=True)
        self.record(actor, deed, before["state"])
        self.tell(actor, event, queues)

    def record(self, actor: Actor, deed: str, before: object, **details: object) -> None:
        """Write one audit line about this ticket. One query."""
        ticket = self.row
        audit.record(
            actor,
            f"queueing.ticket.{deed}",
            ticket,
            site_id=ticket.site_id,
            patient_id=ticket.patient_id,
            before=before,
            after=str(ticket.state),
            reason=ticket.reason,
            station=ticket.station_id,
            **details,
        )

    def tell(self, actor: Actor, event: type[Any], queues: set[UUID] | None = None) -> None:
        """Publish what happened, naming every topic that is out of date. One query."""
        tell(actor, self.row, self.row.queue.kind, event, queues or set())


def tell(actor: Actor, ticket: Ticket, kind: str, event: type[Any], queues: set[UUID]) -> None:
    """Publish a ticket's event with the topics of its queue, site and visit. One query."""
    told = event(
        ticket_id=ticket.pk,
        queue_id=ticket.queue_id,
        kind=kind,
        visit_id=ticket.visit_id,
        patient_id=ticket.patient_id,
        booking_id=ticket.booking_id,
        station_id=ticket.station_id,
        at=clock.now(),
    )
    outbox.publish(
        told, actor=actor, site_id=ticket.site_id, subject=ticket, topics=topics_of(ticket, queues)
    )


def topics_of(ticket: Ticket, queues: set[UUID]) -> list[str]:
    """The live topics that a change of a ticket puts out of date."""
    return [
        *(queue_topic(one) for one in {ticket.queue_id, *queues}),
        site_queues_topic(ticket.site_id),
        ticket_topic(ticket.pk),
        visit_topic(ticket.visit_id),
    ]


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """A ticket as it is before a deed."""
    return {name: plain(getattr(ticket, name)) for name in FIELDS}


def restored(before: dict[str, Any]) -> dict[str, Any]:
    """A snapshot as values that a ticket holds."""
    return {
        name: parse_datetime(value) if name in _INSTANTS and value else value
        for name, value in before.items()
        if name != DONE_AT
    }


def waiting_in(queue_id: UUID, *, without: UUID | None = None) -> Sequence[Waiting]:
    """Who waits in a queue now, for the rules of ordering. One query."""
    asked = {"queue": queue_id, "without": without, "return": RETURN}
    return [Waiting(*row) for row in prepared(_WAITING_IN, asked)]


def as_fields(place: Place, ready_at: datetime) -> dict[str, Any]:
    """A place in the order as a ticket keeps it."""
    return {
        "turn_at": place.turn_at,
        "limit_at": place.limit_at,
        "placed": place.placed,
        "places_back": place.places_back,
        "ready_at": ready_at,
    }


def queue_of(queue_id: UUID) -> Queue:
    """A queue that is in use. One query."""
    found = loaded(Queue, "id = %(id)s AND is_active", {"id": queue_id})
    if not found:
        raise NotFound
    return found[0]


def _column(name: str) -> str:
    return name.removesuffix("_id")
