"""What patients can book, and who does it."""

from django.db import models
from django.db.models import Q

from yilu.catalogue.models.prices import PriceItem
from yilu.catalogue.modes import Mode
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class Service(models.Model):
    """Something that a patient books: how long it takes, what it needs, what it costs.

    It is offered at every site that has a department of `department_key`. `needs` lists what
    must be free besides the practitioner: `{"kind": "room" | "chair" | "device"}`, a device with
    its `device_kind`. By telephone or video it needs nothing; `meeting_link` is where the video
    takes place, unless a practitioner has a room of their own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=40, unique=True)
    name = LocalizedField()
    summary = LocalizedField(default=dict, blank=True)
    department_key = models.SlugField(max_length=40)
    specialty = models.CharField(max_length=40)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.IN_PERSON)
    meeting_link = models.CharField(max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField()
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    needs = models.JSONField(default=list, blank=True)
    fee_item = models.ForeignKey(PriceItem, models.PROTECT, null=True, related_name="+")
    online = models.BooleanField(default=True)
    wants_assessment = models.BooleanField(default=False)
    min_notice_minutes = models.PositiveIntegerField(default=30)
    window_days = models.PositiveSmallIntegerField(default=30)
    change_until_minutes = models.PositiveIntegerField(default=120)
    preparation = LocalizedField(default=dict, blank=True)
    icon = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                name="catalogue_service_length", condition=Q(minutes__gte=5, minutes__lte=480)
            ),
            models.CheckConstraint(
                name="catalogue_service_buffers",
                condition=Q(buffer_before__lte=120, buffer_after__lte=120),
            ),
            models.CheckConstraint(
                name="catalogue_service_window",
                condition=Q(window_days__gte=1, window_days__lte=31),
            ),
            models.CheckConstraint(
                name="catalogue_service_known_mode", condition=Q(mode__in=Mode.values)
            ),
            models.CheckConstraint(
                name="catalogue_service_remote_needs_nothing",
                condition=Q(mode=Mode.IN_PERSON) | Q(needs=[]),
            ),
            models.CheckConstraint(
                name="catalogue_service_video_has_link",
                condition=~Q(mode=Mode.VIDEO) | ~Q(meeting_link=""),
            ),
        ]


class Performs(models.Model):
    """A practitioner who performs a service; `minutes` when they take another time than usual."""

    practitioner = models.ForeignKey("workforce.Practitioner", models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "practitioner"], name="catalogue_performs_once"
            ),
            models.CheckConstraint(
                name="catalogue_performs_length",
                condition=Q(minutes__isnull=True) | Q(minutes__gte=5, minutes__lte=480),
            ),
        ]
