"""The pages of prices: for anybody, and for the desk with what may be changed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue import permissions
from yilu.catalogue.errors import ItemInUse
from yilu.catalogue.operations.prices import add_item, change_item, set_price
from yilu.catalogue.selectors.prices import (
    CATEGORIES,
    ItemInfo,
    PriceInfo,
    PriceSpan,
    group_today,
    item_info,
    price_list,
    prices_by_category,
)
from yilu.catalogue.web.changing import Asked, changing
from yilu.catalogue.web.forms import ItemForm, NewItemForm, PriceForm
from yilu.facility.selectors.sites import group_name
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast

LONGEST_SEARCH = 60
MOST_SHOWN = 400


@require_GET
def prices(request: HttpRequest) -> HttpResponse:
    """What things cost today, for anybody."""
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    return render_page(
        request,
        "catalogue/prices.html",
        part="catalogue/_prices.html",
        q=q,
        day=group_today(),
        group=group_name(),
        groups=prices_by_category(group_today(), q=q),
    )


@require_GET
def price_page(request: ActorRequest) -> HttpResponse:
    """The price list of the desk: search, print, and for those who may, change."""
    lines, chosen = _asked(request)
    return render_page(
        request,
        "catalogue/price_list.html",
        part="catalogue/_price_list.html",
        lines=lines[:MOST_SHOWN],
        many=len(lines),
        day=group_today(),
        categories=CATEGORIES,
        can_manage=request.actor.may_anywhere(permissions.MANAGE),
        q=chosen["q"],
        category=chosen["category"],
        state=chosen["state"],
    )


@require_GET
def price_print(request: ActorRequest) -> HttpResponse:
    """The price list on paper."""
    lines, chosen = _asked(request)
    context = {"lines": lines, "day": group_today(), "group": group_name(), "paper": "yl-a4"}
    return render(request, "catalogue/price_print.html", context | chosen)


@require_http_methods(["GET", "POST"])
def new_price(request: ActorRequest, item_id: UUID) -> HttpResponseBase:
    """Let an item cost something else from a day on."""
    request.actor.require_anywhere(permissions.MANAGE)
    known, today = item_info(item_id), group_today()
    held = next((one for one in known.prices if _holds(one, today)), None)
    first = {"from_on": today, "amount": held and held.amount}
    form = PriceForm(request.POST or None, initial=first, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        set_price(
            actor=request.actor, item_id=item_id, amount=said["amount"], from_on=said["from_on"]
        )
        return _back(request, _("The price is set."))

    def follows(said: dict[str, Any]) -> list[str]:
        return [*_spans(known, said["amount"], said["from_on"]), *_charged(known)]

    return changing(request, form, save, Asked(str(known.name), _("Set the price"), follows))


@require_http_methods(["GET", "POST"])
def new_item(request: ActorRequest) -> HttpResponseBase:
    """Put something on the price list."""
    request.actor.require_anywhere(permissions.MANAGE)
    form = NewItemForm(request.POST or None)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        add_item(
            actor=request.actor,
            facts=form.facts(),
            amount=said["amount"],
            from_on=said["from_on"],
        )
        return _back(request, _("It is on the price list."))

    def follows(said: dict[str, Any]) -> list[str]:
        return [] if said["is_active"] else [_("It cannot be charged until it is put on the list.")]

    return changing(request, form, save, Asked(_("New on the price list"), _("Add"), follows))


@require_http_methods(["GET", "POST"])
def item(request: ActorRequest, item_id: UUID) -> HttpResponseBase:
    """Change what is said about an item, or take it off the list."""
    request.actor.require_anywhere(permissions.MANAGE)
    known = item_info(item_id)
    form = ItemForm(request.POST or None, known=known)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        version = said["version"] or 0
        change_item(actor=request.actor, item_id=item_id, facts=form.facts(), version=version)
        return _back(request, _("Saved."))

    def follows(said: dict[str, Any]) -> list[str]:
        if known.is_active and not said["is_active"]:
            if known.used_by:
                return [str(ItemInUse.message), *_charged(known)]
            return [_("It can no longer be charged. Bills that were made stay as they are.")]
        return [_("Bills that were made stay as they are."), *_charged(known)]

    return changing(request, form, save, Asked(str(known.name), _("Save"), follows))


def _holds(span: PriceSpan, day: date) -> bool:
    return span.from_on <= day and (span.until is None or day < span.until)


def _spans(known: ItemInfo, amount: Decimal, from_on: date) -> list[str]:
    """The price before and the one planned after, in words."""
    said = []
    before = next((one for one in known.prices if _holds(one, from_on)), None)
    after = next((one for one in known.prices if one.from_on > from_on), None)
    if before is not None and before.from_on < from_on:
        last = from_on - timedelta(days=1)
        told = {"before": f"{before.amount:.2f}", "last": last, "after": f"{amount:.2f}",
                "first": from_on}  # fmt: skip
        said.append(_("%(before)s until %(last)s, %(after)s from %(first)s.") % told)
    if after is not None:
        told = {"amount": f"{after.amount:.2f}", "day": after.from_on}
        said.append(_("From %(day)s it costs %(amount)s, as planned.") % told)
    return said


def _charged(known: ItemInfo) -> list[str]:
    if not known.used_by:
        return []
    return [_("Charged by it: %(names)s") % {"names": " · ".join(known.used_by)}]


def _asked(request: ActorRequest) -> tuple[list[PriceInfo], dict[str, str]]:
    request.actor.require_anywhere(permissions.SEE)
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    known = {code for code, _name in CATEGORIES}
    category = request.GET.get("category", "")
    category = category if category in known else ""
    taken_off = request.GET.get("state") == "off"
    lines = price_list(group_today(), q=q, category=category, taken_off=taken_off)
    return lines, {"q": q, "category": category, "state": "off" if taken_off else "on"}


def _back(request: ActorRequest, said: str) -> HttpResponseBase:
    answer: Any = go_to(request, reverse("catalogue:price-list"))
    return with_toast(answer, said)
