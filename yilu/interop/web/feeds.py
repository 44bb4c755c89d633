"""Calendar feeds: the page where they are made, and what other programs read."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.facility.selectors.sites import SiteInfo, visible_sites
from yilu.interop import permissions
from yilu.interop.operations.feeds import make_feed, withdraw_feed
from yilu.interop.selectors.calendars import calendar, feedable, feeds
from yilu.interop.web.forms import FeedForm
from yilu.platform import throttle
from yilu.platform.errors import NotAllowed
from yilu.platform.web.http import ActorRequest, render_page, with_toast
from yilu.platform.web.once import posted_once

A_MINUTE, OFTEN = 60, 30


@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """The feeds that the reader may see."""
    site = _here(request)
    return render_page(
        request,
        "interop/feeds.html",
        part="interop/_feeds.html",
        site=site,
        lines=feeds(request.actor, site.id),
    )


@require_http_methods(["GET", "POST"])
def make(request: ActorRequest) -> HttpResponse:
    """The dialog that makes a feed. Its address is in this answer and nowhere else."""
    site = _here(request)
    form = FeedForm(request.POST or None)
    may_name = request.actor.may(permissions.FEED_NAMES, site.id)
    form.offer(feedable(request.actor, site.id), may_name=may_name)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        context = {"form": form, "site": site, "url": request.path}
        return render(request, "interop/_make_feed.html", context, status=status)
    made = make_feed(
        actor=request.actor,
        site_id=site.id,
        resource_id=UUID(form.cleaned_data["resource"]),
        shows_names=form.cleaned_data.get("shows_names", False),
    )
    address = settings.PUBLIC_ADDRESS + reverse("calendar-feed", args=[made.reference])
    context = {"address": address, "lines": feeds(request.actor, site.id)}
    return render(request, "interop/_made_feed.html", context)


@posted_once
def withdraw(request: ActorRequest, feed_id: UUID) -> HttpResponseBase:
    """Let its address open nothing any more."""
    withdraw_feed(actor=request.actor, feed_id=feed_id)
    response = with_toast(HttpResponse(), _("Its address opens nothing any more"))
    response["HX-Refresh"] = "true"
    return response


@require_GET
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """The calendar behind a secret address; 304 when it is what the program has already."""
    throttle.take(f"interop.feed:{reference}", OFTEN, A_MINUTE)
    wants_english = request.headers.get("Accept-Language", "").startswith("en")
    found = calendar(reference, "en" if wants_english else "zh-hans")
    if request.headers.get("If-None-Match", "") == found.etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(found.text, content_type="text/calendar; charset=utf-8")
    response["ETag"] = found.etag
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response


def _here(request: ActorRequest) -> SiteInfo:
    """The site asked for, or the first at which the reader may make feeds. Raises: NotAllowed."""
    may = request.actor.may
    sites = [one for one in visible_sites(request.actor) if may(permissions.FEED, one.id)]
    if not sites:
        raise NotAllowed(permission=permissions.FEED)
    given = request.GET if request.method == "GET" else request.POST
    wanted = given.get("site") or str(request.session.get("site", ""))
    return next((one for one in sites if str(one.id) == wanted), sites[0])
