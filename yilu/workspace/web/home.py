"""Where signing in leads, changing to another site or post, and locking the station."""

from urllib.parse import quote, urlsplit

from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.platform import audit
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest
from yilu.workspace.selectors.posts import duties_of, duty_chosen
from yilu.workspace.shell import POST, SITE, board_url, current_duty


@require_safe
def home(request: ActorRequest) -> HttpResponseBase:
    """The board of one's post; patients have their own page, strangers sign in. Three queries."""
    if request.actor.kind == "patient":
        return HttpResponseRedirect("/my")
    if not request.actor.is_staff:
        return HttpResponseRedirect("/sign-in")
    duty = current_duty(request, duties_of(request.actor))
    if duty is None:
        return render(request, "workspace/no_post.html")
    return HttpResponseRedirect(board_url(duty))


@require_safe
def board(request: ActorRequest, name: str) -> HttpResponseBase:
    """A board without a site in its address leads to that of the site where one works now."""
    duty = current_duty(request, duties_of(request.actor))
    if duty is None:
        raise NotFound
    return HttpResponseRedirect(f"/{name}/{duty.site.key}/")


@require_POST
def here(request: ActorRequest) -> HttpResponseBase:
    """Work at another site, or in another post, from now on."""
    duties = duties_of(request.actor)
    wanted = request.POST.get("place", "")
    duty = duty_chosen(duties, wanted)
    if duty is None or duty.key != wanted:
        raise NotFound
    request.session[SITE] = str(duty.site.id)
    request.session[POST] = duty.key
    return HttpResponseRedirect(board_url(duty), status=303)


@require_POST
def lock(request: ActorRequest) -> HttpResponse:
    """Lock the station: nothing is shown until somebody signs in, who goes on at the same page."""
    if request.user.is_authenticated:
        audit.record(request.actor, "workspace.station.locked", request.user)
    back = _came_from(request)
    logout(request)
    return HttpResponseRedirect(f"/sign-in?next={quote(back)}", status=303)


def site_at(request: ActorRequest, key: str, permission: str) -> SiteInfo:
    """The site in an address, if the actor may see this there. One query. Raises: NotFound."""
    site = site_by_key(key)
    request.actor.require_to_see(permission, site.id)
    return site


def _came_from(request: ActorRequest) -> str:
    sent = urlsplit(request.headers.get("Referer", ""))
    path = f"{sent.path}?{sent.query}" if sent.query else sent.path or "/"
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else "/"
