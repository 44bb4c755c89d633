"""The dental plan: added to, proposed, booked, done, and on paper for the patient."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yilu.clinical.web.reading import read_id, sent, whole
from yilu.clinical.web.sealed import context_of, opened
from yilu.dental.operations.item_deeds import (
    book_item,
    finish_item,
    join_booking,
    take_back_item,
)
from yilu.dental.operations.planning import (
    PlanWords,
    Wish,
    drop_item,
    plan_service,
    propose_items,
)
from yilu.dental.rules.notation import listed
from yilu.dental.selectors.context import chair, teeth_topic
from yilu.dental.selectors.plan_paper import plan_pdf
from yilu.dental.selectors.plans import (
    dental_plan,
    item_is_of,
    item_times,
    phases,
    plannable,
)
from yilu.dental.web.asking import Withdrawal, ask_why, asking
from yilu.dental.web.forms import ProposalForm
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, go_to, sent_number, with_toast
from yilu.platform.web.once import posted_once, submit


@require_safe
def plan(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The plan of a patient, to be framed."""
    return _part(request, visit_id)


@posted_once
def plan_add(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Put a service on teeth into the plan."""
    opened(request, visit_id)
    post = sent(request)
    wish = Wish(
        service_id=read_id(post.get("service", "")) or UUID(int=0),
        teeth=listed(post.get("teeth", "")),
        phase=whole(post.get("phase", "")) or 0,
        surfaces=post.get("surfaces", "").strip(),
        note=post.get("note", ""),
    )
    plan_service(actor=request.actor, visit_id=visit_id, wish=wish)
    return with_toast(_part(request, visit_id), _("In the plan"))


@asking
def plan_propose(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Ask for plain words, then put the plan before the patient."""
    where = chair(request.actor, visit_id)
    form = ProposalForm(request.POST) if request.method == "POST" else ProposalForm.about(where)

    def again(status: int) -> HttpResponseBase:
        context = {
            "url": request.path,
            "title": _("Propose the plan to the patient"),
            "text": _("All that is planned is put before them phase by phase, with its prices."),
            "label": _("Propose"),
            "form": form,
        }
        return render(request, "platform/_dialog.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        opened(request, visit_id)
        typed.pop("context")
        made = propose_items(actor=request.actor, visit_id=visit_id, words=PlanWords(**typed))
        return go_to(request, reverse("clinical:plan", args=[made]))

    return submit(request, form, save, again) if request.method == "POST" else again(200)


@require_safe
def plan_times(request: ActorRequest, visit_id: UUID, item_id: UUID) -> HttpResponse:
    """When an item could be done."""
    found = item_times(request.actor, visit_id, item_id, first=_day(request.GET.get("day", "")))
    context = {"found": found, "where": found.where, "context": context_of(found.where)}
    return render(request, "dental/_plan_times.html", context)


@posted_once
def plan_book(request: ActorRequest, visit_id: UUID, item_id: UUID) -> HttpResponseBase:
    """Book an item, or have it done at a booking there is already."""
    _of_patient(request, visit_id, item_id)
    at, _sep, practitioner = request.POST.get("slot", "").partition("|")
    if joined := read_id(request.POST.get("booking", "")):
        join_booking(actor=request.actor, item_id=item_id, booking_id=joined)
        return with_toast(_part(request, visit_id), _("Booked together"))
    booked = book_item(
        actor=request.actor, item_id=item_id, practitioner_id=read_id(practitioner),
        starts_at=_instant(at),
    )  # fmt: skip
    said = _("Booked: %(number)s") % {"number": booked.number}
    undo = reverse("scheduling:unmake", args=[booked.id])
    return with_toast(_part(request, visit_id), said, undo=undo)


@posted_once
def plan_done(request: ActorRequest, visit_id: UUID, item_id: UUID) -> HttpResponseBase:
    """Say that an item is done at this visit."""
    _of_patient(request, visit_id, item_id)
    version = sent_number(request, "version")
    finish_item(actor=request.actor, item_id=item_id, visit_id=visit_id, version=version)
    return with_toast(_part(request, visit_id), _("Done; it is on the chart and on the bill"))


@asking
def plan_drop(request: ActorRequest, visit_id: UUID, item_id: UUID) -> HttpResponseBase:
    """Ask why an item is not to be done, then take it out of the plan."""
    what = Withdrawal(
        title=_("Take this out of the plan?"),
        text=_("Its mark leaves the chart; with its reason it stays in the list."),
        label=_("Take out"),
        done=_("Taken out of the plan"),
        target="#dental-plan",
        is_of=lambda patient_id: item_is_of(item_id, patient_id),
        run=lambda reason, version: drop_item(
            actor=request.actor, item_id=item_id, reason=reason, version=version
        ),
        shown=lambda: _part(request, visit_id),
    )
    return ask_why(request, visit_id, what)


@asking
def plan_back(request: ActorRequest, visit_id: UUID, item_id: UUID) -> HttpResponseBase:
    """Ask why an item was not done after all, then take it off chart and bill."""
    what = Withdrawal(
        title=_("Not done after all?"),
        text=_("The chart and the bill lose it again, unless the bill is paid."),
        label=_("Not done"),
        done=_("Noted as not done"),
        target="#dental-plan",
        is_of=lambda patient_id: item_is_of(item_id, patient_id),
        run=lambda reason, version: take_back_item(
            actor=request.actor, item_id=item_id, reason=reason, version=version
        ),
        shown=lambda: _part(request, visit_id),
    )
    return ask_why(request, visit_id, what)


@require_safe
def plan_paper(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What the plan costs, phase by phase, as PDF."""
    response = HttpResponse(plan_pdf(request.actor, visit_id), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="plan.pdf"'
    return response


def _of_patient(request: ActorRequest, visit_id: UUID, item_id: UUID) -> None:
    if not item_is_of(item_id, opened(request, visit_id).patient_id):
        raise NotFound


def _part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    found = dental_plan(request.actor, visit_id)
    context: dict[str, Any] = {
        "plan": found,
        "where": found.where,
        "context": context_of(found.where),
        "topic": teeth_topic(found.where.patient_id),
        "part_url": reverse("dental:plan", args=[visit_id]),
    }
    if found.can_write:
        context |= {"services": plannable(request.actor, visit_id), "phases": phases()}
    return render(request, "dental/_plan.html", context)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _instant(typed: str) -> datetime:
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise NotFound from None
    if at.tzinfo is None:
        raise NotFound
    return at
