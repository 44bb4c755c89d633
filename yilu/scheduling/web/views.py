"""Looking bookings up, and one booking in full."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yilu.platform import clock
from yilu.platform.web.http import ActorRequest, render_page
from yilu.scheduling import permissions
from yilu.scheduling.selectors.bookings import (
    booking_detail,
    bookings_of,
    day_bookings,
    find_bookings,
    waiting_changes,
)
from yilu.scheduling.selectors.history import booking_history
from yilu.scheduling.selectors.telling import calendar_file
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
    today = clock.now().astimezone(detail.site.zone).date()
    return render_page(
        request,
        "scheduling/booking.html",
        part="scheduling/_booking.html",
        detail=detail,
        line=detail.line,
        history=booking_history(booking_id, detail.line.site_id),
        wishes=waiting_changes(request.actor, detail.line.site_id, booking_id),
        topic=booking_topic(booking_id),
        may_book=request.actor.may(permissions.BOOK, detail.line.site_id),
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
    """A patient's bookings, for their page."""
    lines = bookings_of(request.actor, patient_id)
    return render(request, "scheduling/_bookings.html", {"lines": lines, "is_of_patient": True})
