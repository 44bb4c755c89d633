"""Answers as the desk sees them: filled in on the phone, and beside a booking."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.intake import permissions
from yilu.intake.operations.asking import send_link
from yilu.intake.operations.sheets import Said, send_answers
from yilu.intake.selectors.sheets import SheetPart, has_sheet, sheet_of
from yilu.intake.selectors.topics import sheet_topic
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.errors import Conflict, Invalid, NotFound
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import once, posted_once


@require_safe
def mark(request: ActorRequest, booking_id: UUID) -> HttpResponse:
    """How far the questions of a booking are, and what to ask about, below its head."""
    sheet = sheet_of(request.actor, booking_id) if has_sheet(booking_id) else None
    may_fill = bool(sheet) and request.actor.may_anywhere(permissions.FILL)
    context = {"sheet": sheet, "may_fill": may_fill, "topic": sheet_topic(booking_id)}
    return render(request, "intake/_mark.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """The same questions, asked on the phone and filled in by the desk."""
    sheet = sheet_of(request.actor, booking_id)
    request.actor.require(permissions.FILL, sheet.site.id)
    if request.method != "POST":
        return _fill(request, sheet)

    def run() -> HttpResponseBase:
        send_answers(actor=request.actor, booking_id=booking_id, said=read_said(request))
        back = go_to(request, reverse("scheduling:booking", args=[booking_id]))
        return with_toast(back, _("Answers kept"))

    try:
        return once(request, run)
    except (Conflict, Invalid) as refused:
        return _fill(request, sheet_of(request.actor, booking_id), refused)


@posted_once
def send(request: ActorRequest, booking_id: UUID) -> HttpResponse:
    """Send the patient the link once more: it was lost, or asked for on the phone."""
    send_link(actor=request.actor, booking_id=booking_id)
    return with_toast(HttpResponse(status=204), _("Link sent"))


def read_said(request: ActorRequest) -> Said:
    """The answers of a form. Raises: NotFound for what no form of ours sends."""
    sent = {name.removeprefix("q-"): str(request.POST[name])
            for name in request.POST if name.startswith("q-")}  # fmt: skip
    if len(sent) > 200:
        raise NotFound
    return Said(sent, consent="consent" in request.POST, quick="quick" in request.POST)


def _fill(
    request: ActorRequest, sheet: SheetPart, refused: Conflict | Invalid | None = None
) -> HttpResponse:
    context = form_context(request, sheet, refused)
    briefs = patient_briefs(request.actor, [sheet.patient_id], "questions before a visit")
    context["patient"] = briefs.get(sheet.patient_id)
    return render(request, "intake/fill.html", context, status=refused.status if refused else 200)


def form_context(
    request: ActorRequest, sheet: SheetPart, refused: Conflict | Invalid | None
) -> dict[str, object]:
    """What the form of questions needs: what was typed comes before what is kept."""
    typed = read_said(request).answers if request.method == "POST" else {}
    lacking = {one.field for one in refused.errors} if isinstance(refused, Invalid) else set()
    rows = [
        (one.question, typed.get(one.question.key, one.said), one.question.key in lacking)
        for one in sheet.answers
    ]
    return {"sheet": sheet, "rows": rows, "refused": refused, "total": len(rows)}
