"""What colleagues are asked about a patient, one by one or around a table, and what they say."""

from django.db import models
from django.db.models import Q

from yilu.clinical.states import DiscussionState, OpinionState, OpinionUrgency
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit


class Opinion(OfVisit):
    """A question to a colleague, or to whoever is there of a department, and their opinion.

    The question does not change; an opinion is given once. Who asked says when they have read it.
    """

    question = models.CharField(max_length=1000)
    urgency = models.CharField(max_length=10, choices=OpinionUrgency.choices)
    department = models.ForeignKey(
        "facility.Department", models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_of = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_by = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=OpinionState.choices, default=OpinionState.ASKED
    )
    text = models.CharField(max_length=2000, blank=True)
    given_by = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    given_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["visit", "asked_at"], name="clinical_opinion_visit"),
            models.Index(
                fields=["site", "due_at"],
                condition=Q(state=OpinionState.ASKED),
                name="clinical_opinion_waiting",
            ),
            models.Index(
                fields=["asked_by", "given_at"],
                condition=Q(state=OpinionState.GIVEN, read_at=None),
                name="clinical_opinion_unread",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="clinical_opinion_asked_of_one",
                condition=Q(department=None, asked_of__isnull=False)
                | Q(department__isnull=False, asked_of=None),
            ),
            models.CheckConstraint(
                name="clinical_opinion_known_state", condition=Q(state__in=OpinionState.values)
            ),
            models.CheckConstraint(
                name="clinical_opinion_given_is_whole",
                condition=~Q(state=OpinionState.GIVEN)
                | ~Q(text="") & Q(given_by__isnull=False, given_at__isnull=False),
            ),
            *in_calendar("clinical_opinion", "asked_at", "due_at", "given_at", "read_at"),
        ]


class CaseDiscussion(OfVisit):
    """Several colleagues talk about one patient: when, who, what was said and what was decided.

    The minutes are sealed; each of those present signs the seal, and with the last one they stand.
    """

    title = models.CharField(max_length=120)
    question = models.CharField(max_length=1000)
    starts_at = models.DateTimeField()
    led_by = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(
        max_length=10, choices=DiscussionState.choices, default=DiscussionState.PLANNED
    )
    planned_at = models.DateTimeField()
    minutes = models.CharField(max_length=5000, blank=True)
    decision = models.CharField(max_length=2000, blank=True)
    others = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    noted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["visit", "starts_at"], name="clinical_discussion_visit"),
        ]
        constraints = [
            models.CheckConstraint(
                name="clinical_discussion_known_state",
                condition=Q(state__in=DiscussionState.values),
            ),
            models.CheckConstraint(
                name="clinical_discussion_signed_is_whole",
                condition=~Q(state__in=[DiscussionState.NOTED, DiscussionState.SIGNED])
                | ~Q(minutes="") & ~Q(decision="") & ~Q(digest=""),
            ),
            *in_calendar(
                "clinical_casediscussion", "starts_at", "planned_at", "noted_at", "ended_at"
            ),
        ]


class DiscussionMember(models.Model):
    """Who is asked to a discussion, whether they came, and when they signed its minutes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    discussion = models.ForeignKey(CaseDiscussion, models.PROTECT, related_name="members")
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    was_present = models.BooleanField(null=True)
    signed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "discussion"], name="clinical_discussionmember_once"
            ),
            models.CheckConstraint(
                name="clinical_discussionmember_signed_what",
                condition=Q(signed_at=None) | ~Q(digest="") & Q(was_present=True),
            ),
            *in_calendar("clinical_discussionmember", "signed_at"),
        ]
