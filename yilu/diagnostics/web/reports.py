"""Reports in force at a site: found by number or person, printed at a desk for their patient."""

from uuid import UUID

from django.core import signing
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical import permissions as clinical
from yilu.diagnostics import permissions
from yilu.diagnostics.operations.handing import hand_out_report
from yilu.diagnostics.selectors.given_out import given_out, handed_out_pdf, report_in_force
from yilu.diagnostics.web.steps import (
    as_file,
    identifiers,
    refusal,
    shown,
    status_of,
    typed_identifiers,
)
from yilu.platform.errors import DomainError, NotFound
from yilu.platform.web.http import ActorRequest
from yilu.scheduling.web.here import site_here

SALT = "diagnostics.report"
# How long the paper can be opened by whoever handed it out.
SECONDS = 300


@require_safe
def board(request: ActorRequest) -> HttpResponse:
    """The reports of a site; with `q` those of a number or a person."""
    site = site_here(request, permissions.SEE)
    q = request.GET.get("q", "")
    context = {
        "site": site,
        "q": q,
        "rows": given_out(request.actor, site.id, q),
        "may_read": request.actor.may(clinical.SEE, site.id),
        "may_print": request.actor.may(permissions.PRINT, site.id),
    }
    return render(request, "diagnostics/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: ActorRequest, site_id: UUID, report_id: UUID) -> HttpResponseBase:
    """Ask who it is, then open the paper."""
    if request.method != "POST":
        return _asked(request, site_id, report_id)

    def run() -> HttpResponse:
        hand_out_report(
            actor=request.actor,
            site_id=site_id,
            report_id=report_id,
            identifiers=typed_identifiers(request),
        )
        ticket = signing.dumps([report_id.hex, str(request.actor.user_id)], salt=SALT)
        url = reverse("diagnostics:report-paper", args=[site_id, report_id])
        return render(request, "diagnostics/_handed_out.html", {"url": f"{url}?ticket={ticket}"})

    return shown(request, run, lambda refused: _asked(request, site_id, report_id, refused))


@require_safe
def paper(request: ActorRequest, site_id: UUID, report_id: UUID) -> HttpResponse:
    """The paper, for a few minutes, for whoever was told who it is."""
    try:
        told = signing.loads(request.GET.get("ticket", ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise NotFound from error
    if told != [report_id.hex, str(request.actor.user_id)]:
        raise NotFound
    return as_file(*handed_out_pdf(request.actor, site_id, report_id))


def _asked(
    request: ActorRequest, site_id: UUID, report_id: UUID, refused: DomainError | None = None
) -> HttpResponse:
    request.actor.require_to_see(permissions.PRINT, site_id)
    report_in_force(request.actor, site_id, report_id)
    context = {"site_id": site_id, "report_id": report_id, "identifiers": identifiers()}
    context |= refusal(request, refused)
    return render(request, "diagnostics/_hand_out.html", context, status=status_of(refused))
