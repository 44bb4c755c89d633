"""What is asked for when a service is booked, and what was asked for and paid for one booking."""

from django.db import models
from django.db.models import F, Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.platform.money import ZERO
from yilu.scheduling.models.bookings import Booking
from yilu.scheduling.states import Prepay, PrepayState

MOST_MINUTES, MOST_HOURS = 1440, 720


def refund_bounds(prefix: str) -> models.CheckConstraint:
    """All back comes before a part, and no part is more than the whole."""
    return models.CheckConstraint(
        name=f"{prefix}_refund",
        condition=Q(full_hours__gte=F("part_hours"), full_hours__lte=MOST_HOURS)
        & Q(part_percent__lte=100),
    )


class PaymentTerms(models.Model):
    """What a service asks for when it is booked. A service without terms asks for nothing.

    `online` and `partner`: who books so pays at once or has nothing; `desk`: the desk may ask.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.OneToOneField("catalogue.Service", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Prepay.choices, default=Prepay.NONE)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    online = models.BooleanField(default=True)
    partner = models.BooleanField(default=True)
    desk = models.BooleanField(default=True)
    minutes = models.PositiveSmallIntegerField(default=15)
    full_hours = models.PositiveSmallIntegerField(default=24)
    part_hours = models.PositiveSmallIntegerField(default=2)
    part_percent = models.PositiveSmallIntegerField(default=50)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheduling_terms_known_kind", condition=Q(kind__in=Prepay.values)
            ),
            models.CheckConstraint(
                name="scheduling_terms_deposit_of_something",
                condition=~Q(kind="deposit")
                | Q(amount__gt=0, percent__isnull=True)
                | Q(amount__isnull=True, percent__gte=1, percent__lte=100),
            ),
            models.CheckConstraint(
                name="scheduling_terms_minutes",
                condition=Q(minutes__gte=5, minutes__lte=MOST_MINUTES),
            ),
            refund_bounds("scheduling_terms"),
        ]


class Prepayment(models.Model):
    """What was asked for when one booking was made, and the rule that holds for it.

    `paid` is what came and was not given back. A must lapses at `pay_by`; what is only asked for
    stands until the booking begins.
    """

    booking = models.OneToOneField(
        Booking, models.PROTECT, primary_key=True, related_name="prepayment"
    )
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    state = models.CharField(max_length=8, choices=PrepayState.choices, default=PrepayState.WAITING)
    is_must = models.BooleanField()
    pay_by = models.DateTimeField()
    full_hours = models.PositiveSmallIntegerField()
    part_hours = models.PositiveSmallIntegerField()
    part_percent = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheduling_prepayment_known_state", condition=Q(state__in=PrepayState.values)
            ),
            models.CheckConstraint(
                name="scheduling_prepayment_sums", condition=Q(amount__gte=0, paid__gte=0)
            ),
            refund_bounds("scheduling_prepayment"),
            *in_calendar("scheduling_prepayment", "pay_by", "created_at"),
        ]
