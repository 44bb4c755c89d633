"""What the worker does for prediction: learns at night, predicts and asks in the morning."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.facility.selectors.sites import open_sites, site_zone
from yilu.platform import clock, jobs, timers, undo
from yilu.platform.actors import Actor
from yilu.platform.errors import Conflict
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due
from yilu.prediction import permissions
from yilu.prediction.operations.confirming import (
    ANSWERED,
    decide_confirmations,
    follow_booking,
    undo_answer,
)
from yilu.prediction.operations.places import follow_place
from yilu.prediction.operations.scoring import score_bookings, score_coming
from yilu.prediction.selectors.stored import usable_model
from yilu.prediction.teaching import train

undo.reverses(ANSWERED, undo_answer)
CLERK = Actor.system("prediction", permissions.SEE, permissions.CALL)
TRAIN, NIGHT, MORNING = "prediction.train", "prediction.night", "prediction.morning"
AT_NIGHT, IN_THE_MORNING, IN_THE_EVENING = time(2, 20), time(8, 30), time(18)
FIRST_TIME = timedelta(hours=1)
EVERYWHERE = UUID(int=20)
"""What the nightly training is about: no one site, the whole group."""


@jobs.kind(TRAIN, says=_("Have the prediction learn"), again=True)
def learn(running: jobs.Running) -> dict[str, Any]:
    """Learn anew, then predict for what is to come. With the first model of all, whom it concerns
    is asked as soon as it is day: this morning nobody could be."""
    is_first = usable_model() is None
    try:
        model_id = train(CLERK, running.check)
    except Conflict as overtaken:
        return {"overtaken": str(overtaken)}
    today = max(_today(site.id) for site in open_sites())
    scored = score_coming(actor=CLERK, today=today)
    if is_first and usable_model() is not None:
        for site in open_sites():
            timers.schedule(
                MORNING, due_at=_next_morning(site.id), subject_id=site.id, site_id=site.id
            )
    return {"model": str(model_id), "scored": scored}


@timers.handler(NIGHT, says=_("Have the prediction learn"))
def nightly(due: Due) -> None:
    """Have the learning done as long work, and come again in the next night."""
    jobs.ask(CLERK, TRAIN)
    _come_at(NIGHT, EVERYWHERE, AT_NIGHT, site_id=UUID(due.body["site"]))


@timers.handler(MORNING, says=_("Predict who may stay away"))
def morning(due: Due) -> None:
    """Predict for the coming days, ask once more whom it concerns, and come again tomorrow."""
    today = _today(due.subject_id)
    score_coming(actor=CLERK, today=today)
    decide_confirmations(actor=CLERK, site_id=due.subject_id, today=today)
    _come_at(MORNING, due.subject_id, IN_THE_MORNING, site_id=due.subject_id)


@subscriber("prediction.score", "BookingMade", "BookingMoved")
def score(told: Told) -> None:
    """Predict for a booking when it is made, and anew when it is moved."""
    score_bookings(actor=CLERK, booking_ids=[told.subject_id])


@subscriber(
    "prediction.follow",
    "BookingConfirmed",
    "BookingMoved",
    "BookingCancelled",
    "BookingArrived",
    "BookingMissed",
)
def follow(told: Told) -> None:
    """What is settled need not be asked; an extra place whose patient cancels is withdrawn."""
    follow_booking(actor=CLERK, booking_id=told.subject_id)
    if told.name in {"BookingCancelled", "BookingMoved"}:
        follow_place(actor=CLERK, booking_id=told.subject_id)


@subscriber("prediction.begin", "SiteOpened")
def begin(told: Told) -> None:
    """From now on a new site's bookings are predicted, and the group's past is learnt from."""
    _begin(told.subject_id)


def begin_everywhere(apps: Any = None, **_signal: object) -> None:
    """After each start and upgrade: no site is without its mornings, nor the group its nights."""
    try:
        apps.get_model("facility", "SpecialDay")
    except (AttributeError, LookupError):
        return  # Emptied tables, or those of another version.
    for site in open_sites():
        _begin(site.id)


def _begin(site_id: UUID) -> None:
    if not timers.is_waiting(MORNING, site_id):
        _come_at(MORNING, site_id, IN_THE_MORNING, site_id=site_id)
    if not timers.is_waiting(NIGHT, EVERYWHERE):
        soon = clock.now() + FIRST_TIME
        timers.schedule(NIGHT, due_at=soon, subject_id=EVERYWHERE, site=site_id)


def _next_morning(site_id: UUID) -> datetime:
    """Now, while it is day at the site; else half past eight."""
    zone = site_zone(site_id)
    is_day = IN_THE_MORNING <= clock.now().astimezone(zone).time() < IN_THE_EVENING
    return clock.now() if is_day else clock.next_at(IN_THE_MORNING, zone)


def _come_at(name: str, subject_id: UUID, wall: time, *, site_id: UUID) -> None:
    due = clock.next_at(wall, site_zone(site_id))
    timers.schedule(name, due_at=due, subject_id=subject_id, site_id=site_id, site=site_id)


def _today(site_id: UUID) -> date:
    return clock.now().astimezone(site_zone(site_id)).date()
