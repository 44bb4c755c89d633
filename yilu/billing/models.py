"""What billing stores, and what the database refuses to store. No row is ever deleted."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q

from yilu.billing.states import (
    BillState,
    ChargeState,
    ErrandKind,
    KeepingReason,
    PaymentMethod,
    PaymentState,
    RefundState,
)
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.platform.money import ZERO


def money_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """A sum in the group's one currency, to the cent."""
    return models.DecimalField(max_digits=12, decimal_places=2, **options)


class Bill(models.Model):
    """What one visit costs, or what is paid for a booking in advance. Each has one open bill.

    `paid` counts what was taken and not given back; it never exceeds `total` while the
    bill is open, and equals it when the bill is settled.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, related_name="+")
    booking = models.ForeignKey(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+", db_index=False
    )
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    state = models.CharField(max_length=8, choices=BillState.choices, default=BillState.OPEN)
    total = money_field()
    paid = money_field(default=ZERO)
    refunded = money_field(default=ZERO)
    opened_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "opened_at"],
                condition=Q(state="open"),
                name="billing_bill_waiting",
            ),
            models.Index(fields=["site", "clinic_day"], name="billing_bill_day"),
            models.Index(fields=["visit"], name="billing_bill_visit"),
            models.Index(
                fields=["booking"],
                condition=Q(booking__isnull=False),
                name="billing_bill_booking",
            ),
            models.Index(fields=["patient", "-opened_at"], name="billing_bill_patient"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="billing_bill_number"),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(state="open"), name="billing_bill_one_open"
            ),
            models.UniqueConstraint(
                fields=["booking"], condition=Q(state="open"), name="billing_bill_one_open_advance"
            ),
            models.CheckConstraint(
                name="billing_bill_of_visit_or_booking",
                condition=Q(visit__isnull=False, booking__isnull=True)
                | Q(visit__isnull=True, booking__isnull=False),
            ),
            models.CheckConstraint(
                name="billing_bill_known_state", condition=Q(state__in=BillState.values)
            ),
            models.CheckConstraint(
                name="billing_bill_sums",
                condition=Q(total__gte=0, paid__gte=0, refunded__gte=0, paid__lte=F("total")),
            ),
            models.CheckConstraint(
                name="billing_bill_settled_is_paid",
                condition=~Q(state="settled") | Q(paid=F("total"), settled_at__isnull=False),
            ),
            *in_calendar("billing_bill", "opened_at"),
        ]

    @property
    def left(self) -> Decimal:
        """What is still to be paid of it."""
        left: Decimal = self.total - self.paid
        return left


class Charge(models.Model):
    """One thing done or given that costs money, at the price of its day.

    What it came from (`source_type`, `source_id`) is charged once per price item, however
    often the event is heard.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.PriceItem", models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="+")
    name = LocalizedField()
    unit = LocalizedField(default=dict)
    category = models.CharField(max_length=2)
    source_type = models.CharField(max_length=60)
    source_id = models.UUIDField()
    ordered_by = models.UUIDField(null=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    amount = money_field()
    clinic_day = models.DateField()
    state = models.CharField(max_length=8, choices=ChargeState.choices, default=ChargeState.OPEN)
    made_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [
            models.Index(fields=["visit"], name="billing_charge_visit"),
            models.Index(fields=["bill"], name="billing_charge_bill"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "item"],
                condition=~Q(state="void"),
                name="billing_charge_once",
            ),
            models.CheckConstraint(
                name="billing_charge_known_state", condition=Q(state__in=ChargeState.values)
            ),
            models.CheckConstraint(
                name="billing_charge_sums",
                condition=Q(quantity__gt=0, unit_price__gte=0, amount__gte=0),
            ),
            models.CheckConstraint(
                name="billing_charge_billed_has_bill",
                condition=~Q(state="billed") | Q(bill__isnull=False),
            ),
            *in_calendar("billing_charge", "made_at"),
        ]


class Payment(models.Model):
    """Money asked for or taken for one bill. What came back is a `Refund`, not an edit.

    `reference` is our number at the gateway: asking twice with it asks once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    method = models.CharField(max_length=8, choices=PaymentMethod.choices)
    amount = money_field()
    tendered = money_field(null=True)
    state = models.CharField(max_length=8, choices=PaymentState.choices)
    deposit = models.ForeignKey("billing.Deposit", models.PROTECT, null=True, related_name="+")
    refunded = money_field(default=ZERO)
    reference = models.CharField(max_length=32, unique=True)
    qr = models.CharField(max_length=300, blank=True)
    transaction_id = models.CharField(max_length=64, blank=True)
    taken_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["bill"], name="billing_payment_bill"),
            models.Index(fields=["site", "clinic_day", "state"], name="billing_payment_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["transaction_id"],
                condition=~Q(transaction_id=""),
                name="billing_payment_transaction_once",
            ),
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(state__in=["created", "pending"]),
                name="billing_payment_one_awaited",
            ),
            models.CheckConstraint(
                name="billing_payment_known",
                condition=Q(state__in=PaymentState.values, method__in=PaymentMethod.values),
            ),
            models.CheckConstraint(
                name="billing_payment_set_off_from_deposit",
                condition=Q(method="deposit", deposit__isnull=False)
                | (~Q(method="deposit") & Q(deposit__isnull=True)),
            ),
            models.CheckConstraint(
                name="billing_payment_sums",
                condition=Q(amount__gt=0, refunded__gte=0, refunded__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="billing_payment_cash_enough",
                condition=Q(tendered__isnull=True) | Q(tendered__gte=F("amount")),
            ),
            models.CheckConstraint(
                name="billing_payment_paid_when",
                condition=~Q(state="paid") | Q(paid_at__isnull=False),
            ),
            *in_calendar("billing_payment", "asked_at"),
        ]


class Deposit(models.Model):
    """What was paid for a booking in advance, and where it went. It begins with its paid bill.

    What is neither set off against a visit's bill nor given back is held. `kept` is what of that
    the clinic has earned, of a booking that was cancelled late or missed: the sum of its entries
    (`Keeping`). `heard` is the last event that was followed.
    """

    bill = models.OneToOneField(Bill, models.PROTECT, primary_key=True, related_name="+")
    booking = models.ForeignKey("scheduling.Booking", models.PROTECT, related_name="+")
    amount = money_field()
    applied = money_field(default=ZERO)
    returned = money_field(default=ZERO)
    kept = money_field(default=ZERO)
    heard = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["booking"],
                condition=Q(amount__gt=F("applied") + F("returned")),
                name="billing_deposit_held",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="billing_deposit_sums",
                condition=Q(amount__gt=0, applied__gte=0, returned__gte=0)
                & Q(amount__gte=F("applied") + F("returned")),
            ),
            models.CheckConstraint(
                name="billing_deposit_kept_is_held",
                condition=Q(kept__gte=0, amount__gte=F("applied") + F("returned") + F("kept")),
            ),
        ]

    @property
    def held(self) -> Decimal:
        """What of it is neither set off nor given back."""
        held: Decimal = self.amount - self.applied - self.returned
        return held


class Keeping(models.Model):
    """An entry of income: what of a deposit the clinic kept by rule, or no longer keeps (negative).

    It counts on the day on which it was kept, or taken back: a day that is over stays as it was.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    amount = money_field()
    why = models.CharField(max_length=10, choices=KeepingReason.choices)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["site", "clinic_day"], name="billing_keeping_day")]
        constraints = [
            models.CheckConstraint(name="billing_keeping_some", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="billing_keeping_known_reason", condition=Q(why__in=KeepingReason.values)
            ),
            *in_calendar("billing_keeping", "made_at"),
        ]


class Refund(models.Model):
    """Money given back, by the way it came."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    amount = money_field()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=RefundState.choices)
    reference = models.CharField(max_length=32, unique=True)
    approved_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["payment"], name="billing_refund_payment"),
            models.Index(fields=["bill"], name="billing_refund_bill"),
            models.Index(fields=["site", "clinic_day"], name="billing_refund_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="billing_refund_known_state", condition=Q(state__in=RefundState.values)
            ),
            models.CheckConstraint(name="billing_refund_sums", condition=Q(amount__gt=0)),
            *in_calendar("billing_refund", "asked_at"),
        ]


class Receipt(models.Model):
    """The paper about one settled bill, or about one refund. Numbers have no gaps.

    `body` is what was printed, so that a later print is the same but for its mark.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="+")
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="+")
    amount = money_field()
    check_code = models.CharField(max_length=20)
    body = models.JSONField()
    issued_at = models.DateTimeField(default=clock.now)
    prints = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["bill"], name="billing_receipt_bill")]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="billing_receipt_number"),
            *in_calendar("billing_receipt", "issued_at"),
        ]


class Notice(models.Model):
    """A gateway's notice that was heard: the same one twice has one effect."""

    provider = models.CharField(max_length=16)
    event_id = models.CharField(max_length=80)
    nonce = models.CharField(max_length=80)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="+")
    heard_at = models.DateTimeField(default=clock.machine_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="billing_notice_once"),
            models.UniqueConstraint(fields=["provider", "nonce"], name="billing_notice_nonce_once"),
        ]


class Errand(models.Model):
    """What the worker has to ask of the gateway about a refund or a code: once each.

    `next_at` is when it may be tried (again): while it is being asked, when that try counts as
    lost. It is tried until it is done, however long the gateway is away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=ErrandKind.choices)
    subject_id = models.UUIDField()
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.machine_now)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(done_at__isnull=True), name="billing_errand_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="billing_errand_once"),
            models.CheckConstraint(
                name="billing_errand_known_kind", condition=Q(kind__in=ErrandKind.values)
            ),
        ]
