"""What a hand sends from a screen or a phone, read into what operations take."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import mark_safe

from yilu.clinical.operations.consents import Hand, refuse_consent, sign_for_patient
from yilu.platform import qr
from yilu.platform.actors import Actor
from yilu.platform.errors import BadRequest, Conflict, DomainError, Invalid, Stale
from yilu.platform.web.once import once

TYPED = ("name", "relation", "reason", "strokes")
Show = Callable[[DomainError], HttpResponse]


def read_hand(request: HttpRequest, where: str) -> Hand:
    """How somebody signed. What was drawn counts only where nobody witnessed."""
    post = request.POST
    return Hand(
        digest=post.get("digest", ""),
        strokes=post.get("strokes", ""),
        witness=post.get("witness", ""),
        name=post.get("name", ""),
        relation=post.get("relation", ""),
        where=where,
    )


def decide(actor: Actor, request: HttpRequest, consent_id: UUID, hand: Hand) -> None:
    """Do what the pressed button says: agree, or refuse with the reason typed."""
    match request.POST.get("decision", ""):
        case "agree":
            sign_for_patient(actor=actor, consent_id=consent_id, hand=hand)
        case "refuse":
            reason = request.POST.get("reason", "")
            refuse_consent(actor=actor, consent_id=consent_id, reason=reason, hand=hand)
        case _:
            raise BadRequest


def answered(
    request: HttpRequest, keep: Callable[[], None], *, base: str, show: Show
) -> HttpResponseBase:
    """Keep once what a patient said and show the page again; `show` says why it was refused."""

    def run() -> HttpResponseBase:
        keep()
        return HttpResponseRedirect(base, status=303)

    try:
        return once(request, run)
    except (Conflict, Invalid, Stale) as refused:
        return show(refused)


def link_part(request: HttpRequest, address: str) -> HttpResponse:
    """A link for the patient's phone, as a code to scan. It is shown this once."""
    drawn = mark_safe(qr.svg(address))  # noqa: S308 (drawn by us, from our own address)
    return render(request, "clinical/_consent_link.html", {"link": address, "drawn": drawn})


def answer_hand(
    request: HttpRequest, actor: Actor, consent_id: UUID, *, where: str, base: str, show: Show
) -> HttpResponseBase:
    """Keep a signature once and show the page again; `show` says why it was refused."""

    def keep() -> None:
        decide(actor, request, consent_id, read_hand(request, where))

    return answered(request, keep, base=base, show=show)


def typed_by(request: HttpRequest) -> dict[str, Any]:
    """What stood in the form, to be shown again."""
    return {name: request.POST.get(name, "") for name in TYPED}
