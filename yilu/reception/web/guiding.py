"""The guide sheet on paper, with a code that opens the same visit on a phone."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from yilu.platform.web.http import ActorRequest
from yilu.queueing.web.boards import phone_url, qr_svg
from yilu.reception.selectors.guide import guide


@require_safe
def sheet(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The sheet as it stands now; printed again as steps are done."""
    found = guide(request.actor, visit_id)
    target = (
        phone_url(found.place.ticket_id)
        if found.place
        else reverse("reception:guide", args=[visit_id])
    )
    drawn = mark_safe(qr_svg(request.build_absolute_uri(target)))  # noqa: S308 (drawn by us, from our own address)
    return render(request, "reception/guide.html", {"guide": found, "qr": drawn})
