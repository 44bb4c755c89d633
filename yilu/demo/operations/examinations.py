"""What a newcomer finds at the examination centre, and the questions before visits.

Made by the operations that make it in a clinic, at the hours at which it would have happened.
"""

from datetime import datetime, timedelta
from uuid import UUID

from yilu.catalogue import permissions as catalogue
from yilu.catalogue.operations.services import set_performers
from yilu.catalogue.selectors.services import all_services
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.selectors.morning import Seen, coming_for, seen_lately
from yilu.diagnostics import permissions as diagnostics
from yilu.diagnostics.operations.requests import ExamWish, ask_examination
from yilu.diagnostics.operations.trips import TripWish, book_trip
from yilu.diagnostics.selectors.requests import open_requests
from yilu.diagnostics.selectors.trips import propose_trip
from yilu.facility.selectors.sites import site_zone
from yilu.intake import permissions as intake
from yilu.intake.operations.asking import ask_questions, send_link
from yilu.intake.operations.sheets import Said, send_answers
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation

SITE, EXAMINER = "south", "20006"
OFFERED = ("blood_fasting", "ultrasound_abdomen")
SURGERY = ["extraction", "scaling"]
# Imaging is promised within 48 hours: one request is near that, one is past it.
NEAR, PAST, FRESH = timedelta(hours=41), timedelta(hours=51), timedelta(minutes=50)
SOON = timedelta(hours=2)
ANSWERS = {"problem": "右下后牙反复肿痛一周", "blood_thinner": "yes", "latex": "no"}


@operation
def add_examinations(*, actor: Actor, clinic: BuiltClinic) -> None:
    """Examinations asked for by doctors: one near its promise, one past it, some in one trip.

    Where too few patients were there of late, so many fewer are asked for.
    """
    needed = (catalogue.MANAGE, diagnostics.SEE, diagnostics.ASK, diagnostics.BOOK)
    able = actor.lent(*needed)
    site_id, now = clinic.sites[SITE].id, clock.now()
    services = {one.key: one.id for one in all_services()}
    for key in OFFERED:
        performers = [(clinic.practitioners[EXAMINER], None)]
        set_performers(actor=able, service_id=services[key], performers=performers)
    told = (
        (FRESH, "ecg ultrasound_abdomen blood_fasting", "体检前评估，右上腹隐痛", "soon", True),
        (FRESH, "blood_fasting ecg", "血压控制不佳，复查", "usual", False),
        (NEAR, "ultrasound_abdomen", "肝功能异常，排除胆结石", "usual", False),
        (PAST, "ultrasound_abdomen", "餐后右上腹痛两周", "usual", False),
    )
    seen = seen_lately(site_id, now - PAST, len(told))
    for one, (since, keys, reason, urgency, is_booked) in zip(seen, told, strict=False):
        for key in keys.split():
            wish = ExamWish(one.visit_id, services[key], reason=reason, urgency=urgency)
            with clock.at(now - since):
                ask_examination(actor=able, wish=wish)
        if is_booked:
            _book(able, site_id, one, now)


@operation
def add_answers(*, actor: Actor, clinic: BuiltClinic) -> None:
    """Questions before teeth are taken out: two answered, with a blood thinner, and one not."""
    able = actor.lent(intake.SEE, intake.FILL)
    coming = coming_for(clinic.sites[SITE].id, SURGERY, clock.now() + SOON, 3)
    for booking_id in coming:
        ask_questions(actor=able, booking_id=booking_id)
    for n, booking_id in enumerate(coming):
        if n == 1:
            send_link(actor=able, booking_id=booking_id)
            continue
        holder = Actor("patient", "link", owns=frozenset({booking_id}))
        said = Said(ANSWERS, consent=True, quick=True)
        send_answers(actor=holder, booking_id=booking_id, said=said)


def _book(able: Actor, site_id: UUID, seen: Seen, now: datetime) -> None:
    lines = open_requests(able, site_id, seen.patient_id)
    tomorrow = (now.astimezone(site_zone(site_id)) + timedelta(days=1)).date()
    found = propose_trip(able, site_id, lines, tomorrow)
    places = {one.line.id: (one.place.starts_at, one.place.practitioner_id) for one in found.exams}
    if places:
        book_trip(actor=able, wish=TripWish(site_id, seen.patient_id, places))
