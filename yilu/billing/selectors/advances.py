"""The advances that a site holds, and what it kept: whose, for which booking, how much, when."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth

from yilu.billing import permissions
from yilu.billing.models import Deposit, Keeping, Refund
from yilu.billing.states import KeepingReason, RefundState
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.money import ZERO
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.lines import BookingLine, lines_of

AT_ONCE = 100
MONTHS = 12


@dataclass(frozen=True, slots=True)
class AdvanceLine:
    """What is held of one advance. `since` is when it was paid, on the site's clock.

    `kept_on` is the day on which it became the clinic's, `why` how; both None before.
    """

    bill_id: UUID
    number: str
    booking: BookingLine
    since: datetime
    amount: Decimal
    applied: Decimal
    returned: Decimal
    on_its_way: Decimal
    kept: Decimal
    kept_on: date | None
    why: KeepingReason | None

    @property
    def held(self) -> Decimal:
        """What of it is still the patient's, or else what the clinic keeps."""
        return self.kept or self.amount - self.applied - self.returned

    @property
    def name(self) -> str:
        """Whose it is; the booking's number where that may not be seen."""
        return str(self.booking.patient.name) if self.booking.patient else self.booking.number


@dataclass(frozen=True, slots=True)
class KeptMonth:
    """What deposits brought in a month by being kept, and what of that was taken back."""

    first: date
    kept: Decimal
    taken_back: Decimal

    @property
    def income(self) -> Decimal:
        return self.kept + self.taken_back


@dataclass(frozen=True, slots=True)
class AdvancesHeld:
    """What is held for bookings to come, or was kept by rule; the sums are over all of them.

    `lines` are the oldest of the part that was asked for, the newest where it was kept; `months`
    what was kept in each of the last twelve, newest first, where that part was asked for.
    """

    lines: tuple[AdvanceLine, ...]
    is_kept: bool
    coming: Decimal
    coming_count: int
    kept: Decimal
    kept_count: int
    months: tuple[KeptMonth, ...]

    @property
    def number(self) -> int:
        """How many there are of this part, shown or not."""
        return self.kept_count if self.is_kept else self.coming_count


def advances_held(
    *, actor: Actor, site_id: UUID, is_kept: bool = False, most: int | None = AT_ONCE
) -> AdvancesHeld:
    """What a site holds of advances, the longest held first. Eight queries, however many.

    `is_kept`: what the clinic kept by rule instead, the last kept first. Ten queries.

    Raises: NotFound, when the actor sees no money here.
    """
    actor.require_to_see(permissions.SEE, site_id)
    sums = _held(site_id).aggregate(
        coming=Sum(_LEFT, filter=_IS_TO_USE),
        coming_count=Count("pk", filter=_IS_TO_USE),
        all_kept=Sum("kept"),
        kept_count=Count("pk", filter=_IS_KEPT),
    )
    found = list(_wanted(site_id, is_kept=is_kept)[:most])
    able = actor.lent(scheduling.SEE)
    bookings = lines_of(able, [one.booking_id for one in found], "advances")
    ids = [one.pk for one in found]
    back, since_when = _on_their_way(ids), _kept_on(ids) if is_kept else {}
    zone = site_zone(site_id)
    return AdvancesHeld(
        lines=tuple(
            _line(one, bookings[one.booking_id], zone, back, since_when.get(one.pk))
            for one in found
        ),
        is_kept=is_kept,
        coming=sums["coming"] or ZERO,
        coming_count=sums["coming_count"],
        kept=sums["all_kept"] or ZERO,
        kept_count=sums["kept_count"],
        months=_months(site_id) if is_kept else (),
    )


_LEFT = F("amount") - F("applied") - F("returned")
_IS_KEPT = Q(kept__gt=ZERO)
# The rule keeps all of what it leaves, so what it kept is no longer anybody's to use.
_IS_TO_USE = Q(kept=ZERO)


def _wanted(site_id: UUID, *, is_kept: bool) -> "QuerySet[Deposit]":
    held = _held(site_id).select_related("bill")
    if not is_kept:
        return held.filter(_IS_TO_USE).order_by("bill__settled_at", "pk")
    newest = Keeping.objects.filter(deposit=OuterRef("pk")).order_by("-made_at", "-pk")
    last = Subquery(newest.values("made_at")[:1])
    return held.filter(_IS_KEPT).order_by(last.desc(), "pk")


def _line(
    one: Deposit,
    booking: BookingLine,
    zone: ZoneInfo,
    back: dict[UUID, Decimal],
    kept: Keeping | None,
) -> AdvanceLine:
    return AdvanceLine(
        bill_id=one.pk,
        number=one.bill.number,
        booking=booking,
        since=(one.bill.settled_at or one.bill.opened_at).astimezone(zone),
        amount=one.amount,
        applied=one.applied,
        returned=one.returned,
        on_its_way=back.get(one.pk, ZERO),
        kept=one.kept,
        kept_on=kept.clinic_day if kept else None,
        why=KeepingReason(kept.why) if kept else None,
    )


def _kept_on(bill_ids: list[UUID]) -> dict[UUID, Keeping]:
    """The last entry by which each of them was kept."""
    rose = Keeping.objects.filter(deposit_id__in=bill_ids, amount__gt=ZERO)
    return {one.deposit_id: one for one in rose.order_by("made_at", "pk")}


def _months(site_id: UUID) -> tuple[KeptMonth, ...]:
    rows = (
        Keeping.objects.filter(site_id=site_id)
        .annotate(month=TruncMonth("clinic_day"))
        .values("month")
        .annotate(
            kept=Sum("amount", filter=Q(amount__gt=ZERO)),
            taken_back=Sum("amount", filter=Q(amount__lt=ZERO)),
        )
        .order_by("-month")[:MONTHS]
    )
    return tuple(
        KeptMonth(row["month"], row["kept"] or ZERO, row["taken_back"] or ZERO) for row in rows
    )


def _held(site_id: UUID) -> "QuerySet[Deposit]":
    something = Q(amount__gt=F("applied") + F("returned"))
    return Deposit.objects.filter(something, bill__site_id=site_id)


def _on_their_way(bill_ids: list[UUID]) -> dict[UUID, Decimal]:
    """What was asked of the gateway to give back and is not back yet."""
    asked = Refund.objects.filter(bill_id__in=bill_ids).exclude(state=RefundState.DONE)
    rows = asked.values_list("bill_id").annotate(Sum("amount"))
    return dict(rows)
