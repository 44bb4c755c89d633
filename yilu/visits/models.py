"""What visits store, and what the database refuses to store."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.platform import numbers
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.states import HERE, VisitKind, VisitState


class Visit(models.Model):
    """A patient's time with us, from arrival to departure.

    A booking is visited once: whoever checks it in second is refused by the database. A visit
    whose check-in was taken back stays as a row and does not count.
    `responsible_user` is who owns the patient now (first-responsible rule 首诊负责).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=numbers.LONGEST)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    booking = models.ForeignKey(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        "facility.Department", models.PROTECT, null=True, related_name="+", db_index=False
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, null=True, related_name="+", db_index=False
    )
    clinic_day = models.DateField()
    kind = models.CharField(max_length=8, choices=VisitKind.choices)
    state = models.CharField(max_length=10, choices=VisitState.choices, default=VisitState.ARRIVED)
    arrived_at = models.DateTimeField()
    in_care_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    responsible_user = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    needs = ArrayField(models.CharField(max_length=20), default=list)
    access_code = models.CharField(max_length=12, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "clinic_day"],
                condition=Q(state__in=HERE),
                name="visits_visit_here_now",
            ),
            models.Index(fields=["site", "clinic_day", "arrived_at"], name="visits_visit_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="visits_visit_number_once"),
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(booking__isnull=False) & ~Q(state=VisitState.WITHDRAWN),
                name="visits_visit_one_per_booking",
            ),
            models.CheckConstraint(
                name="visits_visit_known_state", condition=Q(state__in=VisitState.values)
            ),
            models.CheckConstraint(
                name="visits_visit_known_kind", condition=Q(kind__in=VisitKind.values)
            ),
            models.CheckConstraint(
                name="visits_visit_left_when_ended",
                condition=Q(state__in=HERE, left_at=None)
                | ~Q(state__in=HERE) & Q(left_at__isnull=False),
            ),
            *in_calendar("visits_visit", "arrived_at", "in_care_at", "left_at"),
        ]
