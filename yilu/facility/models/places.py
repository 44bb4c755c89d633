"""Departments, rooms, chairs and devices: where care happens, and with what."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from yilu.facility.models.sites import Site
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class Department(models.Model):
    """A part of a site with its own patients and queue. `letter` begins its ticket numbers.

    `key` is shared by departments of the same trade at several sites, so that a service can be
    offered wherever such a department is.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    key = models.SlugField(max_length=40)
    name = LocalizedField()
    specialty = models.CharField(max_length=40)
    floor = LocalizedField(default=dict, blank=True)
    letter = models.CharField(max_length=2)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="facility_department_key"),
            models.UniqueConstraint(
                fields=["site", "letter"],
                condition=Q(is_active=True),
                name="facility_department_letter",
            ),
            models.CheckConstraint(
                name="facility_department_letter_is_one",
                condition=Q(letter__regex=r"^[A-Z]{1,2}$"),
            ),
        ]


class RoomKind(models.TextChoices):
    CONSULTING = "consulting", pgettext_lazy("room", "Consulting room")
    TREATMENT = "treatment", pgettext_lazy("room", "Treatment room")
    IMAGING = "imaging", pgettext_lazy("room", "Imaging room")
    LABORATORY = "laboratory", pgettext_lazy("room", "Laboratory")
    PHARMACY = "pharmacy", pgettext_lazy("room", "Pharmacy")
    CASHIER = "cashier", pgettext_lazy("room", "Cashier")
    TRIAGE = "triage", pgettext_lazy("room", "Triage and measuring")
    WAITING = "waiting", pgettext_lazy("room", "Waiting area")


class Room(models.Model):
    """A room with a door sign. Devices and chairs stand in rooms."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    key = models.SlugField(max_length=40)
    name = LocalizedField()
    kind = models.CharField(max_length=12, choices=RoomKind.choices)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="facility_room_key"),
            models.CheckConstraint(
                name="facility_room_known_kind", condition=Q(kind__in=RoomKind.values)
            ),
        ]


class Chair(models.Model):
    """A dental or treatment chair: where one patient at a time is treated."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+")
    key = models.SlugField(max_length=40)
    name = LocalizedField()
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="facility_chair_key")]


class Device(models.Model):
    """A machine that a service may need. `kind` is what services ask for, such as `cbct`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="+")
    key = models.SlugField(max_length=40)
    name = LocalizedField()
    kind = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="facility_device_key")]
