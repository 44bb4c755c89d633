"""The patient's own pages: today, bookings, bills, and everything about the account."""

from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.diagnostics.selectors.trips import trips_of
from yilu.guiding.selectors.tasks import help_of
from yilu.intake.selectors.worse import worse_of
from yilu.patients.errors import NoMatch
from yilu.patients.operations.accounts import Proof, link_account
from yilu.platform import audit, throttle
from yilu.platform.errors import BadRequest, NotSignedIn, TooMany
from yilu.platform.phones import shown_phone
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.portal.operations.family import Relative, add_relative
from yilu.portal.selectors.doors import door_of_account
from yilu.portal.selectors.mine import (
    my_bills,
    my_bookings,
    my_messages,
    my_people,
    my_series,
    my_times,
    todays_subjects,
)
from yilu.portal.selectors.standing import standing
from yilu.portal.web import keeping
from yilu.portal.web.booking import visit_base
from yilu.portal.web.forms import FamilyForm, LinkForm
from yilu.portal.web.frame import bar
from yilu.portal.web.push import forget_device, push_key
from yilu.scheduling.operations.fixed_times import fix_times
from yilu.scheduling.selectors.series import series_detail

MOST_GUESSES, DAY = 5, 86400


def _own(request: ActorRequest) -> None:
    if request.actor.kind != "patient":
        raise NotSignedIn


@require_safe
def today(request: ActorRequest) -> HttpResponse:
    """What is going on now: the open visit, else the next booking.

    The installed app begins here, and says so in the address.
    """
    if request.GET.get("app", "1") != "1":
        raise BadRequest
    _own(request)
    subjects = todays_subjects(request.actor)
    context: dict[str, Any] = {"people": my_people(request.actor)}
    if subjects:
        door = door_of_account(request.actor, subjects[0])
        context |= {"now": standing(door), "base": visit_base(subjects[0])}
        visit_id = door.about.visit_id
        context["worse"] = worse_of(visit_id) if visit_id else None
        context["way"] = help_of(visit_id) if visit_id else None
        context["others"] = len(subjects) - 1
    context |= {"push_key": push_key(), "is_known": keeping.device(request) is not None}
    part = "portal/_standing.html" if subjects else ""
    response = _page(request, "today", part=part, **context)
    if "app" in request.GET:
        keeping.say_window(response, is_app=True)
    return response


@require_safe
def bookings(request: ActorRequest) -> HttpResponse:
    """The bookings of everybody in the account."""
    _own(request)
    context: dict[str, Any] = {
        "mine": my_bookings(request.actor),
        "series": my_series(request.actor),
        "trips": trips_of(request.actor, sorted(request.actor.owns)),
    }
    return _page(request, "bookings", **context)


@require_safe
def series(request: ActorRequest, series_id: UUID) -> HttpResponse:
    """A treatment in several sittings: what was, what comes."""
    _own(request)
    detail = series_detail(request.actor, series_id)
    return _page(request, "series", detail=detail, back_url=reverse("portal:bookings"))


@require_safe
def series_print(request: ActorRequest, series_id: UUID) -> HttpResponse:
    """The same on paper."""
    _own(request)
    context = {
        "detail": series_detail(request.actor, series_id),
        "back_url": reverse("portal:series", args=[series_id]),
    }
    return render(request, "portal/series_print.html", context)


@require_safe
def bills(request: ActorRequest) -> HttpResponse:
    """What was paid, what is to pay, and the receipts."""
    _own(request)
    return _page(request, "bills", bills=my_bills(request.actor))


@require_safe
def messages(request: ActorRequest) -> HttpResponse:
    """What the clinic told us."""
    _own(request)
    return _page(
        request, "messages", lines=my_messages(request.actor), back_url=reverse("portal:me")
    )


@require_safe
def me(request: ActorRequest) -> HttpResponse:
    """The account: its people, language, and the way out."""
    _own(request)
    phone = shown_phone(keeping.own_phone(request))
    return _page(request, "me", people=my_times(request.actor), phone=phone)


@posted_once
def times(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Whether one of them is told a later time when their doctor runs late."""
    _own(request)
    is_fixed = "fixed" in request.POST
    fix_times(actor=request.actor, patient_id=patient_id, is_fixed=is_fixed)
    said = _("We tell you no other time.")
    if not is_fixed:
        said = _("We tell you when you may come later.")
    answer: Any = go_to(request, reverse("portal:me"))
    return with_toast(answer, said)


@sensitive_post_parameters("name", "born_on", "id_tail")
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: ActorRequest) -> HttpResponseBase:
    """Link a record that exists already, by three answers."""
    _own(request)
    form = LinkForm(request.POST or None)

    def again(status: int) -> HttpResponseBase:
        return _page(request, "link", form=form, status=status, back_url=reverse("portal:me"))

    if request.method != "POST":
        return again(200)
    if not form.is_valid():
        return again(422)
    try:
        throttle.take(f"portal:link:{request.actor.user_id}", MOST_GUESSES, DAY)
        return submit(request, form, lambda typed: _linked(request, typed), again)
    except (NoMatch, TooMany) as refused:
        form.add_error(None, str(refused))
        return again(refused.status)


@require_http_methods(["GET", "HEAD", "POST"])
def family(request: ActorRequest) -> HttpResponseBase:
    """Add somebody of the family, to book for them."""
    _own(request)
    form = FamilyForm(request.POST or None)

    def again(status: int) -> HttpResponseBase:
        return _page(request, "family", form=form, status=status, back_url=reverse("portal:me"))

    if request.method != "POST":
        return again(200)
    return submit(request, form, lambda typed: _added(request, typed), again)


@require_POST
def sign_out(request: ActorRequest) -> HttpResponseBase:
    """End the session; nothing is pushed to this browser any more."""
    user: Any = request.user
    if request.actor.kind == "patient":
        forget_device(request, request.POST.get("endpoint", ""))
        audit.record(request.actor, "platform.session.ended", user)
    logout(request)
    return HttpResponseRedirect(reverse("portal:book"), status=303)


def _linked(request: ActorRequest, typed: dict[str, Any]) -> HttpResponseBase:
    if request.actor.user_id is None:
        raise NotSignedIn
    link_account(actor=request.actor, user_id=request.actor.user_id, proof=Proof(**typed))
    return _to_me(_("The record is linked."))


def _added(request: ActorRequest, typed: dict[str, Any]) -> HttpResponseBase:
    relative = Relative(typed["name"], typed["sex"], typed["born_on"], typed["kind"])
    phone = keeping.own_phone(request)
    add_relative(actor=request.actor, relative=relative, phone=phone)
    return _to_me(_("Added."))


def _to_me(said: str) -> HttpResponse:
    return with_toast(HttpResponseRedirect(reverse("portal:me"), status=303), said)


def _page(
    request: ActorRequest, name: str, *, part: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    context["ph_menu"] = bar(request)
    page = f"portal/my_{name}.html"
    if part:
        return render_page(request, page, part=part, status=status, **context)
    return render(request, page, context, status=status)
