"""Questions before a visit, answered on a phone, with drafts kept: under a link of their own, or
from the page of the booking.
"""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from yilu.intake.operations.sheets import keep_draft, send_answers
from yilu.intake.selectors.sheets import SheetPart, sheet_of
from yilu.intake.web.views import form_context, read_said
from yilu.platform.actors import Actor
from yilu.platform.errors import Conflict, Invalid, NotFound
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import once
from yilu.portal.web.by_link import by_link
from yilu.portal.web.doors import Entry, entered

asked = by_link("questions", "portal:questions", lambda booking_id: booking_id)


@require_http_methods(["GET", "HEAD", "POST"])
@asked
def answer(request: ActorRequest, booking_id: UUID, holder: Actor, base: str) -> HttpResponseBase:
    """The questions; sent, they are answered for good."""
    return _answer(request, holder, booking_id, base)


@require_POST
@asked
def draft(request: ActorRequest, booking_id: UUID, holder: Actor, base: str) -> HttpResponseBase:
    """Keep what is answered so far, and say at once when somebody should call for help."""
    return _draft(request, holder, booking_id)


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def of_booking(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """The same from the page of a booking."""
    base = f"{entry.base}/questions"
    return _answer(request, entry.door.actor, _booking(entry), base, entry.base)


@require_POST
@entered
def draft_of_booking(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """The same from the page of a booking."""
    return _draft(request, entry.door.actor, _booking(entry))


def _booking(entry: Entry) -> UUID:
    if entry.door.about.booking_id is None:
        raise NotFound
    return entry.door.about.booking_id


def _answer(
    request: ActorRequest, holder: Actor, booking_id: UUID, base: str, back: str = ""
) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, sheet_of(holder, booking_id), base, back)

    def run() -> HttpResponseBase:
        send_answers(actor=holder, booking_id=booking_id, said=read_said(request))
        return HttpResponseRedirect(base, status=303)

    try:
        return once(request, run)
    except (Conflict, Invalid) as refused:
        return _page(request, sheet_of(holder, booking_id), base, back, refused)


def _draft(request: ActorRequest, holder: Actor, booking_id: UUID) -> HttpResponse:
    keep_draft(actor=holder, booking_id=booking_id, said=read_said(request))
    sheet = sheet_of(holder, booking_id)
    return render(request, "portal/_questions_state.html", form_context(request, sheet, None))


def _page(
    request: ActorRequest,
    sheet: SheetPart,
    base: str,
    back: str = "",
    refused: Conflict | Invalid | None = None,
) -> HttpResponse:
    hides = sheet.is_answered or not sheet.is_open
    context = form_context(request, sheet, refused) | {"base": base, "back": back, "is_over": hides}
    status = refused.status if refused else 200
    return render(request, "portal/questions.html", context, status=status)
