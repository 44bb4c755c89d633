"""What somebody who waits was told meanwhile, how, and what they were not told in time."""

from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.queueing.states import NoticeKind, NoticeState, NoticeWay


class ProgressNotice(models.Model):
    """One thing that a visit was told, or should have been told, while it waited.

    Every message of the wait is here, so that there are never more than the clinic's limit; the
    ticket is named by its key alone, as in `LongWait`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    ticket_id = models.UUIDField()
    number = models.CharField(max_length=8)
    kind = models.CharField(max_length=8, choices=NoticeKind.choices)
    way = models.CharField(max_length=6, choices=NoticeWay.choices)
    state = models.CharField(max_length=8, choices=NoticeState.choices)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    low_minutes = models.PositiveSmallIntegerField(default=0)
    high_minutes = models.PositiveSmallIntegerField(default=0)
    told_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["site", "clinic_day", "state"], name="queueing_notice_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "kind", "due_at", "way"], name="queueing_notice_once"
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state="asked"),
                name="queueing_notice_one_asked",
            ),
            models.CheckConstraint(
                name="queueing_notice_known_words",
                condition=Q(
                    kind__in=NoticeKind.values,
                    way__in=NoticeWay.values,
                    state__in=NoticeState.values,
                ),
            ),
            models.CheckConstraint(
                name="queueing_notice_asked_of_staff",
                condition=~Q(state="asked") | Q(way="staff", settled_at=None),
            ),
            *in_calendar("queueing_notice", "due_at", "made_at", "settled_at"),
        ]
