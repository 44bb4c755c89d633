"""Numbers that people read."""

from django.db import models


class Counter(models.Model):
    """The last number given in one series, such as the bookings of one site on one clinic day."""

    series = models.CharField(primary_key=True, max_length=120)
    last = models.BigIntegerField()
