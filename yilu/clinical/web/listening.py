"""Listening first: begun by the room, skipped with one key, switched and read by a manager."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from yilu.clinical.operations.listening import begin_listening, skip_listening, switch_listening
from yilu.clinical.selectors.listening import is_listening_on, listening_figures
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once


@posted_once
def begin(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """The room shows who has come."""
    begin_listening(actor=request.actor, visit_id=visit_id)
    return HttpResponse(status=204)


@posted_once
def skip(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """The doctor goes on to the orders."""
    skip_listening(actor=request.actor, visit_id=visit_id)
    return HttpResponse(status=204)


@posted_once
def switch(request: ActorRequest, site_id: UUID) -> HttpResponseBase:
    """Switch it on or off for a site."""
    is_on = request.POST.get("is_on") == "1"
    switch_listening(actor=request.actor, site_id=site_id, is_on=is_on)
    return with_toast(figures(request, site_id), _("Changed"))


def figures(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """How long the doctors of a site listen, and the switch."""
    context = {
        "site_id": site_id,
        "figures": listening_figures(request.actor, site_id),
        "is_on": is_listening_on(site_id),
    }
    return render(request, "clinical/_listening_figures.html", context)
