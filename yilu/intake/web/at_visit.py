"""The questions of a visit: asked at the desk and by the nurse, read and taken into the record."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical import permissions as clinical
from yilu.intake.operations.at_visit import answer_at_visit, take_over
from yilu.intake.selectors.at_visit import AtVisit, questions_at
from yilu.intake.web.views import read_said
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.errors import Conflict, Invalid, Stale
from yilu.platform.web.http import ActorRequest, sent_version, wants_part, with_toast
from yilu.platform.web.once import once, posted_once

Refused = Conflict | Invalid | Stale


@require_safe
def of_visit(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What was answered, what is missing and what stands out, for the doctor."""
    return _part(request, questions_at(request.actor, visit_id), is_open=False)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """The questions as a form: a page at the desk, a part at the nurse."""
    if request.method != "POST":
        return _shown(request, questions_at(request.actor, visit_id))

    def run() -> HttpResponseBase:
        version = sent_version(request)
        said = read_said(request)
        answer_at_visit(actor=request.actor, visit_id=visit_id, said=said, version=version)
        at_visit = questions_at(request.actor, visit_id)
        return with_toast(_shown(request, at_visit), _kept(at_visit))

    try:
        return once(request, run)
    except (Conflict, Invalid, Stale) as refused:
        return _shown(request, questions_at(request.actor, visit_id), refused)


@posted_once
def take(request: ActorRequest, visit_id: UUID, key: str) -> HttpResponse:
    """Put one answer into the record."""
    take_over(actor=request.actor, visit_id=visit_id, key=key)
    at_visit = questions_at(request.actor, visit_id)
    part = _part(request, at_visit, is_open=request.POST.get("open") == "1")
    return with_toast(part, _("Taken over into the record"))


def _kept(at_visit: AtVisit) -> str:
    if not at_visit.lacking:
        return _("Answers kept")
    return _("Kept; %(count)s still without an answer") % {"count": len(at_visit.lacking)}


def _shown(
    request: ActorRequest, at_visit: AtVisit, refused: Refused | None = None
) -> HttpResponse:
    shown = _part if wants_part(request) else _page
    return shown(request, at_visit, refused)


def _part(
    request: ActorRequest,
    at_visit: AtVisit,
    refused: Refused | None = None,
    *,
    is_open: bool = True,
) -> HttpResponse:
    context = _context(request, at_visit, refused)
    context["is_open"] = context["is_open"] and is_open
    status = refused.status if refused else 200
    return render(request, "intake/_of_visit.html", context, status=status)


def _page(request: ActorRequest, at_visit: AtVisit, refused: Refused | None = None) -> HttpResponse:
    context = _context(request, at_visit, refused)
    patient_id = at_visit.visit.patient_id
    briefs = patient_briefs(request.actor, [patient_id], "questions before a visit")
    context["patient"] = briefs.get(patient_id)
    status = refused.status if refused else 200
    return render(request, "intake/ask.html", context, status=status)


def _context(request: ActorRequest, at_visit: AtVisit, refused: Refused | None) -> dict[str, Any]:
    """What was typed comes before what is kept; what lacks an answer is marked."""
    visit = at_visit.visit
    typed = read_said(request).answers if refused else {}
    wrong = {one.field for one in refused.errors} if isinstance(refused, Invalid) else set()
    rows = [
        {
            "question": one.question,
            "said": typed.get(one.question.key, one.said),
            "before": one.before,
            "is_wrong": f"q-{one.question.key}" in wrong,
            "is_missing": one.question.key in at_visit.lacking,
        }
        for one in at_visit.sheet.answers
    ]
    return {
        "at": at_visit,
        "sheet": at_visit.sheet,
        "rows": rows,
        "refused": refused,
        "no_consent": "consent" in wrong,
        "visit_id": visit.id,
        "is_open": bool(refused) or bool(at_visit.lacking),
        "may_allergy": request.actor.may(clinical.ASSESS, visit.site_id),
        "may_problem": request.actor.may(clinical.WRITE, visit.site_id),
    }
