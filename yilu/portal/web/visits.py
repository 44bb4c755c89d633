"""The pages about one booking or visit, under a link or an account's own address.

Opening one changes nothing; each deed is a form of its own.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.guiding.selectors.tasks import help_of
from yilu.intake.selectors.sheets import asks_still
from yilu.intake.selectors.worse import worse_of
from yilu.outbreak.errors import ScreeningMissing
from yilu.platform import qr
from yilu.platform.errors import Conflict, DomainError, Invalid, NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, sent_version, with_toast
from yilu.platform.web.once import once
from yilu.portal.operations.booking import Choice
from yilu.portal.selectors.offers import time_offers
from yilu.portal.selectors.standing import Standing, standing
from yilu.portal.web.booking import chosen_time, instead_of
from yilu.portal.web.doors import Entry, entered
from yilu.portal.web.forms import ArriveForm, CancelForm, LateForm
from yilu.portal.web.screening import door_of
from yilu.reception.operations.arrivals import check_in
from yilu.reception.operations.remote import say_ready
from yilu.reception.passes import pass_of
from yilu.scheduling.errors import NotFree
from yilu.scheduling.operations.changing import (
    cancel_booking,
    confirm_booking,
    reschedule_booking,
    say_running_late,
)
from yilu.scheduling.operations.later import say_under_way
from yilu.scheduling.operations.together import cancel_together
from yilu.scheduling.operations.waiting_list import leave_waiting_list, wait_for_sooner
from yilu.scheduling.selectors.offers import waits_for_sooner
from yilu.scheduling.selectors.telling import calendar_file
from yilu.scheduling.selectors.together import own_along


@require_safe
@entered
def show(request: ActorRequest, entry: Entry) -> HttpResponse:
    """How it stands; fetched again whenever something about it changes."""
    now = standing(entry.door)
    context: dict[str, Any] = {"now": now, "base": entry.base, "entry": entry}
    context["asks"] = now.is_coming and asks_still(_booking(entry))
    context["worse"] = worse_of(now.visit.id) if now.visit and now.is_here else None
    context["way"] = help_of(now.visit.id) if now.visit and now.is_here else None
    context["door"] = door_of(now)
    context["ph_menu"] = entry.menu
    return render_page(request, "portal/visit.html", part="portal/_standing.html", **context)


@require_POST
@entered
def confirm(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Say that one will come."""

    def run() -> HttpResponseBase:
        confirm_booking(
            actor=entry.door.actor, booking_id=_booking(entry), version=sent_version(request)
        )
        return with_toast(go_to(request, entry.base), _("Thank you. We expect you."))

    return once(request, run)


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def cancel(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Ask why, then cancel: this one, or for all of one's own who come along."""
    form = CancelForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, entry, "cancel", form)

    def run() -> HttpResponseBase:
        cancels = cancel_together if form.cleaned_data["all_of_them"] else cancel_booking
        cancels(
            actor=entry.door.actor, booking_id=_booking(entry), reason=form.cleaned_data["reason"],
            words=form.cleaned_data["words"],
            version=form.cleaned_data["version"], expected=form.cleaned_data["back"],
        )  # fmt: skip
        return HttpResponseRedirect(entry.base, status=303)

    return _deed(request, entry, "cancel", form, run)


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def late(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Say how late one will be."""
    form = LateForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, entry, "late", form)

    def run() -> HttpResponseBase:
        say_running_late(
            actor=entry.door.actor, booking_id=_booking(entry),
            minutes=form.cleaned_data["minutes"],
        )  # fmt: skip
        return HttpResponseRedirect(entry.base, status=303)

    return _deed(request, entry, "late", form, run)


@require_POST
@entered
def on_my_way(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Say that one has left home, or with `not_yet` that one has not."""
    has_left = not request.POST.get("not_yet")

    def run() -> HttpResponseBase:
        say_under_way(
            actor=entry.door.actor, booking_id=_booking(entry), is_under_way=has_left,
            version=sent_version(request),
        )  # fmt: skip
        words = _("Thank you. See you soon.") if has_left else _("Thank you. We know.")
        return with_toast(go_to(request, entry.base), words)

    return once(request, run)


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def move(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Choose another time; the old one is let go only together with taking the new one."""
    now = standing(entry.door)
    if request.method != "POST" or now.booking is None:
        return _times(request, entry, now)
    line = now.booking.line
    starts_at, practitioner_id = chosen_time(request.POST.get("time", ""))

    def run() -> HttpResponseBase:
        reschedule_booking(
            actor=entry.door.actor, booking_id=line.id, starts_at=starts_at,
            practitioner_id=practitioner_id, version=sent_version(request),
        )  # fmt: skip
        return HttpResponseRedirect(entry.base, status=303)

    try:
        return once(request, run)
    except Conflict as refused:
        choice = Choice(line.site_id, line.service_id, practitioner_id, starts_at)
        instead = instead_of(choice) if isinstance(refused, NotFree) else []
        return _times(request, entry, now, status=409, refused=str(refused), instead=instead)


@require_POST
@entered
def sooner(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Be told when an earlier time becomes free, or no longer; the booking stays as it is."""

    def run() -> HttpResponseBase:
        waits = waits_for_sooner(_booking(entry))
        if waits:
            leave_waiting_list(actor=entry.door.actor, entry_id=waits)
            words = _("We no longer look for an earlier time.")
        else:
            wait_for_sooner(actor=entry.door.actor, booking_id=_booking(entry))
            words = _("We ask you as soon as an earlier time becomes free.")
        return with_toast(go_to(request, entry.base), words)

    return once(request, run)


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def arrive(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Check in with the code that is shown at the clinic."""
    form = ArriveForm(request.POST or None, initial={"code": request.GET.get("code", "")[:4]})
    if request.method != "POST" or not form.is_valid():
        return _ask(request, entry, "arrive", form)

    def run() -> HttpResponseBase:
        check_in(actor=entry.door.actor, booking_id=_booking(entry), code=form.cleaned_data["code"])
        return HttpResponseRedirect(entry.base, status=303)

    try:
        return _deed(request, entry, "arrive", form, run)
    except ScreeningMissing:
        return HttpResponseRedirect(f"{entry.base}/screening", status=303)


@require_POST
@entered
def ready(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Say that one can be called, or seen by video, now."""

    def run() -> HttpResponseBase:
        say_ready(actor=entry.door.actor, booking_id=_booking(entry), version=sent_version(request))
        return with_toast(go_to(request, entry.base), _("Thank you. The doctor knows."))

    return once(request, run)


@require_safe
@entered
def calendar(request: ActorRequest, entry: Entry) -> HttpResponse:
    """The booking for one's own calendar."""
    return HttpResponse(
        calendar_file(_booking(entry)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="yilu.ics"'},
    )


@require_safe
@entered
def slip(request: ActorRequest, entry: Entry) -> HttpResponse:
    """The booking on paper, or the steps of today's visit (导诊单)."""
    context = {"now": standing(entry.door), "back_url": entry.base}
    return render(request, "portal/slip.html", context)


@require_safe
@entered
def arrival_pass(request: ActorRequest, entry: Entry) -> HttpResponse:
    """The code that a kiosk reads to check in, as a picture. Raises: NotFound."""
    picture = qr.svg(pass_of(_booking(entry))).replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1
    )
    return HttpResponse(picture, content_type="image/svg+xml")


def _booking(entry: Entry) -> UUID:
    if entry.door.about.booking_id is None:
        raise NotFound
    return entry.door.about.booking_id


def _deed(request: ActorRequest, entry: Entry, name: str, form: Any, run: Any) -> HttpResponseBase:
    """Do it once, or show the page again with what stands in the way. What was typed stays."""
    try:
        return once(request, run)
    except ScreeningMissing:
        raise
    except (Conflict, Invalid) as refused:
        form.add_error(None, str(refused))
        return _ask(request, entry, name, form, refused)


def _ask(
    request: ActorRequest, entry: Entry, name: str, form: Any, refused: DomainError | None = None
) -> HttpResponse:
    status = refused.status if refused else (422 if form.is_bound else 200)
    now = standing(entry.door)
    if not now.is_coming:
        return how_it_stands(entry)
    context = {
        "now": now,
        "along": own_along(entry.door.actor, now.booking.line) if now.booking else [],
        "base": entry.base,
        "entry": entry,
        "form": form,
        "back_url": entry.base,
        "lateness": (10, 20, 30, 45),
    }
    return render(request, f"portal/visit_{name}.html", context, status=status)


def _times(
    request: ActorRequest, entry: Entry, now: Standing, *, status: int = 200, **context: Any
) -> HttpResponse:
    if now.booking is None or now.service is None:
        raise NotFound
    if not now.is_coming:
        return how_it_stands(entry)
    anyone = request.GET.get("anyone") == "1"
    doctor_id = None if anyone else now.booking.line.practitioner_id
    offers = time_offers(now.site, now.service.id, doctor_id, read_day(request.GET.get("day", "")))
    context |= {
        "now": now,
        "entry": entry,
        "base": entry.base,
        "back_url": entry.base,
        "offers": offers,
        "anyone": anyone,
    }
    return render(request, "portal/visit_move.html", context, status=status)


def how_it_stands(entry: Entry) -> HttpResponse:
    """To the page that says what became of it: an old page, or a link used twice, asks for what
    can no longer be done."""
    return HttpResponseRedirect(entry.base, status=303)


def read_day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise NotFound from error
