"""A patient's visit cards: given out, printed, reported lost, replaced."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from yilu.patients.operations.cards import card_found, issue_card, replace_card, report_lost
from yilu.patients.rules.facts import LONGEST_CARD
from yilu.patients.selectors.cards import cards_of, printed_card
from yilu.platform import qr
from yilu.platform.errors import Conflict
from yilu.platform.forms import Text
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import posted_once, submit


class CardForm(forms.Form):
    """The number on a card that lies ready; none for a code of our own."""

    number = Text(
        label=gettext_lazy("Number on the card"),
        required=False,
        max_length=LONGEST_CARD,
        help_text=gettext_lazy("Scan or type it. Left empty, a QR code is made to be printed."),
    )


@require_GET
def of_patient(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """The part of a patient's page about cards."""
    return render(request, "patients/_cards.html", {"cards": cards_of(request.actor, patient_id)})


def issue(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """The dialog for a card, and what comes of it."""
    cards_of(request.actor, patient_id)

    def run(number: str) -> UUID:
        return issue_card(actor=request.actor, patient_id=patient_id, number=number)

    return _with_number(request, patient_id, run, _("Give out a card"))


def replace(request: ActorRequest, patient_id: UUID, card_id: UUID) -> HttpResponseBase:
    """The dialog for a card in place of another, and what comes of it."""
    cards_of(request.actor, patient_id)

    def run(number: str) -> UUID:
        return replace_card(actor=request.actor, card_id=card_id, number=number)

    return _with_number(request, patient_id, run, _("Replace the card"))


@posted_once
def lost(request: ActorRequest, patient_id: UUID, card_id: UUID) -> HttpResponseBase:
    """A card is lost, and works nowhere any more."""
    report_lost(actor=request.actor, card_id=card_id)
    return _back(request, patient_id, _("The card works no longer"))


@posted_once
def found(request: ActorRequest, patient_id: UUID, card_id: UUID) -> HttpResponseBase:
    """A lost card is back."""
    card_found(actor=request.actor, card_id=card_id)
    return _back(request, patient_id, _("The card works again"))


@require_GET
def print_(request: ActorRequest, patient_id: UUID, card_id: UUID) -> HttpResponse:
    """A card on paper, with its code."""
    card = printed_card(request.actor, card_id)
    context = {
        "card": card,
        "qr": mark_safe(qr.svg(card.number, title=_("Visit card"))),  # noqa: S308 (our own drawing)
        "back_url": reverse("patients:patient", args=[patient_id]),
    }
    return render(request, "patients/card.html", context)


def _with_number(
    request: ActorRequest, patient_id: UUID, run: Callable[[str], UUID], title: str
) -> HttpResponseBase:
    form = CardForm(request.POST or None)

    def again(status: int = 200) -> HttpResponse:
        context = {"form": form, "url": request.path, "title": title}
        return render(request, "patients/_card.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        run(typed["number"])
        return _back(request, patient_id, _("Card given out"))

    if request.method != "POST":
        return again()
    try:
        return submit(request, form, save, again)
    except Conflict as refused:
        form.add_error("number", str(refused))
        return again(refused.status)


def _back(request: HttpRequest, patient_id: UUID, said: str) -> HttpResponseBase:
    response = go_to(request, reverse("patients:patient", args=[patient_id]))
    return with_toast(response, said) if isinstance(response, HttpResponse) else response
