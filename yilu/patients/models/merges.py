"""That two records were found to be of one person, and every row that this moved."""

from django.db import models
from django.db.models import F, Q

from yilu.patients.models.people import Patient
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Merge(models.Model):
    """One record was merged into another, by whom and why; whether it was taken back.

    `sexes_reason` says why they are one person although a woman's and a man's.
    The merged record stays as an alias: its numbers, links and cards lead to the survivor.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    survivor = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    survivor_version = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    sexes_reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    made_by_id = models.UUIDField(null=True)
    made_by_name = models.CharField(max_length=100, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.UUIDField(null=True)
    undone_by_name = models.CharField(max_length=100, blank=True)
    undo_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="patients_merge_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="patients_merge_once"
            ),
            models.CheckConstraint(
                name="patients_merge_of_two", condition=~Q(survivor=F("merged"))
            ),
            *in_calendar("patients_merge", "made_at", "undone_at"),
        ]


class MergedRow(models.Model):
    """What a merge changed in one row: its columns as PostgreSQL wrote them, before and after.

    A row may be changed in several steps; an undo takes the last back first.
    """

    id = models.BigAutoField(primary_key=True)
    merge = models.ForeignKey(Merge, models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=63)
    row_id = models.UUIDField()
    was = models.JSONField()
    became = models.JSONField()
