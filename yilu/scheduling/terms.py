"""What is paid when booking, and what of it is given back. Nothing here reads or writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from yilu.platform.money import ZERO, rounded
from yilu.scheduling.states import ChannelGroup, Prepay

HUNDRED = Decimal(100)
# Reasons of a sum that is given back, as `because` words them.
BY_CLINIC, EARLY, PARTLY, LATE, UNPAID = "clinic", "early", "partly", "late", "unpaid"


@dataclass(frozen=True, slots=True)
class RefundRule:
    """All back until `full_hours` before, `part_percent` until `part_hours`, then nothing."""

    full_hours: int
    part_hours: int
    part_percent: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a service asks for when it is booked, by whom, and the rule for giving it back."""

    kind: str
    amount: Decimal | None
    percent: int | None
    online: bool
    partner: bool
    desk: bool
    minutes: int
    rule: RefundRule

    def asks(self, group: str) -> bool:
        """Whether who books through such a channel pays at once; the desk asks when it likes."""
        by_group = {ChannelGroup.ONLINE: self.online, ChannelGroup.PARTNER: self.partner}
        return by_group.get(ChannelGroup(group), False)

    def due(self, fee: Decimal | None) -> Decimal:
        """What is to be paid for a service of this fee; nothing where the fee is not known."""
        if self.kind == Prepay.NONE:
            return ZERO
        if self.kind == Prepay.FEE:
            return rounded(fee or ZERO)
        if self.amount is not None:
            return rounded(self.amount)
        return rounded((fee or ZERO) * (self.percent or 0) / HUNDRED)


@dataclass(frozen=True, slots=True)
class ToPay:
    """What is still to be paid for a booking, and until when. A must lapses when it is not."""

    amount: Decimal
    pay_by: datetime
    is_must: bool


@dataclass(frozen=True, slots=True)
class Back:
    """What of a paid sum is given back if the booking is cancelled at some moment, and why."""

    paid: Decimal
    amount: Decimal
    why: str
    rule: RefundRule

    @property
    def kept(self) -> Decimal:
        return self.paid - self.amount

    @property
    def because(self) -> str:
        """The reason in the reader's words."""
        words = {
            BY_CLINIC: _("the clinic cannot keep the booking"),
            EARLY: _("it is more than %(full)s hours before the booking"),
            PARTLY: _("it is less than %(full)s and more than %(part)s hours before the booking"),
            LATE: _("it is less than %(part)s hours before the booking"),
            UNPAID: _("nothing was paid"),
        }
        return words[self.why] % {"full": self.rule.full_hours, "part": self.rule.part_hours}


def given_back(
    paid: Decimal, rule: RefundRule, starts_at: datetime, now: datetime, *, is_clinics: bool
) -> Back:
    """What is given back of `paid`: all of it when it is the clinic that cannot keep its word."""
    if not paid:
        return Back(ZERO, ZERO, UNPAID, rule)
    if is_clinics:
        return Back(paid, paid, BY_CLINIC, rule)
    if now <= starts_at - timedelta(hours=rule.full_hours):
        return Back(paid, paid, EARLY, rule)
    if now <= starts_at - timedelta(hours=rule.part_hours):
        return Back(paid, rounded(paid * rule.part_percent / HUNDRED), PARTLY, rule)
    return Back(paid, ZERO, LATE, rule)
