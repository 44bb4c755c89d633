"""The list of medicines: searched by the desk, changed by who manages the catalogue."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue import permissions
from yilu.catalogue.operations.drugs import add_drug, change_drug
from yilu.catalogue.selectors.drugs import drug_info, drug_list, drug_words
from yilu.catalogue.selectors.prices import group_today, prices_at
from yilu.catalogue.web.drug_forms import DrugForm, NewDrugForm
from yilu.platform.errors import Conflict, NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import submit

LONGEST_SEARCH = 60
STATES = ("on", "off", "all")


@require_GET
def drugs(request: ActorRequest) -> HttpResponse:
    """The medicines, by what was typed."""
    request.actor.require_anywhere(permissions.SEE)
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    state = request.GET.get("state", "on")
    state = state if state in STATES else "on"
    found = drug_list(q, state=state)
    prices: Any = prices_at((one.price_item_id for one in found), group_today())
    return render_page(
        request,
        "catalogue/drugs.html",
        part="catalogue/_drugs.html",
        lines=[(one, prices.get(one.price_item_id)) for one in found],
        q=q,
        state=state,
        can_manage=request.actor.may_anywhere(permissions.MANAGE),
    )


@require_http_methods(["GET", "POST"])
def new_drug(request: ActorRequest) -> HttpResponseBase:
    """Put a drug on the list."""
    request.actor.require_anywhere(permissions.MANAGE)
    form = NewDrugForm(request.POST or None, words=drug_words())

    def save(said: dict[str, Any]) -> HttpResponseBase:
        add_drug(
            actor=request.actor,
            identity=form.identity(),
            facts=form.facts(),
            category=said["category"],
            price=said["price"],
        )
        return _back(request, _("It is on the list of medicines."))

    return _asked(request, form, save, _("New medicine"), _("Add"))


@require_http_methods(["GET", "POST"])
def drug(request: ActorRequest, drug_id: UUID) -> HttpResponseBase:
    """Change what is said about a drug, or take it off the list."""
    request.actor.require_anywhere(permissions.MANAGE)
    known = drug_info([drug_id]).get(drug_id)
    if known is None:
        raise NotFound
    form = DrugForm(request.POST or None, words=drug_words(), known=known)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        version = said["version"]
        change_drug(actor=request.actor, drug_id=drug_id, facts=form.facts(), version=version)
        return _back(request, _("Saved."))

    return _asked(request, form, save, f"{known.name} {known.strength}", _("Save"))


def _asked(
    request: ActorRequest, form: DrugForm, save: Any, title: str, label: str
) -> HttpResponseBase:
    def show(status: int) -> HttpResponse:
        return render_page(
            request,
            "platform/form.html",
            part="platform/_dialog.html",
            status=status,
            form=form,
            title=title,
            url=request.path,
            label=label,
            wide=True,
        )

    if request.method != "POST":
        return show(200)
    try:
        return submit(request, form, save, show)
    except Conflict as refused:
        form.add_error(None, str(refused))
        return show(422)


def _back(request: ActorRequest, said: str) -> HttpResponseBase:
    answer: Any = go_to(request, reverse("catalogue:drugs"))
    return with_toast(answer, said)
