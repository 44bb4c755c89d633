"""The waiting list: who waits for an earlier or any time, what became free, who was asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import LessThanOrEqual

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.models.bookings import Booking
from yilu.scheduling.models.times import Hold
from yilu.scheduling.states import Channel, OfferState, OpeningState, Urgency, WaitingState


class WaitingEntry(models.Model):
    """A patient who would come if a time became free, and which times would do.

    Days and times of day are those on the wall of the site; no weekday means any, no time means
    the whole day. `instead_of` is what the patient holds already: it is kept until something
    earlier is taken. A patient waits once for a service at a site.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey("catalogue.Service", models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", null=True
    )
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    not_before = models.TimeField(null=True)
    not_after = models.TimeField(null=True)
    notice_minutes = models.PositiveSmallIntegerField(default=60)
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.USUAL)
    note = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    state = models.CharField(
        max_length=8, choices=WaitingState.choices, default=WaitingState.WAITING
    )
    instead_of = models.ForeignKey(Booking, models.PROTECT, related_name="+", null=True)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="+", null=True)
    clinic_day = models.DateField()
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["site", "until_on"],
                condition=Q(state="waiting"),
                name="scheduling_waiting_at_site",
            ),
            models.Index(
                fields=["site", "ended_at"],
                condition=Q(ended_at__isnull=False),
                name="scheduling_waiting_ended",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "service", "site"],
                condition=Q(state="waiting"),
                name="scheduling_waiting_once",
            ),
            models.CheckConstraint(
                name="scheduling_waiting_known",
                condition=Q(
                    state__in=WaitingState.values,
                    urgency__in=Urgency.values,
                    channel__in=Channel.values,
                ),
            ),
            models.CheckConstraint(
                name="scheduling_waiting_days_in_order",
                condition=LessThanOrEqual(F("from_on"), F("until_on")),
            ),
            models.CheckConstraint(
                name="scheduling_waiting_times_in_order",
                condition=Q(not_before__isnull=True)
                | Q(not_after__isnull=True)
                | Q(not_before__lt=F("not_after")),
            ),
            models.CheckConstraint(
                name="scheduling_waiting_booked_when_met",
                condition=Q(state="met", booking__isnull=False)
                | (~Q(state="met") & Q(booking__isnull=True)),
            ),
            *in_calendar("scheduling_waitingentry", "created_at", "ended_at"),
        ]


class Opening(models.Model):
    """A time that became free and is kept while some of those who wait are asked.

    One freed time may be offered in several waves, each an opening of its own with the same
    `freed_id`. `freed_until` is where the freed time ends, which may be after `ends_at`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    freed_id = models.UUIDField(db_index=True)
    wave = models.PositiveSmallIntegerField(default=1)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    service_id = models.UUIDField()
    practitioner_id = models.UUIDField()
    hold = models.OneToOneField(Hold, models.PROTECT, related_name="+")
    freed_from = models.DateTimeField()
    freed_until = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    clinic_day = models.DateField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=OpeningState.choices, default=OpeningState.OPEN)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["site", "clinic_day"], name="scheduling_opening_of_day")]
        constraints = [
            models.CheckConstraint(
                name="scheduling_opening_known_state",
                condition=Q(state__in=OpeningState.values),
            ),
            *in_calendar(
                "scheduling_opening",
                "freed_from",
                "freed_until",
                "starts_at",
                "ends_at",
                "expires_at",
                "created_at",
                "ended_at",
            ),
        ]


class Offer(models.Model):
    """The question to one of those who wait whether they take an opening.

    Of an opening at most one offer is accepted: the database refuses the second.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opening = models.ForeignKey(Opening, models.PROTECT, related_name="offers", db_index=False)
    entry = models.ForeignKey(WaitingEntry, models.PROTECT, related_name="offers")
    score = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=OfferState.choices, default=OfferState.OPEN)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "entry"], name="scheduling_offer_once_for_each"
            ),
            models.UniqueConstraint(
                fields=["opening"],
                condition=Q(state="accepted"),
                name="scheduling_offer_one_accepted",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="open"), name="scheduling_offer_one_open"
            ),
            models.CheckConstraint(
                name="scheduling_offer_known_state", condition=Q(state__in=OfferState.values)
            ),
            *in_calendar("scheduling_offer", "created_at", "answered_at"),
        ]
