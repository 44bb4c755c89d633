"""Looking bookings up, and one booking in full."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yilu.platform import clock
from yilu.platform.slots import slots
from yilu.platform.web.http import ActorRequest, render_page
from yilu.scheduling import permissions
from yilu.scheduling.rules import FIRST_INSTANT, LAST_INSTANT
from yilu.scheduling.selectors.bookings import (
    MOST_FOUND,
    booking_detail,
    bookings_of,
    day_bookings,
    find_bookings,
    waiting_changes,
)
from yilu.scheduling.selectors.history import booking_history
from yilu.scheduling.selectors.later import told_later
from yilu.scheduling.selectors.prepaying import may_ask, prepaid
from yilu.scheduling.selectors.telling import calendar_file
from yilu.scheduling.selectors.together import coming_along
from yilu.scheduling.selectors.topics import booking_topic, day_topic
from yilu.scheduling.web.here import site_here

LONGEST = 100
# Where the dialog of a next visit begins; other days are one key away.
NEXT_VISIT = timedelta(days=14)


@require_GET
def bookings(request: ActorRequest) -> HttpResponse:
    """Bookings by number, name or phone; with nothing typed, those of today."""
    typed = request.GET.get("q", "").strip()[:LONGEST]
    site = site_here(request, permissions.SEE)
    today = clock.now().astimezone(site.zone).date()
    lines = (
        find_bookings(request.actor, typed)
        if typed
        else day_bookings(request.actor, site.id, today)
    )
    return render_page(
        request,
        "scheduling/bookings.html",
        part="scheduling/_bookings.html",
        q=typed,
        site=site,
        day=today,
        lines=lines,
        wishes=[] if typed else waiting_changes(request.actor, site.id),
        topic=day_topic(site.id, today),
    )


@require_GET
def booking(request: ActorRequest, booking_id: UUID) -> HttpResponse:
    """One booking: what was agreed, what became of it, and what can be done with it."""
    detail = booking_detail(request.actor, booking_id)
    line = detail.line
    today = clock.now().astimezone(detail.site.zone).date()
    asked = prepaid(booking_id)
    return render_page(
        request,
        "scheduling/booking.html",
        part="scheduling/_booking.html",
        detail=detail,
        line=line,
        along=coming_along(request.actor, detail.line),
        history=booking_history(booking_id, detail.line.site_id),
        later=told_later(booking_id, line.site_id, line.clinic_day) if line.come_at else [],
        prepaid=asked,
        pay_by=asked.pay_by.astimezone(detail.site.zone) if asked else None,
        may_ask=detail.line.is_coming and may_ask(booking_id, detail.line.service_id),
        wishes=waiting_changes(request.actor, detail.line.site_id, booking_id),
        topic=booking_topic(booking_id),
        may_book=request.actor.may(permissions.BOOK, detail.line.site_id),
        marks=[
            one.url(booking_id)
            for one in slots("scheduling.booking")
            if request.actor.may(one.permission, detail.line.site_id)
        ],
        next_day=max(today, detail.line.clinic_day) + NEXT_VISIT,
    )


@require_GET
def slip(request: ActorRequest, booking_id: UUID) -> HttpResponse:
    """The slip that a patient takes home."""
    detail = booking_detail(request.actor, booking_id)
    return render(
        request,
        "scheduling/slip.html",
        {
            "detail": detail,
            "line": detail.line,
            "back_url": reverse("scheduling:booking", args=[booking_id]),
        },
    )


@require_GET
def calendar(request: ActorRequest, booking_id: UUID) -> HttpResponse:
    """The booking for a calendar."""
    number = booking_detail(request.actor, booking_id).line.number
    response = HttpResponse(calendar_file(booking_id), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}.ics"'
    return response


@require_GET
def of_patient(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """A patient's bookings, for their page: the latest fifty, or those before a position."""
    before = read_position(request.GET.get("before", ""))
    lines = bookings_of(request.actor, patient_id, before, MOST_FOUND + 1)
    shown, earlier_url = lines[:MOST_FOUND], ""
    if len(lines) > MOST_FOUND:
        position = urlencode({"before": f"{shown[-1].starts_at.isoformat()}|{shown[-1].id}"})
        earlier_url = f"{request.path}?{position}"
    context = {
        "lines": shown,
        "is_of_patient": True,
        "earlier_url": earlier_url,
        "this_year": clock.now().year,
    }
    return render(request, "scheduling/_bookings.html", context)


def read_position(text: str) -> tuple[datetime, UUID] | None:
    """Where a list goes on; what cannot be read is its beginning."""
    instant, _bar, key = text.partition("|")
    try:
        at, booking_id = datetime.fromisoformat(instant), UUID(key)
    except ValueError:
        return None
    return (at, booking_id) if at.tzinfo and FIRST_INSTANT <= at <= LAST_INSTANT else None
