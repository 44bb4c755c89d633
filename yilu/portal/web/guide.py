"""The guide for patients on a phone and as PDF, for anybody."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yilu.facility.selectors.sites import site_by_key
from yilu.platform.web.http import ActorRequest
from yilu.reception.guide_paper import guide_pdf
from yilu.reception.selectors.patient_guide import patient_guide


@require_safe
def guide(request: ActorRequest, site_key: str) -> HttpResponse:
    """What to know before and during a visit; as the clinic's data stand now."""
    return render(request, "portal/guide.html", {"guide": patient_guide(site_by_key(site_key))})


@require_safe
def paper(request: ActorRequest, site_key: str) -> HttpResponse:
    """The same on paper."""
    return HttpResponse(
        guide_pdf(patient_guide(site_by_key(site_key))),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="guide.pdf"'},
    )
