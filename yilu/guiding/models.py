"""What guiding stores, and what the database refuses to store."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from yilu.guiding.states import (
    LIVE,
    STEPS,
    UNDER_WAY,
    DeclineReason,
    Destination,
    Help,
    Receipt,
    TaskEnd,
    TaskState,
    Unfit,
)
from yilu.platform import clock
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id

_STEPS = [str(one) for one in STEPS]


def _every_step() -> list[str]:
    return list(_STEPS)


class GuideRule(models.Model):
    """Which next steps become guides' tasks at a site. A site without a row has the usual ones.

    `for_all` are the kinds of steps to which everybody is brought, `for_needs` those to which
    patients with a need are. How many wheelchairs and stretchers there are may stay uncounted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.OneToOneField("facility.Site", models.PROTECT, related_name="+")
    for_all = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    for_needs = ArrayField(models.CharField(max_length=12), default=_every_step, blank=True)
    pickup_minutes = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    wheelchairs = models.PositiveSmallIntegerField(null=True, blank=True)
    stretchers = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="guiding_guiderule_sensible",
                condition=Q(for_all__contained_by=_STEPS, for_needs__contained_by=_STEPS)
                & Q(pickup_minutes__gte=1, pickup_minutes__lte=120),
            )
        ]


class GuideShift(models.Model):
    """That a guide is there to be given tasks, from when to when. At one site at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("platform.User", models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["site"], condition=Q(ended_at=None), name="guiding_shift_on_duty")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="guiding_shift_one_at_a_time"
            ),
            *in_calendar("guiding_guideshift", "began_at", "ended_at"),
        ]


class GuideTask(models.Model):
    """A patient who is to be brought somewhere, from the wish to the receiving person's word.

    One visit has one such task at a time. It is done only when somebody other than the guides
    confirmed it: the database holds that. The ticket whose step it is, is named by its key
    alone: a reference would lock its row, and a call would pass the patient over. Without a
    ticket it is a way of its own, which somebody asked for. `practitioner_id` is whose room it is.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    destination = models.CharField(max_length=12, choices=Destination.choices)
    help = models.CharField(max_length=10, choices=Help.choices)
    from_place = LocalizedField(default=dict, blank=True)
    to_place = LocalizedField(default=dict, blank=True)
    ticket_id = models.UUIDField(null=True)
    number = models.CharField(max_length=8, blank=True)
    practitioner_id = models.UUIDField(null=True)
    language = models.CharField(max_length=10)
    note = EncryptedTextField(column="guiding.note")
    is_asked = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField()
    overdue_at = models.DateTimeField(null=True)
    guide = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    second = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    declined_by = ArrayField(models.UUIDField(), default=list)
    declined_why = models.CharField(max_length=10, choices=DeclineReason.choices, blank=True)
    unfit = models.CharField(max_length=10, choices=Unfit.choices, blank=True)
    taken_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=TaskEnd.choices, blank=True)
    received_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    receipt = models.CharField(max_length=8, choices=Receipt.choices, blank=True)
    is_back = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "due_at"], condition=Q(state__in=LIVE), name="guiding_task_live"
            ),
            models.Index(fields=["visit", "asked_at"], name="guiding_task_of_visit"),
            models.Index(
                fields=["site", "clinic_day", "help"],
                condition=Q(taken_at__isnull=False, is_back=False),
                name="guiding_task_equipment",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=Q(state__in=LIVE), name="guiding_task_one_at_a_time"
            ),
            models.CheckConstraint(
                name="guiding_task_known",
                condition=Q(state__in=TaskState.values, help__in=Help.values)
                & Q(destination__in=Destination.values)
                & Q(end__in=["", *TaskEnd.values])
                & Q(unfit__in=["", *Unfit.values]),
            ),
            models.CheckConstraint(
                name="guiding_task_somebody_has_it",
                condition=~Q(state__in=["given", *UNDER_WAY]) | Q(guide__isnull=False),
            ),
            models.CheckConstraint(
                name="guiding_task_two_are_two",
                condition=Q(second=None) | Q(guide__isnull=False) & ~Q(second=F("guide")),
            ),
            models.CheckConstraint(
                name="guiding_task_done_is_confirmed",
                condition=Q(state="done", received_by__isnull=False) & ~Q(receipt="")
                | ~Q(state="done") & Q(received_by=None, receipt=""),
            ),
            models.CheckConstraint(
                name="guiding_task_confirmed_by_another",
                condition=Q(received_by=None)
                | (Q(guide=None) | ~Q(received_by=F("guide")))
                & (Q(second=None) | ~Q(received_by=F("second"))),
            ),
            models.CheckConstraint(
                name="guiding_task_ends",
                condition=Q(state__in=LIVE, ended_at=None, end="")
                | Q(state="done", ended_at__isnull=False, end="")
                | Q(state="withdrawn", ended_at__isnull=False) & ~Q(end=""),
            ),
            *in_calendar(
                "guiding_guidetask",
                "asked_at",
                "due_at",
                "overdue_at",
                "taken_at",
                "delivered_at",
                "ended_at",
            ),
        ]
