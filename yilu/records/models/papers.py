"""Scanned papers beside the electronic record, how long it is kept, and what forbids its end."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.records.rules.access import LONGEST_REASON
from yilu.records.rules.archive import (
    LONGEST_SHELF,
    LONGEST_WAIT,
    LONGEST_YEARS,
    SHORTEST_WAIT,
    SHORTEST_YEARS,
    WAITING_DAYS,
    YEARS,
)
from yilu.records.states import PaperKind


class Paper(models.Model):
    """A paper of a patient's record: what it is, of which day, perhaps of which visit, on which
    shelf the original lies.

    One that was filed by mistake is withdrawn with a reason and stays. Of one that was destroyed
    by procedure kind and day stay, and the hashes of its pages.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(
        "visits.Visit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, choices=PaperKind.choices)
    title = EncryptedTextField(column="records.paper.title")
    dated_on = models.DateField()
    shelf = models.CharField(max_length=LONGEST_SHELF, blank=True)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    destroyed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-filed_at"], name="records_paper_of_site"),
            models.Index(
                fields=["site", "patient", "dated_on"],
                condition=Q(destroyed_at=None),
                name="records_paper_kept_at",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="records_paper_known_kind", condition=Q(kind__in=PaperKind.values)
            ),
            models.CheckConstraint(
                name="records_paper_withdrawn_with_reason",
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
            ),
            *in_calendar("records_paper", "filed_at", "withdrawn_at", "destroyed_at"),
        ]


class PaperPage(models.Model):
    """One page of a paper, or a PDF of several, in its order. The hash outlives the file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="pages", db_index=False)
    n = models.PositiveSmallIntegerField()
    file = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=80)
    sha256 = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["n"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "n"], name="records_paperpage_once")
        ]


class LegalHold(models.Model):
    """That a patient's record must be kept whatever its age: who demands it, why, since when.

    It holds until somebody lifts it; `review_on` is when it is to be looked at again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    demanded_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=LONGEST_REASON)
    review_on = models.DateField(null=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    lifted_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "placed_at"],
                condition=Q(lifted_at=None),
                name="records_legalhold_in_force",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="records_legalhold_said_why", condition=~Q(reason="") & ~Q(demanded_by="")
            ),
            models.CheckConstraint(
                name="records_legalhold_lifted_with_reason",
                condition=Q(lifted_at=None, lifted_reason="")
                | Q(lifted_at__isnull=False, lifted_at__gte=F("placed_at")) & ~Q(lifted_reason=""),
            ),
            *in_calendar("records_legalhold", "placed_at", "lifted_at"),
        ]


class RetentionRule(models.Model):
    """How long this clinic keeps a record after the last visit; one row, or the usual.

    `longer` are years by kind of paper where a record that holds one is kept longer.
    """

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    years = models.PositiveSmallIntegerField(default=YEARS)
    longer = models.JSONField(default=dict)
    waiting_days = models.PositiveSmallIntegerField(default=WAITING_DAYS)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="records_retentionrule_only", condition=Q(only=True)),
            models.CheckConstraint(
                name="records_retentionrule_bounded",
                condition=Q(years__range=(SHORTEST_YEARS, LONGEST_YEARS))
                & Q(waiting_days__range=(SHORTEST_WAIT, LONGEST_WAIT)),
            ),
        ]
