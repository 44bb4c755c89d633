"""What every row about a visit says; the tables of higher apps are made of these."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.platform.ids import new_id


class OfVisit(models.Model):
    """A row about one visit of one patient. `version` rises by one with each change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class AtVisit(OfVisit):
    """A row written at one visit, when and by whom."""

    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class Withdrawable(AtVisit):
    """A row that is written once; a slip of the hand is withdrawn with a reason, never changed."""

    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


def withdrawn_why(table: str) -> models.CheckConstraint:
    """What is withdrawn has a reason."""
    return models.CheckConstraint(
        name=f"{table}_withdrawn_why",
        condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
    )
