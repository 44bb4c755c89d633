"""What the gateway owes: seen by who takes money, and pressed on with."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yilu.billing.operations.errands import try_errand_again
from yilu.billing.selectors.errands import unanswered
from yilu.billing.states import ErrandKind
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once


@require_GET
def gateway(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """What the gateway owes a site, as a part; empty when it owes nothing."""
    owed = unanswered(actor=request.actor, site_id=site_id)
    return render(request, "billing/_gateway.html", {"owed": owed, "site_id": site_id})


@posted_once
def try_again(request: ActorRequest, kind: str, subject_id: UUID) -> HttpResponseBase:
    """Have it asked at once."""
    if kind not in ErrandKind.values:
        raise NotFound
    try_errand_again(actor=request.actor, kind=kind, subject_id=subject_id)
    return with_toast(HttpResponse(), _("Asked again. This part goes when it is done."))
