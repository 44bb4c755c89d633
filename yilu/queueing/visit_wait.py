"""When a wait is too long, and when it is over. Pure: the tickets of one visit go in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.queueing.states import AT_STATION, WAITED_FOR, WAITED_IN, TicketState, WaitEnd


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one may wait at a site, by how much a promise may be exceeded, how often one is
    told how it goes (never when it is nothing), and in how many messages at most.
    """

    longest: timedelta = timedelta(minutes=15)
    grace: timedelta = timedelta(minutes=5)
    notice: timedelta = timedelta(minutes=20)
    most_messages: int = 4


@dataclass(frozen=True, slots=True)
class Stand:
    """One ticket of a visit, as far as it bears on the wait."""

    ticket_id: UUID
    number: str
    kind: str
    state: str
    is_remote: bool
    practitioner_id: UUID | None
    booked_at: datetime | None
    called_at: datetime | None
    ended_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether the patient sits in the waiting room with it, and was never called by it."""
        is_waiting = self.state == TicketState.WAITING and self.called_at is None
        return is_waiting and self.kind in WAITED_IN and not self.is_remote

    @property
    def has_left(self) -> bool:
        return self.state == TicketState.LEFT and self.called_at is None


@dataclass(frozen=True, slots=True)
class End:
    """How a wait ended, and when."""

    how: WaitEnd
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitWait:
    """The wait of one visit: from the booked time or the check-in, whichever is later, until the
    patient is called to what they came for. The assessment is a part of it.
    """

    arrived_at: datetime
    left_at: datetime | None
    is_withdrawn: bool
    stands: Sequence[Stand]

    @property
    def counted_from(self) -> datetime:
        booked = [one.booked_at for one in self.stands if one.booked_at]
        return max([self.arrived_at, *booked])

    @property
    def waiting(self) -> Stand | None:
        """The ticket with which the patient waits now; None while somebody attends to them."""
        if self.end is not None or any(one.state in AT_STATION for one in self.stands):
            return None
        return next((one for one in reversed(self.stands) if one.waits), None)

    @property
    def end(self) -> End | None:
        """How the wait for what the patient came for ended; None while it goes on."""
        if self.is_withdrawn or self.left_at is not None:
            called = self._called()
            how = WaitEnd.WITHDRAWN if self.is_withdrawn else WaitEnd.LEFT
            return called or End(how, self.left_at or self.arrived_at)
        return self._called() or self._left()

    def end_of(self, ticket_id: UUID) -> End | None:
        """How the wait with one ticket ended; None while it goes on."""
        one = next((each for each in self.stands if each.ticket_id == ticket_id), None)
        if one is not None and one.called_at is not None and not self.is_withdrawn:
            return End(WaitEnd.CALLED, one.called_at)
        if self.is_withdrawn or self.left_at is not None:
            how = WaitEnd.WITHDRAWN if self.is_withdrawn else WaitEnd.LEFT
            return End(how, self.left_at or self.arrived_at)
        if one is not None and one.has_left and one.ended_at:
            return End(WaitEnd.LEFT, one.ended_at)
        return None

    def _called(self) -> End | None:
        at = [one.called_at for one in self.stands if one.kind in WAITED_FOR and one.called_at]
        return End(WaitEnd.CALLED, min(at)) if at and not self.is_withdrawn else None

    def _left(self) -> End | None:
        mine = [one for one in self.stands if one.kind in WAITED_FOR]
        ended = [one.ended_at for one in mine if one.ended_at]
        is_left = mine and ended and all(one.has_left for one in mine)
        return End(WaitEnd.LEFT, max(ended)) if is_left else None
