"""Waits that took too long: the rule of a site, what it offers then, and each such wait."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.queueing.states import LongWaitState, WaitEnd, WaitReason, WaitTrigger


class WaitRule(models.Model):
    """How long somebody may wait at a site before staff explain it. A site without a row has the
    usual figures.

    `grace_minutes` is what a promised wait may be exceeded by. Every `notice_minutes` of waiting
    a patient is told how it goes (0: never), in at most `most_messages` messages a visit.
    `tells_later`: when a doctor runs late, patients who gain `later_gain_minutes` and are not to
    come within `later_leave_minutes` are told to come later, `later_margin_minutes` before the
    earliest that their turn could come.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.OneToOneField("facility.Site", models.PROTECT, related_name="+")
    longest_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    grace_minutes = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(120)])
    notice_minutes = models.PositiveSmallIntegerField(
        default=20, validators=[MaxValueValidator(240)]
    )
    most_messages = models.PositiveSmallIntegerField(default=4, validators=[MaxValueValidator(20)])
    tells_later = models.BooleanField(default=False)
    later_gain_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    later_leave_minutes = models.PositiveSmallIntegerField(
        default=45, validators=[MaxValueValidator(180)]
    )
    later_margin_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MaxValueValidator(60)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="queueing_waitrule_sensible",
                condition=Q(longest_minutes__gte=5, longest_minutes__lte=240)
                & Q(grace_minutes__lte=120),
            ),
            models.CheckConstraint(
                name="queueing_waitrule_later_sensible",
                condition=Q(later_gain_minutes__gte=5, later_gain_minutes__lte=120)
                & Q(later_leave_minutes__lte=180, later_margin_minutes__lte=60),
            ),
            models.CheckConstraint(
                name="queueing_waitrule_tells_sensibly",
                condition=Q(notice_minutes=0) | Q(notice_minutes__gte=5, notice_minutes__lte=240),
            ),
        ]


class Amends(models.Model):
    """Something a site offers to who had to wait too long: a drink, an examination first …"""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    name = LocalizedField()
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [*in_calendar("queueing_amends", "retired_at")]


class LongWait(models.Model):
    """A wait that took longer than the rule allows, or than was promised: once a visit each.

    The ticket is named by its key alone: noting a wait shall never hold the ticket, not even
    for the instant that a reference takes, while a desk calls.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    trigger = models.CharField(max_length=8, choices=WaitTrigger.choices)
    ticket_id = models.UUIDField()
    number = models.CharField(max_length=8)
    state = models.CharField(
        max_length=10, choices=LongWaitState.choices, default=LongWaitState.OPEN
    )
    counted_from = models.DateTimeField()
    limit_at = models.DateTimeField()
    raised_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=WaitEnd.choices, blank=True)
    reason = models.CharField(max_length=16, choices=WaitReason.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)
    amends = LocalizedField(default=dict, blank=True)
    was_taken = models.BooleanField(default=False)
    explained_at = models.DateTimeField(null=True)
    explained_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["site", "clinic_day", "state"], name="queueing_longwait_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "trigger"], name="queueing_longwait_once_a_visit"
            ),
            models.CheckConstraint(
                name="queueing_longwait_known_state",
                condition=Q(state__in=LongWaitState.values, trigger__in=WaitTrigger.values),
            ),
            models.CheckConstraint(
                name="queueing_longwait_explained_with_reason",
                condition=Q(explained_at=None, reason="") | (~Q(reason="") & ~Q(explained_at=None)),
            ),
            models.CheckConstraint(
                name="queueing_longwait_over_has_an_end",
                condition=Q(ended_at=None, end="") | (~Q(end="") & ~Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="queueing_longwait_is_long", condition=Q(counted_from__lte=F("limit_at"))
            ),
            *in_calendar(
                "queueing_longwait",
                "counted_from",
                "limit_at",
                "raised_at",
                "ended_at",
                "explained_at",
            ),
        ]
