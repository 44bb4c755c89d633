"""Plans that give bookings which cannot be kept other places, and what becomes of each booking."""

from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.models.bookings import Booking
from yilu.scheduling.models.resources import Resource
from yilu.scheduling.models.times import Hold
from yilu.scheduling.states import FROZEN, MoveState, PlanState, Urgency


class Plan(models.Model):
    """One attempt to find other places for bookings that cannot be kept.

    `resource` is who or what is not there; none means all of a site. `cost` is the sum of what
    the proposed places cost the patients, in the points of docs/how/replanning.md; `bound` is what
    no plan can be below. Until `expires_at` the places are kept for whoever looks at the plan.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=PlanState.choices, default=PlanState.PLANNING)
    job_id = models.UUIDField(null=True, db_index=True)
    cost = models.PositiveIntegerField(null=True)
    bound = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    made_by = models.UUIDField(null=True)
    clinic_day = models.DateField()
    expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["site", "created_at"], name="scheduling_plan_at_site")]
        constraints = [
            models.CheckConstraint(
                name="scheduling_plan_known_state", condition=Q(state__in=PlanState.values)
            ),
            models.CheckConstraint(
                name="scheduling_plan_bound_below_cost",
                condition=Q(cost__isnull=True) | Q(bound__lte=models.F("cost")),
            ),
            *in_calendar("scheduling_plan", "expires_at", "confirmed_at", "created_at"),
        ]


class PlannedMove(models.Model):
    """A booking in a plan: where it is, and the place that is kept for it.

    A booking is frozen in one plan at a time: the database refuses a second. Its old place stays
    its own until the new one is taken. `declined` are the places that the patient did not want,
    `answer_by` is when the desk calls if there was no answer.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="moves", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    old_starts_at = models.DateTimeField()
    old_practitioner_id = models.UUIDField()
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.USUAL)
    state = models.CharField(max_length=9, choices=MoveState.choices, default=MoveState.WAITING)
    hold = models.OneToOneField(Hold, models.PROTECT, related_name="+", null=True)
    practitioner_id = models.UUIDField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False)
    round = models.PositiveSmallIntegerField(default=1)
    declined = models.JSONField(default=list)
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["old_starts_at", "id"]
        indexes = [
            models.Index(
                fields=["site"],
                condition=Q(state__in=["to_call", "silent"]),
                name="scheduling_move_to_call",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "booking"], name="scheduling_move_once_in_a_plan"
            ),
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(state__in=FROZEN),
                name="scheduling_move_one_plan_at_a_time",
            ),
            models.CheckConstraint(
                name="scheduling_move_known",
                condition=Q(state__in=MoveState.values, urgency__in=Urgency.values),
            ),
            models.CheckConstraint(
                name="scheduling_move_asked_with_a_place",
                condition=~Q(state__in=["proposed", "told", "silent"])
                | Q(
                    hold__isnull=False,
                    starts_at__isnull=False,
                    ends_at__isnull=False,
                    practitioner_id__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="scheduling_move_told_until_when",
                condition=~Q(state__in=["told", "silent"]) | Q(answer_by__isnull=False),
            ),
            *in_calendar(
                "scheduling_plannedmove",
                "old_starts_at",
                "starts_at",
                "ends_at",
                "answer_by",
                "answered_at",
                "created_at",
            ),
        ]
