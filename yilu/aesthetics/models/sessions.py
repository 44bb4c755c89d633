"""Sessions: what was done with which device or product, pass by pass, and what went wrong."""

from django.db import models
from django.db.models import Q

from yilu.aesthetics.states import SessionState, TestSpot
from yilu.platform.db import in_calendar
from yilu.visits.rows import AtVisit, Withdrawable, withdrawn_why


class Session(AtVisit):
    """One treatment of some areas at one visit. A patient has one running at a time.

    `warnings` are the findings that somebody answered for, with their reasons, as of the rule
    sets of `rules_version`.
    """

    kind = models.CharField(max_length=24)
    areas = models.JSONField(default=list)
    skin_type = models.CharField(max_length=1, blank=True)
    device = models.ForeignKey(
        "facility.Device", models.PROTECT, null=True, related_name="+", db_index=False
    )
    handpiece = models.CharField(max_length=60, blank=True)
    test_spot = models.CharField(max_length=12, choices=TestSpot.choices)
    cooling = models.CharField(max_length=12, blank=True)
    has_shield = models.BooleanField(default=False)
    numbing = models.CharField(max_length=100, blank=True)
    warnings = models.JSONField(default=list)
    rules_version = models.CharField(max_length=60)
    practitioner_id = models.UUIDField(null=True)
    state = models.CharField(
        max_length=8, choices=SessionState.choices, default=SessionState.RUNNING
    )
    ended_at = models.DateTimeField(null=True)
    endpoint = models.CharField(max_length=16, blank=True)
    reaction = models.CharField(max_length=16, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["visit"], name="aesthetics_session_visit"),
            models.Index(fields=["patient", "-recorded_at"], name="aesthetics_session_last"),
        ]
        constraints = [
            *in_calendar("aesthetics_session", "recorded_at", "ended_at"),
            models.UniqueConstraint(
                name="aesthetics_session_one_running",
                fields=["patient"],
                condition=Q(state=SessionState.RUNNING),
            ),
            models.CheckConstraint(
                name="aesthetics_session_known_state", condition=Q(state__in=SessionState.values)
            ),
        ]


class Pass(Withdrawable):
    """What was done once over an area: parameters in their units, passes, pulses.

    `confirmed`: why a value outside the usual was right; `senior_note`: who answers for light
    that dark skin seldom bears.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=24)
    parameters = models.JSONField(default=dict)
    passes = models.PositiveSmallIntegerField(default=1)
    pulses = models.PositiveIntegerField(null=True)
    confirmed = models.CharField(max_length=200, blank=True)
    senior_note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["session"], name="aesthetics_pass_session")]
        constraints = [
            *in_calendar("aesthetics_pass", "recorded_at", "withdrawn_at"),
            withdrawn_why("aesthetics_pass"),
            models.CheckConstraint(
                name="aesthetics_pass_counts", condition=Q(passes__gte=1, passes__lte=50)
            ),
        ]


class AdverseEvent(Withdrawable):
    """Something that went wrong after a session: how bad of four, and what was done."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=16)
    grade = models.PositiveSmallIntegerField()
    onset_on = models.DateField()
    action = models.CharField(max_length=500)
    is_reported = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["session"], name="aesthetics_adverse_session")]
        constraints = [
            *in_calendar("aesthetics_adverseevent", "recorded_at", "withdrawn_at"),
            withdrawn_why("aesthetics_adverseevent"),
            models.CheckConstraint(
                name="aesthetics_adverseevent_grade", condition=Q(grade__gte=1, grade__lte=4)
            ),
        ]
