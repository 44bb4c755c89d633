"""Telling a patient about all examinations of a trip at once, and reminding of them at once."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils import translation

from yilu.diagnostics.models import ExamRequest
from yilu.diagnostics.selectors.trips import TripDetail, TripExam, trip_detail
from yilu.diagnostics.states import ExamState
from yilu.messaging.operations.messages import send_message
from yilu.patients.selectors.patients import contact_of
from yilu.platform import links
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import ENGLISH
from yilu.scheduling.enclosing import enclosed
from yilu.scheduling.operations.telling import LINK_STANDS, TWO_WAYS
from yilu.scheduling.selectors.telling import Telling, telling, written_calendars

BOOKED, CHANGED = "exam_trip_booked", "exam_trip_changed"
# What a booking would say, and what its trip says instead.
REMINDERS = {
    "booking_reminder_day": "exam_trip_reminder_day",
    "booking_reminder_hours": "exam_trip_reminder_hours",
}
ENCLOSING = (BOOKED, CHANGED, "exam_trip_reminder_day")


@operation
def tell_of_trip(*, actor: Actor, trip_id: UUID, version: int = 1) -> None:
    """One message for the whole trip, once for each of its versions, and as it stands now.

    With times, preparation, a link and one calendar file. Nine queries, five for each
    examination, and those of the message.
    """
    trip = trip_detail(actor, trip_id)
    template = BOOKED if version == 1 else CHANGED
    _send(actor, trip, trip.exams, template, f"exam-trip:{trip_id}:{version}")


@operation
def remind_of_trip(*, actor: Actor, told: Telling, template: str) -> bool:
    """Remind of all examinations of a trip that are on one day, once, whichever comes first.

    False, and nothing, for a booking that is no examination of a trip: one query.
    """
    found = ExamRequest.objects.filter(booking_id=told.id, state=ExamState.BOOKED)
    trip_id = found.values_list("trip_id", flat=True).first()
    if trip_id is None or template not in REMINDERS:
        return False
    trip, day = trip_detail(actor, trip_id), told.starts_at.date()
    exams = [one for one in trip.exams if one.line.starts_at and one.line.starts_at.date() == day]
    _send(actor, trip, exams, REMINDERS[template], f"exam-trip:{trip_id}:{template}:{day}")
    return True


def _send(
    actor: Actor, trip: TripDetail, exams: Sequence[TripExam], template: str, key: str
) -> None:
    told = [telling(one.line.booking_id) for one in exams if one.line.booking_id]
    coming = sorted((one for one in told if one.is_coming), key=lambda one: one.starts_at)
    if not coming:
        return
    contact = contact_of(trip.patient_id)
    language = contact.language if contact else ""
    reference = links.issue(
        "exam_trip",
        subject_id=trip.id,
        expires_at=coming[-1].ends_at + LINK_STANDS,
        site_id=trip.site.id,
    )
    with translation.override("en" if language == ENGLISH else "zh-hans"):
        words, preparation = _words(coming), _preparation(exams)
    send_message(
        actor=actor,
        key=key,
        template=template,
        site_id=trip.site.id,
        patient_id=trip.patient_id,
        channels=TWO_WAYS,
        data={
            "starts_at": coming[0].starts_at,
            "exams": words,
            "preparation": preparation,
            "address": coming[0].address,
            "link": settings.TRIP_LINK.format(reference=reference),
            "calendar_file": written_calendars(coming, language),
            **(enclosed(actor, coming) if template in ENCLOSING else {}),
        },
    )


def _words(coming: Sequence[Telling]) -> str:
    """The examinations by time; with the day, where they are on several."""
    is_one_day = len({one.starts_at.date() for one in coming}) == 1
    written = "{:%H:%M}" if is_one_day else "{:%m-%d %H:%M}"
    return "; ".join(f"{written.format(one.starts_at)} {one.service}" for one in coming)


def _preparation(exams: Sequence[TripExam]) -> str:
    return "; ".join({str(words): "" for one in exams for words in one.preparation})
