"""A guide's own page, the list of tasks, the desk's strip, and who is being brought."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.guiding import permissions
from yilu.guiding.selectors.tasks import arriving, desk_tasks, my_tasks
from yilu.guiding.selectors.topics import guiding_topic
from yilu.platform.web.http import ActorRequest, render_page


@require_safe
def mine(request: ActorRequest, site_key: str) -> HttpResponse:
    """What a guide has to do: made for a phone, one press each."""
    site = _site(request, site_key, permissions.LEAD)
    return render_page(
        request,
        "guiding/mine.html",
        part="guiding/_mine.html",
        site=site,
        found=my_tasks(request.actor, site.id),
        topic=guiding_topic(site.id),
    )


@require_safe
def tasks(request: ActorRequest, site_key: str) -> HttpResponse:
    """Everything that guides have to do here, who is on duty, and what is out."""
    site = _site(request, site_key, permissions.SEE)
    return render_page(
        request,
        "guiding/tasks.html",
        part="guiding/_tasks.html",
        site=site,
        desk=desk_tasks(request.actor, site.id),
        topic=guiding_topic(site.id),
        may_set_up=request.actor.may(permissions.SET_UP, site.id),
    )


@require_safe
def strip(request: ActorRequest, site_key: str) -> HttpResponse:
    """The same in a few lines, for the desk's board."""
    site = _site(request, site_key, permissions.SEE)
    context = {"site": site, "desk": desk_tasks(request.actor, site.id)}
    return render(request, "guiding/_strip.html", context)


@require_safe
def arrivals(request: ActorRequest, site_key: str) -> HttpResponse:
    """Who is being brought to the reader's place: above every page of who receives."""
    site = _site(request, site_key, permissions.RECEIVE)
    return render(
        request, "guiding/_arriving.html", {"site": site, "lines": arriving(request.actor, site.id)}
    )


def _site(request: ActorRequest, site_key: str, permission: str) -> SiteInfo:
    site = site_by_key(site_key)
    request.actor.require_to_see(permission, site.id)
    return site
