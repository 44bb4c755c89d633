"""Machines that speak to us: imaging devices by DICOM, analysers and laboratories by HL7."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.interop.states import DeviceKind, HeardState
from yilu.platform import clock
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Device(models.Model):
    """A machine that we know: by DICOM its AE title, by HL7 the application that sends (MSH-3).

    `address` is the only one it may speak from; empty for any. `last_at` and `last_fault` say how
    it does; both are real time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=DeviceKind.choices)
    name = models.CharField(max_length=40)
    address = models.GenericIPAddressField(null=True)
    is_active = models.BooleanField(default=True)
    heard = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=200, blank=True)
    fault_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.machine_now, editable=False)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="interop_device_once"),
            models.CheckConstraint(
                name="interop_device_known_kind", condition=Q(kind__in=DeviceKind.values)
            ),
            *in_calendar("interop_device", "last_at", "fault_at", "created_at"),
        ]


class Heard(models.Model):
    """One message of an analyser as it came, and what became of it. Sent twice, it is kept once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, related_name="messages")
    control_id = models.CharField(max_length=50)
    state = models.CharField(max_length=9, choices=HeardState.choices)
    answer = models.CharField(max_length=2)
    fault = models.CharField(max_length=200, blank=True)
    specimen = models.CharField(max_length=40, blank=True)
    raw = EncryptedTextField(column="interop.heard.raw")
    at = models.DateTimeField(default=clock.machine_now, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["device", "-at"], name="interop_heard_of_device"),
            models.Index(
                fields=["-at"],
                condition=Q(state__in=("unmatched", "refused")),
                name="interop_heard_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["device", "control_id"], name="interop_heard_once"),
            models.CheckConstraint(
                name="interop_heard_known", condition=Q(state__in=HeardState.values)
            ),
            *in_calendar("interop_heard", "at"),
        ]
