"""What can be booked, and when it is there."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.scheduling.models.checks import Begin, period_checks
from yilu.scheduling.states import ResourceKind

_OWNERS = ("practitioner", "room", "chair", "device", "kit")


class Resource(models.Model):
    """A person or thing whose time can be held: exactly one of what `kind` names.

    A practitioner is one resource in the whole group, so that two sites cannot sell the same
    hour; `site` is where they mostly work, and each session says where it is held. `detail`
    tells things of a kind apart (a room's use, a device's sort); `home` is the room or chair
    that a practitioner prefers. `extra_lanes` is how many bookings beside the ordinary one a
    named right may open at a time (加号). `is_shared` says that a release plan rules some of its
    sessions: without it nobody asks for one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=ResourceKind.choices)
    detail = models.CharField(max_length=40, blank=True)
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", null=True
    )
    room = models.ForeignKey("facility.Room", models.PROTECT, related_name="+", null=True)
    chair = models.ForeignKey("facility.Chair", models.PROTECT, related_name="+", null=True)
    device = models.ForeignKey("facility.Device", models.PROTECT, related_name="+", null=True)
    kit = models.CharField(max_length=80, blank=True)
    home = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)
    extra_lanes = models.PositiveSmallIntegerField(default=2)
    is_active = models.BooleanField(default=True)
    is_shared = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["site", "kind", "detail"], name="scheduling_resource_at_site")
        ]
        constraints = [
            *(
                models.UniqueConstraint(fields=[owner], name=f"scheduling_resource_one_{owner}")
                for owner in _OWNERS[:4]
            ),
            models.UniqueConstraint(
                fields=["site", "kit"], condition=~Q(kit=""), name="scheduling_resource_one_kit"
            ),
            models.CheckConstraint(
                name="scheduling_resource_exactly_one_owner",
                condition=models.Q(
                    *(
                        Q(kind=kind)
                        & Q(**{f"{owner}__isnull": owner != kind for owner in _OWNERS[:4]})
                        & (~Q(kit="") if kind == "kit" else Q(kit=""))
                        for kind in _OWNERS
                    ),
                    _connector=Q.OR,
                ),
            ),
            models.CheckConstraint(
                name="scheduling_resource_few_lanes", condition=Q(extra_lanes__lte=20)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class WeeklySession(models.Model):
    """A resource's habit: at this site every such weekday, from wall time to wall time.

    `ends` at or before `starts` means the next morning. It is published as sessions wherever
    the site is open, so not on the holidays that the site keeps.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["weekday", "starts", "id"]
        indexes = [models.Index(fields=["site", "resource"], name="scheduling_weekly_at_site")]
        constraints = [
            models.CheckConstraint(name="scheduling_weekly_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="scheduling_weekly_validity",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]


class Session(models.Model):
    """When a resource may be booked, and where. Breaks are the gaps between sessions.

    `clinic_day` is the local date on which it begins, also for what lies beyond midnight.
    A session that no longer holds is not active; it is never deleted. `is_one_off` marks one
    opened by hand, which publishing leaves alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    during = DateTimeRangeField()
    clinic_day = models.DateField()
    is_one_off = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["during", "id"]
        indexes = [
            models.Index(
                F("resource"),
                Begin("during"),
                condition=Q(active=True),
                include=["during", "site"],
                name="scheduling_session_of_resource",
            ),
            models.Index(
                fields=["site", "clinic_day"],
                condition=Q(active=True),
                name="scheduling_session_of_day",
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="scheduling_session_no_overlap",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(active=True),
            ),
            *period_checks("scheduling_session"),
        ]
