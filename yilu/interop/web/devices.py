"""The page of machines that speak to us, and of messages that wait for a person."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.facility.selectors.sites import visible_sites
from yilu.interop import permissions
from yilu.interop.operations.devices import DeviceFacts, add_device, switch_device
from yilu.interop.operations.hearing import place_heard, put_heard_aside
from yilu.interop.selectors.devices import device_lines, heard_lines
from yilu.interop.selectors.topics import devices_topic
from yilu.interop.states import DeviceKind
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, render_page, sent_number, with_toast
from yilu.platform.web.once import once, posted_once
from yilu.scheduling.web.asking import read_uuid


@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """Every machine, live, and what waits for a person."""
    return render_page(
        request,
        "interop/devices.html",
        part="interop/_devices.html",
        lines=device_lines(request.actor),
        waiting=heard_lines(request.actor),
        topic=devices_topic(),
        can_change=request.actor.may_anywhere(permissions.DEVICES),
    )


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponseBase:
    """The dialog that lets a machine speak to us."""
    if request.method != "POST":
        sites = [one for one in visible_sites(request.actor) if _may(request, one.id)]
        if not sites:
            raise NotFound
        context = {"sites": sites, "kinds": DeviceKind.choices}
        return render(request, "interop/_device_add.html", context)
    sent = request.POST
    site_id = read_uuid(sent.get("site", ""))
    if site_id is None:
        raise NotFound
    facts = DeviceFacts(
        site_id, sent.get("kind", ""), sent.get("name", ""), sent.get("address", "")
    )

    def run() -> HttpResponse:
        add_device(actor=request.actor, facts=facts)
        return with_toast(HttpResponse(status=204), _("It may speak to us now"))

    return once(request, run)


@posted_once
def switch(request: ActorRequest, device_id: UUID) -> HttpResponse:
    """It may speak no longer, or again."""
    version = sent_number(request, "version")
    switch_device(actor=request.actor, device_id=device_id, version=version)
    return with_toast(HttpResponse(status=204), _("Kept"))


@posted_once
def place(request: ActorRequest, heard_id: UUID) -> HttpResponse:
    """A person says which tube it is about."""
    number, version = request.POST.get("number", ""), sent_number(request, "version")
    place_heard(actor=request.actor, heard_id=heard_id, number=number, version=version)
    return with_toast(HttpResponse(status=204), _("Entered; a person verifies"))


@posted_once
def aside(request: ActorRequest, heard_id: UUID) -> HttpResponse:
    """It is about nothing of ours."""
    version = sent_number(request, "version")
    put_heard_aside(actor=request.actor, heard_id=heard_id, version=version)
    return with_toast(HttpResponse(status=204), _("Put aside"))


def _may(request: ActorRequest, site_id: UUID) -> bool:
    return request.actor.may(permissions.DEVICES, site_id)
