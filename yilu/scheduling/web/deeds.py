"""Deeds on one booking, each with its way back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.money import ZERO
from yilu.platform.web.http import ActorRequest, sent_version, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.scheduling.errors import NotFree, PatientBusy, TogetherTaken
from yilu.scheduling.operations import arrivals, changing, dropping, requests, together
from yilu.scheduling.operations.blocks import lift_block, undo_lift_block
from yilu.scheduling.selectors.bookings import booking_detail
from yilu.scheduling.selectors.prepaying import prepaid
from yilu.scheduling.selectors.times import free_days
from yilu.scheduling.selectors.together import coming_along
from yilu.scheduling.web.forms import PATIENT, CancelForm, LateForm, MoveForm

UNDO: dict[str, Callable[..., Any]] = {
    "cancel": changing.undo_cancel_booking,
    "move": changing.undo_reschedule_booking,
    "cancel-all": together.undo_cancel_together,
    "move-all": together.undo_move_together,
    "resize": dropping.undo_resize_booking,
    "confirm": changing.undo_confirm_booking,
    "late": changing.undo_running_late,
    "no-show": arrivals.undo_mark_no_show,
}
DAYS_AT_ONCE = 3


@posted_once
def confirm(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """The patient says they will come."""
    left = changing.confirm_booking(
        actor=request.actor, booking_id=booking_id, version=sent_version(request)
    )
    return _done(_("Confirmed"), booking_id, "confirm", left)


@posted_once
def no_show(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """The patient did not come."""
    left = arrivals.mark_no_show(actor=request.actor, booking_id=booking_id)
    return _done(_("Marked as no-show"), booking_id, "no-show", left)


@require_http_methods(["GET", "POST"])
def cancel(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Ask why, then cancel."""
    line = booking_detail(request.actor, booking_id).line
    along = coming_along(request.actor, line)
    before = prepaid(booking_id)
    form = CancelForm(request.POST or None, before, along=along)

    def save(kept: dict[str, Any]) -> HttpResponseBase:
        if kept.get("all_of_them"):
            gone = together.cancel_together(
                actor=request.actor,
                booking_id=booking_id,
                reason=kept["reason"],
                words=kept["words"],
                version=sent_version(request),
                for_patient=kept.get("wanted_by") == PATIENT,
            )
            if gone.refund:  # Money on its way is not called back, so neither are they.
                return _for_good(
                    _("Cancelled %(n)s bookings; %(sum)s goes back")
                    % {"n": gone.number, "sum": f"¥{gone.refund:,.2f}"}
                )
            words = _("Cancelled %(n)s bookings") % {"n": gone.number}
            return _done(words, booking_id, "cancel-all", gone.version)
        left = changing.cancel_booking(
            actor=request.actor,
            booking_id=booking_id,
            reason=kept["reason"],
            words=kept["words"],
            version=sent_version(request),
            for_patient=kept.get("wanted_by") == PATIENT,
        )
        after = prepaid(booking_id)
        back = before.paid - after.paid if before and after else ZERO
        if back:  # Money on its way is not called back.
            said = _("Cancelled %(number)s; %(sum)s goes back") % {
                "number": line.number, "sum": f"¥{back:,.2f}",
            }  # fmt: skip
            return _for_good(said)
        words = _("Cancelled %(number)s") % {"number": line.number}
        return _done(words, booking_id, "cancel", left)

    def show(status: int) -> HttpResponse:
        asked = {
            "title": _("Cancel booking %(number)s?") % {"number": line.number},
            "text": _("The time is offered to others at once, and the patient is told."),
            "label": _("Cancel the booking"),
            "harmful": True,
        }
        return _dialog(request, form, status, line.version, **asked)

    return show(200) if request.method == "GET" else submit(request, form, save, show)


@require_http_methods(["GET", "POST"])
def late(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Note by how much the patient will be late."""
    line = booking_detail(request.actor, booking_id).line
    form = LateForm(request.POST or None)

    def save(kept: dict[str, Any]) -> HttpResponseBase:
        left = changing.say_running_late(
            actor=request.actor,
            booking_id=booking_id,
            minutes=kept["minutes"],
            version=sent_version(request),
        )
        return _done(_("Noted that the patient will be late"), booking_id, "late", left)

    def show(status: int) -> HttpResponse:
        asked = {"title": _("How late will the patient be?"), "label": _("Note it")}
        return _dialog(request, form, status, line.version, **asked)

    return show(200) if request.method == "GET" else submit(request, form, save, show)


@require_http_methods(["GET", "POST"])
def move(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Choose another time; the old one is kept until the new one is taken."""
    line = booking_detail(request.actor, booking_id).line
    form = MoveForm(request.POST or None)
    along = coming_along(request.actor, line)

    def save(kept: dict[str, Any]) -> HttpResponseBase:
        starts_at, practitioner_id = kept["time"]
        if along and request.POST.get("all_of_them"):
            moved = together.move_together(
                actor=request.actor,
                booking_id=booking_id,
                starts_at=starts_at,
                practitioner_id=practitioner_id,
                version=sent_version(request),
            )
            words = _("Moved %(n)s bookings") % {"n": moved.number}
            return _done(words, booking_id, "move-all", moved.version)
        booked = changing.reschedule_booking(
            actor=request.actor,
            booking_id=booking_id,
            starts_at=starts_at,
            practitioner_id=practitioner_id,
            version=sent_version(request),
        )
        words = _("Moved %(number)s") % {"number": line.number}
        return _done(words, booking_id, "move", booked.version)

    def show(status: int) -> HttpResponse:
        first = _first(request, line.clinic_day, line.site_id)
        context = {
            "form": form,
            "line": line,
            "along": along,
            "days": free_days(
                site_id=line.site_id,
                service_id=line.service_id,
                practitioner_id=None,
                first=first,
                days=DAYS_AT_ONCE,
            ),
            "first": first,
            "before": first - timedelta(days=DAYS_AT_ONCE),
            "after": first + timedelta(days=DAYS_AT_ONCE),
        }
        return render(request, "scheduling/_move.html", context, status=status)

    if request.method == "GET":
        return show(200)
    try:
        return submit(request, form, save, show)
    except (NotFree, PatientBusy, TogetherTaken) as refused:
        form.add_error(None, str(refused))
        return show(422)


@posted_once
def undo(request: ActorRequest, booking_id: UUID, deed: str, version: int) -> HttpResponseBase:
    """Take a deed back: the one that left this version, if it is the newest."""
    if deed not in UNDO:
        raise NotFound
    UNDO[deed](actor=request.actor, booking_id=booking_id, version=version)
    return with_toast(HttpResponse(status=204), _("Taken back"))


@posted_once
def unmake(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Take a booking back that was just made: it is cancelled."""
    changing.unmake_booking(actor=request.actor, booking_id=booking_id)
    return with_toast(HttpResponse(status=204), _("Booking taken back"))


@posted_once
def grant(request: ActorRequest, request_id: UUID) -> HttpResponseBase:
    """Do what a patient asked for."""
    requests.grant_change(actor=request.actor, request_id=request_id)
    return with_toast(HttpResponse(status=204), _("Done as the patient asked"))


@posted_once
def refuse(request: ActorRequest, request_id: UUID) -> HttpResponseBase:
    """Leave the booking as it is, against the patient's wish."""
    words = _("Not possible any more")
    requests.refuse_change(actor=request.actor, request_id=request_id, reason=words)
    return with_toast(HttpResponse(status=204), _("The booking stays as it is"))


@posted_once
def lift(request: ActorRequest, block_id: UUID) -> HttpResponseBase:
    """Give a blocked time free."""
    lift_block(actor=request.actor, block_id=block_id, version=sent_version(request))
    undo_url = reverse("scheduling:undo-lift", args=[block_id])
    return with_toast(HttpResponse(status=204), _("The time can be booked again"), undo=undo_url)


@posted_once
def undo_lift(request: ActorRequest, block_id: UUID) -> HttpResponseBase:
    """Block the time again."""
    undo_lift_block(actor=request.actor, block_id=block_id)
    return with_toast(HttpResponse(status=204), _("Taken back"))


def _first(request: ActorRequest, usual: date, site_id: UUID) -> date:
    today = clock.now().astimezone(site_zone(site_id)).date()
    try:
        wanted = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        wanted = usual
    return max(wanted, today) if wanted.year < 2200 else today


def _done(words: str, booking_id: UUID, deed: str, left: int | None) -> HttpResponse:
    """Done, and by the version that it left it is taken back; without one nothing was changed."""
    undo_url = reverse("scheduling:undo", args=[booking_id, deed, left]) if left else ""
    return with_toast(HttpResponse(status=204), words, undo=undo_url)


def _for_good(words: str) -> HttpResponse:
    """Done, and not to be taken back."""
    return with_toast(HttpResponse(status=204), words)


def _dialog(
    request: ActorRequest, form: Any, status: int, version: int, **words: Any
) -> HttpResponse:
    context = {"form": form, "url": request.path, "version": version, **words}
    return render(request, "platform/_dialog.html", context, status=status)
