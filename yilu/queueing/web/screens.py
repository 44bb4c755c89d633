"""Setting up wall screens: their links are shown once, to be opened on the screen itself."""

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
from yilu.platform.forms import Text
from yilu.platform.web.http import ActorRequest, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.queueing import permissions
from yilu.queueing.operations.screens import create_screen, renew_screen_link, withdraw_screen
from yilu.queueing.selectors.screens import doctors_of, screens
from yilu.queueing.selectors.topics import site_queues_topic
from yilu.queueing.selectors.wall import areas


class ScreenForm(forms.Form):
    """Where a screen hangs, and for which waiting area it is."""

    site = forms.ChoiceField(label=gettext_lazy("Site"))
    name = Text(label=gettext_lazy("Name of the screen"), max_length=80)
    area = forms.ChoiceField(label=gettext_lazy("Waiting area"), required=False)
    doctor = forms.ChoiceField(label=gettext_lazy("Or beside the door of"), required=False)

    def __init__(self, sites: list[SiteInfo], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].choices = [(str(one.id), str(one.name)) for one in sites]  # type: ignore[attr-defined]
        found = [str(area) for one in sites for area in areas(one.id)]
        self.fields["area"].choices = [("", _("The whole site")), *((one, one) for one in found)]  # type: ignore[attr-defined]
        doctors = [(str(who), str(name)) for one in sites for who, name in doctors_of(one.id)]
        self.fields["doctor"].choices = [("", "—"), *dict.fromkeys(doctors)]  # type: ignore[attr-defined]


@require_safe
def overview(request: ActorRequest) -> HttpResponse:
    """The screens of every site that the actor sets up."""
    sites = _sites(request)
    context: dict[str, Any] = {
        "sites": [(site, screens(request.actor, site.id)) for site in sites],
        "topics": [site_queues_topic(site.id) for site in sites],
    }
    return render_page(request, "queueing/screens.html", part="queueing/_screens.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: ActorRequest) -> HttpResponseBase:
    """Ask for a screen's name; then show its link, once."""
    sites = _sites(request)
    form = ScreenForm(sites, request.POST or None)

    def save(data: dict[str, Any]) -> HttpResponse:
        made = create_screen(
            actor=request.actor,
            site_id=UUID(data["site"]),
            name=data["name"],
            area=data["area"],
            practitioner_id=UUID(data["doctor"]) if data["doctor"] else None,
        )
        return _link(request, data["name"], made.reference)

    def show(status: int) -> HttpResponse:
        context = {
            "form": form,
            "title": _("New wall screen"),
            "label": _("Create"),
            "url": request.path,
            "target": "#dialog",
            "swap": "innerHTML",
        }
        return render(request, "platform/_dialog.html", context, status=status)

    return submit(request, form, save, show) if request.method == "POST" else show(200)


@posted_once
def renew(request: ActorRequest, screen_id: UUID) -> HttpResponseBase:
    """Show a new link of a screen, once; the old one ends."""
    return _link(request, "", renew_screen_link(actor=request.actor, screen_id=screen_id))


@posted_once
def withdraw(request: ActorRequest, screen_id: UUID) -> HttpResponseBase:
    """End a screen."""
    withdraw_screen(actor=request.actor, screen_id=screen_id)
    return with_toast(HttpResponse(), _("The screen has been withdrawn"))


def _link(request: ActorRequest, name: str, reference: str) -> HttpResponse:
    url = request.build_absolute_uri(reverse("queueing:open-wall", args=[reference]))
    return render(request, "queueing/_screen_link.html", {"name": name, "url": url})


def _sites(request: ActorRequest) -> list[SiteInfo]:
    request.actor.require_anywhere(permissions.SET_UP)
    return [s for s in visible_sites(request.actor) if request.actor.may(permissions.SET_UP, s.id)]
