"""Platforms that book for their users, and the keys they sign with."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.interop.states import PartnerState
from yilu.platform import clock
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Partner(models.Model):
    """A platform that books for its users at some sites, within what was agreed.

    `user` is whom it acts as. `failures` and `rest_until` (real time) say how its webhook does:
    after several failures in a row it is left alone for a while. `reconciled_until` is the last
    day whose list was written.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField("platform.User", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, unique=True)
    sites = ArrayField(models.UUIDField())
    state = models.CharField(
        max_length=8, choices=PartnerState.choices, default=PartnerState.ACTIVE
    )
    requests_per_minute = models.PositiveIntegerField(default=120)
    bookings_per_day = models.PositiveIntegerField(default=50)
    holds_at_once = models.PositiveSmallIntegerField(default=5)
    webhook_url = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    rest_until = models.DateTimeField(null=True)
    reconciled_until = models.DateField()
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="interop_partner_known_state", condition=Q(state__in=PartnerState.values)
            ),
            models.CheckConstraint(
                name="interop_partner_has_sites", condition=Q(sites__len__gte=1)
            ),
            *in_calendar("interop_partner", "rest_until", "created_at"),
        ]


class PartnerKey(models.Model):
    """A secret that a partner and we sign with. Encrypted here, and shown once.

    Several are good at a time, so that one can follow another. `expires_at` and `withdrawn_at`
    are real time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="keys")
    name = models.CharField(max_length=40, unique=True)
    secret = EncryptedTextField(column="interop.key")
    created_at = models.DateTimeField(default=clock.machine_now, editable=False)
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            *in_calendar("interop_partnerkey", "created_at", "expires_at", "withdrawn_at")
        ]
