"""What desks and doctors are prompted with: late sessions, bookings to plan anew, calls."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from yilu.facility.selectors.sites import SiteInfo
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once
from yilu.scheduling import permissions
from yilu.scheduling.operations.retiming import retime_session
from yilu.scheduling.selectors.overruns import Overrun, overruns
from yilu.scheduling.selectors.planned import stuck_sittings
from yilu.scheduling.selectors.plans import Outlook, outlook, unplanned
from yilu.scheduling.web.here import site_here
from yilu.workforce.selectors.practitioners import practitioner_infos

# Of this person, in this session: practitioner -> the day, and how many minutes it was put off at.
PUT_OFF = "scheduling_overruns_put_off"
GROWN_MINUTES = 10


@require_GET
def attention(request: ActorRequest) -> HttpResponse:
    """What a desk, or with `mine` a doctor, is prompted with."""
    site = site_here(request, permissions.SEE)
    return _shown(request, site, is_mine="mine" in request.GET)


@require_POST
def retime(request: ActorRequest, practitioner_id: UUID) -> HttpResponseBase:
    """Move the rest of a late session to the times that were shown; answers with the prompts."""
    site = site_here(request, permissions.CHANGE)
    if practitioner_id not in practitioner_infos([practitioner_id]):
        raise NotFound

    def run() -> HttpResponseBase:
        made = retime_session(
            actor=request.actor,
            site_id=site.id,
            practitioner_id=practitioner_id,
            seen=request.POST.get("seen", "")[:16],
        )
        words = ngettext(
            "One patient is told a new time.", "%(many)s patients are told new times.", made.moved
        )
        said = words % {"many": made.moved}
        if made.left:
            said += " " + _("%(left)s could not be moved.") % {"left": made.left}
        return with_toast(HttpResponse(status=204), said)

    done = once(request, run)
    # A prompt that is open is not refreshed under the hand of its reader: this answer closes it.
    answer = _shown(request, site, is_mine="mine" in request.POST)
    answer["HX-Trigger"] = done["HX-Trigger"]
    return answer


@require_POST
def put_off(request: ActorRequest, practitioner_id: UUID) -> HttpResponse:
    """Leave a late session as it is: this person is prompted again when it is ten minutes later."""
    site = site_here(request, permissions.SEE)
    late = next(iter(overruns(request.actor, site.id, practitioner_id)), None)
    if late is not None:
        kept = request.session.get(PUT_OFF, {})
        request.session[PUT_OFF] = kept | {str(practitioner_id): [_today(), late.minutes]}
    return _shown(request, site, is_mine="mine" in request.POST)


def rights(request: ActorRequest, site_id: UUID) -> dict[str, bool]:
    """What the reader may do about bookings that cannot be kept."""
    return {
        "may_plan": request.actor.may(permissions.CHANGE, site_id),
        "may_block": request.actor.may(permissions.BLOCK, site_id),
    }


def _shown(request: ActorRequest, site: SiteInfo, *, is_mine: bool) -> HttpResponse:
    mine = request.actor.practitioner_id if is_mine else None
    late = [] if is_mine and mine is None else overruns(request.actor, site.id, mine)
    open_ = Outlook((), ()) if is_mine else outlook(request.actor, site.id)
    context: dict[str, Any] = {
        "site": site,
        "is_mine": is_mine,
        "late": [one for one in late if not _is_put_off(request, one)],
        "waits": 0 if is_mine else unplanned(site.id),
        "stuck": 0 if is_mine else stuck_sittings(site.id),
        "calls": open_.calls,
        "plans": [one for one in open_.plans if one.is_proposed],
        **rights(request, site.id),
    }
    return render(request, "scheduling/_attention.html", context)


def _is_put_off(request: ActorRequest, late: Overrun) -> bool:
    kept = request.session.get(PUT_OFF, {}).get(str(late.practitioner_id))
    return kept is not None and kept[0] == _today() and late.minutes < kept[1] + GROWN_MINUTES


def _today() -> str:
    return clock.now().date().isoformat()
