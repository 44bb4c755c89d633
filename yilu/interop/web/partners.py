"""The pages of partners: what was agreed, keys, requests, webhooks, and the lists of the nights."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.interop import permissions
from yilu.interop.errors import TooManyKeys
from yilu.interop.operations.keys import MadeKey, make_key, rotate_key, withdraw_key
from yilu.interop.operations.notices import send_again
from yilu.interop.operations.partners import (
    add_partner,
    change_partner,
    resume_partner,
    stop_partner,
)
from yilu.interop.selectors.partners import check_sees, managed_sites, partner_page, partners
from yilu.interop.selectors.reconciliations import list_content
from yilu.interop.selectors.topics import partner_topic, partners_topic
from yilu.interop.web.forms import PartnerForm, facts
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit


@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """All partners, live."""
    return render_page(
        request,
        "interop/partners.html",
        part="interop/_partners.html",
        lines=partners(request.actor),
        topic=partners_topic(),
        can_manage=request.actor.may_anywhere(permissions.MANAGE),
    )


@require_GET
def partner(request: ActorRequest, partner_id: UUID) -> HttpResponse:
    """One partner, live."""
    return render_page(
        request,
        "interop/partner.html",
        part="interop/_partner.html",
        found=partner_page(request.actor, partner_id),
        topic=partner_topic(partner_id),
    )


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponseBase:
    """The dialog that makes a partner, and leads to its page."""
    form = PartnerForm(request.POST or None)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        partner_id = add_partner(actor=request.actor, facts=facts(typed))
        return go_to(request, reverse("interop:partner", args=[partner_id]))

    return _edited(request, form, _("New partner"), save)


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, partner_id: UUID) -> HttpResponseBase:
    """The dialog that agrees anew."""
    page = partner_page(request.actor, partner_id)
    started = {
        "name": page.line.name,
        "sites": [str(one) for one in page.site_ids],
        "bookings_per_day": page.line.bookings_per_day,
        "holds_at_once": page.holds_at_once,
        "requests_per_minute": page.requests_per_minute,
        "webhook_url": page.webhook_url,
        "version": page.line.version,
    }
    form = PartnerForm(request.POST or None, initial=started)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        change_partner(
            actor=request.actor,
            partner_id=partner_id,
            facts=facts(typed),
            version=typed["version"],
        )
        return with_toast(HttpResponse(status=204), _("Saved"))

    return _edited(request, form, page.line.name, save)


@posted_once
def stop(request: ActorRequest, partner_id: UUID) -> HttpResponseBase:
    """Take nothing new from it."""
    stop_partner(actor=request.actor, partner_id=partner_id)
    return with_toast(HttpResponse(status=204), _("Stopped. What it booked stands."))


@posted_once
def resume(request: ActorRequest, partner_id: UUID) -> HttpResponseBase:
    """Let it book again."""
    resume_partner(actor=request.actor, partner_id=partner_id)
    return with_toast(HttpResponse(status=204), _("It may book again"))


@require_POST
def new_key(request: ActorRequest, partner_id: UUID) -> HttpResponse:
    """A further key. Its secret is in this answer and nowhere else, so the answer is not kept."""
    return _key(request, lambda: make_key(actor=request.actor, partner_id=partner_id))


@require_POST
def rotated(request: ActorRequest, partner_id: UUID) -> HttpResponse:
    """A new key, while those before it run out."""
    return _key(request, lambda: rotate_key(actor=request.actor, partner_id=partner_id))


@posted_once
def withdraw(request: ActorRequest, partner_id: UUID, key_id: UUID) -> HttpResponseBase:
    """Let a key open nothing any more."""
    withdraw_key(actor=request.actor, partner_id=partner_id, key_id=key_id)
    return with_toast(HttpResponse(status=204), _("The key opens nothing any more"))


@posted_once
def again(request: ActorRequest, partner_id: UUID, notice_id: UUID) -> HttpResponseBase:
    """Send a webhook once more."""
    send_again(actor=request.actor, partner_id=partner_id, notice_id=notice_id)
    found = partner_page(request.actor, partner_id)
    response = render(request, "interop/_partner.html", {"found": found})
    return with_toast(response, _("It is being sent again"))


@require_GET
def day_list(request: ActorRequest, partner_id: UUID, day: date) -> HttpResponse:
    """The list of a day, to keep."""
    check_sees(request.actor, partner_id)
    found = list_content(partner_id, day)
    response = HttpResponse(found.content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


def _key(request: ActorRequest, make: Callable[[], MadeKey]) -> HttpResponse:
    try:
        made = make()
    except TooManyKeys as refused:
        return render(request, "platform/_error.html", {"error": refused}, status=refused.status)
    return render(request, "interop/_key.html", {"made": made})


def _edited(
    request: ActorRequest,
    form: PartnerForm,
    title: str,
    save: Callable[[dict[str, Any]], HttpResponseBase],
) -> HttpResponseBase:
    form.offer(managed_sites(request.actor))

    def again(status: int = 200) -> HttpResponse:
        context = {"form": form, "title": title, "url": request.path}
        return render(request, "interop/_edit.html", context, status=status)

    if request.method == "GET":
        request.actor.require_anywhere(permissions.MANAGE)
        return again()
    return submit(request, form, save, again)
