"""The queue for a release that many wait for: who came, in which order they may choose."""

import secrets

from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.models.bookings import Booking
from yilu.scheduling.models.channels import ReleasePlan
from yilu.scheduling.models.resources import Resource
from yilu.scheduling.states import PlaceState


def new_seed() -> bytes:
    return secrets.token_bytes(32)


class Rush(models.Model):
    """One practitioner's clinic day whose online share is released at `opens_at` to a queue.

    Who comes before has their order drawn by `seed`, whose hash everybody sees before; who comes
    later stands behind in the order of coming. `last_number` was given last, `admitted_number`
    is the last that might choose. `checked_at` is machine time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    plan = models.ForeignKey(ReleasePlan, models.PROTECT, related_name="+", db_index=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", db_index=False
    )
    clinic_day = models.DateField()
    opens_at = models.DateTimeField()
    seed = models.BinaryField(default=new_seed)
    drawn_at = models.DateTimeField(null=True)
    last_number = models.PositiveIntegerField(default=0)
    admitted_number = models.PositiveIntegerField(default=0)
    places_left = models.PositiveIntegerField(null=True)
    is_sold_out = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["clinic_day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "clinic_day", "site"], name="scheduling_rush_once"
            ),
            *in_calendar("scheduling_rush", "opens_at", "drawn_at", "checked_at", "created_at"),
        ]


class RushPlace(models.Model):
    """One person's place. An account has one in a queue, and so has a patient."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rush = models.ForeignKey(Rush, models.PROTECT, related_name="places", db_index=False)
    user = models.ForeignKey("platform.User", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    came_at = models.DateTimeField(default=clock.now)
    number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=8, choices=PlaceState.choices, default=PlaceState.WAITING)
    admitted_until = models.DateTimeField(null=True)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["number", "came_at", "id"]
        indexes = [
            models.Index(fields=["rush", "state", "number"], name="scheduling_place_in_order")
        ]
        constraints = [
            models.UniqueConstraint(fields=["rush", "user"], name="scheduling_place_of_account"),
            models.UniqueConstraint(fields=["rush", "patient"], name="scheduling_place_of_patient"),
            models.UniqueConstraint(fields=["rush", "number"], name="scheduling_place_number"),
            models.CheckConstraint(
                name="scheduling_place_known_state", condition=Q(state__in=PlaceState.values)
            ),
            models.CheckConstraint(
                name="scheduling_place_booked",
                condition=Q(state="booked", booking__isnull=False)
                | (~Q(state="booked") & Q(booking__isnull=True)),
            ),
            models.CheckConstraint(
                name="scheduling_place_admitted",
                condition=~Q(state="admitted") | Q(admitted_until__isnull=False),
            ),
            *in_calendar("scheduling_rushplace", "came_at", "admitted_until"),
        ]
