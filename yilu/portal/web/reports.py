"""A patient's reports: the list, one of them in plain words, and its paper."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yilu.diagnostics.selectors.lab_mine import my_lab_report, my_lab_reports
from yilu.diagnostics.selectors.lab_papers import report_pdf
from yilu.diagnostics.selectors.outside import my_outside
from yilu.diagnostics.selectors.study_reports import (
    my_study_reports,
    study_paper,
    study_report_pdf,
)
from yilu.platform.errors import NotSignedIn
from yilu.platform.web.http import ActorRequest
from yilu.portal.web.frame import bar


@require_safe
def reports(request: ActorRequest) -> HttpResponse:
    """The reports of everybody in the account."""
    _own(request)
    context = {
        "reports": my_lab_reports(request.actor),
        "studies": my_study_reports(request.actor),
        "outside": my_outside(request.actor),
        "ph_menu": bar(request),
        "back_url": reverse("portal:me"),
    }
    return render(request, "portal/my_reports.html", context)


@require_safe
def report(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """One report: each value with its range, in words, and over time."""
    _own(request)
    context = {
        "found": my_lab_report(request.actor, report_id),
        "ph_menu": bar(request),
        "back_url": reverse("portal:reports"),
    }
    return render(request, "portal/my_report.html", context)


@require_safe
def paper(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """The report as a file."""
    _own(request)
    name, content = report_pdf(request.actor, report_id)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_safe
def study(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """One report of an examination."""
    _own(request)
    context = {
        "found": study_paper(request.actor, report_id),
        "ph_menu": bar(request),
        "back_url": reverse("portal:reports"),
    }
    return render(request, "portal/my_study.html", context)


@require_safe
def study_sheet(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """The report of an examination as a file."""
    _own(request)
    name, content = study_report_pdf(request.actor, report_id)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _own(request: ActorRequest) -> None:
    if request.actor.kind != "patient":
        raise NotSignedIn
