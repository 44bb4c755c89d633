"""Courses: several sessions of one treatment, sold at once and counted down."""

from django.db import models
from django.db.models import F, Q

from yilu.aesthetics.states import CourseState
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.visits.rows import AtVisit


class Package(models.Model):
    """What is offered: so many sessions of a treatment, to be used within so many days.

    Its price is that of an item of the price list.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24)
    name = LocalizedField()
    sessions = models.PositiveSmallIntegerField()
    valid_days = models.PositiveSmallIntegerField()
    item = models.ForeignKey("catalogue.PriceItem", models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["kind", "sessions"]
        constraints = [
            models.CheckConstraint(
                name="aesthetics_package_counts",
                condition=Q(sessions__gte=1, sessions__lte=60, valid_days__gte=1),
            ),
            models.UniqueConstraint(name="aesthetics_package_item", fields=["item"]),
        ]


class Course(AtVisit):
    """What somebody bought. Never more than `sessions` are used; what was not used goes back."""

    package = models.ForeignKey(Package, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=24)
    name = LocalizedField()
    sessions = models.PositiveSmallIntegerField()
    used = models.PositiveSmallIntegerField(default=0)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    valid_until = models.DateField()
    state = models.CharField(max_length=8, choices=CourseState.choices, default=CourseState.SOLD)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    returns_at = models.DateTimeField(null=True)
    returned = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "kind"], name="aesthetics_courses_of_patient"),
            models.Index(fields=["visit"], name="aesthetics_courses_of_visit"),
        ]
        constraints = [
            *in_calendar("aesthetics_course", "recorded_at", "ended_at", "returns_at"),
            models.CheckConstraint(
                name="aesthetics_course_not_overused", condition=Q(used__lte=F("sessions"))
            ),
            models.CheckConstraint(
                name="aesthetics_course_known_state", condition=Q(state__in=CourseState.values)
            ),
            models.CheckConstraint(
                name="aesthetics_course_returns_what_was_paid",
                condition=Q(returned__gte=0, returned__lte=F("price")),
            ),
        ]


class CourseUse(models.Model):
    """One session taken from a course; given back, it counts no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    session = models.ForeignKey("aesthetics.Session", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *in_calendar("aesthetics_courseuse", "taken_at", "given_back_at"),
            models.UniqueConstraint(
                name="aesthetics_courseuse_once",
                fields=["session"],
                condition=Q(given_back_at__isnull=True),
            ),
        ]
