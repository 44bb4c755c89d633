"""How much patients may book by themselves, and what follows when they do not come."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.states import Consequence


class PatientRules(models.Model):
    """The one set of rules of the group. It binds patients and partners, never the desk."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    per_day = models.PositiveSmallIntegerField(default=4)
    per_department = models.PositiveSmallIntegerField(default=3)
    per_doctor = models.PositiveSmallIntegerField(default=2)
    open_most = models.PositiveSmallIntegerField(default=10)
    misses = models.PositiveSmallIntegerField(default=3)
    months = models.PositiveSmallIntegerField(default=6)
    consequence = models.CharField(
        max_length=8, choices=Consequence.choices, default=Consequence.ASK
    )
    days = models.PositiveSmallIntegerField(default=30)
    urgent_ids = ArrayField(models.UUIDField(), default=list)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheduling_patientrules_bounds",
                condition=Q(
                    only=True,
                    per_day__gte=1,
                    per_department__gte=1,
                    per_doctor__gte=1,
                    open_most__gte=1,
                    misses__gte=1,
                    months__gte=1,
                    months__lte=24,
                    days__gte=1,
                    days__lte=180,
                    consequence__in=Consequence.values,
                ),
            ),
        ]


class Forgiveness(models.Model):
    """What a patient missed before this moment does not count any more. `reason` says why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    by = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheduling_forgiveness_with_reason", condition=~Q(reason="")
            ),
            *in_calendar("scheduling_forgiveness", "at"),
        ]
