"""Which sterile packs were opened for whom."""

from django.db import models
from django.db.models import Q

from yilu.platform.db import in_calendar
from yilu.visits.rows import Withdrawable, withdrawn_why


class PackUse(Withdrawable):
    """A sterile pack opened at a visit. A pack is opened once; the database holds that."""

    code = models.CharField(max_length=60)
    batch = models.CharField(max_length=30, blank=True)
    expires_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["visit"], name="dental_packs_of_visit"),
            models.Index(fields=["batch"], name="dental_packs_of_batch"),
            models.Index(fields=["patient"], name="dental_packs_of_patient"),
        ]
        constraints = [
            *in_calendar("dental_packuse", "recorded_at", "withdrawn_at"),
            withdrawn_why("dental_packuse"),
            models.UniqueConstraint(
                name="dental_packuse_once", fields=["code"], condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(
                name="dental_packuse_in_date", condition=Q(expires_on__gte=models.F("clinic_day"))
            ),
        ]
