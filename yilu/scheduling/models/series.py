"""Treatments in several sittings: the plans that a site keeps, and what is booked by them."""

from django.db import models
from django.db.models import F, Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.scheduling.models.bookings import Booking
from yilu.scheduling.states import Channel, Stuck


class TreatmentPlan(models.Model):
    """How a treatment is divided into sittings, as a site does it.

    `steps` are, in order, `{"service": id, "min_days": n, "max_days": n}`: days after the sitting
    before; none for the first.
    What is booked by it copies its steps, so that a plan can change under a series in progress.
    A plan that is no longer offered is not active; it is never deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    name = LocalizedField()
    steps = models.JSONField()
    same_doctor = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [*in_calendar("scheduling_treatmentplan", "created_at")]


class Series(models.Model):
    """A patient's treatment in several sittings, booked together.

    `wishes` are the weekdays and parts of the day that the patient asked for: what is booked
    later keeps to them too. Once it has ended nothing more is booked for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    plan = models.ForeignKey(TreatmentPlan, models.PROTECT, related_name="+")
    name = LocalizedField()
    same_doctor = models.BooleanField()
    wishes = models.JSONField(default=dict)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    clinic_day = models.DateField()
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [*in_calendar("scheduling_series", "created_at", "ended_at")]


class Sitting(models.Model):
    """One sitting of a series: its booking as of now, and its gap to the one before.

    Without a booking it is planned: its days are not published yet, or nothing was free when we
    looked (`stuck` says why, `tried_at` when). Planned are always the last ones of a series.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.ForeignKey(Series, models.PROTECT, related_name="sittings")
    position = models.PositiveSmallIntegerField()
    service = models.ForeignKey("catalogue.Service", models.PROTECT, related_name="+")
    min_days = models.PositiveSmallIntegerField()
    max_days = models.PositiveSmallIntegerField()
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="+", null=True, blank=True)
    stuck = models.CharField(max_length=8, choices=Stuck.choices, blank=True, default="")
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["series", "position"]
        indexes = [
            models.Index(
                fields=["series"], condition=Q(booking=None), name="scheduling_sitting_planned"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "position"], name="scheduling_sitting_once"),
            models.CheckConstraint(
                name="scheduling_sitting_stuck", condition=Q(booking=None) | Q(stuck="")
            ),
            *in_calendar("scheduling_sitting", "tried_at"),
            models.CheckConstraint(
                name="scheduling_sitting_days", condition=Q(max_days__gte=F("min_days"))
            ),
        ]
