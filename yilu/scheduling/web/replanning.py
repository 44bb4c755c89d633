"""Planning anew at the desk: plans, one plan with its places, and whom to call."""

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.facility.selectors.sites import site_info, site_zone
from yilu.platform import clock, jobs
from yilu.platform.web.http import (
    ActorRequest,
    go_to,
    render_page,
    sent_number,
    sent_version,
    wants_part,
    with_toast,
)
from yilu.platform.web.once import once, posted_once, submit
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyPlanned, NotFree, NothingToPlan, PlanOver
from yilu.scheduling.operations.answering import accept_move, decline_move
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.replanning import (
    change_move,
    confirm_plan,
    drop_plan,
    end_plan,
    leave_out,
    set_urgency,
    start_plan,
    weigh_again,
)
from yilu.scheduling.selectors.plans import (
    job_status,
    move_line,
    outlook,
    plan_line,
    plan_moves,
    plan_with,
    unplanned,
)
from yilu.scheduling.selectors.resources import resource_info, resources_here
from yilu.scheduling.selectors.stranded import stranded
from yilu.scheduling.selectors.times import free_days
from yilu.scheduling.selectors.topics import plan_topic, plans_topic, roster_topic
from yilu.scheduling.web.attention import rights
from yilu.scheduling.web.foreseen import Asked, foreseen
from yilu.scheduling.web.forms import MoveForm
from yilu.scheduling.web.here import site_here
from yilu.scheduling.web.roster_forms import AwayForm

View = Callable[..., HttpResponseBase]
DAYS_AT_ONCE = 3
PLAN_PART = "scheduling/_replan.html"
DAY_STARTS, DAY_ENDS = time(8), time(18)


@require_GET
def plans(request: ActorRequest) -> HttpResponse:
    """The plans of a site, and whom to call."""
    site = site_here(request, permissions.SEE)
    return render_page(
        request,
        "scheduling/replans.html",
        part="scheduling/_replans.html",
        site=site,
        outlook=outlook(request.actor, site.id),
        waits=unplanned(site.id),
        topics=[plans_topic(site.id), roster_topic(site.id)],
        part_url=f"{request.path}?site={site.id}",
        **rights(request, site.id),
    )


@require_GET
def plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """One plan: while it is made, what it proposes, what patients answered."""
    return render_page(
        request, "scheduling/replan.html", part=PLAN_PART, **_facts(request, plan_id)
    )


@require_POST
def start(request: ActorRequest) -> HttpResponseBase:
    """Plan anew what a site, or one resource there, cannot keep; or show the plan that does."""
    site = site_here(request, permissions.CHANGE)
    resource_id = _uuid(request.POST.get("resource", ""))

    def run() -> HttpResponseBase:
        made = start_plan(actor=request.actor, site_id=site.id, resource_id=resource_id)
        return go_to(request, reverse("scheduling:replan", args=[made]))

    try:
        return once(request, run)
    except (NothingToPlan, AlreadyPlanned):
        already = plan_with(stranded([site.id], resource_id))
        if already is None:
            raise
        return go_to(request, reverse("scheduling:replan", args=[already]))


@require_http_methods(["GET", "POST"])
def away(request: ActorRequest) -> HttpResponseBase:
    """Somebody calls in sick, or something breaks: block the time, and plan anew at once."""
    site = site_here(request, permissions.BLOCK)
    request.actor.require(permissions.CHANGE, site.id)
    form = AwayForm(request.POST or None, initial=_from_now(site.zone), auto_id="dialog_%s")
    form.offer(resources_here(site.id))

    def block(said: dict[str, Any]) -> UUID | None:
        kind = "absence" if resource_info(said["who"]).is_person else "fault"
        blocked = block_resource(
            actor=request.actor,
            resource_id=said["who"],
            kind=kind,
            reason=said["reason"],
            **form.span(site.zone),
        )
        if not blocked.booking_ids:
            return None
        return start_plan(
            actor=request.actor, site_id=site.id, resource_id=said["who"], reason=said["reason"]
        )

    def done(made: UUID | None) -> HttpResponseBase:
        if made is None:
            return with_toast(HttpResponse(status=204), _("The time can no longer be booked."))
        return go_to(request, reverse("scheduling:replan", args=[made]))

    asked = Asked(
        title=_("Who or what is not there?"),
        label=_("Block the time and plan anew"),
        text=_("Nobody is told anything before you have looked at the plan and confirmed it."),
        harmful=True,
    )
    return foreseen(request, form, plan=block, done=done, site_id=site.id, asked=asked)


def _ending(view: View) -> View:
    """Have a plan that turns out to be over end with the press: every page then says so."""

    @wraps(view)
    def run(request: ActorRequest, plan_id: UUID) -> HttpResponseBase:
        try:
            return view(request, plan_id)
        except PlanOver:
            end_plan(actor=request.actor, plan_id=plan_id)
            raise

    return run


@_ending
@posted_once
def confirm(request: ActorRequest, plan_id: UUID) -> HttpResponseBase:
    """Ask every patient."""
    asked = confirm_plan(actor=request.actor, plan_id=plan_id, version=sent_version(request))
    words = ngettext("One patient is asked.", "%(asked)s patients are asked.", asked)
    return with_toast(HttpResponse(status=204), words % {"asked": asked})


@posted_once
def drop(request: ActorRequest, plan_id: UUID) -> HttpResponseBase:
    """Give the plan up."""
    drop_plan(actor=request.actor, plan_id=plan_id, version=sent_version(request))
    return with_toast(HttpResponse(status=204), _("The plan is dropped; its places are free."))


@require_POST
def out(request: ActorRequest, move_id: UUID) -> HttpResponseBase:
    """Keep a booking out of the plan."""

    def run() -> HttpResponseBase:
        leave_out(actor=request.actor, move_id=move_id, version=sent_version(request))
        return with_toast(HttpResponse(status=204), _("Left out; it stays to be moved."))

    done = once(request, run)
    return _shown_again(request, move_line(request.actor, move_id).plan_id, done)


@require_POST
def urgency(request: ActorRequest, move_id: UUID) -> HttpResponseBase:
    """Say how urgent a booking of the plan is."""

    def run() -> HttpResponseBase:
        set_urgency(
            actor=request.actor,
            move_id=move_id,
            urgency=request.POST.get("urgency", ""),
            version=sent_version(request),
        )
        return with_toast(HttpResponse(status=204), _("Noted. Weigh again to find places by it."))

    done = once(request, run)
    return _shown_again(request, move_line(request.actor, move_id).plan_id, done)


@_ending
@require_POST
def weigh(request: ActorRequest, plan_id: UUID) -> HttpResponseBase:
    """Find all places anew that nobody chose by hand."""

    def run() -> HttpResponseBase:
        weigh_again(actor=request.actor, plan_id=plan_id, version=sent_version(request))
        return with_toast(HttpResponse(status=204), _("Weighing again …"))

    return _shown_again(request, plan_id, once(request, run))


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, move_id: UUID) -> HttpResponseBase:
    """Choose another place for a booking of a plan."""
    move = move_line(request.actor, move_id)
    form = MoveForm(request.POST or None)

    def save(kept: dict[str, Any]) -> HttpResponseBase:
        starts_at, practitioner_id = kept["time"]
        change_move(
            actor=request.actor,
            move_id=move_id,
            starts_at=starts_at,
            practitioner_id=practitioner_id,
            version=sent_version(request),
        )
        return with_toast(HttpResponse(status=204), _("Changed by hand"))

    def show(status: int) -> HttpResponse:
        first = _first(request, move.line.clinic_day, move.line.site_id)
        context = {
            "form": form,
            "move": move,
            "days": free_days(
                site_id=move.line.site_id,
                service_id=move.line.service_id,
                practitioner_id=None,
                first=first,
                days=DAYS_AT_ONCE,
            ),
            "before": first - timedelta(days=DAYS_AT_ONCE),
            "after": first + timedelta(days=DAYS_AT_ONCE),
        }
        return render(request, "scheduling/_replan_change.html", context, status=status)

    if request.method == "GET":
        return show(200)
    try:
        return _shown_again(request, move.plan_id, submit(request, form, save, show))
    except (NotFree, PlanOver) as refused:
        form.add_error(None, str(refused))
        return show(422)


@posted_once
def accept(request: ActorRequest, move_id: UUID) -> HttpResponseBase:
    """The patient says on the phone that they take it."""
    accept_move(actor=request.actor, move_id=move_id, round_=sent_number(request, "round"))
    return with_toast(HttpResponse(status=204), _("Moved, and told"))


@posted_once
def decline(request: ActorRequest, move_id: UUID) -> HttpResponseBase:
    """The patient cannot then; another place is looked for."""
    found = decline_move(actor=request.actor, move_id=move_id, round_=sent_number(request, "round"))
    words = (
        _("Another place is kept, and asked about.") if found else _("Nothing fits: please call.")
    )
    return with_toast(HttpResponse(status=204), words)


def _facts(request: ActorRequest, plan_id: UUID) -> dict[str, Any]:
    shown = plan_line(request.actor, plan_id)
    return {
        "plan": shown,
        "job": job_status(shown),
        "moves": [] if shown.is_being_made else plan_moves(request.actor, plan_id),
        "site": site_info(shown.site_id),
        "topics": [plan_topic(plan_id), *([jobs.topic(shown.job_id)] if shown.job_id else [])],
        **rights(request, shown.site_id),
    }


def _shown_again(request: ActorRequest, plan_id: UUID, done: HttpResponseBase) -> HttpResponseBase:
    """The plan as it is now, in the very answer to a change of it: whoever goes on to confirm
    at once, before the page has heard of their own change, is not refused as out of date."""
    if done.status_code != 204 or not wants_part(request):
        return done
    answer = render(request, PLAN_PART, _facts(request, plan_id))
    answer["HX-Trigger"] = done["HX-Trigger"]
    return answer


def _from_now(zone: Any) -> dict[str, Any]:
    """From now until the end of the day; in the evening, all of tomorrow."""
    now = clock.now().astimezone(zone)
    is_evening = now.time() >= DAY_ENDS
    day = now.date() + timedelta(days=1) if is_evening else now.date()
    return {
        "starts_on": day.isoformat(),
        "starts": DAY_STARTS if is_evening else now.time().replace(second=0, microsecond=0),
        "ends_on": day.isoformat(),
        "ends": DAY_ENDS,
    }


def _first(request: ActorRequest, usual: date, site_id: UUID) -> date:
    today = clock.now().astimezone(site_zone(site_id)).date()
    try:
        wanted = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        wanted = usual
    return max(wanted, today) if wanted.year < 2200 else today


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
