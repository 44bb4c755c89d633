"""Treatments in series at the desk: plan all sittings at once, see them, place anew, end."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue.selectors.services import ServiceInfo, performers_of, service_infos
from yilu.facility.selectors.sites import SiteInfo
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.scheduling import permissions
from yilu.scheduling.allocation import Part
from yilu.scheduling.errors import (
    GapBroken,
    NothingLeft,
    SittingPast,
    SittingsIncomplete,
    SittingTaken,
)
from yilu.scheduling.operations.series import SeriesWish, book_series, end_series, place_anew
from yilu.scheduling.operations.treatment_plans import MOST
from yilu.scheduling.selectors.planned import PlannedSitting, next_planned
from yilu.scheduling.selectors.published import published_until
from yilu.scheduling.selectors.series import (
    PlanInfo,
    SeriesDetail,
    SittingLine,
    placed_anew,
    series_detail,
    series_of,
    treatment_plans,
)
from yilu.scheduling.selectors.sittings import Proposal, SittingsAsk, propose
from yilu.scheduling.selectors.suggestions import wished
from yilu.scheduling.selectors.topics import series_topic
from yilu.scheduling.selectors.usual import part_name
from yilu.scheduling.sittings import Window
from yilu.scheduling.web.asking import read_day, read_uuid
from yilu.scheduling.web.forms import WEEKDAYS, CancelForm, TimeField
from yilu.scheduling.web.here import site_here
from yilu.workforce.selectors.practitioners import practitioner_names

REFUSED = (NothingLeft, GapBroken, SittingTaken, SittingsIncomplete, SittingPast)
At = tuple[datetime, UUID]


@require_GET
def of_patient(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """A patient's treatments, for their page."""
    found = series_of(request.actor, patient_id)
    context = {
        "found": found,
        "patient_id": patient_id,
        "may_book": bool(request.actor.may_anywhere(permissions.BOOK)),
    }
    return render(request, "scheduling/_series_of.html", context)


@require_GET
def planned(request: ActorRequest) -> HttpResponse:
    """What is planned at a site and not booked yet, those that need somebody first."""
    site = site_here(request, permissions.SEE)
    return render_page(
        request,
        "scheduling/planned.html",
        part="scheduling/_planned.html",
        site=site,
        lines=next_planned(request.actor, site.id),
        until=published_until(site.id),
        topic=series_topic(site.id),
    )


@require_http_methods(["GET", "POST"])
def new(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Choose a plan and wishes, see all sittings, change one by hand, book all."""
    site = site_here(request, permissions.BOOK)
    patient = patient_briefs(request.actor, [patient_id], "series").get(patient_id)
    if patient is None:
        raise NotFound
    if request.method == "GET":
        return _new(request, site, patient)
    return _book(request, site, patient)


@require_GET
def show(request: ActorRequest, series_id: UUID) -> HttpResponse:
    """One treatment with its sittings, and what should be placed anew."""
    detail = series_detail(request.actor, series_id)
    patient = patient_briefs(request.actor, [detail.patient_id], "series").get(detail.patient_id)
    return render_page(
        request,
        "scheduling/series.html",
        part="scheduling/_series.html",
        detail=detail,
        patient=patient,
        topic=series_topic(detail.site.id),
        may_change=request.actor.may(permissions.CHANGE, detail.site.id),
    )


@require_http_methods(["GET", "POST"])
def anew(request: ActorRequest, series_id: UUID) -> HttpResponseBase:
    """The places proposed from the first sitting in trouble on; sent, they are taken."""
    detail = series_detail(request.actor, series_id)
    if request.method == "GET":
        return _anew(request, detail, "", 200)
    try:
        places = _sent(request)
        return posted_once(lambda r: _rearranged(r, detail, places))(request)
    except REFUSED as refused:
        return _anew(request, series_detail(request.actor, series_id), str(refused), 422)


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, series_id: UUID) -> HttpResponseBase:
    """Ask why, then cancel all sittings still to come."""
    detail = series_detail(request.actor, series_id)
    form = CancelForm(request.POST or None)

    def save(kept: dict[str, Any]) -> HttpResponseBase:
        n = end_series(actor=request.actor, series_id=series_id, **kept)
        words = ngettext("%(n)s sitting cancelled", "%(n)s sittings cancelled", n) % {"n": n}
        return with_toast(HttpResponse(status=204), words)

    def shown(status: int) -> HttpResponse:
        context = {
            "form": form,
            "url": request.path,
            "title": _("Cancel the rest of this treatment?"),
            "text": ngettext(
                "%(n)s sitting to come is cancelled, and the patient is told.",
                "%(n)s sittings to come are cancelled, and the patient is told.",
                detail.open_ones,
            )
            % {"n": detail.open_ones},
            "label": _("Cancel the rest"),
            "harmful": True,
        }
        return render(request, "platform/_dialog.html", context, status=status)

    return shown(200) if request.method == "GET" else submit(request, form, save, shown)


@require_GET
def paper(request: ActorRequest, series_id: UUID) -> HttpResponse:
    """The plan on paper, for the patient to take home."""
    detail = series_detail(request.actor, series_id)
    patient = patient_briefs(request.actor, [detail.patient_id], "series").get(detail.patient_id)
    context = {
        "detail": detail,
        "patient": patient,
        "back_url": reverse("scheduling:series", args=[series_id]),
    }
    return render(request, "scheduling/series_print.html", context)


def _new(
    request: ActorRequest, site: SiteInfo, patient: Any, refused: str = "", status: int = 200
) -> HttpResponse:
    plans = [one for one in treatment_plans(site.id) if one.can_be_booked]
    sent = request.POST if request.method == "POST" else request.GET
    wanted = read_uuid(sent.get("plan"))
    plan = next((one for one in plans if one.id == wanted), plans[0] if plans else None)
    weekdays, parts = sent.getlist("weekdays"), sent.getlist("parts")
    today = clock.now().astimezone(site.zone).date()
    first = max(read_day(sent.get("day"), today), today)
    context: dict[str, Any] = {
        "site": site,
        "patient": patient,
        "plans": plans,
        "plan": plan,
        "first": first,
        "today": today,
        "weekdays": [(key, name, key in weekdays) for key, name in WEEKDAYS],
        "parts": [(one.value, part_name(one), one.value in parts) for one in Part],
        "refused": refused,
    }
    if plan:
        doctors = practitioner_names(_doctors(one.id for one in plan.services))
        doctor = read_uuid(sent.get("practitioner"))
        ask = SittingsAsk(
            site_id=site.id,
            patient_id=patient.id,
            steps=plan.steps,
            first=first,
            same_doctor=plan.same_doctor,
            practitioner_id=doctor if doctor in doctors else None,
            wishes=wished(weekdays, parts),
            fixed={} if refused else _fixed(request),
        )
        context |= {"practitioners": doctors, "practitioner_id": ask.practitioner_id}
        context |= _seen(propose(ask), plan)
    return render_page(
        request, "scheduling/series_new.html", part="scheduling/_series_new.html",
        status=status, **context,
    )  # fmt: skip


def _seen(found: Proposal, plan: PlanInfo) -> dict[str, Any]:
    stuck = plan.services[found.stuck] if found.stuck is not None else None
    services = service_infos(one.service_id for one in found.sittings)
    rows = [(one, services[one.service_id], plan.steps[one.position]) for one in found.sittings]
    seen = {"found": found, "rows": rows, "stuck": stuck, "stuck_number": (found.stuck or 0) + 1}
    if found.planned:
        seen["planned"] = _planned_words(plan.services[len(rows) :], found.planned, len(rows) + 1)
    return seen


def _planned_words(
    services: Sequence[ServiceInfo], windows: Sequence[Window], first: int
) -> list[tuple[int, ServiceInfo, Window]]:
    """What is booked later: number, service and days of each sitting."""
    return [(first + n, *one) for n, one in enumerate(zip(services, windows, strict=True))]


def _doctors(service_ids: Iterable[UUID]) -> set[UUID]:
    """Who performs every one of some services. One query."""
    many = performers_of(service_ids)
    return set.intersection(*({one.practitioner_id for one in who} for who in many.values()))


def _book(request: ActorRequest, site: SiteInfo, patient: Any) -> HttpResponseBase:
    plan_id = read_uuid(request.POST.get("plan"))
    if plan_id is None:
        raise NotFound
    try:
        places = _sent(request)
        wish = SeriesWish(
            site.id,
            patient.id,
            plan_id,
            tuple(places[n] for n in sorted(places)),
            "desk",
            wishes=wished(request.POST.getlist("weekdays"), request.POST.getlist("parts")),
        )
        return posted_once(lambda r: _booked(r, wish))(request)
    except REFUSED as refused:
        return _new(request, site, patient, str(refused), 422)


def _booked(request: ActorRequest, wish: SeriesWish) -> HttpResponse:
    series_id = book_series(actor=request.actor, wish=wish)
    words = ngettext(
        "%(n)s sitting booked", "%(n)s sittings booked", len(wish.places)
    ) % {"n": len(wish.places)}  # fmt: skip
    answer = go_to(request, reverse("scheduling:series", args=[series_id]))
    return with_toast(answer, words)


def _rearranged(request: ActorRequest, detail: SeriesDetail, places: dict[int, At]) -> HttpResponse:
    place_anew(actor=request.actor, series_id=detail.id, places=places)
    return with_toast(HttpResponse(status=204), _("Sittings placed anew"))


def _anew(request: ActorRequest, detail: SeriesDetail, refused: str, status: int) -> HttpResponse:
    today = clock.now().astimezone(detail.site.zone).date()
    start = detail.first_trouble
    start = len(detail.sittings) if start is None else start
    rest: list[SittingLine | PlannedSitting] = [*detail.sittings[start:], *detail.planned]
    doctors = practitioner_names(_doctors(one.step.service_id for one in rest)) if rest else {}
    doctor = read_uuid(request.GET.get("practitioner"))
    doctor = doctor if doctor in doctors else None
    found = placed_anew(detail, today, practitioner_id=doctor)
    context = {
        "detail": detail,
        "found": found,
        "rows": [(one, rest[one.position], one.position + start) for one in found.sittings],
        "refused": refused,
        "practitioners": doctors,
        "practitioner_id": doctor,
        "stuck_number": start + (found.stuck or 0) + 1,
        "left": len(found.planned),
    }
    return render(request, "scheduling/_series_anew.html", context, status=status)


def _sent(request: ActorRequest) -> dict[int, At]:
    """The places sent for the sittings. Raises: SittingsIncomplete."""
    places = _read(request.POST)
    if not places:
        raise SittingsIncomplete
    return places


def _fixed(request: ActorRequest) -> dict[int, At]:
    """The places of the sittings up to the one that was changed by hand; none before."""
    upto = request.GET.get("upto", "")
    if not (upto.isascii() and upto.isdigit() and len(upto) < 3):
        return {}
    return {n: at for n, at in _read(request.GET).items() if n <= int(upto)}


def _read(sent: Any) -> dict[int, At]:
    field = TimeField(required=False)
    found: dict[int, At] = {}
    for n in range(MOST):
        try:
            at = field.to_python(sent.get(f"time-{n}", ""))
        except ValidationError:
            at = None
        if at:
            found[n] = at
    return found
