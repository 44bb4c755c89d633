"""Queues, stations, tickets and calls; what was promised, and what is learnt from it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.queueing.states import AT_STATION, QueueKind, TicketState


class Queue(models.Model):
    """Patients who wait for one service point: a doctor, the assessment desk, the cashier …

    `policy` holds what this queue does otherwise than the standard rule of ordering.
    `shows_names` is off where even a masked name would say too much.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    key = models.SlugField(max_length=60)
    name = LocalizedField()
    kind = models.CharField(max_length=12, choices=QueueKind.choices)
    letter = models.CharField(max_length=2)
    department = models.ForeignKey(
        "facility.Department", models.PROTECT, null=True, related_name="+", db_index=False
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    area = LocalizedField(default=dict, blank=True)
    promise_minutes = models.PositiveSmallIntegerField(default=35)
    policy = models.JSONField(default=dict, blank=True)
    shows_names = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="queueing_queue_key_once"),
            models.CheckConstraint(
                name="queueing_queue_known_kind", condition=Q(kind__in=QueueKind.values)
            ),
        ]


class Station(models.Model):
    """Where patients are called to: a room, a chair or a window, and the queues it serves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    key = models.SlugField(max_length=60)
    name = LocalizedField()
    directions = LocalizedField(default=dict, blank=True)
    room = models.ForeignKey(
        "facility.Room", models.PROTECT, null=True, related_name="+", db_index=False
    )
    chair = models.ForeignKey(
        "facility.Chair", models.PROTECT, null=True, related_name="+", db_index=False
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    queues = models.ManyToManyField(Queue, through="Serving", related_name="stations")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="queueing_station_key_once"),
            models.CheckConstraint(
                name="queueing_station_room_or_chair", condition=Q(room=None) | Q(chair=None)
            ),
        ]


class Serving(models.Model):
    """That a station calls from a queue."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="+", db_index=False)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "queue"], name="queueing_serving_once")
        ]


class Ticket(models.Model):
    """A place in one queue on one clinic day.

    At a station there is one patient, whichever code path or race wrote it, unless the
    doctor said why another was called beside (`beside`). The order of those who wait is
    (`level`, past `limit_at`, `turn_at`): an hour at which a ticket's turn comes by the rule,
    fixed when it is written, so that the same order can be read by one index. One `is_remote` is
    of somebody at the other end of a telephone or video: never called in the hall.
    `promised_at`: a late doctor's patient was told to come then instead of at `booked_at`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=8)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    booking = models.ForeignKey(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+", db_index=False
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=TicketState.choices, default=TicketState.WAITING)
    level = models.PositiveSmallIntegerField(default=4)
    weights = ArrayField(models.CharField(max_length=30), default=list)
    weight = models.PositiveSmallIntegerField(default=0)
    placed = models.CharField(max_length=12)
    places_back = models.PositiveSmallIntegerField(default=0)
    booked_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(default=clock.now)
    ready_at = models.DateTimeField()
    turn_at = models.DateTimeField()
    limit_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, related_name="+", db_index=False
    )
    beside = models.BooleanField(default=False)
    is_remote = models.BooleanField(default=False)
    recalls = models.PositiveSmallIntegerField(default=0)
    skips = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    told_next_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["queue", "level", "turn_at"],
                condition=Q(state="waiting"),
                name="queueing_ticket_turn",
            ),
            models.Index(fields=["site", "clinic_day", "state"], name="queueing_ticket_of_day"),
            models.Index(fields=["queue", "ended_at"], name="queueing_ticket_ended"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "clinic_day", "number"], name="queueing_ticket_number_once"
            ),
            models.UniqueConstraint(
                fields=["queue", "visit"],
                condition=Q(state__in=["waiting", "called", "in_room", "skipped"]),
                name="queueing_ticket_once_in_queue",
            ),
            models.UniqueConstraint(
                fields=["station"],
                condition=Q(state__in=AT_STATION, beside=False),
                name="queueing_ticket_one_at_station",
            ),
            models.CheckConstraint(
                name="queueing_ticket_known_state", condition=Q(state__in=TicketState.values)
            ),
            models.CheckConstraint(
                name="queueing_ticket_known_level", condition=Q(level__gte=1, level__lte=4)
            ),
            models.CheckConstraint(
                name="queueing_ticket_at_station",
                condition=~Q(state__in=AT_STATION) | Q(station__isnull=False),
            ),
            *in_calendar(
                "queueing_ticket",
                "booked_at",
                "promised_at",
                "issued_at",
                "ready_at",
                "turn_at",
                "limit_at",
                "called_at",
                "started_at",
                "ended_at",
                "told_next_at",
                "told_until",
            ),
        ]


class Call(models.Model):
    """A number said aloud: what the wall shows and speaks, newest first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    called_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "clinic_day", "-called_at"], name="queueing_call_latest")
        ]
        constraints = [*in_calendar("queueing_call", "called_at", "undone_at")]


class Forecast(models.Model):
    """A wait that was promised to a patient, and how it turned out: so accuracy is measured.

    `low_at` and `high_at` are when the turn was said to come; `came_at` when it came. The seconds
    from `made_at` on are what was computed before it was rounded: mean, spread, three percentiles,
    and what counting places alone would have said (`place_seconds`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    made_at = models.DateTimeField()
    ahead = models.PositiveSmallIntegerField()
    low_at = models.DateTimeField()
    high_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True)
    depth = models.CharField(max_length=4, blank=True)
    mean_seconds = models.IntegerField(null=True)
    spread_seconds = models.IntegerField(null=True)
    low_seconds = models.IntegerField(null=True)
    middle_seconds = models.IntegerField(null=True)
    high_seconds = models.IntegerField(null=True)
    place_seconds = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "clinic_day"], name="queueing_forecast_of_day")]
        constraints = [
            models.CheckConstraint(
                name="queueing_forecast_is_a_range",
                condition=Q(low_at__lt=models.F("high_at")),
            ),
            *in_calendar("queueing_forecast", "made_at", "low_at", "high_at", "came_at"),
        ]


class Pace(models.Model):
    """How long one kind of patient took here lately: learnt each night, with its count.

    Rows go from the general to the special: a kind of queue, then its practitioner, service
    and hour of the day.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=QueueKind.choices)
    practitioner_id = models.UUIDField(null=True)
    service_id = models.UUIDField(null=True)
    hour = models.PositiveSmallIntegerField(null=True)
    cases = models.PositiveIntegerField()
    mean_seconds = models.PositiveIntegerField()
    spread_seconds = models.PositiveIntegerField()
    learnt_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "kind", "practitioner_id", "service_id", "hour"],
                nulls_distinct=False,
                name="queueing_pace_once",
            )
        ]


class Accuracy(models.Model):
    """How many of a day's promised waits came true in one queue kind, and their losses.

    Losses are sums of seconds over what was `scored`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=QueueKind.choices)
    clinic_day = models.DateField()
    forecasts = models.PositiveIntegerField()
    within = models.PositiveIntegerField()
    too_late = models.PositiveIntegerField()
    scored = models.PositiveIntegerField(default=0)
    below_high = models.PositiveIntegerField(default=0)
    loss = models.FloatField(default=0)
    place_loss = models.FloatField(default=0)
    middle_loss = models.FloatField(default=0)
    place_middle_loss = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "kind", "clinic_day"], name="queueing_accuracy_once"
            ),
            models.CheckConstraint(
                name="queueing_accuracy_counts",
                condition=Q(within__lte=models.F("forecasts"))
                & Q(too_late__lte=models.F("forecasts")),
            ),
        ]


class WaitShape(models.Model):
    """Where the percentiles of forecasts of one kind and depth lay lately, in computed spreads
    from the computed mean: learnt each night, with its count.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=QueueKind.choices)
    depth = models.CharField(max_length=4)
    cases = models.PositiveIntegerField()
    low = models.FloatField()
    middle = models.FloatField()
    high = models.FloatField()
    learnt_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "kind", "depth"], name="queueing_waitshape_once"
            ),
            models.CheckConstraint(
                name="queueing_waitshape_in_order",
                condition=Q(low__lte=models.F("middle"), middle__lte=models.F("high")),
            ),
        ]


class Deed(models.Model):
    """What was done to a ticket, with the ticket as it was: so that it can be taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    before = models.JSONField()
    ticket_version = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "ticket_version"], name="queueing_deed_once"),
            *in_calendar("queueing_deed", "at", "undone_at"),
        ]


class Screen(models.Model):
    """A wall screen that may show a site's calls. It signs in by its link, as a device.

    It is for the whole site, for one waiting area, or beside the door of one practitioner.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    area = models.CharField(max_length=80, blank=True)
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    user = models.OneToOneField("platform.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="queueing_screen_area_or_doctor",
                condition=Q(area="") | Q(practitioner=None),
            ),
            *in_calendar("queueing_screen", "created_at", "opened_at", "withdrawn_at"),
        ]
