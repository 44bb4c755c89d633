"""Setting up what queues and stations a site's departments, rooms and people call for."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import site_info
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import submit
from yilu.queueing import permissions
from yilu.queueing.operations.setup import set_up_queues


class SiteForm(forms.Form):
    """Which site is meant."""

    site = forms.UUIDField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def set_up(request: ActorRequest) -> HttpResponseBase:
    """Make the queues and stations that are missing; those there stay as they are."""
    site_id = _site(request)
    request.actor.require_to_see(permissions.SET_UP, site_id)
    site = site_info(site_id)
    form = SiteForm(request.POST or None, initial={"site": site_id})

    def save(_said: dict[str, Any]) -> HttpResponseBase:
        made = set_up_queues(actor=request.actor, site_id=site_id)
        words = ngettext(
            "One queue or station was added.", "%(made)s queues and stations were added.", made
        ) % {"made": made}
        answer: Any = go_to(request, reverse("facility:site", args=[site_id]))
        return with_toast(answer, words if made else _("Nothing was missing."))

    def show(status: int) -> HttpResponse:
        return render_page(
            request,
            "platform/form.html",
            part="platform/_dialog.html",
            status=status,
            form=form,
            title=_("Queues and stations of %(site)s") % {"site": site.name},
            text=_(
                "Every department, room, chair and doctor without a queue or station is given one."
                " What is there stays as it is."
            ),
            url=request.path,
            label=_("Add what is missing"),
        )

    return show(200) if request.method != "POST" else submit(request, form, save, show)


def _site(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("site") or request.GET.get("site") or "")
    except ValueError as error:
        raise NotFound from error
