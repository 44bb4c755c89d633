"""The pages of the catalogue: prices for anybody, prices and services for the desk."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue import permissions
from yilu.catalogue.operations.prices import add_item, set_price
from yilu.catalogue.operations.services import change_service, set_performers
from yilu.catalogue.selectors.prices import (
    CATEGORIES,
    PriceInfo,
    group_today,
    price_detail,
    price_list,
    prices_by_category,
)
from yilu.catalogue.selectors.services import (
    all_services,
    own_minutes,
    performers_of,
    service_info,
)
from yilu.catalogue.web.forms import ItemForm, PriceForm, ServiceForm, VersionForm
from yilu.facility.selectors.sites import group_name, open_sites
from yilu.platform.errors import DomainError
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.workforce.selectors.practitioners import practitioner_infos, practitioners

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
    known = price_detail(item_id)
    first = {"from_on": group_today().isoformat(), "amount": known.amount}
    form = PriceForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = _try(form, lambda: set_price(actor=request.actor, item_id=item_id, **said) or True)
        if done:
            return _back(request, "catalogue:price-list", _("The price is set."))
    url = reverse("catalogue:new-price", args=[item_id])
    return _dialog(request, form, str(known.name), url, _("Set the price"))


@require_http_methods(["GET", "POST"])
def new_item(request: ActorRequest) -> HttpResponseBase:
    """Put something on the price list."""
    request.actor.require_anywhere(permissions.MANAGE)
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]
        made = _try(form, lambda: add_item(actor=request.actor, facts=form.facts(), amount=amount))
        if made:
            return _back(request, "catalogue:price-list", _("It is on the price list."))
    url = reverse("catalogue:new-item")
    return _dialog(request, form, _("New on the price list"), url, _("Add"))


@require_GET
def service_page(request: ActorRequest) -> HttpResponse:
    """What can be booked, and who does it."""
    request.actor.require_anywhere(permissions.SEE)
    every = all_services()
    who = performers_of([one.id for one in every])
    people = practitioner_infos(p.practitioner_id for many in who.values() for p in many)
    rows = [(one, [people[p.practitioner_id].name for p in who[one.id]]) for one in every]
    return render_page(
        request,
        "catalogue/services.html",
        part="catalogue/_services.html",
        rows=rows,
        can_manage=request.actor.may_anywhere(permissions.MANAGE),
    )


@require_http_methods(["GET", "POST"])
def service(request: ActorRequest, service_id: UUID) -> HttpResponseBase:
    """Change a service, and say who performs it."""
    request.actor.require_anywhere(permissions.MANAGE)
    known = service_info(service_id)
    minutes = own_minutes(service_id)
    people = {one.id: one for site in open_sites() for one in practitioners(site.id)}
    form = ServiceForm(
        request.POST or None, known=known, now=list(minutes), people=list(people.values())
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["performers"]
        version = _version(request) or known.version
        facts = form.facts()
        change_service(actor=request.actor, service_id=service_id, facts=facts, version=version)
        lines = [(one, minutes.get(one)) for one in chosen]
        set_performers(actor=request.actor, service_id=service_id, performers=lines)
        return _back(request, "catalogue:services", _("Saved."))
    url = reverse("catalogue:service", args=[service_id])
    return _dialog(request, form, str(known.name), url, _("Save"), version=known.version)


def _asked(request: ActorRequest) -> tuple[list[PriceInfo], dict[str, str]]:
    request.actor.require_anywhere(permissions.SEE)
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    known = {code for code, _name in CATEGORIES}
    category = request.GET.get("category", "")
    category = category if category in known else ""
    return price_list(group_today(), q=q, category=category), {"q": q, "category": category}


def _back(request: ActorRequest, name: str, said: str) -> HttpResponseBase:
    answer: Any = go_to(request, reverse(name))
    return with_toast(answer, said)


def _dialog(
    request: ActorRequest,
    form: forms.Form,
    title: str,
    url: str,
    label: str,
    *,
    version: int | None = None,
) -> HttpResponse:
    return render_page(
        request,
        "platform/form.html",
        part="platform/_dialog.html",
        status=422 if form.is_bound and form.errors else 200,
        form=form,
        title=title,
        url=url,
        label=label,
        version=version,
    )


def _try(form: forms.Form, deed: Any) -> Any:
    """What a deed made; None, with its sentence on the form, when it was refused for its facts."""
    try:
        return deed()
    except DomainError as refusal:
        if refusal.status not in {409, 422}:
            raise
        form.add_error(None, str(refusal))
        return None


def _version(request: ActorRequest) -> int | None:
    form = VersionForm(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else None
