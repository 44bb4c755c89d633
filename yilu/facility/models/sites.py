"""The group and its sites."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class Group(models.Model):
    """The group of clinics that this database serves. There is one row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    name = LocalizedField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="facility_group_only_one", condition=Q(only=True))
        ]


class HolidayRule(models.TextChoices):
    """What a public holiday means for a site."""

    CLOSED = "closed", _("Closed on public holidays, open on make-up workdays")
    AS_USUAL = "as_usual", _("Open as on any other day")


class Site(models.Model):
    """One clinic at one address. Its time zone is chosen when it opens and never changes.

    `key` is its name in addresses and on screens. A trigger holds the zone. Between
    `quiet_from` and `quiet_until` on its wall nobody is asked anything; the same twice means at no
    time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=40, unique=True)
    name = LocalizedField()
    short_name = LocalizedField()
    time_zone = models.CharField(max_length=60)
    address = LocalizedField()
    phone = models.CharField(max_length=30, blank=True)
    directions = LocalizedField(default=dict, blank=True)
    holiday_rule = models.CharField(
        max_length=10, choices=HolidayRule.choices, default=HolidayRule.AS_USUAL
    )
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                name="facility_site_known_holiday_rule",
                condition=Q(holiday_rule__in=HolidayRule.values),
            ),
            *in_calendar("facility_site", "created_at"),
        ]
