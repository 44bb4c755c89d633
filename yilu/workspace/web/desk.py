"""The front desk: the day on a grid, and beside it who is expected, who waits, whom to call."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yilu.aesthetics import permissions as aesthetics
from yilu.billing import permissions as billing
from yilu.billing.selectors.topics import billing_topic
from yilu.facility.selectors.sites import SiteInfo
from yilu.guiding import permissions as guiding
from yilu.guiding.selectors.topics import guiding_topic
from yilu.intake.selectors.topics import worse_topic
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest
from yilu.queueing import permissions as queueing
from yilu.queueing.selectors.topics import long_waits_topic, site_queues_topic
from yilu.reception import permissions
from yilu.reception.rules import FIRST_WORD_MINUTES
from yilu.reception.selectors.arrivals import arrivals_topic, expected
from yilu.reception.selectors.doorsteps import first_words
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.pinboard import grid_view
from yilu.scheduling.selectors.topics import day_topic, plans_topic, roster_topic
from yilu.scheduling.web.grid import pins_context
from yilu.visits.selectors.visits import visits_topic
from yilu.workspace.selectors.desk import KINDS, desk_day
from yilu.workspace.selectors.waiting import to_confirm, waiting_room
from yilu.workspace.web.home import site_at

SOON_MINUTES = 40
SHOWN_CALLS = 5
MOST_COLUMNS = 60
MOST_WAITING = 60
# Where the dialog of a next visit begins; other days are one key away.
NEXT_VISIT = timedelta(days=14)


@require_safe
def desk(request: ActorRequest, site_key: str) -> HttpResponse:
    """The whole board."""
    site = site_at(request, site_key, permissions.SEE)
    context = {
        **_grid(request, site),
        **_expected(request, site),
        **_waiting(request, site),
        **_calls(request, site),
        **pins_context(request, site.id),
        "attention_url": f"{reverse('scheduling:attention')}?site={site.id}",
        "worse_url": reverse("intake:worse", args=[site.id]),
        "worse_topic": worse_topic(site.id),
        "attention_topics": [roster_topic(site.id), plans_topic(site.id)],
        "explain_url": f"{reverse('queueing:to-explain')}?site={site.id}",
        "explain_topic": long_waits_topic(site.id),
        **_guiding(request, site),
    }
    return render(request, "workspace/desk.html", context)


@require_safe
def grid(request: ActorRequest, site_key: str) -> HttpResponse:
    """The grid alone, after something on it changed."""
    site = site_at(request, site_key, permissions.SEE)
    return render(request, "workspace/_grid.html", _grid(request, site))


@require_safe
def arrivals(request: ActorRequest, site_key: str) -> HttpResponse:
    """Who is expected."""
    site = site_at(request, site_key, permissions.SEE)
    return render(request, "workspace/_expected.html", _expected(request, site))


@require_safe
def waiting(request: ActorRequest, site_key: str) -> HttpResponse:
    """Who waits."""
    site = site_at(request, site_key, permissions.SEE)
    return render(request, "workspace/_waiting.html", _waiting(request, site))


@require_safe
def calls(request: ActorRequest, site_key: str) -> HttpResponse:
    """Who is to be called about tomorrow."""
    site = site_at(request, site_key, permissions.SEE)
    return render(request, "workspace/_calls.html", _calls(request, site))


def today_at(site: SiteInfo) -> date:
    """The day on a site's calendar. No query."""
    return clock.now().astimezone(site.zone).date()


def chosen_day(request: ActorRequest, site: SiteInfo) -> date:
    """The day that was asked for, else today. No query."""
    return _day(request.GET.get("day", ""), today_at(site))


def _guiding(request: ActorRequest, site: SiteInfo) -> dict[str, Any]:
    """Where the ways with a guide are fetched from, for who sees them."""
    if not request.actor.may(guiding.SEE, site.id):
        return {}
    return {
        "guiding_url": reverse("guiding:strip", args=[site.key]),
        "guiding_topic": guiding_topic(site.id),
    }


def _grid(request: ActorRequest, site: SiteInfo) -> dict[str, Any]:
    today = today_at(site)
    day = chosen_day(request, site)
    kept = grid_view(request.actor, site.id)
    department = request.GET.get("department", kept.department)[:40]
    by = request.GET.get("by", kept.kind)
    by = by if by in KINDS else "practitioner"
    shown = desk_day(
        request.actor, site.id, day, department=department, kind=by, hidden=kept.hidden
    )
    return {
        "site": site,
        "shown": shown,
        "day": day,
        "today": today,
        "is_today": day == today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "department": department,
        "department_name": next((d.name for d in shown.departments if d.key == department), ""),
        "by": by,
        "columns_class": f"cols-{min(max(len(shown.columns), 1), MOST_COLUMNS)}",
        "grid_url": f"{reverse('workspace:desk-grid', args=[site.key])}"
        f"?day={day:%Y-%m-%d}&by={by}&department={quote(department)}",
        "kinds": _kinds(),
        "by_label": dict(_kinds())[by],
        "hidden": kept.hidden,
        "hidden_number": sum(1 for one in shown.every if one.resource_id in kept.hidden),
        "may_change": request.actor.may(scheduling.CHANGE, site.id),
        "grid_topics": [day_topic(site.id, day), site_queues_topic(site.id)],
        "visits_topic": visits_topic(site.id, day),
        "may_book": request.actor.may(scheduling.BOOK, site.id),
        "may_walk_in": request.actor.may(permissions.WALK_IN, site.id),
    }


def _kinds() -> list[tuple[str, str]]:
    """What the columns of the grid may be."""
    return [
        ("practitioner", _("Doctors")),
        ("chair", _("Chairs")),
        ("room", _("Rooms")),
        ("device", _("Devices")),
    ]


def _expected(request: ActorRequest, site: SiteInfo) -> dict[str, Any]:
    words = first_words(site.id)
    found = expected(
        actor=request.actor, site_id=site.id, minutes=SOON_MINUTES, at_door=words.since
    )
    return {
        "site": site,
        "expected": found,
        "words": words,
        "visitors": list(words.visitors.items()),
        "may_walk_in": request.actor.may(permissions.WALK_IN, site.id),
        "first_word_minutes": FIRST_WORD_MINUTES,
        "soon_minutes": SOON_MINUTES,
        "arrivals_topic": arrivals_topic(site.id),
        "today_topic": day_topic(site.id, today_at(site)),
    }


def _waiting(request: ActorRequest, site: SiteInfo) -> dict[str, Any]:
    """Who waits: those who come first, for a long list takes long to draw; or all, when asked."""
    is_all = "all" in request.GET
    room = waiting_room(request.actor, site.id, None if is_all else MOST_WAITING)
    is_long = room.number > MOST_WAITING
    url = reverse("workspace:desk-waiting", args=[site.key])
    return {
        "site": site,
        "waiting": room.rows,
        "waiting_number": room.number,
        "is_cut": is_long and not is_all,
        "is_all": is_long and is_all,
        "waiting_url": url,
        "waiting_here": f"{url}?all=1" if is_all else url,
        "waiting_topics": [
            site_queues_topic(site.id),
            arrivals_topic(site.id),
            billing_topic(site.id),
            visits_topic(site.id, today_at(site)),
        ],
        "over": room.over,
        "may_call": request.actor.may(queueing.CALL, site.id),
        "may_move": request.actor.may(queueing.MOVE, site.id),
        "may_ask_guide": request.actor.may(guiding.ASK, site.id),
        "may_sell": request.actor.may(aesthetics.SELL, site.id),
        "may_take": request.actor.may(billing.TAKE, site.id),
        "may_book": request.actor.may(scheduling.BOOK, site.id),
        "next_day": today_at(site) + NEXT_VISIT,
    }


def _calls(request: ActorRequest, site: SiteInfo) -> dict[str, Any]:
    tomorrow = today_at(site) + timedelta(days=1)
    able = request.actor.lent(scheduling.SEE)
    found = to_confirm(able, site.id, tomorrow)
    return {
        "site": site,
        "calls": found[:SHOWN_CALLS],
        "calls_number": len(found),
        "tomorrow": tomorrow,
        "tomorrow_topic": day_topic(site.id, tomorrow),
    }


def _day(typed: str, today: date) -> date:
    """The day that was asked for, if it is one within reach; else today."""
    try:
        day = parse_date(typed)
    except ValueError:
        return today
    within = day is not None and abs((day - today).days) <= 400
    return day if day is not None and within else today
