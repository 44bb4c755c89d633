"""Which department? The step before choosing a service, for whoever does not know."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.intake import permissions as intake
from yilu.intake.operations.pretriage import ask_where, tie_answer
from yilu.intake.selectors.pretriage import Advice, advice_of
from yilu.platform import crypto, throttle
from yilu.platform.crypto import CannotDecrypt
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import submit
from yilu.portal.selectors.mine import my_people
from yilu.portal.web import keeping
from yilu.portal.web.forms_which import NOBODY, WhichForm
from yilu.portal.web.frame import bar
from yilu.scheduling.selectors.arriving import coming_patient

MOST_ASKED, TEN_MINUTES = 20, 600
ANSWER, WORDS = "portal.pretriage", "portal.pretriage.words"
COLUMN = "portal.session.complaint"


@require_http_methods(["GET", "HEAD", "POST"])
def which(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Ask what troubles somebody, and say where that belongs."""
    site = site_by_key(site_key)
    people = (
        [(str(one.id), str(one.name)) for one in my_people(request.actor)]
        if _is_ours(request)
        else []
    )
    form = WhichForm(request.POST or None, people=people)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        who = typed.get("who") or NOBODY
        kept = ask_where(
            actor=request.actor,
            site_id=site.id,
            complaint=form.complaint(),
            patient_id=UUID(who) if who != NOBODY else None,
            channel=keeping.channel_of(request),
        )
        request.session[ANSWER] = kept.hex
        request.session[WORDS] = crypto.seal(form.said(), COLUMN).hex()
        return HttpResponseRedirect(reverse("portal:which-answer", args=[site.key]), status=303)

    def show(status: int) -> HttpResponse:
        context = {"form": form, "site": site, "people": people}
        return _page(request, site, "which", status, context)

    if request.method != "POST":
        return show(200)
    throttle.take(f"portal:which:{keeping.address_of(request)}", MOST_ASKED, TEN_MINUTES)
    return submit(request, form, save, show)


@require_http_methods(["GET", "HEAD"])
def answer(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """The answer that was given in this browser."""
    site = site_by_key(site_key)
    advice = _kept(request)
    if advice is None or advice.site_id != site.id:
        return HttpResponseRedirect(reverse("portal:which", args=[site_key]))
    return _page(request, site, "which_answer", 200, {"advice": advice, "site": site})


def words_of(request: HttpRequest) -> str:
    """What was said on the way here, to be filled in as the reason of the booking."""
    try:
        return crypto.unseal(bytes.fromhex(request.session.get(WORDS, "")), COLUMN)
    except (CannotDecrypt, ValueError, IndexError):
        return ""


def tie(request: ActorRequest, booking_id: UUID) -> None:
    """The answer of this browser led to the booking just made; it is used up."""
    kept = request.session.pop(ANSWER, None)
    request.session.pop(WORDS, None)
    if kept is not None:
        tie_answer(
            actor=request.actor.lent(intake.FILL),
            pretriage_id=UUID(kept),
            patient_id=coming_patient(booking_id).patient_id,
            booking_id=booking_id,
        )


def _kept(request: ActorRequest) -> Advice | None:
    kept = request.session.get(ANSWER)
    if kept is None:
        return None
    try:
        return advice_of(request.actor, UUID(kept), asked_here=True, online=True)
    except NotFound:
        return None


def _is_ours(request: ActorRequest) -> bool:
    return request.actor.kind == "patient"


def _page(
    request: ActorRequest, site: SiteInfo, name: str, status: int, context: dict[str, Any]
) -> HttpResponse:
    back = "portal:services" if name == "which" else "portal:which"
    context |= {
        "step": 1,
        "steps": [True, False, False, False],
        "back_url": reverse(back, args=[site.key]),
        "ph_menu": bar(request) if _is_ours(request) else [],
    }
    return render(request, f"portal/book_{name}.html", context, status=status)
