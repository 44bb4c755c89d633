"""What the pharmacy stores, and what the database refuses to store."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yilu.pharmacy.states import DispenseState
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


def _person() -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )


class Dispense(models.Model):
    """One prescription on its road through the pharmacy.

    Nobody checks what they picked themselves: the database refuses it. `batches` says what
    is given now from where, `given` the parts handed over before, `review` and `counselling`
    what was verified and explained, `taken_back` what came back and why.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prescription = models.ForeignKey("clinical.Prescription", models.PROTECT, related_name="+")
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    state = models.CharField(
        max_length=16, choices=DispenseState.choices, default=DispenseState.WAITING_PAYMENT
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    released_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = _person()
    picked_at = models.DateTimeField(null=True)
    picked_by = _person()
    checked_at = models.DateTimeField(null=True)
    checked_by = _person()
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = _person()
    review = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)
    batches = models.JSONField(default=list)
    identity = models.JSONField(default=dict)
    counselling = models.JSONField(default=dict)
    given = models.JSONField(default=list)
    taken_back = models.JSONField(default=list)
    moved_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "state", "released_at"], name="pharmacy_dispense_worklist"
            ),
            models.Index(fields=["visit"], name="pharmacy_dispense_visit"),
        ]
        constraints = [
            *in_calendar(
                "pharmacy_dispense",
                "created_at",
                "released_at",
                "reviewed_at",
                "picked_at",
                "checked_at",
                "handed_over_at",
                "moved_at",
            ),
            models.UniqueConstraint(
                fields=["prescription"], name="pharmacy_dispense_one_per_prescription"
            ),
            models.CheckConstraint(
                name="pharmacy_dispense_known_state", condition=Q(state__in=DispenseState.values)
            ),
            models.CheckConstraint(
                name="pharmacy_dispense_second_person",
                condition=Q(checked_by__isnull=True)
                | Q(picked_by__isnull=True)
                | ~Q(checked_by=F("picked_by")),
            ),
            models.CheckConstraint(
                name="pharmacy_dispense_checked_before_given",
                condition=~Q(state=DispenseState.HANDED_OVER)
                | Q(
                    reviewed_at__isnull=False,
                    picked_at__isnull=False,
                    checked_at__isnull=False,
                    handed_over_at__isnull=False,
                ),
            ),
        ]
