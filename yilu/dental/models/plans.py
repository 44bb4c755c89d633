"""The treatment plan of a mouth: one service on one tooth, in a phase, with its price."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.dental.states import ItemState
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.visits.rows import AtVisit


class PlanItem(AtVisit):
    """One thing that is to be done; `visit` is where it was planned.

    `plan` is what was put before the patient, and `step` the first of its options with this item.
    `planned_entry` and `done_entry` are what it says on the tooth chart. An item is never deleted.
    """

    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", db_index=False
    )
    name = LocalizedField()
    price_item = models.ForeignKey(
        "catalogue.PriceItem", models.PROTECT, null=True, related_name="+", db_index=False
    )
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    tooth = models.CharField(max_length=2, blank=True)
    surfaces = models.CharField(max_length=5, blank=True)
    phase = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.PLANNED)
    plan = models.ForeignKey(
        "clinical.TreatmentPlan", models.PROTECT, null=True, related_name="+", db_index=False
    )
    step = models.PositiveSmallIntegerField(null=True)
    booking = models.ForeignKey(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+", db_index=False
    )
    planned_entry = models.ForeignKey(
        "dental.ToothEntry", models.PROTECT, null=True, related_name="+", db_index=False
    )
    done_entry = models.ForeignKey(
        "dental.ToothEntry", models.PROTECT, null=True, related_name="+", db_index=False
    )
    done_visit = models.ForeignKey(
        "visits.Visit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "phase"], name="dental_plan_of_patient"),
            models.Index(fields=["plan"], name="dental_plan_of_proposal"),
            models.Index(fields=["booking"], name="dental_plan_of_booking"),
        ]
        constraints = [
            *in_calendar("dental_planitem", "recorded_at", "done_at"),
            models.CheckConstraint(
                name="dental_planitem_known_state", condition=Q(state__in=ItemState.values)
            ),
            models.CheckConstraint(
                name="dental_planitem_known_phase", condition=Q(phase__gte=1, phase__lte=4)
            ),
            models.CheckConstraint(
                name="dental_planitem_fdi",
                condition=Q(tooth="") | Q(tooth__regex=r"^([1-4][1-8]|[5-8][1-5])$"),
            ),
            models.CheckConstraint(
                name="dental_planitem_surfaces",
                condition=Q(surfaces__regex=r"^M?[OI]?D?B?L?$"),
            ),
            models.CheckConstraint(
                name="dental_planitem_booked_when",
                condition=~Q(state=ItemState.BOOKED) | Q(booking__isnull=False),
            ),
            models.CheckConstraint(
                name="dental_planitem_done_when",
                condition=~Q(state=ItemState.DONE)
                | Q(done_visit__isnull=False, done_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dental_planitem_dropped_why",
                condition=~Q(state=ItemState.DROPPED) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="dental_planitem_amount", condition=Q(amount__isnull=True) | Q(amount__gte=0)
            ),
        ]
