"""What messaging keeps: messages with encrypted words, edited templates, providers' health."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.messaging.states import Channel, MessageState
from yilu.platform import clock
from yilu.platform.crypto import BlindField, EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class Template(models.Model):
    """A template that the clinic has made its own; the others are those of `templates.yaml`.

    `bodies` is {channel: {language: words}}; `provider_ids` {channel: {language: the number
    under which the provider has approved these words}}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=60, unique=True)
    name = LocalizedField()
    bodies = models.JSONField()
    provider_ids = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)


class Message(models.Model):
    """Something told to somebody over one channel.

    `key` makes telling it twice impossible. It leaves at least once and at most twice: while it
    is `sending` it is held until `lease_until`; a try whose end nobody knows counts as `unsure`,
    and after two of them it is given up. `next_at`, `lease_until` and `expires_at` are real time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    clinic_day = models.DateField()
    template = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    # Tried when this one does not arrive, in this order.
    otherwise = ArrayField(models.CharField(max_length=10), default=list)
    language = models.CharField(max_length=10)
    to = EncryptedTextField(column="messaging.to")
    to_blind = BlindField(null=True)
    to_tail = models.CharField(max_length=4, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = EncryptedTextField(column="messaging.body")
    data = EncryptedTextField(column="messaging.data")
    state = models.CharField(
        max_length=10, choices=MessageState.choices, default=MessageState.WAITING
    )
    is_urgent = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    unsure = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.machine_now)
    lease_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    provider_ref = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=80, blank=True)
    instead_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "-is_urgent", "next_at"],
                condition=Q(state="waiting"),
                name="messaging_message_due",
            ),
            models.Index(
                fields=["channel", "lease_until"],
                condition=Q(state="sending"),
                name="messaging_message_held",
            ),
            models.Index(fields=["site", "-created_at", "id"], name="messaging_message_latest"),
            models.Index(
                fields=["patient", "-created_at"],
                condition=Q(patient__isnull=False),
                name="messaging_message_patient",
            ),
            models.Index(
                fields=["site", "-created_at"],
                condition=Q(state__in=["failed", "dead"]),
                name="messaging_message_failed",
            ),
            models.Index(
                fields=["provider_ref"],
                condition=~Q(provider_ref=""),
                name="messaging_message_ref",
            ),
            models.Index(fields=["to_blind", "-created_at"], name="messaging_message_to"),
        ]
        constraints = [
            models.CheckConstraint(
                name="messaging_message_known_words",
                condition=Q(channel__in=Channel.values, state__in=MessageState.values),
            ),
            models.CheckConstraint(
                name="messaging_message_at_most_twice", condition=Q(unsure__lte=2)
            ),
            models.CheckConstraint(
                name="messaging_message_held_while_sending",
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
            ),
            *in_calendar(
                "messaging_message",
                "created_at",
                "sent_at",
                "settled_at",
                "next_at",
                "lease_until",
                "expires_at",
            ),
        ]


class ProviderHealth(models.Model):
    """How a provider does. After several failures in a row it is left alone until `open_until`."""

    channel = models.CharField(primary_key=True, max_length=10, choices=Channel.choices)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField(default=clock.machine_now)


class PushSubscription(models.Model):
    """That an account wants to be told by push, in one browser or installed app.

    `device` says which, as its owner would: "Chrome · Android". `keys` are the browser's public
    key and secret, with a space between. It is deleted, not marked, when it is taken back or the
    push service says that it is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    endpoint = EncryptedTextField(column="messaging.pushsubscription.endpoint")
    endpoint_blind = BlindField(unique=True)
    keys = EncryptedTextField(column="messaging.pushsubscription.keys")
    device = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = in_calendar("messaging_pushsubscription", "created_at")
