"""Records opened outside care, and how long things count."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.records.rules.access import (
    GLASS_MINUTES,
    LONGEST_DAYS,
    LONGEST_MINUTES,
    LONGEST_REASON,
    RECENT_DAYS,
    SHORTEST_DAYS,
    SHORTEST_MINUTES,
)
from yilu.records.states import Reason, Verdict


class AccessRule(models.Model):
    """How long, in this clinic, somebody still looks after a patient; one row, or the usual.

    `recent_days` after a visit, booking or order; `glass_minutes` for a stated reason.
    """

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    recent_days = models.PositiveSmallIntegerField(default=RECENT_DAYS)
    glass_minutes = models.PositiveSmallIntegerField(default=GLASS_MINUTES)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="records_accessrule_only", condition=Q(only=True)),
            models.CheckConstraint(
                name="records_accessrule_bounded",
                condition=Q(recent_days__range=(SHORTEST_DAYS, LONGEST_DAYS))
                & Q(glass_minutes__range=(SHORTEST_MINUTES, LONGEST_MINUTES)),
            ),
        ]


class Opening(models.Model):
    """Somebody's stated reason for reading a record outside care. Who opened it never reviews it.

    It holds from `opened_at` until `until`, or until it was ended before that.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    clinic_day = models.DateField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    text = models.CharField(max_length=LONGEST_REASON)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    review_by = models.DateTimeField()
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    note = models.CharField(max_length=LONGEST_REASON, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "user", "until"], name="records_opening_of_reader"),
            models.Index(
                fields=["site", "review_by"],
                condition=Q(reviewed_at=None),
                name="records_opening_to_review",
            ),
            models.Index(fields=["site", "opened_at"], name="records_opening_of_site"),
        ]
        constraints = [
            models.CheckConstraint(
                name="records_opening_known", condition=Q(reason__in=Reason.values)
            ),
            models.CheckConstraint(name="records_opening_said_why", condition=~Q(text="")),
            models.CheckConstraint(
                name="records_opening_ends", condition=Q(until__gte=F("opened_at"))
            ),
            models.CheckConstraint(
                name="records_opening_reviewed_whole",
                condition=Q(reviewed_at=None, reviewed_by=None, verdict="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                & Q(verdict__in=Verdict.values),
            ),
            models.CheckConstraint(
                name="records_opening_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("user")),
            ),
            *in_calendar("records_opening", "opened_at", "until", "reviewed_at"),
        ]
