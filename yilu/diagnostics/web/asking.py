"""The doctor's side: what was asked for at a visit, and asking for one more."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical.selectors.context import require_visit
from yilu.diagnostics import permissions
from yilu.diagnostics.operations.requests import ask_examination, withdraw_request
from yilu.diagnostics.selectors.offered import offered_exams
from yilu.diagnostics.selectors.requests import requests_of_visit
from yilu.diagnostics.selectors.study_reports import studies_of
from yilu.diagnostics.selectors.topics import visit_exams_topic
from yilu.diagnostics.web.forms import AskForm
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.visits.selectors.visits import visit_info


@require_safe
def of_visit(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What was asked for at a visit, for the doctor's room."""
    visit = visit_info(visit_id)
    lines = requests_of_visit(request.actor, visit_id)
    studies = studies_of([one.id for one in lines])
    context = {
        "visit_id": visit_id,
        "lines": [(one, studies.get(one.id)) for one in lines],
        "may_ask": request.actor.may(permissions.ASK, visit.site_id),
        "topic": visit_exams_topic(visit_id),
    }
    return render(request, "diagnostics/_of_visit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Choose an examination, say why, done."""
    visit = visit_info(visit_id)
    require_visit(request.actor, visit, permissions.SEE)
    request.actor.require(permissions.ASK, visit.site_id)
    form = AskForm(request.POST or None, offered_exams(visit.site_id))

    def show(status: int) -> HttpResponse:
        context = {"form": form, "visit_id": visit_id}
        return render(request, "diagnostics/_ask.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponse:
        ask_examination(actor=request.actor, wish=form.wish(visit_id, typed))
        return with_toast(HttpResponse(status=204), _("Examination asked for"))

    return submit(request, form, save, show) if request.method == "POST" else show(200)


@posted_once
def withdraw(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Ask for it no longer."""
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
    withdraw_request(actor=request.actor, request_id=request_id, version=version)
    return with_toast(HttpResponse(status=204), _("Request withdrawn"))
