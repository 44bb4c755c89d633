"""The telephone desk: calls, calls to be returned, and the telephone systems that tell of calls."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yilu.platform import clock
from yilu.platform.crypto import BlindField, EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.reception.states import CallBackOutcome, CallBackState, CallerFact, CallNeed, CallState


class TelephoneLine(models.Model):
    """A telephone system that tells us of calls to a site, and the secret it signs with.

    `name` is what people call it, `key` what it calls itself. The secret is shown once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=40, unique=True)
    secret = EncryptedTextField(column="reception.telephone_secret")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name", "created_at"]
        constraints = [
            *in_calendar("reception_telephoneline", "created_at", "withdrawn_at", "last_heard_at")
        ]


class TelephoneNonce(models.Model):
    """What a telephone system has signed once: the same is not taken twice. Kept for a while."""

    line = models.ForeignKey(TelephoneLine, models.PROTECT, related_name="+", db_index=False)
    nonce = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.machine_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "nonce"], name="reception_nonce_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="reception_nonce_age")]


class CallBack(models.Model):
    """A call that we owe somebody: to whom, by when, who does it, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    phone = EncryptedTextField(column="reception.call_back_phone")
    phone_blind = BlindField()
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    reason = EncryptedTextField(column="reception.call_back_reason")
    is_missed_call = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    owner = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=CallBackState.choices, default="due")
    outcome = models.CharField(max_length=10, choices=CallBackOutcome.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["site", "due_at"], condition=Q(state="due"), name="reception_callback_due"
            )
        ]
        constraints = [
            # Who rings three times in vain is called back once.
            models.UniqueConstraint(
                fields=["site", "phone_blind"],
                condition=Q(state="due", is_missed_call=True),
                name="reception_callback_one_missed",
            ),
            models.CheckConstraint(
                name="reception_callback_known",
                condition=Q(state__in=CallBackState.values)
                & Q(outcome__in=["", *CallBackOutcome.values]),
            ),
            models.CheckConstraint(
                name="reception_callback_ends_with_an_outcome",
                condition=Q(state="due", ended_at=None, outcome="")
                | Q(state="over", ended_at__isnull=False) & ~Q(outcome=""),
            ),
            *in_calendar("reception_callback", "due_at", "asked_at", "ended_at"),
        ]


class Call(models.Model):
    """One telephone call, from the first ring to what was agreed.

    `rang_at` is known only of calls that a telephone system told us of: by them it is counted
    how quickly we answer. `identified_by` are the two facts that the caller gave about the
    patient. `ref` is the system's own name of the call.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    line = models.ForeignKey(
        TelephoneLine, models.PROTECT, null=True, related_name="+", db_index=False
    )
    ref = models.CharField(max_length=80, blank=True)
    is_outgoing = models.BooleanField(default=False)
    call_back = models.ForeignKey(
        CallBack, models.PROTECT, null=True, related_name="calls", db_index=False
    )
    phone = EncryptedTextField(column="reception.call_phone")
    phone_blind = BlindField()
    state = models.CharField(max_length=8, choices=CallState.choices)
    rang_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    hung_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    identified_by = ArrayField(models.CharField(max_length=12), default=list)
    need = models.CharField(max_length=10, choices=CallNeed.choices, blank=True)
    note = EncryptedTextField(column="reception.call_note")
    was_read_back = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site"],
                condition=Q(state__in=["ringing", "talking"]),
                name="reception_call_under_way",
            ),
            models.Index(fields=["site", "clinic_day"], name="reception_call_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "ref"],
                condition=Q(line__isnull=False),
                name="reception_call_once",
            ),
            models.CheckConstraint(
                name="reception_call_known",
                condition=Q(state__in=CallState.values)
                & Q(need__in=["", *CallNeed.values])
                & Q(identified_by__contained_by=CallerFact.values),
            ),
            models.CheckConstraint(
                name="reception_call_two_identifiers",
                condition=Q(patient=None) | Q(identified_by__len__gte=2),
            ),
            models.CheckConstraint(
                name="reception_call_answered_after_it_rang",
                condition=Q(rang_at=None) | Q(begun_at=None) | Q(begun_at__gte=F("rang_at")),
            ),
            *in_calendar("reception_call", "rang_at", "begun_at", "hung_up_at", "ended_at"),
        ]
