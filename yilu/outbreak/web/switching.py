"""Switching outbreak mode on and off, drilling it, and setting what a site does."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.catalogue.selectors.services import services
from yilu.facility.selectors.places import rooms
from yilu.facility.selectors.sites import site_by_key
from yilu.outbreak import permissions
from yilu.outbreak.errors import AlreadyOff
from yilu.outbreak.operations.plans import set_plan
from yilu.outbreak.operations.switching import switch_off, switch_on
from yilu.outbreak.selectors.modes import mode_of, plan_of
from yilu.outbreak.web.dialogs import dialog
from yilu.outbreak.web.forms import DrillEndForm, EndForm, PlanForm, SwitchForm
from yilu.platform import undo
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import submit


@require_http_methods(["GET", "HEAD", "POST"])
def on(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Switch outbreak mode on, in earnest."""
    return _begin(request, site_key, is_drill=False)


@require_http_methods(["GET", "HEAD", "POST"])
def drill(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Begin a drill."""
    return _begin(request, site_key, is_drill=True)


@require_http_methods(["GET", "HEAD", "POST"])
def off(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """End what is on."""
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.SEE, site.id)
    mode = mode_of(site.id)
    if mode is None:
        raise AlreadyOff
    request.actor.require(permissions.DRILL if mode.is_drill else permissions.SWITCH, site.id)
    form_of = DrillEndForm if mode.is_drill else EndForm
    known = {"version": mode.version}
    form = form_of(request.POST or None, initial=known, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        offer = switch_off(
            actor=request.actor, outbreak_id=mode.id, note=said["note"], version=said["version"]
        )
        words = _("The drill is over") if mode.is_drill else _("Outbreak mode is off")
        return with_toast(_board(request, site_key), words, undo=undo.address(offer))

    return dialog(
        request,
        form,
        save,
        title=_("End the drill") if mode.is_drill else _("Switch outbreak mode off"),
        text=""
        if mode.is_drill
        else _("Nobody is asked at the door any more, and patients book online as ever."),
        label=_("End the drill") if mode.is_drill else _("Switch it off"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Route, room, limits and reminders of a site."""
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.SET_UP, site.id)
    plan = plan_of(site.id)
    named = [(str(one.id), str(one.name)) for one in rooms(site.id)]
    offered = [(str(one.id), str(one.name)) for one in services(site.id, online_only=True)]
    form = PlanForm(request.POST or None, plan, named, offered)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        set_plan(
            actor=request.actor, site_id=site.id, facts=form.facts(),
            version=said["version"] or None,
        )  # fmt: skip
        return with_toast(_board(request, site_key), _("The plan is set."))

    def show(status: int) -> HttpResponse:
        back = reverse("outbreak:board", args=[site_key])
        context = {"site": site, "form": form, "url": request.path, "plan": plan, "back_url": back}
        return render(request, "outbreak/settings.html", context, status=status)

    return submit(request, form, save, show) if request.method == "POST" else show(200)


def _begin(request: ActorRequest, site_key: str, *, is_drill: bool) -> HttpResponseBase:
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.SEE, site.id)
    request.actor.require(permissions.DRILL if is_drill else permissions.SWITCH, site.id)
    form = SwitchForm(request.POST or None, auto_id="dialog_%s")

    def save(said: dict[str, Any]) -> HttpResponseBase:
        done = switch_on(
            actor=request.actor,
            site_id=site.id,
            illness=said["illness"],
            reason=said["reason"],
            is_drill=is_drill,
        )
        words = _("The drill has begun") if is_drill else _("Outbreak mode is on")
        return with_toast(_board(request, site_key), words, undo=undo.address(done.undo_id))

    return dialog(
        request,
        form,
        save,
        title=_("Begin a drill") if is_drill else _("Switch outbreak mode on"),
        text=_("Marked as a drill everywhere. No patient is asked, told, moved or limited by it.")
        if is_drill
        else _("Everybody who comes in is asked from now on, and bookings online are limited."),
        label=_("Begin the drill") if is_drill else _("Switch it on"),
        harmful=not is_drill,
    )


def _board(request: ActorRequest, site_key: str) -> HttpResponse:
    return go_to(request, reverse("outbreak:board", args=[site_key]))
