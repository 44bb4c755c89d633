"""A booking's code or number in the one box of the desk: straight to the check-in."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.facility.selectors.sites import site_info, site_zone
from yilu.patients.finders import Found
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.queueing.selectors.tickets import tickets_of_visit
from yilu.reception import permissions
from yilu.reception.passes import PASS, booking_of_pass
from yilu.scheduling.selectors.arriving import ComingPatient, coming_numbered, coming_patient
from yilu.scheduling.states import COMING
from yilu.visits.selectors.visits import visit_of_booking

_NUMBER = re.compile(r"(\d{8})-?(\d{4,6})")


def find_booking(actor: Actor, typed: str) -> list[Found]:
    """The booking that a code or a number names, and what can be done about it now.

    A code that was shown before, at another site or for another day says so and checks nobody
    in. No query for anything else that is typed; about six for a booking.
    """
    text = typed.strip().upper()
    if PASS.fullmatch(text):
        return _of_pass(actor, text)
    number = _NUMBER.fullmatch(text)
    sites = [site for permission, site in actor.grants if permission == permissions.SEE]
    if number is None or not sites:
        return []
    found = coming_numbered(f"{number[1]}-{number[2]}", sites)
    return [_found(actor, booking) for booking in found]


def _of_pass(actor: Actor, text: str) -> list[Found]:
    booking_id = booking_of_pass(text)
    unknown = Found(_("This is not a code of ours"), _("Look the patient up by phone or name."))
    if booking_id is None:
        return [unknown]
    try:
        booking = coming_patient(booking_id)
    except NotFound:
        return [unknown]
    if not actor.may(permissions.SEE, booking.site_id):
        where = site_info(booking.site_id).short_name
        return [Found(_("A booking at another clinic"), _("It is at %(site)s.") % {"site": where})]
    return [_found(actor, booking)]


def _found(actor: Actor, booking: ComingPatient) -> Found:
    briefs = patient_briefs(actor, [booking.patient_id], "reception.scanned")
    who = briefs[booking.patient_id].name
    local = booking.starts_at.astimezone(site_zone(booking.site_id))
    title = f"{who} · {local:%Y-%m-%d %H:%M}"
    visit = visit_of_booking(booking.booking_id)
    if visit is not None:
        numbers = ", ".join(ticket.number for ticket in tickets_of_visit(visit.id))
        return Found(title, _("Checked in already: number %(numbers)s") % {"numbers": numbers})
    if booking.state not in COMING:
        return Found(title, _("This booking is not open any more: %(state)s")
                     % {"state": booking.state.label})  # fmt: skip
    if booking.clinic_day != clock.now().astimezone(site_zone(booking.site_id)).date():
        return Found(title, _("This booking is for another day."))
    if not actor.may(permissions.CHECK_IN, booking.site_id):
        return Found(title, _("Booked for today"))
    url = reverse("reception:check-in", args=[booking.booking_id])
    return Found(title, pgettext("desk", "Check in"), url, is_dialog=True)
