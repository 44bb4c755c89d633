"""What became of the money for an item of a dental plan: a few words beside it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yilu.billing.selectors.teeth import dental_charge
from yilu.platform.web.http import ActorRequest


@require_safe
def dental(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """The charge and the bill of an item, for the row that it stands in."""
    context = {"charge": dental_charge(request.actor, item_id)}
    return render(request, "billing/_dental_charge.html", context)
