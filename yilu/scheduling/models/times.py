"""What holds time: allocations, and the holds and blocks they may belong to."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.models.checks import Begin, period_checks
from yilu.scheduling.models.resources import Resource
from yilu.scheduling.states import BlockKind, Channel, HoldState


class Block(models.Model):
    """A time at which a resource cannot be had although it is in session.

    What was booked before it stays where it is until it is moved; everything else of the time
    is allocated to the block, and so is what becomes free inside it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    during = DateTimeRangeField()
    clinic_day = models.DateField()
    kind = models.CharField(max_length=16, choices=BlockKind.choices)
    reason = models.CharField(max_length=200, blank=True)
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
                name="scheduling_block_of_resource",
            ),
            models.Index(
                fields=["site", "clinic_day"],
                condition=Q(active=True),
                name="scheduling_block_of_day",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="scheduling_block_known_kind", condition=Q(kind__in=BlockKind.values)
            ),
            *period_checks("scheduling_block"),
        ]


class Hold(models.Model):
    """A time kept for somebody who is still deciding or paying, until `expires_at`.

    It counts to the share of its channel; one without a channel, as of the waiting list, to none.
    `way` is that of somebody through our pages, so that a time that nobody took can be counted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    service_id = models.UUIDField()
    practitioner_id = models.UUIDField()
    during = DateTimeRangeField()
    clinic_day = models.DateField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=HoldState.choices, default=HoldState.HELD)
    channel = models.CharField(max_length=12, choices=Channel.choices, blank=True)
    way = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheduling_hold_known_state", condition=Q(state__in=HoldState.values)
            ),
            *period_checks("scheduling_hold"),
            *in_calendar("scheduling_hold", "expires_at"),
        ]


class Allocation(models.Model):
    """A piece of a resource's time that is taken: the one thing that can be scarce.

    Two active allocations of one resource and lane never overlap: the database refuses the
    second, whichever code path or race wrote it. Lane 0 is ordinary time; the others are what a
    named right opens. It belongs to exactly one booking, hold or block. An allocation of a hold
    has `expires_at`, after which the next claimant may take it over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)
    lane = models.PositiveSmallIntegerField(default=0)
    during = DateTimeRangeField()
    active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True)
    booking = models.ForeignKey(
        "scheduling.Booking", models.PROTECT, related_name="+", null=True, db_index=False
    )
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="+", null=True, db_index=False)
    block = models.ForeignKey(Block, models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        indexes = [
            models.Index(
                F("resource"),
                Begin("during"),
                condition=Q(active=True),
                include=["during", "lane", "expires_at"],
                name="scheduling_allocation_window",
            ),
            *(
                models.Index(
                    fields=[owner],
                    condition=Q(**{f"{owner}__isnull": False}),
                    name=f"scheduling_allocation_{owner}",
                )
                for owner in ("booking", "hold", "block")
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="scheduling_allocation_no_overlap",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("lane", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(active=True),
            ),
            models.CheckConstraint(
                name="scheduling_allocation_exactly_one_owner",
                condition=Q(booking__isnull=False, hold__isnull=True, block__isnull=True)
                | Q(booking__isnull=True, hold__isnull=False, block__isnull=True)
                | Q(booking__isnull=True, hold__isnull=True, block__isnull=False),
            ),
            models.CheckConstraint(
                name="scheduling_allocation_only_holds_expire",
                condition=Q(hold__isnull=False, expires_at__isnull=False)
                | Q(hold__isnull=True, expires_at__isnull=True),
            ),
            *period_checks("scheduling_allocation"),
            *in_calendar("scheduling_allocation", "expires_at"),
        ]
