"""Changing the service of a booking from the link: what it costs then, and when it can be had.

While the window is open the patient does it alone; later the wish waits for the clinic.
"""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.platform.errors import BadRequest, Conflict, DomainError, NotFound
from yilu.platform.money import ZERO
from yilu.platform.web.http import ActorRequest, go_to, sent_version, with_toast
from yilu.platform.web.once import once
from yilu.portal.selectors.offers import offered_service, service_offers, time_offers
from yilu.portal.selectors.standing import Standing, standing
from yilu.portal.web.booking import chosen_time
from yilu.portal.web.doors import Entry, entered
from yilu.portal.web.visits import how_it_stands, read_day
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.operations.requests import ask_for_change
from yilu.scheduling.selectors.prepaying import due_of_service

CANCEL = "cancel"


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def change(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Choose another service, then its time; or, when it is late, ask the clinic."""
    now = standing(entry.door)
    if now.booking is None:
        raise NotFound
    if not now.is_coming:
        return how_it_stands(entry)
    if request.method != "POST":
        return _page(request, entry, now)
    deed = _move if now.may_change else _ask
    try:
        return once(request, lambda: deed(request, entry, now))
    except Conflict as refused:
        return _page(request, entry, now, refused)


def _move(request: ActorRequest, entry: Entry, now: Standing) -> HttpResponseBase:
    starts_at, practitioner_id = chosen_time(request.POST.get("time", ""))
    reschedule_booking(
        actor=entry.door.actor, booking_id=_line(now).id, starts_at=starts_at,
        practitioner_id=practitioner_id, service_id=_wanted(request.GET.get("to", "")),
        version=sent_version(request),
    )  # fmt: skip
    return HttpResponseRedirect(entry.base, status=303)


def _ask(request: ActorRequest, entry: Entry, now: Standing) -> HttpResponseBase:
    typed = request.POST.get("to", "")
    service_id = None if typed == CANCEL else _wanted(typed)
    ask_for_change(
        actor=entry.door.actor, booking_id=_line(now).id, reason="", service_id=service_id,
    )  # fmt: skip
    answer: Any = go_to(request, entry.base)
    return with_toast(answer, _("We have asked the clinic. You hear from us; until then it stays."))


def _page(
    request: ActorRequest, entry: Entry, now: Standing, refused: DomainError | None = None
) -> HttpResponse:
    line = _line(now)
    context: dict[str, Any] = {
        "now": now,
        "base": entry.base,
        "back_url": entry.base,
        "refused": str(refused) if refused else "",
        "services": [o for o in service_offers(now.site) if o.service.id != line.service_id],
    }
    if now.may_change and request.GET.get("to"):
        context |= _chosen(request, now)
    status = refused.status if refused else 200
    return render(request, "portal/visit_service.html", context, status=status)


def _chosen(request: ActorRequest, now: Standing) -> dict[str, Any]:
    """The service that was chosen: its times, its price, and the difference in advance."""
    service_id = _wanted(request.GET["to"])
    offer = offered_service(now.site, service_id)
    day = read_day(request.GET.get("day", "")) or _line(now).clinic_day
    paid = now.prepaid.paid if now.prepaid else ZERO
    due = due_of_service(service_id, offer.fee)
    return {
        "offer": offer,
        "offers": time_offers(now.site, service_id, None, day),
        "query": f"to={service_id}&",
        "more": max(due - paid, ZERO),
        "less": max(paid - due, ZERO),
    }


def _line(now: Standing) -> Any:
    if now.booking is None:
        raise NotFound
    return now.booking.line


def _wanted(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise BadRequest from error
