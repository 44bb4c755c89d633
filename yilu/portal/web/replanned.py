"""A time that the clinic cannot keep: its patient takes the place kept instead, or another."""

from collections.abc import Callable
from datetime import date

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.facility.selectors.sites import site_info
from yilu.platform.actors import Actor
from yilu.platform.errors import BadRequest, Conflict, DomainError, Invalid, NotFound, Stale
from yilu.platform.web.http import ActorRequest, render_page, sent_number
from yilu.platform.web.once import once
from yilu.portal.selectors.offers import time_offers
from yilu.portal.web.booking import chosen_time
from yilu.portal.web.by_link import by_link
from yilu.scheduling.errors import AnswerOver, NotFree, UnknownPractitioner
from yilu.scheduling.operations.answering import (
    accept_move,
    cancel_instead,
    choose_instead,
    decline_move,
    propose_again,
)
from yilu.scheduling.selectors.answers import Proposal, proposal
from yilu.scheduling.selectors.topics import move_topic
from yilu.scheduling.states import CancelReason

asked = by_link("replan", "portal:replanned", proposal)


@require_safe
@asked
def show(request: ActorRequest, offer: Proposal, holder: Actor, base: str) -> HttpResponse:
    """What cannot be kept and what is kept instead; looking at it answers nothing."""
    return _page(request, offer, base)


@require_POST
@asked
def take(request: ActorRequest, offer: Proposal, holder: Actor, base: str) -> HttpResponseBase:
    """Take the place. If it can no longer be had, another is proposed at once."""

    def run() -> HttpResponseBase:
        accept_move(actor=holder, move_id=offer.id, round_=sent_number(request, "round"))
        return HttpResponseRedirect(base, status=303)

    try:
        return once(request, run)
    except (NotFree, UnknownPractitioner):
        lost = _("That time can no longer be had.")
        try:
            propose_again(actor=holder, move_id=offer.id)
        except AnswerOver as refused:
            lost = str(refused)
        return _page(request, proposal(offer.id), base, lost, 409)
    except (Conflict, Stale) as refused:
        return _refused(request, offer, base, refused)


@require_POST
@asked
def leave(request: ActorRequest, offer: Proposal, holder: Actor, base: str) -> HttpResponseBase:
    """The time does not suit: another one is kept and shown at once, or the clinic calls."""

    def run() -> HttpResponseBase:
        decline_move(actor=holder, move_id=offer.id, round_=sent_number(request, "round"))
        return HttpResponseRedirect(base, status=303)

    return _done(request, offer, base, run)


@require_POST
@asked
def cancel(request: ActorRequest, offer: Proposal, holder: Actor, base: str) -> HttpResponseBase:
    """Cancel instead."""

    def run() -> HttpResponseBase:
        reason = CancelReason.CLINIC
        cancel_instead(
            actor=holder, move_id=offer.id, reason=reason, round_=sent_number(request, "round")
        )
        return HttpResponseRedirect(base, status=303)

    return _done(request, offer, base, run)


@require_http_methods(["GET", "HEAD", "POST"])
@asked
def other(request: ActorRequest, offer: Proposal, holder: Actor, base: str) -> HttpResponseBase:
    """Choose among all that is free; the kept place stays kept meanwhile."""
    if request.method != "POST" or not offer.may_choose:
        return _times(request, offer, base)
    starts_at, practitioner_id = chosen_time(request.POST.get("time", ""))
    if practitioner_id is None:
        raise BadRequest

    def run() -> HttpResponseBase:
        choose_instead(
            actor=holder,
            move_id=offer.id,
            starts_at=starts_at,
            practitioner_id=practitioner_id,
            round_=sent_number(request, "round"),
        )
        return HttpResponseRedirect(base, status=303)

    try:
        return once(request, run)
    except (Conflict, Stale, Invalid) as refused:
        return _times(request, proposal(offer.id), base, refused)


def _done(
    request: ActorRequest, offer: Proposal, base: str, run: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    try:
        return once(request, run)
    except (Conflict, Stale) as refused:
        return _refused(request, offer, base, refused)


def _refused(
    request: ActorRequest, offer: Proposal, base: str, refused: DomainError
) -> HttpResponse:
    return _page(request, proposal(offer.id), base, str(refused), refused.status)


def _page(
    request: ActorRequest, offer: Proposal, base: str, refused: str = "", status: int = 200
) -> HttpResponse:
    context = {"offer": offer, "base": base, "refused": refused, "topic": move_topic(offer.id)}
    return render_page(
        request, "portal/replanned.html", part="portal/_replanned.html", status=status, **context
    )


def _times(
    request: ActorRequest, offer: Proposal, base: str, refused: DomainError | None = None
) -> HttpResponse:
    if not offer.may_choose:
        return _page(request, offer, base)
    site = site_info(offer.site_id)
    typed = request.GET.get("day", "")
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise NotFound from error
    context = {
        "offer": offer,
        "base": base,
        "back_url": base,
        "offers": time_offers(site, offer.service_id, None, day),
        "refused": str(refused or ""),
    }
    status = refused.status if refused else 200
    return render(request, "portal/replanned_times.html", context, status=status)
