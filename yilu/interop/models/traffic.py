"""What goes between partners and us: requests, what was signed once, and webhooks."""

from django.db import models
from django.db.models import Q

from yilu.interop.models.bookings import PartnerBooking
from yilu.interop.models.partners import Partner, PartnerKey
from yilu.interop.states import NoticeState
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Nonce(models.Model):
    """The nonce of a signed request: the same one is not taken twice. Kept for fifteen minutes."""

    key = models.ForeignKey(PartnerKey, models.PROTECT, related_name="+", db_index=False)
    nonce = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.machine_now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "nonce"], name="interop_nonce_once")]
        indexes = [models.Index(fields=["created_at"], name="interop_nonce_age")]


class PartnerRequest(models.Model):
    """One request of a partner and how it was answered, for whoever has to find out why.

    `at` is clinic time, as of everything beside which it is read.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=clock.now)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["partner", "-at"], name="interop_partnerrequest_latest"),
            models.Index(fields=["at"], name="interop_partnerrequest_age"),
        ]


class Notice(models.Model):
    """A webhook: one change of one booking, told to the partner that made it.

    `event` makes telling it twice impossible on our side; what leaves may still arrive twice.
    Those of one booking leave in the order of `seq`. `next_at` and `lease_until` are real time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    partner_booking = models.ForeignKey(
        PartnerBooking, models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    event = models.UUIDField(unique=True)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(
        max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.machine_now)
    lease_until = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="interop_notice_due",
            ),
            models.Index(
                fields=["partner_booking", "seq"],
                condition=Q(state__in=["waiting", "sending"]),
                name="interop_notice_order",
            ),
            models.Index(fields=["partner", "-seq"], name="interop_notice_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="interop_notice_known_state", condition=Q(state__in=NoticeState.values)
            ),
            models.CheckConstraint(
                name="interop_notice_held_while_sending",
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
            ),
            *in_calendar("interop_notice", "created_at", "settled_at", "next_at", "lease_until"),
        ]
