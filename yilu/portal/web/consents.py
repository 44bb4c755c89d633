"""Consents to treatment on the patient's own phone, and the page where anybody checks a paper."""

import hashlib

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical.operations.consent_links import PURPOSE
from yilu.clinical.operations.consents import withdraw_consent
from yilu.clinical.selectors.consents import consent_owner, consent_page, patient_consents
from yilu.clinical.selectors.kept_papers import consent_paper, verified
from yilu.clinical.selectors.plans import patient_plans
from yilu.clinical.web.consents import pdf_answer
from yilu.clinical.web.signing import answer_hand, typed_by
from yilu.platform import throttle
from yilu.platform.errors import Conflict, DomainError, Invalid, NotFound, NotSignedIn, Stale
from yilu.platform.web.http import ActorRequest, sent_version, with_toast
from yilu.platform.web.once import once
from yilu.portal.web.consent_doors import ConsentDoor, let_in
from yilu.portal.web.frame import bar

METHODS = ["GET", "HEAD", "POST"]
let_in_to_consent = let_in(PURPOSE, "portal:consent", "portal:my-consent", consent_owner)
MOST_LOOKS, MINUTE = 120, 60
LARGEST = 8 * 1024 * 1024


@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """What the people of an account were given to sign."""
    if request.actor.kind != "patient":
        raise NotSignedIn
    context = {
        "lines": patient_consents(request.actor, sorted(request.actor.owns)),
        "plans": patient_plans(request.actor, sorted(request.actor.owns)),
        "ph_menu": bar(request),
        "back_url": reverse("portal:me"),
    }
    return render(request, "portal/my_consents.html", context)


@require_http_methods(METHODS)
@let_in_to_consent
def show(request: ActorRequest, door: ConsentDoor) -> HttpResponseBase:
    """One text to read and sign, or what became of it."""
    if request.method != "POST":
        return _page(request, door)
    return answer_hand(
        request, door.actor, door.id, where="phone", base=door.base,
        show=lambda refused: _page(request, door, refused),
    )  # fmt: skip


@require_http_methods(METHODS)
@let_in_to_consent
def withdraw(request: ActorRequest, door: ConsentDoor) -> HttpResponseBase:
    """Take back what was agreed, with the reason."""
    if request.method != "POST":
        return _withdrawing(request, door)

    def run() -> HttpResponseBase:
        withdraw_consent(
            actor=door.actor, consent_id=door.id, reason=request.POST.get("reason", ""),
            version=sent_version(request),
        )  # fmt: skip
        answer = HttpResponseRedirect(door.base, status=303)
        return with_toast(answer, _("Withdrawn. We have been told."))

    try:
        return once(request, run)
    except (Conflict, Invalid, Stale) as refused:
        return _withdrawing(request, door, refused)


@require_safe
@let_in_to_consent
def paper(request: ActorRequest, door: ConsentDoor) -> HttpResponse:
    """The paper as it was signed."""
    return pdf_answer(consent_paper(door.actor, door.id))


@require_safe
def verify(request: ActorRequest) -> HttpResponseBase:
    """Ask for the number of a paper."""
    code = request.GET.get("code", "").strip()[:40]
    if code:
        return HttpResponseRedirect(reverse("portal:verify-paper", args=[code]))
    return render(request, "portal/verify.html", {})


@require_http_methods(METHODS)
def verify_paper(request: ActorRequest, code: str) -> HttpResponse:
    """When a paper was signed, whether it is unaltered and stands: not whose it is.

    A file that is sent along is compared with it and not kept.
    """
    throttle.take(f"portal:verify:{request.META.get('REMOTE_ADDR', '')}", MOST_LOOKS, MINUTE)
    try:
        found = verified(code)
    except NotFound as refused:
        context = {"typed": code, "is_unknown": True}
        return render(request, "portal/verify.html", context, status=refused.status)
    context = {"found": found, "is_same": None}
    sent = request.FILES.get("file")
    if request.method == "POST" and sent is not None:
        is_small = sent.size is not None and sent.size <= LARGEST
        context["is_same"] = is_small and hashlib.sha256(sent.read()).hexdigest() == found.sha256
    return render(request, "portal/verify.html", context)


def _page(
    request: ActorRequest, door: ConsentDoor, refused: DomainError | None = None
) -> HttpResponse:
    context = {
        "page": consent_page(door.actor, door.id),
        "base": door.base,
        "refused": refused,
        "typed": typed_by(request) if refused else {},
        "back_url": "" if door.is_link else reverse("portal:consents"),
    }
    status = refused.status if refused else 200
    return render(request, "portal/consent.html", context, status=status)


def _withdrawing(
    request: ActorRequest, door: ConsentDoor, refused: DomainError | None = None
) -> HttpResponse:
    context = {
        "page": consent_page(door.actor, door.id),
        "base": door.base,
        "back_url": door.base,
        "refused": refused,
        "reason": request.POST.get("reason", ""),
    }
    status = refused.status if refused else 200
    return render(request, "portal/consent_withdraw.html", context, status=status)
