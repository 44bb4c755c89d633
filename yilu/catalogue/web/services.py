"""The pages of services: what can be booked, how long it takes, what it needs, who does it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue import permissions
from yilu.catalogue.operations.services import add_service, change_service, set_performers
from yilu.catalogue.selectors.prices import fees, group_today
from yilu.catalogue.selectors.services import (
    all_services,
    free_key,
    own_minutes,
    performers_of,
    service_info,
)
from yilu.catalogue.web.changing import Asked, changing
from yilu.catalogue.web.service_forms import Choices, ServiceForm
from yilu.facility.selectors.places import departments_of, devices
from yilu.facility.selectors.sites import open_sites
from yilu.platform.slots import slots
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.workforce.selectors.practitioners import practitioner_infos, practitioners

SLOT = "catalogue.service"


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
def new_service(request: ActorRequest) -> HttpResponseBase:
    """Offer something new."""
    request.actor.require_anywhere(permissions.MANAGE)
    form = ServiceForm(request.POST or None, choices=_choices())

    def save(said: dict[str, Any]) -> HttpResponseBase:
        key = free_key(said["name_en"] or said["name_zh"])
        made = add_service(actor=request.actor, key=key, facts=form.facts())
        lines = [(one, None) for one in said["performers"]]
        set_performers(actor=request.actor, service_id=made, performers=lines)
        return _back(request, _("It is on offer.") if said["is_active"] else _("Saved."))

    def follows(said: dict[str, Any]) -> list[str]:
        return [
            _offered_at(said["department_key"]),
            *_nobody(said),
            *_no_fee(said),
        ]

    return changing(request, form, save, Asked(_("New service"), _("Add"), follows))


@require_http_methods(["GET", "POST"])
def service(request: ActorRequest, service_id: UUID) -> HttpResponseBase:
    """Change a service, and say who performs it."""
    request.actor.require_anywhere(permissions.MANAGE)
    known = service_info(service_id)
    minutes = own_minutes(service_id)
    form = ServiceForm(request.POST or None, choices=_choices(), known=known, now=list(minutes))

    def save(said: dict[str, Any]) -> HttpResponseBase:
        facts, version = form.facts(), said["version"] or 0
        change_service(actor=request.actor, service_id=service_id, facts=facts, version=version)
        lines = [(one, minutes.get(one)) for one in said["performers"]]
        set_performers(actor=request.actor, service_id=service_id, performers=lines)
        return _back(request, _("Saved."))

    def follows(said: dict[str, Any]) -> list[str]:
        found = [*_nobody(said), *_no_fee(said)]
        if known.is_active and not said["is_active"]:
            found.append(_("Nobody can book it any more. What is booked stays and takes place."))
        elif {"minutes", "buffer_before", "buffer_after", "needs", "mode"} & {*form.changed_data}:
            found.append(_("What is booked already stays as it is; new bookings follow this."))
        return found

    def parts(_said: dict[str, Any]) -> list[str]:
        may = request.actor.may_anywhere
        return [one.url(service_id) for one in slots(SLOT) if may(one.permission)]

    return changing(request, form, save, Asked(str(known.name), _("Save"), follows, parts))


def _choices() -> Choices:
    """What can be chosen, of all sites. Two queries, and three for each site."""
    sites = open_sites()
    found = {one.key: one for one in reversed(departments_of(site.id for site in sites))}
    people = {one.id: one for site in sites for one in practitioners(site.id)}
    return Choices(
        departments=list(reversed(found.values())),
        devices=[one for site in sites for one in devices(site.id)],
        people=list(people.values()),
        fees=fees(group_today()),
    )


def _offered_at(department_key: str) -> str:
    sites = open_sites()
    there = {one.site_id for one in departments_of(site.id for site in sites)
             if one.key == department_key}  # fmt: skip
    names: Sequence[str] = [str(site.short_name) for site in sites if site.id in there]
    return _("It is offered at: %(sites)s") % {"sites": " · ".join(names)}


def _nobody(said: dict[str, Any]) -> list[str]:
    if said["performers"] or not said["is_active"]:
        return []
    return [_("Nobody does it yet: it cannot be booked until somebody does.")]


def _no_fee(said: dict[str, Any]) -> list[str]:
    return [] if said["fee_item_id"] else [_("Without a fee nothing is charged for it.")]


def _back(request: ActorRequest, said: str) -> HttpResponseBase:
    answer: Any = go_to(request, reverse("catalogue:services"))
    return with_toast(answer, said)
