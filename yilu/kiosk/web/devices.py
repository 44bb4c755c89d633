"""Setting up kiosks, and whether there are enough. A link is shown once, for the device."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yilu.facility.selectors.sites import SiteInfo, visible_sites
from yilu.kiosk import permissions
from yilu.kiosk.operations.devices import renew_kiosk_link, set_up_kiosk, withdraw_kiosk
from yilu.kiosk.selectors.devices import kiosk_plan, kiosks, kiosks_topic
from yilu.platform.forms import Text
from yilu.platform.web.http import ActorRequest, render_page, with_toast
from yilu.platform.web.once import posted_once, submit


class KioskForm(forms.Form):
    """Where a kiosk stands."""

    site = forms.ChoiceField(label=gettext_lazy("Site"))
    name = Text(label=gettext_lazy("Name of the kiosk"), max_length=80)
    place = Text(label=gettext_lazy("Where it stands"), required=False, max_length=80)

    def __init__(self, sites: list[SiteInfo], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].choices = [(str(one.id), str(one.name)) for one in sites]  # type: ignore[attr-defined]


@require_safe
def overview(request: ActorRequest) -> HttpResponse:
    """The kiosks of every site that the actor sets up, and how many each site needs."""
    found = []
    for site in _sites(request):
        lines = kiosks(request.actor, site.id)
        found.append((site, lines, kiosk_plan(site.id, len(lines))))
    context: dict[str, Any] = {
        "sites": found,
        "topics": [kiosks_topic(site.id) for site, _lines, _plan in found],
    }
    return render_page(request, "kiosk/devices.html", part="kiosk/_devices.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: ActorRequest) -> HttpResponseBase:
    """Ask for a kiosk's name; then show its link, once."""
    form = KioskForm(_sites(request), request.POST or None)

    def save(data: dict[str, Any]) -> HttpResponse:
        made = set_up_kiosk(
            actor=request.actor, site_id=UUID(data["site"]), name=data["name"], place=data["place"]
        )
        return _link(request, made.reference)

    def show(status: int) -> HttpResponse:
        context = {
            "form": form,
            "title": _("New kiosk"),
            "label": _("Create"),
            "url": request.path,
            "target": "#dialog",
            "swap": "innerHTML",
        }
        return render(request, "platform/_dialog.html", context, status=status)

    return submit(request, form, save, show) if request.method == "POST" else show(200)


@posted_once
def renew(request: ActorRequest, kiosk_id: UUID) -> HttpResponseBase:
    """Show a new link of a kiosk, once; the old one ends."""
    return _link(request, renew_kiosk_link(actor=request.actor, kiosk_id=kiosk_id))


@posted_once
def withdraw(request: ActorRequest, kiosk_id: UUID) -> HttpResponseBase:
    """End a kiosk."""
    withdraw_kiosk(actor=request.actor, kiosk_id=kiosk_id)
    return with_toast(HttpResponse(), _("The kiosk has been withdrawn"))


def _link(request: ActorRequest, reference: str) -> HttpResponse:
    url = request.build_absolute_uri(reverse("kiosk:open", args=[reference]))
    return render(request, "kiosk/_link.html", {"url": url})


def _sites(request: ActorRequest) -> list[SiteInfo]:
    request.actor.require_anywhere(permissions.SET_UP)
    return [s for s in visible_sites(request.actor) if request.actor.may(permissions.SET_UP, s.id)]
