"""The page of outbreak mode, what stands above every page of a site, and past times."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yilu.facility.selectors.places import place_names
from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.outbreak import permissions
from yilu.outbreak.selectors.cases import cases
from yilu.outbreak.selectors.modes import Mode, drill_due, mode_of, plan_of
from yilu.outbreak.selectors.notices import notice
from yilu.outbreak.selectors.report import report
from yilu.outbreak.selectors.screenings import asking_at, of_visit, suspects, unasked
from yilu.outbreak.selectors.times import times
from yilu.outbreak.selectors.topics import outbreak_topic
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest, render_page
from yilu.queueing.selectors.points import stations
from yilu.queueing.states import APART
from yilu.visits.selectors.visits import visit_info, visit_topic


@require_safe
def board(request: ActorRequest, site_key: str) -> HttpResponse:
    """How it stands now: mode, who is suspected, who was not asked, reports with their clocks."""
    site = _site(request, site_key)
    may = request.actor.may
    mode, plan = mode_of(site.id), plan_of(site.id)
    today = clock.now().astimezone(site.zone).date()
    room = place_names([plan.room_id]).get(plan.room_id) if plan else None
    context: dict[str, Any] = {
        "site": site,
        "mode": mode,
        "plan": plan,
        "room": room.name if room else "",
        "station": next((one for one in stations(site.id) if one.key == APART), None),
        "suspects": suspects(request.actor, site.id, limit=30),
        "unasked": unasked(request.actor, mode) if mode and _asks(request, mode) else [],
        "figures": report(request.actor, site.id, today, today).total,
        "cases": cases(request.actor, site.id, limit=10)
        if may(permissions.REPORT, site.id)
        else None,
        "drill_due": None if mode else drill_due(request.actor, site.id),
        "may_switch": may(permissions.SWITCH, site.id),
        "may_drill": may(permissions.DRILL, site.id),
        "may_set_up": may(permissions.SET_UP, site.id),
        "may_trace": may(permissions.TRACE, site.id),
        "may_report": may(permissions.REPORT, site.id),
        "may_screen": may(permissions.SCREEN, site.id),
        "topic": outbreak_topic(site.id),
    }
    return render_page(request, "outbreak/board.html", part="outbreak/_board.html", **context)


@require_safe
def strip(request: ActorRequest, site_key: str) -> HttpResponse:
    """What stands above the pages of who sees no alarms."""
    site = site_by_key(site_key)
    context = {"notice": notice(request.actor, site.id), "site_key": site_key}
    return render(request, "outbreak/_notice.html", context)


@require_safe
def past(request: ActorRequest, site_key: str) -> HttpResponse:
    """Outbreaks and drills of a site, with what was found."""
    site = _site(request, site_key)
    lines = times(request.actor, site.id)
    return render(request, "outbreak/times.html", {"site": site, "lines": lines})


@require_safe
def beside(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The suspicion about a visit, for the nurse and the doctor; or that nobody has asked."""
    visit = visit_info(visit_id)
    request.actor.require_to_see(permissions.SEE, visit.site_id)
    found = of_visit(request.actor, visit_id)
    asking = None if found else asking_at(visit.site_id, visit.patient_id)
    context = {
        "one": found,
        "asking": asking,
        "visit": visit,
        "mode": mode_of(visit.site_id),
        "topic": visit_topic(visit_id),
        "may_screen": request.actor.may(permissions.SCREEN, visit.site_id),
    }
    return render(request, "outbreak/_of_visit.html", context)


def _site(request: ActorRequest, site_key: str) -> SiteInfo:
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.SEE, site.id)
    return site


def _asks(request: ActorRequest, mode: Mode) -> bool:
    return mode.binds_patients and request.actor.may(permissions.SCREEN, mode.site_id)
