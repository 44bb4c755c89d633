"""The book beside the day: a week of one column, and the day on paper."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yilu.facility.selectors.sites import SiteInfo
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest
from yilu.reception import permissions
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.pinboard import grid_view
from yilu.scheduling.selectors.topics import roster_topic
from yilu.scheduling.web.grid import pins_context
from yilu.workspace.selectors.desk import KINDS, desk_day, desk_week
from yilu.workspace.web.desk import chosen_day, today_at
from yilu.workspace.web.home import site_at

WEEK = timedelta(days=7)


@require_safe
def week(request: ActorRequest, site_key: str, resource_id: UUID) -> HttpResponse:
    """Seven days of one column."""
    site = site_at(request, site_key, permissions.SEE)
    context = {**_week(request, site, resource_id), **pins_context(request, site.id)}
    return render(request, "workspace/week.html", context)


@require_safe
def week_part(request: ActorRequest, site_key: str, resource_id: UUID) -> HttpResponse:
    """The seven days alone, after something on them changed."""
    site = site_at(request, site_key, permissions.SEE)
    return render(request, "workspace/_week.html", _week(request, site, resource_id))


@require_safe
def paper(request: ActorRequest, site_key: str) -> HttpResponse:
    """The day on paper: all columns that are shown, or one, each on a sheet of its own."""
    site = site_at(request, site_key, permissions.SEE)
    day = chosen_day(request, site)
    kept = grid_view(request.actor, site.id)
    by = request.GET.get("by", kept.kind)
    only = request.GET.get("column", "")
    shown = desk_day(
        request.actor,
        site.id,
        day,
        department="" if only else request.GET.get("department", kept.department)[:40],
        kind=by if by in KINDS else "practitioner",
        hidden=() if only else kept.hidden,
    )
    return render(
        request,
        "workspace/day_print.html",
        {
            "site": site,
            "day": day,
            "columns": [one for one in shown.columns if not only or one.key == only],
            "back_url": f"{reverse('workspace:desk', args=[site.key])}?day={day:%Y-%m-%d}",
        },
    )


def _week(request: ActorRequest, site: SiteInfo, resource_id: UUID) -> dict[str, Any]:
    day = chosen_day(request, site)
    first = day - timedelta(days=day.weekday())
    shown = desk_week(request.actor, resource_id, first)
    if shown.grid.site_id != site.id:
        raise NotFound
    here = reverse("workspace:week-grid", args=[site.key, resource_id])
    return {
        "site": site,
        "shown": shown,
        "resource_id": resource_id,
        "first": first,
        "last": first + WEEK - timedelta(days=1),
        "day": day,
        "today": today_at(site),
        "before": first - WEEK,
        "after": first + WEEK,
        "columns_class": "cols-7",
        "grid_url": f"{here}?day={first:%Y-%m-%d}",
        "grid_topics": [*shown.topics, roster_topic(site.id)],
        "may_book": request.actor.may(scheduling.BOOK, site.id),
        "may_change": request.actor.may(scheduling.CHANGE, site.id),
    }
