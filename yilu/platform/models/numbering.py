"""Numbers that people read, how often somebody tried, and which keys are ours."""

from django.db import models


class Counter(models.Model):
    """The last number given in one series, such as the bookings of one site on one clinic day."""

    series = models.CharField(primary_key=True, max_length=120)
    last = models.BigIntegerField()


class Throttle(models.Model):
    """How often something was tried in one period. Unlogged: lost in a crash, and no harm done."""

    pk = models.CompositePrimaryKey("bucket", "slot")
    bucket = models.BinaryField(max_length=16)
    slot = models.BigIntegerField()
    taken = models.IntegerField()
    gone_at = models.DateTimeField()


class KeyProof(models.Model):
    """What only one key makes, by which a place knows that its keys are the right ones."""

    number = models.SmallIntegerField(primary_key=True)
    """Of the key of fields; 0 is the key of blind indexes."""
    proof = models.BinaryField()
