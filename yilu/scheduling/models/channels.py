"""When the time of sessions is released to whom, and how much of it: plans, shares, uses."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.models.resources import Resource
from yilu.scheduling.states import ChannelGroup, ShareUnit

MOST_HOURS, MOST_DAYS = 720, 180


class ReleasePlan(models.Model):
    """A template for sessions (号源): the share of each kind of channel, and when it is released.

    What a share has not sold `falls_hours` before the session falls to all. With `has_draw`,
    patients online pass through a waiting room. `per_person` is how many bookings one patient may
    have with a practitioner on a day; with `needs_id` only patients whose identity number is
    known may stand in the queue. Nothing is stored for a session: a plan is a rule that is
    asked when time is shown and sold.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=8, choices=ShareUnit.choices, default=ShareUnit.BOOKINGS)
    falls_hours = models.PositiveSmallIntegerField(default=24)
    per_person = models.PositiveSmallIntegerField(default=1)
    has_draw = models.BooleanField(default=False)
    needs_id = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="scheduling_plan_known_unit", condition=Q(unit__in=ShareUnit.values)
            ),
            models.CheckConstraint(
                name="scheduling_plan_bounds",
                condition=Q(falls_hours__lte=MOST_HOURS, per_person__gte=1, per_person__lte=20),
            ),
            *in_calendar("scheduling_releaseplan", "created_at"),
        ]


class ChannelShare(models.Model):
    """What one kind of channel may sell of a session, and from when. No amount: without limit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(ReleasePlan, models.CASCADE, related_name="shares", db_index=False)
    group = models.CharField(max_length=8, choices=ChannelGroup.choices)
    amount = models.PositiveSmallIntegerField(null=True)
    days_ahead = models.PositiveSmallIntegerField(null=True)
    released_at = models.TimeField(null=True)

    class Meta:
        ordering = ["group"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "group"], name="scheduling_share_once"),
            models.CheckConstraint(
                name="scheduling_share_known_group", condition=Q(group__in=ChannelGroup.values)
            ),
            models.CheckConstraint(
                name="scheduling_share_release_whole",
                condition=Q(days_ahead__isnull=True, released_at__isnull=True)
                | Q(days_ahead__lte=MOST_DAYS, released_at__isnull=False),
            ),
        ]


class PlanUse(models.Model):
    """That a plan rules the sessions of a resource at its site; no weekday means every day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(ReleasePlan, models.PROTECT, related_name="uses")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "site"], name="scheduling_plan_one_of_resource"
            ),
            models.CheckConstraint(
                name="scheduling_plan_weekdays",
                condition=Q(weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6]),
            ),
        ]
