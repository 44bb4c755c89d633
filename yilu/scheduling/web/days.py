"""The days of a site: its weekly hours, closures, hours of one day, and the public calendar."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.facility import permissions as facility
from yilu.facility.operations.days import (
    change_closure,
    close_site,
    drop_special_day,
    forget_calendar_day,
    lift_closure,
    set_calendar_day,
    set_special_day,
)
from yilu.facility.operations.hours import set_opening_hours
from yilu.facility.selectors.calendar import (
    ClosureInfo,
    calendar_days,
    closures,
    special_days,
    weekly_hours,
)
from yilu.facility.selectors.sites import SiteInfo, open_sites, site_info
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.forms import VersionedForm
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.scheduling import permissions
from yilu.scheduling.operations.following import give_first_weeks
from yilu.scheduling.operations.roster import publish_ahead
from yilu.scheduling.selectors.year import site_year
from yilu.scheduling.web.foreseen import Asked, foreseen
from yilu.scheduling.web.here import site_here, sites_here
from yilu.scheduling.web.roster_forms import (
    CalendarDayForm,
    ClosureForm,
    HoursForm,
    SpecialDayForm,
)

FIRST_YEAR, LAST_YEAR = 2000, 2199


@require_GET
def year(request: ActorRequest) -> HttpResponse:
    """A year of a site: what is not as every week."""
    site = site_here(request, permissions.SEE)
    typed = request.GET.get("year", "")
    this = _today(site).year
    wanted = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else this
    wanted = min(max(wanted, FIRST_YEAR), LAST_YEAR)
    everywhere = all(request.actor.may(facility.MANAGE, one.id) for one in open_sites())
    return render_page(
        request,
        "scheduling/year.html",
        part="scheduling/_year.html",
        shown=site_year(request.actor, site.id, wanted),
        site=site,
        sites=sites_here(request, permissions.SEE),
        today=_today(site),
        may_manage=request.actor.may(facility.MANAGE, site.id),
        may_decide=everywhere and request.actor.may(facility.MANAGE, site.id),
    )


@require_http_methods(["GET", "POST"])
def hours(request: ActorRequest, site_id: UUID) -> HttpResponseBase:
    """Set the opening hours of the week."""
    site = _site(request, site_id)
    form = HoursForm(request.POST or None, weekly_hours(site_id), site.version)

    def plan(said: dict[str, Any]) -> date:
        version = said["version"]
        set_opening_hours(actor=request.actor, site_id=site_id, hours=form.week(), version=version)
        _follow(request, site_id)
        return _today(site)

    asked = Asked(
        title=_("Opening hours"),
        label=_("Set the hours"),
        page="scheduling/week.html",
        part="scheduling/_week.html",
        back_url=_address(site_id, _today(site)),
    )
    done = _done(request, site_id, _("The opening hours are set."))
    return foreseen(request, form, plan=plan, done=done, site_id=site_id, asked=asked)


@require_http_methods(["GET", "POST"])
def new_closure(request: ActorRequest, site_id: UUID) -> HttpResponseBase:
    """Close the site on some days."""
    _site(request, site_id)
    form = ClosureForm(request.POST or None, day=request.GET.get("day", "")[:10])

    def plan(_said: dict[str, Any]) -> date:
        facts = form.facts()
        close_site(actor=request.actor, site_id=site_id, **facts)
        _follow(request, site_id)
        return facts["starts_on"]  # type: ignore[no-any-return]

    asked = Asked(title=_("Close the site"), label=_("Close on these days"), harmful=True)
    done = _done(request, site_id, _("The site is closed on these days."))
    return foreseen(request, form, plan=plan, done=done, site_id=site_id, asked=asked)


@require_http_methods(["GET", "POST"])
def edit_closure(request: ActorRequest, site_id: UUID, closure_id: UUID) -> HttpResponseBase:
    """Close the site on other days, or for another reason."""
    _site(request, site_id)
    form = ClosureForm(request.POST or None, known=_closure(site_id, closure_id))

    def plan(said: dict[str, Any]) -> date:
        facts = form.facts()
        version = said["version"]
        change_closure(actor=request.actor, closure_id=closure_id, version=version, **facts)
        _follow(request, site_id)
        return facts["starts_on"]  # type: ignore[no-any-return]

    asked = Asked(title=_("Change the closed days"), label=_("Save"))
    done = _done(request, site_id, _("Saved."))
    return foreseen(request, form, plan=plan, done=done, site_id=site_id, asked=asked)


@require_http_methods(["GET", "POST"])
def drop_closure(request: ActorRequest, site_id: UUID, closure_id: UUID) -> HttpResponseBase:
    """Open the site on days on which it was to be closed."""
    _site(request, site_id)
    known = _closure(site_id, closure_id)
    form = VersionedForm(request.POST or None, initial={"version": known.version})

    def plan(said: dict[str, Any]) -> date:
        lift_closure(actor=request.actor, closure_id=closure_id, version=said["version"])
        _follow(request, site_id)
        return known.starts_on

    asked = Asked(title=_("Open after all?"), label=_("Open on these days"), text=_span(known))
    done = _done(request, site_id, _("The site is open on these days."))
    return foreseen(request, form, plan=plan, done=done, site_id=site_id, asked=asked)


@require_http_methods(["GET", "POST"])
def special(request: ActorRequest, site_id: UUID, day: str = "") -> HttpResponseBase:
    """Give one day hours of its own."""
    _site(request, site_id)
    known = next(iter(special_days(site_id, _date(day), _date(day))), None) if day else None
    form = SpecialDayForm(
        request.POST or None, known=known, day=day or request.GET.get("day", "")[:10]
    )

    def plan(said: dict[str, Any]) -> date:
        new: date = said["day"]
        version = said["version"]
        if known is not None and known.day != new:
            drop_special_day(actor=request.actor, site_id=site_id, day=known.day, version=version)
            version = 0  # There must be nothing yet on the day to which it moves.
        set_special_day(
            actor=request.actor, site_id=site_id, day=new, facts=form.facts(), version=version
        )
        _follow(request, site_id)
        return new

    asked = Asked(title=_("Other hours on one day"), label=_("Save"))
    done = _done(request, site_id, _("The hours of that day are set."))
    return foreseen(request, form, plan=plan, done=done, site_id=site_id, asked=asked)


@require_http_methods(["GET", "POST"])
def drop_special(request: ActorRequest, site_id: UUID, day: str) -> HttpResponseBase:
    """Let a day have the hours of its week again."""
    _site(request, site_id)
    known = next(iter(special_days(site_id, _date(day), _date(day))), None)
    if known is None:
        raise NotFound
    form = VersionedForm(request.POST or None, initial={"version": known.version})

    def plan(said: dict[str, Any]) -> date:
        version = said["version"]
        drop_special_day(actor=request.actor, site_id=site_id, day=known.day, version=version)
        _follow(request, site_id)
        return known.day

    asked = Asked(title=_("As every week?"), label=_("As every week"), text=day)
    done = _done(request, site_id, _("That day is as every week."))
    return foreseen(request, form, plan=plan, done=done, site_id=site_id, asked=asked)


@require_http_methods(["GET", "POST"])
def decide(request: ActorRequest, site_id: UUID, day: str = "") -> HttpResponseBase:
    """Say what a day is for the whole group, whatever the public calendar says."""
    _site(request, site_id)
    known = next(iter(calendar_days(_date(day), _date(day))), None) if day else None
    form = CalendarDayForm(
        request.POST or None, known=known, day=day or request.GET.get("day", "")[:10]
    )

    def plan(_said: dict[str, Any]) -> date:
        facts = form.facts()
        if known is not None and known.day != facts["day"]:
            forget_calendar_day(actor=request.actor, day=known.day, version=facts["version"])
            facts["version"] = 0
        set_calendar_day(actor=request.actor, **facts)
        _follow_everywhere(request)
        return facts["day"]  # type: ignore[no-any-return]

    asked = Asked(
        title=_("A holiday or working day of our own"),
        label=_("Save"),
        text=_("It holds at every site."),
    )
    return foreseen(
        request, form, plan=plan, done=_done(request, site_id, _("Saved.")), asked=asked
    )


@require_http_methods(["GET", "POST"])
def forget_day(request: ActorRequest, site_id: UUID, day: str) -> HttpResponseBase:
    """Treat a day again as the public calendar does."""
    _site(request, site_id)
    known = next(iter(calendar_days(_date(day), _date(day))), None)
    if known is None:
        raise NotFound
    form = VersionedForm(request.POST or None, initial={"version": known.version})

    def plan(said: dict[str, Any]) -> date:
        forget_calendar_day(actor=request.actor, day=known.day, version=said["version"])
        _follow_everywhere(request)
        return known.day

    asked = Asked(
        title=_("As the public calendar says?"), label=_("As the public calendar says"), text=day
    )
    return foreseen(
        request, form, plan=plan, done=_done(request, site_id, _("Saved.")), asked=asked
    )


def _follow(request: ActorRequest, site_id: UUID) -> None:
    """What is published follows at once; the right to change days brings that with it."""
    able = request.actor.lent(permissions.SEE, permissions.ROSTER)
    give_first_weeks(actor=able, site_id=site_id)
    publish_ahead(actor=able, site_id=site_id)


def _follow_everywhere(request: ActorRequest) -> None:
    for site in open_sites():
        _follow(request, site.id)


def _site(request: ActorRequest, site_id: UUID) -> SiteInfo:
    request.actor.require_to_see(facility.MANAGE, site_id)
    return site_info(site_id)


def _closure(site_id: UUID, closure_id: UUID) -> ClosureInfo:
    held = closures(site_id, date.min, date.max)
    found = next((one for one in held if one.id == closure_id), None)
    if found is None:
        raise NotFound
    return found


def _span(known: ClosureInfo) -> str:
    days = known.starts_on.isoformat()
    if known.ends_on != known.starts_on:
        days = f"{days} – {known.ends_on.isoformat()}"
    return f"{days} · {known.reason}"


def _date(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise NotFound from error


def _today(site: SiteInfo) -> date:
    return clock.now().astimezone(site.zone).date()


def _address(site_id: UUID, day: date) -> str:
    return f"{reverse('scheduling:year')}?site={site_id}&year={day.year}"


def _done(request: ActorRequest, site_id: UUID, said: str) -> Callable[[date], HttpResponseBase]:
    def done(day: date) -> HttpResponseBase:
        answer: Any = go_to(request, _address(site_id, day))
        return with_toast(answer, said)

    return done
