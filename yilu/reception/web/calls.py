"""The telephone desk: who rings, one call on the screen, calls to be returned."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.patients.selectors.search import search_patients
from yilu.platform import clock, undo
from yilu.platform.names import PersonName
from yilu.platform.web.http import ActorRequest, go_to, render_page, sent_version, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.reception import permissions
from yilu.reception.operations.call_backs import (
    CallBackWish,
    ask_call_back,
    finish_call_back,
    note_no_answer,
)
from yilu.reception.operations.calls import begin_call, end_call, identify_caller, take_call
from yilu.reception.operations.lines import add_line, withdraw_line
from yilu.reception.selectors.calls import (
    CallPage,
    call_back_line,
    call_page,
    phone_desk,
    site_of_call_back,
)
from yilu.reception.selectors.telephone_lines import telephone_lines
from yilu.reception.selectors.topics import call_topic, calls_topic
from yilu.reception.web.call_forms import (
    CallBackForm,
    CallForm,
    IdentifyForm,
    LineForm,
    OverForm,
)
from yilu.scheduling import permissions as scheduling
from yilu.workforce.selectors.staff import colleagues

LONGEST_QUERY = 100
PROMISED = timedelta(hours=2)


@require_safe
def desk(request: ActorRequest, site_key: str) -> HttpResponse:
    """Who rings and talks, how quickly we answer, whom to call back."""
    site = _site(request, site_key)
    return render_page(
        request,
        "reception/phone.html",
        part="reception/_phone.html",
        site=site,
        desk=phone_desk(request.actor, site.id),
        topic=calls_topic(site.id),
        part_url=request.path,
        may_set_up=request.actor.may(permissions.SET_UP_TELEPHONE, site.id),
    )


@posted_once
def dial(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """The number is typed by hand: its call opens."""
    site = _site(request, site_key)
    typed = request.POST.get("phone", "")[:40]
    call_id = begin_call(actor=request.actor, site_id=site.id, phone=typed)
    return go_to(request, reverse("reception:call", args=[call_id]))


@posted_once
def take(request: ActorRequest, call_id: UUID) -> HttpResponseBase:
    """Pick up; the call opens."""
    take_call(actor=request.actor, call_id=call_id)
    return go_to(request, reverse("reception:call", args=[call_id]))


@require_safe
def call(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """One call: who it may be, what they have with us, the script, and the deeds."""
    return _call(request, call_page(request.actor, call_id))


@require_safe
def who(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """Other patients, by what the caller says."""
    found = call_page(request.actor, call_id)
    typed = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    hits = search_patients(request.actor, typed, limit=6) if typed else []
    context = {"q": typed, "hits": [hit for hit in hits if not hit.is_elsewhere], "found": found}
    return render(request, "reception/_call_who.html", context)


@require_http_methods(["POST"])
def identify(request: ActorRequest, call_id: UUID) -> HttpResponseBase:
    """Two facts were said: about whom it is, is known."""
    found = call_page(request.actor, call_id)
    form = IdentifyForm(request.POST)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        identify_caller(
            actor=request.actor,
            call_id=call_id,
            patient_id=said["patient"],
            identifiers=said["identifiers"],
            version=said["version"],
        )
        return _part(request, call_page(request.actor, call_id))

    return submit(request, form, save, lambda status: _part(request, found, form, status))


@require_http_methods(["POST"])
def end(request: ActorRequest, call_id: UUID) -> HttpResponseBase:
    """Hang up, with what it was about."""
    found = call_page(request.actor, call_id)
    form = CallForm(request.POST)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        end_call(
            actor=request.actor,
            call_id=call_id,
            need=said["need"],
            note=said["note"],
            was_read_back=said["read_back"],
        )
        response = go_to(request, reverse("reception:phone", args=[found.site.key]))
        return with_toast(response, _("The call is written down"))

    def again(status: int) -> HttpResponse:
        context = {"form": form, "found": found}
        return render(request, "reception/_call_end.html", context, status=status)

    return submit(request, form, save, again)


@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """The dialog that promises a call."""
    site = _site(request, site_key)
    soon = (clock.now() + PROMISED).astimezone(site.zone)
    known = {
        "day": soon.date(),
        "at": soon.time().replace(second=0, microsecond=0),
        "phone": request.GET.get("phone", "")[:40],
        "patient": request.GET.get("patient", "")[:36],
    }
    form = CallBackForm(request.POST or None, initial=known, auto_id="dialog_%s")
    form.offer(colleagues(site.id))

    def save(said: dict[str, Any]) -> HttpResponseBase:
        wish = CallBackWish(
            site_id=site.id,
            phone=said["phone"],
            due_at=form.due_at(site.zone),
            reason=said["reason"],
            patient_id=said["patient"],
            owner_id=said["owner"],
        )
        ask_call_back(actor=request.actor, wish=wish)
        return with_toast(HttpResponse(status=204), _("The call stands in the list"))

    return _dialog(request, form, save, title=_("Call back"), label=_("Promise the call"))


@posted_once
def return_call(request: ActorRequest, call_back_id: UUID) -> HttpResponseBase:
    """Call now: the call opens with the number."""
    site_id = site_of_call_back(call_back_id)
    call_id = begin_call(actor=request.actor, site_id=site_id, phone="", call_back_id=call_back_id)
    return go_to(request, reverse("reception:call", args=[call_id]))


@posted_once
def no_answer(request: ActorRequest, call_back_id: UUID) -> HttpResponseBase:
    """Nobody answered: again in half an hour."""
    tries = note_no_answer(
        actor=request.actor, call_back_id=call_back_id, version=sent_version(request)
    )
    words = ngettext(
        "Again in half an hour; tried %(n)s time", "Again in half an hour; tried %(n)s times", tries
    )
    return with_toast(HttpResponse(status=204), words % {"n": tries})


@require_http_methods(["GET", "HEAD", "POST"])
def off(request: ActorRequest, call_back_id: UUID) -> HttpResponseBase:
    """The dialog that takes a call off the list."""
    line = call_back_line(request.actor, call_back_id)
    known = {"version": line.version}
    form = OverForm(request.POST or None, initial=known, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        offer = finish_call_back(
            actor=request.actor,
            call_back_id=call_back_id,
            outcome=said["outcome"],
            version=said["version"],
        )
        words = _("Off the list")
        return with_toast(HttpResponse(status=204), words, undo=undo.address(offer))

    return _dialog(request, form, save, title=_("Take it off the list"), label=_("Take it off"))


@require_safe
def lines(request: ActorRequest, site_key: str) -> HttpResponse:
    """The telephone systems that tell us of calls."""
    site = site_by_key(site_key)
    found = telephone_lines(request.actor, site.id)
    return render_page(
        request,
        "reception/phone_lines.html",
        part="reception/_phone_lines.html",
        site=site,
        lines=found,
        topic=calls_topic(site.id),
        part_url=request.path,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_line(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """The dialog that lets a telephone system in; its secret is shown once."""
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.SET_UP_TELEPHONE, site.id)
    form = LineForm(request.POST or None, auto_id="dialog_%s")
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        made = add_line(actor=request.actor, site_id=site.id, name=name)
        return render(request, "reception/_phone_key.html", {"made": made})
    context = {"form": form, "url": request.path}
    status = 422 if form.is_bound else 200
    return render(request, "reception/_phone_line_new.html", context, status=status)


@posted_once
def no_line(request: ActorRequest, line_id: UUID) -> HttpResponseBase:
    """Believe a telephone system nothing any more."""
    withdraw_line(actor=request.actor, line_id=line_id)
    return with_toast(HttpResponse(status=204), _("It is let in no more"))


def _site(request: ActorRequest, site_key: str) -> SiteInfo:
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.TELEPHONE, site.id)
    return site


def _call(request: ActorRequest, found: CallPage) -> HttpResponse:
    known = {"need": found.line.need, "note": found.note}
    return render_page(
        request,
        "reception/call.html",
        part="reception/_call.html",
        ending=CallForm(initial=known),
        **_facts(request, found, None),
    )


def _part(
    request: ActorRequest, found: CallPage, form: IdentifyForm | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "reception/_call.html", _facts(request, found, form), status=status)


def _facts(request: ActorRequest, found: CallPage, form: IdentifyForm | None) -> dict[str, Any]:
    site_id = found.site.id
    return {
        "found": found,
        "line": found.line,
        "site": found.site,
        "form": form or IdentifyForm(initial={"version": found.version}),
        "clerk": PersonName(request.actor.name, request.actor.pinyin),
        "topics": [call_topic(found.line.id)],
        "may_book": request.actor.may(scheduling.BOOK, site_id),
        "may_change": request.actor.may(scheduling.CHANGE, site_id),
    }


def _dialog(
    request: ActorRequest, form: Any, save: Any, *, title: str, label: str
) -> HttpResponseBase:
    def again(status: int) -> HttpResponse:
        context = {"form": form, "title": title, "label": label, "url": request.get_full_path()}
        return render(request, "reception/_incident_form.html", context, status=status)

    return submit(request, form, save, again) if request.method == "POST" else again(200)
