"""What opens a door without a password: links in messages, and codes sent to a phone."""

from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Link(models.Model):
    """A reference sent to somebody that opens one thing. Only its hash is kept.

    `expires_at` is clinic time, because a link ends some days after what it is about; `tries`
    counts wrong answers to the question asked before more is shown.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    site_id = models.UUIDField(null=True)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=clock.machine_now, editable=False)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = in_calendar("platform_link", "expires_at")
        indexes = [models.Index(fields=["subject_id", "purpose"], name="platform_link_subject")]


class OneTimeCode(models.Model):
    """A code sent to a phone, good for five minutes and five tries in the one place that asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=60)
    phone_index = models.BinaryField(max_length=16)
    nonce_digest = models.BinaryField(max_length=32)
    code_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(default=clock.machine_now, editable=False)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="platform_onetimecode_tries", condition=Q(tries__lte=5))
        ]
        indexes = [models.Index(fields=["created_at"], name="platform_onetimecode_age")]
