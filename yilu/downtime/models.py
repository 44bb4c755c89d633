"""Kits, outages, and the forms with numbers of which each is to be accounted for."""

from django.db import models
from django.db.models import F, Q

from yilu.downtime.states import FormState
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Kit(models.Model):
    """Everything a site needs to work on paper, as it stood at one moment: one PDF in a folder.

    `code` begins the number of each of its forms. `dropped_at` says that the PDF is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    code = models.CharField(max_length=12)
    file_name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    bookings = models.PositiveIntegerField()
    forms = models.PositiveSmallIntegerField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "-made_at"], name="downtime_kit_latest")]
        constraints = [
            models.UniqueConstraint(fields=["site", "made_at"], name="downtime_kit_once"),
            *in_calendar("downtime_kit", "made_at", "dropped_at"),
        ]


class Outage(models.Model):
    """A time in which a site worked on the forms of one kit. One at a time is being entered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    kit = models.ForeignKey(Kit, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField(default=clock.now)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site"], condition=Q(closed_at=None), name="downtime_outage_one_open"
            ),
            models.CheckConstraint(
                name="downtime_outage_ends_after_start", condition=Q(ended_at__gt=F("began_at"))
            ),
            *in_calendar("downtime_outage", "began_at", "ended_at", "opened_at", "closed_at"),
        ]


class PaperForm(models.Model):
    """One form with its number, and what became of it. A used one names its visit and its times."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outage = models.ForeignKey(Outage, models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=FormState.choices, default=FormState.OPEN)
    reason = models.CharField(max_length=200, blank=True)
    visit = models.OneToOneField("visits.Visit", models.PROTECT, null=True, related_name="+")
    arrived_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    paid = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    entered_by = models.UUIDField(null=True)
    entered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["outage", "number"], name="downtime_form_once"),
            models.CheckConstraint(
                name="downtime_form_known_state", condition=Q(state__in=FormState.values)
            ),
            models.CheckConstraint(
                name="downtime_form_used_has_a_visit",
                condition=Q(state=FormState.USED, visit__isnull=False, arrived_at__isnull=False)
                | ~Q(state=FormState.USED) & Q(visit=None),
            ),
            models.CheckConstraint(
                name="downtime_form_void_says_why",
                condition=~Q(state__in=(FormState.VOID, FormState.MISSING)) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="downtime_form_times_in_order",
                condition=(Q(called_at=None) | Q(called_at__gte=F("arrived_at")))
                & (Q(ended_at=None) | Q(ended_at__gte=F("called_at")))
                & (Q(paid_at=None) | Q(paid_at__gte=F("arrived_at"))),
            ),
            *in_calendar(
                "downtime_paperform", "arrived_at", "called_at", "ended_at", "paid_at", "entered_at"
            ),
        ]
