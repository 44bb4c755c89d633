"""The advances that a site holds: whose, for which booking, how much and since when."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from yilu.billing import permissions
from yilu.billing.models import Deposit, Refund
from yilu.billing.states import RefundState
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.money import ZERO
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.lines import BookingLine, lines_of
from yilu.scheduling.states import COMING, HERE

# Until then it is the patient's: it is set off, or goes back. After that the rule kept it.
TO_USE = (*COMING, *HERE)
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class AdvanceLine:
    """What is held of one advance. `since` is when it was paid, on the site's clock."""

    bill_id: UUID
    number: str
    booking: BookingLine
    since: datetime
    amount: Decimal
    applied: Decimal
    returned: Decimal
    on_its_way: Decimal

    @property
    def held(self) -> Decimal:
        return self.amount - self.applied - self.returned

    @property
    def name(self) -> str:
        """Whose it is; the booking's number where that may not be seen."""
        return str(self.booking.patient.name) if self.booking.patient else self.booking.number


@dataclass(frozen=True, slots=True)
class AdvancesHeld:
    """What is held for bookings to come, or was kept by rule; the sums are over all of them.

    `lines` are the oldest of the part that was asked for.
    """

    lines: tuple[AdvanceLine, ...]
    is_kept: bool
    coming: Decimal
    coming_count: int
    kept: Decimal
    kept_count: int

    @property
    def number(self) -> int:
        """How many there are of this part, shown or not."""
        return self.kept_count if self.is_kept else self.coming_count


def advances_held(
    *, actor: Actor, site_id: UUID, is_kept: bool = False, most: int | None = AT_ONCE
) -> AdvancesHeld:
    """What a site holds of advances, the longest held first. Eight queries, however many.

    `is_kept`: those whose booking is over, of which the rule gave nothing back.

    Raises: NotFound, when the actor sees no money here.
    """
    actor.require_to_see(permissions.SEE, site_id)
    sums = _held(site_id).aggregate(
        coming=Sum(_LEFT, filter=_IS_TO_USE),
        coming_count=Count("pk", filter=_IS_TO_USE),
        kept=Sum(_LEFT, filter=~_IS_TO_USE),
        kept_count=Count("pk", filter=~_IS_TO_USE),
    )
    wanted = _held(site_id).filter(~_IS_TO_USE if is_kept else _IS_TO_USE)
    found = list(wanted.select_related("bill").order_by("bill__settled_at", "pk")[:most])
    able = actor.lent(scheduling.SEE)
    bookings = lines_of(able, [one.booking_id for one in found], "advances")
    back = _on_their_way([one.pk for one in found])
    zone = site_zone(site_id)
    return AdvancesHeld(
        lines=tuple(
            AdvanceLine(
                bill_id=one.pk,
                number=one.bill.number,
                booking=bookings[one.booking_id],
                since=(one.bill.settled_at or one.bill.opened_at).astimezone(zone),
                amount=one.amount,
                applied=one.applied,
                returned=one.returned,
                on_its_way=back.get(one.pk, ZERO),
            )
            for one in found
        ),
        is_kept=is_kept,
        coming=sums["coming"] or ZERO,
        coming_count=sums["coming_count"],
        kept=sums["kept"] or ZERO,
        kept_count=sums["kept_count"],
    )


_LEFT = F("amount") - F("applied") - F("returned")
_IS_TO_USE = Q(booking__state__in=TO_USE)


def _held(site_id: UUID) -> "QuerySet[Deposit]":
    something = Q(amount__gt=F("applied") + F("returned"))
    return Deposit.objects.filter(something, bill__site_id=site_id)


def _on_their_way(bill_ids: list[UUID]) -> dict[UUID, Decimal]:
    """What was asked of the gateway to give back and is not back yet."""
    asked = Refund.objects.filter(bill_id__in=bill_ids).exclude(state=RefundState.DONE)
    rows = asked.values_list("bill_id").annotate(Sum("amount"))
    return dict(rows)
