"""The desk's list of who is to be called before their booking."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from yilu.platform import undo
from yilu.platform.web.http import ActorRequest, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.prediction import permissions
from yilu.prediction.operations.confirming import answer_confirmation, note_not_reached
from yilu.prediction.selectors.advice import coming_places
from yilu.prediction.selectors.calls import badge_of, call_line, call_list
from yilu.prediction.selectors.topics import calls_topic
from yilu.prediction.web.forms import AnswerForm
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.web.here import site_here
from yilu.workforce.selectors.practitioners import practitioner_names


@require_GET
def calls(request: ActorRequest) -> HttpResponse:
    """Who is to be called, which extra places are open, and what was answered lately."""
    site = site_here(request, permissions.CALL)
    places = coming_places(request.actor, site.id)
    names = practitioner_names({one.practitioner_id for one in places})
    return render_page(
        request,
        "prediction/calls.html",
        part="prediction/_calls.html",
        site=site,
        calls=call_list(request.actor, site.id),
        places=[(one, names[one.practitioner_id]) for one in places if one.is_open],
        may_book=request.actor.may(scheduling.BOOK, site.id),
        may_see=request.actor.may_anywhere(permissions.SEE),
        may_open=request.actor.may(permissions.OPEN_PLACES, site.id),
        topic=calls_topic(site.id),
    )


@require_http_methods(["GET", "POST"])
def call(request: ActorRequest, confirmation_id: UUID) -> HttpResponseBase:
    """What to say on the phone, and what the patient answers."""
    line = call_line(request.actor, confirmation_id)
    form = AnswerForm(request.POST or None, auto_id="dialog_%s")

    def again(status: int) -> HttpResponseBase:
        shown = {"line": line, "form": form}
        return render(request, "prediction/_call.html", shown, status=status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        offer = answer_confirmation(
            actor=request.actor, confirmation_id=confirmation_id, state=typed["state"],
            note=typed["note"], version=typed.get("version"),
        )  # fmt: skip
        return with_toast(HttpResponse(), _("Written down."), undo=undo.address(offer))

    return again(200) if request.method == "GET" else submit(request, form, save, again)


@posted_once
def no_answer(request: ActorRequest, confirmation_id: UUID) -> HttpResponse:
    """Nobody answered."""
    version = request.POST.get("version", "")
    left = note_not_reached(
        actor=request.actor,
        confirmation_id=confirmation_id,
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
    )
    said = ngettext("%(n)s try left.", "%(n)s tries left.", left) % {"n": left}
    return with_toast(HttpResponse(), said if left else _("Not reached; left at that."))


@require_GET
def badge(request: ActorRequest, booking_id: UUID) -> HttpResponse:
    """The small mark beside a booking, for those who may act on it; for others nothing."""
    found = badge_of(request.actor, booking_id)
    return render(request, "prediction/_badge.html", {"risk": found})
