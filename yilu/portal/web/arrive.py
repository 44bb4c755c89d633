"""The clinic's side of arriving: the code of the moment, on a screen at the entrance."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yilu.facility.selectors.sites import site_by_key
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest
from yilu.queueing import permissions as queueing
from yilu.reception.rules import CODE_LASTS
from yilu.reception.selectors.arrivals import shown_code


@require_safe
def screen(request: ActorRequest, site_key: str) -> HttpResponse:
    """The four digits that say one is here; the page draws itself anew when they change.

    Only for screens and staff of the site: what anybody could read at home would prove nothing.
    """
    site = site_by_key(site_key)
    request.actor.require(queueing.SHOW, site.id)
    left = CODE_LASTS - int(clock.machine_now().timestamp()) % CODE_LASTS
    context = {"site": site, "code": shown_code(site.id)}
    response = render(request, "portal/arrive_screen.html", context)
    response["Refresh"] = str(left + 1)
    return response
