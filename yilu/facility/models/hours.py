"""When a site is open: weekly hours, closures, and days that differ from week or calendar."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from yilu.facility.models.sites import Site
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id

# Midnight as an end is the end of the day: 86,400 seconds after its start.
_SECONDS = "EXTRACT(epoch FROM %(expressions)s)::int"
_OPEN = Func(
    Func(F("opens"), template=f"({_SECONDS})"),
    Func(F("closes"), template=f"COALESCE(NULLIF({_SECONDS}, 0), 86400)"),
    function="int4range",
)


class OpeningHours(models.Model):
    """A stretch of a weekday (Monday is 0) on the site's wall clock. Stretches never overlap.

    `closes` may be 00:00, the end of the day; who is open all night has two rows.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="facility_openinghours_weekday", condition=Q(weekday__gte=0, weekday__lte=6)
            ),
            models.CheckConstraint(
                name="facility_openinghours_end_after_start",
                condition=Q(closes__gt=F("opens")) | Q(closes="00:00"),
            ),
            ExclusionConstraint(
                name="facility_openinghours_no_overlap",
                expressions=[
                    ("site", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (_OPEN, RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Closure(models.Model):
    """Days, both included, on which a site is closed although the week says otherwise."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = LocalizedField()
    lifted_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="facility_closure_end_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            *in_calendar("facility_closure", "lifted_at"),
        ]


class SpecialDay(models.Model):
    """A day on which a site keeps other hours than its week says: those of its `SpecialHours`.

    It is open then even on a holiday that it keeps; a closure is stronger. `works_as` says
    whose rosters hold (Monday is 0), if not those of the day itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    day = models.DateField()
    works_as = models.PositiveSmallIntegerField(null=True)
    reason = LocalizedField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["site", "day"], name="facility_specialday_once"),
            models.CheckConstraint(
                name="facility_specialday_works_as",
                condition=Q(works_as__isnull=True) | Q(works_as__lte=6),
            ),
        ]


class SpecialHours(models.Model):
    """A stretch of a special day on the site's wall clock; as `OpeningHours` are of a week."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    special_day = models.ForeignKey(SpecialDay, models.CASCADE, related_name="+")
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["opens"]
        constraints = [
            models.CheckConstraint(
                name="facility_specialhours_end_after_start",
                condition=Q(closes__gt=F("opens")) | Q(closes="00:00"),
            ),
            ExclusionConstraint(
                name="facility_specialhours_no_overlap",
                expressions=[
                    ("special_day", RangeOperators.EQUAL),
                    (_OPEN, RangeOperators.OVERLAPS),
                ],
            ),
        ]


class DayOverride(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    WORKDAY = "workday", _("Working day")


class CalendarDay(models.Model):
    """A day that the group treats otherwise than the public calendar in the product says.

    A working day may stand in for a weekday: `works_as` says whose hours and rosters hold.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField(unique=True)
    kind = models.CharField(max_length=8, choices=DayOverride.choices)
    name = LocalizedField(default=dict, blank=True)
    works_as = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                name="facility_calendarday_known_kind", condition=Q(kind__in=DayOverride.values)
            ),
            models.CheckConstraint(
                name="facility_calendarday_works_as",
                condition=Q(works_as__isnull=True) | Q(kind="workday", works_as__lte=6),
            ),
        ]
