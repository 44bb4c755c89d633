"""How telling late doctors' patients to come later went: were they in time, and did it help?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.queueing import permissions
from yilu.queueing.models import Ticket
from yilu.queueing.rules.order import LATE
from yilu.queueing.selectors.limits import wait_rule
from yilu.queueing.states import QueueKind
from yilu.scheduling.selectors.later import Promised, promised_later
from yilu.workforce.selectors.practitioners import practitioner_names


@dataclass(frozen=True, slots=True)
class LateScore:
    """What patients were told, of one practitioner or in all, and what came of it.

    `in_time` came by the promised time. Of these, `called` were called; they had waited
    `waited_minutes` (half of them at least) since the promised time or their coming, whichever was
    later, and `soon` of them no longer than the limit of the site.
    """

    practitioner: PersonName | None
    told: int
    messages: int
    lost: int
    later_minutes: int
    came: int
    in_time: int
    called: int
    soon: int
    waited_minutes: int | None

    @property
    def soon_percent(self) -> int | None:
        return round(100 * self.soon / self.called) if self.called else None


@dataclass(frozen=True, slots=True)
class LateReport:
    """The promises of a period at a site, and the limit that their waits are held against."""

    total: LateScore
    by_practitioner: tuple[LateScore, ...]
    limit_minutes: int


@dataclass(frozen=True, slots=True)
class _Came:
    """A patient who was told, and came."""

    at: datetime
    called_at: datetime | None
    is_late: bool

    def waited(self, promise: Promised) -> float | None:
        """The minutes from the promised time or their coming, whichever is later, to the call."""
        if self.called_at is None:
            return None
        waited = self.called_at - max(self.at, promise.come_at)
        return max(waited.total_seconds() / 60, 0.0)


def late_report(actor: Actor, site_id: UUID, first: date, last: date) -> LateReport:
    """What late doctors' patients were told in a period, in all and by doctor. Four queries."""
    actor.require_to_see(permissions.REPORT, site_id)
    promises = promised_later(site_id, first, last)
    came = _came([one.booking_id for one in promises])
    limit = wait_rule(site_id).longest_minutes
    by_doctor: dict[UUID, list[Promised]] = defaultdict(list)
    for one in promises:
        by_doctor[one.practitioner_id].append(one)
    names = practitioner_names(by_doctor)
    scores = [_score(names[who], mine, came, limit) for who, mine in by_doctor.items()]
    return LateReport(
        total=_score(None, promises, came, limit),
        by_practitioner=tuple(sorted(scores, key=lambda one: (-one.told, str(one.practitioner)))),
        limit_minutes=limit,
    )


def _came(booking_ids: Sequence[UUID]) -> dict[UUID, _Came]:
    """When they came to the clinic, and were called to what they came for. One query."""
    tickets: dict[UUID, list[Ticket]] = defaultdict(list)
    rows = Ticket.objects.filter(booking_id__in=booking_ids).select_related("queue")
    for ticket in rows.order_by("issued_at"):
        if ticket.booking_id is not None:
            tickets[ticket.booking_id].append(ticket)
    found = {}
    for booking_id, mine in tickets.items():
        seen = [one for one in mine if one.queue.kind == QueueKind.CONSULTATION]
        found[booking_id] = _Came(
            at=mine[0].issued_at,
            called_at=min((one.called_at for one in seen if one.called_at), default=None),
            is_late=mine[0].placed == LATE,
        )
    return found


def _score(
    name: PersonName | None,
    promises: Sequence[Promised],
    came: Mapping[UUID, _Came],
    limit: int,
) -> LateScore:
    here = [(one, came[one.booking_id]) for one in promises if one.booking_id in came]
    in_time = [(one, each) for one, each in here if not each.is_late]
    waits = [wait for one, each in in_time if (wait := each.waited(one)) is not None]
    return LateScore(
        practitioner=name,
        told=len(promises),
        messages=sum(one.told for one in promises),
        lost=sum(one.is_lost for one in promises),
        later_minutes=round(median(one.saved_minutes for one in promises)) if promises else 0,
        came=len(here),
        in_time=len(in_time),
        called=len(waits),
        soon=sum(wait <= limit for wait in waits),
        waited_minutes=round(median(waits)) if waits else None,
    )
