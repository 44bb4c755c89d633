"""What pathways store, and what the database refuses to store."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from yilu.pathways.states import CaseState, StepState
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class Definition(models.Model):
    """One published version of a service's way: its steps, their owners and their times.

    A version never changes; publishing again adds one. Running cases keep theirs.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    title = LocalizedField()
    subject = models.CharField(max_length=60)
    body = models.JSONField()
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "version"], name="pathways_definition_one_version"
            ),
            *in_calendar("pathways_definition", "published_at"),
        ]


class Case(models.Model):
    """One run of a pathway for one thing: a visit, a follow-up, a complaint.

    A thing has at most one open case of a pathway. `facts` are what rules and due times
    need to know (`booked_at`, `prescribed`, …); never words about a person.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField(db_index=True)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    facts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [models.Index(fields=["site", "clinic_day"], name="pathways_case_of_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "subject_id"],
                condition=Q(state="open"),
                name="pathways_case_one_open",
            ),
            models.CheckConstraint(
                name="pathways_case_known_state", condition=Q(state__in=CaseState.values)
            ),
            models.CheckConstraint(
                name="pathways_case_ended_when_not_open",
                condition=Q(state="open", closed_at=None)
                | ~Q(state="open") & Q(closed_at__isnull=False),
            ),
            *in_calendar("pathways_case", "started_at", "closed_at"),
        ]


class Step(models.Model):
    """One thing to be done in a case, by a post or by the person who took it.

    `escalated_to` are posts that may act too since it became late. `level` counts the late
    actions taken. Once opened it stays in somebody's worklist until it is finished.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    title = LocalizedField()
    place = LocalizedField(default=dict)
    role = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.WAITING)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    owner = models.ForeignKey("platform.User", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    why = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    escalated_to = ArrayField(models.CharField(max_length=40), default=list)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "role", "due_at"],
                condition=Q(state="open"),
                name="pathways_step_worklist",
            ),
            GinIndex(
                fields=["escalated_to"], condition=Q(state="open"), name="pathways_step_escalated"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="pathways_step_once"),
            models.CheckConstraint(
                name="pathways_step_known_state", condition=Q(state__in=StepState.values)
            ),
            models.CheckConstraint(
                name="pathways_step_open_has_begun",
                condition=~Q(state="open") | Q(opened_at__isnull=False, closed_at=None),
            ),
            *in_calendar("pathways_step", "opened_at", "due_at", "closed_at"),
        ]


class Notice(models.Model):
    """Word to a post, or to one person, that a step is late. Kept until somebody has seen it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    post = models.CharField(max_length=40)
    action = models.CharField(max_length=10)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "post"],
                condition=Q(seen_at=None),
                name="pathways_notice_unseen",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "post", "action", "at"], name="pathways_notice_once"
            ),
            *in_calendar("pathways_notice", "at", "seen_at"),
        ]
