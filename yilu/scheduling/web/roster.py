"""The roster: a site's week, one resource's weeks, what was opened by hand, absences."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from yilu.facility import permissions as facility
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.platform import clock, undo
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, sent_version, with_toast
from yilu.platform.web.once import posted_once
from yilu.scheduling import permissions
from yilu.scheduling.operations.blocks import Blocked, block_resource, lift_absence
from yilu.scheduling.operations.resources import set_home
from yilu.scheduling.operations.roster import (
    open_session,
    publish_ahead,
    undo_withdraw_session,
    withdraw_session,
)
from yilu.scheduling.operations.weeks import forget_weeks, set_week
from yilu.scheduling.selectors.resources import resource_info
from yilu.scheduling.selectors.roster_of import (
    guests,
    places_to_prefer,
    resource_roster,
    weeks_of,
)
from yilu.scheduling.selectors.roster_week import roster_cell, roster_week
from yilu.scheduling.selectors.stranded import stranded_bookings
from yilu.scheduling.selectors.topics import roster_topic
from yilu.scheduling.states import ResourceKind
from yilu.scheduling.web.foreseen import Asked, foreseen
from yilu.scheduling.web.here import site_here, sites_here
from yilu.scheduling.web.roster_forms import AbsenceForm, HomeForm, SpanForm, WeekForm

KINDS = [kind for kind in ResourceKind if kind != ResourceKind.KIT]
FAR = timedelta(days=800)
DAY_STARTS, DAY_ENDS = time(8), time(18)


@require_GET
def week(request: ActorRequest) -> HttpResponse:
    """Who and what can be booked in a week."""
    site = site_here(request, permissions.SEE)
    today = _today(site)
    day = _day(request, today)
    monday = day - timedelta(days=day.weekday())
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ResourceKind.PRACTITIONER
    found = roster_week(request.actor, site.id, monday, kind)
    _lines, many = stranded_bookings(request.actor, site.id)
    return render_page(
        request,
        "scheduling/roster.html",
        part="scheduling/_roster.html",
        site=site,
        sites=sites_here(request, permissions.SEE),
        week=found,
        kinds=KINDS,
        many_stranded=many,
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        guests=guests(site.id) if kind == ResourceKind.PRACTITIONER else [],
        topic=roster_topic(site.id),
        part_url=f"{request.path}?site={site.id}&week={monday}&kind={kind}",
        **_rights(request, site.id),
    )


@require_GET
def to_move(request: ActorRequest) -> HttpResponse:
    """The bookings that cannot be kept as they are."""
    site = site_here(request, permissions.SEE)
    found, many = stranded_bookings(request.actor, site.id)
    return render_page(
        request,
        "scheduling/to_move.html",
        part="scheduling/_to_move.html",
        site=site,
        found=found,
        many=many,
        topic=roster_topic(site.id),
        part_url=f"{request.path}?site={site.id}",
        may_plan=request.actor.may(permissions.CHANGE, site.id),
    )


@require_GET
def resource(request: ActorRequest, site_id: UUID, resource_id: UUID) -> HttpResponse:
    """One resource: its weeks, times opened by hand, absences, and what must be moved."""
    shown = resource_roster(request.actor, site_id, resource_id)
    return render_page(
        request,
        "scheduling/resource.html",
        part="scheduling/_resource.html",
        shown=shown,
        site=shown.site,
        one=shown.resource,
        topics=[roster_topic(site_id), roster_topic(shown.resource.site_id)],
        **_rights(request, site_id),
    )


@require_GET
def cell(request: ActorRequest, site_id: UUID, resource_id: UUID, day: str) -> HttpResponse:
    """A resource on a day, and what can be done about it."""
    request.actor.require_to_see(permissions.SEE, site_id)
    one = resource_info(resource_id)
    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    shown = roster_cell(request.actor, site_id, resource_id, wanted)
    return render_page(
        request,
        "scheduling/cell.html",
        part="scheduling/_cell.html",
        shown=shown,
        one=one,
        site=site_info(site_id),
        **_rights(request, site_id),
    )


@require_http_methods(["GET", "POST"])
def set_weeks(request: ActorRequest, site_id: UUID, resource_id: UUID) -> HttpResponseBase:
    """Say when a resource works in a week, and from when to when that holds."""
    site = _site(request, site_id, permissions.ROSTER)
    one = resource_info(resource_id)
    today = _today(site)
    now = next((w for w in weeks_of(resource_id, site) if w.is_now), None)
    known: Any = now.days if now else ((),) * 7
    form = WeekForm(request.POST or None, known=known, today=today, version=one.version)

    def plan(said: dict[str, Any]) -> UUID | None:
        taken_back = set_week(
            actor=request.actor,
            resource_id=resource_id,
            site_id=site_id,
            stretches=form.stretches(),
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
            version=said["version"],
        )
        publish_ahead(actor=request.actor, site_id=site_id, resource_id=resource_id)
        return taken_back

    return foreseen(
        request,
        form,
        plan=plan,
        done=lambda made: _to_resource(request, site_id, resource_id, _("The week is set."), made),
        site_id=site_id,
        asked=Asked(
            title=one.name,
            label=_("Set the week"),
            page="scheduling/week.html",
            part="scheduling/_week.html",
            back_url=reverse("scheduling:resource", args=[site_id, resource_id]),
        ),
    )


@posted_once
def forget(request: ActorRequest, site_id: UUID, resource_id: UUID) -> HttpResponseBase:
    """Let a room, chair or device be there whenever the site is open."""
    made = forget_weeks(
        actor=request.actor, resource_id=resource_id, site_id=site_id, version=sent_version(request)
    )
    publish_ahead(actor=request.actor, site_id=site_id, resource_id=resource_id)
    return _to_resource(request, site_id, resource_id, _("As the site is open."), made)


@require_http_methods(["GET", "POST"])
def home(request: ActorRequest, site_id: UUID, resource_id: UUID) -> HttpResponseBase:
    """Say which room or chair a practitioner prefers."""
    _site(request, site_id, permissions.ROSTER)
    one = resource_info(resource_id)
    form = HomeForm(request.POST or None, places_to_prefer(site_id), one)

    def plan(said: dict[str, Any]) -> None:
        set_home(
            actor=request.actor,
            resource_id=resource_id,
            home_id=said["home"],
            version=said["version"],
        )

    return foreseen(
        request,
        form,
        plan=plan,
        done=lambda _made: _to_resource(request, site_id, resource_id, _("Saved."), None),
        asked=Asked(title=one.name, label=_("Save"), looks_ahead=False),
    )


@require_http_methods(["GET", "POST"])
def open_once(request: ActorRequest, site_id: UUID, resource_id: UUID) -> HttpResponseBase:
    """Let a resource be booked at a time outside of its week."""
    site = _site(request, site_id, permissions.ROSTER)
    one = resource_info(resource_id)
    form = SpanForm(request.POST or None, initial=_usual(request, site), auto_id="dialog_%s")

    def plan(_said: dict[str, Any]) -> UUID:
        return open_session(
            actor=request.actor, resource_id=resource_id, site_id=site_id, **form.span(site.zone)
        )

    def done(made: UUID) -> HttpResponseBase:
        url = reverse("scheduling:withdraw", args=[made])
        return with_toast(HttpResponse(status=204), _("The time can be booked."), undo=url)

    title = _("%(name)s: open a time") % {"name": one.name}
    asked = Asked(title=title, label=_("Open the time"))
    return foreseen(request, form, plan=plan, done=done, site_id=site_id, asked=asked)


@posted_once
def withdraw(request: ActorRequest, session_id: UUID) -> HttpResponseBase:
    """Take a time away that was opened by hand."""
    withdraw_session(actor=request.actor, session_id=session_id, version=sent_version(request))
    url = reverse("scheduling:undo-withdraw", args=[session_id])
    return with_toast(HttpResponse(status=204), _("The time is taken away."), undo=url)


@posted_once
def undo_withdraw(request: ActorRequest, session_id: UUID) -> HttpResponseBase:
    """Open the time again."""
    undo_withdraw_session(actor=request.actor, session_id=session_id)
    return with_toast(HttpResponse(status=204), _("Taken back"))


@require_http_methods(["GET", "POST"])
def absence(request: ActorRequest, site_id: UUID, resource_id: UUID) -> HttpResponseBase:
    """Say that somebody is absent, or something is out of order."""
    one = resource_info(resource_id)
    site = _site(request, one.site_id, permissions.BLOCK)
    usual = _usual(request, site) | {"kind": "absence" if one.is_person else "fault"}
    form = AbsenceForm(request.POST or None, initial=usual, auto_id="dialog_%s")

    def plan(said: dict[str, Any]) -> Blocked:
        return block_resource(
            actor=request.actor,
            resource_id=resource_id,
            kind=said["kind"],
            reason=said["reason"],
            **form.span(site.zone),
        )

    def done(made: Blocked) -> HttpResponseBase:
        url = reverse("scheduling:lift-absence", args=[made.block_ids[0]])
        many = len(made.booking_ids)
        words = ngettext(
            "One booking needs another time or place.",
            "%(many)s bookings need another time or place.",
            many,
        )
        said = words % {"many": many} if many else _("The time can no longer be booked.")
        return with_toast(HttpResponse(status=204), said, undo=url)

    title = _("%(name)s: not there") % {"name": one.name}
    asked = Asked(title=title, label=_("Block the time"), harmful=True)
    return foreseen(request, form, plan=plan, done=done, asked=asked)


@posted_once
def lift(request: ActorRequest, block_id: UUID) -> HttpResponseBase:
    """Say that somebody or something is there again."""
    made = lift_absence(actor=request.actor, block_id=block_id, version=sent_version(request))
    url = undo.address(made) if made else ""
    return with_toast(HttpResponse(status=204), _("The time can be booked again"), undo=url)


def _usual(request: ActorRequest, site: SiteInfo) -> dict[str, Any]:
    """The day that was clicked, or today, in the evening tomorrow; from the time that was clicked
    to its end."""
    now = clock.now().astimezone(site.zone)
    next_one = now.date() + timedelta(days=now.time() >= DAY_ENDS)
    day = _day(request, next_one)
    starts, ends = DAY_STARTS, DAY_ENDS
    for name in ("starts", "ends"):
        try:
            wall = datetime.strptime(request.GET.get(name, ""), "%H:%M").time()  # noqa: DTZ007
        except ValueError:
            continue
        starts, ends = (wall, ends) if name == "starts" else (starts, wall)
    last = day if ends > starts else day + timedelta(days=1)
    return {
        "starts_on": day.isoformat(),
        "starts": starts,
        "ends_on": last.isoformat(),
        "ends": ends,
    }


def _site(request: ActorRequest, site_id: UUID, permission: str) -> SiteInfo:
    request.actor.require_to_see(permissions.SEE, site_id)
    request.actor.require(permission, site_id)
    return site_info(site_id)


def _rights(request: ActorRequest, site_id: UUID) -> dict[str, bool]:
    return {
        "may_roster": request.actor.may(permissions.ROSTER, site_id),
        "may_block": request.actor.may(permissions.BLOCK, site_id),
        "may_plan": request.actor.may(permissions.CHANGE, site_id),
        "may_manage": request.actor.may(facility.MANAGE, site_id),
    }


def _to_resource(
    request: ActorRequest, site_id: UUID, resource_id: UUID, said: str, made: UUID | None
) -> HttpResponseBase:
    answer: Any = go_to(request, reverse("scheduling:resource", args=[site_id, resource_id]))
    return with_toast(answer, said, undo=undo.address(made) if made else "")


def _today(site: SiteInfo) -> date:
    return clock.now().astimezone(site.zone).date()


def _day(request: ActorRequest, today: date) -> date:
    """The day that was asked for, if it is one within reach; else `today`."""
    try:
        day = date.fromisoformat(request.GET.get("week") or request.GET.get("day") or "")
    except ValueError:
        return today
    return day if abs(day - today) <= FAR else today
