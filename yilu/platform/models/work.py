"""Work that is owed: timers, long jobs, and the answers to requests that may be repeated."""

from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.ids import new_id


class TimerState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    DEAD = "dead"


class Timer(models.Model):
    """Something to do at an instant of clinic time. `key` says what; one row per key.

    `next_at` is real time: when a failed try may be repeated.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    handler = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    site_id = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(default=clock.machine_now)
    state = models.CharField(max_length=10, choices=TimerState.choices, default=TimerState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    body = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="waiting"), name="platform_timer_due"
            ),
            models.Index(
                fields=["subject_id"], condition=Q(state="waiting"), name="platform_timer_subject"
            ),
        ]


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """Long work that runs in the background: its progress, its result, and the wish to stop."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    asked_by = models.ForeignKey("platform.User", models.PROTECT, null=True, related_name="+")
    site_id = models.UUIDField(null=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    phase = models.CharField(max_length=120, blank=True)
    result = models.JSONField(default=dict)
    cancel_wished = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.machine_now, editable=False)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="platform_job_open",
            )
        ]


class Request(models.Model):
    """The answer once given to a request that may be repeated under the same key."""

    principal = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=clock.machine_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="platform_request_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="platform_request_age")]


class Position(models.Model):
    """How far something that goes through the events, or the record, in order has come."""

    name = models.CharField(primary_key=True, max_length=60)
    seq = models.BigIntegerField(default=0)


class Heartbeat(models.Model):
    """A process that is alive, and since when it has not said so."""

    name = models.CharField(primary_key=True, max_length=120)
    started_at = models.DateTimeField()
    alive_at = models.DateTimeField()


class ClinicClock(models.Model):
    """How clinic time runs in a demonstration. A real clinic has no such row."""

    id = models.BooleanField(primary_key=True, default=True)
    clinic = models.DateTimeField()
    real = models.DateTimeField()
    speed = models.FloatField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="platform_clinicclock_only_one", condition=Q(id=True)),
            models.CheckConstraint(
                name="platform_clinicclock_speed", condition=Q(speed__gte=0, speed__lte=3600)
            ),
        ]
