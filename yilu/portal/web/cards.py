"""A patient's visit cards on their phone: which works, and reporting one lost."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.patients.operations.cards import report_lost
from yilu.platform.errors import Conflict, NotSignedIn
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once
from yilu.portal.selectors.mine import my_card, my_cards
from yilu.portal.web.frame import bar


@require_safe
def cards(request: ActorRequest) -> HttpResponse:
    """The cards of everybody in the account."""
    _own(request)
    return _page(request, "cards", people=my_cards(request.actor), back_url=reverse("portal:me"))


@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: ActorRequest, card_id: UUID) -> HttpResponseBase:
    """Say what will follow; then the card works nowhere any more."""
    _own(request)
    patient, line = my_card(request.actor, card_id)
    back_url = reverse("portal:cards")

    def again(refused: Conflict | None = None) -> HttpResponse:
        context = {"patient": patient, "line": line, "refused": refused, "back_url": back_url}
        return _page(request, "card_lost", status=refused.status if refused else 200, **context)

    def run() -> HttpResponseBase:
        report_lost(actor=request.actor, card_id=card_id)
        return with_toast(HttpResponseRedirect(back_url, status=303), _("The card is stopped"))

    if request.method != "POST":
        return again() if line.works else HttpResponseRedirect(back_url, status=303)
    try:
        return once(request, run)
    except Conflict as refused:
        return again(refused)


def _own(request: ActorRequest) -> None:
    if request.actor.kind != "patient":
        raise NotSignedIn


def _page(request: ActorRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context["ph_menu"] = bar(request)
    return render(request, f"portal/my_{name}.html", context, status=status)
