"""The waiting list at the desk."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue.selectors.services import performers
from yilu.facility.selectors.sites import SiteInfo
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyWaiting, DaysOver, TimesOutOfOrder
from yilu.scheduling.operations.offers import accept_offer, decline_offer
from yilu.scheduling.operations.waiting_list import (
    WaitingWish,
    join_waiting_list,
    leave_waiting_list,
    undo_leave_waiting_list,
)
from yilu.scheduling.selectors.offered import offered_here
from yilu.scheduling.selectors.topics import waiting_topic
from yilu.scheduling.selectors.waiting_list import figures, waiting_list
from yilu.scheduling.states import Channel
from yilu.scheduling.web.forms import WaitingForm
from yilu.scheduling.web.here import site_here
from yilu.workforce.selectors.practitioners import practitioner_names

USUAL_DAYS = timedelta(days=14)


@require_GET
def waiting(request: ActorRequest) -> HttpResponse:
    """Who waits for a time, what they are asked, and how well the list works."""
    site = site_here(request, permissions.SEE)
    return render_page(
        request,
        "scheduling/waiting.html",
        part="scheduling/_waiting.html",
        site=site,
        lines=waiting_list(request.actor, site.id),
        figures=figures(request.actor, site.id),
        may_book=request.actor.may(permissions.BOOK, site.id),
        topic=waiting_topic(site.id),
    )


@require_http_methods(["GET", "POST"])
def join(request: ActorRequest) -> HttpResponseBase:
    """The dialog that puts somebody on the list."""
    site = site_here(request, permissions.BOOK)
    today = clock.now().astimezone(site.zone).date()
    usual = {"from_on": today, "until_on": today + USUAL_DAYS, "patient": _asked(request)}
    form = WaitingForm(request.POST or None, initial=usual)
    form.offer(offered_here(site.id).performed)

    def save(kept: dict[str, Any]) -> HttpResponseBase:
        entry_id = join_waiting_list(actor=request.actor, wish=_wish(request, site, kept))
        undo = reverse("scheduling:waiting-leave", args=[entry_id])
        return with_toast(HttpResponse(status=204), _("On the waiting list"), undo=undo)

    if request.method == "GET":
        return _dialog(request, site, form, 200)
    try:
        return submit(request, form, save, lambda status: _dialog(request, site, form, status))
    except (AlreadyWaiting, DaysOver, TimesOutOfOrder) as refused:
        form.add_error(None, str(refused))
        return _dialog(request, site, form, 422)


@require_GET
def doctors(request: ActorRequest) -> HttpResponse:
    """Who performs the chosen service, to choose from."""
    found = _performers(request.GET.get("service", ""))
    return render(request, "scheduling/_waiting_doctors.html", {"practitioners": found})


@posted_once
def leave(request: ActorRequest, entry_id: UUID) -> HttpResponseBase:
    """Take somebody off the list; it can be taken back."""
    leave_waiting_list(actor=request.actor, entry_id=entry_id)
    undo = reverse("scheduling:waiting-undo", args=[entry_id])
    return with_toast(HttpResponse(status=204), _("Taken off the waiting list"), undo=undo)


@posted_once
def undo_leave(request: ActorRequest, entry_id: UUID) -> HttpResponseBase:
    """Put them back where they were."""
    undo_leave_waiting_list(actor=request.actor, entry_id=entry_id)
    return with_toast(HttpResponse(status=204), _("Back on the waiting list"))


@posted_once
def accept(request: ActorRequest, offer_id: UUID) -> HttpResponseBase:
    """The patient says on the phone that they take it."""
    booked = accept_offer(actor=request.actor, offer_id=offer_id, channel=Channel.PHONE)
    words = _("Booked %(number)s") % {"number": booked.number}
    return with_toast(HttpResponse(status=204), words)


@posted_once
def decline(request: ActorRequest, offer_id: UUID) -> HttpResponseBase:
    """The patient does not want it; the next is asked."""
    decline_offer(actor=request.actor, offer_id=offer_id)
    return with_toast(HttpResponse(status=204), _("The next on the list is asked"))


def _dialog(request: ActorRequest, site: SiteInfo, form: WaitingForm, status: int) -> HttpResponse:
    chosen = _uuid(str(form["patient"].value() or ""))
    briefs = patient_briefs(request.actor, [chosen], "waiting_list") if chosen else {}
    return render(
        request,
        "scheduling/_waiting_join.html",
        {
            "form": form,
            "site": site,
            "chosen": briefs.get(chosen) if chosen else None,
            "practitioners": _performers(str(form["service"].value() or form.first_service)),
        },
        status=status,
    )


def _wish(request: ActorRequest, site: SiteInfo, kept: dict[str, Any]) -> WaitingWish:
    patient_id = kept["patient"] or register_patient(
        actor=request.actor,
        site_id=site.id,
        facts=PatientFacts(name=kept["new_name"], phone=kept["new_phone"]),
    )
    return WaitingWish(
        site_id=site.id,
        service_id=UUID(kept["service"]),
        practitioner_id=kept["practitioner"],
        patient_id=patient_id,
        from_on=kept["from_on"],
        until_on=kept["until_on"],
        weekdays=[int(one) for one in kept["weekdays"]],
        not_before=kept["not_before"],
        not_after=kept["not_after"],
        notice_minutes=int(kept["notice"]),
        urgency=kept["urgency"],
        note=kept["note"],
        channel=Channel.PHONE,
    )


def _performers(service: str) -> dict[UUID, object]:
    service_id = _uuid(service)
    people = [one for one, _minutes in performers(service_id)] if service_id else []
    return dict(practitioner_names(people))


def _asked(request: ActorRequest) -> UUID | None:
    return _uuid(request.GET.get("patient", ""))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
