"""The pages of sites, places, hours and closures."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.facility import permissions
from yilu.facility.operations.places import (
    KINDS,
    add_place,
    change_place,
    close_place,
    reopen_place,
)
from yilu.facility.operations.sites import change_site
from yilu.facility.selectors.administration import site_layout
from yilu.facility.selectors.places import place_detail
from yilu.facility.selectors.sites import site_info, visible_sites
from yilu.facility.web.forms import PlaceForm, SiteForm
from yilu.platform.errors import NotFound
from yilu.platform.slots import Slot, slots
from yilu.platform.web.dialogs import form_dialog, tried
from yilu.platform.web.http import ActorRequest, go_to, render_page, sent_version, with_toast

ALL_SITES, SITE_PAGES, CLOSING = "facility.sites", "facility.site", "facility.closing"
"""Where higher apps add pages to all sites and to one, and ask before a place is closed."""
ADD = {
    "department": gettext_lazy("New department"),
    "room": gettext_lazy("New room"),
    "chair": gettext_lazy("New chair"),
    "device": gettext_lazy("New device"),
}


@require_GET
def sites(request: ActorRequest) -> HttpResponse:
    """The sites that the actor looks after."""
    request.actor.require_anywhere(permissions.MANAGE)
    found = [
        one for one in visible_sites(request.actor) if request.actor.may(permissions.MANAGE, one.id)
    ]
    doors = [s for s in slots(ALL_SITES) if request.actor.may_anywhere(s.permission)]
    return render_page(
        request,
        "facility/sites.html",
        part="facility/_sites.html",
        sites=found,
        pages=[(one, one.url()) for one in doors],
    )


@require_GET
def site(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """One site: its facts, places, hours and closures."""
    layout = site_layout(actor=request.actor, site_id=site_id)
    pages = [(one, one.url()) for one in slots(SITE_PAGES) if _may(request, one, site_id)]
    closing = next((one for one in slots(CLOSING) if _may(request, one, site_id)), None)
    return render_page(
        request,
        "facility/site.html",
        part="facility/_site.html",
        layout=layout,
        pages=pages,
        closing=closing.url_name if closing else "",
    )


@require_http_methods(["GET", "POST"])
def edit_site(request: ActorRequest, site_id: UUID) -> HttpResponseBase:
    """Change what is said about a site."""
    request.actor.require_to_see(permissions.MANAGE, site_id)
    known = site_info(site_id)
    form = SiteForm(request.POST or None, known)
    if request.method == "POST" and form.is_valid():
        version = sent_version(request) or known.version
        facts = form.facts()
        change_site(actor=request.actor, site_id=site_id, facts=facts, version=version)
        return _to_site(request, site_id, _("Saved."))
    url = reverse("facility:edit-site", args=[site_id])
    return form_dialog(request, form, _("Change the site"), url, _("Save"), version=known.version)


@require_http_methods(["GET", "POST"])
def new_place(request: ActorRequest, site_id: UUID, kind: str) -> HttpResponseBase:
    """Add a department, room, chair or device."""
    _require_kind(kind)
    request.actor.require_to_see(permissions.MANAGE, site_id)
    form = PlaceForm(request.POST or None, kind=kind, site_id=site_id)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        made = tried(form, lambda: add_place(actor=request.actor, site_id=site_id, facts=facts))
        if made:
            return _to_site(request, site_id, _("Added."))
    url = reverse("facility:new-place", args=[site_id, kind])
    return form_dialog(request, form, str(ADD[kind]), url, _("Add"))


@require_http_methods(["GET", "POST"])
def edit_place(request: ActorRequest, site_id: UUID, kind: str, place_id: UUID) -> HttpResponseBase:
    """Change a department, room, chair or device."""
    _require_kind(kind)
    request.actor.require_to_see(permissions.MANAGE, site_id)
    known = place_detail(site_id, kind, place_id)
    form = PlaceForm(request.POST or None, kind=kind, site_id=site_id, known=known)
    if request.method == "POST" and form.is_valid():
        facts, version = form.facts(), sent_version(request) or known.version
        done = tried(
            form,
            lambda: (
                change_place(actor=request.actor, place_id=place_id, facts=facts, version=version)
                or True
            ),
        )
        if done:
            return _to_site(request, site_id, _("Saved."))
    url = reverse("facility:edit-place", args=[site_id, kind, place_id])
    return form_dialog(request, form, str(known.name), url, _("Save"), version=known.version)


@require_POST
def shut_place(request: ActorRequest, site_id: UUID, kind: str, place_id: UUID) -> HttpResponseBase:
    """Take a place out of use."""
    _require_kind(kind)
    close_place(actor=request.actor, kind=kind, place_id=place_id, version=sent_version(request))
    return _to_site(request, site_id, _("Out of use."))


@require_POST
def open_place(request: ActorRequest, site_id: UUID, kind: str, place_id: UUID) -> HttpResponseBase:
    """Use a place again."""
    _require_kind(kind)
    reopen_place(actor=request.actor, kind=kind, place_id=place_id, version=sent_version(request))
    return _to_site(request, site_id, _("In use again."))


def _may(request: ActorRequest, slot: Slot, site_id: UUID) -> bool:
    return request.actor.may(slot.permission, site_id)


def _require_kind(kind: str) -> None:
    if kind not in KINDS:
        raise NotFound


def _to_site(request: ActorRequest, site_id: UUID, said: str) -> HttpResponseBase:
    answer: Any = go_to(request, reverse("facility:site", args=[site_id]))
    return with_toast(answer, said)
