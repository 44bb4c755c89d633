"""The buttons of a queue: each calls one operation, says what was done, and offers to undo it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yilu.platform.errors import NotFound
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.web.http import ActorRequest, sent_version, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.queueing.operations import calling, issuing, undoing
from yilu.queueing.selectors.points import station_info
from yilu.queueing.selectors.tickets import ticket_info

Deed = Callable[..., Any]
# A ticket's plain deeds: what does it, what is said, what takes it back ("" for nothing).
DEEDS: dict[str, tuple[Deed, Any, str]] = {
    "recall": (calling.recall_ticket, gettext_lazy("Called %(number)s again"), ""),
    "start": (calling.start_ticket, gettext_lazy("%(number)s is in the room"), "start"),
    "skip": (calling.skip_ticket, gettext_lazy("%(number)s missed the call"), "skip"),
    "finish": (calling.finish_ticket, gettext_lazy("%(number)s is finished"), "finish"),
    "requeue": (issuing.requeue_ticket, gettext_lazy("%(number)s waits again"), "requeue"),
    "return": (issuing.return_ticket, gettext_lazy("%(number)s is back with results"), "return"),
    "leave": (issuing.leave_queue, gettext_lazy("%(number)s has left the queue"), "leave"),
}
UNDOS: dict[str, Deed] = {
    "call": undoing.undo_call,
    "start": undoing.undo_start,
    "skip": undoing.undo_skip,
    "finish": undoing.undo_finish,
    "move": undoing.undo_move,
    "transfer": undoing.undo_transfer,
    "requeue": undoing.undo_requeue,
    "return": undoing.undo_return,
    "leave": undoing.undo_leave,
}


class ReasonForm(VersionedForm):
    """Why something is done otherwise than by the rule."""

    reason = Text(label=gettext_lazy("Reason"), max_length=200)


class MoveForm(ReasonForm):
    """To which place among those of the same urgency."""

    place = forms.IntegerField(
        label=gettext_lazy("Place (1 is next)"), min_value=1, max_value=999, initial=1
    )
    field_order = ("place", "reason")


@posted_once
def call_next(request: ActorRequest, station_id: UUID) -> HttpResponseBase:
    """Call whoever is next."""
    called = calling.call_next(actor=request.actor, station_id=station_id)
    if called is None:
        return with_toast(HttpResponse(), _("Nobody is waiting"))
    return _said_called(called)


@posted_once
def call(request: ActorRequest, ticket_id: UUID, station_id: UUID) -> HttpResponseBase:
    """Call a certain patient: who is next, or missed a call and is here now."""
    called = calling.call_ticket(
        actor=request.actor,
        ticket_id=ticket_id,
        station_id=station_id,
        version=sent_version(request),
    )
    return _said_called(called)


@posted_once
def deed(request: ActorRequest, ticket_id: UUID, name: str) -> HttpResponseBase:
    """One of the plain deeds of a ticket."""
    if name not in DEEDS:
        raise NotFound
    run, words, back = DEEDS[name]
    run(actor=request.actor, ticket_id=ticket_id, version=sent_version(request))
    said = words % {"number": ticket_info(ticket_id).number}
    return with_toast(HttpResponse(), said, undo=_undo(ticket_id, back))


@posted_once
def finish(request: ActorRequest, ticket_id: UUID) -> HttpResponseBase:
    """Finish a ticket, where no higher app has more to do with it."""
    calling.finish_ticket(actor=request.actor, ticket_id=ticket_id, version=sent_version(request))
    said = DEEDS["finish"][1] % {"number": ticket_info(ticket_id).number}
    return with_toast(HttpResponse(), said, undo=_undo(ticket_id, "finish"))


@posted_once
def undo(request: ActorRequest, ticket_id: UUID, name: str) -> HttpResponseBase:
    """Take the last deed on a ticket back."""
    if name not in UNDOS:
        raise NotFound
    UNDOS[name](actor=request.actor, ticket_id=ticket_id)
    number = ticket_info(ticket_id).number
    return with_toast(HttpResponse(), _("Undone: %(number)s") % {"number": number})


@require_http_methods(["GET", "HEAD", "POST"])
def call_beside(request: ActorRequest, station_id: UUID) -> HttpResponseBase:
    """Ask why another patient is called while one is still in the room; then call them."""
    station = station_info(station_id)

    def save(data: dict[str, Any]) -> HttpResponseBase:
        called = calling.call_next(
            actor=request.actor, station_id=station_id, reason=data["reason"]
        )
        if called is None:
            return with_toast(HttpResponse(), _("Nobody is waiting"))
        return _said_called(called)

    title = _("Call another patient to %(station)s") % {"station": station.name}
    return _dialog(request, ReasonForm, save, title=title, label=_("Call"))


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: ActorRequest, ticket_id: UUID) -> HttpResponseBase:
    """Ask where to and why; then move a waiting patient."""
    info = ticket_info(ticket_id)

    def save(data: dict[str, Any]) -> HttpResponseBase:
        issuing.move_ticket(
            actor=request.actor,
            ticket_id=ticket_id,
            position=data["place"] - 1,
            reason=data["reason"],
            version=data["version"],
        )
        said = _("Moved ticket %(number)s") % {"number": info.number}
        return with_toast(HttpResponse(), said, undo=_undo(ticket_id, "move"))

    title = _("Move %(number)s by hand") % {"number": info.number}
    return _dialog(
        request, MoveForm, save, title=title, label=_("Move there"), version=info.version
    )


@require_http_methods(["GET", "HEAD", "POST"])
def call_out_of_turn(request: ActorRequest, ticket_id: UUID, station_id: UUID) -> HttpResponseBase:
    """Ask why somebody is called before others; then call them."""
    info = ticket_info(ticket_id)

    def save(data: dict[str, Any]) -> HttpResponseBase:
        return _said_called(
            calling.call_ticket(
                actor=request.actor,
                ticket_id=ticket_id,
                station_id=station_id,
                reason=data["reason"],
                version=data["version"],
            )
        )

    title = _("Call %(number)s out of turn") % {"number": info.number}
    return _dialog(request, ReasonForm, save, title=title, label=_("Call"), version=info.version)


def _dialog(
    request: ActorRequest,
    kind: type[VersionedForm],
    save: Callable[[dict[str, Any]], HttpResponseBase],
    *,
    title: str,
    label: str,
    version: int | None = None,
) -> HttpResponseBase:
    form = kind(request.POST) if request.method == "POST" else kind(initial={"version": version})

    def show(status: int) -> HttpResponse:
        context = {"form": form, "title": title, "label": label, "url": request.path}
        return render(request, "platform/_dialog.html", context, status=status)

    return submit(request, form, save, show) if request.method == "POST" else show(200)


def _said_called(called: calling.CalledTicket) -> HttpResponse:
    station = station_info(called.station_id)
    said = _("Called %(number)s to %(station)s") % {
        "number": called.number,
        "station": station.name,
    }
    return with_toast(HttpResponse(), said, undo=_undo(called.id, "call"))


def _undo(ticket_id: UUID, name: str) -> str:
    return reverse("queueing:undo", args=[ticket_id, name]) if name else ""
