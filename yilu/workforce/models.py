"""What workforce stores, and what the database refuses to store."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import pgettext_lazy

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.workforce.rules import LANGUAGES, MANDARIN


def _mandarin() -> list[str]:
    return [MANDARIN]


class StaffMember(models.Model):
    """Somebody who works for the group. They sign in with their staff number.

    `languages` are those in which they can speak with patients.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    staff_no = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    pinyin = models.CharField(max_length=160, blank=True)
    title = LocalizedField(default=dict, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=_mandarin)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["staff_no"]
        constraints = [
            models.CheckConstraint(
                name="workforce_staffmember_known_languages",
                condition=Q(languages__contained_by=list(LANGUAGES)),
            ),
            *in_calendar("workforce_staffmember", "created_at"),
        ]


class PractitionerKind(models.TextChoices):
    DOCTOR = "doctor", pgettext_lazy("post", "Doctor")
    NURSE = "nurse", pgettext_lazy("post", "Nurse")
    TECHNICIAN = "technician", pgettext_lazy("post", "Technician")
    PHARMACIST = "pharmacist", pgettext_lazy("post", "Pharmacist")
    THERAPIST = "therapist", pgettext_lazy("post", "Therapist")


class Practitioner(models.Model):
    """A member of staff who sees patients.

    `antibiotic_level` is the highest grade they may prescribe: 0 none, 1 unrestricted,
    2 restricted, 3 special. Only bookable ones have time that patients can book. `meeting_link`
    is where they see patients by video.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.OneToOneField(StaffMember, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PractitionerKind.choices)
    department = models.ForeignKey("facility.Department", models.PROTECT, related_name="+")
    specialty = LocalizedField(default=dict, blank=True)
    title = LocalizedField(default=dict, blank=True)
    introduction = LocalizedField(default=dict, blank=True)
    is_bookable = models.BooleanField(default=True)
    may_prescribe = models.BooleanField(default=False)
    antibiotic_level = models.PositiveSmallIntegerField(default=0)
    meeting_link = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="workforce_practitioner_known_kind",
                condition=Q(kind__in=PractitionerKind.values),
            ),
            models.CheckConstraint(
                name="workforce_practitioner_antibiotic_level",
                condition=Q(antibiotic_level__lte=3)
                & (Q(may_prescribe=True) | Q(antibiotic_level=0)),
            ),
        ]


class Post(models.Model):
    """A role that people are given at a site: what it may do, and what signing in opens.

    `delivered` is what the product last gave it: what differs in `permissions`, the clinic chose.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=40, unique=True)
    name = LocalizedField()
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    delivered = ArrayField(models.CharField(max_length=80), default=list)
    workspace = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "key"]


_DAYS = Func(F("from_on"), Func(F("to_on"), template="(%(expressions)s + 1)"), function="daterange")
_DAY_BEFORE = Func(F("from_on"), template="(%(expressions)s - 1)", output_field=models.DateField())


class Assignment(models.Model):
    """A person's post at a site, from a first to a last day, both included; or without end.

    One that was taken back before its first day was over has the day before as its last.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="workforce_assignment_end_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=_DAY_BEFORE),
            ),
            ExclusionConstraint(
                name="workforce_assignment_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    ("site", RangeOperators.EQUAL),
                    (_DAYS, RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["site", "post"], name="workforce_assignment_holders")]
