"""What prediction stores, and what the database refuses to store."""

from django.db import models
from django.db.models import F, Q

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.prediction.states import Arm, AskState, ModelState, PlaceState, Refusal, Tier


class TrainedModel(models.Model):
    """What one training found, and its model if it gave one. At most one is in use.

    `artifact` is the model as its library wrote it, `forest` the same as plain numbers; `digest`
    is of both. `figures`, `bins` and `replay` are what it did on the tested days.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=ModelState.choices)
    refusal = models.CharField(max_length=16, choices=Refusal.choices, blank=True)
    bookings = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    from_on = models.DateField(null=True)
    tested_from = models.DateField(null=True)
    until_on = models.DateField(null=True)
    figures = models.JSONField(default=dict)
    bins = models.JSONField(default=list)
    replay = models.JSONField(default=dict)
    artifact = models.BinaryField(default=bytes)
    forest = models.BinaryField(default=bytes)
    digest = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(default=0)
    peak_mb = models.PositiveIntegerField(default=0)
    trained_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="in_use"), name="prediction_model_one_in_use"
            ),
            models.CheckConstraint(
                name="prediction_model_known",
                condition=Q(state__in=ModelState.values, refusal__in=Refusal.values),
            ),
            models.CheckConstraint(
                name="prediction_model_refused_with_reason",
                condition=Q(state="refused") & ~Q(refusal="") | ~Q(state="refused") & ~Q(digest=""),
            ),
            *in_calendar("prediction_trainedmodel", "trained_at"),
        ]


class Risk(models.Model):
    """How likely the patient of a booking that is to come stays away, by the model in use then."""

    booking = models.OneToOneField(
        "scheduling.Booking", models.PROTECT, primary_key=True, related_name="+"
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    model = models.ForeignKey(TrainedModel, models.PROTECT, related_name="+")
    chance = models.FloatField()
    tier = models.CharField(max_length=8, choices=Tier.choices)
    scored_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site", "clinic_day"], name="prediction_risk_of_day")]
        constraints = [
            models.CheckConstraint(name="prediction_risk_known", condition=Q(tier__in=Tier.values)),
            models.CheckConstraint(
                name="prediction_risk_is_a_chance", condition=Q(chance__gte=0, chance__lte=1)
            ),
            *in_calendar("prediction_risk", "scored_at"),
        ]


class Confirmation(models.Model):
    """A booking of a raised tier, two days before: asked once more, or left alone to compare.

    `arm`, `tier` and `chance` are as they were when it was decided and never change.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.OneToOneField("scheduling.Booking", models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    starts_at = models.DateTimeField()
    tier = models.CharField(max_length=8, choices=Tier.choices)
    chance = models.FloatField()
    arm = models.CharField(max_length=10, choices=Arm.choices)
    state = models.CharField(max_length=12, choices=AskState.choices)
    tries = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    answered_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "starts_at"],
                condition=Q(state="call"),
                name="prediction_to_be_called",
            ),
            models.Index(fields=["site", "clinic_day"], name="prediction_confirmation_of_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="prediction_confirmation_known",
                condition=Q(tier__in=Tier.values, arm__in=Arm.values, state__in=AskState.values),
            ),
            models.CheckConstraint(
                name="prediction_confirmation_left_alone_is_not_asked",
                condition=Q(arm="left_alone", state="left_alone")
                | Q(arm="asked") & ~Q(state="left_alone"),
            ),
            *in_calendar("prediction_confirmation", "starts_at", "decided_at", "ended_at"),
        ]


class ExtraPlace(models.Model):
    """A place beside another at the same time, opened because somebody is likely to stay away.

    `nth` counts within the session: the database refuses a second first one, and a tenth.
    `calculation` is what was shown to whoever opened it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    practitioner = models.ForeignKey("workforce.Practitioner", models.PROTECT, related_name="+")
    service = models.ForeignKey("catalogue.Service", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    session_starts_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    nth = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PlaceState.choices, default=PlaceState.OPEN)
    calculation = models.JSONField()
    booking = models.OneToOneField(
        "scheduling.Booking", models.PROTECT, related_name="+", null=True
    )
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [models.Index(fields=["site", "clinic_day"], name="prediction_place_of_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "session_starts_at", "nth"],
                condition=~Q(state="withdrawn"),
                name="prediction_place_once",
            ),
            models.CheckConstraint(
                name="prediction_place_bounded", condition=Q(nth__gte=1, nth__lte=4)
            ),
            models.CheckConstraint(
                name="prediction_place_known", condition=Q(state__in=PlaceState.values)
            ),
            models.CheckConstraint(
                name="prediction_place_booked_when_filled",
                condition=Q(state="filled", booking__isnull=False)
                | ~Q(state="filled") & Q(booking__isnull=True),
            ),
            models.CheckConstraint(
                name="prediction_place_within_session",
                condition=Q(starts_at__gte=F("session_starts_at")),
            ),
            *in_calendar("prediction_extraplace", "session_starts_at", "starts_at", "opened_at"),
        ]
