"""The examinations of one trip: under a link, and in an account. Each may be changed by itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.diagnostics.errors import RequestMoved
from yilu.diagnostics.operations.own import cancel_own_exam, move_own_exam
from yilu.diagnostics.selectors.own import own_exam, own_places
from yilu.diagnostics.selectors.topics import trip_topic
from yilu.diagnostics.selectors.trips import TripExam, trip_detail
from yilu.platform.actors import Actor
from yilu.platform.errors import BadRequest, Conflict, DomainError, Invalid, NotSignedIn
from yilu.platform.web.http import ActorRequest, go_to, render_page, sent_version, with_toast
from yilu.platform.web.once import once
from yilu.portal.selectors.offers import offers_of
from yilu.portal.web.booking import chosen_time
from yilu.portal.web.by_link import by_link
from yilu.portal.web.forms import CancelForm
from yilu.portal.web.frame import bar
from yilu.portal.web.visits import read_day
from yilu.scheduling.allocation import Place
from yilu.scheduling.selectors.free_time import Slot

told_by_link = by_link("exam_trip", "portal:trip", lambda trip_id: trip_id)
METHODS = ["GET", "HEAD", "POST"]
Change = Callable[[ActorRequest, Actor, UUID, str, UUID], HttpResponseBase]


@require_safe
@told_by_link
def told(request: ActorRequest, trip_id: UUID, holder: Actor, base: str) -> HttpResponse:
    """The trip that a message told of."""
    return _page(request, holder, trip_id, base)


@require_http_methods(METHODS)
@told_by_link
def move_told(
    request: ActorRequest, trip_id: UUID, holder: Actor, base: str, request_id: UUID
) -> HttpResponseBase:
    """Another time for one of its examinations."""
    return _move(request, holder, trip_id, base, request_id)


@require_http_methods(METHODS)
@told_by_link
def cancel_told(
    request: ActorRequest, trip_id: UUID, holder: Actor, base: str, request_id: UUID
) -> HttpResponseBase:
    """Leave one of its examinations out."""
    return _cancel(request, holder, trip_id, base, request_id)


@require_safe
def mine(request: ActorRequest, trip_id: UUID) -> HttpResponse:
    """The same for the account of the patient."""
    return _page(request, _account(request), trip_id, _base(trip_id), ph_menu=bar(request))


@require_http_methods(METHODS)
def move_mine(request: ActorRequest, trip_id: UUID, request_id: UUID) -> HttpResponseBase:
    """Another time, for the account of the patient."""
    return _move(request, _account(request), trip_id, _base(trip_id), request_id)


@require_http_methods(METHODS)
def cancel_mine(request: ActorRequest, trip_id: UUID, request_id: UUID) -> HttpResponseBase:
    """Leave one out, for the account of the patient."""
    return _cancel(request, _account(request), trip_id, _base(trip_id), request_id)


def _account(request: ActorRequest) -> Actor:
    if request.actor.kind != "patient":
        raise NotSignedIn
    return request.actor


def _base(trip_id: UUID) -> str:
    return reverse("portal:my-trip", args=[trip_id])


def _page(
    request: ActorRequest, actor: Actor, trip_id: UUID, base: str, **context: Any
) -> HttpResponse:
    context |= {"detail": trip_detail(actor, trip_id), "base": base, "topic": trip_topic(trip_id)}
    return render_page(request, "portal/trip.html", part="portal/_trip.html", **context)


def _unless_gone(change: Change) -> Change:
    """What is no longer booked cannot be changed: then the trip is shown as it stands now."""

    @wraps(change)
    def run(
        request: ActorRequest, actor: Actor, trip_id: UUID, base: str, request_id: UUID
    ) -> HttpResponseBase:
        try:
            return change(request, actor, trip_id, base, request_id)
        except RequestMoved as gone:
            return _page(request, actor, trip_id, base, status=gone.status, is_gone=True)

    return run


@_unless_gone
def _move(
    request: ActorRequest, actor: Actor, trip_id: UUID, base: str, request_id: UUID
) -> HttpResponseBase:
    if request.method != "POST":
        return _times(request, actor, trip_id, base, request_id)
    starts_at, practitioner_id = chosen_time(request.POST.get("time", ""))
    if practitioner_id is None:
        raise BadRequest

    def run() -> HttpResponseBase:
        move_own_exam(
            actor=actor, trip_id=trip_id, request_id=request_id,
            at=(starts_at, practitioner_id), version=sent_version(request),
        )  # fmt: skip
        return HttpResponseRedirect(base, status=303)

    try:
        return once(request, run)
    except (Conflict, Invalid) as refused:
        return _times(request, actor, trip_id, base, request_id, refused)


def _times(  # noqa: PLR0917 (one page, and why it is shown again)
    request: ActorRequest,
    actor: Actor,
    trip_id: UUID,
    base: str,
    request_id: UUID,
    refused: DomainError | None = None,
) -> HttpResponse:
    own = own_places(actor, trip_id, request_id)
    # First the day of the trip: the others are on it.
    same_day = (one.starts_at.date() for one in own.places if _is_same_day(one, own.exam))
    day = read_day(request.GET.get("day", "")) or next(same_day, None)
    slots = [Slot(*place, own.detail.site.id) for place in own.places]
    context = {
        "own": own,
        "base": base,
        "back_url": base,
        "offers": offers_of(slots, own.detail.site, day),
        "refused": str(refused) if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "portal/trip_move.html", context, status=status)


def _is_same_day(place: Place, exam: TripExam) -> bool:
    return exam.place is not None and place.starts_at.date() == exam.place.starts_at.date()


@_unless_gone
def _cancel(
    request: ActorRequest, actor: Actor, trip_id: UUID, base: str, request_id: UUID
) -> HttpResponseBase:
    form = CancelForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, actor, trip_id, base, request_id, form)

    def run() -> HttpResponseBase:
        cancel_own_exam(
            actor=actor, trip_id=trip_id, request_id=request_id,
            reason=form.cleaned_data["reason"], words=form.cleaned_data["words"],
            version=form.cleaned_data["version"],
        )  # fmt: skip
        return with_toast(go_to(request, base), _("Cancelled. The other examinations stay."))

    try:
        return once(request, run)
    except (Conflict, Invalid) as refused:
        form.add_error(None, str(refused))
        return _ask(request, actor, trip_id, base, request_id, form, status=refused.status)


def _ask(  # noqa: PLR0917 (one page, and why it is shown again)
    request: ActorRequest,
    actor: Actor,
    trip_id: UUID,
    base: str,
    request_id: UUID,
    form: CancelForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "detail": trip_detail(actor, trip_id),
        "exam": own_exam(actor, trip_id, request_id),
        "form": form,
        "base": base,
        "back_url": base,
    }
    shown = 422 if form.is_bound and status == 200 else status
    return render(request, "portal/trip_cancel.html", context, status=shown)
