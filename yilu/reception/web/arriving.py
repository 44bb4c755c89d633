"""Checking a booked patient in, and finishing what a ticket was for."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import site_by_key
from yilu.outbreak.errors import ScreeningMissing
from yilu.outbreak.selectors.screenings import asking_at
from yilu.outbreak.web.asking import answers_in, asked_rows
from yilu.patients.operations.consents import give_consent
from yilu.patients.operations.patients import change_patient
from yilu.patients.rules.consents import current_text
from yilu.patients.selectors.facts import editable_facts
from yilu.patients.selectors.namesakes import namesakes
from yilu.patients.states import ConsentHow, ConsentKind
from yilu.platform import undo
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.queueing.selectors.tickets import ticket_info
from yilu.reception import permissions
from yilu.reception.operations.arrivals import check_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.operations.doorsteps import (
    note_at_door,
    note_not_at_door,
    note_visitor,
    note_visitor_gone,
)
from yilu.reception.selectors.arrivals import greeting
from yilu.reception.web.forms import FILLED, ArrivalForm
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.bookings import booking_detail
from yilu.scheduling.selectors.lines import BookingLine


@require_http_methods(["GET", "HEAD", "POST"])
def check_in_dialog(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Greet, compare two identifiers, fill in what is missing; then receive the patient."""
    line = booking_detail(request.actor.lent(scheduling.SEE), booking_id).line
    request.actor.require_to_see(permissions.SEE, line.site_id)
    request.actor.require(permissions.CHECK_IN, line.site_id)
    missing = line.patient.missing if line.patient else ()
    needs = line.special_needs
    form = ArrivalForm(missing, request.POST or None, needs=needs, auto_id="dialog_%s")
    if request.method != "POST":
        return _dialog(request, line, form, 200)
    try:
        return submit(
            request,
            form,
            lambda typed: _receive(request, line, form, typed),
            lambda status: _dialog(request, line, form, status),
        )
    except ScreeningMissing as refused:
        # Switched on since the dialog was opened: now it asks.
        form.add_error(None, str(refused))
        return _dialog(request, line, form, 422)


@posted_once
def at_door(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Somebody stands at the desk: the time until the first word runs."""
    note_at_door(actor=request.actor, booking_id=booking_id)
    return HttpResponse()


@posted_once
def not_at_door(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """It was somebody else."""
    note_not_at_door(actor=request.actor, booking_id=booking_id)
    return HttpResponse()


@posted_once
def visitor(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Somebody without a booking stands at the desk: the time until the first word runs."""
    note_visitor(actor=request.actor, site_id=site_by_key(site_key).id)
    return HttpResponse()


@posted_once
def visitor_gone(request: ActorRequest, doorstep_id: UUID) -> HttpResponseBase:
    """They have gone, or it was nobody who waits."""
    note_visitor_gone(actor=request.actor, doorstep_id=doorstep_id)
    return HttpResponse()


@posted_once
def finish(request: ActorRequest, ticket_id: UUID) -> HttpResponseBase:
    """End what a ticket was for, and send the patient on."""
    sent = request.POST.get("version", "")
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None
    offer = finish_ticket(actor=request.actor, ticket_id=ticket_id, version=version)
    said = _("%(number)s is finished and goes on") % {"number": ticket_info(ticket_id).number}
    return with_toast(HttpResponse(), said, undo=undo.address(offer))


def _receive(
    request: ActorRequest, line: BookingLine, form: ArrivalForm, typed: dict[str, Any]
) -> HttpResponse:
    """Keep what was filled in and receive the patient: one deed, all or nothing."""
    if any(typed.get(name) for name in FILLED):
        held = editable_facts(request.actor, line.patient_id)
        facts = form.filled(held.facts)
        change_patient(
            actor=request.actor, patient_id=line.patient_id, facts=facts, version=held.version
        )
    if typed.get("consent"):
        give_consent(
            actor=request.actor,
            patient_id=line.patient_id,
            kind=ConsentKind.DATA_USE,
            how=ConsentHow.SPOKEN,
        )
    done = check_in(
        actor=request.actor,
        booking_id=line.id,
        needs=typed["needs"],
        version=line.version,
        identified_by=typed["second"],
        screening=answers_in(request),
    )
    name = line.patient.name if line.patient else line.number
    said = _("%(name)s is here: number %(number)s") % {"name": name, "number": done.number}
    return with_toast(HttpResponse(), said, undo=undo.address(done.undo_id))


def _dialog(
    request: ActorRequest, line: BookingLine, form: ArrivalForm, status: int
) -> HttpResponse:
    asking = asking_at(line.site_id, line.patient_id)
    context = {
        "line": line,
        "asking": asking,
        "rows": asked_rows(request, asking),
        "greeting": greeting(line),
        "namesakes": namesakes(request.actor, line.patient_id),
        "form": form,
        "url": reverse("reception:check-in", args=[line.id]),
        "consent_text": current_text(ConsentKind.DATA_USE).text,
    }
    return render(request, "reception/_check_in.html", context, status=status)
