"""The record of who did what, and the facts that other apps hear about.

Both tables are partitioned by month of `recorded_at` and written once: the application's role
may insert and read, nothing else. Their tables are made by hand in the first migration.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q, Value

from yilu.platform import clock
from yilu.platform.ids import new_id


class AuditEntry(models.Model):
    """One line of the record of who did what, or of who saw which patients.

    `at` is clinic time, `recorded_at` real time. A line about reading names the patients seen.
    `seq` is given at insert, in the order of sealing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seq = models.BigIntegerField(
        editable=False, db_default=Func(Value("platform_auditentry_seq"), function="nextval")
    )
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.machine_now)
    actor_kind = models.CharField(max_length=8)
    actor_name = models.CharField(max_length=120)
    actor_id = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    site_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    patient_ids = ArrayField(models.UUIDField(), default=list)
    details = models.JSONField(default=dict)
    correlation_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="platform_audit_subject")
        ]


class Event(models.Model):
    """A fact that other apps will hear about.

    `seq` is given at insert, not at commit: a lower number may appear later. Who reads in
    order must leave room for that. `version` is the version of the shape of `body`; `topics`
    are the live topics whose views have changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seq = models.BigIntegerField(
        editable=False, db_default=Func(Value("platform_event_seq"), function="nextval")
    )
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.machine_now)
    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    site_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    actor_kind = models.CharField(max_length=8)
    actor_id = models.UUIDField(null=True)
    correlation_id = models.UUIDField()
    topics = ArrayField(models.CharField(max_length=120), default=list)
    body = models.JSONField()

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["seq"], name="platform_event_in_order"),
            models.Index(fields=["subject_id", "seq"], name="platform_event_subject"),
        ]


class DeliveryState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class Delivery(models.Model):
    """One subscriber's turn with one event: what is still owed, tried, done or given up.

    A subscriber hears about one subject in order: a later event waits for the earlier one.
    """

    event_id = models.UUIDField()
    seq = models.BigIntegerField()
    subscriber = models.CharField(max_length=120)
    subject_id = models.UUIDField()
    state = models.CharField(
        max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.machine_now)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "subscriber"], name="platform_delivery_once"
            ),
            models.CheckConstraint(
                name="platform_delivery_known_state", condition=Q(state__in=DeliveryState.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state="waiting"), name="platform_delivery_due"
            ),
            models.Index(
                fields=["subscriber", "subject_id", "seq"],
                condition=Q(state="waiting"),
                name="platform_delivery_in_order",
            ),
        ]
