"""The last page of booking: for whom, why, and the word that books."""

import time
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import site_info
from yilu.patients.rules.consents import current_text
from yilu.patients.selectors.patients import contact_of, patient_briefs
from yilu.patients.states import ConsentKind
from yilu.platform import throttle
from yilu.platform.errors import Conflict, NotFound
from yilu.platform.once import StillRunning
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import submit
from yilu.portal.operations.booking import Choice, Details, Person, book_online
from yilu.portal.selectors.offers import offered_service
from yilu.portal.web import keeping, which
from yilu.portal.web.booking import chosen_time, instead_of, visit_base
from yilu.portal.web.forms import NEW, WhoForm
from yilu.portal.web.keeping import KeptTime
from yilu.scheduling.asking import on_way
from yilu.scheduling.errors import HoldExpired, NotFree
from yilu.scheduling.rules import MEDICATION
from yilu.scheduling.selectors.prepaying import asked_online
from yilu.workforce.selectors.practitioners import practitioner_info

MOST_BOOKINGS, HOUR = 20, 3600
WAITS, EACH_SECONDS = 25, 0.2


@sensitive_post_parameters("name", "id_number", "born_on")
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: ActorRequest) -> HttpResponseBase:
    """Ask for whom it is, and book. Whoever has not proved a phone does that first."""
    kept = keeping.kept_time(request)
    if kept is None:
        last = keeping.last_booked(request)
        booked = reverse("portal:booked", args=[last]) if last else ""
        return HttpResponseRedirect(booked or reverse("portal:book"), status=303)
    if request.actor.kind != "patient":
        here = reverse("portal:details")
        return HttpResponseRedirect(f"{reverse('portal:sign-in')}?next={here}")
    if request.method != "POST":
        return _page(request, kept, _form(request))
    throttle.take(f"portal:book:{request.actor.user_id}", MOST_BOOKINGS, HOUR)
    return _book(request, kept, _form(request, request.POST))


def _book(request: ActorRequest, kept: KeptTime, form: WhoForm) -> HttpResponseBase:
    choice, hold_id = _choice(request, kept)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        booked = book_online(
            actor=request.actor, choice=choice, person=_person(request, form),
            details=_details(request, typed, kept.ticket), hold_id=hold_id,
        )  # fmt: skip
        which.tie(request, booked.id)
        if booked.to_pay:
            keeping.booked_time(request, booked.id)
            return HttpResponseRedirect(f"{visit_base(booked.id)}/deposit", status=303)
        return HttpResponseRedirect(reverse("portal:booked", args=[booked.id]), status=303)

    def again(status: int) -> HttpResponseBase:
        return _page(request, kept, form, status=status)

    try:
        with on_way(keeping.way_of(request)):
            response = _patiently(lambda: submit(request, form, save, again))
    except Conflict as refused:
        is_time = isinstance(refused, NotFree | HoldExpired)
        instead = instead_of(choice) if is_time else []
        return _page(request, kept, form, status=409, refused=str(refused), instead=instead)
    return response


def _patiently(run: Any) -> HttpResponseBase:
    """Let the second of two presses wait for the first, and show what that did."""
    for _each in range(WAITS):
        try:
            response: HttpResponseBase = run()
        except StillRunning:
            time.sleep(EACH_SECONDS)
        else:
            return response
    raise StillRunning


def _choice(request: ActorRequest, kept: KeptTime) -> tuple[Choice, Any]:
    """The time that is kept, or the one offered instead of it."""
    if not request.POST.get("instead"):
        choice = Choice(kept.site_id, kept.service_id, kept.practitioner_id, kept.starts_at)
        return choice, kept.hold_id
    starts_at, practitioner_id = chosen_time(request.POST["instead"])
    return Choice(kept.site_id, kept.service_id, practitioner_id, starts_at), None


def _person(request: ActorRequest, form: WhoForm) -> Person:
    who = form.cleaned_data["who"]
    if who != NEW:
        chosen = next((one for one in request.actor.owns if str(one) == who), None)
        if chosen is None:
            raise NotFound
        return Person(patient_id=chosen)
    facts = form.facts(_phone(request))
    return Person(facts=facts, has_agreed=form.cleaned_data["consent"])


def _phone(request: ActorRequest) -> str:
    """The phone that was proved, or the one that the account's first patient has."""
    proved = keeping.own_phone(request)
    mine = next(iter(request.actor.owns), None)
    contact = contact_of(mine) if mine and not proved else None
    return proved or (contact.phone if contact else "")


def _details(request: ActorRequest, typed: dict[str, Any], ticket: str) -> Details:
    return Details(
        channel=keeping.channel_of(request),
        ticket=ticket,
        reason=typed["reason"],
        is_first_visit=typed["visit"] != "return",
        companion=typed["companion"],
        special_needs=tuple(typed["special_needs"]),
        answers={MEDICATION: typed["medication"]} if typed["medication"] else {},
    )


def _form(request: ActorRequest, typed: Any = None) -> WhoForm:
    mine = patient_briefs(request.actor, request.actor.owns, "portal.booking")
    people = [(str(one.id), str(one.name)) for one in mine.values()]
    initial = {
        "who": people[0][0] if people else NEW,
        "visit": "return" if people else "first",
        "reason": which.words_of(request),
    }
    return WhoForm(typed, people=people, initial=initial)


def _page(
    request: ActorRequest, kept: KeptTime, form: WhoForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    site = site_info(kept.site_id)
    offer = offered_service(site, kept.service_id)
    context |= {
        "form": form,
        "kept": kept,
        "site": site,
        "starts_at": kept.starts_at.astimezone(site.zone),
        "ends_at": kept.ends_at.astimezone(site.zone),
        "offer": offer,
        "in_advance": asked_online(kept.service_id, offer.fee),
        "doctor": practitioner_info(kept.practitioner_id),
        "consent": current_text(ConsentKind.DATA_USE),
        "is_new": form["who"].value() == NEW,
        "step": 4,
        "steps": [True] * 4,
        "over_words": _("over"),
        "back_url": reverse("portal:times", args=[site.key, kept.service_id]),
    }
    return render(request, "portal/book_details.html", context, status=status)
