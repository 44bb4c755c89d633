"""Papers destroyed by procedure: proposed, approved by a second person, waited for, carried out."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.records.rules.access import LONGEST_REASON
from yilu.records.states import DestructionState, Kept

S = DestructionState


class Destruction(models.Model):
    """A list of records of a site whose term is over, on its way. Who proposed never approves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=S.choices, default=S.PROPOSED)
    reason = models.CharField(max_length=LONGEST_REASON)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    not_before = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    end_note = models.CharField(max_length=LONGEST_REASON, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-proposed_at"], name="records_destruction_of_site")
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="records_destruction_number"),
            models.CheckConstraint(
                name="records_destruction_known_state", condition=Q(state__in=S.values)
            ),
            models.CheckConstraint(
                name="records_destruction_second_person",
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="records_destruction_waited",
                condition=~Q(state=S.DONE) | Q(ended_at__gte=F("not_before")),
            ),
            models.CheckConstraint(
                name="records_destruction_in_order",
                condition=Q(state=S.PROPOSED, approved_at=None, ended_at=None)
                | Q(state=S.APPROVED, approved_at__isnull=False, ended_at=None)
                | Q(state=S.DONE, approved_at__isnull=False, ended_at__isnull=False)
                | Q(state=S.WITHDRAWN, ended_at__isnull=False),
            ),
            *in_calendar(
                "records_destruction", "proposed_at", "approved_at", "not_before", "ended_at"
            ),
        ]


class Destroyed(models.Model):
    """One record of a list: what its term was, and at the end what was destroyed or why not.

    `manifest` is the hash over the pages that there were. It is never changed afterwards.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    destruction = models.ForeignKey(Destruction, models.PROTECT, related_name="lines")
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    record_no = models.CharField(max_length=16)
    last_on = models.DateField()
    due_on = models.DateField()
    papers = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    manifest = models.CharField(max_length=64, blank=True)
    kept = models.CharField(max_length=8, choices=Kept.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["destruction", "patient"], name="records_destroyed_once_a_list"
            ),
            models.CheckConstraint(
                name="records_destroyed_known", condition=Q(kept="") | Q(kept__in=Kept.values)
            ),
        ]
