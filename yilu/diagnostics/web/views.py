"""The centre's screen, and booking examinations as one trip."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import ExamTaken, RequestMoved, TripBroken, TripEmpty
from yilu.diagnostics.operations.trips import TripWish, book_trip, place_trip_anew
from yilu.diagnostics.rules.trips import MOST
from yilu.diagnostics.selectors.requests import centre, open_requests
from yilu.diagnostics.selectors.topics import exams_topic, trip_topic
from yilu.diagnostics.selectors.trips import (
    TripDetail,
    TripProposal,
    placed_anew,
    propose_trip,
    trip_detail,
)
from yilu.facility.selectors.sites import SiteInfo
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once
from yilu.scheduling.web.asking import read_day, read_uuid
from yilu.scheduling.web.forms import TimeField
from yilu.scheduling.web.here import site_here

REFUSED = (ExamTaken, TripBroken, TripEmpty, RequestMoved)
At = tuple[datetime, UUID]
# Shown again in place: somebody else changed what this was about.
AGAIN = 412


@require_safe
def board(request: ActorRequest) -> HttpResponse:
    """What is asked for, what is booked, how long it takes."""
    site = site_here(request, permissions.SEE)
    return render_page(
        request,
        "diagnostics/centre.html",
        part="diagnostics/_centre.html",
        centre=centre(request.actor, site.id),
        site=site,
        topic=exams_topic(site.id),
        may_book=request.actor.may(permissions.BOOK, site.id),
        may_ask=request.actor.may(permissions.ASK, site.id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """The trip proposed for a patient; changed by hand; booked, all or none."""
    site = site_here(request, permissions.BOOK)
    if request.method != "POST":
        return _plan(request, site, patient_id, request.GET)
    try:
        places = _sent(request.POST)
        wish = TripWish(site.id, patient_id, places)
        return posted_once(lambda r: _booked(r, wish))(request)
    except REFUSED as refused:
        return _plan(request, site, patient_id, request.POST, refused)


@require_safe
def show(request: ActorRequest, trip_id: UUID) -> HttpResponse:
    """A booked trip as it stands."""
    detail = trip_detail(request.actor, trip_id)
    patient = patient_briefs(request.actor, [detail.patient_id], "examinations")
    return render_page(
        request,
        "diagnostics/trip.html",
        part="diagnostics/_trip.html",
        detail=detail,
        patient=patient.get(detail.patient_id),
        topic=trip_topic(trip_id),
        may_book=request.actor.may(permissions.BOOK, detail.site.id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def anew(request: ActorRequest, trip_id: UUID) -> HttpResponseBase:
    """What of a trip should be placed anew, proposed; sent, it is taken."""
    detail = trip_detail(request.actor, trip_id)
    request.actor.require_to_see(permissions.BOOK, detail.site.id)
    if request.method != "POST":
        return _anew(request, detail)
    try:
        places = _sent(request.POST)
        return posted_once(lambda r: _rearranged(r, detail, places))(request)
    except REFUSED as refused:
        return _anew(request, trip_detail(request.actor, trip_id), refused)


def _plan(
    request: ActorRequest,
    site: SiteInfo,
    patient_id: UUID,
    sent: QueryDict,
    refused: Exception | None = None,
) -> HttpResponse:
    lines = open_requests(request.actor, site.id, patient_id)
    wanted = {read_uuid(text) for text in sent.getlist("exam")}
    chosen = [one for one in lines if one.id in wanted] or lines[:MOST]
    today = clock.now().astimezone(site.zone).date()
    first = max(read_day(sent.get("day"), today), today)
    by_hand = {} if refused else _by_hand(sent)
    found = TripProposal((), ())
    if chosen[:MOST]:
        found = propose_trip(request.actor, site.id, chosen[:MOST], first, by_hand=by_hand)
    patient = patient_briefs(request.actor, [patient_id], "examinations").get(patient_id)
    if patient is None:
        raise NotFound
    return render_page(
        request,
        "diagnostics/plan.html",
        part="diagnostics/_plan.html",
        status=AGAIN if refused else 200,
        site=site,
        patient=patient,
        lines=[(one, one in chosen) for one in lines],
        found=found,
        held=list(by_hand),
        first=first,
        today=today,
        refused=str(refused or ""),
    )


def _booked(request: ActorRequest, wish: TripWish) -> HttpResponse:
    trip_id = book_trip(actor=request.actor, wish=wish)
    n = len(wish.places)
    words = ngettext(
        "%(n)s examination booked", "%(n)s examinations booked", n
    ) % {"n": n}  # fmt: skip
    answer = go_to(request, reverse("diagnostics:trip", args=[trip_id]))
    return with_toast(answer, words)


def _rearranged(
    request: ActorRequest, detail: TripDetail, places: Mapping[UUID, At]
) -> HttpResponse:
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
    place_trip_anew(actor=request.actor, trip_id=detail.id, places=places, version=version)
    return with_toast(HttpResponse(status=204), _("Examinations placed anew"))


def _anew(
    request: ActorRequest, detail: TripDetail, refused: Exception | None = None
) -> HttpResponse:
    today = clock.now().astimezone(detail.site.zone).date()
    found = placed_anew(request.actor, detail, today)
    context = {"detail": detail, "found": found, "refused": str(refused or "")}
    status = AGAIN if refused else 200
    return render(request, "diagnostics/_anew.html", context, status=status)


def _by_hand(sent: QueryDict) -> dict[UUID, At]:
    """What was chosen by hand: the one that was changed last, and those changed before."""
    held = {read_uuid(text) for text in sent.getlist("held")}
    changed = read_uuid(sent.get("changed"))
    return {key: at for key, at in _read(sent).items() if key in held or key == changed}


def _sent(sent: QueryDict) -> dict[UUID, At]:
    places = _read(sent)
    if not places:
        raise TripEmpty
    return places


def _read(sent: QueryDict) -> dict[UUID, At]:
    field = TimeField(required=False)
    found: dict[UUID, At] = {}
    for name in list(sent)[:60]:
        key = read_uuid(name.removeprefix("time-")) if name.startswith("time-") else None
        if key is None:
            continue
        try:
            at = field.to_python(sent.get(name, ""))
        except ValidationError:
            at = None
        if at:
            found[key] = at
    return found
