"""What both sides agree on afterwards: our list of each day, and how a partner's differs."""

from django.db import models

from yilu.interop.models.partners import Partner
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Reconciliation(models.Model):
    """The list of a partner's bookings of one clinic day, written in the night after it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    file = models.ForeignKey("platform.File", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    bookings = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-clinic_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "clinic_day"], name="interop_reconciliation_one_a_day"
            ),
            *in_calendar("interop_reconciliation", "created_at"),
        ]


class Comparison(models.Model):
    """A partner's own list of a day against ours: counts, and the rows that differ."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reconciliation = models.ForeignKey(Reconciliation, models.PROTECT, related_name="+")
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()
    equal = models.PositiveIntegerField()
    rows = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [*in_calendar("interop_comparison", "created_at")]
